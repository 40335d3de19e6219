"""Batches for the answer reader: questions of one group, each with a few passages read together with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.training.answer_reader_data import NEAREST, Case
from benchmarks.training.encoder_data import Row
from benchmarks.training.sentence_student import latin_words
from knowledge_base.answer_reader import Pair, PairReader, Passage
from knowledge_base.bilingual_tokenizer import HAN, BilingualTokenizer
from knowledge_base.static_encoder import StaticEncoder
from knowledge_base.tokenizer_file import read_vocabulary

SHARES = {"shop": 0.42, "squad": 0.14, "chinese": 0.16, "products": 0.09, "reading": 0.13, "aside": 0.06}
QUESTIONS, WRONG = 16, 3
HARD = 4
ACROSS, MIXED = 0.3, 0.2
"""How often a question of our facts is put to the other language's answer, and a wrong answer is of another language."""
ALONE, AS_ROW = 0.35, 0.3
"""How often such an answer stands alone, and how often under another question, as a row; else among its neighbours."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Pairs, whether each answers, and the number of its question within the batch."""

    pairs: list[Pair]
    labels: list[float]
    questions: list[int]


class ShopFacts:
    """Makes cases of our own facts: alone, as a row of questions and answers, or in a paragraph with other facts."""

    def __init__(self, facts: Sequence[Row], static: StaticEncoder, generator: np.random.Generator) -> None:
        """Draw with ``generator``."""
        self._facts, self._generator = facts, generator
        answers = {language: static.encode([fact[language]["answer"] for fact in facts]) for language in ("zh", "en")}
        self._near: list[np.typing.NDArray[np.intp]] = []
        for number, fact in enumerate(facts):
            like = static.encode([*fact["zh"]["questions"], *fact["en"]["questions"]])
            cosines = np.maximum((like @ answers["zh"].T).max(axis=0), (like @ answers["en"].T).max(axis=0))
            cosines[number] = -1.0
            self._near.append(np.argsort(-cosines, kind="stable")[:NEAREST])

    def case(self) -> Case:
        """A question with its answer; one in six without, as if the shop did not tell it."""
        number = int(self._generator.integers(len(self._facts)))
        asked, told = self._languages()
        question = self._one_of(self._facts[number][asked]["questions"])
        right = [self._told(number, told, question, number)] if self._generator.random() > 1 / 6 else []
        wrong = []
        for near in self._near[number]:
            language = self._other(told) if self._generator.random() < MIXED else told
            wrong.append(self._told(int(near), language, question, number))
        return Case(question, right, wrong)

    def aside(self, question: str) -> Case:
        """A question that no fact answers."""
        numbers = self._generator.integers(len(self._facts), size=NEAREST)
        return Case(question, [], [self._told(int(number), self._languages()[0], question, -1) for number in numbers])

    def _languages(self) -> tuple[str, str]:
        asked = "zh" if self._generator.random() < 0.5 else "en"
        return asked, self._other(asked) if self._generator.random() < ACROSS else asked

    def _other(self, language: str) -> str:
        return "en" if language == "zh" else "zh"

    def _one_of(self, items: Sequence[str]) -> str:
        return items[int(self._generator.integers(len(items)))]

    def _told(self, number: int, language: str, question: str, asked: int) -> Passage:
        """The answer of one fact; a paragraph never holds the fact ``asked`` for, unless it is this one."""
        answer, way = self._facts[number][language]["answer"], self._generator.random()
        if way < ALONE:
            return Passage("", answer)
        if way < ALONE + AS_ROW:
            headings = [heading for heading in self._facts[number][language]["questions"] if heading != question]
            return Passage(self._one_of(headings), answer)
        around = [*self._near[number][:6], number - 2, number - 1, number + 1, number + 2]
        usable = [int(near) for near in around if 0 <= near < len(self._facts) and near != asked]
        size = min(int(self._generator.integers(1, 4)), len(usable))
        chosen = self._generator.permutation([number, *self._generator.choice(usable, size, replace=False)])
        return Passage("", (" " if language == "en" else "").join(self._facts[near][language]["answer"] for near in chosen))


def read_pieces(folder: Path) -> list[str]:
    """The letters of every token of the tokenizer in ``folder``, by its number."""
    latin = sorted(latin_words(folder).items(), key=lambda item: item[1])
    han = read_vocabulary(folder / HAN)[1:]
    return [*(piece.removeprefix("##") for piece, _ in latin), *(piece for piece, _ in han)]


class Batches:
    """Draws batches without end."""

    def __init__(
        self, groups: dict[str, list[Case]], shop: ShopFacts, reader: PairReader, tokenizer: BilingualTokenizer,
        pieces: Sequence[str], generator: np.random.Generator,
    ) -> None:  # fmt: skip
        """Draw from ``groups`` of public cases and from our facts; ``pieces`` are the tokens' letters by their numbers."""
        self._shop, self._reader, self._tokenizer, self._generator = shop, reader, tokenizer, generator
        self._pieces = pieces
        self._sources = {name: self._shuffled(cases) for name, cases in groups.items()}

    def __iter__(self) -> Iterator[tuple[str, Batch]]:
        """The name of a group and a batch of its questions, groups drawn by their shares."""
        names, shares = list(SHARES), list(SHARES.values())
        while True:
            name = names[int(self._generator.choice(len(names), p=shares))]
            batch = Batch([], [], [])
            while len(set(batch.questions)) < QUESTIONS:
                self._add(self._case(name), batch)
            yield name, batch

    def _case(self, name: str) -> Case:
        if name == "shop":
            return self._shop.case()
        case = next(self._sources[name])
        return self._shop.aside(case.question) if name == "aside" else case

    def _add(self, case: Case, batch: Batch) -> None:
        hard = self._generator.permutation(min(HARD, len(case.wrong)))[: WRONG - 1]
        easier = HARD + self._generator.permutation(max(0, len(case.wrong) - HARD))
        passages = [case.wrong[int(place)] for place in [*hard, *easier][:WRONG]]
        labels = [0.0] * len(passages)
        if case.right:
            passages.append(case.right[int(self._generator.integers(len(case.right)))])
            labels.append(1.0)
        number = len(set(batch.questions))
        for pair, label in zip(self._reader.pairs(case.question, passages), labels, strict=True):
            if not label or not case.answers or self._holds(pair, case.answers):
                batch.pairs.append(pair)
                batch.labels.append(label)
                batch.questions.append(number)

    def _holds(self, pair: Pair, answers: Sequence[str]) -> bool:
        # By letters, since the words that a text is cut into depend on what stands around them.
        read = self._letters(pair.ids)
        return any(self._letters(ids) in read for ids in self._tokenizer.encode_batch(answers, 64) if ids)

    def _letters(self, ids: Sequence[int]) -> str:
        return "".join(self._pieces[token] for token in ids)

    def _shuffled(self, cases: Sequence[Case]) -> Iterator[Case]:
        while True:
            yield from (cases[int(place)] for place in self._generator.permutation(len(cases)))
