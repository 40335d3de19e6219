"""Chinese names of goods, written with a character of the same sound, put right: 账篷 for 帐篷, 电饭堡 for 电饭煲."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from functools import cache, lru_cache

import rjieba

from bot.text.script import HAN

SHORTEST, LONGEST = 2, 6
READ = 300
"""Characters of a message that are looked through."""
_RUN = re.compile(f"[{HAN}]{{{SHORTEST},}}")
_FUNCTION = frozenset("的了是在有我你您他她它们不没就都会能可要想和跟与也很更最吗么呢吧啊把被给对从到这那哪什怎多少几个")
"""Characters that stand for themselves in any sentence, whatever they sound like."""


class HanSpelling:
    """Names by their sound. Immutable but for what it remembers, so threads may share it."""

    def __init__(self, names: Iterable[str], known: Callable[[str], bool]) -> None:
        """``names`` are what the shop's goods are called; ``known`` tells words of the language, none of which is put right."""
        self._names = frozenset(name for name in names if SHORTEST <= len(name) <= LONGEST and _RUN.fullmatch(name))
        self._known = known
        self._by_sound = lru_cache(1)(self._index)
        self.spelt = lru_cache(1024)(self._spelt)
        """The text with such names put right; as it is where there are none."""

    def _index(self) -> dict[tuple[str, ...], str]:
        return {_sound(name): name for name in sorted(self._names)}

    def _spelt(self, text: str) -> str:
        if not self._names:
            return text
        return _RUN.sub(lambda run: self._run(run[0]), text[:READ]) + text[READ:]

    def _run(self, run: str) -> str:
        edges = {0}
        for word in rjieba.cut(run, False):
            edges.add(max(edges) + len(word))
        pieces: list[str] = []
        at = 0
        while at < len(run):
            piece = self._longest(run, at, edges) or run[at]
            pieces.append(piece)
            at += len(piece)
        return "".join(pieces)

    def _longest(self, run: str, at: int, edges: set[int]) -> str | None:
        """The longest name meant by whole words from ``at`` on."""
        ends = (at + size for size in range(min(LONGEST, len(run) - at), SHORTEST - 1, -1) if at in edges)
        return next((name for end in ends if end in edges and (name := self._meant(run[at:end]))), None)

    def _meant(self, written: str) -> str | None:
        """The name that sounds like ``written`` and shares a character with it; itself where it is a name."""
        if written in self._names:
            return written
        if not _FUNCTION.isdisjoint(written) or self._known(written):
            return None
        name = self._by_sound().get(_sound(written))
        return name if name and any(own == other for own, other in zip(written, name, strict=True)) else None


def _sound(name: str) -> tuple[str, ...]:
    return tuple(map(_syllable, name))


@cache
def _syllable(character: str) -> str:
    """How a character is read most often, without its tone; itself where that is not known."""
    os.environ["PYPINYIN_NO_PHRASES"] = "1"  # single characters are looked up: its table of phrases takes most of its time
    from pypinyin import Style, pinyin  # reads its tables when it is imported

    return str(pinyin(character, style=Style.NORMAL)[0][0])
