"""The console's page of customers: who they are, and one's profile with where it comes from, to correct, give out and erase."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from bot.console.enabling import enabled_by
from bot.console.listing import listing
from bot.console.operator import Operator
from bot.console.rendering import text_html
from bot.console.toolkit import gr
from bot.errors import InputError
from bot.marketing.reports.charts import svg
from bot.privacy.sheet import sheet, titles
from bot.shop.profile.model import CORRECTABLE, CustomerProfile, Trait

SHOWN = 200
Told = dict[str, Any]
"""What was read: the overview as plain JSON types, with each customer's name and e-mail address."""


class CustomersPage:
    """What the page's lists and buttons do."""

    def __init__(self, operator: Operator) -> None:
        self._operator, self._texts, self._shopdesk = operator, operator.texts, operator.shopdesk

    def read(self) -> tuple[Told, str, Any, Any]:
        """All customers as of now; the notes with the map, and the choices of stage and segment."""
        insight, texts = self._shopdesk.insight, self._texts
        overview = insight.customers(self._operator.language)
        told, known = overview.to_dict(), insight.contacts()
        for one in told["customers"]:
            one["name"], one["email"] = known.get(one["id"], ("", ""))
        drawing = overview.map()
        notes = "".join(map(text_html, told["notes"])) + _table(overview.calibration())
        stages = [
            (texts[stage] + texts["aside"].format(words=count), stage) for stage, count in told["stages"].items() if count
        ]
        segments = [(each["name"] + texts["aside"].format(words=each["customers"]), each["id"]) for each in told["segments"]]
        return (
            told,
            f'<div class="note">{notes}</div>{svg(drawing) if drawing is not None else ""}',
            gr.Dropdown([(texts["all"], ""), *stages], value=""),
            gr.Dropdown([(texts["all"], ""), *segments], value="", visible=bool(segments)),
        )

    def listed(self, told: Told, words: str, stage: str, segment: int | str) -> tuple[list[list[Any]], list[str]]:
        """The customers whose id, name or e-mail address has the words in it, of a stage and a segment, biggest first."""
        names = {each["id"]: each["name"] for each in told.get("segments", ())}
        wanted = words.strip().casefold()
        found = [
            one
            for one in told.get("customers", ())
            if (not wanted or wanted in f"{one['id']} {one['name']} {one['email']}".casefold())
            and stage in ("", one["stage"])
            and segment in ("", one["segment"])
        ]
        found.sort(key=lambda one: (-one["spent"], one["id"]))
        rows = [
            [
                one["id"], one["name"], self._texts[one["stage"]], names.get(one["segment"], ""), one["orders"],
                f"{one['spent']:,.2f}", _tags(one), "" if one["leaves"] is None else f"{one['leaves']:.0%}",
            ]
            for one in found[:SHOWN]
        ]  # fmt: skip
        return rows, [one["id"] for one in found[:SHOWN]]

    def opened(self, customers: Sequence[str], event: gr.SelectData) -> tuple[Any, ...]:
        """The customer chosen, with their profile."""
        return self.shown(customers[int(event.index[0])])

    def shown(self, customer: str) -> tuple[Any, ...]:
        """The customer, their profile as HTML, whether it may be used, and what is shown beside it."""
        profile = self._shopdesk.profiles.of(customer)
        name, _ = self._shopdesk.insight.contacts().get(customer, ("", ""))
        return customer, _profile(profile, name, self._texts), gr.Checkbox(value=profile.consent), gr.Column(visible=True), ""

    def corrected(self, customer: str, name: str, value: str, request: gr.Request, holds: bool = True) -> tuple[Any, ...]:
        """Keeps what the customer says of themselves, or that something is not so."""
        user = self._operator.user(request, "editor")
        with self._operator.refusals():
            self._shopdesk.profiles.correct(self._chosen(customer), name, value, holds)
        self._operator.record(user, "profile corrected", name=name, holds=holds)
        return self.shown(customer)

    def denied(self, customer: str, name: str, value: str, request: gr.Request) -> tuple[Any, ...]:
        """Keeps that something is not so."""
        return self.corrected(customer, name, value, request, holds=False)

    def agreed(self, customer: str, consent: bool, request: gr.Request) -> tuple[Any, ...]:
        """Keeps whether the customer agrees to the profile's use, as they told the shop."""
        user = self._operator.user(request, "editor")
        with self._operator.refusals():
            self._shopdesk.profiles.consent(self._chosen(customer), consent)
        self._operator.record(user, "profile consent", consent=consent)
        return self.shown(customer)

    def exported(self, customer: str, request: gr.Request) -> str:
        """Links that save all that is kept on the customer; they hold the data, so no file of it stays on the server."""
        user = self._operator.user(request, "editor")
        with self._operator.refusals():
            found = self._shopdesk.keeper.export(self._chosen(customer), user.name)
        counts = self._counted({name: len(rows) for name, rows in found.items()})
        words = sheet(customer, found, self._operator.language)
        to_read = _saved("customer.txt", "text/plain;charset=utf-8", words, self._texts["read_it"])
        for_programs = json.dumps(found, ensure_ascii=False, indent=1)
        links = f"{to_read} · {_saved('customer.json', 'application/json', for_programs, self._texts['save'])}"
        return f"<p>{links}{escape(self._texts['aside'].format(words=counts))}</p>"

    def erased(self, customer: str, typed: str, request: gr.Request) -> tuple[str, Any]:
        """Erases all that is kept on the customer, whose id was typed once more."""
        user = self._operator.user(request, "owner")
        with self._operator.refusals():
            if typed.strip() != self._chosen(customer):
                raise InputError(self._texts["type_id"])
            counts = self._shopdesk.keeper.erase(customer, user.name)
        return f"<p>{escape(self._texts['erased'].format(counts=self._counted(counts)))}</p>", gr.Column(visible=False)

    def _counted(self, counts: Mapping[str, int]) -> str:
        """How many rows there are of what is kept, each by the page's word for it."""
        named = titles(self._operator.language)
        return self._texts["comma"].join(f"{named[name]} {count}" for name, count in counts.items())

    def _chosen(self, customer: str) -> str:
        if not customer:
            raise InputError(self._texts["choose"])
        return customer


