"""``python -m benchmarks console [--conversations 100000] [--json]``: what each page of the console costs on generated data.

Every figure is the slowest of three reads in milliseconds of processor time, which other programs on the machine change less;
those of the overview as a whole are of the clock, since its parts are read side by side.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Engine, insert

import bot
from bot.console import overview
from bot.shopdesk import Shopdesk
from bot.store.conversation_tables import conversations, feedback, turns
from bot.store.database import open_database
from bot.store.handover_log import handovers
from bot.store.model_calls import model_calls
from bot.store.product_events import product_events
from bot.store.statistics import Period

_DAYS = 365
_BATCH = 1000
_QUESTIONS = {
    "en": (
        "How long can I return the {thing}?",
        "Is the {thing} in stock?",
        "Can you engrave the {thing}?",
        "Which {thing} is best?",
    ),
    "zh": ("{thing}多久可以退货？", "{thing}有现货吗？", "可以在{thing}上刻字吗？", "哪款{thing}最好？"),
}
_THINGS = {"en": ("kettle", "teapot", "tent", "lamp", "grinder"), "zh": ("水壶", "茶壶", "帐篷", "台灯", "磨豆机")}
_INTENTS = ("return_refund", "stock", "product_question", "recommendation", "delivery")
_READS = 3
Rows = dict[str, list[dict[str, Any]]]


def fill(engine: Engine, number: int, seed: int = 1) -> None:
    """Writes ``number`` conversations of one to five turns over a year, some rated, some handed over.

    Every fifth turn recommends three products, some of which are opened, put into the cart and bought; a model is called for
    every second turn.
    """
    chance, now = Random(seed), datetime.now(UTC)
    began = sorted(now - timedelta(days=chance.uniform(0, _DAYS)) for _ in range(number))
    names = chance.sample(range(number), number)  # what is kept of them lies in the order of time, ids tell nothing of it
    tables = (conversations, turns, feedback, handovers, product_events, model_calls)
    for start in range(0, number, _BATCH):
        rows: Rows = {table.name: [] for table in tables}
        for place in range(start, min(start + _BATCH, number)):
            _conversation(rows, f"c{names[place]:08}", began[place], chance)
        with engine.begin() as connection:
            for table in tables:
                if rows[table.name]:
                    connection.execute(insert(table), rows[table.name])


def _conversation(rows: Rows, name: str, began: datetime, chance: Random) -> None:
    language = chance.choice(("en", "en", "zh"))
    customer = f"u{chance.randrange(20_000)}" if chance.random() < 0.3 else None
    rows["conversations"].append(
        {"id": name, "customer_id": customer, "state": {}, "created_at": began, "updated_at": began, "hands": 0}
    )
    for turn in range(1, chance.randint(1, 5) + 1):
        said = _turn(name, turn, language, began + timedelta(seconds=40 * turn), chance) | {"began": began}
        rows["turns"].append(said)
        if said["action"] == "recommend":
            rows["product_events"] += _shown(said, chance)
        if chance.random() < 0.5:
            rows["model_calls"].append(
                {"at": said["created_at"], "model": "openai:gpt-5-mini", "prompt_tokens": 900, "answer_tokens": 80,
                 "cost": 0.0004, "for_conversation": name, "for_turn": turn}
            )  # fmt: skip
    if chance.random() < 0.1:
        rating = {"conversation_id": name, "turn": 1, "rating": chance.choice(("up", "down"))}
        rows["feedback"].append({**rating, "created_at": began})
    if chance.random() < 0.08:
        rows["handovers"].append(
            {
                "conversation_id": name,
                "reason": chance.choice(("requested", "anger", "repeated_failure")),
                "requested_at": began,
            }
        )


def _turn(name: str, number: int, language: str, at: datetime, chance: Random) -> dict[str, Any]:
    text = chance.choice(_QUESTIONS[language]).format(thing=chance.choice(_THINGS[language]))
    abstained, intent, took = chance.random() < 0.06, chance.choice(_INTENTS), chance.uniform(8, 60)
    action = "decline" if abstained else "recommend" if intent == "recommendation" else "answer"
    answer = "Within 30 days of delivery, unused and in its box. " * 4
    reply = {
        "conversation": name, "turn": number, "language": language, "text": answer, "abstained": abstained, "products": [],
        "intent": {"name": intent, "confidence": 0.9}, "writer": "builtin", "action": "answer", "handover": None,
        "sentiment": {"label": "neutral", "score": 0.9},
        "citations": [{"n": 1, "id": "x", "source": "returns.md", "title": "Returns", "quote": answer}],
    }  # fmt: skip
    return {
        "conversation_id": name, "number": number, "text": text, "understanding": {"text": text, "question": text},
        "action": action, "reply": reply, "evidence_ids": ["x"], "writer": "builtin",
        "timings_ms": {"total": took}, "created_at": at, "language": language, "intent": intent, "abstained": abstained,
        "sentiment": chance.choice(("neutral", "neutral", "positive", "negative")), "total_ms": took,
    }  # fmt: skip


def _shown(said: dict[str, Any], chance: Random) -> Iterator[dict[str, Any]]:
    """Three products that a turn recommends, and what the customer does with each."""
    for number in chance.sample(range(said["number"], 300, 5), 3):  # each turn others: a product counts where first shown
        row = {
            "conversation_id": said["conversation_id"],
            "sku": f"S{number}",
            "turn": said["number"],
            "at": said["created_at"],
        }
        for event, share in (("shown", 1.0), ("click", 0.3), ("cart", 0.3), ("purchase", 0.5)):
            if chance.random() >= share:
                break
            yield {**row, "event": event}


def reads(shopdesk: Shopdesk) -> Iterator[tuple[str, Callable[[], object]]]:
    """What the pages read, by page."""
    statistics, search, calls = shopdesk.admin.statistics, shopdesk.admin.conversations, shopdesk.admin.model_calls
    for days in (30, 365):
        period = Period.of_days(days)
        yield f"overview, figures of {days} days", lambda period=period: statistics.figures(period)  # type: ignore[misc]
        yield f"overview, intents of {days} days", lambda period=period: statistics.counts(period, "intent")  # type: ignore[misc]
        yield f"overview, messages of {days} days", lambda period=period: statistics.questions(period)  # type: ignore[misc]
        yield f"overview, handovers of {days} days", lambda period=period: statistics.handover_reasons(period)  # type: ignore[misc]
        yield f"overview, funnel of {days} days", lambda period=period: shopdesk.admin.funnel(period)  # type: ignore[misc]
        yield f"overview, models of {days} days", lambda period=period: calls.by_model(period)  # type: ignore[misc]
    yield "conversations, newest", search.find
    yield "conversations, in Chinese", lambda: search.find(language="zh")
    yield "conversations, of an intent", lambda: search.find(intent="delivery")
    yield "conversations, not answered", lambda: search.find(outcome="unanswered")
    yield "conversations, with a person", lambda: search.find(outcome="handed_over")
    yield "conversations, with a word", lambda: search.find("engrave")
    yield "conversations, with a word nobody said", lambda: search.find("zeppelin")
    yield "conversations, one of them", lambda: search.whole("c00000001")
    yield "gaps of 30 days", lambda: shopdesk.admin.gaps(30)
    yield "people, audit log", shopdesk.admin.users.audited


def measure(number: int) -> dict[str, float]:
    """Processor milliseconds of each read, the slowest of three."""
    with TemporaryDirectory() as folder, bot.open(Path(folder) / "data") as shopdesk:
        engine = open_database(shopdesk.settings.sql_url)
        fill(engine, number)
        engine.dispose()
        figures = {name: _slowest(read) for name, read in reads(shopdesk)}
        for days in (30, 365):
            whole = partial(overview.read, shopdesk.admin, Period.of_days(days))
            figures[f"overview, all of {days} days, on the clock"] = _slowest(whole, time.perf_counter)
        return figures


def _slowest(read: Callable[[], object], clock: Callable[[], float] = time.process_time) -> float:
    times = []
    for _ in range(_READS):
        started = clock()
        read()
        times.append(1000 * (clock() - started))
    return round(max(times), 1)


def main(arguments: Sequence[str]) -> int:
    """Prints the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks console", description=__doc__)
    parser.add_argument("--conversations", type=int, default=100_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    figures = measure(options.conversations)
    if options.json:
        print(json.dumps(figures, indent=2))
    else:
        for name, value in figures.items():
            print(f"{name:<42}{value:>10} ms")
    return 0
