"""Chinese names of goods, told without characters of their middle, written in full: 射频仪 for 射频美容仪."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

import rjieba

from bot.text.phrases import term_index
from bot.text.script import HAN

SHORTEST, LEAST_BEGINNING = 3, 2
READ = 300
"""Characters of a message that are looked through."""
_RUN = re.compile(f"[{HAN}]{{{SHORTEST},}}")


class HanShortNames:
    """Names by their beginning. Immutable but for what it remembers, so threads may share it.

    A short name is the beginning of one name alone with its end behind it, and no word of the language or for other goods:
    a coffee machine is no coffee grinding machine.
    """

    def __init__(self, names: Iterable[str]) -> None:
        """``names`` are what the shop's goods are called."""
        self._names = frozenset(name for name in names if _RUN.fullmatch(name))
        self._by_beginning = lru_cache(1)(self._index)
        self.whole = lru_cache(1024)(self._whole)
        """The text with such names in full; as it is where there are none."""

    def _index(self) -> dict[str, tuple[str, ...]]:
        index: dict[str, list[str]] = defaultdict(list)
        for name in sorted(self._names):
            index[name[:LEAST_BEGINNING]].append(name)
        return {beginning: tuple(names) for beginning, names in index.items()}

    def _whole(self, text: str) -> str:
        if not self._names:
            return text
        return _RUN.sub(lambda run: self._run(run[0]), text[:READ]) + text[READ:]

    def _run(self, run: str) -> str:
        edges = [0]
        for word in rjieba.cut(run, False):
            edges.append(edges[-1] + len(word))
        pieces: list[str] = []
        at = 0
        while at < len(run):
            end, name = self._meant(run, at, edges) if at in edges else (0, "")
            pieces.append(name or run[at])
            at = end or at + 1
        return "".join(pieces)

    def _meant(self, run: str, at: int, edges: list[int]) -> tuple[int, str]:
        """The end of the longest short name that begins at ``at``, and the name in full; 0 and nothing for none."""
        likely = self._by_beginning().get(run[at : at + LEAST_BEGINNING], ())
        if whole := [name for name in likely if run.startswith(name, at)]:
            return at + len(max(whole, key=len)), max(whole, key=len)
        for end in reversed([edge for edge in edges if edge >= at + SHORTEST] if likely else []):
            written = run[at:end]
            meant = [name for name in likely if _shortens(written, name)]
            if len(meant) == 1 and not _is_word(written):
                return end, meant[0]
        return 0, ""


def _shortens(written: str, name: str) -> bool:
    """Whether ``written`` is the beginning of ``name`` with its end behind it, and nothing else."""
    return len(written) < len(name) and any(
        name.startswith(written[:cut]) and name.endswith(written[cut:]) for cut in range(LEAST_BEGINNING, len(written))
    )


@lru_cache(maxsize=1024)
def _is_word(written: str) -> bool:
    return len(rjieba.cut(written, False)) == 1 or term_index(("ignored", "category")).get(written) is not None
