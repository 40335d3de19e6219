"""The occasions on which a customer may be written to, read from the shop's data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, get_args

from sqlalchemy import Connection, Row, select

from bot.shop.orders import order_key
from bot.store.conversation_tables import conversations, turns
from bot.store.database import aware
from bot.store.retention import stock_watch
from bot.store.shop import customers, interactions, orders, reviews, upsert
from bot.understanding.news import asks_for_news, asks_for_restock

RuleName = Literal[
    "after_purchase",
    "review_request",
    "back_in_stock",
    "abandoned_cart",
    "unresolved_complaint",
    "birthday",
    "win_back",
    "delivery_news",
]
RULES: tuple[RuleName, ...] = get_args(RuleName)
_WAITED_FOR = 60
"""Days that a wish to be told is remembered."""
_TURNS_TO_PROVE = 2
"""After the wish, in which its order may be shown: the customer had to say first who they are."""
_OVER = ("cancelled", "returned", "refunded")


@dataclass(frozen=True, slots=True)
class Occasion:
    """Why a customer is written to. ``key`` is the same whenever the same occasion is found again."""

    rule: RuleName
    customer: str
    key: str
    skus: tuple[str, ...] = ()
    order_id: str = ""


def occasions(connection: Connection, rule: RuleName, stock: dict[str, int], now: datetime) -> Iterator[Occasion]:
    """What a rule finds at ``now``; ``stock`` is that of every product whose stock is known.

    ``back_in_stock`` remembers the stock, so it finds what came back since it was last asked.
    """
    if rule == "back_in_stock":
        yield from _back_in_stock(connection, stock, now)
    else:
        yield from _READERS[rule](connection, now)


def _orders(connection: Connection) -> list[Row[Any]]:
    query = select(orders).where(orders.c.customer_id.is_not(None), orders.c.status.not_in(_OVER))
    return list(connection.execute(query.order_by(orders.c.order_key)))


def _skus(order: Row[Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item["sku"] for item in order._mapping["items"]))


def _delivered(connection: Connection, now: datetime, after: int, before: int) -> Iterator[Row[Any]]:
    for order in _orders(connection):
        at = moment(order.delivered_at)
        if at is not None and timedelta(days=after) <= now - at < timedelta(days=before):
            yield order


def _after_purchase(connection: Connection, now: datetime) -> Iterator[Occasion]:
    for order in _delivered(connection, now, 1, 7):
        yield Occasion("after_purchase", order.customer_id, order.order_key, _skus(order), order.order_id)


def _review_request(connection: Connection, now: datetime) -> Iterator[Occasion]:
    rated = {(row.customer_id, row.sku) for row in connection.execute(select(reviews.c.customer_id, reviews.c.sku))}
    for order in _delivered(connection, now, 7, 30):
        open_skus = tuple(sku for sku in _skus(order) if (order.customer_id, sku) not in rated)
        if open_skus:
            yield Occasion("review_request", order.customer_id, order.order_key, open_skus, order.order_id)


def _bought(connection: Connection) -> dict[tuple[str, str], datetime]:
    """When a customer last got a product, from orders and from what the shop's pages reported."""
    last: dict[tuple[str, str], datetime] = {}
    found = [(order.customer_id, sku, moment(order.placed_at)) for order in _orders(connection) for sku in _skus(order)]
    events = select(interactions).where(interactions.c.event == "purchase")
    found += [(row.customer_id, row.sku, moment(row.time)) for row in connection.execute(events)]
    for customer, sku, at in found:
        when = at or datetime.max.replace(tzinfo=UTC)
        last[customer, sku] = max(when, last.get((customer, sku), when))
    return last


def _abandoned_cart(connection: Connection, now: datetime) -> Iterator[Occasion]:
    bought = _bought(connection)
    carts: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
    for row in connection.execute(select(interactions).where(interactions.c.event == "cart").order_by(interactions.c.id)):
        at = moment(row.time)
        if at is not None and timedelta(hours=4) <= now - at < timedelta(days=3):
            if (row.customer_id, row.sku) not in bought or bought[row.customer_id, row.sku] < at:
                carts[row.customer_id].append((at, row.sku))
    for customer, kept in sorted(carts.items()):
        first = min(at for at, _ in kept)
        skus = tuple(dict.fromkeys(sku for _, sku in sorted(kept)))
        yield Occasion("abandoned_cart", customer, f"{customer}:{first:%Y-%m-%d}", skus)


