"""``python -m benchmarks.training.service_matters``: how well it is told what matter of a shop's service a text is about.

``matters/names.txt`` lists the matters, from what delivery costs to what is natural in wood; ``matters/*.en.txt`` and
``*.zh.txt`` have our own examples of each: what customers ask, and behind ``=`` what shops write; ``matters/facts.txt`` tells
the matter of lines of ``shop_answers.jsonl``, counted from 0. A fifth of the examples is held out, and it is told how many a
model trained on the rest and on the facts finds, alone and among its three likeliest. Nothing of it ships.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from random import Random

import numpy as np

from bot.types import LanguageCode
from bot.understanding.examples import read_examples, shipped_examples
from bot.understanding.linear import LinearModel, Matrix
from bot.understanding.shipped import messages
from knowledge_base.encoder import Encoder
from knowledge_base.encoders import BUILTIN, load_encoder

FOLDER = Path(__file__).parent / "matters"
FACTS = Path(__file__).parent / "shop_answers.jsonl"
LANGUAGES: tuple[LanguageCode, LanguageCode] = ("en", "zh")
STATEMENT = "= "
NONE = "none"
OTHER = frozenset(
    {"comparison", "goodbye", "greeting", "human_agent", "out_of_scope", "praise", "recommendation", "small_talk", "thanks"}
)
"""The intents whose messages are about no matter of service."""
EACH, SHARED, BITS, HELD, LIKELIEST = 150, 0.3, 14, 5, 3
"""Messages of each of these and what one counts, the binary logarithm of the buckets, and one in how many is held out."""


@dataclass(frozen=True, slots=True)
class Example:
    """What a customer asks, or a shop's ``statement``, about a ``matter``."""

    text: str
    matter: str
    language: LanguageCode
    statement: bool


@dataclass(frozen=True)
class Joined:
    """Two encoders' vectors beside each other; the length is that of both."""

    first: Encoder
    second: Encoder

    @property
    def name(self) -> str:
        """Both names."""
        return f"{self.first.name}+{self.second.name}"

    @property
    def dimension(self) -> int:
        """The sum of both."""
        return self.first.dimension + self.second.dimension

    def count_tokens(self, text: str) -> int:
        """Size of ``text`` for the first."""
        return self.first.count_tokens(text)

    def encode(self, texts: Sequence[str]) -> Matrix:
        """One row a text, shape ``(len(texts), dimension)``."""
        return np.concatenate([self.first.encode(texts), self.second.encode(texts)], axis=1)


def names() -> tuple[str, ...]:
    """The matters, in the order of the list."""
    lines = (FOLDER / "names.txt").read_text("utf-8").splitlines()
    return tuple(line.split(" : ")[0] for line in lines if line and not line.startswith("#"))


def examples() -> Iterator[Example]:
    """All of our own, file by file."""
    for language in LANGUAGES:
        for path in sorted(FOLDER.glob(f"*.{language}.txt")):
            for text, matter in zip(*read_examples(path), strict=True):
                yield Example(text.removeprefix(STATEMENT), matter, language, text.startswith(STATEMENT))


def facts() -> Iterator[Example]:
    """The questions and answers of the shop facts that are about a matter."""
    told = [json.loads(line) for line in FACTS.read_text("utf-8").splitlines()]
    for line in (FOLDER / "facts.txt").read_text("utf-8").splitlines():
        number, matter = line.split()
        for language in LANGUAGES:
            said = told[int(number)][language]
            yield from (Example(text, matter, language, False) for text in said["questions"])
            yield Example(said["answer"], matter, language, True)


def train(own: Sequence[Example], encoder: Encoder) -> LinearModel:
    """A model of the matters of ``own`` examples and of none."""
    by_intent: dict[str, list[str]] = {}
    for text, intent in zip(*shipped_examples(), strict=True):
        if intent in OTHER:
            by_intent.setdefault(intent, []).append(text)
    none = [text for _, listed in sorted(by_intent.items()) for text in Random(0).sample(listed, min(EACH, len(listed)))]
    return LinearModel.train(
        [*(one.text for one in own), *none],
        [*(one.matter for one in own), *([NONE] * len(none))],
        importance=[*([1.0] * len(own)), *([SHARED] * len(none))],
        encoder=encoder,
        bits=BITS,
    )


def main() -> None:
    """Prints the share found by each kind of vector, by language, for questions and statements."""
    own = list(examples())
    order = np.random.default_rng(0).permutation(len(own))
    held = [own[place] for place in order[::HELD]]
    kept = [own[place] for number, place in enumerate(order) if number % HELD]
    sentences = load_encoder(BUILTIN)
    for encoder in (sentences, Joined(sentences, messages())):
        model = train([*kept, *facts()], encoder)
        best = np.argsort(-model.logits([one.text for one in held]), axis=1)[:, :LIKELIEST]
        found = [[model.labels[column] for column in row] for row in best]
        print(encoder.name)
        for language, statement in product(LANGUAGES, (False, True)):
            told = [
                (one.matter == likely[0], one.matter in likely)
                for one, likely in zip(held, found, strict=True)
                if (one.language, one.statement) == (language, statement)
            ]
            first, among = np.mean(told, axis=0)
            kind = "statements" if statement else "questions"
            print(f"  {language} {kind:<10} {len(told):5}  {first:.3f} first, {among:.3f} among {LIKELIEST}")


if __name__ == "__main__":
    main()
