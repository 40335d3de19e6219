"""An order's state in words, from its evidence of one ``name: value`` fact a line, every sentence cited."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from bot.generation.brief import Brief
from bot.generation.citations import cite
from bot.generation.line_text import told_lines
from bot.generation.passage import row_pairs
from bot.generation.phrases import Phrases, listed
from bot.generation.service_text import ask, handover, refusal

NEWS, CHASE, LOST = "news", "chase", "lost"
"""Notes of a brief: its lines stand below how the order is, not in place of it. ``chase`` and ``lost``: of who has waited
for long, and of what did not come."""
_FIELDS = (
    ("order", r"order (?:number|id|no\.?)|order_id|订单号|订单编号"),
    ("status", r"status|订单状态|状态"),
    ("items", r"items?|products?|商品|商品明细|订单商品"),
    ("carrier", r"carrier|courier|shipped with|承运商|快递公司|物流公司|快递"),
    ("tracking", r"tracking(?: number| no\.?)?|运单号|快递单号|物流单号"),
    ("placed", r"placed(?: on| at|_at)?|order(?:ed)? (?:date|on)|下单时间|下单日期"),
    ("delivered", r"delivered(?: on| at|_at)?|delivery date|签收时间|签收日期|送达时间"),
    ("expected", r"expected(?: delivery| on| by)?|estimated delivery|eta|预计送达|预计到达|预计送达时间"),
    ("total", r"total|order total|总金额|订单金额|合计|实付"),
    ("payment", r"payment(?: method)?|支付方式|付款方式"),
    ("address", r"(?:delivery |shipping )?address|收货地址"),
)
_MATCHERS = tuple((name, re.compile(f"(?:{pattern})", re.I)) for name, pattern in _FIELDS)
_STATUSES = (
    ("order_status_out_for_delivery", r"out.for.delivery|派送|派件"),
    ("order_status_in_transit", r"in.transit|运输|在途"),
    ("order_status_shipped", r"^shipped|^dispatched|^已发货$"),
    ("order_status_delivered", r"^delivered|^已签收|^已送达"),
    ("order_status_completed", r"^completed|^已完成"),
    ("order_status_cancelled", r"^cancel|^已取消"),
    ("order_status_refunded", r"^refunded|^已退款"),
    ("order_status_processing", r"being prepared|^processing|备货"),
    ("order_status_pending", r"^pending$|^received, not processed yet|^已下单，等待处理|^待处理$"),
)
_OVER = ("order_status_delivered", "order_status_completed", "order_status_cancelled", "order_status_refunded")
_TOLD = {
    "delivered": ("order_delivered_at", "date"), "expected": ("order_expected", "date"), "items": ("order_items", "items"),
    "placed": ("order_placed", "date"), "total": ("order_total", "total"), "payment": ("order_payment", "payment"),
    "address": ("order_address", "address"),
}  # fmt: skip
"""The phrase that tells a fact, and what that calls it."""
_ALL = ("status", "transport", "delivered", "expected", "items", "placed", "total")
_ASKED = {
    "expected": ("status", "transport", "delivered", "expected"), "tracking": ("transport",), "carrier": ("transport",),
} | {name: (name,) for name in ("status", "delivered", "items", "placed", "total", "payment", "address")}  # fmt: skip
"""What a reply tells where one fact of an order is asked for."""
_RESTS_ON = {"carrier": ("carrier", "tracking"), "tracking": ("tracking",), "expected": ("expected", "delivered")}


def order_status(brief: Brief, phrases: Phrases) -> Iterator[str]:
    """Each order of the evidence; or why none can be shown and what is needed."""
    gap = "" if brief.language == "zh" else " "
    orders = [(n, item) for n, item in enumerate(brief.evidence, 1) if item.kind == "order"]
    if refused := refusal(brief, phrases):
        yield refused
        return
    if brief.lines and brief.note not in (NEWS, CHASE, LOST):
        yield from told_lines(brief, phrases)
        return
    if not orders:
        yield ask(brief.asks or ("order_id", "email"), phrases)
        return
    if brief.note in (CHASE, LOST):
        yield phrases.say("sorry_wait" if brief.note == CHASE else "sorry") + gap
    for count, (n, item) in enumerate(orders):
        yield "\n\n" if count else ""
        facts = _facts(item.text)
        for place, sentence in enumerate(_sentences(facts, _number(facts, item.title), phrases, brief.facts)):
            yield (gap if place else "") + cite(sentence, [n], brief.language)
    if brief.lines:
        yield gap
        yield from told_lines(brief, phrases)


def handed_over(brief: Brief, phrases: Phrases) -> Iterator[str]:
    """How the order stands, where the brief has one, then what happens next."""
    for n, item in enumerate(brief.evidence, 1):
        if item.kind == "order":
            facts = _facts(item.text)
            state = list(_sentences(facts, _number(facts, item.title), phrases))[: 2 if facts["delivered"] else 1]
            yield ("" if brief.language == "zh" else " ").join(cite(sentence, [n], brief.language) for sentence in state)
            yield "\n\n"
    if brief.lines:
        yield from told_lines(brief, phrases)
        yield "\n\n"
    yield from handover(brief, phrases)


def _facts(text: str) -> dict[str, list[str]]:
    facts: dict[str, list[str]] = defaultdict(list)
    for name, value in row_pairs(text):
        facts[_field(name)].append(value)
    return facts


def _number(facts: dict[str, list[str]], title: str) -> str:
    return facts["order"][0] if facts["order"] else re.sub(r"^\D++(?=\d)", "", title)


def _field(name: str) -> str:
    return next((field for field, pattern in _MATCHERS if pattern.fullmatch(name.strip())), "")


def _sentences(facts: dict[str, list[str]], order: str, phrases: Phrases, asked: Sequence[str] = ()) -> Iterator[str]:
    """What a customer wants to know first: the state, where the parcel is, what is in it; or what is ``asked`` alone."""
    state, over = _state(facts, order, phrases)
    told = dict.fromkeys(part for fact in asked for part in _ASKED[fact]) or dict.fromkeys(_ALL)
    lacks = [fact for fact in asked if not any(facts[name] for name in _RESTS_ON.get(fact, (fact,)))]
    if state and ("status" in told or lacks):
        yield state
    if "transport" in told and (asked or not over):
        yield from _transport(facts, phrases)
    for name, (phrase, variable) in _TOLD.items():
        if name in told and facts[name] and not (over and name == "expected"):
            yield phrases.say(phrase, **{variable: _value(name, facts, phrases)})
    if lacks and not over:
        yield phrases.say("order_no_date" if lacks == ["expected"] else "order_lacks")


def _state(facts: dict[str, list[str]], order: str, phrases: Phrases) -> tuple[str, bool]:
    """How the order stands, in words, and whether nothing of it is on its way any more."""
    status = facts["status"][0] if facts["status"] else ""
    name = next((phrase for phrase, pattern in _STATUSES if re.search(pattern, status, re.I)), "")
    said = phrases.say(name, order=order) if name else status and phrases.say("order_status", order=order, status=status)
    return said, name in _OVER


def _value(name: str, facts: dict[str, list[str]], phrases: Phrases) -> str:
    return _items(facts[name][:5], phrases) if name == "items" else facts[name][0]


def _items(items: list[str], phrases: Phrases) -> str:
    if any(mark in item for item in items for mark in (",", "，")):
        return ("；" if phrases.language == "zh" else "; ").join(items)
    return listed(items, phrases.language)


def _transport(facts: dict[str, list[str]], phrases: Phrases) -> Iterator[str]:
    carrier, tracking = facts["carrier"], facts["tracking"]
    if carrier and tracking:
        yield phrases.say("order_carrier_tracking", carrier=carrier[0], tracking=tracking[0])
    elif carrier:
        yield phrases.say("order_carrier", carrier=carrier[0])
    elif tracking:
        yield phrases.say("order_tracking", tracking=tracking[0])
