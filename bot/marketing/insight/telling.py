"""Insights in words of one language, with the quotes behind each figure and what the shop can do: nothing beyond the data."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from bot.marketing.insight.comparison import Compared, Comparison
from bot.marketing.insight.insights import AspectFigures, Insights, group_of
from bot.marketing.insight.needs import PainPoint
from bot.marketing.insight.offering import offers_on, offers_on_aspect, product_of, worded
from bot.marketing.insight.topics import LEAST_TEXTS as TOPIC_TEXTS
from bot.marketing.insight.topics import Topic
from bot.marketing.insight.trends import LEAST_TEXTS, Change
from bot.types import LanguageCode

QUOTES, IDS, GROUPS, LONGEST_QUOTE, ASKED = 5, 50, 20, 300, 2
Json = dict[str, Any]


@cache
def texts_of(language: LanguageCode) -> Mapping[str, str]:
    """The words of reports."""
    told: Mapping[str, str] = tomllib.loads(files("bot.marketing.insight").joinpath("report_texts.toml").read_text("utf-8"))[
        language
    ]
    return told


class Teller:
    """Tells ``insights`` in ``language``; ``title_of`` names a product."""

    def __init__(
        self, insights: Insights, language: LanguageCode, title_of: Callable[[str], str | None] = lambda sku: None
    ) -> None:
        self.insights, self._language, self._title_of = insights, language, title_of
        self._texts = texts_of(language)
        self._names = {aspect.id: aspect.names[language] for aspect in insights.aspects}

    def to_dict(self) -> Json:
        """Everything as plain JSON types."""
        found = self.insights
        return {
            "language": self._language,
            "texts": dict(Counter(voice.source for voice in found.voices)),
            "left_out": found.repeats,
            "notes": self.notes(),
            "compared": self.compared(),
            "aspects": [self.aspect(figures) for figures in found.by_aspect()],
            **{f"by_{kind}": self.groups(kind) for kind in ("product", "category", "segment")},
            "topics": [self._topic(topic) for topic in found.topics],
            "pain_points": [self.pain_point(point) for point in found.pain_points],
            "wishes": [self._wish(numbers, clause) for clause, numbers in _alike(found.wishes)],
            "changes": [self.change(change) for change in found.changes],
        }  # fmt: skip

    def notes(self) -> list[str]:
        """What the figures rest on, and why some cannot be told."""
        voices, texts = self.insights.voices, self._texts
        of_days = self._of_days()
        if not voices:
            return of_days or [texts["empty"]]
        counted, days = Counter(voice.source for voice in voices), sorted(voice.day for voice in voices if voice.day)
        numbers = {"reviews": counted["review"], "chats": counted["chat"], "feedback": counted["feedback"]}
        told = of_days or [
            texts["voices"].format(**numbers, first=days[0], last=days[-1]) if days else texts["undated"].format(**numbers)
        ]
        if self.insights.repeats:
            told.append(texts["repeats"].format(n=self.insights.repeats))
        if len(voices) < LEAST_TEXTS:
            told.append(texts["few"].format(n=len(voices), topics=TOPIC_TEXTS, changes=LEAST_TEXTS))
        ratings = {voice.rating for voice in voices if voice.rating is not None}
        if len(ratings) == 1 and counted["review"] > 1:
            told.append(texts["one_sided"].format(stars=f"{ratings.pop():g}"))
        return told

    def _of_days(self) -> list[str]:
        """The texts of the days and of those before; [] where the voices are those of all time."""
        if (compared := self.insights.comparison) is None:
            return []
        told = []
        for name, days, counted in (("now", compared.days, compared.now), ("before", compared.days.before, compared.before)):
            numbers = {"reviews": counted["review"], "chats": counted["chat"], "feedback": counted["feedback"]}
            told.append(self._texts[f"days_{name}"].format(first=days.first, last=days.last, **numbers))
        return [*told, self._texts["dateless"].format(n=compared.undated)] if compared.undated else told

    def when(self) -> str:
        """The days that everything is about, in words; "" where they are all."""
        return next(iter(self._of_days()), "")

    def compared(self) -> Json | None:
        """The days and those before, and every aspect as it was judged in both; None where the voices are of all time."""
        if (found := self.insights.comparison) is None:
            return None
        days, before = found.days, found.days.before
        return {
            "first": str(days.first), "last": str(days.last), "texts": dict(found.now),
            "before": {"first": str(before.first), "last": str(before.last), "texts": dict(found.before)},
            "aspects": [self._compared(each, found) for each in found.aspects],
        }  # fmt: skip

    def _compared(self, each: Compared, found: Comparison) -> Json:
        what = self._texts["named"].format(name=self._names[each.aspect], kind=self._texts[each.label])
        now, before = (n / max(1, of) for n, of in zip((each.now, each.before), found.judging, strict=True))
        members = [o.voice for o in self.insights.opinions if (o.aspect, o.label) == (each.aspect, each.label)]
        return {
            "id": each.aspect, "name": self._names[each.aspect], "label": each.label, "now": each.now, "before": each.before,
            "share": round(now, 4), "share_before": round(before, 4), "clear": each.clear, "what": what,
            "text": self._texts["compared_text"].format(what=what, now=f"{now:.1%}", before=f"{before:.1%}"),
            **self.quotes(members),
            **self._to_do("change", what, members, self._texts["ask_about"].format(what=self._names[each.aspect])),
        }  # fmt: skip

    def quotes(self, members: Sequence[int]) -> Json:
        """The first voices behind a figure in words, the ids of more, and the product that most of them are about."""
        voices = [self.insights.voices[number] for number in dict.fromkeys(members)]
        return {
            "quotes": [
                {"id": voice.id, "source": voice.source, "text": voice.text[:LONGEST_QUOTE]} for voice in voices[:QUOTES]
            ],
            "ids": [voice.id for voice in voices[:IDS]],
            "sku": product_of(voices),
        }

    def aspect(self, figures: AspectFigures, of: str = "") -> Json:
        """One aspect of a product or category, or of the whole shop, with its figures, quotes and offers."""
        name = self._names[figures.aspect]
        return {
            "id": figures.aspect, "name": name, "negative": len(figures.negative), "neutral": len(figures.neutral),
            "positive": len(figures.positive), "blame": self.quotes(figures.negative), "praise": self.quotes(figures.positive),
            "offers": self._offers(name, of, figures.said, figures.negative, figures.positive),
        }  # fmt: skip

    def groups(self, kind: str) -> list[Json]:
        """The aspects of each product, category or segment, the most spoken of first."""
        return [self.group(kind, name) for name in self.insights.groups(kind)[:GROUPS]]

    def group(self, kind: str, name: str) -> Json:
        """The aspects of one product, category or segment."""
        own, shown = self.insights.by_aspect(lambda voice: name in group_of(voice, kind)), self._named(kind, name)
        return {"id": name, "name": shown, "aspects": [self.aspect(each, shown) for each in own[:6]]}

    def pain_point(self, point: PainPoint) -> Json:
        """A pain point in words."""
        of = self._named(point.kind, point.of)
        aspect = self._names[point.aspect]
        numbers = {"blamed": point.blamed, "said": point.said, "usual": f"{point.usual:.0%}"}
        return {
            "aspect": aspect, "kind": point.kind, "of": of or self._texts["shop"], **numbers,
            "text": worded(self._texts, "pain", of).format(aspect=aspect, of=of, **numbers), **self.quotes(point.members),
            "offers": self._offers(aspect, of, point.said, point.members, ()),
        }  # fmt: skip

    def change(self, change: Change) -> Json:
        """A change in words."""
        shape = "episode" if change.end else "rise" if change.rising else "fall"
        shares = {"inside": f"{change.inside:.1%}", "outside": f"{change.outside:.1%}"}
        what = self.series_name(change.series)
        members = self.insights.series[change.series]
        within = [
            m
            for m in members
            if (day := self.insights.voices[m].day) and day >= change.start and (not change.end or day < change.end)
        ]
        return {
            "series": change.series, "what": what, "start": str(change.start), "end": str(change.end) if change.end else None,
            "share": round(change.inside, 4), "share_otherwise": round(change.outside, 4), "chance": round(change.chance, 4),
            "emerging": change.rising and change.end is None,
            "text": self._texts[shape].format(what=what, start=change.start, end=change.end, **shares), **self.quotes(within),
            **self._to_do("change", what, within, self._series_question(change.series)),
        }  # fmt: skip

    def series_name(self, series: str) -> str:
        """A followed series in words."""
        kind, _, what = series.partition(":")
        if kind == "topic":
            return f"{self._texts['topic']} {self._topic_name(self.insights.topics[int(what)])}"
        return self._texts["named"].format(name=self._names.get(what, what), kind=self._texts[kind])

    def _series_question(self, series: str) -> str:
        """What a customer would ask about a followed series."""
        kind, _, what = series.partition(":")
        if kind == "topic":
            return self._topic_question(self.insights.topics[int(what)])
        return self._texts["ask_about"].format(what=self._names.get(what, what))

    def _named(self, kind: str, name: str) -> str:
        return (self._title_of(name) if kind == "product" else None) or name

    def _topic(self, topic: Topic) -> Json:
        name = self._topic_name(topic)
        return {
            "name": name, "phrases": {language: list(own) for language, own in topic.phrases.items()},
            "texts": len(topic.members), **self.quotes(topic.members),
            **self._to_do("topic", name, topic.members, self._topic_question(topic)),
        }  # fmt: skip

    def _topic_question(self, topic: Topic) -> str:
        """What a customer would ask, in the report's language or in that of the topic's texts."""
        other: LanguageCode = "en" if self._language == "zh" else "zh"
        language = self._language if topic.phrases[self._language] else other
        joint = "、" if language == "zh" else ", "
        return texts_of(language)["ask_about"].format(what=joint.join(topic.phrases[language][:ASKED]))

    def _topic_name(self, topic: Topic) -> str:
        """The topic's phrases in the report's language; those of the other one, named as such, where it has none."""
        if own := topic.phrases[self._language]:
            return " · ".join(own)
        other: LanguageCode = "en" if self._language == "zh" else "zh"
        return self._texts["foreign"].format(phrases=" · ".join(topic.phrases[other]))

    def _wish(self, numbers: Sequence[int], clause: str) -> Json:
        return {"text": clause, **self.quotes(numbers), **self._to_do("wish", clause, numbers, clause)}

    def _to_do(self, kind: str, what: str, members: Sequence[int], question: str) -> Json:
        """The question that an FAQ entry would answer, and the offers."""
        voices = [self.insights.voices[number] for number in dict.fromkeys(members)]
        return {"question": question, "offers": offers_on(self._texts, self._language, kind, what, question, voices)}

    def _offers(self, aspect: str, of: str, said: int, blaming: Sequence[int], praising: Sequence[int]) -> list[Json]:
        blamed, praised = ([self.insights.voices[number] for number in members] for members in (blaming, praising))
        ids = ", ".join(dict.fromkeys(voice.id for voice in blamed[:QUOTES]))
        return offers_on_aspect(self._texts, self._language, aspect, of, said, blamed, praised, ids)


def _alike(wishes: Iterable[tuple[int, str]]) -> list[tuple[str, list[int]]]:
    """Each wish in the words of the first who has it, with all who wish the same in the same words; the commonest first."""
    found: dict[str, tuple[str, list[int]]] = {}
    for number, clause in wishes:
        said = " ".join(clause.lower().split()).strip(" .!。！")
        found.setdefault(said, (clause, []))[1].append(number)
    return sorted(found.values(), key=lambda wish: -len(wish[1]))
