"""What a profile changes in a recommendation: what is likely wanted, and the size that fits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.shop.product_search import Wish
from bot.shop.profile.model import CustomerProfile
from bot.types import Constraint, Product

_CATEGORY, _BRAND = 0.6, 0.4


def expected_with(
    profile: CustomerProfile, learned: Mapping[str, float], families: Mapping[str, tuple[Product, ...]]
) -> dict[str, float]:
    """``learned`` (SKU → how likely it is wanted next) raised where category and brand are of the customer's interest.

    What the customer took out of the profile counts nothing.
    """
    liked, brands = _shares(profile, "interest"), _shares(profile, "brand")
    denied = {value for name, value in profile.denied if name in ("interest", "brand")}
    found = {}
    for sku, family in families.items():
        own = max(_CATEGORY * liked.get(row.category, 0.0) + _BRAND * brands.get(row.brand, 0.0) for row in family)
        refused = any(row.category in denied or row.brand in denied for row in family)
        found[sku] = 0.0 if refused else max(learned.get(sku, 0.0), own)
    return found


def fitted(wish: Wish, profile: CustomerProfile, same_need: Callable[[str | None, str | None], bool]) -> Wish:
    """The wish with the customer's size in its category, which goes first without being insisted on."""
    if wish.category is None or any(constraint.attribute == "size" for constraint in wish.constraints):
        return wish
    size = next((size for kind, size in profile.sizes().items() if same_need(kind, wish.category)), None)
    if size is None:
        return wish
    return replace(wish, constraints=(*wish.constraints, Constraint("size", "=", size, text=size, soft=True)))


def _shares(profile: CustomerProfile, name: str) -> dict[str, float]:
    own = [trait for trait in profile.traits if trait.name == name]
    top = max((trait.weight for trait in own), default=1.0) or 1.0
    said = {trait.value: 1.0 for trait in own if trait.of_customer}
    return {trait.value: trait.weight / top for trait in own} | said
