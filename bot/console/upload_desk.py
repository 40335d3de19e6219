"""What the buttons of the page on which files are loaded do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from bot.console.load_plan import CHOICES, PAGE, LoadPlan
from bot.console.operator import Operator, Texts
from bot.console.pauses import USUAL, hours_of
from bot.console.reasons import reason_in
from bot.console.toolkit import gr
from bot.errors import InputError, LoadError
from bot.loading.jobs import LoadState
from bot.loading.loader import LoadSummary
from bot.shop.columns import guess_kind
from knowledge_base.indexing import Progress
from knowledge_base.loading.files import SourceFile, list_files
from knowledge_base.loading.rows import read_tables
from knowledge_base.loading.sandbox import Sandbox
from knowledge_base.loading.tables import Table

Files = Sequence[str] | None
Columns = dict[str, str]
Rows = list[list[Any]]
_SAID, _SHOWN = 300, 20


class UploadDesk:
    """Previews files, decides on their rows, and loads them beside the page."""

    def __init__(self, operator: Operator) -> None:
        self._operator, self._texts, self._shopdesk = operator, operator.texts, operator.shopdesk
        self._uploads, self._loads = operator.shopdesk.admin.uploads, operator.shopdesk.admin.loads

    def columns_of(self, files: Files) -> dict[str, str]:
        """The columns of a table that was chosen alone, with an example of what each holds; none for anything else."""
        if not files or len(files) != 1:
            return {}
        [file] = list_files(files)
        if not isinstance(file, SourceFile):
            return {}
        with Sandbox() as sandbox:
            tables = read_tables(file, sandbox)
        if not isinstance(tables, list) or not tables:
            return {}
        first = dict(tables[0].rows[0][1]) if tables[0].rows else {}
        return {column: str(first.get(column, ""))[:60] for column in tables[0].columns}

    def unclear(self, files: Files) -> bool:
        """Whether a table was chosen whose columns do not tell by their names what they hold."""
        columns = list(self.columns_of(files))
        return bool(columns) and guess_kind(columns) == "documents" and not Table(columns).is_qa and not Table(columns).is_prose

    def preview(
        self, files: Files, kind: str, columns: Columns, request: gr.Request, addresses: str = ""
    ) -> tuple[LoadPlan, str]:
        """What loading the files and the web addresses, one a line, would change."""
        self._operator.user(request, "editor")
        with self._operator.refusals():
            self._loads.refuse_while_running()
            version = self._version()
            paths, pages = self._chosen(files, addresses)
            with self._uploads.on_trial(paths) as places:
                shown = self._shopdesk.preview([*places, *pages], _kind(kind), columns=columns).to_dict()
        told = [self._numbers(kind, report) for kind, report in shown["tables"].items()]
        told += [self._in_words(note) for note in shown.get("notes", ())]
        told = [" · ".join(told)] if told else []
        told += [
            f"- {escape(self._left_out(item))}" for report in shown["tables"].values() for item in report["skipped"][:_SHOWN]
        ]
        told += [f"- {escape(said)}" for said in self._elsewhere(paths)]
        plan = LoadPlan(shown.get("rows", ()), version)
        return plan, "\n\n".join(told) or ("" if plan.rows else self._texts["nothing"])

    def _elsewhere(self, paths: Sequence[Path]) -> list[str]:
        """What is loaded from elsewhere under the names of these files, and so is not replaced by them."""
        return [
            self._texts["elsewhere"].format(name=path.name, other=each.source)
            for path in paths
            for each in self._shopdesk.admin.documents(path.name)
            if each.source != path.name and Path(each.source).name == path.name
        ]

    def rows(self, plan: LoadPlan, mark: str, page: int) -> tuple[Rows, str]:
        """A page of rows, and which of how many they are."""
        found, count = plan.page(mark, page)
        last = min((page + 1) * PAGE, count)
        place = self._texts["place"].format(first=page * PAGE + 1, last=last, count=count) if count else ""
        return [self._row(plan, number, row) for number, row in found], place

    def turned(self, plan: LoadPlan, mark: str, page: int, pages: int) -> int:
        """The page that lies so many pages on, as far as there is one."""
        count = plan.page(mark, 0)[1]
        return min(max(page + pages, 0), max(count - 1, 0) // PAGE)

    def whole(self, plan: LoadPlan, number: int) -> str:
        """Everything on a row."""
        row = plan.rows[number]
        parts = [f"<strong>{escape(str(row.get('question') or row.get('heading') or row['source']))}</strong>"]
        parts += [f"<p>{escape(self._in_words(row['reason']))}</p>"] if row["reason"] else []
        other = row.get("other")
        if other:
            parts.append(
                f"<p><span>{escape(self._texts['there'])} · {escape(other['source'])}</span> {escape(other['text'])}</p>"
            )
        if row.get("text"):
            parts.append(f"<p><span>{escape(self._texts['loaded'])}</span> {escape(row['text'])}</p>")
        return f'<div class="difference">{"".join(parts)}</div>'

    def choices(self, mark: str) -> list[tuple[str, str]]:
        """What may be decided on rows of a mark, with words for it."""
        return [(self._texts[f"{mark}_{decision}"], decision) for decision in CHOICES.get(mark, ())]

    def marks(self, plan: LoadPlan) -> list[tuple[str, str]]:
        """The marks that rows have, with how many."""
        counts = plan.counts
        found = [(self._counted(mark, count), mark) for mark, count in counts.items()]
        return [(self._counted("all", sum(counts.values())), ""), *found] if found else []

    def _counted(self, name: str, count: int) -> str:
        return self._texts[name] + self._texts["aside"].format(words=count)

    def load(
        self, files: Files, kind: str, columns: Columns, plan: LoadPlan, draft: bool, request: gr.Request, addresses: str = "",
        pause: str = USUAL,
    ) -> None:  # fmt: skip
        """Begins to load the files and the web addresses as the plan says, live at once or into a draft.

        Refuses what was previewed on other knowledge than there is now, so that nobody overwrites unseen what another wrote.
        """
        user = self._operator.user(request, "editor")
        with self._operator.refusals():
            paths, pages = self._chosen(files, addresses)
            names = [*(path.name for path in paths), *pages]
            if plan.version not in (None, self._version()):
                raise InputError(self._texts["changed_meanwhile"])
            stage = self._shopdesk.versions.stage()

            def load(progress: Progress) -> str:
                with self._uploads.kept(paths) as places:
                    done = self._shopdesk.load(
                        [*places, *pages], _kind(kind), progress=progress, columns=columns, rules=plan.rules, draft=draft
                    )
                if done.nothing and any(report.skipped for report in done.reports.values()):
                    raise LoadError(done.text(), zh=self.told(done))
                if pause != USUAL:
                    self._schedule(pages, pause)
                self._operator.record(user, "draft loaded" if draft else "files loaded", files=names)
                return (self._texts["in_draft"] + "\n") * draft + self.told(done)

            undo: Callable[[], object] = self._shopdesk.versions.discard
            if stage is not None and stage.kind == "draft":
                undo = lambda: None  # noqa: E731  # the draft was there before, and stays
            self._loads.begin(", ".join(names), load, undo)

    def _schedule(self, pages: Sequence[str], pause: str) -> None:
        """Has the pages read as often as was chosen, those of which there was anything to load."""
        known = {source.location for source in self._shopdesk.sources.all()}
        for page in known.intersection(pages):
            self._shopdesk.sources.schedule(page, hours_of(pause))

    def go_on(self, request: gr.Request) -> None:
        """Goes on with a load that was interrupted."""
        self._operator.user(request, "editor")
        with self._operator.refusals():
            stage = self._shopdesk.versions.stage()

            def load(progress: Progress) -> str:
                done = self._shopdesk.resume(progress)
                return self.told(done) if done is not None else ""

            self._loads.begin(stage.what if stage else "", load, self._shopdesk.versions.discard)

    def cancel(self, request: gr.Request) -> None:
        """Calls off the load that runs."""
        user = self._operator.user(request, "editor")
        self._loads.cancel()
        self._operator.record(user, "load cancelled")

    @property
    def running(self) -> bool:
        """Whether a load runs."""
        return self._loads.running

    @property
    def interrupted(self) -> bool:
        """Whether a load was interrupted and none runs."""
        stage = self._shopdesk.versions.stage()
        return stage is not None and stage.kind == "load" and not self._loads.running

    def progress(self) -> str:
        """How far the load is, or what became of the last one."""
        state = self._loads.state
        return "" if state is None else self._state(state)

    def _chosen(self, files: Files, addresses: str) -> tuple[list[Path], list[str]]:
        pages = list(dict.fromkeys(addresses.split()))
        if not files and not pages:
            raise InputError(self._texts["no_files"])
        for page in pages:
            if not page.startswith(("http://", "https://")):  # else it would name a file of the server
                raise InputError(self._texts["no_address"].format(address=page[:80]))
        return [Path(file) for file in files or ()], pages

    def _version(self) -> int:
        return next((version.number for version in self._shopdesk.versions.all()), 0)

    def _state(self, state: LoadState) -> str:
        if state.outcome is not None:
            said = self._texts[f"load_{state.outcome}"].format(what=state.what)
            told = state.failure.said(self._operator.language) if state.failure else state.tell
            return f'<p class="told">{escape(said)}</p><pre class="note">{escape(told)}</pre>'
        left = state.seconds_left
        said = self._texts["loading"].format(what=state.what, percent=int(100 * state.share))
        said += self._texts["left"].format(time=_duration(left, self._texts)) if left is not None else ""
        return f'<p class="told">{escape(said)}</p><progress max="1" value="{state.share:.3f}"></progress>'

    def _row(self, plan: LoadPlan, number: int, row: Mapping[str, Any]) -> list[Any]:
        said = " — ".join(part for part in (row.get("question"), row.get("text")) if part)
        decision = plan.decision(row)
        becomes = self._texts[f"{row['status']}_{decision}"] if decision else ""
        reason = self._in_words(row["reason"])
        source = " › ".join(filter(None, (row["source"], row.get("section"))))
        return [number + 1, self._texts[row["status"]], source, row["row"] or "", said[:_SAID], reason, becomes]

    def told(self, done: LoadSummary) -> str:
        """What a load did."""
        if self._operator.language == "en":
            return done.text()
        reports = done.to_dict()
        lines = [self._numbers(kind, report) for kind, report in reports.items()]
        lines += [f"  {self._left_out(item)}" for report in reports.values() for item in report["skipped"][:_SHOWN]]
        notes = [*done.notes, *(note for report in done.reports.values() for note in report.notes)]
        return "\n".join([*lines, *map(self._in_words, notes)])

    def _in_words(self, said: str) -> str:
        return reason_in(self._operator.language, said)

    def _left_out(self, item: Mapping[str, Any]) -> str:
        row = self._texts["in_row"].format(row=item["row"]) if item["row"] else ""
        return self._texts["left_out"].format(source=item["source"], row=row, reason=self._in_words(item["reason"]))

    def _numbers(self, kind: str, report: Mapping[str, Any]) -> str:
        numbers = {name: report[name] for name in ("added", "updated", "unchanged", "removed")}
        return self._texts["numbers"].format(kind=self._texts[f"kind_{kind}"], skipped=len(report["skipped"]), **numbers)


def _kind(kind: str) -> Any:
    return kind or None


def _duration(seconds: float, texts: Texts) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return texts["minutes"].format(minutes=minutes + (rest > 0)) if minutes else texts["seconds"].format(n=max(rest, 1))
