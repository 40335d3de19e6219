"""Which connector speaks to the system at the shop's address."""

from __future__ import annotations

from typing import Literal

from bot.order_desk.http_system import HttpOrderSystem
from bot.order_desk.platform import PlatformOrders, Timing
from bot.order_desk.shopify import ShopifyOrders
from bot.order_desk.woocommerce import WooCommerceOrders
from bot.store.order_changes import OrderChanges

Platform = Literal["own", "shopify", "woocommerce"]
_PLATFORMS: dict[str, type[ShopifyOrders | WooCommerceOrders]] = {"shopify": ShopifyOrders, "woocommerce": WooCommerceOrders}


def connector(
    platform: Platform, url: str, secret: str, timeout_s: float, changes: OrderChanges
) -> HttpOrderSystem | PlatformOrders:
    """A connector to the shop's own system, or to the platform that it runs on."""
    if platform == "own":
        return HttpOrderSystem(url, secret, timeout_s, changes)
    return _PLATFORMS[platform](url, secret, Timing(timeout_s), changes)
