"""Which variant of a product the customer's words ask for: "a black one", "size 9 instead", "the cheapest glass one"."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.order_desk.comparatives import compared
from bot.order_desk.words import Word, forms, places, spelt, words
from bot.text.phrases import plain
from bot.types import Product

_TOWARDS = re.compile(
    r"\b(?:make (?:it|them|this|that|those|these|the|my)|to|into|for(?! (?:me|us)\b)|instead|rather|prefer\w*|want\w*|like"
    r"|(?:can|could) (?:i|you) get"
    r"|(?<!n't )(?<!not )be(?! (?:a lot |much )?(?:better|nicer|right|great|perfect|fine|good|preferable)\b)"
    r"|(?:replac|swap|exchang|switch|trad)\w*\b(?:(?!\b(?:for|to|into)\b)[^.;,]){0,60}?\bwith)\b"
    r"|->|→|换成|改成|换为|改为|换个|换到|要",
    re.IGNORECASE,
)
_PAIR = re.compile(r"['\"]?([\w /-]{2,30}?)['\"]?\s*[:=]\s*['\"]?([^'\",}{;]+)['\"]?")
_CHEAPEST = re.compile(r"\bcheap\w*|\blowest[- ]price\w*|\bleast expensive|最便宜|便宜", re.IGNORECASE)
_DEAREST = re.compile(r"\bmost expensive|\bpriciest|\bhighest[- ]price\w*|最贵", re.IGNORECASE)
_SAME = re.compile(
    r"\b(?:same (?:one|item|product|model|thing|exact|options?|variant)|identical|exact same"
    r"|same as (?:i have|now|before|mine)|another one|new one of the same)\b"
    r"|\bto \{\s*\}|同款|一样的|同样的|一模一样",
    re.IGNORECASE,
)
_NO = re.compile(r"(?:\b(?:not|non|no|without|isn't|\w+n't)\b[ -]?(?:\w+ ){0,3}|不|无)$", re.IGNORECASE)
_UNWANTED = re.compile(
    r"(?:\bnot|\bthan|\binstead of|\bno longer|\bdon't (?:want|like)|而不是|代替)\W*(?:(?:the|a|an|in|my|that)\W+)*$"
    r"|(?<!要)(?:不要|不想要|别要)$",
    re.IGNORECASE,
)
_CONTRAST = re.compile(r"\b(?:rather than|instead of|in place of)\b[^,.;!?]*|而不是[^，。；！？]*", re.IGNORECASE)
_RANGE = re.compile(r"(\d+)-(\d+)")
Span = tuple[int, int, Mapping[str, str]]
"""Words from one place to another, and the value that they are of each option that they may be of."""
_ABSENT = {"none": "no", "not resistant": "no"}
_NEAR = 3
_DISTINCT = 4
"""Letters of a word that may stand for a longer value."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for: ``wanted`` options by name, and ``prefer``: ``cheapest``, ``dearest``, ``same`` or nothing."""

    wanted: Mapping[str, str]
    prefer: str = ""


def option_names(family: Sequence[Product]) -> tuple[str, ...]:
    """The attributes in which the variants differ, and those that all of them have."""
    names = [name for product in family for name in product.attributes]
    return tuple(dict.fromkeys(name for name in names if all(name in product.attributes for product in family)))


def asked_options(text: str, current: Mapping[str, str], family: Sequence[Product], answering: bool = False) -> Asked:
    """The options that ``text`` asks for instead of ``current``.

    What stands before "to", "for" or 换成 and is so already describes the present item; ``answering``: the whole text tells
    what is wanted.
    """
    values = _values(family)
    written = _as_ranges(_CONTRAST.sub(lambda match: " " * len(match[0]), plain(text, 4_000)), values)
    target = written if answering else _target(written)
    told = target if target is not None else written
    found = _said(told, values, current)
    if target is None:
        found = _new(found, current)
    elif not answering:
        found = {**_new(_said(written[: len(written) - len(target)], values, current), current), **found}
    prefer = "cheapest" if _CHEAPEST.search(told) else "dearest" if _DEAREST.search(told) else ""
    return Asked(found, prefer or ("same" if not found and _SAME.search(written) else ""))


def _as_ranges(text: str, values: Mapping[str, Sequence[str]]) -> str:
    """``text`` with "30 to 50" as the range that a value has: 30-50."""
    for low, high in {match.groups() for told in values.values() for one in told if (match := _RANGE.match(one))}:
        text = re.sub(rf"\b{low} ?(?:to|till|and|到|至|~|–) ?{high}\b", f"{low}-{high}", text, flags=re.IGNORECASE)
    return text


