"""The console's page of insight: what customers say by aspect, what hurts, what changed, with quotes and what to do."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any, Literal

import pandas as pd  # type: ignore[import-untyped]

from bot.console.count_axis import count_axis
from bot.console.enabling import enabled_by, offered
from bot.console.listing import listing
from bot.console.operator import Operator
from bot.console.toolkit import gr
from bot.marketing.copy.request import copy_request
from bot.marketing.insight.report import report
from bot.marketing.insight.supplier import supplier_note
from bot.marketing.insight.voices import language_of_row

LABELS = ("negative", "neutral", "positive")
GROUPS = ("product", "category")
PERIODS = ("", "week", "month", "7", "30", "90")
SHOWN = 30
Json = dict[str, Any]


class InsightActions:
    """What the page's table and buttons do with what was read."""

    def __init__(self, operator: Operator) -> None:
        self._operator, self._texts = operator, operator.texts

    def choices(self, told: Json) -> list[tuple[str, str]]:
        """The shop, and each product and category that voices speak of: a label and ``kind:id``."""
        groups = [(kind, each) for kind in GROUPS for each in told[f"by_{kind}"]]
        return [
            (self._texts["all"], ""),
            *(
                (self._texts["pair"].format(name=self._texts[kind], value=own["name"]), f"{kind}:{own['id']}")
                for kind, own in groups
            ),
        ]

    def items(self, told: Json, wanted: str) -> list[Json]:
        """What the table lists of the shop, or of the group ``wanted``."""
        kind, _, name = wanted.partition(":")
        if not kind:
            return _items(told, self._texts)
        group = next(each for each in told[f"by_{kind}"] if each["id"] == name)
        points = [point for point in told["pain_points"] if (point["kind"], point["of"]) == (kind, group["name"])]
        pains = [_pain_point(point, self._texts) for point in points[:SHOWN]]
        return [*pains, *(_aspect(aspect, group["name"], self._texts) for aspect in group["aspects"])]

    def offered(self, item: Json, wanted: str) -> tuple[gr.Button, ...]:
        """What can be done with the open item: texts need a product, a note for the supplier also does with a category."""
        of_product = bool(item.get("sku")) if not wanted else wanted.startswith("product:")
        return offered(of_product, of_product, bool(wanted) or of_product)

    def propose(self, question: str, answer: str, request: gr.Request) -> str:
        """Keeps the answer as a proposed FAQ entry, which customers get once somebody approves it on the page of gaps."""
        user = self._operator.user(request, "editor")
        with self._operator.refusals():
            entry = self._operator.shopdesk.admin.entries.propose(question, answer, language_of_row("", answer), user.name)
        self._operator.record(user, "faq proposed", entry=entry.id, question=entry.question)
        return self._texts["proposed"]

    def listing(self, item: Json, wanted: str, request: gr.Request) -> str:
        """Drafts the listing of the product that the open item is about, to be mended on the page of copy."""
        return self._drafted("listing", item, wanted, request)

    def draft(self, item: Json, wanted: str, request: gr.Request) -> str:
        """Drafts a text that introduces the product that the open item is about."""
        return self._drafted("introduction", item, wanted, request)

    def note(self, told: Json, item: Json, wanted: str) -> str:
        """A note for the supplier of what the open item is about, or of the product or category chosen, to be copied."""
        kind, _, name = wanted.partition(":") if wanted else ("product", "", item.get("sku", ""))
        group = next((each for each in told.get(f"by_{kind}", ()) if each["id"] == name), None)
        if group is None:
            raise self._operator.refusal(self._texts["choose_product"])
        when = told["notes"][0] if told["compared"] else ""
        return f"<pre>{escape(supplier_note(group, self._operator.language, when))}</pre>"

    def _drafted(self, kind: Literal["listing", "introduction"], item: Json, wanted: str, request: gr.Request) -> str:
        """Writes a text from what the catalogue says, kept among the drafts, and shows it."""
        user = self._operator.user(request, "editor")
        chosen, _, name = wanted.partition(":")
        sku = name if chosen == "product" else item.get("sku", "")
        if not sku:
            raise self._operator.refusal(self._texts["choose_product"])
        with self._operator.refusals():
            given = {"kind": kind, "sku": sku, "language": self._operator.language, "variants": 1}
            [text] = self._operator.shopdesk.promotion.copywriting.write(copy_request(given))
        self._operator.record(user, "copy drafted", text=text.id, sku=sku)
        told = self._texts["drafted"].format(id=text.id, sku=sku)
        words = escape(text.text).replace("\n", "<br>")
        return f"<p>{escape(told)}</p><blockquote>{words}</blockquote>"


