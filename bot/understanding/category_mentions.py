"""The kinds of goods that a message names, and those that it does not want."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

import rjieba

from bot.text.phrases import Found, Term, Token, has_han, term_index
from bot.types import Constraint, LanguageCode
from bot.understanding.lexicon import CatalogueLexicon

_UNWANTED = re.compile(
    r"(?:\b(?:no|not|without|except(?: for)?|other than|apart from|besides|skip|leave out|drop)"
    r"|\bdon'?t (?:want|need)|\b(?:already|i(?:'ve| have)|we(?:'ve| have)) (?:have|has|got|owns?)"
    r"|不要|不想要|不需要|不用|别要|除了|去掉|已经有|已有)(?: an?| the| any| my)? ?$",
    re.IGNORECASE,
)
_UNWANTED_AFTER = re.compile(
    r" ?(?:我|我们|家里)?(?:就不用|就不要|不用|不要|不需要|已经?有)了?|(?:我|我们|家里)有了"
    r"| (?:i|we) (?:already )?have(?: one)?(?: already)?\W*$",
    re.IGNORECASE,
)
_NUMERAL = re.compile(r"[一两二三四五六七八九十几每半]|\d+")
_LISTED = re.compile(r"[\s,、]*(?:or|nor|and|和|或|或者|跟|以及)?\s*(?:an?|the|any|my)?\s*", re.IGNORECASE)


def find_categories(tokens: Sequence[Token], language: LanguageCode, lexicon: CatalogueLexicon) -> tuple[str, ...]:
    """Categories that the tokens name: the catalogue's own where it has them, else the shipped name in ``language``."""
    return tuple(dict.fromkeys(found.value for found in _categories_at(tokens, language, lexicon)))


def wished_categories(
    text: str, tokens: Sequence[Token], language: LanguageCode, lexicon: CatalogueLexicon
) -> tuple[tuple[str, ...], tuple[Constraint, ...]]:
    """The categories that ``text`` names; those that it does not want ("no grinder", 不要磨豆机) as constraints."""
    wanted: list[str] = []
    refused: list[Constraint] = []
    last = 0
    for found in _categories_at(tokens, language, lexicon):
        unwanted = _UNWANTED.search(text[max(0, found.start - 24) : found.start]) or _UNWANTED_AFTER.match(text, found.end)
        listed = bool(refused) and last and _LISTED.fullmatch(text, last, found.start)
        last = found.end if unwanted or listed else 0
        if unwanted or listed:
            wording = text[found.start : found.end]
            refused.append(Constraint("category", "=", found.value, negated=True, text=wording))
        else:
            wanted.append(found.value)
    kept = tuple(dict.fromkeys(name for name in wanted if all(one.value != name for one in refused)))
    return kept, tuple({one.value: one for one in refused}.values())


def _categories_at(tokens: Sequence[Token], language: LanguageCode, lexicon: CatalogueLexicon) -> list[Found[str]]:
    shipped: list[Found[Term]] = term_index(("ignored", "category")).find(tokens)
    own = lexicon.categories.find(tokens)
    taken = [(found.start, found.end) for found in own]
    foreign = (Found(kind, *token[1:]) for token in tokens if (kind := lexicon.meant(token.text)))
    own += [found for found in foreign if not _inside(found, taken)]
    ignored = [(found.start, found.end) for found in shipped if found.value.kind == "ignored"]
    amid, counters = _amid_words(tokens), _counters(tokens)
    written = _unbroken(tokens)

    def stands_alone(found: Found[Term] | Found[str]) -> bool:
        """Whether it is no character amid a word, no counter, and not the end of a word with the beginning of the next."""
        at = (found.start, found.end)
        if not set(range(found.start, found.end)) <= written:
            return False  # 钱 包 of 多少钱 包邮
        across = found.start - 1 in amid and found.end - 1 in amid  # 套装 of 全套装备
        return at not in counters and not across and (found.end - found.start > 1 or found.start not in amid)

    found_at = [found for found in own if not _inside(found, ignored) and stands_alone(found)]
    found_at += [
        Found(found.value.shown(language), found.start, found.end)
        for found in shipped
        if found.value.kind == "category" and not _inside(found, taken) and stands_alone(found)
    ]
    return sorted(found_at, key=lambda found: (found.start, found.value))


def _amid_words(tokens: Sequence[Token]) -> set[int]:
    """The places of characters amid Chinese words: a kind stands at a word's end (绿茶), so 茶园 and 茶友 name no tea."""
    amid: set[int] = set()
    for _, run in itertools.groupby(enumerate(tokens), lambda one: one[1].start - one[0]):
        characters = [token for _, token in run]
        place = characters[0].start
        for word in rjieba.cut("".join(token.text for token in characters)):
            amid.update(place + at for at in range(len(word) - 1) if has_han(word))
            place += len(word)
    return amid


def _unbroken(tokens: Sequence[Token]) -> set[int]:
    """The places of a text without the gaps between Chinese characters, which no name goes over."""
    places = {place for token in tokens for place in range(token.start, token.end)}
    for before, after in itertools.pairwise(tokens):
        if not (has_han(before.text) and has_han(after.text)):
            places.update(range(before.end, after.start))
    return places


def _counters(tokens: Sequence[Token]) -> set[tuple[int, int]]:
    """Single characters behind a number, which count other things: 多少钱一包 asks for no bag."""
    pairs = itertools.pairwise(tokens)
    return {(after.start, after.end) for before, after in pairs if len(after.text) == 1 and _NUMERAL.fullmatch(before.text)}


def _inside(found: Found[Term] | Found[str], spans: Sequence[tuple[int, int]]) -> bool:
    return any(start < found.end and found.start < end for start, end in spans)
