"""What customers talk about: texts of like meaning in both languages together, named by the phrases that set them apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.marketing.insight.phrases import phrases_of
from bot.marketing.insight.voices import Voice

LEAST_TEXTS, LEAST_MEMBERS, MOST_TOPICS, LEARNED_FROM = 40, 5, 16, 20_000
PHRASES, LEAST_COHERENCE = 4, 0.1
LEAST_TOLD = 0.4
"""Share of a topic's texts in a language that say one of the phrases that name it: less is a heap of this and that."""
MOST_SERIES, LEAST_SERIES = 120, 8
Encode = Callable[[Sequence[str]], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Topic:
    """Texts of like meaning: ``phrases`` by language, ``members`` as numbers of voices, the most typical first."""

    phrases: dict[str, tuple[str, ...]]
    members: tuple[int, ...]


def phrase_index(voices: Sequence[Voice]) -> dict[str, list[int]]:
    """Each phrase with the numbers of the voices that say it."""
    found: dict[str, list[int]] = {}
    for number, voice in enumerate(voices):
        for phrase in phrases_of(voice.text, voice.language):
            found.setdefault(phrase, []).append(number)
    return found


def usual_phrases(index: dict[str, list[int]]) -> dict[str, list[int]]:
    """The phrases said often enough to be followed over time, the most frequent ones."""
    often = sorted((phrase for phrase, members in index.items() if len(members) >= LEAST_SERIES), key=lambda p: -len(index[p]))
    return {phrase: index[phrase] for phrase in often[:MOST_SERIES]}


def topics(voices: Sequence[Voice], index: dict[str, list[int]], encode: Encode) -> list[Topic]:
    """The topics, the largest first; [] for fewer than ``LEAST_TEXTS`` voices. The same voices give the same topics."""
    if len(voices) < LEAST_TEXTS:
        return []
    from sklearn.cluster import MiniBatchKMeans  # type: ignore[import-untyped]

    vectors = encode([voice.text for voice in voices])
    number = int(np.clip(np.sqrt(len(voices) / 8), 3, MOST_TOPICS))
    learned = vectors[np.linspace(0, len(vectors) - 1, min(len(vectors), LEARNED_FROM)).astype(int)]
    model = MiniBatchKMeans(number, random_state=0, n_init=3, batch_size=2048).fit(learned)
    distances = model.transform(vectors)
    own = distances.argmin(axis=1)
    found = []
    for topic in range(number):
        members = np.flatnonzero(own == topic)
        near = members[np.argsort(distances[members, topic], kind="stable")]
        centre = vectors[members].mean(axis=0) if len(members) else vectors[0]
        if len(members) < LEAST_MEMBERS or float(centre @ centre) < LEAST_COHERENCE:
            continue
        phrases = _telling(set(near.tolist()), voices, index)
        if any(phrases.values()):
            found.append(Topic(phrases, tuple(near.tolist())))
    return sorted(found, key=lambda topic: -len(topic.members))


def _telling(members: set[int], voices: Sequence[Voice], index: dict[str, list[int]]) -> dict[str, tuple[str, ...]]:
    """Phrases of a topic by language: those whose share inside exceeds that outside most (class-based tf-idf).

    None in a language whose texts hardly say them.
    """
    counted: Counter[str] = Counter()
    for number in members:
        counted.update(phrases_of(voices[number].text, voices[number].language))
    told: dict[str, tuple[str, ...]] = {}
    for language in ("en", "zh"):
        own = {p: c for p, c in counted.items() if c >= LEAST_MEMBERS and (p[0] >= "㐀") == (language == "zh")}
        best = sorted(own, key=lambda p: (-own[p] * np.log(len(voices) / len(index[p]) + 1e-9), p))
        chosen: list[str] = []
        for phrase in best:
            if len(chosen) == PHRASES:
                break
            if not any(phrase in other or other in phrase for other in chosen):
                chosen.append(phrase)
        texts = {number for number in members if voices[number].language == language}
        saying = texts & {number for phrase in chosen for number in index[phrase]}
        told[language] = tuple(chosen) if len(saying) >= LEAST_TOLD * len(texts) else ()
    return told
