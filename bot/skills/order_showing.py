"""What a proved customer is shown of their orders: a list, one whole, or what alone they ask of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.generation.brief import Brief, Line
from bot.generation.order_text import CHASE, LOST, NEWS
from bot.order_desk.asking import asks_of_refund, picks_order
from bot.order_desk.counter import Counter
from bot.order_desk.identifying import Identified
from bot.order_desk.known import Known
from bot.order_desk.policy import OperationKind
from bot.order_desk.rulings import ruling
from bot.order_desk.settling import title_of, titles
from bot.order_desk.state import DeskState
from bot.shop.orders import order_evidence, order_key
from bot.shop.records import Order
from bot.shop.status import AWAITED, status_words
from bot.shop.wording import format_date
from bot.skills.care import OrderCare
from bot.skills.handover import handover
from bot.skills.order_times import delivery_time, lost_parcel, refund_time
from bot.skills.outcome import Outcome, Skill, TurnContext, brief_for
from bot.types import DialogueState, Evidence, LanguageCode, Understanding
from bot.understanding.news import asks_for_news
from bot.understanding.order_aspects import asks_for_orders, hurries, of_last_time, order_aspects, says_missing
from bot.understanding.ordinals import by_place

MOST_LISTED = 10
_MAY_WANT: Mapping[OperationKind, str] = {
    "cancel": "care_cancel", "change_address": "care_address", "return": "care_return_items", "exchange": "care_exchange_items",
}  # fmt: skip
"""What customers want most of an order, as the questions that they may press where the policy allows it."""
_GOES_BACK = frozenset({"return_requested", "returned", "refunding", "refunded"})
_OF_LOST, _OF_REFUND = ("status", "delivered"), ("status",)


class OrderShowing:
    """Shows orders, with what the shop's documents say of the time that they take."""

    def __init__(self, counter: Counter, care: OrderCare | None = None, documents: Skill | None = None) -> None:
        """``documents`` answers from them how long delivery or a refund takes."""
        self._counter, self._care, self._documents = counter, care, documents

    def show(
        self, who: Identified, known: Known, understanding: Understanding, context: TurnContext, before: DialogueState
    ) -> Outcome:
        """One order, or which there are; of the one that was shown ``before`` this message, what is asked alone."""
        text, brief = understanding.text, brief_for("order_status", understanding, context)
        shown = tuple(one.order_id for one in known.orders[:MOST_LISTED])
        picked = by_place(text, shown) if picks_order(understanding, before) else ()
        lists, newest = asks_for_orders(text), of_last_time(text)
        order = None if lists or newest else known.order(picked[0] if picked else who.state.order_id)
        if order is None and not newest and (lists or _only_introduces(understanding)) and len(known.orders) > 1:
            return self._list(who, known, brief)
        order = order or next(iter(known.orders), None)
        if order is None:
            brief = replace(brief, asks=("order_id",), note="not_in_account", abstained=True)
            return Outcome(brief, replace(who.state, asks=brief.asks, desk=who.desk.to_json()))
        known_before = DeskState.of(before.desk).proved and order_key(order.order_id) == order_key(before.order_id or "")
        state = replace(who.state, order_id=order.order_id, asks=(), desk=who.desk.to_json())
        return self._one(order, known, understanding, context, state, before if known_before and not picked else None)

    def _one(
        self,
        order: Order,
        known: Known,
        understanding: Understanding,
        context: TurnContext,
        state: DialogueState,
        before: DialogueState | None,
    ) -> Outcome:
        """One order; ``before``: as things stood where it was spoken of last, too."""
        note, lines = _matter(order, understanding.text)
        at_once = note == LOST or asks_of_refund(understanding.text)
        facts = _facts(understanding.text, note, order) if before or at_once else ()
        evidence = self.evidence((order,), known.language)
        if (
            before
            and before.offered == "person"
            and before.last_action == "order_status"
            and (note in (CHASE, LOST) or not facts)
        ):
            told = handover(understanding, state, context, "complaint")  # who was offered a person and goes on needs one
            return replace(told, brief=replace(told.brief, evidence=evidence))
        beside = self._beside(order, facts, understanding, context)
        brief = replace(
            brief_for("order_status", understanding, context, note=note),
            lines=lines,
            evidence=(*evidence, *(beside.evidence if beside else ())),
            facts=facts,
            beside=beside,
            care=self._next(order, facts, known) if note not in (CHASE, LOST) else (),
        )
        return Outcome(brief, state)

    def _list(self, who: Identified, known: Known, brief: Brief) -> Outcome:
        """The orders of a customer, of which they may pick one."""
        shown, language = known.orders[:MOST_LISTED], known.language
        lines = [
            Line.of(
                "order_line", order=one.order_id, items=titles(one, known), status=status_words(one.status, language),
                date=format_date(one.placed_at, language) if one.placed_at else "–",
            )
            for one in shown
        ]  # fmt: skip
        evidence = self.evidence(shown, language)
        brief = replace(brief, lines=(Line.of("your_orders"), *lines), evidence=evidence, asks=("order_id",))
        return Outcome(brief, replace(who.state, order_id=None, asks=brief.asks, desk=who.desk.to_json()))

    def _beside(self, order: Order, facts: Sequence[str], understanding: Understanding, context: TurnContext) -> Brief | None:
        """What the documents say of the time that an order still takes, or its refund, where that is what is asked."""
        if self._documents is None:
            return None
        if facts == _OF_LOST:
            return lost_parcel(self._documents, understanding, context)
        if "expected" in facts and order.status in AWAITED:
            return delivery_time(self._documents, order, understanding, context)
        return refund_time(self._documents, understanding, context) if facts == _OF_REFUND else None

    def _next(self, order: Order, facts: Sequence[str], known: Known) -> tuple[Line, ...]:
        """What may be asked or wanted next, but for what was just told."""
        cared = () if "expected" in facts else self.cared((order,), known.language, not facts)
        return (*cared, *ways(order, known))

    def cared(self, orders: Sequence[Order | None], language: LanguageCode, shown: bool) -> tuple[Line, ...]:
        """What the customer may want next after the last of their orders that was spoken of."""
        last = next((order for order in reversed(orders) if order is not None), None)
        return self._care.of(last, language, shown) if self._care and last is not None else ()

    def evidence(self, orders: Sequence[Order], language: LanguageCode) -> tuple[Evidence, ...]:
        """Orders with their items' titles from the catalogue, in the reply's language where the shop has it."""
        found: dict[str, Evidence] = {}
        for order in orders:
            known = self._counter.known([order], None, language)
            items = tuple(replace(item, title=title_of(order, item.sku, known)) for item in order.items)
            found[order.order_id] = order_evidence(replace(order, items=items), language)
        return tuple(found.values())


