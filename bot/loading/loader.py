"""Loads whatever the owner drops in: documents go to the knowledge base, tables of the shop's own data to their tables."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Engine

from bot.errors import LoadError
from bot.lint.order_rules import other_periods
from bot.loading.in_words import preview_in_chinese
from bot.loading.request import LoadRequest
from bot.localisation.chinese import line_in_chinese
from bot.order_desk.policy import ACCOUNT_POLICY, PolicyFile, write_policy
from bot.product import LanguageCode
from bot.shop.catalogue import LOCATION, Catalogue
from bot.shop.columns import Defaults, TableKind
from bot.shop.customers import has_accounts
from bot.shop.loading import TABLES, ShopLoader
from bot.shop.orders import order_examples
from bot.store.shop import locations, replace_rows
from bot.store.sources import LoadedSource, SourceStore
from knowledge_base.counted import counted
from knowledge_base.indexing import LoadReport, Progress
from knowledge_base.knowledge import KnowledgeBase
from knowledge_base.load_options import LoadOptions, is_address
from knowledge_base.loading.files import SourceFile, container_of, list_files
from knowledge_base.loading.sandbox import Sandbox
from knowledge_base.preview import Preview

NOT_SHOWN = 20
Pages = Mapping[str, str]
_TELLING: tuple[TableKind, ...] = ("catalogue", "orders", "reviews", "interactions")
ACCOUNTS_NOTE = (
    "These customers have accounts with ways to pay: order_policy.toml was written for them. With it, whoever gives an"
    " account's e-mail address, or its name and postcode, sees and changes its orders; edit it to ask for an order number too."
)


@dataclass(slots=True)
class LoadSummary:
    """What a load did, by kind of data. Rows are counted for tables, documents for documents."""

    reports: dict[TableKind, LoadReport] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def add(self, kind: TableKind, report: LoadReport) -> None:
        """Adds one file's report to its kind."""
        total = self.reports.setdefault(kind, LoadReport())
        for name in ("added", "updated", "unchanged", "removed", "chunks", "seconds"):
            setattr(total, name, getattr(total, name) + getattr(report, name))
        total.skipped.extend(report.skipped)
        total.notes.extend(report.notes)
        total.version = report.version or total.version

    def leave_tables_out(self) -> None:
        """Tells that tables of the shop's own data are no part of a draft, and that these were not loaded."""
        for kind, report in list(self.reports.items()):
            self.reports[kind] = LoadReport(notes=[f"{kind} is no part of a draft: load it without --draft"])
            self.reports[kind].skipped.extend(report.skipped)

    @property
    def changed(self) -> bool:
        """Whether anything is other than before."""
        return any(report.added or report.updated or report.removed for report in self.reports.values())

    @property
    def version(self) -> int | None:
        """The knowledge version that the load made, if it made one."""
        return next((report.version for report in self.reports.values() if report.version), None)

    @property
    def nothing(self) -> bool:
        """Whether there was nothing to load at all, or nothing that could be loaded."""
        return not any(report.added or report.updated or report.unchanged or report.removed for report in self.reports.values())

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types: kind → numbers and skipped rows."""
        return {kind: asdict(report) for kind, report in self.reports.items()}

    def text(self, language: LanguageCode = "en") -> str:
        """For the terminal: a line for each kind, the notes, and the first things skipped, each with its reason."""
        lines = self._lines()
        return "\n".join(lines if language == "en" else map(line_in_chinese, lines))

    def _lines(self) -> list[str]:
        lines = [
            f"{kind}: {r.added} added, {r.updated} updated, {r.unchanged} unchanged, {r.removed} removed,"
            f" {len(r.skipped)} skipped{'; ' + counted(r.chunks, 'passage') if r.chunks else ''} ({r.seconds:.1f} s)"
            for kind, r in self.reports.items()
        ]
        lines += [f"  {note}" for report in self.reports.values() for note in report.notes]
        skipped = [item for report in self.reports.values() for item in report.skipped]
        for item in skipped[:NOT_SHOWN]:
            lines.append(f"  skipped {item.source}{f', row {item.row}' if item.row else ''}: {item.reason}")
        if len(skipped) > NOT_SHOWN:
            lines.append(f"  … and {len(skipped) - NOT_SHOWN} more; --json lists them all")
        return [*lines, *self.notes] or ["Nothing to load there."]


@dataclass(frozen=True, slots=True)
class LoadPreview:
    """What a load would do: numbers of the shop's own tables, and passage by passage of documents."""

    tables: LoadSummary
    documents: Preview | None

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        shown = {} if self.documents is None else self.documents.to_dict()
        return {"tables": self.tables.to_dict(), **shown}

    def text(self, language: LanguageCode = "en") -> str:
        """For the terminal."""
        parts = [self.tables.text(language)] if self.tables.reports else []
        told = preview_in_chinese if language == "zh" else Preview.text
        return "\n".join([*parts, *([told(self.documents)] if self.documents else [])])


