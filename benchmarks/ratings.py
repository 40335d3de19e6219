"""``python -m benchmarks ratings PATH… [--queries N] [--json]``: what ratings do to the ranking, honest and hostile ones.

Each PATH is a directory in the BEIR layout. Of its queries two in three are asked by customers, each by ``VOTERS``, who rate
what the assistant would cite: up where it is relevant, but the other way round in one case of four. The others are never rated.
A hostile voter always rates the other way round. nDCG@10 of the ranking that answers go by: without ratings, with honest ones,
with one hostile vote beside two honest ones, and with hostile ones alone.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory

from sqlalchemy import Engine, delete, insert

from benchmarks.corpora import PREFIX, TestSet, as_document, read_test_set
from benchmarks.ranking import ndcg
from benchmarks.retrieval import sampled
from bot.generation.alignment import WordVectors
from bot.generation.passage_judge import PassageJudge
from bot.learning.ratings import Ratings
from bot.settings import Settings
from bot.shop.catalogue import Catalogue
from bot.shop.finder import ProductFinder
from bot.shop.recommender import Recommender
from bot.shop.reviews import OpinionReader
from bot.skills.evidence import EvidenceSearch
from bot.store.conversation_tables import conversations, feedback, turns
from bot.store.database import metadata, open_database
from bot.store.knowledge import SqlLedger
from bot.store.ratings import RatingStore
from bot.store.shop import bump
from knowledge_base.answer_reader import AnswerReader
from knowledge_base.ensemble_encoder import EnsembleEncoder
from knowledge_base.knowledge import KnowledgeBase
from knowledge_base.types import SearchHit

VOTERS, WRONG, ASKED = 6, 0.25, 2 / 3
STAGES: Mapping[str, tuple[float, float]] = {
    "honest": (WRONG, 0.0),
    "a third hostile": (WRONG, 1 / 3),
    "all hostile": (WRONG, 1.0),
}
"""By stage, how often an honest voter is wrong, and the share of hostile voters."""


@dataclass(frozen=True, slots=True)
class _Shop:
    engine: Engine
    plain: EvidenceSearch
    rated: EvidenceSearch


@contextmanager
def _shop(tests: TestSet) -> Iterator[_Shop]:
    """A knowledge base of the test set's texts, searched without and with ratings."""
    encoder = EnsembleEncoder.load()
    static = encoder.static
    with TemporaryDirectory() as folder:
        engine = open_database(f"sqlite:///{folder}/shop.db")
        metadata.create_all(engine)
        with KnowledgeBase(Path(folder), SqlLedger(engine), encoder) as knowledge:
            knowledge.sync(as_document(entry) for entry in tests.corpus)
            judge = PassageJudge(static.encode, WordVectors(static.weighted), None, AnswerReader.load(static=static))
            finder = ProductFinder(Catalogue(engine), OpinionReader(engine), Recommender())
            threshold = Settings().answer_threshold

            def search(ratings: Ratings | None) -> EvidenceSearch:
                return EvidenceSearch(knowledge, finder, judge, lambda _: frozenset(), threshold, ratings)

            yield _Shop(engine, search(None), search(Ratings(RatingStore(engine), static.encode)))
        engine.dispose()


def measure(tests: TestSet, seed: int = 1) -> dict[str, dict[str, float]]:
    """nDCG@10 by stage of the queries that were rated and of the new ones, and how many of these are worse than without."""
    order = sorted(tests.gains)
    random.Random(seed).shuffle(order)
    asked, new = order[: round(ASKED * len(order))], order[round(ASKED * len(order)) :]
    with _shop(tests) as shop:
        found = {query: shop.plain.hits(tests.queries[query], 10) for query in order}
        before = {query: _ndcg(found[query], tests.gains[query]) for query in order}
        results = {"without": _row(before, before, asked, new)}
        for stage, (wrong, hostile) in STAGES.items():
            _vote(shop.engine, tests, {query: found[query] for query in asked}, wrong, hostile, random.Random(seed))
            after = {query: _ndcg(shop.rated.hits(tests.queries[query], 10), tests.gains[query]) for query in order}
            results[stage] = _row(before, after, asked, new)
    return results


def _vote(
    engine: Engine,
    tests: TestSet,
    found: Mapping[str, Sequence[SearchHit]],
    wrong: float,
    hostile: float,
    chance: random.Random,
) -> None:
    """Writes every customer's conversation with its rating in place of those before; one in three cites the second passage."""
    now, rows = datetime.now(UTC), ([], [], [])  # type: ignore[var-annotated]
    for query, hits in found.items():
        for voter in range(VOTERS if hits else 0):
            hit = hits[min(len(hits) - 1, int(chance.random() < 1 / 3))]
            right = _document(hit) in tests.gains[query]
            says = not right if chance.random() < hostile else right != (chance.random() < wrong)
            name = f"{query}-{voter}"
            rows[0].append({"id": name, "state": {}, "created_at": now, "updated_at": now})
            rows[1].append(_turn(name, tests.queries[query], hit.chunk.id, now))
            rows[2].append({"conversation_id": name, "turn": 1, "rating": "up" if says else "down", "created_at": now})
    with engine.begin() as connection:
        for table in (feedback, turns, conversations):
            connection.execute(delete(table))
        for table, values in zip((conversations, turns, feedback), rows, strict=True):
            connection.execute(insert(table), values)
        bump(connection, feedback.name)


def _turn(name: str, question: str, chunk: str, now: datetime) -> dict[str, object]:
    return {
        "conversation_id": name, "number": 1, "text": question, "understanding": {"question": question}, "action": "answer",
        "reply": {"citations": [{"id": chunk}]}, "evidence_ids": [chunk], "writer": "builtin", "timings_ms": {},
        "created_at": now,
    }  # fmt: skip


def _document(hit: SearchHit) -> str:
    return hit.chunk.location.removeprefix(PREFIX)


def _ndcg(hits: Sequence[SearchHit], gains: Mapping[str, int]) -> float:
    return ndcg(list(dict.fromkeys(map(_document, hits))), gains)


def _row(before: Mapping[str, float], after: Mapping[str, float], asked: Sequence[str], new: Sequence[str]) -> dict[str, float]:
    return {
        "rated": fmean(after[query] for query in asked),
        "new": fmean(after[query] for query in new),
        "better": fmean(after[query] > before[query] + 1e-9 for query in after),
        "worse": fmean(after[query] < before[query] - 1e-9 for query in after),
    }


def main(arguments: list[str]) -> int:
    """Prints one row for each test set and stage."""
    parser = argparse.ArgumentParser("python -m benchmarks ratings", description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path, help="directories with corpus.jsonl, queries.jsonl, qrels/test.tsv")
    parser.add_argument("--queries", type=int, default=300, metavar="N", help="at most N queries of each set (default: 300)")
    parser.add_argument("--seed", type=int, default=1, help="of the votes (default: 1)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    results = {}
    for path in options.paths:
        print(f"{path.name} …", file=sys.stderr)
        results[path.name] = measure(sampled(read_test_set(path), options.queries), options.seed)
    print(json.dumps(results, indent=2) if options.json else _table(results))
    return 0


def _table(results: Mapping[str, Mapping[str, Mapping[str, float]]]) -> str:
    columns = ("rated", "new", "better", "worse")
    lines = [f"{'nDCG@10 of queries':<42}" + "".join(f"{column:>10}" for column in columns)]
    for name, stages in results.items():
        lines += [f"{name:<24}{stage:<18}" + "".join(f"{row[c]:>10.3f}" for c in columns) for stage, row in stages.items()]
    return "\n".join(lines)
