"""What the owner has loaded, to be read again, and the pages of the web among it, in SQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Column, DateTime, Engine, Integer, String, Table, Text, delete, select

from bot.store.database import metadata
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


@dataclass(frozen=True, slots=True)
class LoadedSource:
    """A path or address as it was given to load, with what was said about it. ``loaded_at`` is in UTC."""

    location: str
    kind: str | None = None
    language: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    rules: Mapping[str, Any] = field(default_factory=dict)
    loaded_at: datetime = NEVER

    def manner(self) -> dict[str, Any]:
        """How it was loaded."""
        return {"kind": self.kind, "language": self.language, "columns": self.columns, "rules": self.rules}


class SourceStore:
    """The sources of the shop's knowledge, and what is known of their pages; thread-safe."""

    def __init__(self, engine: Engine) -> None:
        """Keep them in ``engine``'s database, whose tables must exist."""
        self._engine = engine

    def all(self) -> list[LoadedSource]:
        """Every source, the one loaded longest ago first."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(sources).order_by(sources.c.loaded_at)).mappings().all()
        return [LoadedSource(**{**row, "loaded_at": _utc(row["loaded_at"])}) for row in rows]

    def loaded(self, source: LoadedSource) -> None:
        """Records that ``source`` has been loaded now."""
        with self._engine.begin() as connection:
            upsert(connection, sources, [{**_values(source), "loaded_at": datetime.now(UTC)}])

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


def _values(source: LoadedSource) -> dict[str, Any]:
    return {
        **{each.name: getattr(source, each.name) for each in fields(source)},
        "columns": dict(source.columns),
        "rules": dict(source.rules),
    }


def _utc(moment: datetime) -> datetime:
    """SQLite gives times back without their zone."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
