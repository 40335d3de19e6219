"""Figures that a reply may repeat because the customer gave them, in a reading that makes them no fact of the shop."""

from __future__ import annotations

import re

from bot.generation.fact_gate.figure import Figure, same_digits, supports
from bot.generation.fact_gate.figures import extract
from bot.generation.fact_gate.statements import Statement

_OWN = {
    "budget": (frozenset({"money", "number"}), r"budget|price range|预算|价位|价格范围"),
    "order": (frozenset({"code", "phone"}), r"orders?\b|tracking|parcel|package|订单|单号|运单|包裹"),
    "email": (frozenset({"email"}), r"e-?mail|address|邮箱|邮件"),
    "phone": (frozenset({"phone", "code"}), r"phone|number|mobile|手机|电话|号码"),
    "body": (frozenset({"length", "mass", "number"}), r"height|weight|foot|waist|chest|身高|体重|脚长|腰围|胸围"),
    "room": (frozenset({"area", "length"}), r"room|kitchen|desk|space|房间|厨房|桌|面积"),
}
_POSSESSIVE = re.compile(r"\byour\b|\byou(?:'re| are| gave| wrote| entered)|您|你", re.I)
_AFFIRMED = re.compile(
    r"^\W{0,3}(?:yes|yep|yeah|correct|right|exactly|indeed|absolutely|sure|that(?:'s|"
    r" is) (?:right|correct|true)|you(?:'re| are) (?:right|correct)|是的|是|对的?|"
    r"没错|正确|当然|可以的|您说得对|嗯)(?=[\s,.!。，！、]|$)",
    re.I,
)
_POLICY_KINDS = frozenset({"duration", "months", "workdays", "percent"})


def is_the_customers(figure: Figure, claim: Statement, place: int, customer_text: str) -> bool:
    """Whether ``figure`` repeats one of the customer's as theirs: "your budget of 300", "订单 8812345".

    The figure must occur in ``customer_text`` and be bound to a possession of a fitting kind in the same clause ("your budget"
    owns money, "your order" a number), so that "yes, 90 days" or "your order gets 50% off" is a fact of the shop.
    """
    if not occurs(figure, customer_text):
        return False
    clause = claim.clauses[place]
    at = figure.start - clause.start
    near = clause.text[max(0, at - 36) : at] + " " + clause.text[at + len(figure.text) : at + len(figure.text) + 14]
    for kinds, names in _OWN.values():
        if figure.kind in kinds and re.search(names, near, re.I):
            return figure.kind in ("code", "phone") or _POSSESSIVE.search(clause.text) is not None or "预算" in near
    return False


def occurs(figure: Figure, customer_text: str) -> bool:
    """Whether the customer wrote this figure, with or without its unit."""
    return any(supports(theirs, figure) or same_digits(theirs, figure) for theirs in extract(customer_text))


def affirmed(claim: Statement, customer_text: str) -> tuple[Figure, ...]:
    """Policy figures of the customer that a bare "yes, that's right" makes the shop's own."""
    if not _AFFIRMED.match(claim.plain):
        return ()
    own_kinds = {figure.kind for figure in claim.figures}
    return tuple(f for f in extract(customer_text) if f.kind in _POLICY_KINDS and f.kind not in own_kinds)
