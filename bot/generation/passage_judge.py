"""Whether passages answer a question: judged by what the search and their words say of them, the likely ones also read.

Reading a question together with a passage tells most and costs most, so only those passages are read that may answer, and
none where one surely does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bot.generation.alignment import WordVectors
from bot.generation.answerability import FEATURES, Found, Observer, Subjects, head, read_rows, shipped
from bot.generation.outright import outright
from bot.generation.remembered import Encode
from bot.text.occasions import occasions
from bot.text.place_rows import rows_of_places
from bot.text.places import named, tells_of
from bot.text.question_type import question_types
from bot.text.recipients import recipients
from bot.text.terms import concepts, terms
from bot.types import Evidence, LanguageCode
from knowledge_base.answer_reader import Passage
from knowledge_base.terms import normalise

MOST_READ = 2
MAY_ANSWER, SURELY = 0.12, 0.8
"""From this probability on a passage is worth reading; and with that one no other needs to be."""
_DECIDES = 1.6  # a word of this weight that the passage lacks decides a yes-or-no question, whatever else the passage says
_UNSPOKEN = 0.4
_CODE = re.compile(r"(?<![a-z\d-])[a-z]{1,3}-?\d{1,4}(?![a-z\d-])")  # E2, F-07: no unit or size begins with its letters
_CARRIES_CODE = 8.0  # how much the odds grow of a passage that tells of the very code asked about
_TELLS_OF_PLACE, _OF_ELSEWHERE = 4.0, 0.1  # the same of one that names the place asked about, or only others
_OF_ANOTHER_DAY, _OF_SOMEBODY_ELSE = 0.02, 0.05
_WORD = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]")
_PARTICLES = frozenset(
    [*"请问吗呢啊呀么的了你您们我想要", *"the a an do does i you we my your our please hi hello to it of for".split()]
)
_SAME_WORDS = 300.0  # what the odds of a row are multiplied by whose question has the same words as the one asked
_SAME_MATTER = 3.0  # and those of one that says hardly more than the question
_HARDLY_ONE, _OF_ASIDE = 0.9, 0.25  # probability that the question is none for a shop, and what odds are left of passages then
_ASKS_ADDRESS = re.compile(
    r"\b(?:your|the|shop|store) (?:(?:shop|store)'?s? )?(?:address|location)\b(?! (?:on|of my|for my|in my|i ))"
    r"|\bwhere (?:are you\b(?! (?:ship|send|deliver))|(?:is|are) (?:your|the) (?:shop|store)s?\b|can i find you)"
    r"|(?:你们|店铺?|门店|实体店|公司)(?:的)?(?:具体)?(?:地址|位置|在哪|开在哪)"
)
_ADDRESS = re.compile(
    r"\b\d{1,4}[a-zA-Z]? (?:[A-Z][\w'.-]{1,20} ){1,3}(?:Street|St|Road|Rd|Lane|Avenue|Ave|Square|Way|Drive|Place|Row|Close)\b"
    r"|[路街巷道弄][^，。\n]{0,8}\d{1,5} ?号"
)
_TELLS_ADDRESS = 5.0
_SAYS_MORE, _THE_QUESTION, _OF_QUESTION_ALONE = 0.02, 0.6, 0.3
"""The share said beyond a row's question, the cosine of a question with it that is the same, and what odds are left."""
_OF_GOODS_ALONE = 0.2
_WHAT_NOW = re.compile(r"怎么办|咋办|怎么处理|\bwhat (?:now|(?:can|should|do|must) (?:i|we) do)\b", re.IGNORECASE)
_WORTH_TRANSLATING, _TELLS_THE_SAME, _OWN_FIRST = 0.2, 0.62, 1e-6


class Reader(Protocol):
    """Reads a question and a passage together: :class:`knowledge_base.answer_reader.AnswerReader`."""

    def logits(self, question: str, passages: Sequence[Passage | str]) -> NDArray[np.float32]:
        """The log odds that each of ``passages`` answers."""
        ...


