"""The console's page of gaps: what customers asked in vain, and the entries that close it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any, get_args

from bot.console.differences import differences
from bot.console.enabling import enabled_by
from bot.console.listing import in_short, listing
from bot.console.operator import LANGUAGES, Operator, showings
from bot.console.toolkit import gr
from bot.errors import InputError
from bot.learning.drafting import Draft, Way
from bot.learning.gaps import Gap, entry_of
from bot.store.entries import Drafted, Entry
from bot.store.users import User
from bot.types import LanguageCode

DAYS = (7, 30, 90)
WORDINGS, LONGEST = 8, 160
Known = tuple[str, datetime]
Words = list[str]
Turns = Sequence[Sequence[Any]]


class GapDesk:
    """What the page's lists and buttons do. An entry that is open is known by its id and when it was last changed."""

    def __init__(self, operator: Operator) -> None:
        self._operator, self._texts, self._admin = operator, operator.texts, operator.shopdesk.admin

    def listed(self, days: int) -> tuple[Any, ...]:
        """The gaps as a table and as they are, the entries as a table, and a note."""
        found = self._admin.gaps(int(days))
        missed = self._admin.missed_since(int(days))
        entries = self._admin.entries.all()
        gaps = [_gap_row(gap, entry_of(gap, entries), missed, self._texts) for gap in found]
        rows = [_entry_row(entry, missed.get(entry.id), self._texts) for entry in entries]
        return gaps, found, rows, self._texts["pick"] if found else ""

    def gap(self, found: Sequence[Gap], event: gr.SelectData) -> tuple[Any, ...]:
        """The form for a new entry that closes the gap chosen."""
        gap = found[int(event.index[0])]
        form = None, gap.question, "", gap.language, _about(self._operator, gap), _asked_in(gap), None, "", ""
        return *form, *_offered(None)

    def drafting(self, way: Way) -> Callable[..., tuple[Any, ...]]:
        """:meth:`draft` in one way, as a function whose parameters Gradio can count."""

        def draft(question: str, language: LanguageCode, asked: Turns, request: gr.Request) -> tuple[Any, ...]:
            return self.draft(way, question, language, asked, request)

        return draft

    def draft(self, way: Way, question: str, language: LanguageCode, asked: Turns, request: gr.Request) -> tuple[Any, ...]:
        """An answer to look at, what it was drafted from, and a note on that."""
        self._operator.user(request, "editor")
        if not question.strip():
            raise self._operator.refusal(self._texts["no_question"])
        drafter = self._admin.drafter(self._operator.shopdesk.handovers.events)
        draft = drafter.draft(way, question.strip(), language, _turns(asked))
        if draft is None:
            raise self._operator.refusal(self._texts["no_draft"])
        return draft.answer, draft.drafted, _note(draft, way, self._texts)

    def entry(self, event: gr.SelectData) -> tuple[Any, ...]:
        """The form with the entry chosen."""
        entry = self._admin.entries.all()[int(event.index[0])]
        asked = [list(turn) for turn in entry.asked_in]
        form = (entry.id, entry.changed_at), entry.question, entry.answer, entry.language, "", asked, None, "", ""
        return *form, *_offered(entry)

    def preview(
        self, known: Known | None, question: str, answer: str, language: LanguageCode, asked: Turns, request: gr.Request
    ) -> tuple[str, Words, gr.Button]:
        """Past questions as they are answered now and with what is written, which may be published from then on."""
        self._operator.user(request, "editor")
        with self._operator.refusals():
            entry = self._admin.entries.get(known[0]) if known is not None else None
            spoken = entry.language if entry is not None else language
            tried = self._operator.shopdesk.entry_trials.of(entry, question, answer, spoken, _turns(asked))
        shown = differences(tried.replayed, self._operator.language, tried.remembered)
        return shown, _words(question, answer, language), gr.Button(interactive=True)

    def propose(
        self, known: Known | None, question: str, answer: str, language: LanguageCode, asked: Turns, drafted: Drafted | None,
        days: int, request: gr.Request,
    ) -> tuple[Any, ...]:  # fmt: skip
        """Keeps what is written, for somebody to approve; a live entry has no second text that could wait for it."""
        user = self._operator.user(request, "editor")
        with self._operator.refusals():
            if known is not None and self._admin.entries.get(known[0]).state == "live":
                raise InputError(self._texts["is_live"])
            entry = self._kept(known, question, answer, language, asked, drafted, user.name)
        return self._done("faq proposed", self._texts["saved"], user, entry, days)

    def approve(
        self, known: Known | None, previewed: Words | None, question: str, answer: str, language: LanguageCode, asked: Turns,
        drafted: Drafted | None, days: int, request: gr.Request,
    ) -> tuple[Any, ...]:  # fmt: skip
        """Keeps what was previewed and gives it to customers; tells how many of the ways to ask it find the entry now."""
        user = self._operator.user(request, "editor")
        if previewed != _words(question, answer, language):
            raise self._operator.refusal(self._texts["preview_first"])
        with self._operator.refusals():
            kept = self._kept(known, question, answer, language, asked, drafted, user.name)
            entry = self._admin.entries.approve(kept.id, user.name)
        turns = set(entry.asked_in)
        misses = (miss for gap in self._admin.gaps(int(days)) for miss in gap.misses)
        ways = list(dict.fromkeys(miss.question for miss in misses if (miss.conversation, miss.turn) in turns))[:WORDINGS]
        found = self._admin.finds(entry, ways)
        told = self._texts["found"].format(found=len(found), all=len(ways)) if ways else self._texts["published"]
        return self._done("faq approved", told, user, entry, days)

    def withdraw(self, known: Known | None, days: int, request: gr.Request) -> tuple[Any, ...]:
        """Takes the open entry away from customers."""
        user = self._operator.user(request, "editor")
        if known is None:
            raise self._operator.refusal(self._texts["choose_entry"])
        with self._operator.refusals():
            entry = self._admin.entries.withdraw(known[0], user.name)
        return self._done("faq withdrawn", self._texts["taken_back"], user, entry, days)

    def undo(self, known: Known | None, days: int, request: gr.Request) -> tuple[Any, ...]:
        """Takes the last publication, change or withdrawal of the open entry back."""
        user = self._operator.user(request, "editor")
        if known is None:
            raise self._operator.refusal(self._texts["choose_entry"])
        with self._operator.refusals():
            entry = self._admin.entries.undo(*known)
        return self._done("faq undone", self._texts["undone"].format(state=self._texts[entry.state]), user, entry, days)

    def _kept(
        self, known: Known | None, question: str, answer: str, language: LanguageCode, asked: Turns, drafted: Drafted | None,
        author: str,
    ) -> Entry:  # fmt: skip
        if known is not None:
            return self._admin.entries.change(known[0], question, answer, known[1], drafted)
        return self._admin.entries.propose(question, answer, language, author, _turns(asked), drafted)

    def _done(self, action: str, told: str, user: User, entry: Entry, days: int) -> tuple[Any, ...]:
        self._operator.record(user, action, entry=entry.id, question=entry.question)
        gr.Info(told)
        return (entry.id, entry.changed_at), *self.listed(days), entry.question, entry.answer, *_offered(entry)


