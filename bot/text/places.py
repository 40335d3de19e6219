"""The places that a text names and the regions that they are in: a shop that writes of Tibet means Lhasa, too."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from bot.types import LanguageCode
from knowledge_base.terms import normalise

_CHINA_WARE = re.compile(
    r"\b(?:made in|bone|fine) china\b|\bchina (?=cups?|mugs?|plates?|sets?|tea|shop)|中国(?=[制产风结])", re.IGNORECASE
)
"""What names no country that anything is sent to."""
_STATES = re.compile(r"\bU\.?S\.?(?:A\b)?(?![\w.])|\b(?:in|to|from) the us\b(?! \w)")

_MAINLAND, _ABROAD = "mainland", "abroad"


@dataclass(frozen=True, slots=True)
class _Gazetteer:
    """``regions`` around each name, nearest first, a region's own name being in it; ``called`` by language.

    ``same`` is one name for all names of a place: a Chinese one and the Latin ones that follow it in the list. By that name
    ``province`` tells which one a town lies in.
    """

    regions: dict[str, tuple[str, ...]]
    called: dict[str, dict[LanguageCode, str]]
    pattern: re.Pattern[str]
    same: dict[str, str]
    province: dict[str, str]


@lru_cache(maxsize=4096)
def named(text: str) -> frozenset[str]:
    """The places and regions that ``text`` names, as they are written, folded."""
    return frozenset(match[0] for match in _gazetteer().pattern.finditer(_folded(text)))


def tells_of(place: str, text: str, passage: str = "") -> bool:
    """Whether ``text`` names ``place``, a province or region that it is in, or, where it is one itself, a place in it.

    What the text's ``passage`` lists parts of is a country that it does not mean by abroad.
    """
    home = {country_of(other) for other in named(passage) if within_country(other)}
    told = (other for other in named(text) if not (_region_of(other) == _ABROAD and country_of(place) in home))
    return any(distance(place, other) is not None or distance(other, place) is not None for other in told)


def distance(place: str, other: str) -> int | None:
    """How far a place is from ``other``: 0 where they are the same, 1 in its province, more in the regions around.

    None where ``place`` does not lie in ``other``.
    """
    gazetteer, region = _gazetteer(), _region_of(other)
    around, same = gazetteer.regions[place], gazetteer.same
    if same[place] == same[other] or (region is not None and region == _region_of(place)):
        return 0
    if gazetteer.province.get(same[place]) == same[other]:
        return 1
    return around.index(region) + 2 if region in around else None


def country_of(place: str) -> str | None:
    """The country that a place lies in or is; None for what lies in no known one or spans several."""
    return next((region for region in _gazetteer().regions[place] if region == _MAINLAND or _is_country(region)), None)


def within_country(place: str) -> bool:
    """Whether a place is a part of a country."""
    return (country := country_of(place)) is not None and _region_of(place) != country


def widened(question: str, language: LanguageCode, home: str | None = None) -> tuple[str, ...]:
    """``question`` with the regions around the place or country in its stead, nearest first; none where it names neither.

    They end with the ``home`` of the shop, which is what a shop delivers to without a word on Europe or the world.
    """
    if not named(question):
        return ()
    gazetteer, folded = _gazetteer(), _folded(question)
    for match in gazetteer.pattern.finditer(folded):
        own, around = _region_of(match[0]), gazetteer.regions[match[0]]
        if own is None or _is_country(own):
            before, after = folded[: match.start()], folded[match.end() :]
            within = around[: around.index(home) + 1] if home in around else around
            beyond = ("abroad",) if _is_beyond(around, home) and "abroad" not in around else ()
            wider = (region for region in (*within, *beyond) if region != own)
            return tuple(f"{before}{gazetteer.called[region][language]}{after}" for region in wider)
    return ()


def home_of(currency: str | None) -> str | None:
    """The region where a shop that prices in ``currency`` is at home; None where that may be several or is not known."""
    return next((region for region, entry in _entries().items() if str(entry.get("currency")) == currency), None)


def abroad(text: str, home: str | None = None) -> bool:
    """Whether ``text`` names a country, or a place in one, that is not the ``home`` of the shop; None: the mainland."""
    gazetteer = _gazetteer()
    own = {name: _region_of(name) for name in named(text)}
    return any(
        _is_beyond(gazetteer.regions[name], home) and (region is None or region == _MAINLAND or _is_country(region))
        for name, region in own.items()
    )


def at_home(place: str, home: str | None = None) -> bool:
    """Whether a place lies within the ``home`` of the shop; None: the mainland."""
    return (home or _MAINLAND) in _gazetteer().regions[place]


def _is_beyond(around: Sequence[str], home: str | None) -> bool:
    """Whether regions lie outside the shop's home."""
    return "abroad" in around if home in (None, _MAINLAND) else home not in around


def without_places(text: str) -> str:
    """``text``, folded, without the names of places."""
    return _gazetteer().pattern.sub(" ", _folded(text))


def _folded(text: str) -> str:
    """``text`` as the names are looked for in it; the United States are no pronoun."""
    return normalise(_CHINA_WARE.sub(" ", _STATES.sub("usa", text)))


def _region_of(name: str) -> str | None:
    """The region whose own name this is."""
    gazetteer = _gazetteer()
    region = gazetteer.regions[name][0]
    return region if name in _names()[region] else None


def _is_country(region: str) -> bool:
    """Whether a region is a country abroad."""
    entries = _entries()
    around = entries.get(str(entries[region].get("in")), {})
    return bool(around.get("countries")) and not entries[region].get("countries")


@cache
def _names() -> dict[str, frozenset[str]]:
    return {region: frozenset(entry["names"]) for region, entry in _entries().items()}


@cache
def _entries() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(files("bot.text").joinpath("places.toml").read_text("utf-8"))


@cache
def _gazetteer() -> _Gazetteer:
    entries = _entries()

    def around(region: str) -> Iterator[str]:
        yield region
        if outer := entries[region].get("in"):
            yield from around(str(outer))

    regions = {name: tuple(around(region)) for region, entry in entries.items() for name in (*entry["names"], *entry["places"])}
    called: dict[str, dict[LanguageCode, str]] = {
        region: {"zh": entry["names"][0], "en": entry["names"][1]} for region, entry in entries.items()
    }
    same: dict[str, str] = {}
    for entry in entries.values():
        same |= _by_first((*entry["names"], *entry["places"]))
    province: dict[str, str] = {}
    for own_name, (called_too, *towns) in _provinces().items():
        own = _by_first(towns)
        province |= dict.fromkeys(own.values(), same[own_name])
        same |= own | {called_too: same[own_name]}
        regions |= {name: regions[own_name] for name in own if name not in regions}
    longest_first = sorted(regions, key=len, reverse=True)
    words = "|".join(rf"\b{re.escape(name)}\b" if name.isascii() else re.escape(name) for name in longest_first)
    return _Gazetteer(regions, called, re.compile(words), same, province)


def _by_first(names: Sequence[str]) -> dict[str, str]:
    """Each of ``names`` with the Chinese one that it follows, its own where it is Chinese."""
    first, found = "", {}
    for name in names:
        first = first if first and name.isascii() else name
        found[name] = first
    return found


@cache
def _provinces() -> dict[str, list[str]]:
    return tomllib.loads(files("bot.text").joinpath("provinces.toml").read_text("utf-8"))
