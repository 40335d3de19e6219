"""All that is known of the customers, put together and told in one language."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, get_args

from bot.marketing.customers.histories import CustomerHistory, last_day
from bot.marketing.customers.lifecycle import Life, Stage, lives
from bot.marketing.customers.propensity import HORIZON, Propensity, propensity
from bot.marketing.customers.segments import LEAST_CUSTOMERS, Segments, segments
from bot.marketing.customers.tags import LEAST_TAGGED, TagModel, tag_model
from bot.marketing.reports.charts import dots, stacked_bars
from bot.marketing.reports.document import Report, listed
from bot.types import LanguageCode

SHOWN = 10


@cache
def texts_of(language: LanguageCode) -> Mapping[str, str]:
    """The words of this report."""
    told: Mapping[str, str] = tomllib.loads(files("bot.marketing.customers").joinpath("texts.toml").read_text("utf-8"))[
        language
    ]
    return told


@dataclass(frozen=True, slots=True)
class CustomerOverview:
    """The customers as of ``today``; ``groups``, ``again`` and ``tags`` are None where they cannot be told."""

    language: LanguageCode
    histories: tuple[CustomerHistory, ...]
    today: date | None
    lives: tuple[Life, ...]
    groups: Segments | None
    again: Propensity | None
    tags: TagModel | None

    @classmethod
    def of(cls, histories: Sequence[CustomerHistory], language: LanguageCode) -> CustomerOverview:
        """Everything that the histories tell. The same histories give the same overview."""
        today = last_day(histories)
        if today is None:
            return cls(language, tuple(histories), None, (), None, None, None)
        return cls(
            language, tuple(histories), today, tuple(lives(histories, today)), segments(histories, today),
            propensity(histories, today), tag_model(histories),
        )  # fmt: skip

    def notes(self) -> list[str]:
        """What the figures rest on, and why some cannot be told."""
        texts = texts_of(self.language)
        if self.today is None:
            return [texts["none"]]
        buyers = sum(life.frequency > 0 for life in self.lives)
        told = [texts["known"].format(n=len(self.histories), buyers=buyers, today=self.today)]
        groups, again, tags = self.groups, self.again, self.tags
        told.append(
            texts["segments"].format(n=len(groups.traits), stability=groups.stability)
            if groups
            else texts["no_segments"].format(least=LEAST_CUSTOMERS)
        )
        told.append(
            texts["propensity"].format(
                days=HORIZON, auc=again.auc, brier=again.brier, usual=again.brier_usual, calibration=again.calibration
            )
            if again
            else texts["no_propensity"]
        )
        told.append(
            texts["tags"].format(tags=listed(tags.tags, self.language), accuracy=tags.accuracy, usual=tags.usual)
            if tags
            else texts["no_tags"].format(least=LEAST_TAGGED)
        )
        return told

    def segment_names(self) -> list[str]:
        """Each segment's name: what sets it apart most, in words."""
        texts = texts_of(self.language)
        named = []
        for traits in self.groups.traits if self.groups else ():
            words = []
            for feature, deviation in traits:
                kind, _, name = feature.partition(":")
                words.append(texts[f"{kind}_{'high' if deviation > 0 else 'low'}"].format(name=name))
            named.append(listed(words, self.language) or texts["average"])
        return named

    def stages(self) -> dict[str, int]:
        """Customers by lifecycle stage."""
        counted = Counter(life.stage for life in self.lives)
        return {stage: counted[stage] for stage in get_args(Stage)}

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain JSON types, ``customers`` by id."""
        names = self.segment_names()
        sizes = Counter(self.groups.own.tolist()) if self.groups else Counter[int]()
        customers = []
        for number, (one, life) in enumerate(zip(self.histories, self.lives, strict=False)):
            again = self.again.again.get(one.id) if self.again else None
            tag = self.tags.suggested.get(one.id) if self.tags else None
            customers.append(
                {"id": one.id, "stage": life.stage, "recency_days": life.recency, "orders": life.frequency, "spent": life.money,
                 "rfm": list(life.scores), "tags": list(one.tags),
                 "segment": int(self.groups.own[number]) if self.groups else None,
                 "suggested_tag": {"tag": tag[0], "probability": tag[1]} if tag else None,
                 "buys_again": again, "leaves": None if again is None else round(1 - again, 3)}
            )  # fmt: skip
        segments_told = [
            {"id": number, "name": name, "customers": sizes[number], "traits": dict(self.groups.traits[number])}
            for number, name in enumerate(names)
            if self.groups
        ]
        return {
            "language": self.language, "as_of": str(self.today) if self.today else None, "notes": self.notes(),
            "stages": self.stages(), "segments": segments_told, "customers": customers,
            "calibration": [asdict(group) for group in self.again.groups] if self.again else [],
        }  # fmt: skip

    def map(self) -> Any:
        """A drawing of where the customers stand to each other, each segment in its colour; None without segments."""
        if self.groups is None:
            return None
        points = [(float(x), float(y), int(g)) for (x, y), g in zip(self.groups.places, self.groups.own, strict=True)]
        sizes = Counter(self.groups.own.tolist())
        return dots(points, [f"{name} ({sizes[number]})" for number, name in enumerate(self.segment_names())])

    def report(self) -> Report:
        """The report with the map of customers."""
        texts, told = texts_of(self.language), self.to_dict()
        page = Report(texts["title"])
        for note in told["notes"]:
            page.add("p", note)
        if self.today is None:
            return page
        page.add("h2", texts["stages"])
        page.add("plot", stacked_bars([(texts[stage], (count,)) for stage, count in told["stages"].items()], ("#0f766e",)))
        if self.groups:
            page.add("h2", texts["map"])
            page.add("plot", self.map())
        known = [one for one in told["customers"] if one["leaves"] is not None and one["stage"] != "lost"]
        leaving = sorted(known, key=lambda one: -one["spent"] * one["leaves"])
        if leaving:
            page.add("h2", texts["risk"])
            rows = [
                (one["id"], texts[one["stage"]], one["orders"], f"{one['spent']:,.2f}", f"{one['leaves']:.0%}")
                for one in leaving[:SHOWN]
            ]
            page.add("table", [tuple(texts[head] for head in ("id", "stages", "orders", "spent", "leaves")), *rows])
        if self.again:
            page.add("h2", texts["calibration"])
            page.add("table", self.calibration())
        hinted = [(one["id"], *one["suggested_tag"].values()) for one in told["customers"] if one["suggested_tag"]]
        if hinted:
            page.add("h2", texts["suggested"])
            sure = sorted(hinted, key=lambda one: -one[2])[:SHOWN]
            page.add("table", [(texts["id"], texts["tag"], texts["chance"]), *((*one[:2], f"{one[2]:.0%}") for one in sure)])
        return page

    def calibration(self) -> list[tuple[str, ...]]:
        """What was told of customers and what they then did, as a table with a heading row; [] without probabilities."""
        texts, groups = texts_of(self.language), self.again.groups if self.again else ()
        rows = [(f"{one.told:.0%}", f"{one.came:.0%}", str(one.customers)) for one in groups]
        return [(texts["told"], texts["came"], texts["customers"]), *rows] if rows else []
