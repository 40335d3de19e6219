"""The fact gate: every figure and promise of a reply must be supported by the evidence, or it does not pass.

The writer is taken as untrusted. A sentence passes when each of its figures and promise-like claims is stated by the passages
that it cites (by any passage of the brief when it cites none), of the same thing, with the same polarity and conditions.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.generation.fact_gate.claims import Claim, asking, claims, hedged
from bot.generation.fact_gate.customer_reading import affirmed, is_the_customers, occurs
from bot.generation.fact_gate.evidence_index import Passage, bare, index, title_words
from bot.generation.fact_gate.figure import Figure
from bot.generation.fact_gate.statements import Statement, analyse
from bot.generation.fact_gate.support import Finding, claim_support, denied_by_evidence, figure_support, stated_conditions
from bot.types import Evidence

LONGEST_SENTENCE = 1_500
_PRESENTING = (
    "here are",
    "here is",
    "found",
    "these",
    "those",
    "following",
    "below",
    "options",
    "recommend",
    "picks",
    "both",
    "first",
    "choices",
    "以下",
    "这",
    "推荐",
    "找到",
    "为您",
    "如下",
    "选择",
    "共",
    "方案",
    "分别",
    "respectively",
)
_FIRM_EVEN_WHEN_ASKED = frozenset(
    {"free_shipping", "free_return", "full_refund", "lifetime", "compensation", "gift_promise", "no_questions"}
)


@dataclass(frozen=True, slots=True)
class Problem:
    """A figure or claim that the evidence does not support: its text, its kind, and why."""

    text: str
    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """``supported`` when there is no problem. ``supports`` numbers the evidence that the sentence rests on, from 1.

    ``factual`` says whether the sentence states any figure or promise at all. ``repair`` is set when all is supported, but
    by other passages than the cited ones.
    """

    supported: bool
    problems: tuple[Problem, ...] = ()
    supports: tuple[int, ...] = ()
    factual: bool = False
    repair: tuple[int, ...] = ()


class FactGate:
    """Checks replies against their evidence. Keeps no state; analysed passages are cached per process."""

    def check(
        self,
        sentence: str,
        evidence: Sequence[Evidence],
        cited: Collection[int] = (),
        customer_text: str = "",
        around: str = "",
    ) -> Verdict:
        """Whether ``sentence`` is supported by the ``cited`` passages (numbered from 1; by all where none is cited).

        ``customer_text`` is what the customer wrote: its figures may be repeated as theirs. ``around`` is the text beside
        the sentence; a condition stated there counts as stated. Never raises.
        """
        if len(sentence) > LONGEST_SENTENCE:
            return Verdict(False, (Problem(sentence[:60], "length", "too long to check"),), factual=True)
        claim = analyse(sentence)
        passages = [(n, index(item)) for n, item in enumerate(evidence, 1)]
        chosen = [(n, passage) for n, passage in passages if n in cited]
        verdict = _verdict(claim, chosen or passages, customer_text, around)
        if verdict.supported or not chosen or len(chosen) == len(passages):
            return verdict
        wider = _verdict(claim, passages, customer_text, around)
        return Verdict(False, verdict.problems, factual=True, repair=wider.supports) if wider.supported else verdict


def _verdict(claim: Statement, passages: list[tuple[int, Passage]], customer_text: str, around: str) -> Verdict:
    same = [n for n, passage in passages if bare(claim.text) in passage.verbatim]
    if same and bare(claim.text):
        return Verdict(True, supports=(same[0],), factual=bool(claim.figures or claims(claim)))
    customer_text = customer_text[-2_000:]
    asked = analyse(customer_text)
    is_hedged, is_question = hedged(claim.plain), asking(claim.text)
    problems: list[Problem] = []
    supports: list[int] = []

    def settle(finding: Finding, text: str, kind: str) -> None:
        if finding.by:
            supports.append(next((n for n in finding.by if n in supports), finding.by[0]))
        else:
            problems.append(Problem(text, kind, finding.reason))

    facts = 0
    for figure, place in zip(claim.figures, claim.places, strict=True):
        if _is_no_fact(figure, claim, place, passages, customer_text, is_hedged):
            continue
        facts += 1
        settle(
            figure_support(figure, claim, place, passages, asked, _subjects(claim, place, passages)), figure.text, figure.kind
        )
    for figure in affirmed(claim, customer_text):
        facts += 1
        settle(figure_support(figure, asked, _place(asked, figure), passages, asked), figure.text, figure.kind)
    given = stated_conditions(claim.plain, customer_text, around)
    for promise in claims(claim):
        if (
            hedged(claim.clauses[promise.place].text)
            or (is_question and promise.kind not in _FIRM_EVEN_WHEN_ASKED)
            or _is_offer(promise, claim)
        ):
            continue
        facts += 1
        settle(claim_support(promise, claim, passages, given), promise.text, promise.kind)
    denied = None if problems or is_hedged or is_question else denied_by_evidence(claim, passages)
    if denied:
        problems.append(Problem(denied, "negation", "the evidence says the opposite"))
    return Verdict(not problems, tuple(problems), tuple(sorted(set(supports))) if not problems else (), bool(facts or denied))


def _place(statement: Statement, figure: Figure) -> int:
    return next((p for f, p in zip(statement.figures, statement.places, strict=True) if f.text == figure.text), 0)


def _is_no_fact(
    figure: Figure, claim: Statement, place: int, passages: list[tuple[int, Passage]], customer_text: str, is_hedged: bool
) -> bool:
    """Whether the figure is the customer's own, or only counts what the reply presents."""
    if is_the_customers(figure, claim, place, customer_text) or (is_hedged and occurs(figure, customer_text)):
        return True
    if figure.kind == "money" and figure.bound == "max" and occurs(figure, customer_text):
        prices = [
            item.figure for _, p in passages if p.evidence.kind == "product" for item in p.stated if item.figure.kind == "money"
        ]
        return bool(prices) and all(p.high <= figure.low and p.currencies & figure.currencies for p in prices)
    if figure.kind == "number" and figure.low == figure.high <= max(len(passages), 1):
        return figure.low >= 1 and any(word in claim.plain.lower() for word in _PRESENTING)
    return False


