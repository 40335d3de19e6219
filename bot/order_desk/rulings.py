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
from bot.shop.status import ON_ITS_WAY, status_words
from bot.shop.wording import format_date, format_price


@dataclass(frozen=True, slots=True)
class Ruling:
    """``allowed``; ``refused`` with the reason in words and what can be done; or ``person``: one of the shop has to decide."""

    verdict: Literal["allowed", "refused", "person"]
    line: Line | None = None
    instead: Line | None = None

    @property
    def lines(self) -> tuple[Line, ...]:
        """What is to be said of it."""
        return tuple(line for line in (self.line, self.instead) if line)


ALLOWED = Ruling("allowed")
_LATER = ("once_delivered", "once_delivered_any")
_ENDS_WITH_MONEY = frozenset({"cancel", "return", "exchange"})
"""What a return after delivery does as well."""


def ruling(kind: OperationKind, order: Order | None, skus: Sequence[str], known: Known) -> Ruling:
    """Whether the operation may be done on this order with these items, now."""
    rule, words = known.policy.rule(kind), kind_words(kind, known.language)
    if rule.how == "no":
        return Ruling("refused", Line.of("deny_never", operation=words))
    if order is None:
        return Ruling("person") if rule.how == "person" else ALLOWED
    if order.status not in rule.statuses:
        said = {"operation": words, "order": order.order_id, "status": status_words(order.status, known.language)}
        instead = _instead(kind, order, known)
        later = instead is not None and instead.phrase in _LATER and kind == "return"
        return Ruling("refused", Line.of("deny_yet" if later else "deny_status", **said), instead)
    faulty = known.faulty(order)
    days = rule.within_days_faulty if rule.within_days_faulty and faulty and faulty.issuperset(skus) else rule.within_days
    return _in_time(rule, days, order, known, words) or _of_items(kind, skus, known) or _by_person(rule, order) or ALLOWED


def _instead(kind: OperationKind, order: Order, known: Known) -> Line | None:
    """What can be done for an order whose status does not allow an operation, where it is on its way or has come."""
    back = known.policy.rule("return")
    comes, returnable = order.status in ON_ITS_WAY, back.how != "no" and "delivered" in back.statuses
    if comes and kind in _ENDS_WITH_MONEY and returnable:
        limited = back.within_days is not None and back.counted_from == "delivered_at"
        return Line.of("once_delivered", days=f"{back.within_days:g}") if limited else Line.of("once_delivered_any")
    if kind == "cancel" and order.status in back.statuses and ruling("return", order, (), known).verdict == "allowed":
        return Line.of("can_return")
    return Line.of("ask_person") if comes else None


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


def _in_time(rule: Rule, days: float | None, order: Order, known: Known, words: str) -> Ruling | None:
    if days is None:
        return None
    moment: str | None = getattr(order, rule.counted_from)
    try:
        start = datetime.fromisoformat(moment or "")
    except ValueError:
        return Ruling("person", Line.of("deny_unknown_date", operation=words))
    start = start if start.tzinfo else start.replace(tzinfo=UTC)
    until = start + timedelta(days=days)
    if known.now <= until:
        return None
    said = {"days": f"{days:g}", "date": format_date(until.date().isoformat(), known.language)}
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
