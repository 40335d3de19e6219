"""Writes what was found good as training data: chats of one line each, for learning and for judging."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from bot.errors import DataDirectoryError
from bot.localisation.clear_words import clear_words
from bot.settings.profile import ShopProfile
from bot.shop.finder import ProductFinder
from bot.training.examples import Example, counted
from bot.training.partition import Encode, Parts, divide
from bot.training.rated_turns import RatedTurns
from bot.training.shop_texts import copy_examples, faq_examples
from bot.types import LanguageCode
from knowledge_base.indexing import Progress
from knowledge_base.knowledge import KnowledgeBase

TRAIN, HELD, ABOUT = "train.jsonl", "eval.jsonl", "about.json"


@dataclass(frozen=True, slots=True)
class TrainingDesk:
    """``encode`` gives unit vectors in one space for both languages; ``shop`` the profile as it is now."""

    engine: Engine
    knowledge: KnowledgeBase
    finder: ProductFinder
    encode: Encode
    shop: Callable[[], ShopProfile]

    def export(
        self, out: Path, share: float, language: LanguageCode | None = None, progress: Progress | None = None
    ) -> dict[str, Any]:
        """Writes ``train.jsonl``, ``eval.jsonl`` (about ``share`` of all) and ``about.json``, and says what is in them.

        Only turns that customers rated good and whose sources still say so, live questions with their answers and approved
        marketing texts; without personal data, of one ``language`` where it is given.

        Raises:
            DataDirectoryError: the directory cannot be written, or the database cannot be read.
        """
        with clear_words():
            shop = self.shop()
            rated = RatedTurns(self.engine, self.knowledge, self.finder, shop)
            questions = [chunk for chunk in self.knowledge.chunks() if chunk.kind == "qa"]
            asked = _watched(faq_examples(self.knowledge, questions), len(questions), progress)
            every = chain(rated, copy_examples(self.engine, self.finder.catalogue), asked)
            parts = divide([one for one in every if language in (None, one.language)], self.encode, share)
        told = _about(parts, rated.left_out)
        _write(out, parts, shop, told)
        return told


def _watched(examples: Iterable[Example], total: int, progress: Progress | None) -> Iterable[Example]:
    for number, example in enumerate(examples, 1):
        if progress is not None:
            progress(number, total)
        yield example


def _about(parts: Parts, left_out: Counter[str]) -> dict[str, Any]:
    return {
        "train": counted(parts.train),
        "eval": counted(parts.held),
        "left_out": {"repeats": parts.repeats, **left_out},
    }


def _write(out: Path, parts: Parts, shop: ShopProfile, told: dict[str, Any]) -> None:
    hidden = frozenset().union(*(example.rests_on for example in parts.held)) if parts.held else frozenset()
    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / TRAIN).write_text(_lines([example.to_dict(shop, hidden) for example in parts.train]), "utf-8")
        (out / HELD).write_text(_lines([example.to_dict(shop) for example in parts.held]), "utf-8")
        (out / ABOUT).write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", "utf-8")
    except OSError as error:
        raise DataDirectoryError(f"{str(out)!r} cannot be written ({error.strerror}): choose another directory.") from error


def _lines(rows: Sequence[dict[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
