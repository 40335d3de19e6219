"""``python -m benchmarks start PATH``: time from starting a process to its first answer, and its memory, beside the peer.

PATH is a folder of documents or a directory in the BEIR layout. Both are loaded beforehand; each start is a fresh process. One
more process loads all the models that ship and uses each on both languages. Processor time is that of all cores together.
``same`` tells whether all processes said the same: the reply with its citations and next questions, or what the models told.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

OURS = """
import sys
import bot
from benchmarks.start import resident_mb
from benchmarks.start import digest
with bot.open(sys.argv[1]) as shopdesk:
    reply = shopdesk.reply(sys.argv[2])
    print(digest([reply.text, reply.citations, reply.follow_ups, reply.intent, reply.sentiment]), resident_mb())
"""
MODELS = """
from benchmarks.start import digest, resident_mb
from bot.understanding.intent import IntentClassifier
from bot.understanding.message_encoder import MessageEncoder
from bot.understanding.sentiment import SentimentClassifier
from knowledge_base.answer_reader import AnswerReader
from knowledge_base.ensemble_encoder import EnsembleEncoder
encoder = EnsembleEncoder.load()
messages = MessageEncoder.load()
intents, sentiment = IntentClassifier.load(encoder, messages), SentimentClassifier.load(messages=messages)
reader = AnswerReader.load(static=encoder.static)
told = []
for asked in ("Where is my parcel?", "我的包裹怎么还没到！"):
    told += [intents.classify(asked), sentiment.analyse(asked), encoder.encode([asked]).tobytes()]
    told += [list(map(float, reader.scores(asked, ["Parcels are tracked on the order page.", "在订单页查物流。"])))]
print(digest(told), resident_mb())
"""
PEERS = """
import sys
from pathlib import Path
from benchmarks.peer import Peer
from benchmarks.start import digest, resident_mb
found = Peer(Path(sys.argv[1])).search(sys.argv[2], 6)
print(digest([found]), resident_mb())
"""


def resident_mb() -> float:
    """Megabytes that this process holds in memory now."""
    import psutil

    return float(psutil.Process().memory_info().rss / 2**20)


def digest(told: Sequence[object]) -> str:
    """A fingerprint of what was told, the same in every process that tells the same to the last bit."""
    return sha256("\n".join(map(repr, told)).encode()).hexdigest()


@dataclass(frozen=True)
class Start:
    """Medians of ``seconds`` and of ``processor_s`` over some processes, and the most resident ``megabytes``.

    ``same`` tells whether all of them said the same.
    """

    seconds: float
    processor_s: float
    megabytes: float
    same: bool


def starts(program: str, directory: Path, question: str, runs: int) -> Start:
    """What ``runs`` processes took, after one that is not counted."""
    seconds, worked, megabytes, told = [], [], [], set()
    for _ in range(runs + 1):
        start, before = time.perf_counter(), os.times()
        done = subprocess.run(
            [sys.executable, "-c", program, str(directory), question], check=True, capture_output=True, text=True
        )
        after = os.times()
        seconds.append(time.perf_counter() - start)
        worked.append(sum(after[2:4]) - sum(before[2:4]))
        fingerprint, resident = done.stdout.split()[-2:]
        megabytes.append(float(resident))
        told.add(fingerprint)
    return Start(median(seconds[1:]), median(worked[1:]), max(megabytes), len(told) == 1)


def main(arguments: list[str]) -> int:
    """Prints time and memory of ours and of the peer."""
    import bot

    parser = argparse.ArgumentParser("python -m benchmarks start", description=__doc__)
    parser.add_argument("path", type=Path, help="folder of documents, or a directory with corpus.jsonl")
    parser.add_argument("--question", default="How long does delivery take?", help="what is asked first")
    parser.add_argument("--runs", type=int, default=5, help="processes of each (default: 5)")
    parser.add_argument("--limit", type=int, default=2000, help="documents of the peer at most (default: 2000)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    with TemporaryDirectory() as folder:
        ours, peers = Path(folder) / "ours", Path(folder) / "peer"
        with bot.open(ours) as shopdesk:
            shopdesk.load([options.path], kind="documents")
        _load_peer(peers, options.path, options.limit)
        figures = {
            "shopdesk": starts(OURS, ours, options.question, options.runs),
            "models alone": starts(MODELS, ours, options.question, options.runs),
            "peer, search alone": starts(PEERS, peers, options.question, options.runs),
        }
    if options.json:
        print(json.dumps({name: asdict(start) for name, start in figures.items()}, indent=2))
    else:
        print(_table(figures))
    return 0


def _load_peer(directory: Path, path: Path, limit: int) -> None:
    from benchmarks.ingest import read_documents
    from benchmarks.peer import Peer

    texts = [section.text for document in read_documents(path, limit) for section in document.sections][:limit]
    Peer(directory).add([str(place) for place in range(len(texts))], texts)


def _table(figures: dict[str, Start]) -> str:
    lines = [f"{'':<24}{'seconds':>10}{'processor':>12}{'MB':>8}{'same':>6}"]
    rows = (
        f"{name:<24}{at.seconds:>10.2f}{at.processor_s:>12.2f}{at.megabytes:>8.0f}{'yes' if at.same else 'NO':>6}"
        for name, at in figures.items()
    )
    return "\n".join([*lines, *rows])
