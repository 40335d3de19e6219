"""``python -m benchmarks crash --kills 50``: the program killed without warning, again and again, amid all that it does.

A small shop is served; customers chat, others cancel orders, and a folder that the server watches gets new documents. At a
random moment the process is killed with SIGKILL and started again; every third time it is ``shopdesk load``. What
a customer was told is *acknowledged*. After each start the benchmark looks

- whether the server is ready within 10 seconds (of processor time, which other programs change little),
- whether every acknowledged message stands in its conversation, once and in its place, and nothing else but the one on its way,
- whether every acknowledged cancellation is done, and none twice: an order whose customer got no answer is asked for again.

At the end, all that was loaded must be there once, and database and index must agree, id for id.

The exit status is 1 where anything is lost, double or late.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread

import bot
from benchmarks.crash_shop import CancellingCustomer, ChattingCustomer, write_documents, write_shop
from benchmarks.load import cpu_ms, free_port, process
from bot.shopdesk import Shopdesk
from knowledge_base.vector_store import QUESTION, SPACES

READY_S = 10.0
CHATTING, CANCELLING = 3, 2
LONGEST_S = 4.0
"""Until the kill, from the first message on."""


@dataclass(slots=True)
class Figures:
    """What happened, and what must be nothing: ``lost``, ``double`` and ``apart``, as sentences."""

    kills: int = 0
    kills_of_loads: int = 0
    messages: int = 0
    cancellations: int = 0
    documents: int = 0
    on_their_way: int = 0
    slowest_ready_s: float = 0.0
    slowest_ready_processor_s: float = 0.0
    lost: list[str] = field(default_factory=list)
    double: list[str] = field(default_factory=list)
    apart: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether nothing is lost, double or late."""
        return not (self.lost or self.double or self.apart) and self.slowest_ready_processor_s <= READY_S


class Shop:
    """The data directory of a shop that is killed, its customers, and what they were told."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self.data, self.watched, self._chance = folder / "data", folder / "documents", chance
        self.figures = Figures()
        self._port = free_port()
        write_shop(folder / "shop")
        write_documents(self.watched, 0, 3)
        self._written = 3
        with bot.open(self.data) as shopdesk:
            shopdesk.load([folder / "shop"])
            shopdesk.load([self.watched])
        url = f"http://127.0.0.1:{self._port}"
        self._chatting = [ChattingCustomer(url, number) for number in range(CHATTING)]
        self._cancelling = [CancellingCustomer(url, number, CANCELLING) for number in range(CANCELLING)]

    def kill_server(self) -> None:
        """Serves for a while under load, and kills."""
        with self._serving() as server:
            self._check()
            stop = Event()
            customers: list[ChattingCustomer | CancellingCustomer] = [*self._chatting, *self._cancelling]
            threads = [Thread(target=customer.run, args=(stop,)) for customer in customers]
            for thread in threads:
                thread.start()
            self._write(self._chance.randint(1, 4))
            time.sleep(self._chance.uniform(0.05, LONGEST_S))
            server.kill()
            stop.set()
            for thread in threads:
                thread.join()
        self.figures.kills += 1

    def kill_load(self) -> None:
        """Loads new documents, and kills at a moment at which a load may be anywhere from its start to its end."""
        self._write(self._chance.randint(10, 40))
        command = [sys.executable, "-m", "bot", "load", str(self.watched), "--data", str(self.data)]
        loading = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            loading.wait(self._chance.uniform(1.0, 6.0))
        except subprocess.TimeoutExpired:
            loading.send_signal(signal.SIGKILL)
            loading.wait()
            self.figures.kills += 1
            self.figures.kills_of_loads += 1

    def finish(self) -> Figures:
        """Starts once more, lets the customers ask for what they were not told, and looks at everything."""
        figures = self.figures
        with self._serving():
            self._check()
            for customer in self._cancelling:
                customer.finish()
        with bot.open(self.data) as shopdesk:
            shopdesk.load([self.watched])
            self._look_at_index(shopdesk)
            self._look_at_orders(shopdesk)
        figures.messages = sum(len(told) for one in self._chatting for told in one.told.values())
        figures.cancellations = sum(len(one.cancelled) for one in self._cancelling)
        figures.on_their_way = sum(one.uncertain for one in self._cancelling)
        figures.documents = self._written
        return figures

    def _write(self, number: int) -> None:
        write_documents(self.watched, self._written, number)
        self._written += number

    @contextmanager
    def _serving(self) -> Iterator[subprocess.Popen[str]]:
        start = time.monotonic()
        arguments = ("serve", "--data", str(self.data), "--port", str(self._port))
        limits = {"SHOPDESK_MESSAGES_PER_MINUTE": "0", "SHOPDESK_REQUESTS_PER_MINUTE": "0", "SHOPDESK_WATCH": "true"}
        with process("bot", *arguments, **limits) as server:
            assert server.stdout is not None
            if not any(line.startswith("Shopdesk is ready") for line in server.stdout):
                raise SystemExit("The server ended before it answered.")
            figures = self.figures
            figures.slowest_ready_s = max(figures.slowest_ready_s, time.monotonic() - start)
            figures.slowest_ready_processor_s = max(figures.slowest_ready_processor_s, cpu_ms(server.pid) / 1000)
            yield server

    def _check(self) -> None:
        for chatting in self._chatting:
            lost, double = chatting.compare()
            self.figures.lost += lost
            self.figures.double += double

    def _look_at_orders(self, shopdesk: Shopdesk) -> None:
        done = Counter(row["order_id"] for row in shopdesk.order_changes(100_000))
        wanted = {order for customer in self._cancelling for order in customer.cancelled}
        self.figures.lost += [f"the cancellation of {order}" for order in sorted(wanted - done.keys())]
        self.figures.double += [f"the cancellation of {order}" for order, times in sorted(done.items()) if times > 1]

    def _look_at_index(self, shopdesk: Shopdesk) -> None:
        knowledge = shopdesk._knowledge
        known = {Path(location).name for location in knowledge.documents()}
        self.figures.lost += [f"document {name}" for path in self.watched.iterdir() if (name := path.name) not in known]
        keys = knowledge._ledger.keys()
        wanted = {key.id for key in keys} | {key.id + QUESTION for key in keys if key.asks}
        found = set().union(*(knowledge._vectors.ids(space) for space in SPACES))
        self.figures.apart += [f"vector {name}" for name in sorted(wanted ^ found)]
        if len(knowledge._indexer.lexical) != knowledge.stats().chunks:
            self.figures.apart.append("the lexical index")


def main(arguments: list[str]) -> int:
    """Prints the figures; 1 where anything is lost, double or late."""
    parser = argparse.ArgumentParser("python -m benchmarks crash", description=__doc__)
    parser.add_argument("--kills", type=int, default=50, help="how often (default: 50)")
    parser.add_argument("--seed", type=int, default=1, help="of the moments (default: 1)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    with TemporaryDirectory() as folder:
        shop = Shop(Path(folder), random.Random(options.seed))
        rounds = 0
        while shop.figures.kills < options.kills:
            rounds += 1
            if rounds % 3:
                shop.kill_server()
            else:
                shop.kill_load()
        figures = shop.finish()
    if options.json:
        print(json.dumps(asdict(figures), indent=2))
    else:
        print("\n".join(f"{name.replace('_', ' '):<18} {value}" for name, value in asdict(figures).items()))
    return int(not figures.sound)