def _is_offer(promise: Claim, claim: Statement) -> bool:
    """An instruction or offer of the assistant ("let me know if you want to return it") promises nothing."""
    text = claim.plain.lower()
    weak = promise.kind in (
        "returnable",
        "refundable",
        "exchangeable",
        "cancellable",
        "any_time",
        "free",
        "supported",
        "absolute",
    )
    return weak and any(
        mark in text
        for mark in (
            "feel free",
            "let me know",
            "happy to help",
            "reach out",
            "anything else",
            "contact us",
            "any time if you",
            "随时联系",
            "随时告诉",
            "随时问",
            "随时咨询",
            "还有其他",
            "请告诉我",
            "任何问题",
            "always happy",
            "always here",
            "我来帮您",
            "需要我",
        )
    )


def _subjects(claim: Statement, place: int, passages: list[tuple[int, Passage]]) -> frozenset[int] | None:
    """The product passages that the clause (else the nearest before, else after) names; None where none is named."""
    products = [(n, title_words(p.evidence)) for n, p in passages if p.evidence.kind == "product"]
    if len(products) < 2:
        return None
    shared = frozenset.intersection(*(words for _, words in products))
    distinct = [(n, words - shared) for n, words in products]
    for at in (*range(place, -1, -1), *range(place + 1, len(claim.clauses))):
        clause = claim.clauses[at]
        text = clause.text.lower()
        scores = [(sum(w in clause.words or w in text for w in words) / max(len(words), 1), n) for n, words in distinct]
        best = max(scores)[0]
        if best >= 0.5:
            return frozenset(n for score, n in scores if score >= best - 0.01)
    return None
