"""The console's page of gaps: what customers asked in vain, and the entries that close it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any

import gradio as gr

from bot.console.operator import Operator, shown_refusals
from bot.learning.gaps import Gap, answered_by_person
from bot.store.entries import Entry
from bot.store.users import User
from bot.types import LanguageCode

DAYS = (7, 30, 90)
WORDINGS = 8
Known = tuple[str, datetime]
Turns = Sequence[Sequence[Any]]


class GapDesk:
    """What the page's lists and buttons do. An entry that is open is known by its id and when it was last changed."""

    def __init__(self, operator: Operator) -> None:
        self._operator, self._texts, self._admin = operator, operator.texts, operator.shopdesk.admin

    def listed(self, days: int) -> tuple[Any, ...]:
        """The gaps as a table and as they are, the entries as a table, and a note."""
        found = self._admin.gaps(int(days))
        missed = self._admin.missed_since(int(days))
        entries = [_entry_row(entry, missed.get(entry.id), self._texts) for entry in self._admin.entries.all()]
        return [_gap_row(gap, self._texts) for gap in found], found, entries, self._texts["pick" if found else "none"]

    def gap(self, found: Sequence[Gap], event: gr.SelectData) -> tuple[Any, ...]:
        """The form for a new entry that closes the gap chosen; what a person answered there is its draft."""
        gap = found[int(event.index[0])]
        draft = answered_by_person(gap, self._operator.shopdesk.handovers.events) or ""
        return None, gap.question, draft, gap.language, _about(self._operator, gap), _asked_in(gap)

    def entry(self, event: gr.SelectData) -> tuple[Any, ...]:
        """The form with the entry chosen."""
        entry = self._admin.entries.all()[int(event.index[0])]
        asked = [list(turn) for turn in entry.asked_in]
        return (entry.id, entry.changed_at), entry.question, entry.answer, entry.language, "", asked

    def propose(
        self, known: Known | None, question: str, answer: str, language: LanguageCode, asked: Turns, days: int,
        request: gr.Request,
    ) -> tuple[Any, ...]:  # fmt: skip
        """Keeps what is written, for somebody to approve."""
        user = self._operator.user(request, "editor")
        with shown_refusals():
            entry = self._kept(known, question, answer, language, asked, user.name)
        return self._done("faq proposed", "saved", user, entry, days)

    def approve(
        self, known: Known | None, question: str, answer: str, language: LanguageCode, asked: Turns, days: int,
        request: gr.Request,
    ) -> tuple[Any, ...]:  # fmt: skip
        """Keeps what is written and gives it to customers."""
        user = self._operator.user(request, "editor")
        with shown_refusals():
            kept = self._kept(known, question, answer, language, asked, user.name)
            entry = self._admin.entries.approve(kept.id, user.name)
        return self._done("faq approved", "published", user, entry, days)

    def withdraw(self, known: Known | None, days: int, request: gr.Request) -> tuple[Any, ...]:
        """Takes the open entry away from customers."""
        user = self._operator.user(request, "editor")
        if known is None:
            raise gr.Error(self._texts["choose_entry"], print_exception=False)
        with shown_refusals():
            entry = self._admin.entries.withdraw(known[0], user.name)
        return self._done("faq withdrawn", "taken_back", user, entry, days)

    def _kept(
        self, known: Known | None, question: str, answer: str, language: LanguageCode, asked: Turns, author: str
    ) -> Entry:
        if known is not None:
            return self._admin.entries.change(known[0], question, answer, known[1])
        turns = [(str(conversation), int(turn)) for conversation, turn in asked]
        return self._admin.entries.propose(question, answer, language, author, turns)

    def _done(self, action: str, told: str, user: User, entry: Entry, days: int) -> tuple[Any, ...]:
        self._operator.record(user, action, entry=entry.id, question=entry.question)
        gr.Info(self._texts[told])
        return (entry.id, entry.changed_at), *self.listed(days)


def gaps_page(operator: Operator, console: gr.Blocks) -> None:
    """The page, inside a tab of ``console``."""
    texts, desk = operator.texts, GapDesk(operator)
    gr.Markdown(texts["intro"])
    with gr.Row():
        days = gr.Dropdown([(texts["days"].format(n=n), n) for n in DAYS], value=30, label=texts["period"])
        refresh = gr.Button(texts["refresh"], scale=0)
    found, known, asked = gr.State([]), gr.State(None), gr.State([])
    gap_headers = [texts[name] for name in ("question", "asked", "cost", "failures")]
    table = gr.Dataframe(headers=gap_headers, interactive=False, wrap=True, max_height=320)
    note = gr.Markdown()
    with gr.Row():
        with gr.Column(scale=3):
            question = gr.Textbox(label=texts["question"], max_length=300)
            answer = gr.Textbox(label=texts["answer"], placeholder=texts["answer_hint"], lines=5, max_length=4000)
            language = gr.Radio([("中文", "zh"), ("English", "en")], value=operator.language, label=texts["language"])
            with gr.Row():
                propose = gr.Button(texts["propose"])
                approve = gr.Button(texts["approve"], variant="primary")
                withdraw = gr.Button(texts["withdraw"])
        about = gr.HTML()
    gr.Markdown(f"### {texts['entries']}")
    entry_headers = [texts[name] for name in ("question", "answer", "state", "after", "author", "approved_by")]
    entries = gr.Dataframe(headers=entry_headers, interactive=False, wrap=True, max_height=320)
    lists = [table, found, entries, note]
    form = [known, question, answer, language, about, asked]
    private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    for trigger in (console.load, days.change, refresh.click):
        trigger(desk.listed, days, lists, **private)
    table.select(desk.gap, found, form, **private)
    entries.select(desk.entry, None, form, **private)
    written = [known, question, answer, language, asked, days]
    propose.click(desk.propose, written, [known, *lists], **private)
    approve.click(desk.approve, written, [known, *lists], **private)
    withdraw.click(desk.withdraw, [known, days], [known, *lists], **private)


def _about(operator: Operator, gap: Gap) -> str:
    """How customers put it, and what the knowledge base has that is nearest."""
    texts = operator.texts
    wordings = list(dict.fromkeys(miss.question for miss in gap.misses))[:WORDINGS]
    items = "".join(f"<li>{escape(wording)}</li>" for wording in wordings)
    nearest = operator.shopdesk.search(gap.question, 1)
    passage = f"<p>{escape(nearest[0]['source'])}: {escape(nearest[0]['text'][:400])}</p>" if nearest else ""
    heading = f"<h4>{escape(texts['nearest'])}</h4>{passage}" if passage else ""
    return f'<div class="about"><h4>{escape(texts["wordings"])}</h4><ul>{items}</ul>{heading}</div>'


def _asked_in(gap: Gap) -> list[list[Any]]:
    return [[miss.conversation, miss.turn] for miss in gap.misses]


def _gap_row(gap: Gap, texts: Mapping[str, str]) -> list[Any]:
    failures = Counter(miss.failure for miss in gap.misses)
    told = ", ".join(f"{texts[name]}: {number}" for name, number in failures.most_common())
    return [gap.question, len(gap.misses), f"{gap.cost:g}", told]


def _entry_row(entry: Entry, missed: int | None, texts: Mapping[str, str]) -> list[Any]:
    since = "" if missed is None else missed
    return [entry.question, entry.answer, texts[entry.state], since, entry.author, entry.approved_by or ""]
