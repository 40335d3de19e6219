"""The console's page of marketing texts: written in variants, shown with what was taken out and why, edited, approved."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any, Literal, get_args

from bot.console.editing import change_settings, stamp_of
from bot.console.enabling import enabled_by, offered
from bot.console.listing import listing
from bot.console.operator import Operator, showings
from bot.console.toolkit import gr
from bot.marketing.copy.desk import CopyText, State, difference
from bot.marketing.copy.request import Kind, copy_request
from bot.settings import FILE
from bot.types import LanguageCode

MOST_PRODUCTS = 50
TAGS = {"same": "{}", "removed": "<del>{}</del>", "added": "<ins>{}</ins>"}


class CopyPage:
    """What the page's lists and buttons do; an open text is known by its number."""

    def __init__(self, operator: Operator) -> None:
        self._operator, self._texts, self._shopdesk = operator, operator.texts, operator.shopdesk

    def products(self, words: str, language: LanguageCode) -> Any:
        """The products whose title or SKU has the words."""
        wanted, found = words.strip().lower(), list[tuple[str, str]]()
        for product in self._shopdesk.insight.catalogue.all(language):
            if wanted in f"{product.title} {product.sku}".lower():
                found.append((product.title + self._texts["aside"].format(words=product.sku), product.sku))
            if len(found) == MOST_PRODUCTS:
                break
        told = self._texts["product_hint" if found else "no_product"]
        return gr.Dropdown(choices=found, value=found[0][1] if found else None, info=told)

    def listed(self, state: State | None) -> tuple[list[list[Any]], list[int]]:
        """The texts kept, newest first, and their numbers."""
        texts = self._shopdesk.promotion.copywriting.all(state or None)
        return [self._row(text) for text in texts], [text.id for text in texts]

    def own_words(self) -> tuple[str, str]:
        """The owner's forbidden words, and the stamp of the file that they stand in."""
        settings = self._shopdesk.settings
        return settings.forbidden_words or "", stamp_of(settings.data, FILE)

    def write(
        self, sku: str | None, kind: Kind, language: LanguageCode, audience: str, tone: str, length: str,
        discount: float | None, until: str, variants: float, state: State | None, request: gr.Request,
    ) -> tuple[Any, ...]:  # fmt: skip
        """Writes variants, and opens the first."""
        user = self._operator.user(request, "editor")
        if not sku:
            raise self._operator.refusal(self._texts["choose_product"])
        given = {
            "sku": sku, "kind": kind, "language": language, "audience": audience.strip(), "tone": tone, "length": length,
            "discount": int(discount) if discount else None, "until": until.strip() or None, "variants": int(variants),
        }  # fmt: skip
        with self._operator.refusals():
            texts = self._shopdesk.promotion.copywriting.write(copy_request(given))
        self._operator.record(user, "copy written", sku=sku, kind=kind, texts=[text.id for text in texts])
        shown = "".join(self._shown(text) for text in texts)
        return (shown, *self._form(texts[0]), *self.listed(state))

    def opened(self, numbers: Sequence[int], event: gr.SelectData) -> tuple[Any, ...]:
        """The form with the text chosen, and what was changed in it."""
        with self._operator.refusals():
            text = self._shopdesk.promotion.copywriting.find(numbers[int(event.index[0])])
        return self._shown(text), *self._form(text)

    def edit(self, number: int | None, written: str, state: State | None, request: gr.Request) -> tuple[Any, ...]:
        """Puts what a person wrote in place of a draft, checked like the writer's."""
        user = self._operator.user(request, "editor")
        with self._operator.refusals():
            text = self._shopdesk.promotion.copywriting.edit(self._draft(number).id, written, user.name)
        self._operator.record(user, "copy edited", text=text.id)
        gr.Info(self._texts["edited"])
        return (self._shown(text), *self._form(text), *self.listed(state))

    def approve(self, number: int | None, state: State | None, request: gr.Request) -> tuple[Any, ...]:
        """Lets a draft be published."""
        return self._decided(number, "approved", state, request)

    def reject(self, number: int | None, state: State | None, request: gr.Request) -> tuple[Any, ...]:
        """Puts a draft aside."""
        return self._decided(number, "rejected", state, request)

    def save_words(self, words: str, stamp: str, request: gr.Request) -> tuple[str, str]:
        """Keeps the owner's forbidden words, which count from the next text on."""
        user = self._operator.user(request, "owner")
        given = {"forbidden_words": words.strip() or None}
        with self._operator.refusals():
            change_settings(self._shopdesk.settings, given, stamp)
        self._operator.record(user, "settings saved", changed=given)
        gr.Info(self._texts["words_saved"])
        return self.own_words()

    def _decided(
        self, number: int | None, decision: Literal["approved", "rejected"], state: State | None, request: gr.Request
    ) -> tuple[Any, ...]:
        user = self._operator.user(request, "editor")
        with self._operator.refusals():
            text = self._shopdesk.promotion.copywriting.decide(self._draft(number).id, decision, user.name)
        self._operator.record(user, "copy approved" if decision == "approved" else "copy rejected", text=text.id)
        gr.Info(self._texts[f"{decision}_told"])
        return (self._shown(text), *self._form(text), *self.listed(state))

    def offered(self, number: int | None) -> tuple[gr.Button, ...]:
        """What can be done with the open text: a draft is edited, approved and rejected, once."""
        able = number is not None and self._shopdesk.promotion.copywriting.find(number).state == "draft"
        return offered(able, able, able)

    def _draft(self, number: int | None) -> CopyText:
        if number is None:
            raise self._operator.refusal(self._texts["choose_text"])
        text = self._shopdesk.promotion.copywriting.find(number)
        if text.state != "draft":
            told = self._texts["decided"].format(number=number, state=self._texts[text.state])
            raise self._operator.refusal(told)
        return text

    def _form(self, text: CopyText) -> tuple[Any, ...]:
        return text.id, gr.Textbox(value=text.text, label=self._texts["open"].format(number=text.id))

    def _row(self, text: CopyText) -> list[Any]:
        told = self._texts
        return [text.id, told[text.state], told[text.kind], text.sku, told[text.language], text.text, text.approved_by or ""]

    def _shown(self, text: CopyText) -> str:
        """One text with what was taken out of it and put into it, and why."""
        told = self._texts
        words = "".join(TAGS[kind].format(escape(part)) for kind, part in difference(text.written, text.text))
        reasons = "".join(
            f"<li><del>{escape(one.text)}</del> → <ins>{escape(one.replacement or told['taken_out'])}</ins>: "
            f"{escape(one.reason)}</li>"
            for one in text.findings
        )
        writer = told["builtin"] if text.writer == "builtin" else text.writer
        head = f"{text.id} · {told[text.kind]} · {text.sku} · {told[text.state]} · {writer}"
        found = f"<ul>{reasons}</ul>" if reasons else f'<span class="note">{escape(told["unchanged"])}</span>'
        return f'<div class="difference"><span class="note">{escape(head)}</span><p>{words}</p>{found}</div>'