class PassageJudge:
    """Judges passages with sentence vectors (unit length), word vectors, the shop's goods and, where there is one, a reader."""

    def __init__(
        self, encode: Encode, words: WordVectors, subjects: Subjects | None = None, reader: Reader | None = None
    ) -> None:
        """``reader`` must be the one that the shipped weights were fitted with."""
        self._encode, self._reader, self.words = encode, reader, words
        self._observer = Observer(encode, words, subjects)
        self._subjects = subjects or (lambda _: frozenset())

    def learn(self, passages: Sequence[Evidence]) -> None:
        """See :meth:`bot.generation.answerability.Observer.learn`."""
        self._observer.learn(passages)

    def probabilities(self, question: str, language: LanguageCode, found: Sequence[Found], aside: float) -> list[float]:
        """For each passage of all that was ``found``, in its order, the probability that it answers.

        ``aside`` is the probability that the question is none for a shop.
        """
        passages = [item for each in found for item in each.passages]
        if not passages:
            return []
        rows = self._observer.rows(question, language, found, aside)
        values = self._read(question, passages, rows, shipped("seen").probabilities(rows))
        decided = (rows[:, FEATURES.index("yes_no")] > 0) & (rows[:, FEATURES.index("loosest")] >= _DECIDES)
        values = self._of_code(question, passages, values * np.where(decided, _UNSPOKEN, 1.0))
        asked = _words(question)
        alike = np.array([_words(item.question or "") == asked for item in passages]) & bool(asked)
        values = _at_odds(values, np.where(alike, _SAME_WORDS, 1.0))
        named = np.array([_names_its_matter(question, item.question) for item in passages])
        values = _at_odds(values, np.where(named & ~alike, _SAME_MATTER, 1.0))
        values = _at_odds(values, _of_places(question, passages, aside) * (_OF_ASIDE if aside >= _HARDLY_ONE else 1.0))
        values = _at_odds(values, _of_address(question, passages))
        values = _at_odds(values, _of_occasions(question, passages) * _of_recipients(question, passages))
        values = _at_odds(values, _of_question_alone(question, rows, passages))
        values = outright(question, passages, self._own_language_too(values, language, passages))
        return [float(value) for value in values]

    def _read(
        self, question: str, passages: Sequence[Evidence], rows: NDArray[np.float64], seen: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """``seen``, with the likely passages read."""
        places = worth_reading(seen)
        if self._reader is None or not places:
            return seen
        logits = self._reader.logits(question, [Passage(head(passages[place]), passages[place].text) for place in places])
        return after_reading(seen, places, shipped("read").probabilities(read_rows(rows[places], logits)))

    def _of_code(self, question: str, passages: Sequence[Evidence], values: NDArray[np.float64]) -> NDArray[np.float64]:
        """``values``, raised where a passage has the code that the question is about, a fault's and not that of goods.

        The others are as much less sure then.
        """
        codes = {code for code in _codes(question) if not self._subjects(code)}
        if not codes:
            return values
        carries = np.array([codes <= _codes(f"{item.question or ''} {item.title} {item.text}") for item in passages])
        without = 1.0 / _CARRIES_CODE if carries.any() else 1.0
        return _at_odds(values, np.where(carries, _CARRIES_CODE, without))

    def _own_language_too(
        self, values: NDArray[np.float64], language: LanguageCode, passages: Sequence[Evidence]
    ) -> NDArray[np.float64]:
        """What a foreign passage answers, the passage that tells the same in the customer's language answers too."""
        own = [n for n, item in enumerate(passages) if item.language == language]
        foreign = [n for n, item in enumerate(passages) if item.language != language and values[n] >= _WORTH_TRANSLATING]
        if not own or not foreign:
            return values
        vectors = self._encode([f"{item.question or ''} {item.text}" for item in passages])
        alike = vectors[foreign] @ vectors[own].T
        for place, n in enumerate(foreign):
            nearest = own[int(alike[place].argmax())]
            if alike[place].max() >= _TELLS_THE_SAME:
                values[nearest] = max(values[nearest], min(values[n] + _OWN_FIRST, 1.0))
        return values


def _at_odds(values: NDArray[np.float64], factors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probabilities whose odds are multiplied by ``factors``."""
    return values * factors / (1.0 - values + values * factors)


def asks_the_same(question: str, other: str | None) -> bool:
    """Whether two questions have the same words and no others, in whatever order."""
    return other is not None and bool(told := _words(other)) and told == _words(question)


def _names_its_matter(question: str, other: str | None) -> bool:
    """Whether a question in a word or two has all of its words in a row's, which says hardly more: "installments possible?"."""
    kinds = question_types(question)[:1]
    if kinds and kinds != question_types(other or "")[:1]:
        return False
    asked, told = frozenset(terms(question)), frozenset(terms(other or ""))
    return bool(asked) and asked <= told and len(told - asked) <= 1


def _words(text: str) -> frozenset[str]:
    """Words and Chinese characters without those that only make a sentence: 发票怎么开 and 怎么开发票 are cut otherwise."""
    return frozenset(word for word in _WORD.findall(normalise(text)) if word not in _PARTICLES)


def _of_places(question: str, passages: Sequence[Evidence], aside: float) -> NDArray[np.float64]:
    """How much surer a passage is for naming the places that the question names, or less sure for naming only others.

    A place alone makes none surer where the question is about something else ("a shop in Shanghai?"), or hardly one for a shop.
    """
    asked = named(question)
    if not asked:
        return np.ones(len(passages))
    texts = [f"{item.question or ''} {item.title} {item.text}" for item in passages]
    tells = [
        all(tells_of(place, text, text) for place in asked) or rows_of_places(question, text) is not None for text in texts
    ]
    beside = [aside < _HARDLY_ONE and _shares_topic(question, text, asked) for text in texts]
    elsewhere = [_OF_ELSEWHERE if named(text) else 1.0 for text in texts]
    return np.where(tells, np.where(beside, _TELLS_OF_PLACE, 1.0), elsewhere)


def _of_occasions(question: str, passages: Sequence[Evidence]) -> NDArray[np.float64]:
    """How much less sure a passage is whose heading names other feasts or sales than the question does: 双十二, not 双十一."""
    asked = occasions(question)
    if not asked:
        return np.ones(len(passages))
    told = [(occasions(f"{item.question or ''} {item.title}"), item.text) for item in passages]
    return np.array([_OF_ANOTHER_DAY if named and not asked & (named | occasions(text)) else 1.0 for named, text in told])


def _of_recipients(question: str, passages: Sequence[Evidence]) -> NDArray[np.float64]:
    """How much less sure a row is that was asked for somebody else than the question is, whom it says nothing of."""
    asked = recipients(question)
    if not asked:
        return np.ones(len(passages))
    told = [(recipients(item.question or ""), recipients(f"{item.question} {item.text}")) for item in passages]
    return np.array([_OF_SOMEBODY_ELSE if who and not asked & every else 1.0 for who, every in told])


def _of_question_alone(question: str, rows: NDArray[np.float64], passages: Sequence[Evidence]) -> NDArray[np.float64]:
    """How much less sure a row is that has the goods of what is said or asked, and nothing more of it.

    Of the other language where something is told or it is asked whether: how a thing is done may be told in few words of the
    question. In the customer's own where it is asked what to do now.
    """
    what_now = _WHAT_NOW.search(question[:200]) is not None
    if question_types(question)[:1] not in ((), ("yes_no",)) and not what_now:
        return np.ones(len(passages))
    silent = (rows[:, FEATURES.index("beyond")] < _SAYS_MORE) & (rows[:, FEATURES.index("heading")] < _THE_QUESTION)
    foreign = rows[:, FEATURES.index("foreign")] > 0
    asked = np.array([item.kind == "qa" for item in passages])
    titles = " ".join(item.title for item in passages if item.kind == "product").lower()
    of_goods = np.array([what_now and _shares_goods_alone(question, item.question, titles) for item in passages])
    return np.where(silent & asked & of_goods, _OF_GOODS_ALONE, np.where(silent & asked & foreign, _OF_QUESTION_ALONE, 1.0))


def _shares_goods_alone(question: str, other: str | None, titles: str) -> bool:
    """Whether nothing but words of goods stands in two questions: 三文鱼化了怎么办, 三文鱼可以生吃吗."""
    shared = frozenset(terms(question)) & frozenset(terms(other or ""))
    return bool(shared) and all(term in titles for term in shared)


def _of_address(question: str, passages: Sequence[Evidence]) -> NDArray[np.float64]:
    """How much surer a passage is for holding an address where it is asked for the shop's, or less sure for holding none."""
    if not _ASKS_ADDRESS.search(normalise(question)):
        return np.ones(len(passages))
    return np.array([_TELLS_ADDRESS if _ADDRESS.search(item.text) else 1.0 / _TELLS_ADDRESS for item in passages])


def _shares_topic(question: str, text: str, places: frozenset[str]) -> bool:
    """Whether a text speaks of what is asked beside the places; True where that is nothing that shops have words for."""
    rest = normalise(question)
    for place in places:
        rest = rest.replace(place, " ")
    wanted, told = set(terms(rest)), set(terms(text))
    meant = {name for term in wanted for name in concepts(term)}
    return not meant or bool(wanted & told) or any(meant & concepts(term) for term in told)


def _codes(text: str) -> set[str]:
    return set(_CODE.findall(normalise(text)))


def worth_reading(seen: NDArray[np.float64]) -> list[int]:
    """The places of the passages to read, surest first, by their probabilities so far; none where one surely answers."""
    likely = [int(place) for place in np.argsort(-seen, kind="stable")[:MOST_READ] if seen[place] >= MAY_ANSWER]
    return [] if likely and seen[likely[0]] >= SURELY else likely


def after_reading(seen: NDArray[np.float64], places: list[int], read: NDArray[np.float64]) -> NDArray[np.float64]:
    """All probabilities, once the passages at ``places`` have those of ``read``; no other is surer than these."""
    values = np.minimum(seen, read.min()) if places else seen
    values[places] = read
    return values