def _back_in_stock(connection: Connection, stock: dict[str, int], now: datetime) -> Iterator[Occasion]:
    known = {row.sku: row for row in connection.execute(select(stock_watch))}
    rows: list[dict[str, Any]] = []
    for sku, number in stock.items():
        before = known.get(sku)
        came_back = before is not None and before.stock <= 0 < number
        back_at = now if came_back else before.back_at if before is not None else None
        rows.append({"sku": sku, "stock": number, "back_at": back_at and aware(back_at)})
    if rows:
        upsert(connection, stock_watch, rows)
    dated = ((row["sku"], row["back_at"]) for row in rows if row["stock"] > 0)
    fresh = {sku: at for sku, at in dated if at is not None and now - at < timedelta(days=7)}
    if not fresh:
        return
    bought = _bought(connection)
    wished = _wished_back(connection, now)
    for (customer, sku), asked in wished.items():
        if sku in fresh and asked < fresh[sku]:
            yield Occasion("back_in_stock", customer, f"{customer}:{sku}:{fresh[sku]:%Y-%m-%d}", (sku,))
    wanted = select(interactions).where(interactions.c.sku.in_(fresh), interactions.c.event.in_(("view", "cart", "click")))
    seen: set[tuple[str, str]] = set()
    for row in connection.execute(wanted.order_by(interactions.c.id)):
        pair = row.customer_id, row.sku
        at = moment(row.time)
        if pair not in seen and pair not in bought and pair not in wished and at is not None and at < fresh[row.sku]:
            seen.add(pair)
            yield Occasion(
                "back_in_stock", row.customer_id, f"{row.customer_id}:{row.sku}:{fresh[row.sku]:%Y-%m-%d}", (row.sku,)
            )


def _wished_back(connection: Connection, now: datetime) -> dict[tuple[str, str], datetime]:
    """When identified customers asked in a conversation to be told of a product that was shown to them then."""
    since = now - timedelta(days=_WAITED_FOR)
    columns = (conversations.c.customer_id, turns.c.text, turns.c.evidence_ids, turns.c.created_at)
    query = select(*columns).join(turns).where(conversations.c.customer_id.is_not(None), turns.c.created_at > since)
    return {
        (row.customer_id, id.removeprefix("product:")): aware(row.created_at)
        for row in connection.execute(query.order_by(turns.c.created_at))
        if asks_for_restock(row.text)
        for id in row.evidence_ids
        if id.startswith("product:")
    }


def _unresolved_complaint(connection: Connection, now: datetime) -> Iterator[Occasion]:
    """Conversations that ended on a complaint or an unhappy word, one to seven days ago."""
    columns = (conversations.c.id, conversations.c.customer_id, turns.c.intent, turns.c.sentiment, turns.c.created_at)
    query = select(*columns).join(turns).where(conversations.c.customer_id.is_not(None), conversations.c.hands % 2 == 0)
    last = {row.id: row for row in connection.execute(query.order_by(turns.c.number))}
    for row in last.values():
        unhappy = row.intent == "complaint" or row.sentiment == "negative"
        if unhappy and timedelta(days=1) <= now - aware(row.created_at) < timedelta(days=7):
            yield Occasion("unresolved_complaint", row.customer_id, row.id)


def _delivery_news(connection: Connection, now: datetime) -> Iterator[Occasion]:
    """Orders that came within the last three days, whose customers had asked in a conversation to be told."""
    since = now - timedelta(days=_WAITED_FOR)
    columns = (turns.c.conversation_id, turns.c.number, turns.c.text, turns.c.evidence_ids, turns.c.created_at)
    wished: dict[str, tuple[int, datetime]] = {}
    asked: dict[str, datetime] = {}
    for row in connection.execute(select(*columns).where(turns.c.created_at > since).order_by(turns.c.created_at)):
        if asks_for_news(row.text):
            wished[row.conversation_id] = (row.number, aware(row.created_at))
        number, at = wished.get(row.conversation_id, (-_TURNS_TO_PROVE - 1, now))
        if row.number - number <= _TURNS_TO_PROVE:
            asked = {order_key(id.removeprefix("order:")): at for id in row.evidence_ids if id.startswith("order:")} | asked
    for order in _delivered(connection, now, 0, 3):
        came = moment(order.delivered_at)
        if came is not None and order.order_key in asked and asked[order.order_key] < came:
            yield Occasion("delivery_news", order.customer_id, order.order_key, _skus(order), order.order_id)


def _birthday(connection: Connection, now: datetime) -> Iterator[Occasion]:
    for row in connection.execute(select(customers).where(customers.c.birthday == f"{now:%m-%d}")):
        yield Occasion("birthday", row.customer_id, f"{row.customer_id}:{now:%Y}")


def _win_back(connection: Connection, now: datetime) -> Iterator[Occasion]:
    last: dict[str, tuple[datetime, str, tuple[str, ...]]] = {}
    for order in _orders(connection):
        if (at := moment(order.placed_at)) is not None:
            found = (at, order.order_key, _skus(order))
            last[order.customer_id] = max(found, last.get(order.customer_id, found))
    for customer, (at, key, _) in sorted(last.items()):
        if timedelta(days=90) <= now - at < timedelta(days=365):
            yield Occasion("win_back", customer, f"{customer}:{key}")


_READERS: dict[str, Callable[[Connection, datetime], Iterator[Occasion]]] = {
    "after_purchase": _after_purchase,
    "review_request": _review_request,
    "abandoned_cart": _abandoned_cart,
    "unresolved_complaint": _unresolved_complaint,
    "birthday": _birthday,
    "delivery_news": _delivery_news,
    "win_back": _win_back,
}


def moment(written: str | None) -> datetime | None:
    """A stored time; one without a zone is the machine's."""
    return datetime.fromisoformat(written).astimezone(UTC) if written else None
