"""Whether a customer agreed to be written to, and by which ways, as shops note it down."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from bot.shop import cells

Way = Literal["email", "sms"]
_YES = frozenset(
    "1 yes y true t on ok all agreed granted subscribed opt-in opted-in 是 同意 有 已同意 已订阅 愿意 可以 全部 √ ✓".split()
)
_NO = frozenset(
    "0 no n false f off none null - – n/a denied declined refused revoked unsubscribed opt-out opted-out not-subscribed "
    "否 不 无 没有 不同意 未同意 拒绝 已退订 退订 未订阅 ×".split()
)
_WAYS: dict[str, Way] = {
    **dict.fromkeys(("email", "e-mail", "mail", "邮件", "邮箱", "电子邮件"), "email"),
    **dict.fromkeys(("sms", "text", "mobile", "短信", "手机"), "sms"),
}


def agreement(value: object) -> tuple[bool, tuple[Way, ...]] | None:
    """Whether a cell says yes, and the ways that it names, by which alone then; None where it says neither yes nor no.

    An empty cell is a no.
    """
    told = [part.lower() for part in cells.listing(value)]
    if len(told) < 2:
        word = re.sub("[ _]", "-", "".join(told))
        if not word or word in _NO:
            return False, ()
        if word in _YES:
            return True, ()
    ways = tuple(dict.fromkeys(_WAYS[part] for part in told if part in _WAYS))
    return (True, ways) if all(part in _WAYS for part in told) else None


def unclear(cells_told: Iterable[object]) -> list[str]:
    """The different cells that say neither yes nor no, as they are written."""
    return list(dict.fromkeys(cells.text(cell) for cell in cells_told if agreement(cell) is None))