def gaps_page(operator: Operator, console: gr.Blocks) -> None:
    """The page, inside a tab of ``console``."""
    texts, desk = operator.texts, GapDesk(operator)
    intro = gr.Markdown(texts["intro"])
    with gr.Row():
        days = gr.Dropdown([(texts["days"].format(n=n), n) for n in DAYS], value=30, label=texts["period"])
        refresh = gr.Button(texts["refresh"], scale=0)
    found, known, asked, drafted, previewed = gr.State([]), gr.State(None), gr.State([]), gr.State(None), gr.State(None)
    table = listing(texts, {"question": 42, "asked": 8, "cost": 8, "failures": 26, "closed": 16}, "none")
    note = gr.Markdown()
    with gr.Row():
        with gr.Column(scale=3):
            question = gr.Textbox(label=texts["question"], max_length=300)
            gr.Markdown(texts["draft_from"])
            with gr.Row():
                ways = {way: gr.Button(texts[f"draft_{way}"], size="sm") for way in get_args(Way)}
            draft_note = gr.Markdown()
            answer = gr.Textbox(label=texts["answer"], placeholder=texts["answer_hint"], lines=5, max_length=4000)
            language = gr.Radio(
                [(name, code) for code, name in LANGUAGES.items()], value=operator.language, label=texts["language"]
            )
            with gr.Row():
                propose = gr.Button(texts["propose"])
                preview = gr.Button(texts["preview"], variant="primary")
            enabled_by([question], [*ways.values()])
            enabled_by([question, answer], [propose, preview])
            shown = gr.HTML()
            with gr.Row():
                approve = gr.Button(texts["approve"], variant="primary", interactive=False)
                withdraw = gr.Button(texts["withdraw"], interactive=False)
                undo = gr.Button(texts["undo"], interactive=False)
        about = gr.HTML()
    gr.Markdown(f"### {texts['entries']}")
    widths = {"question": 22, "answer": 30, "state": 9, "after": 13, "drafted": 10, "author": 8, "approved_by": 8}
    entries = listing(texts, widths, "empty_entries")
    lists = [table, found, entries, note]
    offered = [shown, previewed, approve, withdraw, undo]
    form = [known, question, answer, language, about, asked, drafted, draft_note, note, *offered]
    done = [known, *lists, question, answer, *offered]
    private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    waiting: dict[str, Any] = {**private, "show_progress": "minimal"}
    for trigger in (*showings(console, intro), days.change, refresh.click):
        trigger(desk.listed, days, lists, **private)
    table.select(desk.gap, found, form, **private)
    entries.select(desk.entry, None, form, **private)
    for way, button in ways.items():
        button.click(desk.drafting(way), [question, language, asked], [answer, drafted, draft_note], **waiting)
    preview.click(desk.preview, [known, question, answer, language, asked], [shown, previewed, approve], **waiting)
    written = [question, answer, language, asked, drafted, days]
    propose.click(desk.propose, [known, *written], done, **private)
    approve.click(desk.approve, [known, previewed, *written], done, **private)
    withdraw.click(desk.withdraw, [known, days], done, **private)
    undo.click(desk.undo, [known, days], done, **private)


