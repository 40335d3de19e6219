"""Whether a figure or a promise of a reply is supported by passages that speak of the same thing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from bot.generation.fact_gate import shop_topics
from bot.generation.fact_gate.claims import Claim, required_conditions
from bot.generation.fact_gate.evidence_index import Passage, Stated, is_han, stock_of
from bot.generation.fact_gate.figure import Figure, supports
from bot.generation.fact_gate.statements import Statement, similarity

Numbered = Sequence[tuple[int, Passage]]

_PERIODS = frozenset(
    (
        "return refund exchange delivery dispatch warranty battery charging reply_time price_match payment cancel "
        "expiry trial points invoice stock"
    ).split()
)
_DECIDING = {
    "duration": _PERIODS,
    "months": _PERIODS,
    "workdays": _PERIODS,
    "percent": frozenset({"discount", "refund", "fee", "deposit", "points", "battery", "charging", "return"}),
    "money": frozenset(
        {"price", "fee", "discount", "refund", "delivery", "deposit", "gift", "points", "price_match", "return"}
    ),
    "number": frozenset(
        {"stock", "points", "rating", "warranty", "delivery", "return", "size", "weight", "capacity", "power", "battery"}
    ),
    "mass": frozenset({"weight", "load", "capacity"}),
    "time": frozenset({"hours", "dispatch", "delivery"}),
}
_ANYWHERE = frozenset({"code", "url", "email", "phone"})
MARGIN, CROSS_MARGIN = 0.12, 0.3
_CLAIM_TOPIC = {
    "free_shipping": "delivery",
    "free_return": "return",
    "full_refund": "refund",
    "refundable": "refund",
    "returnable": "return",
    "exchangeable": "exchange",
    "cancellable": "cancel",
    "price_match": "price_match",
    "covered": "warranty",
    "in_stock": "stock",
    "ships_to": "delivery",
}
_NEEDS_SAME_KIND = frozenset(
    (
        "free_shipping free_return full_refund no_questions lifetime guarantee compensation price_match free any_time "
        "absolute authentic gift_promise waterproof dustproof dishwasher machine_wash microwave material_claim "
        "certified"
    ).split()
)
_LOOSE = frozenset({"free", "guarantee", "absolute", "any_time", "supported"})  # words of many uses: only of the same thing
_STRONGER = {
    "free": {"free_shipping", "free_return"},
    "refundable": {"full_refund"},
    "returnable": {"free_return"},
    "ships_to": {"free_shipping"},
    "guarantee": {"lifetime"},
}


_EXCLUDING = frozenset({"exclud", "except", "cover", "includ", "除外"})


@dataclass(frozen=True, slots=True)
class Finding:
    """``by`` are the numbers of the passages that support, best first; ``reason`` says why there are none."""

    by: tuple[int, ...] = ()
    reason: str = ""


@dataclass(slots=True)
class _Scan:
    """What the passages state of one figure's kind: its holders, and how near another value comes."""

    holders: list[tuple[float, int]] = field(default_factory=list)
    holding: list[Statement] = field(default_factory=list)
    rival: float = 0.0
    cross_rival: float = 0.0
    seen: bool = False

    def add(self, figure: Figure, item: Stated, near: float, number: int, same_language: bool) -> None:
        if supports(item.figure, figure):
            self.holders.append((near, number))
            self.holding.append(item.statement)
        elif not same_language:
            self.cross_rival = max(self.cross_rival, near)
        elif figure.kind in ("number", "date") and any(held is item.statement for held in self.holding):
            self.rival = max(self.rival, near - MARGIN)
        else:
            self.rival = max(self.rival, near)