class Loader:
    """Sorts files by what they hold and loads each where it belongs.

    ``catalogue_changed`` is called after a load of products, so that what is derived from them is ready for the next turn;
    ``shop_changed`` after one that changed what customers' tastes are learned from.
    """

    def __init__(
        self,
        engine: Engine,
        knowledge: KnowledgeBase,
        catalogue: Catalogue,
        data: Path,
        currency: Callable[[], str | None] = lambda: None,
        catalogue_changed: Callable[[], object] = lambda: None,
        shop_changed: Callable[[], object] = lambda: None,
    ) -> None:
        self.sources = SourceStore(engine)
        self._catalogue_changed, self._shop_changed = catalogue_changed, shop_changed
        self._engine, self._knowledge, self._catalogue = engine, knowledge, catalogue
        self._data, self._currency = data, currency

    def load(self, request: LoadRequest, progress: Progress | None = None) -> LoadSummary:
        """See :meth:`bot.shopdesk.Shopdesk.load`."""
        files = _checked(request)
        summary, pages_before = LoadSummary(), self._pages(request)
        tables = self._tables(files, request, summary, dry=request.draft) if request.kind != "documents" else {}
        if request.draft:
            summary.leave_tables_out()
        if request.kind in (None, "documents"):
            options = LoadOptions(request.language, request.columns, tables, request.rules)
            report = self._knowledge.load(request.paths, options, progress, request.draft, request.to_dict())
            if report != LoadReport(seconds=report.seconds) or not summary.reports:
                summary.add("documents", report)
        elif not request.draft:
            self._no_documents_any_more({location for location, rows in tables.items() if rows})
        if (
            "customers" in summary.reports
            and not request.draft
            and has_accounts(self._engine)
            and write_policy(self._data, ACCOUNT_POLICY)
        ):
            summary.notes.append(ACCOUNTS_NOTE)
        if summary.changed and not request.draft and order_examples(self._engine):
            summary.notes += self._otherwise_told()
        if "catalogue" in summary.reports:
            self._knowledge.sync(self._catalogue.documents(), within=LOCATION)
            self._catalogue_changed()
        told = (summary.reports[kind] for kind in _TELLING if kind in summary.reports)
        if any(report.added or report.updated or report.removed for report in told):
            self._shop_changed()
        self._remember(request, summary, pages_before)
        return summary

    def preview(self, request: LoadRequest, progress: Progress | None = None) -> LoadPreview:
        """See :meth:`bot.shopdesk.Shopdesk.preview`."""
        files = _checked(request)
        summary = LoadSummary()
        tables = self._tables(files, request, summary, dry=True) if request.kind != "documents" else {}
        documents = None
        if request.kind in (None, "documents"):
            options = LoadOptions(request.language, request.columns, tables, request.rules)
            documents = self._knowledge.preview(request.paths, options, progress)
        return LoadPreview(summary, documents)

    def resume(self, progress: Progress | None = None) -> LoadSummary | None:
        """Goes on with a load that was interrupted; None where none was."""
        stage = self._knowledge.history.stage
        if stage is None or stage.kind != "load" or not stage.request:
            return None
        return self.load(LoadRequest.from_dict(stage.request), progress)

    def _otherwise_told(self) -> list[str]:
        """Where the documents tell customers another time for returns than the order desk gives them."""
        policy = PolicyFile(self._data).current()
        return [
            f"{finding.reason[:1].upper()}{finding.reason[1:]} ({finding.entries[0].source}): correct one of them."
            for finding in other_periods(list(self._knowledge.chunks()), policy)
        ]

    def _remember(self, request: LoadRequest, summary: LoadSummary, before: Mapping[str, Pages]) -> None:
        """Records that the request's sources were read now; those never loaded before only if there was something to load."""
        known = {source.location for source in self.sources.all()}
        left_out = [(item.source, item.reason) for report in summary.reports.values() for item in report.skipped]
        after, alone = self._pages(request), len(request.paths) == 1
        for path in request.paths:
            location, pages = _absolute(path), after.get(path, {})
            if location in known or not summary.nothing:
                own = [each for each in left_out if alone or each[0] in pages or _site_of(each[0]) == _site_of(location)]
                changed = pages != before.get(path, {})
                self.sources.loaded(LoadedSource(location, **request.manner()), changed, own)

    def _pages(self, request: LoadRequest) -> dict[str, Pages]:
        """What is known of the pages of each of the request's addresses: their addresses and fingerprints."""
        addresses = filter(is_address, request.paths)
        return {each: {url: record.fingerprint for url, record in self.sources.pages(each).items()} for each in addresses}

    def _tables(self, paths: Sequence[str], request: LoadRequest, summary: LoadSummary, dry: bool) -> dict[str, int]:
        """Loads the tables of the shop's own data among ``paths``; how many rows each file that held some gave, by location."""
        found: dict[str, int] = {}
        with Sandbox() as sandbox:
            loader = ShopLoader(self._engine, sandbox, Defaults(currency=self._currency()), request.columns, dry)
            for file in list_files(paths):
                if not isinstance(file, SourceFile):
                    if request.kind is not None:
                        summary.add(request.kind, LoadReport(skipped=[file]))
                    continue
                for each, report in loader.load(file, request.kind):
                    found[file.location] = found.get(file.location, 0) + report.added + report.updated + report.unchanged
                    summary.add(each, report)
        if not dry:
            self._forget_gone(paths, summary)
        return found

    def _no_documents_any_more(self, locations: Collection[str]) -> None:
        """Removes documents of files that the owner has named as tables of the shop's own data since."""
        if before := self._knowledge.documents().keys() & set(locations):
            self._knowledge.remove(before)

    def _forget_gone(self, paths: Sequence[str], summary: LoadSummary) -> None:
        """Rows whose file was in a directory that is loaded again, and is no longer there."""
        roots = [str(Path(path).resolve()) + "/" for path in paths if Path(path).is_dir()]
        for kind, table in TABLES.items():
            for location in locations(self._engine, table):
                inside = any(location.startswith(root) for root in roots)
                if inside and not _exists(location):
                    removed = replace_rows(self._engine, table, location, ()).removed
                    summary.add(kind, LoadReport(removed=removed))


def _checked(request: LoadRequest) -> list[str]:
    """The files and directories of the request, which are there."""
    if not request.paths:
        raise LoadError("There is nothing to load: name files or directories.")
    files = [path for path in request.paths if not is_address(path)]
    for path in files:
        if not Path(path).exists():
            raise LoadError(f"There is no file or directory {path!r}: correct the path; nothing was loaded.")
    if request.kind not in (None, "documents") and len(files) < len(request.paths):
        raise LoadError(f"Only documents are loaded from addresses, not {request.kind}: save the file and load that.")
    return files


def _site_of(place: str) -> str:
    """The host of an address, else the place itself."""
    return urlsplit(place).netloc if is_address(place) else place


def _absolute(path: str) -> str:
    return path if is_address(path) else str(Path(path).resolve())


def _exists(location: str) -> bool:
    """Whether the file is there; the location of a workbook's sheet is that of the file, ``#`` and the sheet's name."""
    return container_of(location).exists() or container_of(location.rpartition("#")[0] or location).exists()
