"""The console's page of the market: competitors' feeds as a brief with evidence, and where customers are lost."""

from __future__ import annotations

import tempfile
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd  # type: ignore[import-untyped]

from bot.console.count_axis import count_axis
from bot.console.operator import Operator
from bot.console.toolkit import gr
from bot.errors import InputError
from bot.marketing.market.brief import MarketBrief
from knowledge_base.load_options import is_address

SHOWN = 12


def market_page(operator: Operator, console: gr.Blocks) -> None:
    """The page, inside a tab of ``console``."""
    texts = operator.texts

    def read(files: list[str] | None, written: str, request: gr.Request) -> tuple[Any, ...]:
        named = written.split()
        if named:
            operator.user(request, "editor")  # the server fetches what is named here
        with operator.refusals():
            if wrong := [each for each in named if not is_address(each)]:
                raise InputError(texts["no_address"].format(given=wrong[0][:80]))
            brief, skipped = operator.shopdesk.insight.market([*(files or ()), *named], operator.language)
            pages = brief.report().write(Path(tempfile.mkdtemp()), "market")
        rows = _steps(brief, operator)
        plot = gr.BarPlot(rows, y_lim=count_axis(rows[texts["number"]]), visible=bool(rows[texts["number"]].any()))
        return _claims(brief, skipped, operator), plot, gr.DownloadButton(value=str(pages[1]), visible=True)

    gr.Markdown(texts["intro"])
    feeds = gr.File(label=texts["feeds"], file_count="multiple", file_types=[".csv", ".xlsx", ".jsonl", ".json"], height=140)
    addresses = gr.Textbox(label=texts["addresses"], lines=2, max_length=2000)
    button = gr.Button(texts["read"], variant="primary")
    claims = gr.HTML()
    columns: dict[str, Any] = {"x": texts["step"], "y": texts["number"]}
    steps = gr.BarPlot(title=texts["funnel"], sort=None, height=300, x_label_angle=-40, visible=False, **columns)
    paper = gr.DownloadButton(texts["paper"], visible=False)
    button.click(read, [feeds, addresses], [claims, steps, paper], api_visibility="private")


def _claims(brief: MarketBrief, skipped: list[str], operator: Operator) -> str:
    texts = operator.texts
    parts = [f"<p>{escape(line)}</p>" for line in [*brief.notes(), *skipped[:SHOWN]]]
    for name, found in brief.sections().items():
        parts += [f"<h4>{escape(texts[name])}</h4>"] if found else []
        for claim in found[:SHOWN]:
            action = f"<br>→ {escape(claim.action)}" if claim.action else ""
            parts.append(f"<p>{escape(claim.text)}{action}<br><small>{escape('; '.join(claim.evidence))}</small></p>")
    return "".join(parts)


def _steps(brief: MarketBrief, operator: Operator) -> pd.DataFrame:
    texts = operator.texts
    rows = [(texts[step["step"]], step["customers"]) for step in brief.to_dict()["funnel"]]
    return pd.DataFrame(rows, columns=[texts["step"], texts["number"]])
