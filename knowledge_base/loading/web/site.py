"""Reading an address again and again: a page, or all pages that a sitemap or feed lists, as far as they have changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from urllib.parse import urljoin, urlsplit

from knowledge_base.loading.formats import format_of_suffix, suffix_of_media_type
from knowledge_base.loading.web.fetch import Answer, FetchError, plain_address
from knowledge_base.loading.web.listings import Listing, read_listing
from knowledge_base.loading.web.pages import Getter, Gone, Page, PageRecord, Reading, Same
from knowledge_base.types import Skipped

MAX_PAGES = 2_000
MAX_SITEMAPS = 50
_GONE = (404, 410)


def read_site(
    root: str, getter: Getter, known: Mapping[str, PageRecord], current: Callable[[str], str | None]
) -> Iterator[Reading]:
    """Every page of ``root``, which is the address of a page, a sitemap or a feed.

    Args:
        root: the address.
        getter: what fetches.
        known: the pages of ``root`` as they were when last read.
        current: address → fingerprint of the document that there is of it; a page without one is fetched whole.
    """
    try:
        root = plain_address(root)
        answer = getter.get(root, _conditions(known.get(root), current))
    except FetchError as error:
        yield Skipped(root, str(error))
        return
    listing = read_listing(answer.body) if answer.status == 200 else None
    if listing is None:
        yield _reading(answer, known.get(root) or PageRecord(root, root))
        return
    pages = list(_pages(root, listing, getter))
    if any(isinstance(page, Skipped) for page in pages):
        listing = replace(listing, whole=False)  # a list that cannot be read whole does not tell what is gone
    urls = [page for page in pages if isinstance(page, str)]
    yield from (page for page in pages if isinstance(page, Skipped))
    for url in urls:
        record = known.get(url) or PageRecord(url, root)
        try:
            yield _reading(getter.get(url, _conditions(known.get(url), current)), record)
        except FetchError as error:
            yield Skipped(url, str(error))
    if listing.whole:
        yield from (Gone(replace(record, missed=record.missed + 1)) for url, record in known.items() if url not in set(urls))


def _conditions(record: PageRecord | None, current: Callable[[str], str | None]) -> dict[str, str]:
    if record is None or not record.fingerprint or current(record.url) != record.fingerprint:
        return {}
    conditions = {"If-None-Match": record.etag, "If-Modified-Since": record.last_modified}
    return {name: value for name, value in conditions.items() if value}


def _reading(answer: Answer, record: PageRecord) -> Reading:
    if answer.status == 304:
        return Same(replace(record, missed=0))
    if answer.status in _GONE:
        missed = Gone(replace(record, missed=record.missed + 1))
        return missed if record.digest else Skipped(record.url, f"is not there (status {answer.status})")
    if answer.status != 200:
        return Skipped(record.url, f"was answered with status {answer.status}; try again later")
    fresh = replace(
        record,
        etag=answer.headers.get("etag"),
        last_modified=answer.headers.get("last-modified"),
        digest=hashlib.sha256(answer.body).hexdigest(),
        missed=0,
    )
    return Page(record.url, answer.body, _suffix(answer), fresh)


def _suffix(answer: Answer) -> str:
    stated = suffix_of_media_type(answer.headers.get("content-type", "").partition(";")[0].strip().lower())
    written = PurePosixPath(urlsplit(answer.url).path).suffix
    if stated in (None, ".txt") and format_of_suffix(written):
        return written
    return stated or ".html"


def _pages(root: str, listing: Listing, getter: Getter) -> Iterator[str | Skipped]:
    """The addresses of a list and of the lists that it names, each once, of its own site only."""
    host = urlsplit(root).hostname
    seen: set[str] = set()
    waiting, opened = [listing], 0
    for each in waiting:  # which grows meanwhile
        for address in each.pages:
            url = _joined(root, address)
            if isinstance(url, Skipped):
                yield url
            elif _site(urlsplit(url).hostname) != _site(host):
                yield Skipped(url, f"is on another site than {host!r}; load it by its own address")
            elif url not in seen:
                if len(seen) == MAX_PAGES:
                    yield Skipped(root, f"lists more than {MAX_PAGES:,} pages; the others are left out")
                    return
                seen.add(url)
                yield url
        for address in each.sitemaps:
            opened += 1
            if opened > MAX_SITEMAPS:
                yield Skipped(root, f"lists more than {MAX_SITEMAPS} sitemaps; the others are left out")
                return
            inner = _sitemap(_joined(root, address), getter)
            if isinstance(inner, Skipped):
                yield inner
            else:
                waiting.append(inner)


def _joined(root: str, address: str) -> str | Skipped:
    try:
        return plain_address(urljoin(root, address))
    except (FetchError, ValueError) as error:
        return Skipped(address[:200], str(error))


def _sitemap(url: str | Skipped, getter: Getter) -> Listing | Skipped:
    if isinstance(url, Skipped):
        return url
    try:
        answer = getter.get(url)
    except FetchError as error:
        return Skipped(url, str(error))
    listing = read_listing(answer.body) if answer.status == 200 else None
    return listing or Skipped(url, f"is no sitemap (status {answer.status})")


def _site(host: str | None) -> str:
    return (host or "").removeprefix("www.")
