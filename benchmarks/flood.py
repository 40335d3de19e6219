"""``python -m benchmarks flood``: far more customers at once than can be answered, over HTTP with the built-in writer.

All send their message at the same moment, each on a connection of their own. Those who are refused must be told soon, and when
to come back; ten seconds later a few customers are answered as fast as before.

``--from-one``: one address sends ten times what it may, each message in a conversation of its own, beside customers at other
addresses who ask at a person's pace, with the limits that ship.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from benchmarks.load import (
    QUESTIONS,
    Answer,
    answers_per_second,
    customer,
    demo_shop,
    percentiles,
    post,
    read_questions,
    served,
)
from bot.settings import Settings

FEW, ANSWERS = 4, 200
PAUSE_S = 10.0
BESIDE, ASK_EVERY_S, TIMES = 12, 3.1, 5
"""Customers beside a flood, how often each of them asks, and how many times."""
SHIPPED = {
    f"SHOPDESK_{name.upper()}": str(Settings.model_fields[name].default)
    for name in ("messages_per_minute", "requests_per_minute")
}


async def flood(port: int, questions: Sequence[str], number: int) -> list[Answer]:
    """What each of ``number`` customers gets, who all ask at once."""
    customers = [await customer(port) for _ in range(number)]
    asked = [
        post(port, path, {"text": questions[place % len(questions)]}, {}, Accept="application/json", **headers)
        for place, (path, headers) in enumerate(customers)
    ]
    return await asyncio.gather(*asked)


async def beside(port: int, questions: Sequence[str]) -> list[Answer]:
    """What customers at addresses of their own get, who ask at a person's pace."""

    async def talk(place: int) -> list[Answer]:
        where = {"X-Forwarded-For": f"198.51.100.{place}"}
        await asyncio.sleep(ASK_EVERY_S * place / BESIDE)
        path, token = await customer(port, **where)
        answers = []
        for turn in range(TIMES):
            until = asyncio.get_running_loop().time() + ASK_EVERY_S
            answers.append(await post(port, path, {"text": questions[place * TIMES + turn]}, {}, **where, **token))
            await asyncio.sleep(max(0.0, until - asyncio.get_running_loop().time()))
        return answers

    return [answer for answers in await asyncio.gather(*map(talk, range(BESIDE))) for answer in answers]


async def beside_a_flood(port: int, questions: Sequence[str], a_second: float) -> tuple[list[Answer], Counter[int]]:
    """The same customers while one address asks so often, and what that address got, by status."""
    where, count, sent = {"X-Forwarded-For": "203.0.113.7"}, Counter[int](), set[asyncio.Task[None]]()

    async def ask(text: str) -> None:
        begun = await post(port, "/api/v1/conversations", {}, {}, **where)
        count[begun.status] += 1
        if begun.status == 201:
            made = json.loads(begun.body)
            path, token = f"/api/v1/conversations/{made['id']}/messages", {"Authorization": f"Bearer {made['token']}"}
            count[(await post(port, path, {"text": text}, {}, **where, **token)).status] += 1

    async def flooding() -> None:
        while True:
            task = asyncio.create_task(ask(questions[len(sent) % len(questions)]))
            sent.add(task)
            await asyncio.sleep(1 / a_second)

    running = asyncio.create_task(flooding())
    answers = await beside(port, questions)
    running.cancel()
    await asyncio.gather(*sent, return_exceptions=True)
    return answers, count


def from_one(data: Path, questions: Sequence[str]) -> dict[str, float]:
    """The figures of a flood from one address."""
    ten_times = 10 * int(SHIPPED["SHOPDESK_REQUESTS_PER_MINUTE"]) / 60
    with served(data, **SHIPPED, SHOPDESK_TRUSTED_PROXIES="127.0.0.1") as (port, _):
        asyncio.run(beside(port, questions))
        alone = asyncio.run(beside(port, questions))
        flooded, count = asyncio.run(beside_a_flood(port, questions, ten_times))
    figures = {f"the flood: answers {status}": float(number) for status, number in sorted(count.items())}
    for name, group in (("alone", alone), ("beside the flood", flooded)):
        times = percentiles([answer.seconds["end"] * 1000 for answer in group])
        figures |= {f"{BESIDE} customers {name}: {p}": value for p, value in times.items()}
        figures[f"{BESIDE} customers {name}: errors"] = float(sum(answer.status != 200 for answer in group))
    return figures


def main(arguments: list[str]) -> int:
    """Prints how many were answered and refused, how soon, and the times of a few customers before and after."""
    parser = argparse.ArgumentParser("python -m benchmarks flood", description=__doc__)
    parser.add_argument("--customers", type=int, default=500, help="customers at once (default: 500)")
    parser.add_argument("--from-one", action="store_true", help="a flood from one address, beside customers at others")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    questions = read_questions(QUESTIONS)
    with demo_shop() as data:
        if options.from_one:
            return _show(from_one(data, questions), options.json)
        with served(data) as (port, _):
            before = asyncio.run(answers_per_second(port, questions, FEW, ANSWERS))[1]
            answers = asyncio.run(flood(port, questions, options.customers))
            time.sleep(PAUSE_S)
            after = asyncio.run(answers_per_second(port, questions, FEW, ANSWERS))[1]
    refused = [answer for answer in answers if answer.status in (429, 503)]
    groups = {
        "answered": [answer for answer in answers if answer.status == 200],
        "refused": refused,
        f"{FEW} customers before": before,
        f"{FEW} customers ten seconds later": after,
    }
    figures = {
        "answered": float(len(groups["answered"])),
        "refused": float(len(refused)),
        "refused without Retry-After": float(sum(b"\nretry-after:" not in answer.head.lower() for answer in refused)),
        "errors": float(sum(answer.status not in (200, 429, 503) for answer in (*answers, *before, *after))),
    }
    for name, group in groups.items():
        times = [answer.seconds["end"] * 1000 for answer in group]
        figures |= {f"{name}: {p}": value for p, value in percentiles(times).items()}
        figures[f"{name}: longest, ms"] = max(times, default=0.0)
    return _show(figures, options.json)


def _show(figures: dict[str, float], as_json: bool) -> int:
    print(json.dumps(figures, indent=2) if as_json else "\n".join(f"{name:<50}{v:>10.1f}" for name, v in figures.items()))
    return 0
