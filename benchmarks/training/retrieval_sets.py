"""Retrieval test sets made of training data, so that the fusion is fitted without any dev suite's queries.

The folder is that of :mod:`benchmarks.training.encoder_data`. Sets that no encoder of ours learned from stand beside those
that it did: on the latter alone, cosines would look better than they are for a shop's own texts.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from benchmarks.corpora import Entry, TestSet
from benchmarks.training.encoder_data import PAIR_SETS, Pair, Read, Row, columns, held_out, plain, rows

TEXTS = 1000
QUERIES = 160
LONGEST_QUERY = 300
ACROSS = ("doc_vant", "ui_saleor_dashboard", "tatoeba_cmn")
SHORTEST_ACROSS = 30  # letters of the English side: shorter ones are buttons

FROM_PAIRS = (
    "en/quora_dups/train", "en/amazon_qa_appliances/train", "en/amazon_qa_videogames/train", "en/squadshifts/train",
    "zh/atec/dev", "zh/cmedqq/train", "zh/why_faq/qa", "zh/qbqtc/train", "zh/cmedir_search/train",
)  # fmt: skip
"""Sets that the encoder learned from, read in the same way."""


def wanted(row: Row) -> Iterator[Pair]:
    """What a buyer may ask for, two or three properties of a product, with the words that praise it."""
    values = [str(value) for _, value in row["attributes"]]
    yield "".join([*values[1:3], values[0]]), str(row["copy"])


def complaint(row: Row) -> Iterator[Pair]:
    """A patient's own description with the doctor's answer."""
    yield str(row["question"]), str(row["answer"])


UNSEEN: tuple[tuple[str, Read], ...] = (
    ("en/medical_qa_forum/train", columns("q", "p")),
    ("en/pubmedqa/train", columns("q", "p")),
    ("en/faq_covid/deepset_faq_train", columns("q", "p")),
    ("zh/medical_dialogue_qa/qa", complaint),
    ("zh/smalltalk_zh/pairs", columns("user", "reply")),
    ("zh/advertisegen/train", wanted),
)


def training_sets(folder: Path) -> list[TestSet]:
    """One test set of at most ``TEXTS`` texts and ``QUERIES`` queries from each of the sets; the same every time.

    Raises:
        FileNotFoundError: one of the sets is not in ``folder``.
    """
    known = {path: read for sets in PAIR_SETS.values() for path, read in sets}
    kept_out = held_out(folder)
    sources = [*((path, known[path]) for path in FROM_PAIRS), *UNSEEN]
    found = [as_test_set(path, _pairs(folder, path, read, kept_out)) for path, read in sources]
    return [*found, _products(folder)]


def parallel_sets(folder: Path) -> list[TestSet]:
    """Parallel pairs as test sets: half of the queries Chinese for English texts, half the other way round."""
    found = []
    for name in ACROSS:
        pairs = [(row["en"], row["zh"]) for row in rows(folder / f"parallel/{name}/pairs.jsonl.gz")]
        pairs = [pair for pair in dict.fromkeys(pairs) if len(pair[0]) > SHORTEST_ACROSS]
        random.Random(name).shuffle(pairs)
        found.append(as_test_set(f"across/{name}", [pair[:: -1 if number % 2 else 1] for number, pair in enumerate(pairs)]))
    return found


def as_test_set(name: str, pairs: list[Pair]) -> TestSet:
    """Queries to find the right half of their pairs among those of all pairs."""
    generator = random.Random(name)
    by_query: dict[str, list[str]] = {}
    for query, text in pairs:
        by_query.setdefault(query, []).append(text)
    order = sorted(by_query)
    generator.shuffle(order)
    texts: dict[str, str] = {}
    queries, gains = {}, {}
    for number, query in enumerate(order):
        if len(texts) >= TEXTS:
            break
        ids = [texts.setdefault(text, str(len(texts))) for text in by_query[query]]
        if number < QUERIES:
            queries[str(number)], gains[str(number)] = query, dict.fromkeys(ids, 1)
    corpus = tuple(Entry(text_id, "", text) for text, text_id in texts.items())
    return TestSet(f"{name.split('/')[0]}_{name.split('/')[1]}", corpus, queries, gains)


def _pairs(folder: Path, path: str, read: Read, kept_out: set[str]) -> list[Pair]:
    found = []
    for row in rows(folder / f"{path}.jsonl.gz"):
        for query, text in read(row):
            forms = plain(query), plain(text)
            if all(forms) and forms[0] != forms[1] and len(query) <= LONGEST_QUERY and not kept_out.intersection(forms):
                found.append((query, text))
    return list(dict.fromkeys(found))


def _products(folder: Path) -> TestSet:
    """Brand and model as one shop writes them, to find the title that another shop gives the product."""
    wishes = {row["id"]: _wish(row) for row in rows(folder / "en/product_matching/walmart_products.jsonl.gz")}
    titles = {row["id"]: str(row["title"]) for row in rows(folder / "en/product_matching/amazon_products.jsonl.gz")}
    judged = list(rows(folder / "en/product_matching/train.jsonl.gz"))
    pairs = [(wishes[row["walmart"]], titles[row["amazon"]]) for row in judged if row["label"] == 1]
    return _filled(as_test_set("en/products", pairs), list(titles.values())[:TEXTS])


def _wish(row: Row) -> str:
    """A short query: brand and model, or the first words of the title where there is no model."""
    return f"{row['brand']} {row['modelno']}" if row.get("modelno") else " ".join(str(row["title"]).split()[:4])


def _filled(tests: TestSet, others: list[str]) -> TestSet:
    known = {entry.text for entry in tests.corpus}
    more = [text for text in dict.fromkeys(others) if text not in known][: max(TEXTS - len(known), 0)]
    corpus = (*tests.corpus, *(Entry(f"other-{number}", "", text) for number, text in enumerate(more)))
    return TestSet(tests.name, corpus, tests.queries, tests.gains)
