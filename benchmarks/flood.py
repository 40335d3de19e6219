"""``python -m benchmarks flood``: far more customers at once than can be answered, over HTTP with the built-in writer.

All send their message at the same moment, each on a connection of their own. Those who are refused must be told soon, and when
to come back; ten seconds later a few customers are answered as fast as before.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import bot
from benchmarks.load import DEMO, QUESTIONS, Answer, answers_per_second, customer, percentiles, post, read_questions, served

FEW, SECONDS, PAUSE_S = 4, 5.0, 10.0


async def flood(port: int, questions: Sequence[str], number: int) -> list[Answer]:
    """What each of ``number`` customers gets, who all ask at once."""
    customers = [await customer(port) for _ in range(number)]
    asked = [
        post(port, path, {"text": questions[place % len(questions)]}, {}, Accept="application/json", **headers)
        for place, (path, headers) in enumerate(customers)
    ]
    return await asyncio.gather(*asked)


def main(arguments: list[str]) -> int:
    """Prints how many were answered and refused, how soon, and the times of a few customers before and after."""
    parser = argparse.ArgumentParser("python -m benchmarks flood", description=__doc__)
    parser.add_argument("--customers", type=int, default=500, help="customers at once (default: 500)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    questions = read_questions(QUESTIONS)
    with TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        with bot.open(data) as shopdesk:
            shopdesk.load(DEMO)
        with served(data) as (port, _):
            before = asyncio.run(answers_per_second(port, questions, FEW, SECONDS))[1]
            answers = asyncio.run(flood(port, questions, options.customers))
            time.sleep(PAUSE_S)
            after = asyncio.run(answers_per_second(port, questions, FEW, SECONDS))[1]
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
    print(json.dumps(figures, indent=2) if options.json else "\n".join(f"{name:<50}{v:>10.1f}" for name, v in figures.items()))
    return 0
