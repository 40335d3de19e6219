"""``shopdesk doctor``: what works, what does not, and what to do about it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.terminal import DEFAULT, Data, Json, named, print_json, say

if TYPE_CHECKING:
    from bot.doctor.report import Check

_SIGNS = {"ok": "✓", "warning": "!", "failed": "✗"}


def doctor(
    url: Annotated[str | None, typer.Argument(help="A page of the shop; without one the installation is checked.")] = None,
    browser: Annotated[
        bool | None, typer.Option("--browser/--no-browser", help="Look in a real browser too; where there is one if not given.")
    ] = None,
    data: Data = DEFAULT,
    as_json: Json = False,
) -> None:
    """Check the installation, or the widget on a page of the shop, and say what to do. Exits with 1 when something failed."""
    checks: list[Check] = []
    for check in _page(url, browser) if url else _installation(data):
        checks.append(check)
        if not as_json:
            say(f"{_SIGNS[check.state]} {check.name}: {check.found}" + (f"\n    → {check.remedy}" if check.remedy else ""))
    broken = any(check.state == "failed" for check in checks)
    if as_json:
        print_json({"url": url, "ok": not broken, "checks": [check.to_dict() for check in checks]})
    sys.exit(int(broken))


def _installation(data: Path) -> Iterator[Check]:
    from bot.doctor.installation import installation
    from bot.settings import load_settings

    yield from installation(load_settings(**named(data)))


def _page(url: str, browser: bool | None) -> Iterator[Check]:
    import httpx

    from bot.doctor.browser import browser_checks, executable
    from bot.doctor.page import SECONDS, fetched, page_checks

    with httpx.Client(timeout=SECONDS) as client:
        page = fetched(url, client)
        yield from page_checks(page, client)
    if browser or (browser is None and executable()):
        yield from browser_checks(page.url)
