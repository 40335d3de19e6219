"""The console's first page: the figures of a period, with plots."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from html import escape
from pathlib import Path
from typing import Any, get_args

import pandas as pd  # type: ignore[import-untyped]

from bot.admin import Admin
from bot.console.count_axis import count_axis
from bot.console.listing import listing
from bot.console.operator import Operator, showings, texts_of
from bot.console.toolkit import gr
from bot.store.funnel import STEPS, Funnel
from bot.store.model_calls import ModelCosts
from bot.store.statistics import Channel, Outcomes, Period

DAYS = (7, 30, 90, 365)
SHARES = ("contained", "self_served", "unanswered", "rated_up", "returned")
MILLISECONDS = ("first_reply_ms", "reply_ms")
TOP = 15
FORMULA = tuple("=+-@＝＋－＠")
MODELS = tuple(field.name for field in fields(ModelCosts))
MODEL_WIDTHS = (14, 7, 9, 9, 7, 9, 12, 10, 10, 13)
FUNNEL = ("day", "language", "channel", *STEPS)
STEP_COLUMNS = {"step": 40, "products": 15, "share": 25, "conversations": 20}
HIDDEN = ("email", "phone", "address", "order", "card number")
LINES = {"conversations": "#0d9488", "handed_over": "#d97706", "unanswered": "#dc2626", "negative": "#64748b"}
"""The lines of the plot with their colours, which stand out by 3 to 1 in the light and in the dark."""


def overview(operator: Operator, console: gr.Blocks) -> None:
    """The page, inside a tab of ``console``."""
    texts = operator.texts

    def shown(days: int, language: str, channel: Channel | None) -> tuple[Any, ...]:
        zone = operator.shopdesk.settings.zone
        period = Period.of_days(int(days), language or None, channel=channel or None, zone=zone)
        found = read(operator.shopdesk.admin, period)
        (outcomes, by_day), intents_of, reasons_of, questions_of, recommended, calls_of = found
        models = [list(model.to_dict().values()) for model in calls_of]
        costs = [[_money(value) for value in row] for row in models]
        asked = [[_named(text, texts), *counts] for text, *counts in questions_of]
        return (
            gr.Markdown(visible=not outcomes.conversations),
            cards(outcomes, operator),
            _plot(gr.LinePlot, _lines(by_day, operator), bool(outcomes.conversations)),
            gr.HTML(visible=bool(outcomes.conversations)),
            _plot(gr.BarPlot, _bars(intents_of, operator), bool(intents_of)),
            _plot(gr.BarPlot, _bars(reasons_of, operator), bool(reasons_of)),
            asked[:TOP],
            gr.DownloadButton(
                value=_csv("days", _headed(("day", *LINES), texts), [[row["day"], *(row[n] for n in LINES)] for row in by_day])
            ),
            gr.DownloadButton(value=_csv("questions", _headed(("question", "number", "unanswered"), texts), asked)),
            _steps(recommended, texts),
            gr.DownloadButton(
                value=_csv("funnel", _headed(FUNNEL, texts), [[row[name] for name in FUNNEL] for row in recommended.rows])
            ),
            costs,
            gr.DownloadButton(value=_csv("models", _headed(MODELS, texts), models)),
        )

    with gr.Row():
        days = gr.Dropdown([(texts["days"].format(n=n), n) for n in DAYS], value=30, label=texts["period"])
        choices = [(texts["all"], ""), (texts["chinese"], "zh"), (texts["english"], "en")]
        language = gr.Dropdown(choices, value="", label=texts["of_language"])
        channels = [(texts["all"], ""), *((texts[name], name) for name in get_args(Channel))]
        channel = gr.Dropdown(channels, value="", label=texts["channel"])
    steps_first = gr.Markdown(texts["first_steps"], visible=False)
    figures = gr.HTML()
    columns: dict[str, Any] = {"x": texts["day"], "y": texts["number"]}
    colours: dict[str, Any] = {"color_map": {texts[name]: colour for name, colour in LINES.items()}, "colors_in_legend": []}
    lines = gr.LinePlot(title=texts["by_day"], color=texts["kind"], height=260, x_axis_format="%m-%d", **colours, **columns)
    legend = gr.HTML(_legend(texts))
    with gr.Row():
        bars: dict[str, Any] = {"x": texts["kind"], "y": texts["number"], "height": 280, "sort": "-y"}
        intents = gr.BarPlot(title=texts["intents"], x_label_angle=-40, **bars)
        reasons = gr.BarPlot(title=texts["reasons"], **bars)
    gr.Markdown(f"### {texts['questions']}")
    questions = listing(texts, {"question": 60, "number": 18, "unanswered": 22}, "empty_questions")
    with gr.Row():
        export, export_questions = gr.DownloadButton(texts["export"]), gr.DownloadButton(texts["export_questions"])
    gr.Markdown(f"### {texts['funnel']}")
    steps = listing(texts, STEP_COLUMNS, "empty_questions")
    export_funnel = gr.DownloadButton(texts["export_funnel"])
    gr.Markdown(f"### {texts['models']}")
    models = listing(texts, dict(zip(MODELS, MODEL_WIDTHS, strict=True)), "empty_models")
    export_models = gr.DownloadButton(texts["export_models"])
    definitions = gr.Markdown(texts["definitions"])
    outputs = [steps_first, figures, lines, legend, intents, reasons, questions, export, export_questions]
    outputs += [steps, export_funnel, models, export_models]
    for trigger in (*showings(console, definitions), days.change, language.change, channel.change):
        trigger(shown, [days, language, channel], outputs, api_visibility="private", show_progress="hidden")


def read(admin: Admin, period: Period) -> list[Any]:
    """What the page shows of a period: figures, intents, handover reasons, questions, funnel, models; read side by side."""
    statistics = admin.statistics
    reads: Sequence[Callable[[Period], Any]] = (
        statistics.figures, lambda period: statistics.counts(period, "intent"),
        statistics.handover_reasons, admin.most_said, admin.funnel, admin.model_calls.by_model,
    )  # fmt: skip
    with ThreadPoolExecutor(os.cpu_count()) as side_by_side:  # more would be in each other's way
        return list(side_by_side.map(lambda each: each(period), reads))


def cards(outcomes: Outcomes, operator: Operator) -> str:
    """The figures as HTML, those that cannot be told as a dash."""
    shown = []
    for name, value in outcomes.to_dict().items():
        told = "–" if value is None else _told(name, value, operator.texts)
        shown.append(f"<div><dt>{escape(operator.texts[name])}</dt><dd>{told}</dd></div>")
    return f'<dl class="figures">{"".join(shown)}</dl>'


def _told(name: str, value: float, texts: Mapping[str, str]) -> str:
    if name in SHARES:
        return f"{value:.0%}"
    if name in MILLISECONDS:
        unit, figure = ("milliseconds", f"{value:.0f}") if value < 1000 else ("seconds", f"{value / 1000:.1f}")
        return texts[unit].format(n=figure)
    return f"{value:,}" if isinstance(value, int) else f"{value:.1f}"


def _money(value: Any) -> Any:
    """A figure as a table shows it: whole ones as they are, others with four digits that count, none as a dash."""
    return "–" if value is None else f"{value:.4g}" if isinstance(value, float) else value


def _named(text: str, texts: Mapping[str, str]) -> str:
    """The text with what stands in the place of personal data in the page's words."""
    for name in HIDDEN:
        text = text.replace(f"[{name}]", texts[f"hidden_{name}"])
    return text


