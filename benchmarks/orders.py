"""``python -m benchmarks orders PATH``: the order desk on the τ-bench retail layout, judged by the database, not by wording.

PATH holds ``orders``, ``users`` and ``products`` (``.json``, ``.jsonl`` or ``.jsonl.gz``) and files of tasks with ``user_id``,
``instruction`` and the right ``actions``. Each task is a conversation with a scripted customer, whose turns are made by rules
from the instruction and the expected calls: ``whole`` says the instruction at once, ``steps`` has one wish at a time. Both
answer what they are asked from the expected calls.

``--scripts FILES`` plays customers who speak freely instead: see :mod:`benchmarks.order_scripts`. What a script's customer
says was written by hand, so its figures tell how natural words, several wishes at once and changed minds are understood.

What the customers made by rules measure: whether identity, orders, items, variants, payments and rules are resolved and carried
out right when the customer speaks plainly. What they do not: a customer who words things freely, or changes their mind.

The customer says yes only to what the task expects. ``--yes-to-everything`` confirms whatever is proposed: then every write
that the task does not expect counts as wrong.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import bot
from benchmarks.order_customer import Call, Manner, ScriptedCustomer
from benchmarks.order_scripts import FreeCustomer, read_scripts
from benchmarks.retail_state import State, desk_state, goal_state
from benchmarks.retail_tools import Database, Refused, RetailTools, read_database, read_rows
from bot.shopdesk import Shopdesk

MOST_TURNS, YES = 40, "Yes, please go ahead."


@dataclass
class Outcome:
    """What one conversation came to."""

    task: int
    right: bool = False
    turns: int = 0
    wrong_proposals: int = 0
    wrong_writes: int = 0
    violations: int = 0
    transcript: list[str] = field(default_factory=list)


def main(arguments: list[str]) -> int:
    """Prints the share of tasks that end right, wrong writes and policy violations."""
    parser = argparse.ArgumentParser("python -m benchmarks orders", description=__doc__)
    parser.add_argument("path", type=Path, help="directory in the layout")
    parser.add_argument("--manner", choices=("whole", "steps"), default="steps", help="how the customer speaks")
    parser.add_argument("--tasks", default="tasks_dev", help="name of the tasks' file, without its ending (default: tasks_dev)")
    parser.add_argument("--limit", type=int, help="tasks at most")
    parser.add_argument("--yes-to-everything", action="store_true", help="confirm every proposal")
    parser.add_argument("--show", choices=("wrong", "all"), help="print conversations")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--scripts", type=Path, nargs="+", help="play these scripts over their tasks")
    options = parser.parse_args(arguments)
    database = read_database(options.path)
    tasks = read_rows(options.path, options.tasks)
    if options.scripts:
        scripts = read_scripts(options.scripts)[: options.limit]
        outcomes = run_scripts(database, tasks, scripts)
        figures = summary(outcomes, "scripts") | by_language(outcomes, scripts)
    else:
        outcomes = run(database, tasks[: options.limit], options.manner, options.yes_to_everything)
        figures = summary(outcomes, options.manner)
    for outcome in outcomes:
        if options.show == "all" or (options.show == "wrong" and not outcome.right):
            print("\n".join([f"--- task {outcome.task}", *outcome.transcript]), file=sys.stderr)
    print(json.dumps(figures, indent=2) if options.json else "\n".join(f"{name:<18}{value}" for name, value in figures.items()))
    return 0


def run(database: Database, tasks: Sequence[Mapping[str, Any]], manner: Manner, careless: bool = False) -> list[Outcome]:
    """Every task as a conversation of its own over a fresh copy of the loaded database."""

    def play(shopdesk: Shopdesk, number: int) -> Outcome:
        return converse(shopdesk, ScriptedCustomer(tasks[number], database, manner), number, careless)

    return _played(database, tasks, range(len(tasks)), play)


def run_scripts(database: Database, tasks: Sequence[Mapping[str, Any]], scripts: Sequence[Mapping[str, Any]]) -> list[Outcome]:
    """Every script as a conversation of its own over a fresh copy of the loaded database."""
    left = iter(scripts)

    def play(shopdesk: Shopdesk, number: int) -> Outcome:
        return converse_freely(shopdesk, FreeCustomer(next(left), tasks[number], database), number)

    return _played(database, tasks, [script["task"] for script in scripts], play)


def _played(
    database: Database, tasks: Sequence[Mapping[str, Any]], numbers: Iterable[int], play: Callable[[Shopdesk, int], Outcome]
) -> list[Outcome]:
    outcomes = []
    with TemporaryDirectory() as folder:
        files, data = Path(folder) / "files", Path(folder) / "data"
        files.mkdir()
        for name, rows in database.items():
            (files / f"{name}.json").write_text(json.dumps(rows), "utf-8")
        with bot.open(data) as shopdesk:
            shopdesk.load([files])
            before = desk_state(data)
            for number in numbers:
                outcome = play(shopdesk, number)
                _judge(outcome, database, tasks[number], desk_state(data))
                outcomes.append(outcome)
                before.restore(data)
    return outcomes


def converse(shopdesk: Shopdesk, customer: ScriptedCustomer, number: int, careless: bool) -> Outcome:
    """One conversation, until nothing is left to say."""
    outcome, conversation = Outcome(number), None
    message: str | None = customer.opening()
    finished: list[Call] = []
    while message and outcome.turns < MOST_TURNS:
        reply = shopdesk.reply(message, conversation)
        conversation, outcome.turns = reply.conversation, outcome.turns + 1
        proposed = [{"name": one.name, "kwargs": dict(one.kwargs)} for one in reply.proposed_change or ()]
        outcome.transcript += [f"> {message}", f"[{reply.action} {','.join(reply.asks)}] {reply.text}", *map(str, proposed)]
        if proposed:
            strange = [call for call in proposed if not _among(call, customer.expected)]
            outcome.wrong_proposals += bool(strange)
            if (strange and not careless) or message == YES:
                break
            message = YES
            finished += [one for one in customer.expected if _among(one, proposed)]
        elif reply.asks:
            before, message = message, customer.answer(reply.asks, reply.text, finished)
            if message == before:
                break
        else:
            if message != YES:
                finished += [one for one in customer.expected if one not in finished][:1]
            message = customer.next_wish(finished) if customer.manner == "steps" or message == YES else None
    return outcome


def converse_freely(shopdesk: Shopdesk, customer: FreeCustomer, number: int) -> Outcome:
    """One conversation with a customer who answers questions, agrees to what they want, and says the rest afterwards."""
    outcome, conversation = Outcome(number), None
    finished: list[Call] = []
    message, told = customer.next_message(), ""
    while message and outcome.turns < MOST_TURNS:
        reply = shopdesk.reply(message, conversation)
        conversation, outcome.turns = reply.conversation, outcome.turns + 1
        proposed = [{"name": one.name, "kwargs": dict(one.kwargs)} for one in reply.proposed_change or ()]
        outcome.transcript += [f"> {message}", f"[{reply.action} {','.join(reply.asks)}] {reply.text}", *map(str, proposed)]
        before = message
        if proposed and all(_among(call, customer.expected) for call in proposed):
            message = customer.yes
            finished += [one for one in customer.expected if _among(one, proposed)]
        elif reply.asks and not proposed:
            message = customer.answer(reply.asks, reply.text, finished)
        else:
            message = customer.next_message()
            outcome.wrong_proposals += bool(proposed) and message is None
        if message == before and reply.text == told:
            break
        told = reply.text
    return outcome


def _judge(outcome: Outcome, database: Database, task: Mapping[str, Any], state: State) -> None:
    """Judges by the database alone, and by the audit of what was written."""
    outcome.right = state.facts == goal_state(database, task["actions"]).facts
    tools = RetailTools(database)
    for call in state.written:
        outcome.wrong_writes += not _among(call, task["actions"])
        try:
            tools.call(call["name"], call["kwargs"])
        except Refused:
            outcome.violations += 1


def same(one: Call, other: Call) -> bool:
    """Whether two calls do the same: items are compared as pairs, whatever their order."""
    return one["name"] == other["name"] and _plain(one["kwargs"]) == _plain(other["kwargs"])


def _among(call: Call, calls: Iterable[Call]) -> bool:
    return any(same(call, one) for one in calls)


def _plain(arguments: Mapping[str, Any]) -> dict[str, Any]:
    plain = {name: value for name, value in arguments.items() if name not in ("item_ids", "new_item_ids")}
    old, new = arguments.get("item_ids", ()), arguments.get("new_item_ids", ())
    return plain | {"items": Counter(zip(old, new, strict=True) if new else old)}


def by_language(outcomes: Sequence[Outcome], scripts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The share of scripts that end right, by the language that they are in."""
    return {
        f"right_{language}": round(sum(right) / len(right), 4)
        for language in ("en", "zh")
        if (right := [one.right for one, script in zip(outcomes, scripts, strict=True) if script["language"] == language])
    }


def summary(outcomes: Sequence[Outcome], manner: str) -> dict[str, Any]:
    """The figures over all tasks."""
    count = len(outcomes)
    return {
        "manner": manner,
        "tasks": count,
        "right": round(sum(one.right for one in outcomes) / max(count, 1), 4),
        "wrong_proposals": sum(one.wrong_proposals for one in outcomes),
        "wrong_writes": sum(one.wrong_writes for one in outcomes),
        "policy_violations": sum(one.violations for one in outcomes),
        "turns": round(sum(one.turns for one in outcomes) / max(count, 1), 2),
    }