def _about(operator: Operator, gap: Gap) -> str:
    """How customers put it, and what the knowledge base has that is nearest."""
    texts = operator.texts
    wordings = list(dict.fromkeys(miss.question for miss in gap.misses))[:WORDINGS]
    items = "".join(f"<li>{escape(in_short(wording, LONGEST))}</li>" for wording in wordings)
    nearest = operator.shopdesk.search(gap.question, 1)
    passage = f"<p>{escape(nearest[0]['source'])}: {escape(nearest[0]['text'][:400])}</p>" if nearest else ""
    heading = f"<h4>{escape(texts['nearest'])}</h4>{passage}" if passage else ""
    return f'<div class="about"><h4>{escape(texts["wordings"])}</h4><ul>{items}</ul>{heading}</div>'


def _offered(entry: Entry | None) -> tuple[Any, ...]:
    """No preview yet, so nothing to publish; what can be done with the open entry."""
    live, undoable = entry is not None and entry.state == "live", entry is not None and entry.undoable
    return "", None, gr.Button(interactive=False), gr.Button(interactive=live), gr.Button(interactive=undoable)


def _words(question: str, answer: str, language: LanguageCode) -> Words:
    return [question.strip(), answer.strip(), language]


def _asked_in(gap: Gap) -> list[list[Any]]:
    return [[miss.conversation, miss.turn] for miss in gap.misses]


def _turns(asked: Turns) -> list[tuple[str, int]]:
    return [(str(conversation), int(turn)) for conversation, turn in asked]


def _note(draft: Draft, way: Way, texts: Mapping[str, str]) -> str:
    """Where the draft comes from, what was left out of it, and that it is not from where it was asked to be."""
    told = [texts["instead"]] if way == "model" and draft.drafted.by in ("person", "documents") else []
    told.append(
        texts["drafted_from"].format(by=_by(draft.drafted, texts), sources=texts["comma"].join(draft.drafted.sources) or "–")
    )
    if draft.removed:
        told.append(texts["removed"] + " " + " · ".join(f"~~{_plain(words)}~~" for words in draft.removed))
    return "\n\n".join(told)


def _plain(words: str) -> str:
    """Words of a model as Markdown that shows them as they are."""
    return re.sub(r"([\\`*_{}\[\]()#+!|<>~])", r"\\\1", " ".join(words.split()))


def _by(drafted: Drafted | None, texts: Mapping[str, str]) -> str:
    return "" if drafted is None else texts.get(f"by_{drafted.by}", drafted.by)


def _gap_row(gap: Gap, entry: Entry | None, missed: Mapping[str, int], texts: Mapping[str, str]) -> list[Any]:
    failures = Counter(miss.failure for miss in gap.misses)
    told = texts["comma"].join(texts["pair"].format(name=texts[name], value=n) for name, n in failures.most_common())
    return [in_short(gap.question, LONGEST), len(gap.misses), f"{gap.cost:g}", told, _closed(entry, missed, texts)]


def _closed(entry: Entry | None, missed: Mapping[str, int], texts: Mapping[str, str]) -> str:
    if entry is None:
        return texts["open"]
    if entry.state != "live":
        return texts[entry.state]
    since = missed.get(entry.id, 0)
    return texts["still_asked"].format(n=since) if since else texts["is_closed"]


def _entry_row(entry: Entry, missed: int | None, texts: Mapping[str, str]) -> list[Any]:
    since, by = "" if missed is None else missed, _by(entry.drafted, texts)
    return [
        entry.question,
        in_short(entry.answer, LONGEST),
        texts[entry.state],
        since,
        by,
        entry.author,
        entry.approved_by or "",
    ]
