"""Citations: writing ``[n]`` behind a sentence, and resolving the ``[n]`` of a finished text to verbatim quotes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.text.terms import concepts, terms
from bot.types import Citation, Evidence, LanguageCode
from knowledge_base.sentences import sentence_spans

QUOTE_LENGTH = 300
_NUMBERS = r"\s*\^?\d{1,3}(?:\s*(?:[,，、;；]|[-–~])\s*\^?\d{1,3})*\s*"
MARKER = re.compile(rf"(?:\[(?P<a>{_NUMBERS})\](?!\()|【(?P<b>{_NUMBERS})】|［(?P<c>{_NUMBERS})］)")
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")


def cite(text: str, numbers: Sequence[int], language: LanguageCode, item: bool = False) -> str:
    """The sentence with its ``[n]`` before the closing mark, as in ``within 30 days [1].`` or ``7天内可退[1]。``.

    A list ``item`` is given no closing mark that it lacks.
    """
    text = text.strip()
    if not numbers:
        return text
    marks = "".join(f"[{n}]" for n in numbers)
    end = re.search(r"[.。!！?？:：…]+$", text)
    body, closing = (text[: end.start()], end[0]) if end else (text, "" if item else "。" if language == "zh" else ".")
    if re.search(r"(?:\b(?:etc|a\.m|p\.m|e\.g|Inc|Ltd|Co)|…)$", body, re.I) and closing == ".":
        body += "."
        closing = ""
    gap = "" if language == "zh" else " "
    return f"{body.rstrip()}{gap}{marks}{closing}"


def resolve(text: str, evidence: Sequence[Evidence]) -> tuple[str, tuple[Citation, ...]]:
    """The text with its citations renumbered by first use, and what each cites.

    ``[1][2]``, ``[1, 2]``, ``[1-3]``, ``【1】`` and ``［1］`` are understood; numbers without evidence are dropped. The quote
    is the whole sentence (or neighbouring sentences) of the evidence, at most 300 characters, that best supports the sentences
    citing it, verbatim.
    """
    order: dict[int, int] = {}
    claims: dict[int, list[str]] = {}
    kept: list[str] = []
    position = 0
    for match in MARKER.finditer(text):
        known = [n for n in _numbers(match) if 1 <= n <= len(evidence)]
        before = text[position : match.start()]
        for n in known:
            order.setdefault(n, len(order) + 1)
            claims.setdefault(n, []).append(_sentence_around(text, match.start()))
        kept.append(before if known else before.rstrip(" "))
        kept.extend(f"[{order[n]}]" for n in dict.fromkeys(known))
        position = match.end()
    kept.append(text[position:])
    citations = tuple(_citation(place, evidence[n - 1], claims[n]) for n, place in order.items())
    return _without_repeats("".join(kept)), citations


def _numbers(match: re.Match[str]) -> list[int]:
    inside = (match["a"] or match["b"] or match["c"]).replace("^", "")
    found: list[int] = []
    for part in re.split(r"[,，、;；]", inside):
        ends = [int(n) for n in re.findall(r"\d+", part)]
        found.extend(range(ends[0], ends[-1] + 1) if len(ends) == 2 and ends[1] - ends[0] < 20 else ends)
    return found


def _without_repeats(text: str) -> str:
    return re.sub(r"(\[\d+\])(?:\s*\1)+", r"\1", text)


def _sentence_around(text: str, position: int) -> str:
    """The claim that a marker at ``position`` supports: its sentence, or the one before when it stands first in its own."""
    spans = sentence_spans(text)
    for index, (start, end) in enumerate(spans):
        if position < end:
            claim = MARKER.sub("", text[start:end])
            if terms(MARKER.sub("", text[start : max(start, position)])) or index == 0:
                return claim
            return MARKER.sub("", text[spans[index - 1][0] : spans[index - 1][1]])
    return MARKER.sub("", text)


def _citation(place: int, evidence: Evidence, claims: Sequence[str]) -> Citation:
    start, end = best_span(evidence.text, " ".join(claims))
    return Citation(place, evidence.id, evidence.source, evidence.title, evidence.text[start:end], evidence.url)


def best_span(text: str, claim: str) -> tuple[int, int]:
    """The run of whole sentences of ``text``, at most 300 characters, that shares most words and figures with ``claim``.

    A sentence longer than that is cut at a space or a clause mark. ``(0, 0)`` for an empty text.
    """
    spans = sentence_spans(text)
    if not spans:
        return 0, 0
    asked, figures = frozenset(terms(claim)), frozenset(_FIGURE.findall(claim))
    gains = [_support(text[start:end], asked, figures) for start, end in spans]
    best = max(range(len(spans)), key=lambda index: gains[index])
    first = last = best
    while True:
        options = [
            (gains[index], index)
            for index in (first - 1, last + 1)
            if 0 <= index < len(spans) and spans[max(last, index)][1] - spans[min(first, index)][0] <= QUOTE_LENGTH
        ]
        if not options or max(options)[0] < 0.5 * gains[best] or max(options)[0] <= 0:
            break
        first, last = min(first, max(options)[1]), max(last, max(options)[1])
    return _shortened(text, spans[first][0], spans[last][1], asked)


def _support(sentence: str, asked: frozenset[str], figures: frozenset[str]) -> float:
    words = frozenset(terms(sentence))
    shared = asked & words
    named = frozenset().union(*(concepts(word) for word in words)) if words else frozenset()
    near = sum(1 for word in asked - words if concepts(word) & named)
    return len(shared) + 0.5 * near + 2.0 * len(figures & frozenset(_FIGURE.findall(sentence)))


def _shortened(text: str, start: int, end: int, asked: frozenset[str]) -> tuple[int, int]:
    if end - start <= QUOTE_LENGTH:
        return start, end
    cuts = [start] + [start + m.end() for m in re.finditer(r"[,，;；、:：]\s*|\s+", text[start:end])]
    best, best_gain = (start, start + QUOTE_LENGTH), -1
    for left in cuts:
        right = max((cut for cut in (*cuts, end) if cut - left <= QUOTE_LENGTH), default=left)
        gain = len(asked & frozenset(terms(text[left:right])))
        if right > left and gain > best_gain:
            best, best_gain = (left, right), gain
    left, right = best
    return left, left + len(text[left:right].rstrip())
