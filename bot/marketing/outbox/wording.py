"""What a message says: the rule's template in the customer's language, with products as the catalogue has them today."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from bot.generation.fact_gate.gate import FactGate
from bot.marketing.outbox.rules import Occasion
from bot.settings.profile import ShopProfile
from bot.shop.catalogue import Catalogue, product_evidence
from bot.shop.wording import format_price
from bot.types import LanguageCode, Product

MOST_PRODUCTS = 3


@dataclass(frozen=True, slots=True)
class Text:
    """Subject and body."""

    subject: str
    body: str


class Wording:
    """Writes messages. A product line that the fact gate does not find in the catalogue is left out."""

    def __init__(self, catalogue: Catalogue, shop: ShopProfile, gate: FactGate) -> None:
        self._catalogue, self._shop, self._gate = catalogue, shop, gate

    def write(
        self, occasion: Occasion, name: str, language: LanguageCode, unsubscribe: str, popular: Sequence[str] = ()
    ) -> Text | None:
        """The message; None where the rule tells of products and none of them is in the catalogue.

        ``popular`` are told of by a rule that names no products of its own but has a place for them.
        """
        texts = _texts(language)
        rule: Mapping[str, str] = texts[occasion.rule]
        lines = list(self._products(occasion.skus or popular, language, texts))
        if "{products}" in rule["body"] and not lines:
            return None
        shop = self._shop.named(language)
        values = {"shop": shop, "order": occasion.order_id, "products": "\n".join(lines[:MOST_PRODUCTS])}
        greeting = texts["greeting"].format(name=name) if name else texts["greeting_unknown"]
        parts = (greeting, _filled(rule["body"], values), _filled(texts["closing"], values))
        below = texts["unsubscribe"].replace("{url}", unsubscribe)
        return Text(_filled(rule["subject"], values), "\n\n".join((*parts, below)))

    def _products(self, skus: Sequence[str], language: LanguageCode, texts: Mapping[str, Any]) -> list[str]:
        found = self._catalogue.get_many(skus, language)
        lines = ((product, _line(product, language, texts)) for product in found)
        return [
            line
            for product, line in lines
            if self._gate.check(line.removeprefix("- "), [product_evidence(product, language)]).supported
        ]


def _line(product: Product, language: LanguageCode, texts: Mapping[str, Any]) -> str:
    if product.price is None:
        return _filled(texts["product_unpriced"], {"title": product.title})
    return _filled(texts["product"], {"title": product.title, "price": format_price(product.price, product.currency, language)})


def _filled(template: str, values: Mapping[str, str]) -> str:
    """Values stand as they are: braces in a product's title are no places."""
    parts = template.replace("}", "{").split("{")
    return "".join(values.get(part, "") if number % 2 else part for number, part in enumerate(parts))


@cache
def _texts(language: LanguageCode) -> dict[str, Any]:
    read = tomllib.loads(files("bot.marketing.outbox").joinpath("messages.toml").read_text("utf-8"))
    texts: dict[str, Any] = read[language]
    return texts