def _said(text: str, values: Mapping[str, Sequence[str]], current: Mapping[str, str]) -> dict[str, str]:
    """The options that stand in ``text``, by themselves or as pairs."""
    named = dict(_named(text, values))
    said = spelt(words(_PAIR.sub(" ", text) if named else text), _vocabulary(values))
    found: dict[str, str] = {}
    for name, value in _bare(said, values, current, text):
        if value != current.get(name) or name not in found:  # of two values, the one that it has describes it
            found[name] = value
    beyond = {
        name: value for name, value in compared(text, values, current).items() if found.get(name) in (None, current.get(name))
    }
    return {**found, **beyond, **named}


def _new(found: Mapping[str, str], current: Mapping[str, str]) -> dict[str, str]:
    """The options that the present item has not: those that it has only describe it."""
    return {name: value for name, value in found.items() if current.get(name) != value}


def directed(text: str) -> bool:
    """Whether ``text`` has a sign of direction, before which the present item is described."""
    return _target(_CONTRAST.sub(" ", plain(text, 4_000))) is not None


def fitting(
    asked: Asked, current: Mapping[str, str], family: Sequence[Product], sku: str
) -> tuple[Product | None, list[Product]]:
    """The one variant that is meant, if that is clear, and all in stock that have what was asked for.

    An option that was not named stays as it is where there is such a variant.
    """
    if asked.prefer == "same" or not (asked.wanted or asked.prefer):
        same = next((one for one in family if one.sku == sku), None)
        return (same if asked.prefer == "same" else None), [one for one in family if one.stock != 0 and one.sku != sku]
    able = [
        one
        for one in family
        if one.stock != 0 and all(one.attributes.get(name) == value for name, value in asked.wanted.items())
    ]
    if asked.prefer in ("cheapest", "dearest") and able:
        sign = 1 if asked.prefer == "cheapest" else -1
        return min(able, key=lambda one: (sign * (one.price or 0), one.sku)), able
    others = [name for name in current if name not in asked.wanted]
    kept = [one for one in able if all(one.attributes.get(name) == current[name] for name in others)]
    able = [one for one in able if one.sku != sku] or able
    if len(kept) == 1:
        return kept[0], able
    return (able[0] if len(able) == 1 else None), able


def _target(text: str) -> str | None:
    """The words after the last sign of direction that has words after it; None without one."""
    matches = [match for match in _TOWARDS.finditer(text) if text[match.end() :].strip(" .!?。")]
    return text[matches[0].end() :] if matches else None


def _values(family: Sequence[Product]) -> dict[str, list[str]]:
    """Option → its values in the family, the longest first."""
    found: dict[str, list[str]] = {}
    for name in option_names(family):
        found[name] = sorted({product.attributes[name] for product in family}, key=lambda value: (-len(value), value))
    return found


