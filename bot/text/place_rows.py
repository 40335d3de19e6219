"""Which row of a list in prose tells of a place: the one that names it or its region, else that of the rest."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.text.places import country_of, distance, named, within_country, without_places
from bot.text.prose_rows import Row, Told, lists
from bot.text.question_type import QuestionType, offers, question_types
from bot.text.terms import terms

_EXCEPTED = re.compile(
    r"除了?[^，。；]{1,30}?(?:以?外|之外)|[（(][^（）()]{1,30}(?:除外|不含|不包括|excluded|excepted)[^（）()]{0,6}[）)]"
    r"|[（(]?\b(?:except(?:ing)?(?: for)?|excluding|other than|apart from|not including)\b[^.;)，。；]{1,60}[）)]?",
    re.IGNORECASE,
)
_REST = re.compile(
    r"其[他它余](?:的|所有|各)?(?:地区|省|市|城市|国家|地方|区域|地址|全国|大陆|内地|国内|各地|州|偏远)"
    r"|其[他它余](?=均|都|则|另|按|要|需|约|为|是|一律|统一|包邮|不|满|\s?[\d一二三四五六七八九十两])"
    r"|(?:别的|剩下的?|剩余的?)(?:地区|省|市|城市|地方|国家)"
    r"|\b(?:elsewhere|(?:every|any)where else|(?:the )?rest of (?:the )?[a-z]+|the rest"
    r"|(?:all )?(?:the )?(?:other|remaining) (?:[a-z]+ )?(?:areas?|regions?|provinces?|states?|countries|parts|places"
    r"|destinations|addresses|cities|towns|postcodes))\b",
    re.IGNORECASE,
)
_NOTHING_MORE = re.compile(r"(?:[\s、，,&和与及至到给寄发送往]|\b(?:and|or|to|the|in|for|of|orders?)\b|地区|省|市|订单)*")
_MEASURES: tuple[QuestionType, ...] = ("duration", "price")
_OF_REST, _NOWHERE = 40, 99  # both farther than any region around a place


@dataclass(frozen=True, slots=True)
class _Places:
    """What a row is of: the places that it names, those that it leaves out, and whether it is the rest of a list."""

    names: frozenset[str]
    without: frozenset[str]
    rest: bool


@lru_cache(maxsize=1024)
def rows_of_places(question: str, text: str) -> Told | None:
    """The rows of a list in ``text`` that tell of the places that ``question`` names; None where no list has one for each.

    A row that names the place goes before one that names a region around it, the nearest first, and that before the row of
    the rest, which covers no other country than the list does. Where a time or a sum is asked for, only rows with one count;
    else only lists that have a word of the question.
    """
    places = sorted(named(question))
    kind = next((kind for kind in question_types(question) if kind in _MEASURES), None)
    for rows in _lists(text) if places else ():
        told = [row for row in rows if kind is None or offers(text[row.start : row.end], kind)]
        found = {place: _nearest(place, told, rows) for place in places}
        if None not in found.values() and (kind or _shares_word(question, text[rows[0].start : rows[-1].end])):
            chosen = {row.start: row for row in found.values() if row is not None}
            return Told(tuple(map(_span, chosen.values())), (rows[0].start, rows[-1].end), rows[0].label)
    return None


def list_of_places(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The span of the list of places in ``text`` that a sentence at ``(start, end)`` is a row of; None where it is none."""
    for rows in _lists(text):
        if any(row.start < end and start < row.end for row in rows):
            return rows[0].start, rows[-1].end
    return None


@lru_cache(maxsize=4096)
def _lists(text: str) -> list[list[Row[_Places]]]:
    return list(lists(text, _places, lambda clause: bool(_NOTHING_MORE.fullmatch(without_places(clause)))))


def _span(row: Row[_Places]) -> tuple[int, int]:
    return row.start, row.end


def _shares_word(question: str, told: str) -> bool:
    return bool(frozenset(terms(without_places(question))) & frozenset(terms(without_places(told))))


def _nearest(place: str, told: Sequence[Row[_Places]], rows: Sequence[Row[_Places]]) -> Row[_Places] | None:
    """The row of ``told`` that is nearest to a place; None where none holds it, or two are as near."""
    far = [(_far(place, row, rows), row) for row in told]
    least = min((one for one, _ in far), default=_NOWHERE)
    nearest = [row for one, row in far if one == least < _NOWHERE]
    return nearest[0] if len(nearest) == 1 else None


def _far(place: str, row: Row[_Places], rows: Sequence[Row[_Places]]) -> int:
    """How far a place is from what a row is of; the rest is that of the world where a list names countries, else of theirs."""
    if any(distance(place, other) is not None for other in row.of.without):
        return _NOWHERE
    near = [far for other in row.of.names if (far := distance(place, other)) is not None]
    if near or not row.of.rest:
        return min(near, default=_NOWHERE)
    listed = row.of.names or {name for one in rows for name in one.of.names}  # "the rest of England"
    of_world = not row.of.names and not all(map(within_country, listed))
    of_these = country_of(place) in {country_of(name) for name in listed if within_country(name)}
    return _OF_REST if of_world or of_these else _NOWHERE


@lru_cache(maxsize=4096)
def _places(clause: str) -> _Places | None:
    kept = _EXCEPTED.sub(" ", clause)
    without = frozenset(name for match in _EXCEPTED.finditer(clause) for name in named(match[0]))
    names, rest = named(kept), _REST.search(kept) is not None
    if not (names or rest):
        return None
    return _Places(names, without, rest)
