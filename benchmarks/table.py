"""``python -m benchmarks table [--rows 20000] [--json]``: preview and load of a large table, and searches meanwhile.

Besides seconds it tells processor seconds of the whole process, which other programs on the machine change less.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import numpy as np

import bot
from bot.serving.server import SWITCH_S
from bot.shopdesk import Shopdesk

_THINGS = ("kettle", "teapot", "backpack", "tent", "lamp", "grinder", "speaker", "jacket", "mug", "stove")
_FACTS = ("warranty", "delivery time", "return period", "repair time", "care interval", "battery life", "price match")
_PAUSE_S = 0.2


def write_table(path: Path, rows: int, seed: int = 1) -> None:
    """A table of ``rows`` different questions with answers."""
    chance = Random(seed)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(("question", "answer"))
        for number in range(rows):
            thing, fact = chance.choice(_THINGS), chance.choice(_FACTS)
            told = f"{number % 97 + 3} days, and it can be extended by {number % 13 + 1} more on request"
            table.writerow(
                (f"What is the {fact} of the {thing} model {number}?", f"The {fact} of the {thing} model {number} is {told}.")
            )


@contextmanager
def _searching(shopdesk: Shopdesk, times: list[float]) -> Iterator[None]:
    done = threading.Event()

    def search() -> None:
        while not done.wait(_PAUSE_S):
            started = time.perf_counter()
            shopdesk.search("How long can I return an item?", 5)
            times.append(1000 * (time.perf_counter() - started))

    thread = threading.Thread(target=search)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def measure(rows: int) -> dict[str, float]:
    """Seconds and processor seconds of preview and load, and milliseconds of searches during the load."""
    sys.setswitchinterval(SWITCH_S)
    times: list[float] = []
    with TemporaryDirectory() as folder:
        base, table = Path(folder) / "base.csv", Path(folder) / "table.csv"
        base.write_text("question,answer\nHow long can I return an item?,Within 30 days of delivery.\n", "utf-8")
        write_table(table, rows)
        with bot.open(Path(folder) / "data") as shopdesk:
            shopdesk.load([base])
            started, spent = time.perf_counter(), time.process_time()
            preview = shopdesk.preview([table])
            assert preview.documents is not None and preview.documents.counts == {"new": rows}
            previewed, preview_spent = time.perf_counter() - started, time.process_time() - spent
            started, spent = time.perf_counter(), time.process_time()
            with _searching(shopdesk, times):
                shopdesk.load([table])
            loaded, load_spent = time.perf_counter() - started, time.process_time() - spent
    return {
        "rows": rows,
        "preview_s": round(previewed, 1),
        "preview_processor_s": round(preview_spent, 1),
        "load_s": round(loaded, 1),
        "load_processor_s": round(load_spent, 1),
        "searches": len(times),
        "search_p50_ms": round(float(np.percentile(times, 50)), 1),
        "search_p95_ms": round(float(np.percentile(times, 95)), 1),
    }


def main(arguments: Sequence[str]) -> int:
    """Prints the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks table", description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    figures = measure(options.rows)
    if options.json:
        print(json.dumps(figures, indent=2))
    else:
        for name, value in figures.items():
            print(f"{name:<22}{value:>10}")
    return 0
