"""``python -m benchmarks table [--rows 20000] [--stages] [--json]``: preview and load of a large table, and chats meanwhile.

Besides seconds it tells processor seconds of the whole process, which other programs on the machine change less. With
``--stages`` every stage of the load runs once more by itself, and its processor seconds are told.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import numpy as np

import bot
from bot.serving.server import SWITCH_S
from bot.shopdesk import Shopdesk
from bot.store.database import metadata, open_database
from bot.store.knowledge import SqlLedger
from knowledge_base.chunking import chunk
from knowledge_base.comparison import Comparison
from knowledge_base.embedding import PART
from knowledge_base.encoders import BUILTIN, load_encoder
from knowledge_base.ledger import DocumentRecord
from knowledge_base.lexical import LexicalIndex
from knowledge_base.loading import load_documents
from knowledge_base.types import Document
from knowledge_base.vector_store import QUESTION, VectorStore

_THINGS = ("kettle", "teapot", "backpack", "tent", "lamp", "grinder", "speaker", "jacket", "mug", "stove")
_FACTS = ("warranty", "delivery time", "return period", "repair time", "care interval", "battery life", "price match")
_PAUSE_S = 0.3


def _question(fact: str, thing: str, number: int) -> str:
    return f"What is the {fact} of the {thing} model {number}?"


def write_table(path: Path, rows: int, seed: int = 1) -> None:
    """A table of ``rows`` different questions with answers."""
    chance = Random(seed)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(("question", "answer"))
        for number in range(rows):
            thing, fact = chance.choice(_THINGS), chance.choice(_FACTS)
            told = f"{number % 97 + 3} days, and it can be extended by {number % 13 + 1} more on request"
            table.writerow((_question(fact, thing, number), f"The {fact} of the {thing} model {number} is {told}."))


@contextmanager
def _chatting(shopdesk: Shopdesk, times: list[float]) -> Iterator[None]:
    """One customer after the other asks, each in a conversation of their own, until the block ends."""
    done, chance = threading.Event(), Random(2)

    def chat() -> None:
        while not done.wait(_PAUSE_S):
            started = time.perf_counter()
            shopdesk.reply(_question(chance.choice(_FACTS), chance.choice(_THINGS), chance.randrange(100_000)))
            times.append(1000 * (time.perf_counter() - started))

    thread = threading.Thread(target=chat)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def measure(rows: int) -> dict[str, float]:
    """Seconds and processor seconds of preview and load, and milliseconds of replies during the load."""
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
            with _chatting(shopdesk, times):
                shopdesk.load([table])
            loaded, load_spent = time.perf_counter() - started, time.process_time() - spent
    return {
        "rows": rows,
        "preview_s": round(previewed, 1),
        "preview_processor_s": round(preview_spent, 1),
        "load_s": round(loaded, 1),
        "load_processor_s": round(load_spent, 1),
        "chats": len(times),
        "chat_p50_ms": round(float(np.percentile(times, 50)), 1),
        "chat_p95_ms": round(float(np.percentile(times, 95)), 1),
    }


def stages(rows: int) -> dict[str, float]:
    """Processor seconds of each stage of loading a table, run by itself."""
    spent: dict[str, float] = {}

    @contextmanager
    def stage(name: str) -> Iterator[None]:
        started = time.process_time()
        yield
        spent[f"{name}_processor_s"] = round(time.process_time() - started, 1)

    encoder = load_encoder(BUILTIN)
    with TemporaryDirectory() as name, closing(VectorStore(Path(name) / "chroma")) as store:
        table, engine = Path(name) / "table.csv", open_database(f"sqlite:///{name}/knowledge.db")
        metadata.create_all(engine)
        write_table(table, rows)
        with stage("read"):
            [document] = (item for item in load_documents([table]) if isinstance(item, Document))
        with stage("cut"):
            chunks = chunk(document, encoder.count_tokens)
        with stage("compare"):
            Comparison(()).judge(document.location, chunks, {})
        texts = {
            key: text
            for each in chunks
            for key, text in ((each.id, each.indexed_text), (each.id + QUESTION, each.question or ""))
        }
        with stage("encode"):
            vectors = encoder.encode(list(texts.values()))
        with stage("store_vectors"):
            for start in range(0, len(texts), 2 * PART):
                store.upsert("passages", list(texts)[start : start + 2 * PART], vectors[start : start + 2 * PART])
        with stage("record"):
            ledger = SqlLedger(engine)
            ledger.store([(DocumentRecord(document.location, document.source, document.title, document.language, ""), chunks)])
            ledger.confirm([each.id for each in chunks])
            ledger.publish("table")
        with stage("lexical"):
            LexicalIndex.build(Path(name) / "lexical", ledger.all_chunks(1), 1)
        engine.dispose()
    return spent


def main(arguments: Sequence[str]) -> int:
    """Prints the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks table", description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--stages", action="store_true", help="tell the processor seconds of each stage, too")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    figures = measure(options.rows) | (stages(options.rows) if options.stages else {})
    if options.json:
        print(json.dumps(figures, indent=2))
    else:
        for name, value in figures.items():
            print(f"{name:<28}{value:>10}")
    return 0
