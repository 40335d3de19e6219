"""Where in a passage the thing asked for is said: what the words of a question and of its sentences tell about that.

A passage names its subject once, in the title or where it opens, and leaves it out from then on; a question names it again.
So the question is split into what the passage's head gives already and its focus, which the answering sentence has to say.
Words are compared in pieces, Han characters and English stems, so that no cutting of an unknown name into words can miss it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from bot.generation.alignment import Alignment, spoken
from bot.text.terms import STOP_EN, stem
from knowledge_base.terms import normalise

Numbers = NDArray[np.float64]

_TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+(?:[.,:]\d+)*%?|[\u3400-\u9fff]+")
_RUN = re.compile(r"[a-z\d]+|[\u3400-\u9fff]+")
_HAN = re.compile(r"[\u3400-\u9fff]")
_QUESTION_WORD = re.compile(
    r"为什么|什么|怎么[样算]?|怎样|如何|多少|哪(?:一?[些里儿个位种]|几[个些位种])?|谁|[何几]|多[大高重宽远长久深]|是否"
)
_GRAMMAR = frozenset(
    "的了吗呢吧啊呀是在有和与及或也都就还又很会能可要被把给对从到于为以之其所而但并着过个一不这那他她它们您你我请问"
)
_NOTHING = 1e-9
_OPENING = {"zh": 24, "en": 7}  # characters, words of a first sentence in which the subject is named


@lru_cache(maxsize=4096)
def pieces(text: str) -> frozenset[str]:
    """The pieces of ``text``, words of grammar and question words left out."""
    found: list[str] = []
    for token in _TOKEN.findall(normalise(text)):
        if _HAN.match(token):
            found.extend(sign for sign in _QUESTION_WORD.sub("", token) if sign not in _GRAMMAR)
        elif token not in STOP_EN:
            found.append(stem(token.removesuffix("'s")))
    return frozenset(found)


def given(question: str, title: str, opening: str) -> frozenset[str]:
    """The pieces of ``question`` that name a passage's subject, since its title or ``opening``, its first sentence, does so.

    In Chinese those of the longest stretch that they share, in English every word.
    """
    if not _HAN.search(question):
        begins = " ".join(opening.split()[: _OPENING["en"]])
        return pieces(question) & pieces(f"{title}\n{begins}")
    asked, head = _plain(question), f"{_plain(title)}|{_plain(opening)[: _OPENING['zh']]}"
    shared = _longest_shared(asked, head)
    return pieces(shared) if len(shared) > 1 else frozenset()


def _longest_shared(text: str, other: str) -> str:
    """The longest stretch of ``text`` that stands in ``other``, the first of several."""
    found = ""
    for start in range(len(text)):
        while len(longer := text[start : start + len(found) + 1]) > len(found) and longer in other:
            found = longer
    return found


def _plain(text: str) -> str:
    return " ".join(_RUN.findall(normalise(text)))


@dataclass(frozen=True, slots=True)
class Focus:
    """What each of some texts says of a question's focus; every array has one number in [0, 1] a text.

    ``said`` is the share of the focus's weight that stands in the text; ``meant`` the same by the meaning of its words, and
    ``before`` how much more of it the text before in the passage speaks of.
    """

    said: Numbers
    meant: Numbers
    before: Numbers


def focus(
    question: str,
    texts: Sequence[str],
    passages: Sequence[int],
    known: Sequence[frozenset[str]],
    near: Alignment | None = None,
) -> Focus:
    """``passages`` and ``known`` tell for each text the passage that it stands in and what :func:`given` says of that.

    A piece weighs its inverse document frequency among the texts. Where ``near`` is missing, pieces stand in for meaning.
    """
    asked, told = sorted(pieces(question)), [pieces(text) for text in texts]
    held = np.array([[piece in found for piece in asked] for found in told]).reshape(len(told), len(asked))
    holding = held.sum(axis=0)
    idf = np.log(1 + (len(told) - holding + 0.5) / (holding + 0.5))
    said = _share(held, idf * np.array([[piece not in names for piece in asked] for names in known]).reshape(held.shape))
    opens = np.array([place == 0 or passages[place - 1] != passage for place, passage in enumerate(passages)])
    if near is None or not near.asked:
        return Focus(said, said, np.where(opens, 0.0, np.maximum(np.roll(said, 1) - said, 0.0)))
    words = [pieces(word) for word in near.asked]
    weights = near.weights * np.array([[not word <= names for word in words] for names in known])
    cosines = np.stack([near.of(text) for text in texts])
    here = spoken(cosines)
    earlier = np.where(opens[:, None], 0.0, np.roll(here, 1, axis=0))
    rise = (np.maximum(earlier - here, 0.0) * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), _NOTHING)
    return Focus(said, _share(cosines, weights), rise)


def _share(held: NDArray[np.float32] | NDArray[np.bool_], weights: Numbers) -> Numbers:
    """What is ``held`` of the weights of each row; all of it where the head gives every word, so that nothing is missing."""
    total = weights.sum(axis=1)
    return np.where(total > _NOTHING, (held * weights).sum(axis=1) / np.maximum(total, _NOTHING), 1.0)
