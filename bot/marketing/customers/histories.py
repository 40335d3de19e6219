"""What each customer did: purchases, steps on the site, and words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Engine, select

from bot.marketing.insight.voices import Voice, day_of
from bot.store.shop import customers, interactions, orders

_VOID = ("cancelled", "canceled", "refunded", "已取消", "已退款")


@dataclass(frozen=True, slots=True)
class Purchase:
    """One order. ``amount`` is in the shop's most used currency, 0 for another one."""

    day: date
    amount: float
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CustomerHistory:
    """One customer; ``steps`` are days on which they looked at something, ``purchases`` stand in the order of time."""

    id: str
    purchases: tuple[Purchase, ...] = ()
    steps: tuple[date, ...] = ()
    looked_at: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    def until(self, day: date) -> CustomerHistory:
        """What was known before ``day``; words and tags, which carry no date here, stay out."""
        purchases = tuple(purchase for purchase in self.purchases if purchase.day < day)
        return CustomerHistory(self.id, purchases, tuple(step for step in self.steps if step < day), self.looked_at)


def read_histories(engine: Engine, categories: Mapping[str, str], voices: Sequence[Voice]) -> list[CustomerHistory]:
    """Every customer who is known, ordered or looked at something, by id. ``categories`` names each SKU's."""
    bought: dict[str, list[Purchase]] = defaultdict(list)
    steps: dict[str, list[date]] = defaultdict(list)
    looked: dict[str, list[str]] = defaultdict(list)
    words: dict[str, list[str]] = defaultdict(list)
    with engine.connect() as connection:
        tags = {
            row.customer_id: tuple(row.tags) for row in connection.execute(select(customers.c.customer_id, customers.c.tags))
        }
        rows = [row for row in connection.execute(select(orders)) if row.customer_id and row.status.lower() not in _VOID]
        happened = connection.execute(select(interactions.c.customer_id, interactions.c.sku, interactions.c.time)).all()
    usual = Counter(row.currency for row in rows).most_common(1)
    for row in rows:
        if (day := day_of(row.placed_at)) is not None:
            own = tuple(name for item in row.items if (name := categories.get(item["sku"])))
            amount = float(row.total or 0) if usual and row.currency == usual[0][0] else 0.0
            bought[row.customer_id].append(Purchase(day, amount, own))
    for customer, sku, time in happened:
        looked[customer].append(categories.get(sku, ""))
        if (day := day_of(time)) is not None:
            steps[customer].append(day)
    for voice in voices:
        if voice.customer:
            words[voice.customer].append(voice.text)
    return [
        CustomerHistory(
            one, tuple(sorted(bought[one], key=lambda purchase: purchase.day)), tuple(sorted(steps[one])),
            tuple(filter(None, looked[one])), tuple(words[one]), tags.get(one, ()),
        )
        for one in sorted({*tags, *bought, *looked, *words})
    ]  # fmt: skip


def last_day(histories: Sequence[CustomerHistory]) -> date | None:
    """The day after the last thing that happened: figures are as of then, however old an export is."""
    days = [day for one in histories for day in (*(p.day for p in one.purchases[-1:]), *one.steps[-1:])]
    return max(days) + timedelta(days=1) if days else None