def _steps(funnel: Funnel, texts: Mapping[str, str]) -> list[list[Any]]:
    whole = funnel.products["recommended"]
    return [
        [texts[f"step_{step}"], funnel.products[step], f"{funnel.products[step] / whole:.1%}" if whole else "–",
         funnel.conversations[step]]
        for step in STEPS
    ]  # fmt: skip


def _lines(by_day: list[dict[str, Any]], operator: Operator) -> pd.DataFrame:
    texts = operator.texts
    rows = [(pd.Timestamp(row["day"]), texts[name], row[name]) for row in by_day for name in LINES]
    return pd.DataFrame(rows, columns=[texts["day"], texts["kind"], texts["number"]])


def _legend(texts: Mapping[str, str]) -> str:
    """The lines' names beside their colours; the plot's own legend would be cut off on a telephone."""
    entries = (f'<li style="--line: {colour}">{escape(texts[name])}</li>' for name, colour in LINES.items())
    return f'<ul class="legend">{"".join(entries)}</ul>'


def _bars(counted: list[tuple[str, int]], operator: Operator) -> pd.DataFrame:
    names = texts_of(operator.language, "names")
    rows = [(names.get(name, name), number) for name, number in counted]
    return pd.DataFrame(rows, columns=[operator.texts["kind"], operator.texts["number"]])


def _plot(kind: Callable[..., Any], rows: pd.DataFrame, visible: bool) -> Any:
    """What is counted stands in the last column."""
    return kind(rows, y_lim=count_axis(rows.iloc[:, -1]), visible=visible)


def _headed(names: Sequence[str], texts: Mapping[str, str]) -> list[str]:
    """The columns' names in the page's language."""
    return [texts.get(f"step_{name}") or texts.get(f"of_{name}") or texts[name] for name in names]


def _csv(name: str, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """A file of the rows, which a spreadsheet opens without taking anybody's words for a formula."""
    path = Path(tempfile.mkdtemp()) / f"shopdesk-{name}.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows([[plain_cell(cell) for cell in row] for row in rows])
    return str(path)


def plain_cell(cell: Any) -> Any:
    """The cell, with an apostrophe before text that a spreadsheet would calculate (OWASP, CSV injection)."""
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip().startswith(FORMULA) else cell
