"""``python -m benchmarks soak --minutes 20``: whether memory, threads and descriptors stay level while the server works on.

Customers ask one question after the other over HTTP, a new conversation after every fifth, and now and then one hangs up in the
midst of an answer. Every other question holds a word that nobody said before, so that what is kept by words lets others go.
The first quarter of the time is warm-up, in which what is kept on purpose fills up; ``--warm-up`` messages without a pause
before the time begins fill it sooner. In the rest memory's slope is that of the straight line of least squares. The data
directory grows with the conversations and is no leak; its growth is told per 1,000 messages.

The exit status is 1 when the slope is above ``--slope``, or threads or descriptors grow by more than a tenth and five.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

import numpy as np
import psutil

from benchmarks.load import QUESTIONS, customer, demo_shop, post, read_questions, served

TALK, HANG_UP = 5, 17
"""Messages of a conversation; every so many-th customer hangs up at the first words."""
WARM_UP = 0.25


@dataclass(frozen=True, slots=True)
class Sample:
    """The server at one moment."""

    at_s: float
    memory_mb: float
    threads: int
    descriptors: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Of the time after the warm-up; ``before`` and ``after`` are medians of its first and last quarter."""

    minutes: float
    messages: int
    errors: int
    memory_mb: float
    slope_mb_per_hour: float
    threads_before: int
    threads_after: int
    descriptors_before: int
    descriptors_after: int
    data_kb_per_1000_messages: float

    def leaks(self, slope: float) -> list[str]:
        """What does not stay level, in words."""
        said = [f"memory grows by {self.slope_mb_per_hour:.1f} MB an hour"] if self.slope_mb_per_hour > slope else []
        for name in ("threads", "descriptors"):
            before, after = getattr(self, f"{name}_before"), getattr(self, f"{name}_after")
            said += [f"{name} grow from {before} to {after}"] if after > before * 1.1 + 5 else []
        return said


def figures_of(samples: Sequence[Sample], messages: int, errors: int, grown_kb: float) -> Figures:
    """The figures of samples in the order of time."""
    kept = samples[int(len(samples) * WARM_UP) :]
    hours = np.array([sample.at_s for sample in kept]) / 3600
    slope = float(np.polyfit(hours, [sample.memory_mb for sample in kept], 1)[0])
    first, last = kept[: max(1, len(kept) // 4)], kept[-max(1, len(kept) // 4) :]

    def median(some: Sequence[Sample], name: str) -> int:
        return int(np.median([getattr(sample, name) for sample in some]))

    return Figures(
        minutes=samples[-1].at_s / 60,
        messages=messages,
        errors=errors,
        memory_mb=kept[-1].memory_mb,
        slope_mb_per_hour=slope,
        threads_before=median(first, "threads"),
        threads_after=median(last, "threads"),
        descriptors_before=median(first, "descriptors"),
        descriptors_after=median(last, "descriptors"),
        data_kb_per_1000_messages=1000 * grown_kb / max(1, messages),
    )


def with_a_new_word(text: str, number: int) -> str:
    """The question with a name in it that no other number has."""
    syllables = ("ka", "lo", "mi", "tu", "ze", "ro", "pa", "ni")
    name = "".join(syllables[number >> 3 * place & 7] for place in range(6)).capitalize()
    return f"{text.rstrip('?？')}, {name}?" if text.isascii() else f"{text.rstrip('?？')}，{name}？"


async def hang_up(port: int, path: str, text: str, headers: dict[str, str]) -> None:
    """Asks, reads the beginning of the answer, and goes."""
    body = json.dumps({"text": text}).encode()
    lines = "".join(f"{name}: {value}\r\n" for name, value in {**headers, "Content-Length": str(len(body))}.items())
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{lines}\r\n".encode() + body)
    await reader.read(200)
    writer.transport.abort()


@dataclass(slots=True)
class Customers:
    """So many at once, with so many seconds between the messages of each; what they have got is counted."""

    port: int
    number: int
    answered: int = 0
    failed: int = 0

    async def ask(self, pause_s: float, goes_on: Callable[[], bool]) -> None:
        """They ask as long as it goes on."""
        questions = read_questions(QUESTIONS)
        await asyncio.gather(*(self._talk(place, questions, pause_s, goes_on) for place in range(self.number)))

    async def _talk(self, place: int, questions: Sequence[str], pause_s: float, goes_on: Callable[[], bool]) -> None:
        asked = self.answered // self.number * self.number + place
        while goes_on():
            path, headers = await customer(self.port)
            for _ in range(TALK):
                asked += self.number
                text = questions[asked % len(questions)]
                if asked // self.number % 2:
                    text = with_a_new_word(text, asked)
                if asked % HANG_UP == 0:
                    await hang_up(self.port, path, text, headers)
                    break
                answer = await post(self.port, path, {"text": text}, {}, **headers)
                sound = answer.status == 200 and b"event: done" in answer.body
                self.answered, self.failed = self.answered + sound, self.failed + (not sound)
                await asyncio.sleep(pause_s)


async def watch(pid: int, goes_on: Callable[[], bool], every_s: float, told: IO[str]) -> list[Sample]:
    """The server every so often; each sample is told as a line of JSON at once."""
    process, start, samples = psutil.Process(pid), time.monotonic(), list[Sample]()
    while goes_on():
        memory = process.memory_info().rss / 2**20
        samples.append(Sample(time.monotonic() - start, memory, process.num_threads(), process.num_fds()))
        told.write(json.dumps(asdict(samples[-1])) + "\n")
        told.flush()
        await asyncio.sleep(every_s)
    return samples


async def soak(port: int, pid: int, options: argparse.Namespace, told: IO[str]) -> tuple[list[Sample], int, int]:
    """The samples, and how many messages were answered and failed."""
    customers = Customers(port, options.clients)
    await customers.ask(0.0, lambda: customers.answered + customers.failed < options.warm_up)
    end = time.monotonic() + float(options.minutes) * 60

    def goes_on() -> bool:
        return time.monotonic() < end

    samples, _ = await asyncio.gather(watch(pid, goes_on, options.every, told), customers.ask(options.pause, goes_on))
    return samples, customers.answered, customers.failed


def main(arguments: list[str]) -> int:
    """Prints the figures; 1 where something leaks or a message failed."""
    parser = argparse.ArgumentParser("python -m benchmarks soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=20, help="how long (default: 20)")
    parser.add_argument("--clients", type=int, default=4, help="customers at once (default: 4)")
    parser.add_argument("--pause", type=float, default=0.05, help="seconds between the messages of each (default: 0.05)")
    parser.add_argument("--warm-up", type=int, default=0, help="messages without a pause before the time begins (default: 0)")
    parser.add_argument("--samples", type=Path, default=Path(os.devnull), help="file for the samples, one JSON object a line")
    parser.add_argument("--every", type=float, default=5, help="seconds between two looks (default: 5)")
    parser.add_argument("--slope", type=float, default=1.0, help="MB that memory may grow in an hour (default: 1)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    with demo_shop() as data:
        before = _size(data)
        with served(data) as (port, pid), options.samples.open("w", encoding="utf-8") as told:
            samples, messages, errors = asyncio.run(soak(port, pid, options, told))
        figures = figures_of(samples, messages, errors, (_size(data) - before) / 1024)
    leaks = figures.leaks(options.slope)
    if options.json:
        print(json.dumps({**asdict(figures), "leaks": leaks}, indent=2))
    else:
        print("\n".join(f"{name.replace('_', ' '):<28}{value:>12.1f}" for name, value in asdict(figures).items()))
        print("\n".join(leaks) or "all level")
    return int(bool(leaks or errors))


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
