"""``python -m benchmarks faults``: what customers notice of a language model whose server fails, each way that servers fail.

A real server serves the demo shop; the model's server, on this machine, misbehaves in one way after the other. Four customers
ask at once, then one of them a follow-up question; then three more, whom the model's failures must not delay any more. Then the
model is well again, and it is timed until it writes again. *Grounded* is a reply that cites what the built-in writer
cites, in its words or in the model's with nothing invented. Words on the way that the failed model began with are taken back.

The exit status is 1 where a figure is above its limit.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import bot
from benchmarks.load import DEMO, MARKS, Answer, customer, free_port, post, served
from benchmarks.misbehaving_llm import ScriptedServer, scripted_server
from benchmarks.scripted_llm import script
from bot.settings import Settings

NAME = "openai:scripted"
QUESTIONS = ("How long do I have to return something?", "多久可以退货？", "满多少包邮", "Who pays for the return shipping?")
FOLLOW_UP = "and from when do the days count?"
LATER = ("寄香港多少钱", "Which couriers do you use?", "退款多久到")
BREAKS_AFTER = 5
SLACK_S = 1.0
"""What a turn takes besides waiting for the model, with room for a machine that does something else as well."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A way to fail; ``slow`` where words come late or never, else at once; ``fails`` where the breaker counts it."""

    behaviour: str
    slow: bool = False
    fails: bool = True


FAULTS = (
    Fault("refuse"),
    Fault("hang", slow=True),
    Fault("hang-mid-stream", slow=True),
    Fault("keep-alives", slow=True),
    Fault("drip", slow=True),
    Fault("429"),
    Fault("500"),
    Fault("garbage"),
    Fault("broken events"),
    Fault("empty"),
    Fault("cut"),
    Fault("invents", fails=False),
)


@dataclass(frozen=True, slots=True)
class Times:
    """The deadlines that the server is given, in seconds."""

    first: float = Settings.model_fields["llm_first_token_s"].default
    total: float = Settings.model_fields["llm_total_s"].default
    pause: float = Settings.model_fields["llm_pause_s"].default

    def limits(self, fault: Fault) -> dict[str, float]:
        """The most that each figure may be."""
        words = 3.0 if not fault.slow else (self.total if fault.behaviour == "drip" else self.first + 2.0)
        return {
            "first_words_s": words + SLACK_S,
            "whole_s": self.total + 6.0,
            "after_opening_s": 1.0 + SLACK_S,
            "recovered_s": self.pause + 2.0 + SLACK_S,
        }


@dataclass(frozen=True, slots=True)
class Figures:
    """What customers met: the slowest first words and whole reply, before and after the breaker opened, in seconds.

    ``asked`` requests reached the model until the breaker opened, ``asked_after`` while it was open; ``recovered_s`` is how
    long after the model was well again it wrote a reply, None where it had been in use all the time.
    """

    behaviour: str
    replies: int
    grounded: int
    first_words_s: float
    whole_s: float
    after_opening_s: float
    asked: int
    asked_after: int
    recovered_s: float | None

    def broken(self, fault: Fault, times: Times) -> list[str]:
        """What is above its limit, in words."""
        limits = times.limits(fault)
        said = [
            f"{name} {value:.1f} > {most:.1f}" for name, most in limits.items() if (value := getattr(self, name) or 0) > most
        ]
        if self.grounded < self.replies:
            said.append(f"{self.replies - self.grounded} replies not grounded")
        if fault.fails and self.asked + self.asked_after > BREAKS_AFTER:
            said.append("the breaker did not open")
        return said


class Shop:
    """The served shop, and what its built-in writer answers."""

    def __init__(self, port: int, truth: Mapping[str, tuple[str, list[str]]]) -> None:
        self._port, self._truth = port, truth

    async def ask(self, question: str, talk: tuple[str, dict[str, str]] | None = None) -> tuple[str, Answer]:
        """A customer's question, in a conversation of its own unless one is given, and what came."""
        path, headers = talk or await customer(self._port)
        return question, await post(self._port, path, {"text": question}, MARKS, **headers)

    async def together(self, questions: Sequence[str]) -> list[tuple[str, Answer]]:
        """Several customers' at the same moment; the first one then asks the follow-up question."""
        talks = [await customer(self._port) for _ in questions]
        asked = await asyncio.gather(*(self.ask(text, talk) for text, talk in zip(questions, talks, strict=True)))
        return [*asked, await self.ask(FOLLOW_UP, talks[0])]

    def grounded(self, question: str, answer: Answer) -> bool:
        """Whether the reply cites what the built-in writer cites, in its words or in the model's, nothing invented."""
        reply = done(answer)
        if reply is None or _sources(reply) != self._truth[question][1]:
            return False
        return reply["text"] == self._truth[question][0] or not (reply["writer"] != NAME or INVENTED.search(reply["text"]))


def done(answer: Answer) -> dict[str, Any] | None:
    """The reply object at the end of a stream."""
    block = next((b for b in answer.body.decode().split("\n\n") if "event: done\n" in b), None)
    line = next((line for line in (block or "").splitlines() if line.startswith("data: ")), None)
    found: dict[str, Any] | None = json.loads(line.removeprefix("data: ")) if line else None
    return found


def _sources(reply: Mapping[str, Any]) -> list[str]:
    return sorted(citation["id"] for citation in reply["citations"])


