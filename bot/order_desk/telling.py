"""What exactly an operation does and costs, and afterwards what was done, as lines with figures from the data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from bot.generation.brief import Line
from bot.order_desk.known import Known
from bot.order_desk.operations import KINDS, Effect, original_method
from bot.order_desk.policy import OperationKind, Rule
from bot.order_desk.rulings import price
from bot.order_desk.settling import Settled, title_of
from bot.order_desk.wording import item_words, joined, method_words, variant_words
from bot.shop.addresses import one_line
from bot.shop.records import Order, PaymentMethod, Transaction
from bot.types import LanguageCode, Operation

_SAME: dict[LanguageCode, str] = {"en": "a new one of the same kind", "zh": "同款新品"}


def said_once(told: Iterable[Line]) -> list[Line]:
    """The lines, of those that are the same the last alone: two refusals end with one offer."""
    lines = list(told)
    return [line for place, line in enumerate(lines) if line not in lines[place + 1 :]]


def plan(settled: Settled, known: Known) -> list[Line]:
    """What the customer's yes would do: the operation, the money, the terms."""
    operation, made = settled.operation, settled.effect
    assert operation is not None and made is not None
    kind = KINDS[operation.name]
    order = known.order(settled.wish.order_id)
    return [
        _what("plan", kind, operation, order, known),
        *_money(kind, operation, order, made, known),
        *_terms(kind, operation, order, known),
    ]


def done(operation: Operation, order: Order | None, made: Effect, known: Known) -> list[Line]:
    """What was done, and when the money comes. ``order`` is as it was before."""
    kind = KINDS[operation.name]
    return [_what("done", kind, operation, order, known), *_money(kind, operation, order, made, known), *_next(kind, known)]


def _what(tense: str, kind: OperationKind, operation: Operation, order: Order | None, known: Known) -> Line:
    arguments = operation.kwargs
    values = {"order": order.order_id} if order else {}
    if kind == "cancel" and order:
        values["items"] = _pieces([one.item.sku for one in known.named(order) for _ in range(one.item.quantity)], order, known)
    elif kind == "return":
        values["items"] = _pieces(arguments["item_ids"], order, known)
    elif kind in ("exchange", "change_items"):
        values["items"] = _swaps(arguments["item_ids"], arguments["new_item_ids"], order, known)
    elif kind in ("change_address", "change_default_address"):
        values["address"] = str(arguments.get("address") or one_line({key: str(value) for key, value in arguments.items()}))
    elif kind == "change_payment":
        values["method"] = _method(str(arguments["payment_method_id"]), order, known)
    elif kind == "invoice":
        values["title"] = str(arguments.get("title", ""))
    return Line.of(f"{tense}_{kind}", **values)


def _money(kind: OperationKind, operation: Operation, order: Order | None, made: Effect, known: Known) -> Iterator[Line]:
    rule = known.policy.rule(kind)
    if order is None:
        return
    if kind == "return":
        fee = rule.fee + (rule.postage_fee if _postage(rule, operation, order, known) == "customer" else 0)
        paid = {item.sku: item.price or 0.0 for item in order.items}
        amount = sum(paid.get(sku, 0.0) for sku in operation.kwargs["item_ids"]) - fee
        chosen = operation.kwargs.get("payment_method_id")
        to = _method(str(chosen), order, known) if chosen else method_words(None, known.language)
        yield Line.of("money_return", amount=price(max(amount, 0), order, known), method=to, when=_when(chosen, kind, known))
    elif kind in ("exchange", "change_items"):
        yield _difference(operation, order, made.difference or 0.0, known)
    elif kind in ("cancel", "change_payment"):
        moved = made.moved or _untold(kind, order)
        for one in moved:
            name = "money_refund" if one.kind == "refund" else "money_charge"
            said = {"amount": price(one.amount, order, known), "method": _method(one.method, order, known)}
            if one.kind == "refund":
                said["when"] = _when(one.method, kind, known)
            yield Line.of(name, **said)
    if rule.fee and kind != "return":
        yield Line.of("money_fee", amount=price(rule.fee, order, known))


