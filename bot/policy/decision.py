"""The dialogue policy: a pure function from what was understood and remembered to one action.

The order of the rules is their strength; tests/test_policy.py is the table of situations.
"""

from __future__ import annotations

import re

from bot.order_desk.routing import OWN, asks_how_it_stands, for_order_desk, introduces, tells_of_own
from bot.order_desk.state import DeskState
from bot.own_intents import SHIPPED
from bot.policy.bill import asks_for_bill
from bot.policy.doubts import (
    ANSWERED,
    CERTAINLY_ANSWERED,
    LEAVES_SHOPPING,
    PRODUCT_INTENTS,
    SURELY_ANSWERED,
    SURELY_SHOPPING,
    TOLD,
    asks_price_of_kind,
    unless_answered,
    unless_rule,
    unless_told,
)
from bot.policy.idle import SMALL_TALK, SURE, gives_up, says_nothing
from bot.policy.needs import between_kinds, changes_set, first_of_its_kind, names_goods_alone, tells_of_need
from bot.policy.patterns import (
    ABOUT_PEOPLE,
    ALL_OF_THEM,
    ASKS,
    ASKS_A_FAVOUR,
    ASKS_HOW_IT_WORKS,
    ASKS_HOW_IT_WORKS_ONLY,
    ASKS_PRICE,
    ASKS_WHICH,
    BETWEEN,
    COMPARES,
    HOW_TO_COMPLAIN,
    IDENTIFIES,
    LOOKS_FOR,
    PREFERS,
    SOMETHING,
    TELLS_OF_OWN,
    WHERE_IS_IT,
    WHICH_VARIANTS,
)
from bot.shop.ranking import asked_ranking
from bot.skills.ordinals import points_back
from bot.skills.parts import asks_of_returns
from bot.skills.rules import asks_if_returnable
from bot.skills.wishes import LONGEST_REFINEMENT, revises_set, wants_cheaper, wants_others
from bot.types import Action, ActionName, DialogueState, Intent, Understanding
from bot.understanding.choosing import how_to_buy, into_cart, takes
from bot.understanding.compared import is_choice
from bot.understanding.haggling import bargained
from bot.understanding.news import asks_for_restock

ORDER_WISHES = frozenset({"change_order", "cancel_order", "return_refund", "exchange"})
SHOPPING: dict[str, ActionName] = {"recommendation": "recommend", "purchase_guide": "guide", "comparison": "compare"}
OTHER_MATTERS = frozenset({*ORDER_WISHES, "warranty_repair", "payment", "invoice", "order_status"})
"""What is no word on the products shown, be it said of one: "can I return it if it's too loud?"."""
FAILURES_BEFORE_HANDOVER = 2
COMPLAINS = 0.5
WANTS_A_PERSON = 0.55
"""How sure an intent must be: a complaint, a person asked for."""


def wants_it_done(understanding: Understanding) -> bool:
    """Whether an order message asks to have something done to one order, rather than how such things work."""
    text = understanding.text[:500]
    if understanding.entities.order_ids or ASKS_A_FAVOUR.search(text):
        return True
    return not ASKS_HOW_IT_WORKS.search(text)


def only_identifies(understanding: Understanding) -> bool:
    """Whether a message holds nothing but an order number, perhaps with the proof: no intent can be read from it."""
    if not understanding.entities.order_ids:
        return False
    return not re.search(r"\w", IDENTIFIES.sub(" ", understanding.text[:200]))


def decide(understanding: Understanding, state: DialogueState) -> Action:
    """The action for this turn. Evidence may still turn an answer into a decline: see :func:`after_failure`."""
    begun = _at_once(understanding, state) or _going_on(understanding, state)
    return begun or first_of_its_kind(understanding) or _by_intent(understanding, state)


def _at_once(understanding: Understanding, state: DialogueState) -> Action | None:
    """What goes before everything else: a person who is asked for, silence, anger."""
    sentiment = understanding.sentiment
    narrows = bool(understanding.entities.constraints) and _refines(understanding, state)
    if understanding.intent.name == "human_agent" and ABOUT_PEOPLE.search(understanding.text[:200]):
        return Action("answer", reason="contact_hours")
    if understanding.intent.name == "human_agent" and understanding.intent.confidence >= WANTS_A_PERSON and not narrows:
        return Action("handover", reason="requested")
    if says_nothing(understanding):
        return Action("small_talk", reason="empty")
    if gives_up(understanding.text) and not DeskState.of(state.desk).busy:
        return Action("small_talk", reason="given_up")
    if HOW_TO_COMPLAIN.search(understanding.text[:200]):
        return Action("answer", reason="complaint")
    if sentiment.angry and sentiment.label == "negative" and not _is_business(understanding, state):
        return Action("handover", reason="anger")
    return None


def _is_business(understanding: Understanding, state: DialogueState) -> bool:
    """Whether a message answers a question back or tells what to do with an order; single words of it may sound angry."""
    told = bool(state.asks) and understanding.intent.name != "complaint" and not re.search("[!！]", understanding.text)
    return told or for_order_desk(understanding, state)