def figure_support(
    figure: Figure, claim: Statement, place: int, passages: Numbered, asked: Statement, subjects: frozenset[int] | None = None
) -> Finding:
    """The passages that state ``figure`` about what ``claim`` says it of.

    A holder must not be about another deciding topic, must share a word or topic with the claim, and no passage may state
    another value of the same kind in words clearly closer to the claim's. ``subjects`` are the only product passages allowed.
    """
    allowed = [(n, p) for n, p in passages if subjects is None or p.evidence.kind != "product" or n in subjects]
    if figure.kind in _ANYWHERE:
        by = [n for n, p in allowed if any(supports(item.figure, figure) for item in p.stated)]
        return Finding(tuple(by), "" if by else "not in the evidence")
    scan = _scan(figure, claim, place, allowed, asked)
    if not scan.holders:
        ends = _both_ends(figure, claim, place, passages, asked, subjects)
        return ends or Finding(reason="stated of something else" if scan.seen else "not in the evidence")
    best = max(near for near, _ in scan.holders)
    if best < scan.rival - MARGIN or best < scan.cross_rival - CROSS_MARGIN:
        return Finding(reason="the evidence states another value of this")
    if best == 0.0 and len(claim.words) > 3 and any(p.han == is_han(claim.plain) for _, p in allowed):
        return Finding(reason="stated of something else")
    return Finding(_nearest(scan.holders, best))


def _nearest(scored: list[tuple[float, int]], best: float) -> tuple[int, ...]:
    ordered = sorted(scored, key=lambda pair: (-pair[0], pair[1]))
    return tuple(dict.fromkeys(number for near, number in ordered if near >= best - MARGIN))


def _scan(figure: Figure, claim: Statement, place: int, passages: Numbered, asked: Statement) -> _Scan:
    scan, han = _Scan(), is_han(claim.plain)
    for number, passage in passages:
        for item in passage.stated:
            if item.figure.kind != figure.kind and not supports(item.figure, figure):
                continue
            scan.seen = scan.seen or supports(item.figure, figure)
            if _conflict(figure, claim, place, item, passage, asked):
                continue
            near = _nearness(claim, place, item, passage, asked) * (1.0 if item.figure.bound == figure.bound else 0.7)
            scan.add(figure, item, near, number, passage.han == han)
    return scan


def _both_ends(
    figure: Figure, claim: Statement, place: int, passages: Numbered, asked: Statement, subjects: frozenset[int] | None
) -> Finding | None:
    """A range whose two ends are each stated of the same thing."""
    if not figure.is_range or len(figure.raw) != 2:
        return None
    ends = [
        replace(figure, low=v, high=v, raw=(r,), bound="") for v, r in zip((figure.low, figure.high), figure.raw, strict=True)
    ]
    found = [figure_support(end, claim, place, passages, asked, subjects) for end in ends]
    return Finding(tuple(dict.fromkeys(f.by[0] for f in found))) if all(f.by for f in found) else None


def _conflict(figure: Figure, claim: Statement, place: int, item: Stated, passage: Passage, asked: Statement) -> bool:
    deciding = _DECIDING.get(figure.kind)
    if deciding is None:
        return False
    mine = (
        (claim.topics_at(place) & deciding)
        or (claim.topics & deciding)
        or (asked.topics & deciding if not claim.topics else frozenset())
    )
    theirs = item.statement.topics & deciding
    if passage.evidence.question:
        theirs |= passage.question_topics & deciding
    theirs = theirs or passage.title_topics & deciding
    return bool(mine and theirs and not mine & theirs)


def _nearness(claim: Statement, place: int, item: Stated, passage: Passage, asked: Statement) -> float:
    if passage.han == is_han(claim.plain):
        near = similarity(claim, place, item.statement, item.place, passage.context)
        if not claim.words and not claim.topics and asked.clauses:
            near = similarity(asked, 0, item.statement, item.place, passage.context)
        return near
    mine = claim.topics_at(place) or asked.topics
    theirs, wider = item.statement.topics_at(item.place), item.statement.topics | passage.question_topics
    if not mine:
        return 0.0
    return sum(1.0 if t in theirs else 0.3 if t in wider else 0.0 for t in mine) / len(mine)


