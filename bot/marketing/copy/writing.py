"""Writes a text from templates and the catalogue; the same request always gives the same variants."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from bot.marketing.copy.request import CopyRequest
from bot.shop.attributes import label
from bot.shop.catalogue import attribute_facts
from bot.shop.wording import format_date, format_price
from bot.types import LanguageCode, Product

MOST_FACTS = 4


def patterns(request: CopyRequest, product: Product, shop: str) -> Iterator[str]:
    """The texts of every pattern whose places are all known."""
    known = _values(request, product, shop)
    for pattern in _templates(request.language)[request.kind][request.tone]:
        parts = pattern.replace("}", "{").split("{")
        if all(known.get(name) is not None for name in parts[1::2]):
            yield "".join(str(known[part]) if number % 2 else part for number, part in enumerate(parts)).strip()


def _values(request: CopyRequest, product: Product, shop: str) -> dict[str, str | None]:
    language, words = request.language, _templates(request.language)["words"]
    facts = [f"{label(name, language)}{': ' if language == 'en' else '：'}{value}" for name, value in attribute_facts(product)]
    facts = [fact for fact in facts if not fact.endswith((": ", "："))][:MOST_FACTS]
    price = None if product.price is None else format_price(product.price, product.currency, language)
    day = format_date(request.until, language) if request.until else ""
    mark = "#{}" if language == "en" else "#{}#"
    tags = [mark.format("".join(tag.split())) for tag in (product.brand, product.category) if tag]
    return {
        "title": product.title,
        "description": product.description or None,
        "price": price,
        "facts": "\n".join(facts) or None,
        "fact": facts[0] + ("." if language == "en" else "。") if facts else None,
        "audience": request.audience or None,
        "discount": words["discount"].replace("{percent}", str(request.discount)) if request.discount else None,
        "until": words["until"].replace("{date}", day) if request.until else "",
        "tags": " ".join(tags) or None,
        "shop": shop,
    }


@cache
def _templates(language: LanguageCode) -> Mapping[str, Any]:
    read = tomllib.loads(files("bot.marketing.copy").joinpath("templates.toml").read_text("utf-8"))
    templates: Mapping[str, Any] = read[language]
    return templates
