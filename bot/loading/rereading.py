"""Reads again what was loaded: files as soon as they change, addresses every so many hours, as is said of each or of all."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from pathlib import Path

from bot.errors import ShopdeskError
from bot.loading.loader import LoadSummary
from bot.shopdesk import Shopdesk
from bot.store.sources import LoadedSource
from knowledge_base.comparison import Rules
from knowledge_base.indexing import Progress
from knowledge_base.load_options import is_address
from knowledge_base.loading.files import SourceFile, list_files

POLL_S = 3.0
"""Seconds between two looks at the files."""

_log = logging.getLogger(__name__)


class Stopped(Exception):
    """Ends a load when the program is to end; the next start goes on with it."""


def read_again(shopdesk: Shopdesk, source: LoadedSource, progress: Progress | None = None) -> LoadSummary:
    """Loads ``source`` as it was loaded before. Raises as :meth:`Shopdesk.load` does."""
    return shopdesk.load([source.location], progress=progress, **{**source.manner(), "rules": Rules(**source.rules)})


class Rereader:
    """Loads the shop's sources again where they are due; one source that fails does not keep the others from it."""

    def __init__(self, shopdesk: Shopdesk, hours: float = 0, watch: bool = False, only: Collection[str] = ()) -> None:
        """Read addresses again after ``hours`` (0: never) where nothing else is said of them; files that change if ``watch``.

        ``only`` are the paths and addresses that count; all that were ever loaded where none are named.
        """
        self._shopdesk, self._hours, self._watch = shopdesk, hours, watch
        self._only = {path if is_address(path) else str(Path(path).resolve()) for path in only}
        self._seen: dict[str, frozenset[tuple[str, int, int]]] = {}
        self._stop = threading.Event()

    def due(self) -> list[LoadedSource]:
        """The sources that are to be read now."""
        return [source for source in self._shopdesk.sources.all() if self._counts(source) and self._is_due(source)]

    def once(self) -> list[LoadSummary]:
        """Loads what is due; what each load did. Nothing is due while the owner has a draft."""
        stage = self._shopdesk.versions.stage()
        summaries = []
        for source in self.due() if stage is None or stage.kind != "draft" else ():
            try:
                summaries.append(read_again(self._shopdesk, source, self._go_on))
            except ShopdeskError as error:
                self._shopdesk.sources.failed(source.location, str(error))  # or it were due again at once, again and again
                _log.warning("%s could not be read again: %s", source.location, error)
        return summaries

    def run(self, tell: Callable[[LoadSummary], object] = lambda summary: None) -> None:
        """Goes on until :meth:`stop`, after an interrupted load; ``tell`` hears of every load that changed something."""
        try:
            self._resume()
            while not self._stop.wait(POLL_S):
                self._look(tell)
        except Stopped:
            return

    def start(self) -> threading.Thread:
        """Runs in a thread of its own."""
        thread = threading.Thread(target=self.run, name="rereading", daemon=True)
        thread.start()
        return thread

    def stop(self) -> None:
        """Ends :meth:`run`; a load that runs is left to be gone on with."""
        self._stop.set()

    def _look(self, tell: Callable[[LoadSummary], object]) -> None:
        try:
            for summary in self.once():
                if summary.changed:
                    tell(summary)
        except Stopped:
            raise
        except Exception:  # a database that is away for a moment, say: the next look tries again
            _log.exception("What is due could not be read again.")

    def _resume(self) -> None:
        try:
            self._shopdesk.resume(self._go_on)
        except ShopdeskError as error:
            _log.warning("An interrupted load could not be finished: %s", error)

    def _go_on(self, done: float, total: int | None) -> None:
        if self._stop.is_set():
            raise Stopped

    def _counts(self, source: LoadedSource) -> bool:
        return not self._only or source.location in self._only

    def _is_due(self, source: LoadedSource) -> bool:
        if is_address(source.location):
            due = source.next_reading(self._hours)
            return due is not None and due <= datetime.now(UTC)
        return self._watch and self._has_changed(source.location)

    def _has_changed(self, location: str) -> bool:
        """Whether files were added, removed or written since the last look; the first look counts as a change."""
        if not Path(location).exists():
            return False
        files = [file for file in list_files([location]) if isinstance(file, SourceFile)]
        present = frozenset((file.location, file.size, _written(file.path)) for file in files)
        before, self._seen[location] = self._seen.get(location), present
        return before != present


def _written(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