def claim_support(claim: Claim, statement: Statement, passages: Numbered, given: frozenset[str]) -> Finding:
    """The passages that make the same promise with the same polarity, and none of whose conditions is left out.

    ``given`` are conditions that the reply or the customer has already stated.
    """
    kinds = {claim.kind} | _STRONGER.get(claim.kind, set())
    agreeing: list[tuple[float, int]] = []
    denied, stripped = 0.0, frozenset[str]()
    for number, passage in passages:
        for near, negative, evidence in _counterparts(claim, statement, kinds, passage):
            if negative != claim.negative:
                denied = max(denied, near)
                continue
            missing = required_conditions(claim.kind, evidence) - given
            if missing and not claim.negative:
                stripped = stripped or missing
            else:
                agreeing.append((near, number))
    if not agreeing:
        if stripped:
            return Finding(reason=f"leaves out a condition ({', '.join(sorted(stripped))})")
        return Finding(reason="the evidence says the opposite" if denied else "not promised in the evidence")
    best = max(near for near, _ in agreeing)
    if denied > best + MARGIN:
        return Finding(reason="the evidence says the opposite")
    return Finding(_nearest(agreeing, best))


def _counterparts(
    claim: Claim, statement: Statement, kinds: set[str], passage: Passage
) -> Iterator[tuple[float, bool, Statement]]:
    """Statements of the passage about the same promise: how near, whether denied."""
    same_language = passage.han == is_han(statement.plain)
    floor = (0.3 if claim.kind in _LOOSE else 0.12) if same_language else 0.0
    for other, evidence in passage.promised:
        if other.kind in kinds:
            near = _claim_nearness(claim, statement, other.place, evidence, passage)
            if near > floor or (claim.kind not in _LOOSE and near >= 0.0):
                yield near, other.negative, evidence
    stock = stock_of(passage) if claim.kind == "in_stock" else None
    if stock is not None:
        out = any(word in claim.text.lower() for word in ("out", "sold", "缺", "无", "没", "罄", "断"))
        yield 1.0, claim.negative if (stock > 0) != out else not claim.negative, passage.statements[0]
    topic = _CLAIM_TOPIC.get(claim.kind)
    if claim.kind in _NEEDS_SAME_KIND:
        return
    for evidence in passage.statements:
        for place, clause in enumerate(evidence.clauses):
            about = topic in clause.topics if topic else same_language
            near = _claim_nearness(claim, statement, place, evidence, passage) if about else 0.0
            if near > (0.3 if same_language else 0.4):
                yield near * 0.9, clause.negative, evidence


def _claim_nearness(claim: Claim, statement: Statement, place: int, evidence: Statement, passage: Passage) -> float:
    if passage.han == is_han(statement.plain):
        return similarity(statement, claim.place, evidence, place, passage.context)
    mine, theirs = statement.topics_at(claim.place), evidence.topics | passage.question_topics
    return len(mine & theirs) / len(mine) if mine else 0.5


def denied_by_evidence(statement: Statement, passages: Numbered) -> str | None:
    """The text of a clause that the evidence states almost word for word with the opposite polarity."""
    for place, clause in enumerate(statement.clauses):
        marks = statement.marks_at(place)
        if len(marks) < 2 or not clause.words:
            continue
        best, agrees = 0.0, False
        for _, passage in passages:
            for evidence in passage.statements:
                for at, other in enumerate(evidence.clauses):
                    theirs = evidence.marks_at(at)
                    shared = len(marks & theirs)
                    if (
                        other.negative
                        and not clause.negative
                        and 2 <= len(clause.words & other.words) >= len(other.words - _EXCLUDING)
                    ):
                        return clause.text.strip()
                    overlap = min(shared / len(marks), shared / max(len(theirs), 1) + 0.15)
                    if overlap < 0.6 or overlap < best - 0.1:
                        continue
                    same = other.negative == clause.negative
                    agrees = same if overlap > best + 0.1 else agrees or same
                    best = max(best, overlap)
        if best and not agrees:
            return clause.text.strip()
    return None


def stated_conditions(*texts: str) -> frozenset[str]:
    """All conditions named in the texts."""
    return frozenset().union(*(shop_topics.conditions(text) for text in texts))
