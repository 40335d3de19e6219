"""What the owner has loaded, to be read again, and the pages of the web among it, in SQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    DateTime,
    Engine,
    Float,
    Integer,
    RowMapping,
    String,
    Table,
    Text,
    delete,
    insert,
    select,
    update,
)

from bot.errors import InputError
from bot.store.database import aware, metadata
from bot.store.shop import upsert
from knowledge_base.loading.web.pages import PageRecord

sources = Table(
    "sources",
    metadata,
    Column("location", Text, primary_key=True),
    Column("kind", String(20)),
    Column("language", String(2)),
    Column("columns", JSON, nullable=False),
    Column("rules", JSON, nullable=False),
    Column("loaded_at", DateTime(timezone=True), nullable=False),
    Column("reread_hours", Float),
    Column("changed_at", DateTime(timezone=True)),
    Column("troubles", JSON),
)
web_pages = Table(
    "web_pages",
    metadata,
    Column("url", Text, primary_key=True),
    Column("root", Text, nullable=False, index=True),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("digest", String(64), nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("missed", Integer, nullable=False),
)


NEVER = datetime.min.replace(tzinfo=UTC)
TROUBLES_KEPT = 20
LONGEST_PAUSE_HOURS = 24 * 366
Trouble = tuple[str, str]
"""What could not be read, and why."""


@dataclass(frozen=True, slots=True)
class LoadedSource:
    """A path or address as it was given to load, with what was said about it.

    ``reread_hours`` is how often an address is read again (0: never); None where the settings say it. ``loaded_at`` is when it
    was last read, ``changed_at`` when that last changed what customers are told, both in UTC; ``troubles`` are what the last
    reading could not read.
    """

    location: str
    kind: str | None = None
    language: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    rules: Mapping[str, Any] = field(default_factory=dict)
    loaded_at: datetime = NEVER
    reread_hours: float | None = None
    changed_at: datetime | None = None
    troubles: Sequence[Trouble] = ()

    def manner(self) -> dict[str, Any]:
        """How it was loaded."""
        return {"kind": self.kind, "language": self.language, "columns": self.columns, "rules": self.rules}

    def next_reading(self, usual_hours: float) -> datetime | None:
        """When the address is due, in UTC; None for never. ``usual_hours`` count where nothing else is said of it."""
        hours = usual_hours if self.reread_hours is None else self.reread_hours
        if not hours:
            return None
        now = datetime.now(UTC)
        return self.loaded_at + timedelta(hours=hours) if self.loaded_at <= now else now  # the clock was set back


class SourceStore:
    """The sources of the shop's knowledge, and what is known of their pages; thread-safe."""

    def __init__(self, engine: Engine) -> None:
        """Keep them in ``engine``'s database, whose tables must exist."""
        self._engine = engine

    def all(self) -> list[LoadedSource]:
        """Every source, the one loaded longest ago first."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(sources).order_by(sources.c.loaded_at)).mappings().all()
        return [_source(row) for row in rows]

    def loaded(self, source: LoadedSource, changed: bool = False, troubles: Sequence[Trouble] = ()) -> None:
        """Records that ``source`` has been read now, as it says; how often it is read again stays as it was."""
        now = datetime.now(UTC)
        values: dict[str, Any] = {
            "kind": source.kind,
            "language": source.language,
            "columns": dict(source.columns),
            "rules": dict(source.rules),
            "loaded_at": now,
            "troubles": [list(each) for each in troubles[:TROUBLES_KEPT]],
        }
        if changed:
            values["changed_at"] = now
        with self._engine.begin() as connection:
            known = connection.execute(update(sources).where(sources.c.location == source.location).values(values))
            if not known.rowcount:
                connection.execute(insert(sources).values(location=source.location, **values))

    def failed(self, location: str, reason: str) -> None:
        """Records that the source could not be read now, and why."""
        values = {"loaded_at": datetime.now(UTC), "troubles": [[location, reason]]}
        with self._engine.begin() as connection:
            connection.execute(update(sources).where(sources.c.location == location).values(values))

    def schedule(self, location: str, hours: float | None) -> None:
        """Has the source read again every so many hours: 0 for never, None for as often as the settings say.

        Raises:
            InputError: there is no such source, or no such number of hours.
        """
        if hours is not None and not 0 <= hours <= LONGEST_PAUSE_HOURS:
            raise InputError(
                f"Hours cannot be {hours!r}: 0 for never, else up to {LONGEST_PAUSE_HOURS:,}.",
                zh=f"小时数不能是 {hours!r}：0 表示不再读取，最多 {LONGEST_PAUSE_HOURS:,}。",
            )
        with self._engine.begin() as connection:
            change = update(sources).where(sources.c.location == location).values(reread_hours=hours)
            if not connection.execute(change).rowcount:
                raise InputError(
                    f"{location!r} is not among what was loaded: load it first.", zh=f"{location!r} 还没有载入过：请先载入。"
                )

    def drop(self, location: str) -> None:
        """Has the source not read again."""
        with self._engine.begin() as connection:
            connection.execute(delete(sources).where(sources.c.location == location))

    def pages(self, root: str) -> Mapping[str, PageRecord]:
        """The pages of ``root`` by their addresses."""
        statement = select(*(web_pages.c[name] for name in _PAGE)).where(web_pages.c.root == root)
        with self._engine.connect() as connection:
            return {row.url: PageRecord(*row) for row in connection.execute(statement)}

    def record(self, records: Iterable[PageRecord]) -> None:
        """Puts records in place of those of the same addresses."""
        with self._engine.begin() as connection:
            for record in records:
                upsert(connection, web_pages, [asdict(record)])

    def forget(self, urls: Iterable[str]) -> None:
        """Removes records."""
        with self._engine.begin() as connection:
            for url in urls:
                connection.execute(delete(web_pages).where(web_pages.c.url == url))


_PAGE = [each.name for each in fields(PageRecord)]


def _source(row: RowMapping) -> LoadedSource:
    times = {name: row[name] and aware(row[name]) for name in ("loaded_at", "changed_at")}
    troubles = [(str(source), str(reason)) for source, reason in row["troubles"] or ()]
    return LoadedSource(**{**row, **times, "troubles": troubles})
