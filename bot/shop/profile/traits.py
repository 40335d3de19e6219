"""From signs to traits: weighed by how fresh each sign is, with where it came from, corrected by the customer."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median

from bot.shop.attributes import find_value, split_name
from bot.shop.profile.model import BY_CUSTOMER, Correction, Trait, TraitName, parted_size
from bot.shop.profile.signs import Mood, Said, Sign, Signs

HALF_LIFE_DAYS = 90.0
MOST_INTERESTS = 5
_NEW_DAYS, _ACTIVE_DAYS, _LAPSING_DAYS = 30, 90, 270
_FREQUENT, _SEVERAL = 5, 2
_TELLING = 0.2
"""Mean mood, in [-1, 1], from which a customer counts as content or not."""
_MEASURES = re.compile(r"\d\s*(?:cm|mm|m|in|ft)?\s*[×x*]\s*\d", re.IGNORECASE)
"""Length by width: the size of the thing, not of who wears it."""
_ONE_OF = ("language", "budget")
"""Traits of which what the customer says stands in place of all that was drawn."""


@dataclass(slots=True)
class _Found:
    weight: float = 0.0
    sources: set[str] = field(default_factory=set)
    seen: datetime | None = None

    def add(self, weight: float, source: str, when: datetime | None) -> None:
        self.weight += weight
        self.sources.add(source)
        if when is not None and (self.seen is None or when > self.seen):
            self.seen = when


def traits(signs: Signs, corrections: Sequence[Correction], now: datetime) -> tuple[Trait, ...]:
    """The traits by name, each name's strongest first."""
    drawn = [
        *_language(signs.said, now), *_interests(signs, now), *_sizes(signs, now),
        *_paid(signs.products), *_stated(signs.said, now), *_sentiment(signs.moods, now),
    ]  # fmt: skip
    return tuple(_corrected(drawn, corrections))


def stage(signs: Signs, now: datetime) -> str:
    """How the customer stands to the shop; see :class:`bot.shop.profile.model.CustomerProfile`."""
    number, dates = len(signs.bought), [when for when in signs.bought if when]
    if not number:
        return "visitor"
    days = (now - max(dates)).days if dates else _LAPSING_DAYS
    if number == 1 and days <= _NEW_DAYS:
        return "new"
    return "active" if days <= _ACTIVE_DAYS else "lapsing" if days <= _LAPSING_DAYS else "lost"


def segment(signs: Signs) -> str:
    """By the number of orders."""
    number = len(signs.bought)
    return "frequent" if number >= _FREQUENT else "regular" if number >= _SEVERAL else "single" if number else "none"


def _fresh(when: datetime | None, now: datetime) -> float:
    """1 for a sign of now, half of it 90 days later; an undated sign counts as 90 days old."""
    days = max((now - when).total_seconds() / 86_400, 0.0) if when else HALF_LIFE_DAYS
    return math.exp2(-days / HALF_LIFE_DAYS)


def _strongest(
    name: TraitName, told: Iterable[tuple[str, float, str, datetime | None]], most: int = MOST_INTERESTS
) -> list[Trait]:
    found: dict[str, _Found] = defaultdict(_Found)
    for value, weight, source, when in told:
        found[value].add(weight, source, when)
    best = sorted(found, key=lambda value: (-found[value].weight, value))[:most]
    return [_trait(name, value, found[value].weight, found[value]) for value in best]


def _trait(name: TraitName, value: str, weight: float, found: _Found) -> Trait:
    return Trait(name, value, round(weight, 3), tuple(sorted(found.sources)), found.seen.date() if found.seen else None)


def _language(said: Sequence[Said], now: datetime) -> list[Trait]:
    return _strongest("language", ((one.language, _fresh(one.when, now), "conversations", one.when) for one in said), 1)


