"""Writes a text from templates and the catalogue; the same request always gives the same variants."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
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
_SCRIPTS_MEET = re.compile(r"[一-鿿][A-Za-z0-9]|[A-Za-z0-9][一-鿿]")
_SENTENCE = re.compile(r"(?<=[。！？])|(?<=[.!?])\s+")


def patterns(request: CopyRequest, product: Product, shop: str) -> Iterator[str]:
    """The texts of every pattern whose places are all known, first those that speak to the audience, then of the offer.

    Where a pattern speaks of the price and not of the offer, the offer stands behind the price.
    """
    known = _values(request, product, shop)
    asked = {name for name in ("audience", "discount") if known[name] is not None}
    parted = [pattern.replace("}", "{").split("{") for pattern in _templates(request.language)[request.kind][request.tone]]
    for parts in sorted(parted, key=lambda parts: ["audience" in asked - set(parts), "discount" in asked - set(parts)]):
        if all(known.get(name) is not None for name in parts[1::2]):
            offered = known["offered"] if "discount" in asked and "discount" not in parts else known["price"]
            values = {**known, "price": offered}
            yield _joined([str(values[part]) if number % 2 else part for number, part in enumerate(parts)]).strip()


def _joined(parts: Sequence[str]) -> str:
    """The parts in a row, with the space that Chinese sets between its own and Latin characters."""
    text = ""
    for part in parts:
        text += " " * bool(_SCRIPTS_MEET.search(text[-1:] + part[:1])) + part
    return text


def _values(request: CopyRequest, product: Product, shop: str) -> dict[str, str | None]:
    language, words = request.language, _templates(request.language)["words"]
    facts = [f"{label(name, language)}{': ' if language == 'en' else '：'}{value}" for name, value in attribute_facts(product)]
    facts = [fact for fact in facts if not fact.endswith((": ", "："))][:MOST_FACTS]
    price = None if product.price is None else format_price(product.price, product.currency, language)
    day = format_date(request.until, language) if request.until else ""
    discount, until = _discount(request, words["discount"]), words["until"].replace("{date}", day) if request.until else ""
    mark = "#{}#" if request.kind == "weibo" else "#{}"
    tags = [mark.format("".join(tag.split())) for tag in (product.brand, product.category) if tag]
    return {
        "title": product.title,
        "name": _COLOUR.sub("", product.title) or product.title,
        "description": _ended(product.description, language) or None,
        "lead": _ended(_SENTENCE.split(product.description.strip(), maxsplit=1)[0], language) or None,
        "price": price,
        "offered": price and f"{price}{words['offered'].replace('{discount}', discount or '').replace('{until}', until)}",
        "facts": "\n".join(facts) or None,
        "fact": facts[0] + ("." if language == "en" else "。") if facts else None,
        "audience": request.audience or None,
        "discount": discount,
        "until": until,
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
