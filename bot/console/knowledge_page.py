"""The console's page of knowledge: load files after a preview, try a draft on past questions, publish it, and go back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any, Literal

import gradio as gr

from bot.console.operator import Operator, minute, shown_refusals
from bot.errors import InputError
from bot.uploads import Uploads
from bot.versions import Replayed
from knowledge_base.comparison import Decision, Rules

MOST_ROWS = 500
REPLAYED = 30
Rows = list[list[Any]]
_TAGS = {"same": "{}", "removed": "<del>{}</del>", "added": "<ins>{}</ins>"}


class KnowledgeDesk:
    """What the page's buttons do."""

    def __init__(self, operator: Operator) -> None:
        self._operator, self._texts, self._shopdesk = operator, operator.texts, operator.shopdesk
        self._uploads = Uploads(operator.shopdesk.settings.data / "uploads")

    def state(self) -> tuple[Rows, str]:
        """The versions, and what is staged."""
        versions, stage = self._shopdesk.versions.all(), self._shopdesk.versions.stage()
        rows = [[v.number, minute(v.created_at), v.what, v.added, v.removed, v.documents] for v in versions]
        return rows, "" if stage is None else self._texts["staged"].format(what=stage.what)

    def preview(
        self, files: Sequence[str] | None, duplicates: Literal["keep", "skip"], conflicts: Decision, request: gr.Request
    ) -> tuple[Rows, str]:
        """What loading the files would change, row by row."""
        self._operator.user(request, "editor")
        with shown_refusals(), self._uploads.on_trial(_paths(files, self._texts)) as places:
            shown = self._shopdesk.preview(places, rules=Rules(duplicates, conflicts)).to_dict()
        rows = shown.get("rows", [])
        counts = ", ".join(f"{self._texts[status]}: {count}" for status, count in shown.get("counts", {}).items())
        tables = "; ".join(f"{kind}: +{report['added']} ~{report['updated']}" for kind, report in shown["tables"].items())
        told = [part for part in (counts, tables) if part]
        return [_row(row, self._texts) for row in rows[:MOST_ROWS]], " · ".join(told) or self._texts["nothing"]

    def publish(
        self, files: Sequence[str] | None, duplicates: Literal["keep", "skip"], conflicts: Decision, request: gr.Request,
        progress: gr.Progress = gr.Progress(),  # noqa: B008  # gradio's way to ask for one
    ) -> tuple[str, Rows, str]:  # fmt: skip
        """Loads the files, live at once."""
        return self._load(files, Rules(duplicates, conflicts), False, request, progress)

    def draft(
        self, files: Sequence[str] | None, duplicates: Literal["keep", "skip"], conflicts: Decision, request: gr.Request,
        progress: gr.Progress = gr.Progress(),  # noqa: B008
    ) -> tuple[str, Rows, str]:  # fmt: skip
        """Loads the files into a draft."""
        return self._load(files, Rules(duplicates, conflicts), True, request, progress)

    def _load(
        self, files: Sequence[str] | None, rules: Rules, draft: bool, request: gr.Request, progress: gr.Progress
    ) -> tuple[str, Rows, str]:
        user = self._operator.user(request, "editor")
        with shown_refusals():
            places = self._uploads.keep(_paths(files, self._texts))
            done = self._shopdesk.load(
                places, rules=rules, draft=draft, progress=lambda count, total: progress((int(count), int(total or count)))
            )
        self._operator.record(user, "draft loaded" if draft else "files loaded", files=[place.name for place in places])
        return done.text(), *self.state()

    def replay(self, request: gr.Request) -> str:
        """Past questions on the draft and on what is live, side by side."""
        self._operator.user(request, "editor")
        with shown_refusals():
            if self._shopdesk.versions.stage() is None:
                raise InputError(self._texts["no_draft"])
            replayed = list(self._shopdesk.versions.replay(REPLAYED, draft=True))
        changed = [each for each in replayed if each.changed]
        head = self._texts["replayed"].format(changed=len(changed), all=len(replayed))
        return f"<p>{escape(head)}</p>" + "".join(map(_difference, changed))

    def publish_draft(self, request: gr.Request) -> tuple[Rows, str]:
        """Makes the draft live."""
        user = self._operator.user(request, "editor")
        with shown_refusals():
            version = self._shopdesk.versions.publish()
        self._operator.record(user, "draft published", version=version and version.number)
        gr.Info(self._texts["published"])
        return self.state()

    def discard(self, request: gr.Request) -> tuple[Rows, str]:
        """Removes the draft."""
        user = self._operator.user(request, "editor")
        with shown_refusals():
            self._shopdesk.versions.discard()
        self._operator.record(user, "draft discarded")
        return self.state()

    def roll_back(self, number: float | None, request: gr.Request) -> tuple[Rows, str]:
        """Makes an earlier version live again."""
        user = self._operator.user(request, "editor")
        with shown_refusals():
            if number is None:
                raise InputError(self._texts["choose"])
            self._shopdesk.versions.rollback(int(number))
        self._operator.record(user, "rolled back", to=int(number))
        gr.Info(self._texts["rolled_back"].format(number=int(number)))
        return self.state()

    def lint(self, request: gr.Request) -> Rows:
        """What is wrong in the knowledge."""
        self._operator.user(request, "editor")
        with shown_refusals():
            found = self._shopdesk.linter.findings()
        return [
            [finding.kind, finding.reason, "\n".join(f"{e.source}: {e.title or e.text[:80]}" for e in finding.entries)]
            for finding in found
        ]


