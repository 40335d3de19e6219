"""What messages brought: customers who were written to beside those who were held out."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import Engine, select

from bot.marketing.campaigns.sequential import Arm, compare, mixture_variance
from bot.marketing.outbox.rules import RULES, moment
from bot.store.database import aware
from bot.store.retention import messages, unsubscriptions
from bot.store.shop import orders

ALPHA = 0.05
WINDOW = timedelta(days=14)
PLANNED = 1_000


@dataclass(frozen=True, slots=True)
class RuleResult:
    """One rule: messages, and the share of customers who ordered within two weeks of the occasion, with and without a message.

    ``low`` and ``high`` bound the difference at all times at once; None while there is too little data.
    """

    rule: str
    messages: int
    held_out: int
    ordered: float | None
    ordered_held_out: float | None
    low: float | None
    high: float | None
    unsubscribed: int

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        return asdict(self)


def results(engine: Engine) -> list[RuleResult]:
    """Of each rule with messages. Everybody who was to be written to counts, whether the message went out and arrived or not.

    Of those who were held out nobody knows whether their message would have gone out: leaving some of the others out would
    compare with other customers.
    """
    first: dict[tuple[str, str], tuple[datetime, bool]] = {}
    with engine.connect() as connection:
        for row in connection.execute(select(messages).order_by(messages.c.id)):
            first.setdefault((row.rule, row.customer_id), (aware(row.created_at), row.state == "held_out"))
        placed: dict[str, list[datetime]] = defaultdict(list)
        for row in connection.execute(select(orders.c.customer_id, orders.c.placed_at)):
            if (at := moment(row.placed_at)) is not None:
                placed[row.customer_id].append(at)
        left = {row.customer_id: aware(row.at) for row in connection.execute(select(unsubscriptions))}
    found = []
    for rule in RULES:
        mine = [(customer, at, held) for (name, customer), (at, held) in first.items() if name == rule]
        if mine:
            reached = [(held, any(at <= when < at + WINDOW for when in placed[customer])) for customer, at, held in mine]
            gone = sum(customer in left and left[customer] >= at and not held for customer, at, held in mine)
            found.append(_result(rule, reached, gone))
    return found


def _result(rule: str, reached: list[tuple[bool, bool]], gone: int) -> RuleResult:
    arms = [
        Arm.of_rate(len(one), sum(one)) for one in ([done for held, done in reached if held is side] for side in (True, False))
    ]
    control, written = arms
    seen = compare(control, written, mixture_variance(0.05, PLANNED / 10, PLANNED, ALPHA), ALPHA)
    known = bool(np.isfinite(seen.low))
    return RuleResult(
        rule, int(written.units), int(control.units),
        float(written.mean) if written.units else None, float(control.mean) if control.units else None,
        float(seen.low) if known else None, float(seen.high) if known else None, gone,
    )  # fmt: skip
