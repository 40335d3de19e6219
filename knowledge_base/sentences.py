"""Sentence boundaries of Chinese and English, as spans of the text itself.

Every line stands alone: a list item, a table row and a heading are sentences even without a full stop.
"""

from __future__ import annotations

import re

_TERMINAL = re.compile(
    r"(?:[。！？；…]|(?<![.!?])[.!?]++(?=[\s\"'”’)\]）】」』*\[\u3400-\u9fff]|$))"  # where a sentence may end
    r"[。！？…!?.]*"  # "？！", "……", "?!"
    r"[\"'”’)\]）】」』*]*"  # closing quotes and brackets stay with it
    r"(?:\s?\[\d+\])*"  # and so do citations
)
_BRACKETED = re.compile(r"[（(][^（()）\n]{1,200}[)）]|《[^《》\n]{1,60}》")
_MARKER = re.compile(
    r"\s*(?:[-*+•·●○▪–]\s+|(?:\d{1,3}|[A-Za-z])[.)、．]\s*"
    r"|[（(](?:\d{1,3}|[一二三四五六七八九十]{1,3})[)）]\s*|#{1,6}\s)"
)
_TABLE_ROW = re.compile(r"\s*\|.*\|\s*$|\s*[^；：:。|]{1,30}[：:][^；。]*(?:；\s*[^；：:。]{1,30}[：:][^；。]*)+$")
_WORD_BEFORE = re.compile(r"[A-Za-z][A-Za-z.&]*$")
_VISIBLE = re.compile(r"\S")
_HAN = re.compile(r"[\u3400-\u9fff]")

# Never the end of a sentence; the rest of the set only before a digit or a lower-case word.
_ALWAYS_OPEN = frozenset(
    (
        "mr mrs ms dr prof sr jr st mt rev gen hon vs e.g i.e cf viz approx incl excl ca fig figs eq sec vol pp ed eds u.s u.k"
    ).split()
)
_OPEN_BEFORE_DIGIT = frozenset(
    "no nos art tel ext max min jan feb mar apr jun jul aug sep sept oct nov dec p ch ver v qty pos item sku".split()
)


def sentences(text: str) -> list[str]:
    """The sentences of ``text``, each a verbatim part of it without surrounding white space."""
    return [text[start:end] for start, end in sentence_spans(text)]


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """``(start, end)`` of every sentence, in order and without overlap; what lies between them is white space only."""
    spans: list[tuple[int, int]] = []
    start = 0
    while start < len(text):
        newline = text.find("\n", start)
        end = len(text) if newline < 0 else newline
        _line_spans(text, start, end, spans)
        start = end + 1
    return spans


def _line_spans(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> None:
    if _TABLE_ROW.match(text, start, end):
        _append(text, start, end, spans)
        return
    marker = _MARKER.match(text, start, end)
    position = marker.end() if marker else start
    brackets = (match.span() for match in _BRACKETED.finditer(text, start, end))
    left, right = next(brackets, (end, end + 1))
    for match in _TERMINAL.finditer(text, position, end):
        stop = match.end()
        if stop >= end:
            break
        while right <= match.start():
            left, right = next(brackets, (end, end + 1))
        if left < match.start() and stop < right:
            continue
        if _ends_sentence(text, match.start(), stop, end):
            _append(text, start, stop, spans)
            start = stop
    _append(text, start, end, spans)


def _append(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> None:
    part = text[start:end]
    stripped = part.strip()
    if stripped:
        start += len(part) - len(part.lstrip())
        spans.append((start, start + len(stripped)))


def _ends_sentence(text: str, mark: int, stop: int, end: int) -> bool:
    """Whether the terminal at ``text[mark:stop]`` closes a sentence, given what stands on both sides."""
    after = _VISIBLE.search(text, stop, end)
    if after is None:
        return False
    following = after.group()
    sign = text[mark]
    if sign in "。！？；…":
        return True
    before = text[max(0, mark - 24) : mark]
    if sign != ".":
        return not (following.islower() and text[stop - 1] in "\"'”’)]）")
    if following.islower():
        return False
    if _HAN.match(before[-1:]):
        return True
    word = _WORD_BEFORE.search(before)
    if word is None:
        return True
    name = word.group().lower()
    if name in _ALWAYS_OPEN or (len(name) == 1 and word.group().isupper()):
        return False
    return not (name in _OPEN_BEFORE_DIGIT and following.isdigit())
