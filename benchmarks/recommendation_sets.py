"""Interactions of public sets and of shops as histories to learn from and histories whose next items are known."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bot.recommendation.histories import Step

_TRAIN = "train.jsonl"
_FIFTH = 0.8
_LIKED = 4.0
_SEED = 3


@dataclass(frozen=True, slots=True)
class Case:
    """What a customer had done, and what they did next that was new to them."""

    steps: tuple[Step, ...]
    next: frozenset[str]


@dataclass(frozen=True, slots=True)
class RecommendationSet:
    """Steps by customer to learn from, cases to foretell, the words of each item, and ratings kept apart (may be empty)."""

    name: str
    steps: dict[str, tuple[Step, ...]]
    cases: list[Case]
    words: dict[str, tuple[str, ...]]
    ratings: dict[str, list[tuple[str, float]]]
    later_ratings: dict[str, list[tuple[str, float]]]


def read_sets(path: Path) -> Iterator[RecommendationSet]:
    """Every set under ``path``: a directory with one or several ``…train.jsonl[.gz]``, named by what is before "train".

    Rows are sequences (``u``, ``items``: the last item is foretold), ratings (``u``, ``item``, ``rating``, ``t``: the liked
    ones of each customer's latest fifth) or baskets (``basket``, ``items``: each item of the latest fifth of baskets, from the
    others in it). A ``…test.jsonl[.gz]`` beside it holds what is foretold instead: ``u`` with ``item`` or ``items``.

    Raises:
        ValueError: when there is no such file, or its rows have none of these forms.
    """
    files = sorted(file for file in path.iterdir() if _TRAIN in file.name) if path.is_dir() else []
    if not files:
        raise ValueError(f"{str(path)!r} holds no {_TRAIN} or {_TRAIN}.gz: name a directory of interactions.")
    for file in files:
        prefix = file.name.partition(_TRAIN)[0]
        rows = list(_rows(file))
        later = [row for test in path.glob(f"{prefix}test.jsonl*") for row in _rows(test)]
        yield _set(prefix.strip("_") or path.name, rows, later, _words(path, prefix))


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def _words(path: Path, prefix: str) -> dict[str, tuple[str, ...]]:
    """What is known of items: attributes beside sequences, genres beside films."""
    files = [*path.glob(f"{prefix}item_attributes.jsonl*"), *path.glob("movies.jsonl*")]
    return {str(row["item"]): tuple(map(str, row.get("attributes", row.get("genres", ())))) for f in files for row in _rows(f)}


def _set(
    name: str, rows: list[dict[str, Any]], later: list[dict[str, Any]], words: dict[str, tuple[str, ...]]
) -> RecommendationSet:
    first = rows[0] if rows else {}
    if {"u", "item", "rating", "t"} <= first.keys():
        return _of_ratings(name, rows, later, words)
    if {"basket", "items"} <= first.keys():
        return _of_baskets(name, rows, later)
    if {"u", "items"} <= first.keys():
        return _of_sequences(name, rows, later, words)
    raise ValueError(f"{name}: rows with {', '.join(first)} are neither sequences, ratings nor baskets.")


def _of_sequences(
    name: str, rows: list[dict[str, Any]], later: list[dict[str, Any]], words: dict[str, tuple[str, ...]]
) -> RecommendationSet:
    lists = {str(row["u"]): tuple(Step(str(item)) for item in row["items"]) for row in rows}
    following = {str(row["u"]): frozenset(map(str, row.get("items") or [row["item"]])) for row in later}
    if not following:
        following = {customer: frozenset({steps[-1].item}) for customer, steps in lists.items() if len(steps) > 1}
        lists = {customer: steps[:-1] if customer in following else steps for customer, steps in lists.items()}
    cases = [Case(lists[one], following[one]) for one in lists if one in following]
    return RecommendationSet(name, lists, _new_ones(cases), words, {}, {})


def _of_ratings(
    name: str, rows: list[dict[str, Any]], later: list[dict[str, Any]], words: dict[str, tuple[str, ...]]
) -> RecommendationSet:
    by_customer: dict[str, list[dict[str, Any]]] = defaultdict(list)
    after: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row["t"]):
        by_customer[str(row["u"])].append(row)
    for row in later:
        after[str(row["u"])].append(row)
    if not after:
        for customer, own in by_customer.items():
            cut = int(len(own) * _FIFTH)
            by_customer[customer], after[customer] = own[:cut], own[cut:]
    steps = {customer: tuple(Step(str(row["item"])) for row in own) for customer, own in by_customer.items()}
    rated = {customer: [(str(row["item"]), float(row["rating"])) for row in own] for customer, own in by_customer.items()}
    then = {customer: [(str(row["item"]), float(row["rating"])) for row in own] for customer, own in after.items()}
    cases = [
        Case(steps.get(customer, ()), frozenset(item for item, rating in own if rating >= _LIKED))
        for customer, own in then.items()
    ]
    return RecommendationSet(name, steps, _new_ones(cases), words, rated, then)


def _of_baskets(name: str, rows: list[dict[str, Any]], later: list[dict[str, Any]]) -> RecommendationSet:
    rows = sorted(rows, key=lambda row: int(row["basket"]))
    cut = len(rows) if later else int(len(rows) * _FIFTH)
    steps = {str(row["basket"]): _basket(row) for row in rows[:cut]}
    held = [_basket(row) for row in (later or rows[cut:])]
    cases = [
        Case((*basket[:place], *basket[place + 1 :]), frozenset({step.item}))
        for basket in held
        if len(basket) > 1
        for place, step in enumerate(basket)
    ]
    return RecommendationSet(name, steps, _new_ones(cases), {}, {}, {})


def _basket(row: dict[str, Any]) -> tuple[Step, ...]:
    return tuple(Step(str(item), time=str(row["basket"])) for item in row["items"])


def _new_ones(cases: list[Case]) -> list[Case]:
    """Cases whose next items the customer had not met, in a fixed random order."""
    new = [Case(case.steps, case.next - {step.item for step in case.steps}) for case in cases]
    kept = [case for case in new if case.next]
    return [kept[place] for place in np.random.default_rng(_SEED).permutation(len(kept))]
