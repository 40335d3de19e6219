"""One thing to learn from: what was asked, what a good answer is, and what it rests on."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.generation.writer_llm import instructions
from bot.settings.profile import ShopProfile
from bot.types import ActionName, Evidence, LanguageCode, Message

Kind = Literal["conversation", "faq", "copy"]
MARKER = re.compile(r"\[(\d+)\]")
_ROLES = {"user": "user", "assistant": "assistant", "agent": "assistant"}


@dataclass(frozen=True, slots=True)
class Example:
    """``question`` stands alone and tells repeats; ``asked`` is the message as the model gets it, after ``history``.

    ``answer`` cites the n-th of ``evidence`` as ``[n]``. ``shares`` are names of what the example has in common with others
    that give it away: its conversation, the passages and products that its answer rests on. ``source`` says where it is from.
    """

    kind: Kind
    language: LanguageCode
    question: str
    asked: str
    answer: str
    shares: frozenset[str]
    source: dict[str, Any]
    action: ActionName | None = None
    evidence: tuple[Evidence, ...] = ()
    history: tuple[Message, ...] = ()
    reasons: str = "-"
    at: str = field(default="", compare=False)

    @property
    def rests_on(self) -> frozenset[str]:
        """The ids of the passages that the answer cites."""
        return frozenset(self.evidence[int(n) - 1].id for n in MARKER.findall(self.answer) if int(n) <= len(self.evidence))

    def to_dict(self, shop: ShopProfile, hidden: Collection[str] = ()) -> dict[str, Any]:
        """The chat as the model will have it, its last message being what to learn, and where it is from.

        Passages whose ids are ``hidden`` are left out of the evidence, unless the answer rests on them.
        """
        shown = [place for place, item in enumerate(self.evidence) if item.id not in hidden or item.id in self.rests_on]
        numbers = {str(place + 1): str(number) for number, place in enumerate(shown, 1)}
        answer = MARKER.sub(lambda mark: f"[{numbers.get(mark[1], mark[1])}]", self.answer)
        chat = [{"role": _ROLES[line.role], "content": line.text} for line in self.history]
        chat += [{"role": "user", "content": self.asked}, {"role": "assistant", "content": answer}]
        if self.action is not None:
            evidence = [self.evidence[place] for place in shown]
            system = instructions(self.action, shop, self.language, evidence, self.reasons)
            chat.insert(0, {"role": "system", "content": system})
        return {"messages": chat, "kind": self.kind, "language": self.language, "source": self.source}


def counted(examples: Sequence[Example]) -> dict[str, int]:
    """Number of examples by kind."""
    return {kind: sum(example.kind == kind for example in examples) for kind in ("conversation", "faq", "copy")}
