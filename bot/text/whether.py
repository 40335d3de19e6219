"""The Chinese form that asks whether, a word beside its own denial (送不送, 有没有): it neither denies nor tells anything."""

from __future__ import annotations

import re

WHETHER = r"(?![一不没时动])(?P<asked>[\u3400-\u9fff])[不没](?P=asked)"
"""A pattern to put into others; 时不时 and 动不动 tell how often something happens."""
_WHETHER = re.compile(WHETHER)
_CLAUSE = re.compile(rf"{WHETHER}[^，。,.!?！？；;\s]*")


def asks_whether(text: str) -> bool:
    """Whether ``text`` asks so: 疼不疼."""
    return _WHETHER.search(text) is not None


def affirmed(text: str) -> str:
    """``text`` with what it asks as if it were told: 节假日送不送货 as 节假日送货."""
    return _WHETHER.sub(r"\g<asked>", text)


def beside_whether(text: str) -> str:
    """What ``text`` tells beside what it asks: 坏了管不管 tells 坏了, 掉不掉色 nothing."""
    return _CLAUSE.sub("", text)