def copy_page(operator: Operator, console: gr.Blocks) -> None:
    """The page, inside a tab of ``console``."""
    texts, desk = operator.texts, CopyPage(operator)
    intro = gr.Markdown(texts["intro"])
    request = _request(operator)
    write = gr.Button(texts["write"], variant="primary")
    shown = gr.HTML()
    number, numbers, stamp = gr.State(None), gr.State([]), gr.State("")
    text = gr.Textbox("", label=texts["none_open"], lines=4, max_lines=20, max_length=4000)
    with gr.Row():
        edit = gr.Button(texts["edit"], interactive=False)
        approve = gr.Button(texts["approve"], variant="primary", interactive=False)
        reject = gr.Button(texts["reject"], interactive=False)
    states = [(texts["all"], ""), *((texts[name], name) for name in get_args(State))]
    state = gr.Dropdown(states, value="", label=texts["history"])
    table = listing(texts, {"number": 7, "state": 10, "kind": 12, "sku": 13, "language": 9, "text": 39, "by": 10})
    with gr.Row():
        words = gr.Textbox("", label=texts["own_words"], info=texts["own_words_hint"], max_length=2000)
        save = gr.Button(texts["save_words"], scale=0)
    lists, form = [table, numbers], [shown, number, text]
    private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    search, sku, language = request[0], request[1], request[3]
    for trigger in (console.load, search.change, language.change):
        trigger(desk.products, [search, language], sku, trigger_mode="always_last", **private)
    for trigger in (*showings(console, intro), state.input):
        trigger(desk.listed, state, lists, **private)
    console.load(desk.own_words, None, [words, stamp], **private)
    write.click(
        desk.write, [*request[1:], state], [*form, *lists], **{**private, "show_progress": "minimal"}, show_progress_on=shown
    )
    table.select(desk.opened, numbers, form, **private)
    shown.change(desk.offered, number, [edit, approve, reject], **private)
    enabled_by([sku], [write])
    edit.click(desk.edit, [number, text, state], [*form, *lists], **private)
    approve.click(desk.approve, [number, state], [*form, *lists], **private)
    reject.click(desk.reject, [number, state], [*form, *lists], **private)
    save.click(desk.save_words, [words, stamp], [words, stamp], **private)


def _request(operator: Operator) -> list[Any]:
    """The fields of what is to be written; the words to find the product by are the first."""
    texts = operator.texts
    with gr.Row():
        search = gr.Textbox("", label=texts["search"], placeholder=texts["search_hint"])
        sku = gr.Dropdown([], label=texts["product"])
    with gr.Row():
        kind = gr.Dropdown([(texts[name], name) for name in get_args(Kind)], value="introduction", label=texts["kind"])
        languages = [(texts[name], name) for name in get_args(LanguageCode)]
        language = gr.Dropdown(languages, value=operator.language, label=texts["language"])
        tone = gr.Dropdown([(texts[name], name) for name in ("friendly", "formal")], value="friendly", label=texts["tone"])
        length = gr.Dropdown([(texts[name], name) for name in ("short", "long")], value="long", label=texts["length"])
    with gr.Row():
        audience = gr.Textbox("", label=texts["audience"], max_length=60)
        discount = gr.Number(None, label=texts["discount"], minimum=0, maximum=90, precision=0)
        until = gr.Textbox("", label=texts["until"], placeholder="2026-12-31", max_length=10)
        variants = gr.Slider(1, 10, value=3, step=1, label=texts["variants"])
    return [search, sku, kind, language, audience, tone, length, discount, until, variants]