def customers_page(operator: Operator, console: gr.Blocks) -> None:
    """The page, inside a tab of ``console``; reading is started by a button, since grouping takes a while."""
    texts, desk = operator.texts, CustomersPage(operator)
    gr.Markdown(texts["intro"])
    read = gr.Button(texts["read"], variant="primary")
    with gr.Row():
        words = gr.Textbox(label=texts["search"], placeholder=texts["search_hint"], max_length=100)
        stage = gr.Dropdown([(texts["all"], "")], value="", label=texts["stage"])
        segment = gr.Dropdown([(texts["all"], "")], value="", label=texts["segment"], visible=False)
    widths = {"id": 11, "name": 14, "stage": 12, "segment": 27, "orders": 8, "spent": 9, "tags": 11, "leaves": 8}
    table = listing(texts, widths, height=360)
    told, ids, customer = gr.State({}), gr.State([]), gr.State("")
    with gr.Column(visible=False) as one:
        profile = gr.HTML()
        consent = gr.Checkbox(label=texts["consent"])
        with gr.Row():
            name = gr.Dropdown([(texts[each], each) for each in CORRECTABLE], value="interest", label=texts["trait"])
            value = gr.Textbox(label=texts["value"], info=texts["forms"], max_length=100)
            keep, deny = gr.Button(texts["keep"]), gr.Button(texts["deny"])
            enabled_by([value], [keep, deny])
        with gr.Row():
            export = gr.Button(texts["export"])
            typed = gr.Textbox(label=texts["erase_hint"], max_length=200)
            erase = gr.Button(texts["erase"], variant="stop")
            enabled_by([typed], [erase])
    result, overview = gr.HTML(), gr.HTML()
    private: dict[str, Any] = {"api_visibility": "private"}
    shown = [customer, profile, consent, one, result]
    lists = ([told, words, stage, segment], [table, ids])
    read.click(desk.read, None, [told, overview, stage, segment], **private).then(desk.listed, *lists, **private)
    for trigger in (words.submit, stage.input, segment.input):
        trigger(desk.listed, *lists, **private)
    table.select(desk.opened, ids, shown, **private)
    keep.click(desk.corrected, [customer, name, value], shown, **private)
    deny.click(desk.denied, [customer, name, value], shown, **private)
    consent.input(desk.agreed, [customer, consent], shown, **private)
    export.click(desk.exported, customer, result, **private)
    gone = erase.click(desk.erased, [customer, typed], [result, one], **private)
    gone.success(desk.read, None, [told, overview, stage, segment], **private).then(desk.listed, *lists, **private)


def _saved(name: str, kind: str, data: str, words: str) -> str:
    """A link that saves the data under the name."""
    return f'<a download="{name}" href="data:{kind};base64,{base64.b64encode(data.encode()).decode()}">{escape(words)}</a>'


def _tags(one: Told) -> str:
    """A customer's tags, or the one that is suggested with its probability."""
    hint = one["suggested_tag"]
    return f"{hint['tag']}? {hint['probability']:.0%}" if hint else ", ".join(one["tags"])


def _table(rows: Sequence[Sequence[str]]) -> str:
    """Rows as HTML, the first of them a heading; "" without any."""
    lines = [
        "".join(f"<{cell}>{escape(text)}</{cell}>" for text in row)
        for row, cell in zip(rows, ("th", *("td" for _ in rows)), strict=False)
    ]
    return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>" if lines else ""


def _value(trait: Trait, texts: Mapping[str, str]) -> str:
    """What the trait says, as the page puts it: a mood by its word, the middle of what was paid by its own."""
    if trait.name == "sentiment":
        return texts.get(f"feels_{trait.value}", trait.value)
    if trait.name != "budget":
        return trait.value
    paid, _, median = trait.value.partition(" (median ")
    return paid + texts["aside"].format(words=f"{texts['median']} {median.rstrip(')')}") if median else paid


def _profile(profile: CustomerProfile, name: str, texts: Mapping[str, str]) -> str:
    sources = [texts["comma"].join(texts[f"from_{source}"] for source in trait.sources) for trait in profile.traits]
    rows = "".join(
        f"<tr><td>{escape(texts[trait.name])}</td><td>{escape(_value(trait, texts))}</td><td>{trait.weight:.1f}</td>"
        f"<td>{escape(come_from)}</td><td>{trait.seen or ''}</td></tr>"
        for trait, come_from in zip(profile.traits, sources, strict=True)
    )
    heads = "".join(f"<th>{escape(texts[name])}</th>" for name in ("trait", "value", "weight", "sources", "seen"))
    denied = texts["comma"].join(f"{texts[name]} {value}" for name, value in profile.denied)
    parts = [
        f"<h3>{escape(name + texts['aside'].format(words=profile.customer) if name else profile.customer)}</h3>",
        f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
        if rows
        else f"<p>{escape(texts['nothing'])}</p>",
        f"<p>{escape(texts['denied'].format(values=denied))}</p>" if denied else "",
    ]
    return "".join(parts)