def _named(text: str, values: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Pairs as programs and forms write them: ``color: black``, ``{'size': 'L'}``."""
    by_words = {tuple(word.text for word in words(name)): name for name in values}
    for match in _PAIR.finditer(text):
        said = tuple(word.text for word in words(match[1]))
        name = next((by_words[said[at:]] for at in range(len(said)) if said[at:] in by_words), None)
        if name:
            value = tuple(word.text for word in words(match[2]))
            exact = next(
                (one for one in values[name] if value in forms(one) or tuple(w.text for w in words(one)) == value), None
            )
            if exact:
                yield name, exact


def _bare(
    said: Sequence[Word], values: Mapping[str, Sequence[str]], current: Mapping[str, str], text: str
) -> Iterator[tuple[str, str]]:
    """Values that stand in the text by themselves, each given to the option that it belongs to."""
    meaning = _meanings(values)
    spans: list[Span] = []
    for form in sorted(meaning, key=len, reverse=True):
        for at in places(said, form):
            if not any(at < end and start < at + len(form) for start, end, _ in spans):
                spans.append((at, at + len(form), meaning[form]))
    spans += _shortened(said, values, spans)
    spans += _by_one_word(said, values, spans)
    spans = [span for span in spans if not _UNWANTED.search(text[max(0, said[span[0]].start - 24) : said[span[0]].start])]
    told = {name for _, _, meant in spans if len(meant) == 1 for name in meant}
    for start, end, meant in sorted(spans, key=lambda span: span[:2]):
        if all(map(_only_number, meant.values())) and not _beside(said, start, end, list(meant)):
            if len(meant) > 1 or len(said) > 6:
                continue
        left = {name: value for name, value in meant.items() if name not in told} if len(meant) > 1 else meant
        name = next(iter(left)) if len(left) == 1 else _nearest(said, start, end, left or meant, current)
        if name:
            yield name, meant[name]
    yield from _truths(said, values, text)


def _vocabulary(values: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """The words that options and values are called by."""
    return frozenset(word for name in values for one in (name, *values[name]) for form in forms(one) for word in form)


def _meanings(values: Mapping[str, Sequence[str]]) -> dict[tuple[str, ...], dict[str, str]]:
    """The words that a value is called by, with the value that they are of each option."""
    meaning: dict[tuple[str, ...], dict[str, str]] = defaultdict(dict)
    for name in values:
        for value in values[name]:
            for form in forms(value) if value.lower() not in ("yes", "no") else ():
                meaning[form].setdefault(name, value)
    return meaning


def _shortened(said: Sequence[Word], values: Mapping[str, Sequence[str]], spans: Sequence[Span]) -> Iterator[Span]:
    """A value by its first words, or by its last, where no other value of the option has them: "512GB" for "512GB SSD"."""
    for name in values:
        for value in values[name]:
            for form in forms(value):
                short = form[:2]
                if len(form) < 3 or any(value in values[other] for other in values if other != name):
                    continue
                if any(one[:2] == short for other in values[name] if other != value for one in forms(other)):
                    continue
                for at in places(said, short):
                    if not any(at < end and start < at + 2 for start, end, _ in spans):
                        yield at, at + 2, {name: value}


def _by_one_word(said: Sequence[Word], values: Mapping[str, Sequence[str]], spans: Sequence[Span]) -> Iterator[Span]:
    """A value by a word that no other has: "Alexa" for "Amazon Alexa". Of a measure only the number tells."""
    owners: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for name in values:
        for value in values[name]:
            for form in forms(value):
                for part in form if not any(part[0].isdigit() for part in form) else ():
                    owners[part].add((name, value))
    own_names = {part for name in values for form in forms(name) for part in form}
    told = {name for _, _, meant in spans for name in meant}
    for at, word in enumerate(said):
        alone = owners.get(word.text, ())
        taken = any(start <= at < end for start, end, _ in spans)
        if len(alone) == 1 and len(word.text) >= _DISTINCT and word.text not in own_names and not taken:
            ((name, value),) = alone
            if name not in told:
                yield at, at + 1, {name: value}


def _only_number(value: str) -> bool:
    return re.fullmatch(r"\d+(?:\.\d+)?", value) is not None


def _distinct(names: Sequence[str], name: str) -> set[str]:
    """The words of an option's name that the other names lack."""
    shared = {word for other in names if other != name for form in forms(other) for word in form}
    return {word for form in forms(name) for word in form} - shared


def _beside(said: Sequence[Word], start: int, end: int, names: Sequence[str]) -> bool:
    near = {word.text for word in (*said[max(0, start - _NEAR) : start], *said[end : end + _NEAR])}
    return any({word for form in forms(name) for word in form} & near for name in names)


def _nearest(said: Sequence[Word], start: int, end: int, meant: Mapping[str, str], current: Mapping[str, str]) -> str | None:
    """Of several options that a word may be of, the one whose name stands nearest; else the only one not so already."""
    best: tuple[int, str] | None = None
    for name in meant:
        own = _distinct(list(meant), name)
        for place, word in enumerate(said):
            if word.text in own:
                distance = start - place if place < start else place - end + 1
                if distance <= _NEAR and (best is None or distance < best[0]):
                    best = (distance, name)
    if best:
        return best[1]
    differing = [name for name, value in meant.items() if current.get(name) != value]
    return differing[0] if len(differing) == 1 else None


def _truths(said: Sequence[Word], values: Mapping[str, Sequence[str]], text: str) -> Iterator[tuple[str, str]]:
    """Options that are yes or no, by their own name: "waterproof", "not waterproof"."""
    for name, choices in values.items():
        lowered = {_ABSENT.get(choice.lower(), choice.lower()): choice for choice in choices}
        if not {"yes", "no"} & lowered.keys():
            continue
        for form in forms(name):
            for at in places(said, form):
                denied = _NO.search(text[max(0, said[at].start - 14) : said[at].start]) is not None
                after = said[at + len(form)].text if at + len(form) < len(said) else ""
                told = lowered.get("no" if denied or after == "no" else "yes")
                if told:
                    yield name, told
