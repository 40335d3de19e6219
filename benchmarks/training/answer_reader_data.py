"""The questions that the answer reader learns from, each with passages that answer it and passages that do not.

They come from a folder of public sets (see ``encoder_data.py`` for its layout) and from our own shop facts. Some sets say which
passages don't answer; for the others these are the nearest passages of the same set that answer other questions.
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

import numpy as np

from benchmarks.training.encoder_data import SHOP_ANSWERS, Row, held_out, plain, rows
from knowledge_base.answer_reader import Passage
from knowledge_base.static_encoder import StaticEncoder

Item = TypeVar("Item")
NEAREST, TOO_NEAR = 12, 0.9
KEPT_ARTICLES, KEPT_PASSAGES = 3, 2
"""Every third article of SQuAD 2.0 and every second passage of CMRC 2018 are kept apart, to measure on."""

ASIDE = ("utility", "small_talk", "kitchen_and_dining", "auto_and_commute", "travel")


@dataclass(slots=True)
class Case:
    """A question; ``right`` passages answer it and ``wrong`` ones do not. Without right ones nothing known answers it."""

    question: str
    right: list[Passage] = field(default_factory=list)
    wrong: list[Passage] = field(default_factory=list)
    answers: tuple[str, ...] = ()
    """Strings of which one must stand in what is read of a right passage, where they are known."""


class Nearest:
    """Finds the passages of one set that are nearest to a question."""

    def __init__(self, passages: Iterable[Passage], static: StaticEncoder) -> None:
        """Search among ``passages``."""
        self._passages, self._static = list(dict.fromkeys(passages)), static
        self._vectors = self._encode(self._passages)

    def wrong(
        self, question: str, right: Sequence[Passage], answers: Sequence[str] = (), count: int = NEAREST
    ) -> list[Passage]:
        """The nearest passages that neither resemble one of ``right`` nor hold one of ``answers``."""
        like = self._static.encode([question])[0]
        order = np.argsort(-(self._vectors @ like), kind="stable")[: 3 * count]
        alike = (self._vectors[order] @ self._encode(right).T).max(axis=1) if right else np.zeros(len(order))
        texts = {passage.text for passage in right}
        found = []
        for place, near in zip(order, alike, strict=True):
            passage = self._passages[place]
            if near < TOO_NEAR and passage.text not in texts and not any(answer in passage.text for answer in answers):
                found.append(passage)
        return found[:count]

    def _encode(self, passages: Sequence[Passage]) -> np.typing.NDArray[np.float32]:
        return self._static.encode([f"{passage.heading}\n{passage.text}" for passage in passages])


def kept_articles(titles: Iterable[str]) -> set[str]:
    """The titles kept apart."""
    return set(sorted(set(titles))[::KEPT_ARTICLES])


def squad(folder: Path, kept: bool = False) -> list[Case]:
    """SQuAD 2.0: the passage asked about answers or does not; the rest of its article does not."""
    found = list(rows(folder / "en/squad2_dev/train.jsonl.gz"))
    apart = kept_articles(str(row["title"]) for row in found)
    cases: list[Case] = []
    articles: dict[str, dict[Passage, None]] = defaultdict(dict)
    for row in found:
        if (row["title"] in apart) == kept:
            articles[row["title"]][_of_squad(row)] = None
    for row in found:
        if (row["title"] in apart) == kept:
            own, others = _of_squad(row), list(articles[row["title"]])
            at = others.index(own)
            near = [other for other in others[max(0, at - 3) : at + 4] if other != own]
            near = [other for other in near if not any(answer in other.text for answer in row["answers"])]
            right = [own] if row["answerable"] else []
            cases.append(Case(row["question"], right, near if right else [own], tuple(row["answers"])))
    return cases


def _of_squad(row: Row) -> Passage:
    return Passage(str(row["title"]).replace("_", " "), str(row["context"]))


def passages_zh(folder: Path, name: str, part: int | None, static: StaticEncoder) -> list[Case]:
    """DRCD or CMRC 2018; of the passages only every second, beginning with ``part``, when that is given."""
    base = folder / "zh" / name
    texts = {row["id"]: Passage(row["title"], row["text"]) for row in rows(base / "corpus.jsonl.gz")}
    kept = list(texts)[part::KEPT_PASSAGES] if part is not None else list(texts)
    queries = {row["id"]: row for row in rows(base / "queries.jsonl.gz")}
    nearest = Nearest((texts[key] for key in kept), static)
    cases, known = [], set(kept)
    for row in rows(base / "qrels.jsonl.gz"):
        if row["d"] in known and row["rel"]:
            query, own = queries[row["q"]], texts[row["d"]]
            wrong = nearest.wrong(query["text"], [own], query["answers"])
            cases.append(Case(query["text"], [own], wrong, tuple(query["answers"])))
    return cases


def pooled(pairs: Iterable[tuple[str, Passage]], static: StaticEncoder, limit: int) -> list[Case]:
    """Questions with the passage that answers; the wrong ones are the nearest of the others."""
    kept = _some(list(pairs), limit)
    nearest = Nearest((passage for _, passage in kept), static)
    return [Case(question, [passage], nearest.wrong(question, [passage])) for question, passage in kept]


def rated(found: Iterable[Row], question: str, passage: str, label: Callable[[Row], float | None], limit: int) -> list[Case]:
    """Questions whose passages are rated: above zero right, zero wrong, None unknown."""
    cases: dict[str, Case] = {}
    for row in found:
        case, rating = cases.setdefault(row[question], Case(row[question])), label(row)
        if rating is not None:
            (case.right if rating > 0 else case.wrong).append(Passage(row.get("title") or "", row[passage]))
    return _some([case for case in cases.values() if case.right or case.wrong], limit)


def alike(folder: Path, name: str, file: str, limit: int) -> list[Case]:
    """Pairs of Chinese questions: the same answer serves both, or not; the other stands as the heading of an answer."""
    found = (dict(row, title="") for row in rows(folder / f"zh/{name}/{file}.jsonl.gz"))
    return rated(found, "a", "b", lambda row: float(row["label"]), limit)


def _some(items: list[Item], limit: int) -> list[Item]:
    return random.sample(items, limit) if len(items) > limit else items


def _products(folder: Path, static: StaticEncoder) -> Iterator[Case]:
    sure = {2: 1.0, 1: None, 0: 0.0}
    yield from rated(rows(folder / "en/product_qa/epqa_train.jsonl.gz"), "q", "p", lambda row: sure[int(row["label"])], 4000)
    yield from rated(
        rows(folder / "en/product_qa/semipqa_attr_train.jsonl.gz"), "q", "p", lambda row: float(row["label"]), 1500
    )
    described = rows(folder / "en/product_qa/hetpqa_gen_train.jsonl.gz")
    yield from pooled(((row["q"], Passage("", row["p"])) for row in described), static, 2500)
    for name in ("appliances", "videogames"):
        answered = (row for row in rows(folder / f"en/amazon_qa_{name}/train.jsonl.gz") if len(row["p"].split()) > 7)
        yield from pooled(((row["q"], Passage("", row["p"])) for row in answered), static, 900)
    hotels = (row for row in rows(folder / "en/dstc11_track5/knowledge.jsonl.gz") if row.get("question"))
    yield from pooled(((row["question"], Passage(row["entity"] or "", row["answer"])) for row in hotels), static, 800)
    support = (row for row in rows(folder / "en/bitext_support/train.jsonl.gz"))
    yield from pooled(((row["text"], Passage("", row["response"])) for row in support), static, 500)


def _reading(folder: Path, static: StaticEncoder, kept: set[str]) -> Iterator[Case]:
    reviews = (row for row in rows(folder / "en/squadshifts/train.jsonl.gz") if plain(row["context"]) not in kept)
    asked = [(row["question"], Passage("", row["context"]), tuple(row["answers"])) for row in reviews]
    answers = {question: known for question, _, known in asked}
    for case in pooled(((question, passage) for question, passage, _ in asked), static, 4000):
        yield replace(case, answers=answers[case.question])
    told = "\n".join(kept)
    single = (row for row in rows(folder / "en/squad_question_sentence/train.jsonl.gz") if plain(row["p"]) not in told)
    yield from pooled(((row["q"], Passage("", row["p"])) for row in single), static, 2500)
    yield from rated(rows(folder / "en/wikiqa/train.jsonl.gz"), "q", "p", lambda row: float(row["label"]), 1500)
    long = rows(folder / "en/clapnq/train.jsonl.gz")
    yield from pooled(((row["q"], Passage("", row["p"])) for row in long), static, 1500)
    why = (row for row in rows(folder / "zh/why_faq/qa.jsonl.gz"))
    yield from pooled(((row["question"], Passage("", row["answer"])) for row in why), static, 1200)
    yield from rated(rows(folder / "zh/qbqtc/train.jsonl.gz"), "query", "title", lambda row: float(row["label"]), 1000)
    for row in _some(list(rows(folder / "zh/cmedir_search/train.jsonl.gz")), 500):
        right, wrong = ([Passage("", text) for text, rating in row["docs"] if (rating > 0) == good] for good in (True, False))
        yield Case(row["query"], right, wrong)
    for name, file in (("ths_service_match", "train"), ("atec", "train")):
        yield from alike(folder, name, file, 1200)


def public_cases(folder: Path, static: StaticEncoder) -> dict[str, list[Case]]:
    """The cases of the public sets by group.

    Messages and queries of the dev suites are left out, except for all of DRCD and half of CMRC 2018: no other set has
    Chinese questions over prose.
    """
    random.seed(3)
    suites, measured = held_out(folder), squad(folder, kept=True)
    kept = {plain(passage.text) for case in measured for passage in (*case.right, *case.wrong)}
    chinese = [*passages_zh(folder, "drcd_passages", None, static), *passages_zh(folder, "cmrc2018_passages", 1, static)]
    groups = {
        "squad": squad(folder),
        "products": list(_products(folder, static)),
        "reading": list(_reading(folder, static, kept)),
    }
    usable = {name: [case for case in cases if plain(case.question) not in suites] for name, cases in groups.items()}
    usable["aside"] = _aside(folder)
    return {**usable, "chinese": chinese}


def _aside(folder: Path) -> list[Case]:
    """Messages that are none for a shop."""
    english = [row for row in rows(folder / "en/clinc150/train.jsonl.gz") if row["intent"] == "oos" or row["domain"] in ASIDE]
    chinese = [*rows(folder / "zh/why_faq/qa.jsonl.gz"), *rows(folder / "zh/cmedir_search/train.jsonl.gz")]
    asked = [row.get("question") or row["query"] for row in _some(chinese, 500)]
    return [Case(question) for question in (*asked, *(row["text"] for row in _some(english, 500)))]


def shop_facts() -> list[Row]:
    """Our own facts: for each language three questions and the answer."""
    with SHOP_ANSWERS.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]
