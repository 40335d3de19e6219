"""Running conversations against the shop, and telling how they went."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import comb
from typing import Any, Protocol
from xml.etree import ElementTree

from bot.conversation_tests.cases import Case
from bot.conversation_tests.checks import differences
from bot.store.conversations import ConversationStore
from bot.types import LanguageCode, Reply


class Shop(Protocol):
    """What answers: the whole program, or a stage of :mod:`bot.running.rehearsal`."""

    @property
    def conversations(self) -> ConversationStore:
        """Where its conversations are."""
        ...

    def reply(
        self,
        text: str,
        conversation: str | None = None,
        customer: str | None = None,
        language: LanguageCode | None = None,
    ) -> Reply:
        """One turn, whole."""
        ...

    def order_changes(self) -> list[dict[str, Any]]:
        """What was done to orders, the newest first."""
        ...


@dataclass(frozen=True, slots=True)
class Failure:
    """A reply that was not as expected. ``turn`` counts from 1."""

    turn: int
    say: str
    differences: tuple[str, ...]
    reply: str

    def text(self) -> str:
        """For the terminal."""
        return f"turn {self.turn} {self.say!r}: {'; '.join(self.differences)}. The reply was: {' '.join(self.reply.split())}"


@dataclass(frozen=True, slots=True)
class Result:
    """How a conversation went, up to its first failure; of several ``runs``, so many ``failed``, the first as told."""

    case: Case
    seconds: float
    failure: Failure | None = None
    runs: int = 1
    failed: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        failure = self.failure
        told = failure and {
            "turn": failure.turn, "say": failure.say, "differences": list(failure.differences), "reply": failure.reply
        }  # fmt: skip
        where = {"file": self.case.file, "name": self.case.name}
        runs = {"runs": self.runs, "passed_runs": self.runs - self.failed} if self.runs > 1 else {}
        return {**where, "passed": failure is None, **runs, "seconds": round(self.seconds, 3), "failure": told}


def run(shop: Shop, cases: Iterable[Case]) -> Iterator[Result]:
    """Each conversation from its beginning; the first reply that is not as expected ends it."""
    for case in cases:
        started = time.monotonic()
        failure = _converse(shop, case)
        yield Result(case, time.monotonic() - started, failure, failed=int(failure is not None))


def run_on(stages: Sequence[Shop], cases: Iterable[Case]) -> Iterator[Result]:
    """Each conversation once on every stage, so that no run meets what another did; it passes when every run does."""
    for case in cases:
        results = [result for stage in stages for result in run(stage, [case])]
        failures = [result.failure for result in results if result.failure is not None]
        seconds = sum(result.seconds for result in results)
        yield Result(case, seconds, failures[0] if failures else None, len(results), len(failures))


def pass_hat(results: Sequence[Result]) -> list[float]:
    """pass^1, pass^2 … up to the runs that there were: how likely so many runs of a conversation all pass (τ-bench, 2024)."""
    runs = min((result.runs for result in results), default=0)
    return [
        sum(comb(result.runs - result.failed, k) / comb(result.runs, k) for result in results) / len(results)
        for k in range(1, runs + 1)
    ]


def _converse(shop: Shop, case: Case) -> Failure | None:
    conversation: str | None = None
    for number, turn in enumerate(case.turns, 1):
        reply = shop.reply(turn.say, conversation, case.customer, case.language)
        conversation = reply.conversation
        state = shop.conversations.open(conversation).state
        if found := differences(turn.expected, reply, state, _written(shop, conversation)):
            return Failure(number, turn.say, tuple(found), reply.text)
    return None


def _written(shop: Shop, conversation: str) -> list[str]:
    """The operations that the conversation has carried out, in their order."""
    rows = [row for row in shop.order_changes() if row["conversation_id"] == conversation]
    return [str(row["operation"]) for row in reversed(rows)]


def junit(results: Iterable[Result]) -> str:
    """The results as a JUnit report, which build servers read."""
    listed = list(results)
    failed = sum(result.failure is not None for result in listed)
    seconds = sum(result.seconds for result in listed)
    suite = ElementTree.Element(
        "testsuite", name="shopdesk", tests=str(len(listed)), failures=str(failed), errors="0", time=f"{seconds:.3f}"
    )
    for result in listed:
        case = ElementTree.SubElement(
            suite, "testcase", classname=result.case.file, name=result.case.name, time=f"{result.seconds:.3f}"
        )
        if result.failure is not None:
            ElementTree.SubElement(case, "failure", message="; ".join(result.failure.differences)).text = result.failure.text()
    root = ElementTree.Element("testsuites")
    root.append(suite)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"