def knowledge_page(operator: Operator, console: gr.Blocks) -> None:
    """The page, inside a tab of ``console``."""
    texts, desk = operator.texts, KnowledgeDesk(operator)
    private: dict[str, Any] = {"api_visibility": "private"}
    gr.Markdown(texts["intro"])
    files = gr.File(label=texts["files"], file_count="multiple", height=140)
    with gr.Row():
        duplicates = gr.Radio([(texts["keep"], "keep"), (texts["skip"], "skip")], value="keep", label=texts["duplicates"])
        choices = [(texts["keep_both"], "keep"), (texts["skip"], "skip"), (texts["overwrite"], "overwrite")]
        conflicts = gr.Radio(choices, value="keep", label=texts["conflicts"])
    with gr.Row():
        preview = gr.Button(texts["preview"])
        draft = gr.Button(texts["draft"])
        publish = gr.Button(texts["publish"], variant="primary")
    told = gr.Textbox(show_label=False, interactive=False, container=False, lines=1, max_lines=8)
    headers = [texts[name] for name in ("status", "source", "row", "text", "reason")]
    rows = gr.Dataframe(headers=headers, interactive=False, wrap=True, max_height=320)
    gr.Markdown(f"### {texts['versions']}")
    staged = gr.Markdown()
    with gr.Row():
        replay = gr.Button(texts["replay"])
        publish_draft = gr.Button(texts["publish_draft"])
        discard = gr.Button(texts["discard"])
    differences = gr.HTML()
    columns = [texts[name] for name in ("number", "at", "what", "added", "removed_rows", "documents")]
    versions = gr.Dataframe(headers=columns, interactive=False, wrap=True, max_height=260)
    with gr.Row():
        number = gr.Number(label=texts["number"], precision=0, minimum=1)
        back = gr.Button(texts["roll_back"])
    gr.Markdown(f"### {texts['lint']}")
    check = gr.Button(texts["check"])
    findings = gr.Dataframe(headers=[texts["kind"], texts["reason"], texts["where"]], interactive=False, wrap=True)
    console.load(desk.state, None, [versions, staged], **private)
    given = [files, duplicates, conflicts]
    preview.click(desk.preview, given, [rows, told], **private)
    publish.click(desk.publish, given, [told, versions, staged], **private)
    draft.click(desk.draft, given, [told, versions, staged], **private)
    replay.click(desk.replay, None, differences, **private)
    publish_draft.click(desk.publish_draft, None, [versions, staged], **private)
    discard.click(desk.discard, None, [versions, staged], **private)
    back.click(desk.roll_back, number, [versions, staged], **private)
    check.click(desk.lint, None, findings, **private)


def _paths(files: Sequence[str] | None, texts: Mapping[str, str]) -> list[Path]:
    if not files:
        raise InputError(texts["no_files"])
    return [Path(file) for file in files]


def _row(row: Mapping[str, Any], texts: Mapping[str, str]) -> list[Any]:
    said = " — ".join(part for part in (row.get("question"), row.get("text")) if part)
    return [texts[row["status"]], row["source"], row["row"] or "", said[:300], row["reason"]]


def _difference(each: Replayed) -> str:
    words = "".join(_TAGS[kind].format(escape(part)) for kind, part in each.diff())
    return f'<div class="difference"><strong>{escape(each.question)}</strong><p>{words}</p></div>'
