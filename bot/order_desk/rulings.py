"""What the policy says to one operation on one order. Code decides, from data; no model is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from bot.generation.brief import Line
from bot.order_desk.known import Known
from bot.order_desk.policy import OperationKind, Rule
from bot.order_desk.wording import kind_words
from bot.shop.orders import order_key
from bot.shop.records import Order
from bot.shop.status import status_words
from bot.shop.wording import format_date, format_price


@dataclass(frozen=True, slots=True)
class Ruling:
    """``allowed``; ``refused`` with the reason in words; or ``person``: a member of the shop has to decide."""

    verdict: Literal["allowed", "refused", "person"]
    line: Line | None = None


ALLOWED = Ruling("allowed")


def ruling(kind: OperationKind, order: Order | None, skus: Sequence[str], known: Known) -> Ruling:
    """Whether the operation may be done on this order with these items, now."""
    rule, words = known.policy.rule(kind), kind_words(kind, known.language)
    if rule.how == "no":
        return Ruling("refused", Line.of("deny_never", operation=words))
    if order is None:
        return Ruling("person") if rule.how == "person" else ALLOWED
    if order.status not in rule.statuses:
        said = {"operation": words, "order": order.order_id, "status": status_words(order.status, known.language)}
        return Ruling("refused", Line.of("deny_status", **said))
    return _in_time(rule, order, known, words) or _of_items(kind, skus, known) or _by_person(rule, order) or ALLOWED


def excluded(kind: OperationKind, skus: Sequence[str], known: Known) -> dict[str, str]:
    """The items for which the policy does not do the operation, with the shop's reason."""
    found: dict[str, str] = {}
    for exclusion in known.policy.rule(kind).exclusions:
        for sku in skus:
            rows = known.goods.rows(sku)
            named = {order_key(row.category) for row in rows} & {order_key(name) for name in exclusion.categories}
            if sku in exclusion.skus or named:
                found.setdefault(sku, exclusion.zh if known.language == "zh" else exclusion.en)
    return found


def _in_time(rule: Rule, order: Order, known: Known, words: str) -> Ruling | None:
    if rule.within_days is None:
        return None
    moment: str | None = getattr(order, rule.counted_from)
    try:
        start = datetime.fromisoformat(moment or "")
    except ValueError:
        return Ruling("person", Line.of("deny_unknown_date", operation=words))
    start = start if start.tzinfo else start.replace(tzinfo=UTC)
    until = start + timedelta(days=rule.within_days)
    if known.now <= until:
        return None
    said = {"days": f"{rule.within_days:g}", "date": format_date(until.date().isoformat(), known.language)}
    return Ruling("refused", Line.of(f"deny_days_{rule.counted_from}", operation=words, order=order.order_id, **said))


def _of_items(kind: OperationKind, skus: Sequence[str], known: Known) -> Ruling | None:
    reasons = excluded(kind, skus, known)
    return Ruling("refused", Line.of("deny_item", reason=next(iter(reasons.values())))) if reasons else None


def _by_person(rule: Rule, order: Order) -> Ruling | None:
    dear = rule.person_above is not None and (order.total or 0) > rule.person_above
    return Ruling("person") if dear or rule.how == "person" else None


def price(amount: float, order: Order | None, known: Known) -> str:
    """An amount in the order's currency."""
    return format_price(round(amount, 2), order.currency if order else None, known.language)
