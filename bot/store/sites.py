"""The shop's web sites: which pages may embed the widget, and how it greets there."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import JSON, Column, DateTime, Engine, String, Table, Text, delete, insert, select, update

from bot.access.origins import allows, pattern
from bot.errors import InputError
from bot.store.database import metadata
from bot.store.signing_keys import SigningKeyStore

sites = Table(
    "sites",
    metadata,
    Column("key", String(40), primary_key=True),
    Column("name", Text, nullable=False),
    Column("origins", JSON, nullable=False),
    Column("settings", JSON, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
)
LONGEST_NAME = 100
MOST_ORIGINS = 50
Words = Annotated[str, Field(min_length=1, max_length=500)]


class ProactiveRule(BaseModel):
    """Words that the widget says by itself after ``after_s`` seconds on a page whose path fits ``page`` (``*``: anything)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    after_s: float = Field(default=20.0, ge=0, le=86_400, description="seconds on the page")
    page: str = Field(
        default="*", min_length=1, max_length=200, description="path of the page, `*` for any characters: `/products/*`"
    )
    text: Words
    text_zh: Words | None = None
    once: bool = Field(default=True, description="once for each visitor")


class SiteSettings(BaseModel):
    """What everybody may know of a site: how the widget looks and greets there. None: as the shop's profile says."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    color: str = Field(default="#0f766e", pattern=r"^#[0-9a-fA-F]{6}$", description="theme colour")
    position: Literal["right", "left"] = Field(default="right", description="side of the launcher")
    greeting: Words | None = None
    greeting_zh: Words | None = None
    proactive: tuple[ProactiveRule, ...] = Field(default=(), max_length=20)


@dataclass(frozen=True, slots=True)
class Site:
    """A web site of the shop. ``origins`` are patterns as in :mod:`bot.access.origins`, none: only this server embeds it."""

    key: str
    name: str
    origins: tuple[str, ...]
    settings: SiteSettings
    created_at: datetime

    def allows(self, origin: str) -> bool:
        """Whether pages of a normalised origin may embed the widget and call the API for this site."""
        return any(allows(allowed, origin) for allowed in self.origins)

    def to_dict(self) -> dict[str, Any]:
        """The site as plain JSON types."""
        return {
            "key": self.key,
            "name": self.name,
            "origins": list(self.origins),
            "settings": self.settings.model_dump(mode="json"),
            "created_at": self.created_at.isoformat(),
        }


def snippet_of(site: Site, address: str) -> str:
    """The HTML that puts the widget into a page; ``address`` is the server's, as browsers reach it."""
    return f'<script src="{address}/widget.js" data-site="{site.key}" async></script>'


class SiteStore:
    """Reads and writes sites. Nothing is cached: what the command line changes counts from the server's next request on."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.signing_keys = SigningKeyStore(engine)

    def add(self, allowed: Sequence[str], name: str, settings: SiteSettings | None = None) -> Site:
        """A new site with a key of its own (96 random bits).

        Raises:
            InputError: for an origin that is none or allows too much, or an unusable name.
        """
        now = datetime.now(UTC)
        site = Site(f"sd_{secrets.token_hex(12)}", _name(name), _patterns(allowed), settings or SiteSettings(), now)
        with self._engine.begin() as connection:
            connection.execute(insert(sites).values(**site.to_dict() | {"created_at": now}))
        return site

    def all(self) -> tuple[Site, ...]:
        """Every site, oldest first."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(sites).order_by(sites.c.created_at, sites.c.key)).all()
        return tuple(_site(row) for row in rows)

    def find(self, key: str) -> Site | None:
        """The site of that key."""
        with self._engine.connect() as connection:
            row = connection.execute(select(sites).where(sites.c.key == key[:40])).one_or_none()
        return _site(row) if row is not None and row.key == key else None

    def get(self, key: str) -> Site:
        """The site of that key.

        Raises:
            InputError: when there is none.
        """
        if (site := self.find(key)) is None:
            raise InputError(f"There is no site {key[:60]!r}: 'shopdesk site list' shows what there is.")
        return site

    def of_origin(self, origin: str) -> Site | None:
        """The oldest site that a normalised origin belongs to."""
        return next((site for site in self.all() if site.allows(origin)), None)

    def change(
        self,
        key: str,
        name: str | None = None,
        allowed: Sequence[str] | None = None,
        settings: SiteSettings | None = None,
        seen: Site | None = None,
    ) -> Site:
        """Replaces what is given, and gives the site as it is then.

        Raises:
            InputError: for an unknown key, an unusable origin or name, or a site that is other than it was ``seen``.
        """
        site = self.get(key)
        values: dict[str, Any] = {
            "name": site.name if name is None else _name(name),
            "origins": list(site.origins if allowed is None else _patterns(allowed)),
            "settings": (settings or site.settings).model_dump(mode="json"),
        }
        with self._engine.begin() as connection:
            now = connection.execute(select(sites).where(sites.c.key == key).with_for_update()).one_or_none()
            if seen is not None and now is not None and _site(now) != seen:
                raise InputError(
                    "Somebody else changed this site meanwhile: open it again, then write your change once more.",
                    zh="这个网站的设置刚被别人改过：请重新打开，再改一次。",
                )
            connection.execute(update(sites).where(sites.c.key == key).values(**values))
        return self.get(key)

    def remove(self, key: str) -> None:
        """Forgets the site: the widget and the API are closed to its pages from now on. Its conversations stay.

        Raises:
            InputError: for an unknown key.
        """
        with self._engine.begin() as connection:
            connection.execute(delete(sites).where(sites.c.key == self.get(key).key))


def _patterns(written: Sequence[str]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(pattern(one) for one in written))
    if len(found) > MOST_ORIGINS:
        raise InputError(f"A site has at most {MOST_ORIGINS} origins, not {len(found)}: add another site.")
    return found


def _name(name: str) -> str:
    shown = " ".join(name.split())
    if not shown or len(shown) > LONGEST_NAME or not shown.isprintable():
        raise InputError(f"A site's name has 1 to {LONGEST_NAME} printable characters: {name[:40]!r} cannot be one.")
    return shown


def _site(row: Any) -> Site:
    at = row.created_at if row.created_at.tzinfo else row.created_at.replace(tzinfo=UTC)
    return Site(row.key, row.name, tuple(row.origins), SiteSettings.model_validate(row.settings), at)
