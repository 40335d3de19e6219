"""Good manners towards a site: its robots.txt is kept to, and pages are asked for one by one with pauses."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from protego import Protego

from knowledge_base.loading.web.fetch import AGENT, Answer, Fetcher, FetchError

LONGEST_PAUSE = 10.0
_NAME = AGENT.partition("/")[0]


@contextmanager
def polite_fetcher(allow_private: bool = False, pause: float = 1.0) -> Iterator[PoliteFetcher]:
    """A :class:`PoliteFetcher` with connections of its own, closed at the end."""
    with Fetcher(allow_private) as fetcher:
        yield PoliteFetcher(fetcher, pause)


class PoliteFetcher:
    """Fetches what a site lets robots fetch, with a pause between two of its pages."""

    def __init__(self, fetcher: Fetcher, pause: float = 1.0) -> None:
        """Wait ``pause`` seconds at least between two pages of a site, or as long as its robots.txt asks, up to ten."""
        self._fetcher, self._pause = fetcher, pause
        self._rules: dict[str, Protego | str] = {}
        self._last: dict[str, float] = {}

    def get(self, url: str, headers: dict[str, str] | None = None) -> Answer:
        """As :meth:`Fetcher.get`. Raises :class:`FetchError` too for what robots.txt forbids."""
        site = "{0.scheme}://{0.netloc}".format(urlsplit(url))
        rules = self._of(site)
        if isinstance(rules, str):
            raise FetchError(rules)
        if not rules.can_fetch(url, _NAME):
            raise FetchError("is closed to robots by the site's robots.txt")
        asked = min(float(rules.crawl_delay(_NAME) or 0), LONGEST_PAUSE)
        wait = self._last.get(site, float("-inf")) + max(self._pause, asked) - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        try:
            return self._fetcher.get(url, headers)
        finally:
            self._last[site] = time.monotonic()

    def _of(self, site: str) -> Protego | str:
        """The site's rules: everything is open where it has none, nothing while they cannot be read (RFC 9309)."""
        if site not in self._rules:
            self._rules[site] = self._read(site)
        return self._rules[site]

    def _read(self, site: str) -> Protego | str:
        try:
            answer = self._fetcher.get(f"{site}/robots.txt")
        except FetchError as error:
            return str(error)
        if answer.status >= 500:
            return f"is on a site whose robots.txt cannot be read (status {answer.status}); try again later"
        return Protego.parse(answer.body[:500_000].decode("utf-8", "replace") if answer.status < 300 else "")