def insight_page(operator: Operator, console: gr.Blocks) -> None:
    """The page, inside a tab of ``console``; reading is started by a button, since it takes a while on many reviews."""
    texts, actions = operator.texts, InsightActions(operator)

    def read(period: str, progress: gr.Progress = gr.Progress()) -> tuple[Any, ...]:  # noqa: B008
        def show(done: float, total: int | None) -> None:
            progress((int(done), total))

        with operator.refusals():
            teller = operator.shopdesk.insight.insights(operator.language, show, period)
            told = teller.to_dict()
            shop = operator.shopdesk.shop.named(operator.language)
            pages = report(teller, operator.language, shop).write(Path(tempfile.mkdtemp()), "insights")
        return (
            "\n\n".join(told["notes"]),
            gr.BarPlot(_bars(told, operator), y_lim=count_axis(_said(told)), visible=bool(told["aspects"])),
            told,
            gr.Dropdown(choices=actions.choices(told), value=""),
            *listed(told, ""),
            gr.DownloadButton(value=str(pages[1]), visible=bool(told["texts"])),
        )

    def listed(told: Json, wanted: str) -> tuple[Any, ...]:
        items = actions.items(told, wanted or "") if told else []
        return [[item["kind"], item["text"], len(item["ids"])] for item in items], items

    def opened(items: Sequence[Json], event: gr.SelectData) -> tuple[str, str, Json, str]:
        item = items[int(event.index[0])]
        return _opened(item), item["question"], item, ""

    gr.Markdown(texts["intro"])
    with gr.Row(equal_height=False):
        choices = [
            (texts["days"].format(n=period) if period.isdigit() else texts[period or "ever"], period) for period in PERIODS
        ]
        period = gr.Dropdown(choices, value="", label=texts["period"], info=texts["period_hint"])
        button = gr.Button(texts["read"], variant="primary")
    notes = gr.Markdown()
    columns: dict[str, Any] = {"x": texts["aspect"], "y": texts["number"], "color": texts["label"], "height": 320}
    colours = dict(zip((texts[label] for label in LABELS), ("#c2410c", "#94a3b8", "#15803d"), strict=True))
    bars = gr.BarPlot(title=texts["aspects"], color_map=colours, sort="-y", x_label_angle=-40, visible=False, **columns)
    wanted = gr.Dropdown([(texts["all"], "")], value="", label=texts["of"], info=texts["of_hint"])
    table = listing(texts, {"kind": 15, "found": 75, "quotes": 10}, height=420)
    quotes = gr.HTML()
    question = gr.Textbox(label=texts["question"], max_length=300)
    answer = gr.Textbox(label=texts["answer"], placeholder=texts["answer_hint"], lines=3, max_length=4000)
    with gr.Row():
        names = ("propose", "listing", "draft", "supplier")
        propose, mend, draft, tell = (gr.Button(texts[name]) for name in names)
    enabled_by([question, answer], [propose])
    done = gr.HTML()
    paper = gr.DownloadButton(texts["paper"], visible=False)
    told, items, item = gr.State({}), gr.State([]), gr.State({})
    private: dict[str, Any] = {"api_visibility": "private"}
    button.click(read, period, [notes, bars, told, wanted, table, items, paper], show_progress_on=table, **private)
    wanted.input(listed, [told, wanted], [table, items], show_progress="hidden", **private)
    table.select(opened, items, [quotes, question, item, done], show_progress="hidden", **private)
    for button in (mend, draft, tell):
        button.interactive = False
    for chosen_anew in (item.change, wanted.change):
        chosen_anew(actions.offered, [item, wanted], [mend, draft, tell], show_progress="hidden", **private)
    propose.click(actions.propose, [question, answer], done, **private)
    mend.click(actions.listing, [item, wanted], done, **private)
    draft.click(actions.draft, [item, wanted], done, **private)
    tell.click(actions.note, [told, item, wanted], done, **private)


def _bars(told: Json, operator: Operator) -> pd.DataFrame:
    texts = operator.texts
    rows = [(aspect["name"], texts[label], aspect[label]) for aspect in told["aspects"][:14] for label in LABELS]
    return pd.DataFrame(rows, columns=[texts["aspect"], texts["label"], texts["number"]])


def _said(told: Json) -> list[int]:
    """How often each aspect is spoken of: the heights of the bars."""
    return [sum(aspect[label] for label in LABELS) for aspect in told["aspects"]]


def _items(told: Json, texts: dict[str, str]) -> list[Json]:
    """First what hurts, then what is wished for and what changed, then each aspect and topic."""
    found = [_pain_point(point, texts) for point in told["pain_points"][:SHOWN]]
    found += [{"kind": texts["wishes"], **wish} for wish in told["wishes"][:SHOWN]]
    compared = told["compared"]["aspects"] if told["compared"] else ()
    found += [{"kind": texts["changes"], **each} for each in compared if each["clear"]]
    found += [{"kind": texts["changes"], **change} for change in told["changes"][:SHOWN]]
    before = {(each["id"], each["label"]): each["before"] for each in compared}
    found += [_aspect(aspect, texts["shop"], texts, before if told["compared"] else None) for aspect in told["aspects"]]
    return [*found, *({"kind": texts["topic"], **topic, "text": topic["name"]} for topic in told["topics"])]


def _pain_point(point: Json, texts: dict[str, str]) -> Json:
    question = texts["expect"].format(aspect=point["aspect"], of=point["of"])
    return {**point, "kind": texts["pain_points"], "question": question}


def _aspect(aspect: Json, of: str, texts: dict[str, str], before: Mapping[tuple[str, str], int] | None = None) -> Json:
    """An aspect's line; ``before`` has how many praised and blamed it in the days before, where there are such."""
    both = {name: [*aspect["blame"][name], *aspect["praise"][name]] for name in ("quotes", "ids")}
    counted = " · ".join(f"{texts[label]} {aspect[label]}" for label in LABELS)
    if before is not None:
        earlier = " · ".join(f"{texts[label]} {before.get((aspect['id'], label), 0)}" for label in ("negative", "positive"))
        counted += texts["earlier"].format(counted=earlier)
    question = texts["expect"].format(aspect=aspect["name"], of=of)
    text = texts["pair"].format(name=aspect["name"], value=counted)
    sku = aspect["blame"]["sku"] or aspect["praise"]["sku"]
    return {"kind": texts["aspect"], "text": text, "offers": aspect["offers"], "question": question, "sku": sku, **both}


def _opened(item: Json) -> str:
    quotes = "".join(f"<blockquote>{escape(q['text'])} <small>{escape(q['id'])}</small></blockquote>" for q in item["quotes"])
    offers = "".join(f"<li>{escape(offer['text'])}</li>" for offer in item["offers"])
    return f"<h4>{escape(item['text'])}</h4>{quotes}<ul>{offers}</ul>"
