"""Goods named in the language that the catalogue does not have: an English customer's guitar is the 吉他 of a Chinese shop."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from bot.shop.kinds import as_written, kind_key, kinds_of
from bot.text.phrases import has_han, term_index
from bot.types import Product
from bot.understanding.lexicon import NO_KIND, CatalogueLexicon

_MOST_KINDS, _OFTEN = 500, 2
_LEAF = re.compile(r"\s*[>/|»›]\s*|\s+-\s+")
_JOINED = re.compile(r"\s*(?:&|,|、|\band\b|和)\s*")
_LATIN = re.compile(r"[A-Za-z]{3}")
_SHIPPED = ("ignored", "category", "color", "material", "feature", "person", "topic", "payment", "place", "day", "attribute")


class Names(Protocol):
    """What names of one language are called in the other: :class:`knowledge_base.translation.Translator`."""

    @property
    def words(self) -> Mapping[str, str]:
        """Words and phrases of the other language, with the name that each means."""
        ...

    def of_pieces(self, word: str) -> str | None:
        """The name that a word without a vector of its own means."""
        ...


Translate = Callable[[Sequence[str], bool], Names]
"""Makes :class:`Names` of names; the second argument tells whether they are Chinese."""


def only_language(rows: Iterable[Product]) -> bool | None:
    """Whether all categories, or titles where there are none, are Chinese; None where some are, or there are none."""
    found = {has_han(row.category or row.title) for row in rows}
    return found.pop() if len(found) == 1 else None


def is_of_other(text: str, chinese: bool) -> bool:
    """Whether ``text`` is written in the other language than a catalogue that is, or is not, ``chinese``."""
    return (not has_han(text) and _LATIN.search(text) is not None) if chinese else has_han(text)


def named_across(lexicon: CatalogueLexicon, translate: Translate) -> CatalogueLexicon:
    """``lexicon`` with what its kinds of goods are called in the other language, where neither it nor the shop has the word."""
    rows = [row for family in lexicon.families.values() for row in family]
    chinese = only_language(rows)
    if chinese is None:
        return lexicon
    known, shipped, categories = _kinds(rows), term_index(_SHIPPED), lexicon.categories.copy()
    names = translate(list(known), chinese)
    for word, kind in names.words.items():
        term = shipped.get(word)
        head = term is not None and term.kind == "category" and len(word) == 1  # 灯, which names of lights end in
        if categories.get(word) is None and (term is None or head):
            categories.add(word, known[kind])
    return replace(lexicon, categories=categories, meant=names.of_pieces if chinese else lambda _: None)


def _kinds(rows: Sequence[Product]) -> dict[str, str]:
    """Names to translate, each with the name that it stands for: of categories in the singular too, and of their parts.

    Then the kinds that several titles name, in an English title those of a category's kind.
    """
    counts = Counter(_LEAF.split(row.category)[-1] for row in rows if row.category)
    known: dict[str, str] = {}
    for category, _ in counts.most_common():
        for part in (category, *_JOINED.split(category)):
            known.setdefault(part, category)
            known.setdefault(as_written(kind_key(part)), category)
    heads = {name.rpartition(" ")[2] for name in known}
    kinds = Counter(kind for row in rows for kind in kinds_of(row) if len(kind) > 1 and kind not in NO_KIND)
    for kind, count in kinds.most_common():
        if count >= _OFTEN and (has_han(kind) or kind.rpartition(" ")[2] in heads):
            known.setdefault(as_written(kind), as_written(kind))
    return dict([(name, kind) for name, kind in known.items() if name][:_MOST_KINDS])