def _interests(signs: Signs, now: datetime) -> list[Trait]:
    """Categories and brands. A category counts as one where goods of it were seen, bought or praised, or it was asked for."""
    known = {sign.product.category for sign in signs.products}
    asked = [
        (category, _fresh(one.when, now), "conversations", one.when)
        for one in signs.said
        for category in one.categories
        if category in known
    ]
    own = [(sign, sign.weight * _fresh(sign.when, now)) for sign in signs.products]
    categories = [(sign.product.category, weight, sign.source, sign.when) for sign, weight in own if sign.product.category]
    brands = [(sign.product.brand, weight, sign.source, sign.when) for sign, weight in own if sign.product.brand]
    return [*_strongest("interest", [*categories, *asked]), *_strongest("brand", brands)]


def _sizes(signs: Signs, now: datetime) -> list[Trait]:
    """Sizes of what was bought or asked for, by kind of thing: shoes have other sizes than jackets."""
    told = []
    for sign in signs.products:
        if sign.source == "orders":
            chosen = next((value for name, value in sign.options if split_name(name)[0] == "size"), None)
            size = chosen or find_value(sign.product.attributes, "size")
            if size and not _MEASURES.search(size):
                told.append((f"{sign.product.category}: {size}", sign.weight * _fresh(sign.when, now), "orders", sign.when))
    for one in signs.said:
        if one.size and one.categories:
            told.append((f"{one.categories[0]}: {one.size}", _fresh(one.when, now), "conversations", one.when))
    return _strongest("size", told)


def _paid(signs: Sequence[Sign]) -> list[Trait]:
    """From the cheapest to the dearest of what was bought, and the middle, by currency."""
    paid: dict[str, list[float]] = defaultdict(list)
    found: dict[str, _Found] = defaultdict(_Found)
    for sign in signs:
        if sign.source == "orders" and sign.price is not None:
            currency = sign.product.currency or ""
            paid[currency].append(sign.price)
            found[currency].add(1.0, "orders", sign.when)
    return [
        _trait(
            "budget",
            f"{min(own):g}-{max(own):g} {currency}".strip() + f" (median {median(own):g})",
            float(len(own)),
            found[currency],
        )
        for currency, own in paid.items()
    ]


def _stated(said: Sequence[Said], now: datetime) -> list[Trait]:
    """The budget that the customer named last."""
    named = [(one, one.budget) for one in said if one.budget and one.budget[1]]
    if not named:
        return []
    last, (least, most) = max(named, key=lambda pair: pair[0].when)
    value = f"{least or 0:g}-{most:g} {last.currency or ''}".strip()
    found = _Found(_fresh(last.when, now), {"conversations"}, last.when)
    return [_trait("budget", value, found.weight, found)]


def _sentiment(moods: Sequence[Mood], now: datetime) -> list[Trait]:
    """The mean mood, fresh ones counting more; how much it rests on is its weight."""
    found, total = _Found(), 0.0
    for mood in moods:
        weight = _fresh(mood.when, now)
        found.add(weight, mood.source, mood.when)
        total += mood.value * weight
    if not found.weight:
        return []
    mean = total / found.weight
    label = "positive" if mean >= _TELLING else "negative" if mean <= -_TELLING else "neutral"
    return [_trait("sentiment", label, found.weight, found)]


def _corrected(drawn: Sequence[Trait], corrections: Sequence[Correction]) -> list[Trait]:
    """What the customer says comes first and stands against what was drawn; what they took out is gone."""
    denied = {(one.name, one.value) for one in corrections if not one.holds}
    held = [one for one in corrections if one.holds]
    told = {one.name for one in held}
    sized = {parted_size(one.value)[0] for one in held if one.name == "size"}

    def stands(trait: Trait) -> bool:
        if (trait.name, trait.value) in denied or any((trait.name, trait.value) == (one.name, one.value) for one in held):
            return False
        if trait.name == "size":
            return parted_size(trait.value)[0] not in sized
        return not (trait.name in _ONE_OF and trait.name in told)

    names: tuple[TraitName, ...] = ("language", "interest", "brand", "size", "budget", "sentiment")
    said = [Trait(one.name, one.value, 1.0, (BY_CUSTOMER,)) for one in held]
    left = [trait for trait in drawn if stands(trait)]
    return [trait for name in names for trait in (*said, *left) if trait.name == name]
