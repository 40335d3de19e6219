"""For which seasons goods are, by what the shop writes of them."""

from __future__ import annotations

import re
from functools import lru_cache

from bot.shop.attributes import find_value
from bot.shop.units import quantities
from bot.types import Product

_SEASONS = {
    name: re.compile(pattern, re.IGNORECASE)
    for name, pattern in (
        ("spring", r"\bspring(?:time)?\b(?!s)|[3三]季|春[季天夏秋]|春用"),
        ("summer", r"\bsummer(?:time)?\b|\bhot (?:weather|days?|nights?)\b|炎热|大热天"
         r"|[3三]季|夏[季天日秋]|夏用"),
        ("autumn", r"\bautumn\b|\b(?:this|the|for|in) fall\b|[3三]季|秋[季天冬]|秋用"),
        ("winter", r"\bwinter(?:time)?\b|\b(?:cold|freezing|icy) (?:weather|days?|nights?|mornings?)\b"
         r"|\b(?:below|sub|under)[- ](?:zero|freezing)\b|零下|冷天|寒冷|下雪"
         r"|冬[季天日]|冬用|秋冬"),
    )
}  # fmt: skip
_THREE = re.compile(r"\b(?:three|3)[- ]season\b", re.IGNORECASE)
_EVERY = re.compile(r"\b(?:all|four|4)[- ]season|\ball[- ]year|\byear[- ]round\b|[4四]季|全年", re.IGNORECASE)
_FREEZING = 0.0  # °C


@lru_cache(maxsize=4096)
def seasons_of(text: str) -> frozenset[str]:
    """The seasons that a text names; all four for goods of the whole year, none where it speaks of none."""
    if _EVERY.search(text):
        return frozenset(_SEASONS)
    three = frozenset(_SEASONS) - {"winter"} if _THREE.search(text) else frozenset()
    return three | {name for name, pattern in _SEASONS.items() if pattern.search(text)}


def out_of_season(product: Product, text: str) -> bool:
    """Whether ``text`` asks for goods for a season and the product is for others: by its title, its season, its warmth."""
    asked = seasons_of(text)
    if not asked:
        return False
    told = seasons_of(find_value(product.attributes, "season") or "") or seasons_of(product.title)
    if told:
        return told.isdisjoint(asked)
    return asked == {"winter"} and _only_for_warm_nights(product)


def _only_for_warm_nights(product: Product) -> bool:
    """Whether a product keeps somebody comfortable above freezing alone."""
    found = quantities(find_value(product.attributes, "comfort_temperature") or "")
    return bool(found) and found[0].value > _FREEZING