def _going_on(understanding: Understanding, state: DialogueState) -> Action | None:
    """What continues the turns before: an answer to a question back, an order named alone, a word on products shown."""
    if chooses(understanding, state) or changes_set(understanding, state):
        return Action("guide" if revises_set(understanding, state) else "recommend", reason="chosen")
    bill_or_rule = asks_for_bill(understanding, state) or _asks_if_returnable(understanding, state)
    if bill_or_rule or asks_for_restock(understanding.text[:500]):
        return Action("answer", reason=understanding.intent.name)
    if asks_how_it_stands(understanding, state):
        return Action("order_status", reason="order_status")
    if for_order_desk(understanding, state):
        return Action("order_change", reason=understanding.intent.name, unless_answered=unless_rule(understanding, state))
    if introduces(understanding):
        return Action("order_status", reason="identity")
    if state.asks and (waiting := _resume(understanding, state)) is not None:
        return waiting
    if only_identifies(understanding):
        return Action("order_change" if state.last_intent in ORDER_WISHES else "order_status", reason="order_status")
    if WHICH_VARIANTS.search(understanding.text[:200]) and not understanding.entities.constraints:
        return Action("answer", reason="product_question")
    if _asks_which(understanding, state):
        return Action("compare")
    return Action("recommend", reason=state.last_intent) if _refines(understanding, state) else None


def _asks_if_returnable(understanding: Understanding, state: DialogueState) -> bool:
    """Whether the message asks for the shop's rule on returns, of goods that it does not call the customer's own."""
    desk, entities = DeskState.of(state.desk), understanding.entities
    known = desk.busy or desk.proved or entities.order_ids or entities.emails
    general, text = asks_of_returns(understanding.text[:200]) and not desk.busy, understanding.text[:200]
    return general or (not known and asks_if_returnable(understanding) and not OWN.search(text))


def chooses(understanding: Understanding, state: DialogueState) -> bool:
    """Whether the customer takes a product, or wants to buy and does not say what; not amid the order desk's work."""
    entities, text = understanding.entities, understanding.text[:200]
    own = bool(entities.order_ids or entities.emails) or (not state.skus and tells_of_own(understanding))
    if own or (DeskState.of(state.desk).busy and not into_cart(text)):
        return False
    if into_cart(text) or how_to_buy(text):
        return True
    shown = bool(state.skus) and state.last_action in ("recommend", "guide", "compare", "answer")
    return (shown or bool(entities.skus)) and takes(text, named=len(entities.skus) == 1 and entities.budget is None)


def _asks_which(understanding: Understanding, state: DialogueState) -> bool:
    """Whether the message asks which of the products just shown is the lightest, the cheaper one and so on.

    Or what tells them apart, be it that one alone is still in view.
    """
    if len(state.skus) == 1 and understanding.intent.name == "comparison" and points_back(understanding.text[:200]):
        return len(understanding.entities.skus) < 2
    if len(state.skus) < 2 or not set(understanding.entities.skus) <= set(state.skus):
        return False
    text = understanding.text[:500]
    ranking = asked_ranking(text)
    compares = understanding.intent.name == "comparison" or (ranking is not None and not ranking.beyond)
    return compares and bool(ASKS_WHICH.search(text)) and not understanding.entities.categories


def _by_intent(understanding: Understanding, state: DialogueState) -> Action:
    intent = understanding.intent
    if intent.name not in SHIPPED:  # the owner's own, with words that may speak of anything
        return Action("answer", reason=intent.name)
    if _is_shopping(understanding):
        return Action("recommend", unless_answered=unless_answered(understanding))
    if intent.name in SMALL_TALK and intent.confidence >= SURE:
        asks = understanding.entities.categories or (intent.name == "small_talk" and ASKS.search(understanding.text[:500]))
        return Action("small_talk", reason=intent.name, unless_answered=SURELY_ANSWERED if asks else None)
    if intent.name == "comparison" and state.category and asked_ranking(understanding.text) and len(state.skus) < 2:
        return Action("recommend")
    if (
        len(understanding.entities.skus) > 1
        and intent.name in (*SHOPPING, *PRODUCT_INTENTS)
        and (BETWEEN.search(understanding.text) or is_choice(understanding.text))
    ):
        return Action("compare")
    if intent.name == "comparison" and len(understanding.entities.skus) < 2 and len(state.skus) < 2:
        named = bool(understanding.entities.categories)
        whole = named and (ALL_OF_THEM.search(understanding.text[:200]) is not None or between_kinds(understanding, state))
        documents = TOLD if asked_ranking(understanding.text[:500]) else ANSWERED  # one product's range is no longest one
        tells = whole or (named and not ASKS.search(understanding.text[:500]))  # "compare the kettles" asks for no fact
        return Action(
            "recommend" if named and not whole else "compare", unless_answered=CERTAINLY_ANSWERED if tells else documents
        )
    if intent.name in SHOPPING:
        return Action(SHOPPING[intent.name], unless_answered=unless_told(understanding))
    if intent.name == "order_status":
        told = understanding.entities.order_ids or state.order_id or WHERE_IS_IT.search(understanding.text[:500])
        return Action("order_status", unless_answered=None if told else ANSWERED)
    if intent.name in ORDER_WISHES and wants_it_done(understanding):
        names_no_order = not understanding.entities.order_ids and not ASKS_A_FAVOUR.search(understanding.text[:500])
        return Action("order_change", reason=intent.name, unless_answered=ANSWERED if names_no_order else None)
    return Action("answer", reason=intent.name)


