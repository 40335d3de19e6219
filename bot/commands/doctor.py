"""``shopdesk doctor``: what works, what does not, and what to do about it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.terminal import DEFAULT, Data, Json, named, print_json, say
from bot.localisation.chinese import in_chinese
from bot.localisation.terminal import in_words
from bot.settings import terminal_language

if TYPE_CHECKING:
    from bot.doctor.report import Check

_NAMES_ZH = {
    "data directory": "数据目录",
    "database": "数据库",
    "index": "索引",
    "models": "模型",
    "language model": "语言模型",
    "order system": "订单系统",
    "mail server": "邮件服务器",
    "port": "端口",
    "public address": "公开地址",
    "page": "网页",
    "snippet": "嵌入代码",
    "server": "服务器",
    "key": "网站代码",
    "origin": "来源",
    "https": "HTTPS",
    "page's policy": "网页策略",
    "viewport": "手机显示",
    "browser": "浏览器",
    "widget": "聊天窗",
    "launcher": "按钮",
    "contrast": "对比度",
    "keyboard": "键盘",
    "loaded": "加载量",
    "errors": "报错",
}
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
            say(f"{_SIGNS[check.state]} {_told(check)}")
    broken = any(check.state == "failed" for check in checks)
    if as_json:
        print_json({"url": url, "ok": not broken, "checks": [check.to_dict() for check in checks]})
    sys.exit(int(broken))


def _told(check: Check) -> str:
    """The check in the terminal's language; what failed with a sentence of its own is said by that."""
    if terminal_language() == "zh":
        found, remedy = in_words(check.found), in_words(check.remedy)
        if found == check.found and (whole := in_chinese(f"{found}: {check.remedy[:1].lower()}{check.remedy[1:]}")):
            found, remedy = whole, ""
        line = f"{_NAMES_ZH.get(check.name, check.name)}：{found}"
    else:
        line, remedy = f"{check.name}: {check.found}", check.remedy
    return line + (f"\n    → {remedy}" if remedy else "")


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
