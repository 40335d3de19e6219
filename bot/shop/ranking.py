"""Which product is the cheapest, the lightest, the quietest: what the words go by, and the products in that order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.shop.attributes import find_value, label
from bot.shop.reviews import Opinions, rating_words
from bot.shop.units import quantities
from bot.shop.wording import format_price
from bot.types import Constraint, LanguageCode, Product


@dataclass(frozen=True, slots=True)
class Ranking:
    """``attributes`` are tried in turn; ``most`` puts the highest first. ``beyond``: more of it than what was shown."""

    name: str
    attributes: tuple[str, ...]
    most: bool
    beyond: bool = False


@dataclass(frozen=True, slots=True)
class Leader:
    """What a question for the lightest, cheapest … comes to: ``titles`` are first alike, ``value`` is theirs.

    ``ranking`` names what was asked for (``lightest``), ``attribute`` what it goes by, in the reply's language.
    """

    ranking: str
    attribute: str
    titles: tuple[str, ...]
    value: str


CHEAPEST = Ranking("cheapest", ("price",), most=False)
_SIZE = ("capacity", "people", "size", "length")
_TABLE: tuple[tuple[str, tuple[str, ...], bool, str, str], ...] = (
    ("longest_lasting", ("battery_life", "battery"), True,
     r"\b(?:longest|best) (?:battery|playtime|runtime)|\blasts? (?:the )?longest|(?:续航|电池|待机)\w{0,3}最(?:长"
     r"|久|好|强)|最(?:长|久)的?续航",
     r"\blonger battery|\blasts? longer|(?:续航|电池)(?:时间)?(?:更|再)?(?:长|久|好)(?:一?[点些])?"),
    ("cheapest", ("price",), False,
     r"\bcheapest|\bleast expensive|\blowest[- ]price\w*|\bmost affordable|最便宜|价格最低|最低价|最实惠",
     r"\bcheaper|\bless expensive|\bmore affordable|\btoo (?:expensive|dear|pric[ey]+)|更便宜|便宜(?:一?[点些]"
     r"|的)|更实惠|太贵|有点贵"),
    ("dearest", ("price",), True, r"\bmost expensive|\bpriciest|\bdearest|最贵|价格最高", r"\bmore expensive|\bdearer|更贵"),
    ("lightest", ("weight",), False, r"\blightest|最轻", r"\blighter|\btoo heavy|太[重沉]|更轻|轻一?[点些]|轻便一?[点些]"),
    ("heaviest", ("weight",), True, r"\bheaviest|最重", r"\bheavier|更重|重一?[点些]"),
    ("quietest", ("noise",), False, r"\bquietest|最(?:安静|静音)|噪音最[小低]", r"\bquieter|\btoo"
    r" (?:loud|noisy)|太吵|更(?:安静|静音)|安静一?[点些]"),
    ("warmest", ("comfort_temperature",), False, r"\bwarmest|最(?:保暖|暖和|暖|厚)", r"\bwarmer|更(?:保暖"
    r"|暖和|暖|厚)|(?:保暖|暖和|厚)一?[点些]"),
    ("brightest", ("brightness",), True, r"\bbrightest|最亮", r"\bbrighter|更亮|亮一?[点些]"),
    ("strongest", ("power",), True, r"\bmost powerful|\bstrongest|功率最[大高]", r"\bmore powerful|功率(?:更|再)[大高]"),
    ("best_rated", ("rating",), True,
     r"\bbest[- ](?:rated|reviewed)|\bhighest[- ]rat\w+|\bbest reviews|评[价分]最[好高]|口碑最好|好评最多",
     r"\bbetter[- ](?:rated|reviewed)|评[价分]更[好高]"),
    ("largest", _SIZE, True, r"\b(?:largest|biggest)|(?:容量)?最大", r"\b(?:larger|bigger)|\btoo small"
    r"|太小|(?:更|再|稍微)大|大一?[点些]"),
    ("smallest", _SIZE, False, r"\bsmallest|\bmost compact|最小", r"\bsmaller|\btoo (?:big|large|bulky)"
    r"|太大|\bmore compact|(?:更|再|稍微)小|小一?[点些]"),
)  # fmt: skip
_PATTERNS = tuple(
    (Ranking(name, attributes, most), re.compile(superlative, re.I), re.compile(comparative, re.I))
    for name, attributes, most, superlative, comparative in _TABLE
)
_ENOUGH_REVIEWS = 2
_FEATURES = {"quietest": "quiet", "lightest": "lightweight", "strongest": "powerful", "warmest": "warm"}
_BOUND = re.compile(r"\b\w+er than \d|比\s?\d", re.IGNORECASE)
_TOO = re.compile(r"\btoo \w+|太[大小重沉贵吵]|有点贵", re.IGNORECASE)
_WHICH = re.compile(r"\bwhich\b|\bwhat'?s the\b|哪|谁", re.IGNORECASE)


def asked_ranking(text: str) -> Ranking | None:
    """What ``text`` wants the most or the least of; ``beyond`` for "a lighter one", not for "which is lighter?"."""
    written = text[:300]
    for ranking, superlative, comparative in _PATTERNS:
        if superlative.search(written):
            return ranking
        if comparative.search(written) and not _BOUND.search(written):
            return Ranking(ranking.name, ranking.attributes, ranking.most, beyond=_WHICH.search(written) is None)
    return None


def complains_of_measure(text: str) -> bool:
    """Whether a figure in ``text`` is one to get away from: "60 litres is too big"."""
    return _TOO.search(text[:300]) is not None


def feature_of(ranking: Ranking) -> Constraint | None:
    """What to look for in the words of a product where the shop has no figures to rank by."""
    feature = _FEATURES.get(ranking.name)
    return Constraint("feature", "=", feature, text=feature) if feature else None


def without_ranking(text: str) -> str:
    """``text`` without the words that say what to rank by."""
    for _, superlative, comparative in _PATTERNS:
        text = comparative.sub(" ", superlative.sub(" ", text))
    return text


def measure(product: Product, attribute: str, opinions: Opinions) -> float | None:
    """The figure that an attribute of a product comes to, in base units."""
    if attribute == "price":
        return product.price
    if attribute == "rating":
        rating = opinions.ratings.get(product.sku)
        return round(rating.mean, 1) if rating and rating.count >= _ENOUGH_REVIEWS else None
    written = find_value(product.attributes, attribute)
    found = quantities(written) if written else ()
    return found[-1].value if found and attribute == "people" else found[0].value if found else None


def attribute_of(ranking: Ranking, products: Sequence[Product], opinions: Opinions) -> str | None:
    """The first attribute of the ranking that at least two of the products have; for one product, that it has."""
    enough = min(2, len(products))
    for attribute in ranking.attributes:
        if enough and sum(measure(product, attribute, opinions) is not None for product in products) >= enough:
            return attribute
    return None


def in_order(products: Sequence[Product], ranking: Ranking, attribute: str, opinions: Opinions) -> tuple[Product, ...]:
    """The products that have the attribute, the first of the ranking first."""
    known = [(value, product) for product in products if (value := measure(product, attribute, opinions)) is not None]
    return tuple(product for _, product in sorted(known, key=lambda pair: -pair[0] if ranking.most else pair[0]))


def beyond(
    products: Sequence[Product], shown: Sequence[Product], ranking: Ranking, attribute: str, opinions: Opinions
) -> tuple[Product, ...]:
    """Those of ``products`` that go further than every one of ``shown``, nearest first."""
    limits = [value for product in shown if (value := measure(product, attribute, opinions)) is not None]
    if not limits:
        return ()
    ordered = in_order(products, ranking, attribute, opinions)
    limit = max(limits) if ranking.most else min(limits)
    further = [p for p in ordered if ((measure(p, attribute, opinions) or 0.0) - limit) * (1 if ranking.most else -1) > 1e-9]
    return tuple(reversed(further))


def leader(products: Sequence[Product], ranking: Ranking, opinions: Opinions, language: LanguageCode) -> Leader | None:
    """Who is first among ``products``, with its value as the shop writes it; None where their figures cannot be compared."""
    attribute = attribute_of(ranking, products, opinions)
    if attribute is None or (attribute == "price" and len({product.currency for product in products}) > 1):
        return None
    ordered = in_order(products, ranking, attribute, opinions)
    best = measure(ordered[0], attribute, opinions)
    first = [product for product in ordered if measure(product, attribute, opinions) == best]
    return Leader(
        ranking.name,
        attribute_label(attribute, language),
        tuple(dict.fromkeys(product.title for product in first)),
        value_of(first[0], attribute, opinions, language),
    )


def attribute_label(attribute: str, language: LanguageCode) -> str:
    """What the attribute is called, prices and ratings too."""
    own = {"price": ("Price", "价格"), "rating": ("Rating", "评分")}
    return own[attribute][0 if language == "en" else 1] if attribute in own else label(attribute, language)


def value_of(product: Product, attribute: str, opinions: Opinions, language: LanguageCode) -> str:
    """The value as replies write it."""
    if attribute == "price":
        return format_price(product.price, product.currency, language)
    if attribute == "rating":
        rating = opinions.ratings.get(product.sku)
        return rating_words(rating, language) if rating else ""
    value = find_value(product.attributes, attribute) or ""
    people = attribute == "people" and value.isdigit()
    return f"{value} {'people' if language == 'en' else '人'}" if people else value
