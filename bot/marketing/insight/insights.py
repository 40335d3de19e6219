"""Everything found in what customers say, put together; each figure with the voices that it rests on."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.marketing.insight import needs, topics, trends
from bot.marketing.insight.aspects import Aspect, AspectFinder, clauses, further_aspects, seeds
from bot.marketing.insight.comparison import Comparison, compare
from bot.marketing.insight.opinions import Opinion, judged_words, read_batch
from bot.marketing.insight.periods import Days
from bot.marketing.insight.phrases import words_of
from bot.marketing.insight.voices import Voice, without_repeats
from knowledge_base.bulk import Workers, map_batches

BATCH, DISCOVERED_FROM = 1000, 5000
_SAME = 0.7
_PLAINEST = ("negative", "positive", "topic", "phrase")
"""Kinds of series, the one that tells most first."""
Progress = Callable[[float, int | None], None]


@dataclass(frozen=True, slots=True)
class AspectFigures:
    """How an aspect is judged: the numbers of the voices by label, those of the clearest opinions first."""

    aspect: str
    negative: tuple[int, ...]
    neutral: tuple[int, ...]
    positive: tuple[int, ...]

    @property
    def said(self) -> int:
        """Number of opinions."""
        return len(self.negative) + len(self.neutral) + len(self.positive)


@dataclass(frozen=True, slots=True)
class Insights:
    """What was found in ``voices``; ``repeats`` were left out because the same words came again and again."""

    voices: tuple[Voice, ...]
    repeats: int
    aspects: tuple[Aspect, ...]
    opinions: tuple[Opinion, ...]
    topics: tuple[topics.Topic, ...]
    pain_points: tuple[needs.PainPoint, ...]
    wishes: tuple[tuple[int, str], ...]
    changes: tuple[trends.Change, ...]
    series: dict[str, tuple[int, ...]]
    """Members of every series that is followed over time, by the name that its changes carry."""
    comparison: Comparison | None = None
    """The same beside the days before, where the voices are those of some days."""

    def by_aspect(self, chosen: Callable[[Voice], bool] = lambda voice: True) -> list[AspectFigures]:
        """The aspects that the ``chosen`` voices judge, the most spoken of first."""
        found: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for opinion in sorted(self.opinions, key=lambda opinion: -abs(opinion.score)):
            if chosen(self.voices[opinion.voice]):
                found[opinion.aspect][opinion.label].append(opinion.voice)
        figures = [
            AspectFigures(name, tuple(own["negative"]), tuple(own["neutral"]), tuple(own["positive"]))
            for name, own in found.items()
        ]
        return sorted(figures, key=lambda figure: (-figure.said, figure.aspect))

    def groups(self, kind: str) -> list[str]:
        """The products, categories or segments that voices belong to, the most spoken of first."""
        counted = Counter(name for voice in self.voices for name in group_of(voice, kind))
        return [name for name, _ in counted.most_common()]


def group_of(voice: Voice, kind: str) -> tuple[str, ...]:
    """The ``product``, ``category``, ``segment`` or ``source`` names of a voice."""
    own = {"product": (voice.sku,), "category": (voice.category,), "segment": voice.segments, "source": (voice.source,)}[kind]
    return tuple(name for name in own if name)


def find(
    every: Sequence[Voice],
    encode: topics.Encode,
    workers: Workers = "processes",
    progress: Progress | None = None,
    goods: str = "",
) -> Insights:
    """Reads all voices. The same voices give the same insights, on one machine and on a cluster.

    ``encode`` gives unit vectors in one space for both languages; ``progress`` is called with the texts read and their number.
    ``goods`` are the names of what the shop sells, whose words are no aspects.
    """
    voices, repeats = without_repeats(every)
    aspects = (*seeds(), *_further(voices, goods.lower()))
    opinions = _opinions(voices, aspects, workers, progress)
    index = topics.phrase_index(voices)
    found = tuple(topics.topics(voices, index, encode))
    series = _series(opinions, found, topics.usual_phrases(index))
    return Insights(
        tuple(voices), repeats, aspects, opinions, found,
        tuple(needs.pain_points(voices, opinions)), tuple(needs.wishes(voices)),
        tuple(_changes(voices, series)), series,
    )  # fmt: skip


def find_within(
    days: Days,
    every: Sequence[Voice],
    encode: topics.Encode,
    workers: Workers = "processes",
    progress: Progress | None = None,
    goods: str = "",
) -> Insights:
    """What :func:`find` finds in the voices of ``days``, compared with the days before."""
    found = find([voice for voice in every if voice.day in days], encode, workers, progress, goods)
    before, _ = without_repeats([voice for voice in every if voice.day in days.before])
    undated = sum(voice.day is None for voice in every)
    earlier = _opinions(before, found.aspects, workers, None)
    return replace(found, comparison=compare(days, found.voices, before, undated, found.opinions, earlier))


def _further(voices: Sequence[Voice], goods: str) -> list[Aspect]:
    """Aspects that our words lack: what many clauses without any of ours turn on."""
    step = max(1, len(voices) // DISCOVERED_FROM)
    finder = AspectFinder(seeds())
    spoken: dict[str, dict[str, list[str]]] = {"en": defaultdict(list), "zh": defaultdict(list)}
    for voice in voices[::step]:
        taken = {span for _, span in finder.mentions(voice.text)}
        for span in clauses(voice.text):
            if span not in taken:
                clause = voice.text[slice(*span)]
                for word in set(words_of(clause, voice.language)):
                    spoken[voice.language][word].append(clause)
    return further_aspects(spoken, Counter(voice.language for voice in voices[::step]), judged_words, goods)


def _opinions(
    voices: Sequence[Voice], aspects: tuple[Aspect, ...], workers: Workers, progress: Progress | None
) -> tuple[Opinion, ...]:
    starts = range(0, len(voices), BATCH)
    batches = [(aspects, [voice.text for voice in voices[start : start + BATCH]]) for start in starts]
    found: list[Opinion] = []
    for start, own in zip(starts, map_batches(read_batch, batches, workers), strict=True):
        found += [Opinion(start + each.voice, each.aspect, each.label, each.score, each.span) for each in own]
        if progress is not None:
            progress(min(start + BATCH, len(voices)), len(voices))
    return tuple(found)


def _series(
    opinions: Sequence[Opinion], found: Sequence[topics.Topic], phrases: dict[str, list[int]]
) -> dict[str, tuple[int, ...]]:
    """What is followed over time: praise and blame of aspects, topics, phrases. Names are ``kind:what``."""
    judged: dict[str, list[int]] = defaultdict(list)
    for opinion in opinions:
        if opinion.label != "neutral":
            judged[f"{opinion.label}:{opinion.aspect}"].append(opinion.voice)
    series = {name: tuple(members) for name, members in judged.items() if len(members) >= topics.LEAST_SERIES}
    series |= {f"topic:{number}": tuple(sorted(topic.members)) for number, topic in enumerate(found)}
    return series | {f"phrase:{phrase}": tuple(members) for phrase, members in phrases.items()}


def _changes(voices: Sequence[Voice], series: dict[str, tuple[int, ...]]) -> list[trends.Change]:
    """Changes among the voices that are dated."""
    dated = [number for number, voice in enumerate(voices) if voice.day is not None]
    place = {number: i for i, number in enumerate(dated)}
    days = [day for voice in voices if (day := voice.day) is not None]
    told = trends.changes(days, {name: [place[m] for m in members if m in place] for name, members in series.items()})
    kept: list[trends.Change] = []  # a series of most of the same texts as one before tells nothing new
    for change in sorted(told, key=lambda change: _PLAINEST.index(change.series.partition(":")[0])):
        own = set(series[change.series])
        again = (len(own & set(series[other.series])) >= _SAME * len(own) for other in kept if other.rising == change.rising)
        if not any(again):
            kept.append(change)
    return sorted(kept, key=told.index)
