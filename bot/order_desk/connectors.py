"""Which connector speaks to the system at the shop's address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.errors import SettingsError
from bot.order_desk.http_system import HttpOrderSystem
from bot.order_desk.platform import PlatformOrders, Timing
from bot.order_desk.policy import OperationKind
from bot.order_desk.shopify import ShopifyOrders
from bot.order_desk.woocommerce import WooCommerceOrders
from bot.settings.orders import OrderSettings
from bot.store.order_changes import OrderChanges


@dataclass(frozen=True, slots=True)
class Platform:
    """A shop platform: its connector, what it can be asked for (the rest is for a person), and its order numbers.

    ``connect`` takes the shop's address, its secret, how long to wait, and what was done before.
    """

    connect: Callable[[str, str, Timing, OrderChanges], PlatformOrders]
    kinds: frozenset[OperationKind]
    numbers: tuple[str, ...]


PLATFORMS: Mapping[str, Platform] = {
    "shopify": Platform(ShopifyOrders, frozenset({"cancel", "change_address", "return"}), ("#1001",)),
    "woocommerce": Platform(WooCommerceOrders, frozenset({"cancel", "change_address"}), ("1001",)),  # itself knows no returns
}
"""By the name that the setting ``orders_platform`` gives them; every other one is a system of the shop's own."""


def connector(settings: OrderSettings, url: str, changes: OrderChanges) -> HttpOrderSystem | PlatformOrders:
    """A connector to the shop's own system at ``url``, or to the platform that it runs on.

    Raises:
        SettingsError: there is no secret.
    """
    if settings.orders_secret is None:
        raise SettingsError(
            "The setting 'orders_url' needs 'orders_secret' too: requests to the order system are signed with it."
        )
    secret, known = settings.orders_secret.get_secret_value(), PLATFORMS.get(settings.orders_platform)
    if known is None:
        return HttpOrderSystem(url, secret, settings.orders_timeout_s, changes)
    return known.connect(url, secret, Timing(settings.orders_timeout_s), changes)
