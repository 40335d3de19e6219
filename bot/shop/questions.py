"""What is still to settle before choosing: the attributes that tell the products of a kind apart and that nobody named yet."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.shop.attributes import find_value, label, split_name
from bot.shop.units import quantities
from bot.shop.wording import format_price
from bot.types import LanguageCode, Product

_KNOWN = 0.7
_LONGEST = 14
_SHOWN = 4
_NOT_ASKED = frozenset({"color", "size", "warranty", "voltage", "model", "battery", "origin", "weight", "material", "power"})
"""What customers choose by looking or do not choose by: a question would cost more than it settles."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is still to settle: ``slot`` as in the brief's asks, ``name`` and ``options`` in the reply's language.

    ``options`` are the values that there are; of a measure the least and the most.
    """

    slot: str
    name: str
    options: tuple[str, ...]
    measured: bool = False


def open_questions(
    products: Sequence[Product], settled: Collection[str], budget_known: bool, language: LanguageCode, most: int = 2
) -> tuple[Question, ...]:
    """At most ``most`` questions, the budget first, then the attributes that split ``products`` best (highest entropy)."""
    asked = [] if budget_known else [question for question in [_budget(products, language)] if question]
    names = dict.fromkeys(split_name(column)[0] for product in products for column in product.attributes)
    ranked = sorted(
        ((_entropy(values), name, values) for name in names
         if name not in settled and name not in _NOT_ASKED and (values := _values(products, name))),
        key=lambda one: -one[0],
    )  # fmt: skip
    asked += [_question(name, values, language) for entropy, name, values in ranked if entropy > 0]
    return tuple(asked[:most])


def _values(products: Sequence[Product], name: str) -> list[str]:
    """The short values of an attribute that most of the products have."""
    found = [value for product in products if (value := find_value(product.attributes, name)) and len(value) <= _LONGEST]
    return found if len(found) >= _KNOWN * len(products) else []


def _entropy(values: Sequence[str]) -> float:
    """In bits; the most even split tells most."""
    return -sum(n / len(values) * math.log2(n / len(values)) for n in Counter(values).values())


def _question(name: str, values: Sequence[str], language: LanguageCode) -> Question:
    measures = {value: found[0] for value in values if (found := quantities(value))}
    dimensions = {one.dimension for one in measures.values()}
    title = label(name, language)
    title = title if language == "zh" or title.isupper() else title.lower()
    if len(measures) == len(set(values)) and len(dimensions) == 1:
        ordered = sorted(measures, key=lambda value: measures[value].value)
        return Question(name, title, (ordered[0], ordered[-1]), measured=True)
    return Question(name, title, tuple(value for value, _ in Counter(values).most_common(_SHOWN)))


def _budget(products: Sequence[Product], language: LanguageCode) -> Question | None:
    prices = sorted(product.price for product in products if product.price is not None)
    currencies = {product.currency for product in products}
    if len(prices) < 2 or len(currencies) > 1 or prices[0] == prices[-1]:
        return None
    low, high = (format_price(price, products[0].currency, language) for price in (prices[0], prices[-1]))
    return Question("budget", "", (low, high), measured=True)
