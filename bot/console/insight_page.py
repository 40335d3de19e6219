"""The console's page of insight: what customers say by aspect, what hurts, what changed, each with its quotes."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr
import pandas as pd  # type: ignore[import-untyped]

from bot.console.operator import Operator, shown_refusals
from bot.marketing.insight.report import report

LABELS = ("negative", "neutral", "positive")
SHOWN = 30
Json = dict[str, Any]


def insight_page(operator: Operator, console: gr.Blocks) -> None:
    """The page, inside a tab of ``console``; reading is started by a button, since it takes a while on many reviews."""
    texts = operator.texts

    def read(progress: gr.Progress = gr.Progress()) -> tuple[Any, ...]:  # noqa: B008
        def show(done: float, total: int | None) -> None:
            progress((int(done), total))

        with shown_refusals():
            teller = operator.shopdesk.insight.insights(operator.language, show)
            told = teller.to_dict()
            pages = report(teller, operator.language).write(Path(tempfile.mkdtemp()), "insights")
        items = _items(told, operator)
        return (
            "\n\n".join(told["notes"]),
            gr.BarPlot(_bars(told, operator)),
            [[item["kind"], item["text"], len(item["ids"])] for item in items],
            items,
            gr.DownloadButton(value=str(pages[1])),
        )

    def opened(items: Sequence[Json], event: gr.SelectData) -> str:
        return _opened(items[int(event.index[0])])

    gr.Markdown(texts["intro"])
    button = gr.Button(texts["read"], variant="primary")
    notes = gr.Markdown()
    columns: dict[str, Any] = {"x": texts["aspect"], "y": texts["number"], "color": texts["label"], "height": 300}
    colours = dict(zip((texts[label] for label in LABELS), ("#c2410c", "#94a3b8", "#15803d"), strict=True))
    bars = gr.BarPlot(title=texts["aspects"], color_map=colours, sort="-y", **columns)
    heads = [texts["kind"], texts["found"], texts["quotes"]]
    table = gr.Dataframe(headers=heads, interactive=False, wrap=True, max_height=420)
    quotes = gr.HTML()
    paper = gr.DownloadButton(texts["paper"])
    items = gr.State([])
    private: dict[str, Any] = {"api_visibility": "private"}
    button.click(read, None, [notes, bars, table, items, paper], **private)
    table.select(opened, items, quotes, show_progress="hidden", **private)


def _bars(told: Json, operator: Operator) -> pd.DataFrame:
    texts = operator.texts
    rows = [(aspect["name"], texts[label], aspect[label]) for aspect in told["aspects"][:14] for label in LABELS]
    return pd.DataFrame(rows, columns=[texts["aspect"], texts["label"], texts["number"]])


def _items(told: Json, operator: Operator) -> list[Json]:
    """What the table lists: first what hurts, then what is wished for and what changed, then each aspect and topic."""
    texts = operator.texts
    kinds = ("pain_points", "wishes", "changes")
    found = [{"kind": texts[kind], "offers": [], **item} for kind in kinds for item in told[kind][:SHOWN]]
    for aspect in told["aspects"]:
        both = {name: [*aspect["blame"][name], *aspect["praise"][name]] for name in ("quotes", "ids")}
        counted = " / ".join(str(aspect[label]) for label in LABELS)
        found.append({"kind": texts["aspect"], "text": f"{aspect['name']}: {counted}", "offers": aspect["offers"], **both})
    for topic in told["topics"]:
        named = " · ".join([*topic["phrases"]["en"], *topic["phrases"]["zh"]])
        found.append({"kind": texts["topic"], "text": named, "offers": [], "quotes": topic["quotes"], "ids": topic["ids"]})
    return found


def _opened(item: Json) -> str:
    quotes = "".join(f"<blockquote>{escape(q['text'])} <small>{escape(q['id'])}</small></blockquote>" for q in item["quotes"])
    offers = "".join(f"<li>{escape(offer['text'])}</li>" for offer in item["offers"])
    return f"<h4>{escape(item['text'])}</h4>{quotes}<ul>{offers}</ul>"
