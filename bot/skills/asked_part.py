"""One question of a message, and the ways in which it is searched for."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class AskedPart:
    """One question of a message: its ``text`` as the customer wrote it, and ``ways`` to search for it, the best first.

    ``worded`` is the question with its topic, in the customer's own words: sentences are chosen for it. The first ``alike`` of
    the ways say the same as shops may write of it: the surest of these is taken. ``lent``: the first way has the topic of
    another question of the message, so that what it finds may answer that one alone. Where there is ``told``, only what it is
    found in answers. ``reworded``: its sentences are chosen for other words than the message's, be it the only question.
    ``of_any`` are ways that ask it of all goods: sentences are chosen in the words of the one that finds most;
    none of what these find answers that has ``aside`` in it.
    ``sure``: how surely a way must answer at least for the next ones not to be tried.
    """

    text: str
    ways: tuple[str, ...]
    worded: str
    alike: int = 1
    lent: bool = False
    told: re.Pattern[str] | None = None
    reworded: bool = False
    sure: float = 0.0
    of_any: tuple[str, ...] = ()
    aside: re.Pattern[str] | None = None

    def asked_of(self, kinds: tuple[str, ...], alike: bool) -> AskedPart:
        """The question asked of ``kinds`` of goods, too: where nothing else answers, or where that answers surer (``alike``).

        Then its sentences are chosen for the widest of the kinds besides: a table of guarantees has no titles.
        """
        if not (alike and kinds) or self.told:
            return replace(self, ways=(*self.ways, *kinds))
        worded = f"{self.worded.rstrip(' ?.!？。！')} – {kinds[-1]}"
        ways = (*self.ways[: self.alike], *kinds, *self.ways[self.alike :])
        return replace(self, ways=ways, worded=worded, alike=self.alike + len(kinds), reworded=True)
