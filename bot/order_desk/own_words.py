"""What goes into an order as the customer wrote it: rules read simplified characters, addresses and names keep their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.order_desk.state import Wish
from bot.text.phrases import plain
from bot.text.script import to_simplified

LONGEST = 4_000


def in_own_words(wish: Wish, written: Sequence[str]) -> Wish:
    """The wish with its address and its title in the characters of ``written``, the customer's messages."""
    if not wish.address and not wish.title:
        return wish
    address = {part: _as_written(value, written) for part, value in wish.address.items()}
    return replace(wish, address=address, title=wish.title and _as_written(wish.title, written))


def _as_written(value: str, written: Sequence[str]) -> str:
    """``value``, which was read from one of the messages, as it stands in the latest that holds it."""
    for message in reversed(written):
        own = plain(message, LONGEST)
        if value and (at := to_simplified(own).find(value)) >= 0:
            return own[at : at + len(value)]
    return value
