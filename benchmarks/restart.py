"""``python -m benchmarks restart --times 5``: the server starts anew while customers chat, and nobody is refused.

Customers ask one question after the other, each on a connection of its own, of a server with a scripted language model, whose
answers take a second or two to be written. At random moments the server gets SIGUSR2 and starts anew; it gets another while it
does. An answer is whole when its stream says so. Told are those that failed, the longest that anybody waited for a first byte,
and the time from the signal until the server says that it is ready again.

The exit status is 1 when a request failed, or no answer was being written when a signal came.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import signal
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import IO

from benchmarks.load import QUESTIONS, customer, demo_shop, free_port, post, process, read_questions, until_it_listens

CUSTOMERS = 8
PACE = ("--tokens", "40", "--milliseconds", "30")
READY_S = 120.0
PAUSE_S, IMPATIENCE_S = 0.2, 1.5


@dataclass(slots=True)
class Figures:
    """What happened. ``written`` counts the answers that were being written when a signal came."""

    restarts: int = 0
    messages: int = 0
    written: int = 0
    longest_wait_s: float = 0.0
    longest_restart_s: float = 0.0
    failed: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether nobody was refused or cut short, and somebody could have been."""
        return not self.failed and self.written > 0


class Customers:
    """Ask on and on; what they get is put down in ``figures``."""

    def __init__(self, port: int, figures: Figures) -> None:
        self._port, self._figures = port, figures
        self._questions = read_questions(QUESTIONS)
        self.open = 0

    async def ask(self, goes_on: Callable[[], bool]) -> None:
        """All of them, as long as it goes on."""
        await asyncio.gather(*(self._talk(place, goes_on) for place in range(CUSTOMERS)))

    async def _talk(self, place: int, goes_on: Callable[[], bool]) -> None:
        number = place
        while goes_on():
            number += CUSTOMERS
            text = self._questions[number % len(self._questions)]
            start = time.perf_counter()
            self.open += 1
            try:
                path, headers = await customer(self._port)
                begun = time.perf_counter()
                answer = await post(self._port, path, {"text": text}, {"first": b""}, **headers)
            except Exception as error:  # whatever a customer may meet
                self._figures.failed.append(f"{type(error).__name__}: {error} after {time.perf_counter() - start:.2f} s")
                continue
            finally:
                self.open -= 1
            if answer.status != 200 or b"event: done" not in answer.body:
                self._figures.failed.append(f"status {answer.status}, {len(answer.body)} bytes")
            self._figures.messages += 1
            waited = (begun - start) + answer.seconds.get("first", 0.0)
            self._figures.longest_wait_s = max(self._figures.longest_wait_s, waited)
            await asyncio.sleep(PAUSE_S)


class Starts:
    """Hears the server say that it is ready."""

    def __init__(self, output: IO[str]) -> None:
        self._ready = Event()
        Thread(target=self._listen, args=(output,), daemon=True).start()

    def _listen(self, output: IO[str]) -> None:
        for line in output:
            if line.startswith("Shopdesk is ready"):
                self._ready.set()

    def wait(self) -> None:
        """Until it says so.

        Raises:
            SystemExit: it does not.
        """
        if not self._ready.wait(READY_S):
            raise SystemExit("The server is not ready.")
        self._ready.clear()


def restart_amid_chats(data: Path, times: int, chance: random.Random) -> Figures:
    """Serves ``data`` to customers and starts it anew so many ``times``."""
    figures, port, llm_port = Figures(), free_port(), free_port()
    settings = {
        "SHOPDESK_LLM": "openai:scripted",
        "SHOPDESK_LLM_BASE_URL": f"http://127.0.0.1:{llm_port}/v1",
        "SHOPDESK_MESSAGES_PER_MINUTE": "0",
        "SHOPDESK_REQUESTS_PER_MINUTE": "0",
    }
    model = process("benchmarks.scripted_llm", str(llm_port), *PACE)
    with model, process("bot", "serve", "--data", str(data), "--port", str(port), **settings) as server:
        until_it_listens(llm_port)
        assert server.stdout is not None
        starts = Starts(server.stdout)
        starts.wait()
        customers, over = Customers(port, figures), Event()
        talking = Thread(target=lambda: asyncio.run(customers.ask(lambda: not over.is_set())))
        talking.start()
        try:
            for _ in range(times):
                time.sleep(chance.uniform(2.0, 5.0))
                figures.written += customers.open
                start = time.monotonic()
                server.send_signal(signal.SIGUSR2)
                time.sleep(IMPATIENCE_S)
                server.send_signal(signal.SIGUSR2)
                starts.wait()
                figures.longest_restart_s = max(figures.longest_restart_s, time.monotonic() - start)
                figures.restarts += 1
            time.sleep(2.0)
        finally:
            over.set()
            talking.join()
    return figures


def main(arguments: list[str]) -> int:
    """Prints the figures; 1 where a request failed."""
    parser = argparse.ArgumentParser("python -m benchmarks restart", description=__doc__)
    parser.add_argument("--times", type=int, default=5, help="how often the server starts anew (default: 5)")
    parser.add_argument("--seed", type=int, default=1, help="of the moments (default: 1)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    with demo_shop() as data:
        figures = restart_amid_chats(data, options.times, random.Random(options.seed))
    if options.json:
        print(json.dumps(asdict(figures), indent=2))
    else:
        print("\n".join(f"{name.replace('_', ' '):<18} {value}" for name, value in asdict(figures).items()))
    return int(not figures.sound)
