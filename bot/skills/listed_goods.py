"""Goods that a wish names one after another, and those among them that the shop does not have."""

from __future__ import annotations

from bot.shop.attributes import mentions
from bot.shop.finder import ProductFinder
from bot.text.enumerated import enumerated
from bot.text.phrases import has_han
from bot.text.terms import concepts, terms
from bot.types import Understanding
from bot.understanding.confirmation import only_agrees


def lists_goods(understanding: Understanding) -> bool:
    """Whether a message wishes for several goods in a list, all of which are to be shown."""
    return bool(_names(understanding))


def lacking(finder: ProductFinder, understanding: Understanding) -> tuple[str, ...]:
    """The listed things that no product or kind of the shop is called, beside others that it has; empty for no list."""
    said, language = understanding.entities, understanding.language.code
    kinds = filter(finder.goods.known, said.categories)
    known = [*(name for kind in kinds for name in (kind, *finder.goods.names_of(kind, language)))]
    titles = [product.title for product in finder.catalogue.get_many(said.skus, language)]
    names = _names(understanding)
    lost = tuple(
        name
        for name in names
        if not any(_is_one(name, kind) for kind in known) and not any(mentions(title, name) for title in titles)
    )
    return lost if len(lost) < len(names) else ()


def _is_one(name: str, kind: str) -> bool:
    """Whether a thing is one of a kind by its name, which the kind ends: a bait tray is no bait."""
    return mentions(name, kind) and (not has_han(name) or name.endswith(kind))


def _names(understanding: Understanding) -> tuple[str, ...]:
    """The listed names; none where one of them is a matter that shops are asked about, and no thing."""
    listed = enumerated(understanding.question, understanding.language.code)
    names = tuple(name for name in listed if not only_agrees(name))  # "ok and the tent"
    matters = any(concepts(term) for name in names for term in terms(name))
    return () if matters else names
