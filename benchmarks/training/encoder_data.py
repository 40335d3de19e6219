"""The pairs that the shipped encoder learns from, read from a folder of public sets.

The folder holds ``en/``, ``zh/`` and ``parallel/`` with one folder per set, each with gzip JSON lines, and optionally
``suites/`` with the dev suites, whose queries and test messages are kept out of training. A missing set is an error: weights
are only comparable when they come from the same sets.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import combinations, product
from pathlib import Path
from typing import Any

Pair = tuple[str, str]
Row = dict[str, Any]
Read = Callable[[Row], Iterator[Pair]]

# Marked free for commercial use by their own licence; sets whose licence is unclear or copyleft stay out.
PARALLEL = (
    "doc_ant_design doc_apisix doc_arco_design doc_dart doc_electron doc_huggingface_course doc_kubernetes doc_python "
    "doc_react doc_seatunnel doc_semi_design doc_vant doc_vue tatoeba_cmn terms_cedict terms_cldr terms_osm_tagging "
    "terms_wordnet_cow ui_bagisto ui_chatwoot ui_common_voice ui_godot ui_gogs ui_grocy ui_jupyterlab ui_magento2 "
    "ui_mattermost_mobile ui_medusa_admin ui_openfoodfacts_app ui_rocketchat_mobile ui_saleor_dashboard ui_spree ui_sylius"
).split()

INTENTS_EN = ("banking77", "bitext_support", "clinc150", "hwu64", "snips")
INTENT_PAIRS = 6000
SIMILAR = 4.0
GLOSSARY = Path(__file__).parent / "shop_glossary.txt"
GLOSSARY_REPEATS = 5
SHOP_ANSWERS = Path(__file__).parent / "shop_answers.jsonl"


def columns(left: str, right: str) -> Read:
    """Every row is a pair of two of its columns."""

    def read(row: Row) -> Iterator[Pair]:
        yield str(row[left]), str(row[right])

    return read


def labelled(left: str, right: str, least: float = 1, key: str = "label") -> Read:
    """Rows whose ``key`` is at least ``least`` are pairs."""

    def read(row: Row) -> Iterator[Pair]:
        if float(row[key]) >= least:
            yield str(row[left]), str(row[right])

    return read


def reading(row: Row) -> Iterator[Pair]:
    """A question with the passage that holds its answer."""
    if row.get("answerable", True):
        yield str(row["question"]), str(row["context"])


def asked(row: Row) -> Iterator[Pair]:
    """A question with its answer, where the row has one."""
    if row.get("question"):
        yield str(row["question"]), str(row["answer"])


def clustered(row: Row) -> Iterator[Pair]:
    """A standard question with each of its wordings, and neighbouring wordings with each other."""
    for question in row["questions"]:
        yield str(row["standard"]), str(question)
    yield from zip(map(str, row["questions"]), map(str, row["questions"][1:]), strict=False)


def rated_documents(row: Row) -> Iterator[Pair]:
    """A search query with the document titles rated relevant."""
    for title, rating in row["docs"]:
        if rating >= 1:
            yield str(row["query"]), str(title)


def described(row: Row) -> Iterator[Pair]:
    """A product title with its description and attributes."""
    attributes = " ".join(str(value) for value in row["attributes"].values())
    yield str(row["title"]), f"{row['description']} {attributes}"


def medical(row: Row) -> Iterator[Pair]:
    """A patient's title and question with the doctor's answer."""
    yield str(row["title"]), str(row["answer"])
    yield str(row["title"]), str(row["question"])


PAIR_SETS: dict[str, tuple[tuple[str, Read], ...]] = {
    "en_questions": (
        ("en/quora_dups/train", columns("q", "p")),
        ("en/disfl_qa/train", columns("q", "p")),
        ("en/mrpc/train", labelled("s1", "s2")),
        ("en/sts/train", labelled("s1", "s2", SIMILAR, "score")),
        ("en/webshop_requests/train", columns("q", "p")),
    ),
    "en_answers": (
        ("en/amazon_qa_appliances/train", columns("q", "p")),
        ("en/amazon_qa_videogames/train", columns("q", "p")),
        ("en/product_qa/epqa_train", labelled("q", "p")),
        ("en/product_qa/hetpqa_gen_train", columns("q", "p")),
        ("en/product_qa/semipqa_attr_train", labelled("q", "p")),
        ("en/squad_question_sentence/train", columns("q", "p")),
        ("en/squadshifts/train", reading),
        ("en/squad2_dev/train", reading),
        ("en/wikiqa/train", labelled("q", "p")),
        ("en/clapnq/train", columns("q", "p")),
        ("en/medquad/train", columns("q", "p")),
        ("en/bitext_support/train", columns("text", "response")),
        ("en/dstc11_track5/knowledge", asked),
        ("en/product_search_icecat/products", described),
    ),
    "zh_questions": (
        ("zh/atec/train", labelled("a", "b")),
        ("zh/atec/dev", labelled("a", "b")),
        ("zh/atec/extra_ant_bank", labelled("a", "b")),
        ("zh/ths_service_match/train", labelled("a", "b")),
        ("zh/ths_service_match/clusters", clustered),
        ("zh/simclue_small/pairs", labelled("a", "b")),
        ("zh/simclue_small/triplets", columns("query", "pos")),
        ("zh/epidemic_pairs/train", labelled("a", "b")),
        ("zh/cmedqq/train", labelled("a", "b")),
        ("zh/pawsx_zh/dev", labelled("a", "b")),
        ("zh/why_faq/pairs", labelled("a", "b")),
    ),
    "zh_answers": (
        ("zh/qbqtc/train", labelled("query", "title")),
        ("zh/cmedir_search/train", rated_documents),
        ("zh/why_faq/qa", columns("question", "answer")),
        ("zh/medical_dialogue_qa/qa", medical),
        ("zh/taobao_product_copy/train", columns("title", "copy")),
    ),
}


def rows(path: Path) -> Iterator[Row]:
    """The rows of a gzip JSON-lines file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def plain(text: str) -> str:
    """Only lower-case letters and digits, to recognise a text whatever its spacing and punctuation."""
    return re.sub(r"[\W_]+", "", text.lower())


