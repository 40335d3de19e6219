"""Questions with what a search found for them and which of it answers: what the judge of passages is fitted on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from benchmarks.answers import Question, plain
from benchmarks.corpora import PREFIX, TestSet, as_document
from benchmarks.knowledge_bases import temporary_knowledge_base
from bot.demo_shop import directory
from bot.generation.alignment import WordVectors
from bot.generation.answerability import Found, Observer, head
from bot.generation.passage_judge import PassageJudge
from bot.loading.loader import Loader
from bot.loading.request import LoadRequest
from bot.shop.catalogue import Catalogue
from bot.shop.finder import ProductFinder
from bot.shop.recommender import Recommender
from bot.shop.reviews import OpinionReader
from bot.skills.evidence import JUDGED, RELATED, EvidenceSearch, evidence_of
from bot.store.database import open_database
from bot.store.knowledge import SqlLedger
from bot.store.schema import upgrade
from bot.types import Evidence
from bot.understanding.intent import IntentClassifier
from bot.understanding.live_entities import LiveEntityReader
from knowledge_base.answer_reader import AnswerReader, Passage
from knowledge_base.encoders import load_encoder
from knowledge_base.knowledge import KnowledgeBase
from knowledge_base.retrieval import query_language
from knowledge_base.static_encoder import StaticEncoder

TRAINED = 3
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_encoder, _reader, _intents = cache(StaticEncoder.load), cache(AnswerReader.load), cache(IntentClassifier.load)


@dataclass(slots=True)
class Asked:
    """A question: features and the reader's log odds of all that was found, whether each answers (NaN: unknown).

    ``trained`` marks those that a fit looks at: the first passages and every product. ``answerable`` tells whether any answers.
    """

    rows: NDArray[np.float64]
    logits: NDArray[np.float32]
    answers: NDArray[np.float64]
    trained: NDArray[np.bool_]
    answerable: bool


class Asker:
    """Turns questions and what was found for them into features, as a turn does."""

    def __init__(self, goods: LiveEntityReader | None = None, reader: AnswerReader | None = None) -> None:
        encoder = _encoder()
        self.goods, self._reader = goods, reader or _reader()
        self._observer = Observer(encoder.encode, WordVectors(encoder.weighted), goods.subjects if goods else None)

    def asked(self, question: str, found: Sequence[Found], answers: Sequence[float], answerable: bool) -> Asked:
        """Features of all that was ``found``; ``answers`` in the same order."""
        intent = _intents().classify(question)
        aside = intent.confidence if intent.name == "out_of_scope" else 0.0
        rows = self._observer.rows(question, query_language(question), found, aside)
        passages = [item for each in found for item in each.passages]
        logits = self._reader.logits(question, [Passage(head(item), item.text) for item in passages])
        trained = np.asarray([place < TRAINED or item.kind == "product" for place, item in enumerate(passages)])
        return Asked(rows, logits, np.asarray(answers, dtype=np.float64), trained, answerable)


class ShopSearch:
    """A shop's documents and catalogue, searched as in a turn."""

    def __init__(self, search: EvidenceSearch, asker: Asker) -> None:
        self._search, self.asker = search, asker

    def found(self, question: str) -> tuple[Found, Found]:
        """Passages and products; the products that the question names, where it names any."""
        language = query_language(question)
        skus = self.asker.goods.read(question, language).skus if self.asker.goods else ()
        return self._search.found(question, language, skus[:3])


@contextmanager
def opened_shop(content: Path | None = None, reader: AnswerReader | None = None) -> Iterator[ShopSearch]:
    """The shop whose files ``content`` holds, the demo shop without it, in a directory that goes away.

    ``reader`` stands in place of the shipped one.
    """
    content = content or directory()
    with TemporaryDirectory() as folder:
        engine = open_database(f"sqlite:///{folder}/shop.db")
        upgrade(engine)
        catalogue = Catalogue(engine)
        goods, finder = LiveEntityReader(catalogue, lambda: ()), ProductFinder(catalogue, OpinionReader(engine), Recommender())
        with KnowledgeBase(Path(folder), SqlLedger(engine), load_encoder("builtin")) as knowledge:
            Loader(engine, knowledge, catalogue, Path(folder), lambda: "CNY", goods.current).load(
                LoadRequest(tuple(str(content / name) for name in ("documents", "catalogue.csv")))
            )
            encoder, asker = _encoder(), Asker(goods, reader)
            judge = PassageJudge(encoder.encode, WordVectors(encoder.weighted), goods.subjects)
            yield ShopSearch(EvidenceSearch(knowledge, finder, judge, goods.subjects, 0.5), asker)
        engine.dispose()


def of_test_set(tests: TestSet, asker: Asker) -> list[Asked]:
    """Its queries; every second one without its relevant texts."""
    asked = []
    with temporary_knowledge_base() as knowledge:
        knowledge.sync(as_document(entry) for entry in tests.corpus)
        for number, (query, gains) in enumerate(tests.judged):
            hits = knowledge.search(query, JUDGED + RELATED + len(gains))
            if number % 2:
                hits = [hit for hit in hits if hit.chunk.location.removeprefix(PREFIX) not in gains]
            relevant = [hit.chunk.location.removeprefix(PREFIX) in gains for hit in hits]
            if hits:
                found = Found(hits, [evidence_of(hit) for hit in hits[:JUDGED]])
                asked.append(asker.asked(query, [found], relevant[:JUDGED], any(relevant)))
    return asked


def of_shop(questions: Iterable[Question], search: ShopSearch) -> list[Asked]:
    """Questions about a shop that are asked without a conversation before, and whose answers are told."""
    asked = []
    for question in questions:
        answered = question.action in (None, "answer") and question.must_contain
        if question.after or not (question.abstain or answered):
            continue
        found = search.found(question.text)
        labels = [answers(question, item) for each in found for item in each.passages]
        asked.append(search.asker.asked(question.text, found, labels, not question.abstain))
    return asked


def of_products(rows: Iterable[Mapping[str, str | None]], search: ShopSearch) -> list[Asked]:
    """Questions about products, with what an answer holds, or None where the shop does not say."""
    asked = []
    for row in rows:
        question, answer = str(row["text"]), row["answer"]
        found = search.found(question)
        told = [item.text for each in found for item in each.passages]
        labels = [float(answer is not None and any(plain(way) in plain(text) for way in answer.split("/"))) for text in told]
        asked.append(search.asker.asked(question, found, labels, answer is not None))
    return asked


def answers(question: Question, item: Evidence) -> float:
    """1 when a passage or product holds what the reply must contain, 0 when not, NaN when its language leaves that open.

    A product that holds it also leaves it open where another source is named: figures are found in many.
    """
    if question.abstain:
        return 0.0
    told = plain(item.text)
    holds = all(any(plain(way) in told for way in ways) for ways in question.must_contain)
    if item.kind == "product":
        named = any(part in item.source for part in question.sources)
        return 1.0 if holds and named else float("nan") if holds else 0.0
    if holds:
        return 1.0
    if item.language == question.language:
        return 0.0
    wanted = [_FIGURE.findall(plain(way)) for ways in question.must_contain for way in ways]
    held = set(_FIGURE.findall(told))
    return 1.0 if any(figures and set(figures) <= held for figures in wanted) else float("nan")