def truth(data: Path) -> dict[str, tuple[str, list[str]]]:
    """Loads the demo shop into ``data``; question → text and sources of the built-in writer's reply."""
    with bot.open(data) as shopdesk:
        shopdesk.load(DEMO)
        found = {text: shopdesk.reply(text).to_dict() for text in (*QUESTIONS, *LATER)}
        talk = shopdesk.reply(QUESTIONS[0]).conversation
        found[FOLLOW_UP] = shopdesk.reply(FOLLOW_UP, talk).to_dict()
    assert all(reply["citations"] for reply in found.values()), "the demo shop does not answer the questions"
    return {text: (reply["text"], _sources(reply)) for text, reply in found.items()}


def answer(messages: list[dict[str, str]], tokens: int = 20) -> str:
    """A sound model's answer: what the first passage says, again and again."""
    return "".join(script(messages[0]["content"], tokens))


def invented(messages: list[dict[str, str]]) -> str:
    """An unsound one's; it says nothing where it is asked what a question means."""
    if "<evidence" not in messages[0]["content"]:
        return "-"
    return "You get 99 % off and a refund within 1 hour, promised [1]. See https://elsewhere.example/ for 500 more offers."


INVENTED = re.compile(r"99 ?%|1 hour|elsewhere|500")


def measure(data: Path, faults: Sequence[Fault], times: Times) -> Iterator[tuple[Fault, Figures]]:
    """The figures of each fault, in turn."""
    known, port = truth(data), free_port()
    settings = {
        "SHOPDESK_LLM": NAME,
        "SHOPDESK_LLM_BASE_URL": f"http://127.0.0.1:{port}/v1",
        "SHOPDESK_LLM_FIRST_TOKEN_S": str(times.first),
        "SHOPDESK_LLM_TOTAL_S": str(times.total),
        "SHOPDESK_LLM_PAUSE_S": str(times.pause),
    }
    with served(data, **settings) as (own, _):
        shop = Shop(own, known)
        for fault in faults:
            yield fault, asyncio.run(_one(shop, fault, port, times))


@contextmanager
def _model(fault: Fault, port: int) -> Iterator[ScriptedServer | None]:
    """The model's server, failing; none where its port refuses."""
    if fault.behaviour == "refuse":
        yield None
        return
    unusual: dict[str, Callable[[list[dict[str, str]]], str]] = {"invents": invented, "drip": partial(answer, tokens=1000)}
    words = unusual.get(fault.behaviour, answer)
    with scripted_server(words, fault.behaviour, port=port) as server:
        yield server


async def _one(shop: Shop, fault: Fault, port: int, times: Times) -> Figures:
    with _model(fault, port) as server:
        before = await shop.together(QUESTIONS)
        asked = len(server.requests) if server else 0
        after = [await shop.ask(text) for text in LATER]
        asked_after = len(server.requests) - asked if server else 0
    with scripted_server(answer, port=port):
        recovered = await _recovered(shop, times)
    answers = [*before, *after]
    return Figures(
        fault.behaviour,
        replies=len(answers),
        grounded=sum(shop.grounded(*item) for item in answers),
        first_words_s=_slowest(before, "first_words"),
        whole_s=_slowest(before, "whole"),
        after_opening_s=_slowest(after, "whole"),
        asked=asked,
        asked_after=asked_after,
        recovered_s=recovered if fault.fails else None,
    )


async def _recovered(shop: Shop, times: Times) -> float:
    start = time.monotonic()
    while time.monotonic() < start + 3 * times.pause + 10:
        reply = done((await shop.ask(QUESTIONS[0]))[1])
        if reply is not None and reply["writer"] == NAME:
            return time.monotonic() - start
        await asyncio.sleep(0.5)
    return float("inf")


def _slowest(answers: Sequence[tuple[str, Answer]], mark: str) -> float:
    return max(answer.seconds.get(mark, float("inf")) for _, answer in answers)


def main(arguments: list[str]) -> int:
    """Prints the table; 1 when a figure is above its limit."""
    parser = argparse.ArgumentParser("python -m benchmarks faults", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=[fault.behaviour for fault in FAULTS], help="these faults alone")
    parser.add_argument("--first", type=float, default=Times().first, help="the server's llm_first_token_s")
    parser.add_argument("--total", type=float, default=Times().total, help="its llm_total_s")
    parser.add_argument("--pause", type=float, default=Times().pause, help="its llm_pause_s")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    times = Times(options.first, options.total, options.pause)
    faults = [fault for fault in FAULTS if not options.only or fault.behaviour in options.only]
    rows: list[dict[str, Any]] = []
    if not options.json:
        print(
            f"{'the model’s server':<18}{'grounded':>9}{'words, s':>9}{'whole, s':>9}{'open, s':>9}{'asked':>7}{'well, s':>9}"
        )
    with TemporaryDirectory() as folder:
        for fault, figures in measure(Path(folder) / "data", faults, times):
            rows.append({**asdict(figures), "above": figures.broken(fault, times)})
            if not options.json:
                print(_line(figures, rows[-1]["above"]), flush=True)
    if options.json:
        print(json.dumps(rows, indent=2))
    return int(any(row["above"] for row in rows))


def _line(figures: Figures, above: Sequence[str]) -> str:
    well = "–" if figures.recovered_s is None else f"{figures.recovered_s:.1f}"
    return (
        f"{figures.behaviour:<18}{f'{figures.grounded}/{figures.replies}':>9}{figures.first_words_s:>9.2f}{figures.whole_s:>9.2f}"
        f"{figures.after_opening_s:>9.2f}{f'{figures.asked}+{figures.asked_after}':>7}{well:>9}  {'; '.join(above)}"
    ).rstrip()
