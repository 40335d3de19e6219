"""Next questions worth asking, which the knowledge base can answer, in the customer's language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.generation.brief import Brief, Line
from bot.generation.candidate import DOCUMENTS
from bot.generation.overlap import question_match
from bot.generation.phrases import Phrases
from bot.generation.remembered import Encode
from bot.generation.selection import Selector
from bot.generation.service_text import offer_of
from bot.shop.variants import line_of
from bot.text.question_type import question_types
from bot.text.terms import meant, terms
from bot.types import Evidence, LanguageCode

MAX_CHARACTERS: dict[LanguageCode, int] = {"en": 90, "zh": 36}
_SAME_WORDS, _SAME_MEANING = 0.55, 0.82  # from here on two questions ask the same: Dice of terms, cosine
_NEAR = 0.3  # cosine from which on a row is worth suggesting
_SILENT = frozenset({"clarify", "confirm", "order_change", "handover"})
_ENDS = frozenset({"goodbye", "thanks", "locked", "ask_proof", "how_are_you", "identity", "languages", "joke"})
"""Notes of replies that lead to nothing of the shop."""
_ANSWERABLE = 0.6  # trust given to a passage that no search has judged for the suggested question
_SERVICE = frozenset(
    "delivery return refund exchange cancel pay invoice warranty price_protection track account member".split()
)
_OVER = re.compile(r"^(?:status|状态)\W+(?:cancel\w*|refunded|已取消|已退款)", re.IGNORECASE | re.MULTILINE)
_OF_THE_PAST = frozenset({"refund", "pay", "invoice"})
"""What may be asked of an order of which nothing will come any more."""
_PRODUCT = ("follow_delivery", "follow_return", "follow_warranty", "follow_discount")
_NEXT: dict[str, tuple[str, ...]] = {
    "delivery": ("follow_delivery_price", "follow_return", "follow_change"),
    "return_refund": ("follow_refund", "follow_contact"),
    "exchange": ("follow_refund", "follow_return"),
    "order_status": ("follow_review", "follow_change", "follow_return", "follow_contact"),
    "cancel_order": ("follow_refund",),
    "change_order": ("follow_delivery", "follow_contact"),
    "payment": ("follow_refund", "follow_delivery"),
    "price_promotion": ("follow_discount", "follow_delivery_price", "follow_payment"),
    "warranty_repair": ("follow_return", "follow_contact"),
    "invoice": ("follow_payment", "follow_contact"),
    "complaint": ("follow_contact", "follow_refund"),
    "out_of_scope": ("follow_delivery", "follow_return", "follow_payment"),
    "greeting": ("follow_delivery", "follow_return", "follow_payment"),
}


def suggest(brief: Brief, related: Sequence[Evidence], encode: Encode | None = None, limit: int = 3) -> tuple[str, ...]:
    """At most ``limit`` short questions as the customer would word them; none after a question back or a handover.

    First come a yes to what the reply offers, and the brief's own, which orders and talks support. The others come from the
    Q&A rows among ``related`` and from what customers ask next after such a turn, the latter only where ``related`` or the
    brief's evidence answers it.
    The question just asked and those of the history never come back, and no two suggestions mean the same; with ``encode``
    (unit vectors) meaning is also compared by cosine.
    """
    accept = (Line.of("care_yes"),) if brief.lines and offer_of(brief) else ()
    first = (*accept, *brief.care)
    if brief.action in _SILENT and not first:
        return ()
    if brief.bill or brief.note in _ENDS:
        return ()
    asked = [brief.question, *(message.text for message in brief.history if message.role == "user")]
    taken = [*asked, *_answered(brief)]
    chosen: list[str] = []
    own = accept or brief.facts or (brief.care and any(item.kind == "order" for item in brief.evidence))
    further = () if brief.action in _SILENT or own else _candidates(brief, related, encode)
    over = any(item.kind == "order" and _OVER.search(item.text) for item in brief.evidence)
    for candidate in (*_worded(first, brief), *(one for one in further if not over or meant(one) & _OF_THE_PAST)):
        if len(chosen) == limit:
            break
        if not any(_same(candidate, other, encode) for other in (*taken, *chosen)):
            chosen.append(candidate)
    return tuple(chosen)


def _worded(lines: Sequence[Line], brief: Brief) -> Iterator[str]:
    """The lines as what the customer would say, if it is short enough to be pressed."""
    phrases = Phrases(brief.language, brief.shop.tone, brief.question)
    told = (phrases.say(line.phrase, **dict(line.values)) for line in lines)
    yield from (question for question in told if len(question) <= MAX_CHARACTERS[brief.language])


def _answered(brief: Brief) -> Iterator[str]:
    """The rows' own questions that this reply answers."""
    for item in brief.evidence[:1]:
        if item.question and brief.action in ("answer", "decline"):
            yield item.question


