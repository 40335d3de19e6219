"""What customers write most often, without what is personal in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from bot.privacy.masking import replaced, without_cards
from bot.understanding.identifiers import OrderNumbers

Counted = tuple[str, int, int]
"""A message, how often it was written, and how often in vain."""
_PLACE = re.compile(r"\[[a-z ]+\]")
_CODE = re.compile(r"#?[A-Za-z]{0,4}[-_ ]?\d{3,}(?:[-_]\w+)*")
"""A message that is a number of something, whatever the shop's own numbers look like."""
_WORD = re.compile(r"[^\W\d_]")


def most_said(counted: Iterable[Counted], orders: OrderNumbers, limit: int) -> list[Counted]:
    """The commonest of ``counted``; those that say the same but for what is personal count as one.

    ``[email]``, ``[phone]``, ``[address]``, ``[order]`` and ``[card number]`` stand in its place. What says nothing else is
    left out.
    """
    found: dict[str, Counted] = {}
    for text, asked, vain in counted:
        masked = _masked(text, orders)
        if _WORD.search(_PLACE.sub("", masked)) and not _CODE.fullmatch(masked.strip(" .!?。！？")):
            first, before, before_vain = found.get(masked.lower(), (masked, 0, 0))
            found[masked.lower()] = (first, before + asked, before_vain + vain)
    return sorted(found.values(), key=lambda each: (-each[1], each[0].lower()))[:limit]


def _masked(text: str, orders: OrderNumbers) -> str:
    text = replaced(without_cards(text), lambda kind, _: f"[{kind}]")
    for span in sorted(orders.find(text), key=lambda span: -span.start):
        text = f"{text[: span.start]}[order]{text[span.end :]}"
    return text


Orders = Callable[[], OrderNumbers]
"""Knows the shop's order numbers as they are now."""
