"""The short report of insights: the plots, what hurts, what is wished for and what changed, each with its quotes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from bot.marketing.insight.telling import Json, Teller, texts_of
from bot.marketing.reports.charts import lines, stacked_bars
from bot.marketing.reports.document import Report
from bot.types import LanguageCode

SHOWN, PARTS = 10, 20


def report(teller: Teller, language: LanguageCode, shop: str = "") -> Report:
    """The report in ``language`` on the ``shop`` of that name: first what to act upon, then what it rests on."""
    texts, told = texts_of(language), teller.to_dict()
    page = Report(" · ".join(filter(None, (texts["title"], shop))))
    for note in told["notes"]:
        page.add("p", note)
    if told["compared"]:
        _compared(page, texts, told["compared"]["aspects"])
    _list(page, texts["pain_points"], told["pain_points"])
    _list(page, texts["wishes"], told["wishes"])
    if told["aspects"]:
        page.add("h2", texts["aspects"])
        rows = [(each["name"], (each["negative"], each["neutral"], each["positive"])) for each in told["aspects"][:16]]
        page.add("plot", stacked_bars(rows))
    page.add("h2", texts["topics"])
    if told["topics"]:
        shown = [(each["name"], each["texts"]) for each in told["topics"][:SHOWN]]
        page.add("table", [(texts["topic"], texts["texts"]), *shown])
    else:
        page.add("p", texts["no_topics"])
    page.add("h2", texts["changes"])
    if not told["changes"]:
        page.add("p", texts["no_changes"])
    for change in told["changes"][:SHOWN]:
        page.add("p", change["text"])
        page.add("plot", _over_time(teller, change))
        _quotes(page, change)
    return page


def _compared(page: Report, texts: Mapping[str, str], aspects: list[Json]) -> None:
    """What is clear in words with its quotes, and below it the numbers of both times."""
    page.add("h2", texts["compared"])
    clear = [each for each in aspects if each["clear"]]
    for each in clear[:SHOWN]:
        page.add("p", each["text"])
        _quotes(page, each)
    if not clear:
        page.add("p", texts["compared_nothing"])
    if aspects:
        rows = [(each["what"], each["now"], each["before"]) for each in aspects[: 2 * SHOWN]]
        page.add("table", [(texts["aspect"], texts["now"], texts["before"]), *rows])


def _list(page: Report, heading: str, items: list[Json]) -> None:
    if items:
        page.add("h2", heading)
    for item in items[:SHOWN]:
        page.add("p", item["text"])
        _quotes(page, item)
        for offer in item["offers"][:2]:
            page.add("p", f"→ {offer['text']}")


def _quotes(page: Report, item: Json) -> None:
    for quote in item["quotes"][:2]:
        page.add("quote", f"{quote['text']} [{quote['id']}]")


def _over_time(teller: Teller, change: Json) -> object:
    """The series' share of all texts, period by period."""
    voices, members = teller.insights.voices, set(teller.insights.series[change["series"]])
    days = [voice.day for voice in voices if voice.day]
    first, span = min(days), (max(days) - min(days)).days + 1
    all_texts, own = [0] * PARTS, [0] * PARTS
    for number, voice in enumerate(voices):
        if voice.day:
            part = (voice.day - first).days * PARTS // span
            all_texts[part] += 1
            own[part] += number in members
    points = [((part + 0.5) / PARTS, own[part] / all_texts[part]) for part in range(PARTS) if all_texts[part]]
    return lines({change["what"]: points}, str(first), str(first + timedelta(days=span - 1)), 90)