def _candidates(brief: Brief, related: Sequence[Evidence], encode: Encode | None) -> Iterator[str]:
    if brief.action in ("recommend", "guide") and len(brief.products) > 1:
        first = brief.products[0]
        others = [product for product in brief.products if line_of(product) != line_of(first)]
        one, other = first.title, others[0].title if others else ""
        if other and len(one) + len(other) <= MAX_CHARACTERS[brief.language]:
            yield Phrases(brief.language, brief.shop.tone, brief.question).say("follow_compare", one=one, other=other)
    rows = sorted((item for item in related if _usable(item, brief.language)), key=lambda item: -item.score)
    near = [str(item.question).strip() for item in rows if _about(brief, item)]
    yield from _to_the_point(brief, near, encode)[:6]
    yield from _templates(brief, related)


def _usable(item: Evidence, language: LanguageCode) -> bool:
    asked = (item.question or "").strip()
    return asked.endswith(("?", "？")) and item.language == language and len(asked) <= MAX_CHARACTERS[language]


def _about(brief: Brief, item: Evidence) -> bool:
    """Whether a row speaks of what the turn is about: others are neighbours by chance, often by "how long" alone."""
    titles = [product.title for product in brief.products]
    answered = [f"{told.question or ''}\n{told.text}" for told in brief.evidence[:1] if told.kind in DOCUMENTS]
    about = "\n".join([brief.question, *titles, *answered])
    asked = str(item.question)
    if not terms(brief.question):
        return False  # "hello" is about nothing
    if frozenset(terms(about)) & frozenset(terms(asked)):
        return True
    matters = meant(brief.question)
    return bool(matters & meant(asked)) or bool(matters & _SERVICE and meant(asked) & _SERVICE)


def _to_the_point(brief: Brief, questions: Sequence[str], encode: Encode | None) -> list[str]:
    """The ``questions`` near in meaning to what was asked or answered: words in common are often chance."""
    if encode is None or not questions:
        return list(questions)
    told = [item.text for item in brief.evidence[:1] if brief.action == "answer"]
    vectors = encode([brief.question, *told, *questions])
    start = 1 + len(told)
    near = (vectors[start:] @ vectors[:start].T).max(axis=1)
    return [question for question, cosine in zip(questions, near, strict=True) if cosine >= _NEAR]


def _templates(brief: Brief, related: Sequence[Evidence]) -> Iterator[str]:
    intent = brief.understanding.intent.name
    names = _PRODUCT if brief.action in ("recommend", "compare", "guide") else _NEXT.get(intent, ())
    known = [item for item in (*related, *brief.evidence) if item.kind in DOCUMENTS]
    passages = [replace(item, score=_ANSWERABLE) for item in known if item.language == brief.language]
    phrases = Phrases(brief.language, brief.shop.tone, brief.question)
    selector = Selector()
    for name in names:
        question = phrases.say(name)
        topical = [item for item in passages if meant(question) & meant(f"{item.title}\n{item.question or ''}")]
        if topical and selector.select(question, topical, brief.language):
            yield question


def _same(one: str, other: str, encode: Encode | None) -> bool:
    if one.strip().lower() == other.strip().lower():
        return True
    kinds, others = question_types(one), question_types(other)
    if kinds and others and kinds[0] != others[0]:
        return False  # "how long" and "how much" of one thing are two questions
    if question_match(one, other) >= _SAME_WORDS:
        return True
    if encode is None:
        return False
    vectors = encode([one, other])
    return float(vectors[0] @ vectors[1]) >= _SAME_MEANING