def _untold(kind: OperationKind, order: Order) -> Sequence[Transaction]:
    """The refund of a cancelled order whose payments the shop did not load one by one."""
    paid = order.total if order.status not in ("pending_payment", "failed") else None
    return [Transaction("refund", paid, order.payment or "")] if kind == "cancel" and paid else []


def _difference(operation: Operation, order: Order, difference: float, known: Known) -> Line:
    chosen = operation.kwargs.get("payment_method_id")
    method = _method(str(chosen), order, known) if chosen else method_words(None, known.language)
    if not difference:
        return Line.of("money_even")
    name = "money_more" if difference > 0 else "money_less"
    return Line.of(name, amount=price(abs(difference), order, known), method=method)


def _postage(rule: Rule, operation: Operation, order: Order | None, known: Known) -> str | None:
    """Who pays to send items back: ``shop``, ``customer``, or ``faulty``: the shop, since they are said to be faulty."""
    sent = {str(sku) for sku in operation.kwargs.get("item_ids", ())}
    faulty = order is not None and rule.postage_faulty and sent and sent <= known.faulty(order)
    if not faulty:
        return rule.postage
    return "faulty" if rule.postage_faulty == "shop" else "customer"


def _terms(kind: OperationKind, operation: Operation, order: Order | None, known: Known) -> Iterator[Line]:
    rule = known.policy.rule(kind)
    if payer := _postage(rule, operation, order, known):
        fee = price(rule.postage_fee, order, known) if payer == "customer" and rule.postage_fee else ""
        yield Line.of("terms_postage_fee", amount=fee) if fee else Line.of(f"terms_postage_{payer}")
    if kind in ("return", "exchange", "change_items"):
        yield Line.of("terms_once")
    if kind == "change_items":
        yield Line.of("terms_last")
    if rule.undo_minutes:
        yield Line.of("terms_undo", minutes=f"{rule.undo_minutes:g}")


def _next(kind: OperationKind, known: Known) -> Iterator[Line]:
    if kind in ("return", "exchange"):
        yield Line.of("next_send_back")
    if minutes := known.policy.rule(kind).undo_minutes:
        yield Line.of("terms_undo", minutes=f"{minutes:g}")


def _when(method: object, kind: OperationKind, known: Known) -> str:
    """When a refund is there: at once on a gift card, else as the policy says."""
    own = known.customer.payment_methods if known.customer else ()
    at_once = any(one.id == method and one.kind == "gift_card" for one in own)
    days = known.policy.rule(kind).refund_days
    if kind != "return" and at_once:
        return "，立即到账" if known.language == "zh" else " at once"
    if not days:
        return ""
    return f"，预计 {days.replace(' to ', ' 至 ')} 个工作日到账" if known.language == "zh" else f" within {days} business days"


def _method(id: str, order: Order | None, known: Known) -> str:
    own: Sequence[PaymentMethod] = known.customer.payment_methods if known.customer else ()
    found = next((one for one in own if one.id == id), None)
    if found is None and order is not None and (original := original_method(order, known.customer)) and original.id == id:
        found = original
    return method_words(found or (PaymentMethod(id) if id else None), known.language)


def _pieces(skus: Sequence[str], order: Order | None, known: Known) -> str:
    assert order is not None
    return joined([_named(sku, count, order, known) for sku, count in Counter(skus).items()], known.language)


def _named(sku: str, count: int, order: Order, known: Known) -> str:
    item = known.item(order, sku)
    title = title_of(order, sku, known)
    own = any(one.options for one in order.items if one.sku == sku)
    return item_words(item, title, count, known.language) if item and own else (f"{title} × {count}" if count > 1 else title)


def _swaps(leaving: Sequence[str], coming: Sequence[str], order: Order | None, known: Known) -> str:
    assert order is not None
    pairs = []
    for (old, new), count in Counter(zip(leaving, coming, strict=True)).items():
        if old == new:
            pairs.append(f"{_named(old, count, order, known)} → {_SAME[known.language]}")
            continue
        item, product = known.item(order, old), known.product_of(new)
        own = any(one.options for one in order.items if one.sku == old)
        title = title_of(order, old, known)
        like = item.options if item and own else {}
        variant = variant_words(product, like, title if own else "", known.language) if product else new
        pairs.append(f"{_named(old, count, order, known)} → {variant}")
    return joined(pairs, known.language)
