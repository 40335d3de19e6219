"""Pages as they are read and remembered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Protocol
from urllib.parse import unquote, urlsplit

from knowledge_base.loading.web.fetch import Answer
from knowledge_base.types import Skipped

GONE_TWICE = 2


@dataclass(frozen=True, slots=True)
class PageRecord:
    """What is known of a page since it was last read.

    ``root`` is the address that was to be loaded: the page's own, or that of the sitemap or feed that lists it.
    ``fingerprint`` is that of the document made of it; ``missed`` counts how often in a row it was gone.
    """

    url: str
    root: str
    etag: str | None = None
    last_modified: str | None = None
    digest: str = ""
    fingerprint: str = ""
    missed: int = 0


class PageLog(Protocol):
    """The record of pages, in a database."""

    def pages(self, root: str) -> Mapping[str, PageRecord]:
        """The pages of ``root`` by their addresses."""
        ...

    def record(self, records: Iterable[PageRecord]) -> None:
        """Puts records in place of those of the same addresses."""
        ...

    def forget(self, urls: Iterable[str]) -> None:
        """Removes records."""
        ...


@dataclass(frozen=True, slots=True)
class Page:
    """A page that is new or has other bytes than before; a :class:`knowledge_base.loading.files.Source`."""

    location: str
    data: bytes
    suffix: str
    record: PageRecord

    @property
    def source(self) -> str:
        """The address."""
        return self.location

    @property
    def name(self) -> str:
        """The last part of the address, else the host."""
        parts = urlsplit(self.location)
        return PurePosixPath(unquote(parts.path)).stem or parts.netloc

    def read(self) -> bytes:
        """The bytes."""
        return self.data


@dataclass(frozen=True, slots=True)
class Same:
    """A page that has not changed."""

    record: PageRecord


@dataclass(frozen=True, slots=True)
class Gone:
    """A page that is not there. It goes for good only when it is not there the next time either."""

    record: PageRecord

    @property
    def for_good(self) -> bool:
        """Whether it was gone twice in a row."""
        return self.record.missed >= GONE_TWICE


Reading = Page | Same | Gone | Skipped


class Getter(Protocol):
    """What fetches: :class:`knowledge_base.loading.web.manners.PoliteFetcher`."""

    def get(self, url: str, headers: dict[str, str] | None = None) -> Answer:
        """The answer to a GET; raises :class:`FetchError`."""
        ...


@dataclass(frozen=True, slots=True)
class Web:
    """Access to pages: ``open`` gives what fetches them, ``log`` remembers them."""

    open: Callable[[], AbstractContextManager[Getter]]
    log: PageLog
