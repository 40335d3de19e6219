"""Parts a clause that names items of two orders or more: an operation is on the items of one order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.order_desk.filling import WITH_ITEMS
from bot.order_desk.items import Mention, is_name, mentions
from bot.order_desk.known import Known
from bot.order_desk.reading import Clause
from bot.shop.orders import order_key
from bot.shop.records import Order

_JOINT = re.compile(r"\band\b|[,;，；、]|和|以及|还有", re.IGNORECASE)


def shared_out(clause: Clause, known: Known) -> Iterator[Clause]:
    """The clause, or a clause for each order whose items it names, where no order has them all and none is named by number."""
    if clause.kind not in WITH_ITEMS or known.orders_in(clause.text):
        yield clause
        return
    start = 0
    for end in _bounds(clause.text, _named(clause, known)):
        yield replace(clause, text=clause.text[start:end].strip())
        start = end
    yield replace(clause, text=clause.text[start:].strip())


def _named(clause: Clause, known: Known) -> list[tuple[Mention, frozenset[str]]]:
    """Each mention of an item with the orders that have it: of those whose status is the operation's, where they have all."""
    assert clause.kind is not None
    able = known.able(clause.kind)
    first = _mentioned(clause.text, [one for one in able if one.status in known.policy.rule(clause.kind).statuses], known)
    every = _mentioned(clause.text, able, known)
    return first if len(first) == len(every) else every


def _mentioned(text: str, orders: Sequence[Order], known: Known) -> list[tuple[Mention, frozenset[str]]]:
    found: dict[int, tuple[Mention, set[str]]] = {}
    for order in orders:
        named = known.named(order)
        for mention in mentions(text, named):
            if is_name(text[mention.start : mention.end], [one for one in named if one.item.sku in mention.skus]):
                found.setdefault(mention.start, (mention, set()))[1].add(order_key(order.order_id))
    return [(mention, frozenset(keys)) for _, (mention, keys) in sorted(found.items())]


def _bounds(text: str, named: list[tuple[Mention, frozenset[str]]]) -> Iterator[int]:
    """Where the items of another order begin: at the last joint before the first item that the orders so far have not."""
    possible: frozenset[str] | None = None
    end = 0
    for mention, orders in named:
        if possible is not None and not possible & orders:
            joints = list(_JOINT.finditer(text, end, mention.start))
            yield joints[-1].end() if joints else mention.start
            possible = orders
        else:
            possible = orders if possible is None else possible & orders
        end = mention.end
