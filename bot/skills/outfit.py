"""The kinds of goods that an activity needs, where a whole set for it is wanted and nobody names its parts."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence

from bot.policy.patterns import WHOLE_SET
from bot.shop.attributes import mentions, mentions_folded
from bot.shop.finder import ProductFinder
from bot.shop.kinds import as_written, kinds_of
from bot.shop.product_facts import facts_of
from bot.skills.wishes import without_request
from bot.text.phrases import has_han
from bot.text.terms import terms
from bot.types import LanguageCode, Product, Understanding

_FEWEST = 2
_LATIN = re.compile(r"[a-z]{4,}")
_DOING = re.compile(r"\b[a-z]+ing\b", re.IGNORECASE)
"""What a set is called after: a camping kit."""
_NAMED = 1.0
"""How much it counts that a passage on the activity names a kind of goods, beside what is bought together in [0, 1]."""

Kinds = Mapping[str, Collection[str]]
"""The SKUs of each kind by its name."""


def outfit(
    finder: ProductFinder, understanding: Understanding, passages: Sequence[str], most: int
) -> tuple[Kinds, Mapping[str, float]]:
    """At most ``most`` kinds of goods that the activity of the message needs, and how well products fit; empty for none.

    The activity is what the message has beside the words for a set. Goods for it are those whose category, title or
    description names it, and what is bought with these. Kinds come by how often they are bought with others of these, two at
    least, and by how many of the ``passages`` on the activity name them.
    """
    families, language = finder.catalogue.families(), understanding.language.code
    activity, named, by_category = _activity(finder, understanding)
    if not named:
        return {}, {}
    together = finder.opinions().together
    around = named | {other for sku in named for other, _ in together.get(sku, ()) if other in families}
    beside = {sku: {other: often for other, often in together.get(sku, ()) if other in around} for sku in around}
    bound = {sku: sum(others.values()) for sku, others in beside.items()}
    kinds = _kinds(finder, sorted(around), activity, language)
    told = [text for text in passages if mentions(text, activity)]
    weights: dict[str, float] = {}
    for kind, skus in kinds.items():
        says = sum(mentions(text, kind) for text in told) + (not by_category and not named.isdisjoint(skus))
        partners = {other for sku in skus for other in beside.get(sku, ())}
        if says or len(partners) >= _FEWEST:
            weights[kind] = sum(bound.get(sku, 0.0) for sku in skus) + _NAMED * says
    first = {kind for kind in weights if not by_category and named & kinds[kind]}
    chosen = sorted(weights, key=lambda kind: (kind not in first, -weights[kind], kind))[:most]
    return ({kind: kinds[kind] for kind in chosen} if len(chosen) >= _FEWEST else {}), bound


def _activity(finder: ProductFinder, understanding: Understanding) -> tuple[str, set[str], bool]:
    """The word of the message that most tells of goods, which these are, and whether their category is named by it.

    Else their titles are, else their descriptions.
    """
    text = without_request(WHOLE_SET.sub(lambda said: " ".join(_DOING.findall(said[0])), understanding.text[:500]))
    for one in understanding.entities.constraints:
        text = text.replace(one.text, " ") if one.text else text
    told = {*terms(text)}
    found = {word for word in _LATIN.findall(text.lower()) if told.intersection(terms(word))}
    found |= {word for word in told if len(word) > 1 and has_han(word)}
    families = finder.catalogue.families()
    ways: tuple[Callable[[Product, str], bool], ...] = (
        lambda row, word: mentions(row.category, word),
        lambda row, word: mentions(row.title, word),
        lambda row, word: mentions_folded(facts_of(row).words, word),
    )
    for way, tells in enumerate(ways):
        for word in sorted(found, key=lambda word: (-len(word), word)):
            named = {sku for sku, rows in families.items() if any(tells(row, word) for row in rows)}
            if named:
                return word, named, way == 0
    return "", set(), False


def _kinds(finder: ProductFinder, skus: Sequence[str], activity: str, language: LanguageCode) -> dict[str, set[str]]:
    """The goods by kind: a whole category where it is of one kind, else the narrow kinds of a mixed one, such as camping gear.

    A category named by the activity is mixed, as is one that most of these goods are not of.
    """
    families = finder.catalogue.families()
    found: dict[str, set[str]] = {}
    for sku in skus:
        category = next((row.category for row in families[sku] if row.language == language), families[sku][0].category)
        whole = finder.goods.members(category)
        mixed = any(mentions(row.category, activity) for row in families[sku]) or len(whole & {*skus}) * 2 < len(whole)
        kind = _narrow(finder, families[sku], language) if mixed else category
        same = next((name for name in found if finder.goods.same_need(name, kind)), kind)
        if same:
            found.setdefault(same, set()).add(sku)
            found[same] |= finder.goods.members(same) if not mixed else set()
    return found


def _narrow(finder: ProductFinder, rows: Sequence[Product], language: LanguageCode) -> str:
    """What a thing is called that stands beside other things in its category: the widest name that others go by, too."""
    own = {rows[0].sku, *(other.sku for other in finder.goods.variants(rows[0].sku))}
    category = finder.goods.members(rows[0].category)
    named = sorted({kind for row in rows for kind in map(as_written, kinds_of(row)) if len(kind) > 1}, key=len, reverse=True)
    shared = [kind for kind in named if own < finder.goods.members(kind) < category]
    written = [kind for kind in named if has_han(kind) == (language == "zh")] or named
    return (shared or written or [""])[0]