def _resume(understanding: Understanding, state: DialogueState) -> Action | None:
    """Goes on with what the assistant was doing when the message gives what it asked for."""
    entities = understanding.entities
    given = {
        "order_id": bool(entities.order_ids),
        "email": bool(entities.emails or entities.phones),
        "budget": entities.budget is not None or bool(entities.amounts),
        "need": bool(entities.categories or entities.constraints or entities.skus),
        "product": bool(entities.skus) and not _other_matter(understanding.intent),
    }
    if state.last_action is None or not any(given.get(slot, bool(entities.constraints)) for slot in state.asks):
        return None
    resumed: ActionName = state.last_action
    if resumed == "clarify":
        resumed = SHOPPING.get(state.last_intent or "", "order_status" if "order_id" in state.asks else "recommend")
    return Action(resumed, reason=state.last_intent)


def _other_matter(intent: Intent) -> bool:
    return intent.name in OTHER_MATTERS and intent.confidence >= SURELY_SHOPPING


def _refines(understanding: Understanding, state: DialogueState) -> bool:
    """Whether a short message narrows or widens the wish behind the products just shown: "not red", "有别的吗"."""
    entities, text, intent = understanding.entities, understanding.text, understanding.intent
    if entities.order_ids or len(text) > LONGEST_REFINEMENT or not set(entities.skus) <= set(state.skus):
        return False
    if _other_matter(intent):
        return False
    if len(state.skus) == 1 and bargained(text, understanding.language.code):
        return False
    ranking = asked_ranking(text)
    amid = state.last_action in ("recommend", "guide", "compare") or (state.last_action == "small_talk" and bool(state.skus))
    if not amid and not (wants_cheaper(text) and state.skus):
        of_a_product = state.last_action == "answer" and state.last_intent in PRODUCT_INTENTS and bool(state.skus)
        tells_more = bool(entities.constraints) and intent.name in SMALL_TALK  # "actually we are three"
        return (of_a_product and ranking is not None and ranking.beyond) or (
            tells_more and state.last_action == "answer" and bool(state.category)
        )
    if wants_others(text) or wants_cheaper(text) or ranking is not None or tells_of_need(understanding, state):
        return True
    wished = bool(entities.constraints or entities.budget) or bool(PREFERS.search(text) and intent.confidence < LEAVES_SHOPPING)
    compares = intent.name == "comparison" and not (entities.constraints and not COMPARES.search(text))
    return wished and not entities.skus and intent.name != "purchase_guide" and not compares


def _is_shopping(understanding: Understanding) -> bool:
    """Whether a message of no clear other purpose looks for a kind of product: with wishes, or asking if there is one."""
    entities, intent, text = understanding.entities, understanding.intent, understanding.text[:500]
    if entities.order_ids or entities.emails:
        return False
    if TELLS_OF_OWN.match(text) and not LOOKS_FOR.search(text):
        return False
    if intent.confidence < LEAVES_SHOPPING and SOMETHING.search(text):
        return True
    if not (entities.categories or entities.constraints) or (entities.skus and intent.confidence >= SURE):
        return False
    if intent.name == "comparison":
        return bool(entities.categories and (entities.constraints or entities.budget or asked_ranking(text)))
    vague = (
        ASKS_PRICE.search(text) is not None
        or intent.name in (*PRODUCT_INTENTS, "out_of_scope")
        or text.strip() in entities.categories
        or intent.confidence < LEAVES_SHOPPING
        or (intent.name in SMALL_TALK and (LOOKS_FOR.search(text) is not None or names_goods_alone(understanding)))
    )
    if not vague or not entities.categories or ASKS_HOW_IT_WORKS_ONLY.search(text):
        return False
    wishes = entities.budget or entities.constraints or asked_ranking(text) or LOOKS_FOR.search(text)
    if understanding.sentiment.label == "negative" and not wishes:
        return False  # "my teapot arrived broken"
    return bool(wishes) or asks_price_of_kind(understanding) or not ASKS.search(text)


def after_failure(understanding: Understanding, state: DialogueState) -> Action | None:
    """What to do when no answer was found: a person after repeated failure or on a complaint, else None (decline)."""
    intent = understanding.intent
    unhappy = understanding.sentiment.label == "negative" or intent.confidence >= SURELY_SHOPPING
    if intent.name == "complaint" and intent.confidence >= COMPLAINS and unhappy:
        return Action("handover", reason="complaint")
    if state.failures >= FAILURES_BEFORE_HANDOVER:
        return Action("handover", reason="repeated_failure")
    return None
