"""The console's page of knowledge: load files after a preview, try a draft on past questions, publish it, and go back."""

from __future__ import annotations

import re
from typing import Any

from bot.console.addresses_page import addresses_page
from bot.console.differences import differences
from bot.console.documents_page import documents_page
from bot.console.enabling import enabled_by, offered
from bot.console.listing import listing
from bot.console.operator import Operator, showings, texts_of
from bot.console.reasons import change_in, reason_in
from bot.console.toolkit import gr
from bot.console.upload_page import upload_page
from bot.errors import InputError
from bot.store.users import User

REPLAYED = 30
Rows = list[list[Any]]


class KnowledgeDesk:
    """What the page's buttons do."""

    def __init__(self, operator: Operator) -> None:
        self._operator, self._texts, self._shopdesk = operator, operator.texts, operator.shopdesk
        self._names = texts_of(operator.language, "names")

    def state(self) -> tuple[Rows, str]:
        """The versions, and what is staged."""
        versions, stage = self._shopdesk.versions.all(), self._shopdesk.versions.stage()
        minute = self._operator.minute
        rows = [[v.number, minute(v.created_at), self._said(v.what), v.added, v.removed, v.documents] for v in versions]
        return rows, "" if stage is None else self._texts["staged"].format(what=self._said(stage.what))

    def offered(self) -> tuple[gr.Button, ...]:
        """What can be done now: with a draft, try it, publish it and discard it; with a version, undo it."""
        stage = self._shopdesk.versions.stage()
        drafted = stage is not None and stage.kind == "draft"
        return offered(drafted, drafted, stage is not None, bool(self._shopdesk.versions.all()))

    def undo(self, request: gr.Request) -> tuple[Rows, str]:
        """Makes the version before the live one live again."""
        user = self._operator.user(request, "editor")
        with self._operator.refusals():
            number = self._shopdesk.versions.undo()
            if number is None:
                raise InputError(self._texts["no_version_before"])
        return self._rolled_back(number, user)

    def replay(self, request: gr.Request) -> str:
        """Past questions on the draft and on what is live, side by side."""
        self._operator.user(request, "editor")
        with self._operator.refusals():
            if self._shopdesk.versions.stage() is None:
                raise InputError(self._texts["no_draft"])
            replayed = list(self._shopdesk.versions.replay(REPLAYED, draft=True))
        return differences(replayed, self._operator.language)

    def publish_draft(self, request: gr.Request) -> tuple[Rows, str]:
        """Makes the draft live."""
        user = self._operator.user(request, "editor")
        with self._operator.refusals():
            version = self._shopdesk.versions.publish()
        self._operator.record(user, "draft published", version=version and version.number)
        gr.Info(self._texts["published"])
        return self.state()

    def discard(self, request: gr.Request) -> tuple[Rows, str]:
        """Removes the draft."""
        user = self._operator.user(request, "editor")
        with self._operator.refusals():
            self._shopdesk.versions.discard()
        self._operator.record(user, "draft discarded")
        return self.state()

    def roll_back(self, number: str, request: gr.Request) -> tuple[Rows, str]:
        """Makes an earlier version live again."""
        user = self._operator.user(request, "editor")
        with self._operator.refusals():
            if not re.fullmatch(r"\s*0*[1-9][0-9]{0,8}\s*", number):
                raise InputError(self._texts["choose"])
            self._shopdesk.versions.rollback(int(number))
        return self._rolled_back(int(number), user)

    def _rolled_back(self, number: int, user: User) -> tuple[Rows, str]:
        self._operator.record(user, "rolled back", to=number)
        gr.Info(self._texts["rolled_back"].format(number=number) if number else self._texts["emptied"])
        return self.state()

    def _said(self, what: str) -> str:
        return change_in(self._operator.language, what, self._shopdesk.settings.data)

    def lint(self, request: gr.Request) -> tuple[Rows, str]:
        """What is wrong in the knowledge, and how much of it."""
        self._operator.user(request, "editor")
        with self._operator.refusals():
            found = self._shopdesk.linter.findings()
        pair = self._texts["pair"]
        rows = [
            [
                self._names[finding.kind],
                reason_in(self._operator.language, finding.reason),
                "\n".join(pair.format(name=e.source, value=e.title or e.text[:80]) for e in finding.entries),
            ]
            for finding in found
        ]
        if rows:
            return rows, self._texts["faults"].format(count=len(rows))
        return rows, self._texts["nothing_checked" if self._shopdesk.empty else "no_fault"]


def knowledge_page(operator: Operator, console: gr.Blocks) -> None:
    """The page, inside a tab of ``console``."""
    texts, desk = operator.texts, KnowledgeDesk(operator)
    private: dict[str, Any] = {"api_visibility": "private"}
    intro = gr.Markdown(texts["intro"])
    watch = upload_page(operator, console)
    gr.Markdown(f"### {texts['versions']}")
    staged = gr.Markdown()
    with gr.Row():
        replay = gr.Button(texts["replay"], interactive=False)
        publish_draft = gr.Button(texts["publish_draft"], interactive=False)
        discard = gr.Button(texts["discard"], interactive=False)
    differences = gr.HTML()
    columns = {"number": 8, "at": 16, "what": 43, "added": 9, "removed_rows": 9, "holds": 15}
    versions = listing(texts, columns, "empty_versions", 260)
    with gr.Row():
        number = gr.Textbox(label=texts["number"], max_length=10)
        back = gr.Button(texts["roll_back"])
        undo = gr.Button(texts["undo"], interactive=False)
    enabled_by([number], [back])
    removed = documents_page(operator, console, versions)
    address_removed = addresses_page(operator, console, versions, watch)
    gr.Markdown(f"### {texts['lint']}")
    check, checked = gr.Button(texts["check"]), gr.Markdown()
    findings = listing(texts, {"kind": 14, "reason": 36, "where": 50}, "empty_findings", 480)
    shown = showings(console, intro)
    for trigger in (*shown, watch.ended.change, removed.change, address_removed.change):
        trigger(desk.state, None, [versions, staged], **private)
    for trigger in (*shown, versions.change, staged.change):
        trigger(desk.offered, None, [replay, publish_draft, discard, undo], **private, show_progress="hidden")
    replay.click(desk.replay, None, differences, **private)
    publish_draft.click(desk.publish_draft, None, [versions, staged], **private)
    discard.click(desk.discard, None, [versions, staged], **private)
    back.click(desk.roll_back, number, [versions, staged], **private)
    versions.select(_chosen_version, None, number, **private)
    undo.click(desk.undo, None, [versions, staged], **private)
    check.click(desk.lint, None, [findings, checked], **private)


def _chosen_version(event: gr.SelectData) -> str:
    return str(event.row_value[0])
