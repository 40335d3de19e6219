"""``python -m benchmarks sizing``: how many servers so many conversations an hour take, from what one answer costs here.

First the built-in writer's answers are measured: processor time of each, and the server's memory. A conversation has
``--messages``, and the busiest minute ``--peak`` times the average. From that follow the cores, at most ``--busy`` of which are
to be busy. Then the busiest ten minutes are simulated: customers arrive by chance (a Poisson process), each message goes to the
server of one core that is free first, and takes as long as one of the measured answers. What waits is the queue of servers
alone: the database, the vector store and the network are not in it, and a language model's time comes on top.
"""

from __future__ import annotations

import argparse
import asyncio
import heapq
import json
import math
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import psutil

from benchmarks.load import QUESTIONS, cpu_ms, customer, demo_shop, post, read_questions, served

LOADS = (10, 1_000, 100_000)
SIMULATED_S = 600.0


@dataclass(frozen=True, slots=True)
class Need:
    """What a load takes; the waits are of the simulated busiest time, in milliseconds."""

    conversations_an_hour: int
    messages_a_second_at_peak: float
    cores: int
    memory_gb: float
    wait_p50_ms: float
    wait_p95_ms: float
    whole_p95_ms: float


async def costs(port: int, pid: int, questions: Sequence[str], number: int) -> list[float]:
    """Processor milliseconds of the server for each of ``number`` answers, one after the other."""
    path, headers = await customer(port)
    found = []
    for place in range(number + 5):
        if place % 10 == 0:
            path, headers = await customer(port)
        before = cpu_ms(pid)
        await post(port, path, {"text": questions[place % len(questions)]}, {}, **headers)
        found.append(cpu_ms(pid) - before)
    return found[5:]


def simulate(
    rate: float, cores: int, costs_ms: Sequence[float], seconds: float, chance: random.Random
) -> tuple[list[float], list[float]]:
    """Milliseconds that each message waits and takes as a whole, at ``rate`` messages a second over ``cores`` servers."""
    free = [0.0] * cores
    at, waits, wholes = 0.0, [], []
    while (at := at + chance.expovariate(rate)) < seconds:
        cost = chance.choice(costs_ms) / 1000
        begin = max(at, heapq.heappop(free))
        heapq.heappush(free, begin + cost)
        waits.append((begin - at) * 1000)
        wholes.append((begin + cost - at) * 1000)
    return waits, wholes


def need(
    conversations: int, messages: float, peak: float, busy: float, costs_ms: Sequence[float], memory_mb: float, seed: int = 1
) -> Need:
    """What so many conversations an hour take, with the waits that follow."""
    rate = conversations * messages * peak / 3600
    cores = max(1, math.ceil(rate * float(np.mean(costs_ms)) / 1000 / busy))
    waits, wholes = simulate(rate, cores, costs_ms, SIMULATED_S, random.Random(seed))
    shown = [round(float(np.percentile(times or [0.0], part)), 1) for times, part in ((waits, 50), (waits, 95), (wholes, 95))]
    return Need(conversations, round(rate, 2), cores, round(cores * memory_mb / 1024, 1), *shown)


def main(arguments: list[str]) -> int:
    """Prints what an answer costs, and the table."""
    parser = argparse.ArgumentParser("python -m benchmarks sizing", description=__doc__)
    parser.add_argument("--answers", type=int, default=300, help="answers that are measured (default: 300)")
    parser.add_argument("--messages", type=float, default=5, help="messages of a conversation (default: 5)")
    parser.add_argument("--peak", type=float, default=3, help="the busiest minute over the average (default: 3)")
    parser.add_argument("--busy", type=float, default=0.6, help="share of the cores that may be busy then (default: 0.6)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    with demo_shop() as data:
        with served(data) as (port, pid):
            costs_ms = asyncio.run(costs(port, pid, read_questions(QUESTIONS), options.answers))
            memory_mb = psutil.Process(pid).memory_info().rss / 2**20
    rows = [need(load, options.messages, options.peak, options.busy, costs_ms, memory_mb) for load in LOADS]
    answer = {"processor_ms": round(float(np.mean(costs_ms)), 1), "p95_ms": round(float(np.percentile(costs_ms, 95)), 1)}
    if options.json:
        print(json.dumps({"answer": answer, "memory_mb": round(memory_mb), "needs": [asdict(row) for row in rows]}, indent=2))
        return 0
    print(f"an answer: {answer['processor_ms']} ms of processor time (p95 {answer['p95_ms']}), a server: {memory_mb:.0f} MB")
    print("\n".join(" ".join(f"{name} {value}" for name, value in asdict(row).items()) for row in rows))
    return 0