def ways(order: Order, known: Known, kinds: Sequence[OperationKind] = tuple(_MAY_WANT)) -> tuple[Line, ...]:
    """The operations of these ``kinds`` that the policy allows for an order, as what the customer may press."""
    return tuple(Line.of(_MAY_WANT[kind]) for kind in kinds if ruling(kind, order, (), known).verdict == "allowed")


def _matter(order: Order, text: str) -> tuple[str | None, tuple[Line, ...]]:
    """What beyond the order itself a message is about, as a brief's note, with what is said of that."""
    if order.status not in AWAITED:
        return (LOST, (Line.of("ask_person"),)) if says_missing(text) or hurries(text) else (None, ())
    if asks_for_news(text):
        return NEWS, (Line.of("news_noted", order=order.order_id),)
    return (CHASE, (Line.of("chase"),)) if hurries(text) else (None, ())


def _facts(text: str, note: str | None, order: Order) -> tuple[str, ...]:
    """The facts that are asked for; who waits for news or hurries wants to know when the order comes, or the money for it."""
    if asks_of_refund(text) or (order.status in _GOES_BACK and "expected" in order_aspects(text)):
        return _OF_REFUND
    return _OF_LOST if note == LOST else order_aspects(text) or (("expected",) if note else ())


def _only_introduces(understanding: Understanding) -> bool:
    """Whether a message says who the customer is, and nothing of an order."""
    return not understanding.entities.order_ids and understanding.intent.name not in ("order_status", "delivery")