def held_out(folder: Path) -> set[str]:
    """The retrieval suites' queries and the classification suites' test messages, in their plain form."""
    found: set[str] = set()
    suites = folder / "suites"
    for path in sorted([*suites.glob("retrieval/*/queries.jsonl"), *suites.glob("classification/*/test.jsonl")]):
        with path.open(encoding="utf-8") as lines:
            found.update(plain(json.loads(line)["text"]) for line in lines)
    return found


def same_label(folder: Path, name: str, file: str = "train") -> list[Pair]:
    """Random pairs of messages of one intent; out-of-scope messages have nothing in common and are left out."""
    by_label: dict[str, list[str]] = defaultdict(list)
    for row in rows(folder / f"{name}/{file}.jsonl.gz"):
        label = str(row.get("label") or row.get("intent"))
        if label not in ("oos", "None"):
            by_label[label].append(str(row["text"]))
    random.seed(7)
    pairs = [pair for texts in by_label.values() for pair in combinations(random.sample(texts, min(len(texts), 40)), 2)]
    return random.sample(pairs, min(len(pairs), INTENT_PAIRS))


def parallel_pairs(folder: Path) -> dict[str, list[Pair]]:
    """(Chinese, English) pairs: terms of a dictionary apart from sentences, since they train differently."""
    groups: dict[str, list[Pair]] = {"parallel_terms": [], "parallel_sentences": []}
    for name in PARALLEL:
        group = groups["parallel_terms" if name.startswith("terms_") else "parallel_sentences"]
        group.extend((row["zh"], row["en"]) for row in rows(folder / "parallel" / name / "pairs.jsonl.gz"))
    return groups


def glossary_pairs() -> dict[str, list[Pair]]:
    """Pairs of our own shop glossary, whose lines hold words of one meaning in both languages, by the group they train with."""
    pairs: dict[str, list[Pair]] = {"parallel_sentences": [], "en_questions": [], "zh_questions": []}
    for line in GLOSSARY.read_text(encoding="utf-8").splitlines():
        english, chinese = (side.split("; ") for side in line.split("|"))
        pairs["parallel_sentences"].extend(product(chinese, english))
        pairs["en_questions"].extend(combinations(english, 2))
        pairs["zh_questions"].extend(combinations(chinese, 2))
    return pairs


def shop_pairs() -> dict[str, list[Pair]]:
    """Pairs of our own shop facts: every question of either language with the answer in each, and the two answers.

    Groups are by the answer's language, so that within a batch one fact has one answer.
    """
    pairs: dict[str, list[Pair]] = {"parallel_sentences": [], "shop_zh": [], "shop_en": []}
    with SHOP_ANSWERS.open(encoding="utf-8") as lines:
        facts = [json.loads(line) for line in lines]
    for fact in facts:
        questions = [*fact["zh"]["questions"], *fact["en"]["questions"]]
        for language in ("zh", "en"):
            pairs[f"shop_{language}"].extend((question, fact[language]["answer"]) for question in questions)
        pairs["parallel_sentences"].append((fact["zh"]["answer"], fact["en"]["answer"]))
    return pairs


def training_pairs(folder: Path) -> dict[str, list[Pair]]:
    """All pairs by group, without any pair that touches a dev suite's query; only our glossary's pairs repeat."""
    groups = parallel_pairs(folder)
    for group, sets in PAIR_SETS.items():
        groups[group] = [pair for path, read in sets for row in rows(folder / f"{path}.jsonl.gz") for pair in read(row)]
    groups["en_intents"] = [pair for name in INTENTS_EN for pair in same_label(folder, f"en/{name}")]
    kept_out = held_out(folder)

    def usable(pair: Pair) -> bool:
        forms = plain(pair[0]), plain(pair[1])
        return all(forms) and not kept_out.intersection(forms)

    chosen = {group: [pair for pair in dict.fromkeys(pairs) if usable(pair)] for group, pairs in groups.items()}
    for ours, repeats in ((glossary_pairs(), GLOSSARY_REPEATS), (shop_pairs(), 1)):
        for group, pairs in ours.items():
            chosen.setdefault(group, []).extend(pairs * repeats)
    return chosen
