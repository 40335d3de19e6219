"""Writes a text from templates and the catalogue; the same request always gives the same variants."""

from __future__ import annotations

import re
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
_COLOUR = re.compile(r"(?:, [^,]+| [一-鿿]{1,2}色)$")
"""What sets a title's variants apart at its end."""
_SENTENCE = re.compile(r"(?<=[。！？])|(?<=[.!?])\s+")


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
    mark = "#{}#" if request.kind == "weibo" else "#{}"
    tags = [mark.format("".join(tag.split())) for tag in (product.brand, product.category) if tag]
    return {
        "title": product.title,
        "name": _COLOUR.sub("", product.title) or product.title,
        "description": _ended(product.description, language) or None,
        "lead": _ended(_SENTENCE.split(product.description.strip(), maxsplit=1)[0], language) or None,
        "price": price,
        "facts": "\n".join(facts) or None,
        "fact": facts[0] + ("." if language == "en" else "。") if facts else None,
        "audience": request.audience or None,
        "discount": _discount(request, words["discount"]),
        "until": words["until"].replace("{date}", day) if request.until else "",
        "tags": " ".join(tags) or None,
        "shop": shop,
    }


def _discount(request: CopyRequest, words: str) -> str | None:
    if request.discount is None:
        return None
    return words.replace("{percent}", str(request.discount)).replace("{tenths}", tenths(request.discount))


def tenths(discount: int) -> str:
    """What is left of the price in tenths, as Chinese tells a discount: 15 per cent off is 8.5."""
    return f"{(100 - discount) / 10:g}"


def _ended(text: str, language: LanguageCode) -> str:
    """The text with a full stop where it ends without one: something follows."""
    plain = text.strip()
    return plain if not plain or plain[-1] in ".!?。！？…" else plain + ("。" if language == "zh" else ".")


@cache
def _templates(language: LanguageCode) -> Mapping[str, Any]:
    read = tomllib.loads(files("bot.marketing.copy").joinpath("templates.toml").read_text("utf-8"))
    templates: Mapping[str, Any] = read[language]
    return templates
