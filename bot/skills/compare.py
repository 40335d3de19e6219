"""Compares two to four products that the customer names or was just shown."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.generation.brief import Brief
from bot.shop.attributes import split_name
from bot.shop.finder import ProductFinder
from bot.shop.ranking import asked_ranking, leader
from bot.skills.outcome import Outcome, TurnContext
from bot.types import DialogueState, Understanding

_MOST = 4
_DIGITS = {
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "two": 2,
    "three": 3,
    "four": 4,
}
_FIRST_FEW = re.compile(r"\b(first|last|top)\s+(two|three|four|[2-4])\b|(前|后|头)\s?([两二三四2-4])\s?[个款种件台]?", re.I)
_ORDINAL = re.compile(
    r"\b(first|second|third|fourth)\b|\b(?:number|no\.?|#)\s?([1-9])\b|第\s?([一二三四1-9])\s?[个款种件台]?", re.IGNORECASE
)
_ANY = re.compile(r"\bwhich\b|哪", re.IGNORECASE)
_LAST_ONE = re.compile(r"\bthe last( one)?\b|最后(那|一)?(个|款|种|件)", re.IGNORECASE)


class CompareSkill:
    """A table of what differs, with every product's facts as evidence."""

    def __init__(self, finder: ProductFinder) -> None:
        self._finder = finder

    def prepare(self, understanding: Understanding, state: DialogueState, context: TurnContext) -> Outcome:
        """Compares, or clarifies which products are meant."""
        language = understanding.language.code
        wanted = meant_skus(understanding, state, context)
        products = self._finder.catalogue.get_many(wanted, language)[:_MOST]
        clear = len(products) >= 2
        ranking = asked_ranking(understanding.text) if clear else None
        opinions = self._finder.opinions()
        first = leader(products, ranking, opinions, language) if ranking else None
        brief = Brief(
            action="compare" if clear else "clarify",
            question=understanding.question,
            language=language,
            understanding=understanding,
            shop=context.shop,
            history=context.history,
            evidence=self._finder.evidence(products, language) if clear else (),
            products=products if clear else (),
            reasons=self._finder.advantages(products, language) if clear else (),
            table=self._finder.table(products, language, wanted_of(understanding, state)) if clear else None,
            asks=() if clear else ("product",),
            leader=first,
        )
        skus = tuple(product.sku for product in products) or state.skus
        return Outcome(brief, replace(state, skus=skus, asks=brief.asks))


def wanted_of(understanding: Understanding, state: DialogueState) -> tuple[str, ...]:
    """The attributes that the customer asked for, now or before."""
    said = (*understanding.entities.constraints, *state.constraints)
    return tuple(dict.fromkeys(split_name(one.attribute)[0] for one in said if not one.negated))


def meant_skus(understanding: Understanding, state: DialogueState, context: TurnContext) -> tuple[str, ...]:
    """The SKUs to compare: those named, else places in what was last shown, else all of that; one alone meets the page's."""
    named = tuple(dict.fromkeys(understanding.entities.skus))
    placed = _by_place(understanding.text[:500], state.skus)
    if len(placed) >= 2 and set(named) <= set(state.skus):
        return placed
    if len(named) >= 2:
        every = set(named) < set(state.skus) and understanding.rewritten and _ANY.search(understanding.text)
        return state.skus if every else named
    together = tuple(dict.fromkeys((*named, *placed)))
    if len(together) >= 2:
        return together
    if not named:
        return state.skus if len(state.skus) >= 2 else (*state.skus, *filter(None, [context.page_sku]))
    other = context.page_sku or next((sku for sku in state.skus if sku not in named), None)
    return (other, *named) if other else named


def _by_place(text: str, shown: tuple[str, ...]) -> tuple[str, ...]:
    """``shown`` by "the first two", "the first and the third", "第一款和最后一款"."""
    if match := _FIRST_FEW.search(text):
        which, number = (match[1] or match[3]).lower(), match[2] or match[4]
        count = _DIGITS.get(number.lower()) or int(number)
        return shown[-count:] if which in ("last", "后") else shown[:count]
    words = [next(group for group in match.groups() if group).lower() for match in _ORDINAL.finditer(text)]
    places = [_DIGITS.get(word) or int(word) for word in words]
    found = [shown[place - 1] for place in dict.fromkeys(places) if place <= len(shown)]
    return (*found, shown[-1]) if shown and _LAST_ONE.search(text) else tuple(found)
