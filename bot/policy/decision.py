"""The dialogue policy: a pure function from what was understood and remembered to one action.

The order of the rules is their strength; tests/test_policy.py is the table of situations.
"""

from __future__ import annotations

import re

from bot.order_desk.routing import for_order_desk
from bot.order_desk.state import DeskState
from bot.policy.continuing import going_on, refines
from bot.policy.doubts import (
    ANSWERED,
    CERTAINLY_ANSWERED,
    LEAVES_SHOPPING,
    SURELY_ANSWERED,
    SURELY_SHOPPING,
    TOLD,
    asks_price_of_kind,
    kind_alone,
    names_kinds_alone,
    unless_answered,
    unless_told,
)
from bot.policy.idle import gives_up, says_nothing
from bot.policy.intents import ORDER_WISHES, PRODUCT_INTENTS, SHOPPING, SMALL_TALK, SURE
from bot.policy.needs import (
    asked_to_be_in,
    between_kinds,
    first_of_its_kind,
    names_brand,
    names_goods_alone,
    names_product_alone,
    those_instead,
    whole_set,
)
from bot.policy.patterns import (
    ABOUT_PEOPLE,
    ALL_OF_THEM,
    ASKS,
    ASKS_A_FAVOUR,
    ASKS_HOW_IT_WORKS,
    ASKS_HOW_IT_WORKS_ONLY,
    ASKS_PRICE,
    BETWEEN,
    BOUGHT,
    CHOOSES_FOR,
    HOW_TO_COMPLAIN,
    LOOKS_FOR,
    PRIVATE,
    SAID_TO_BE_HERE,
    SOMETHING,
    TELLS_OF_OWN,
    USUALLY_TAKES,
    WHERE_IS_IT,
)
from bot.settings.own_intents import SHIPPED
from bot.shop.ages import age_in
from bot.shop.ranking import asked_ranking
from bot.text.danger import accident
from bot.text.size_choice import between_sizes
from bot.text.whether import asks_whether
from bot.types import Action, DialogueState, Understanding
from bot.understanding.chat import chat_topic
from bot.understanding.compared import is_choice
from bot.understanding.confirmation import is_yes

FAILURES_BEFORE_HANDOVER = 2
COMPLAINS = 0.5
WANTS_A_PERSON = 0.55
"""How sure an intent must be: a complaint, a person asked for."""


def decide(understanding: Understanding, state: DialogueState) -> Action:
    """The action for this turn. Evidence may still turn an answer into a decline: see :func:`after_failure`."""
    begun = _at_once(understanding, state) or going_on(understanding, state)
    if not begun and understanding.intent.name == "size_fit" and between_sizes(understanding.text[:200]):
        return Action("answer", reason="size_fit")  # a table of two sizes beside each other tells nobody which fits
    if not begun and _between_brands(understanding):
        return Action("compare", unless_answered=CERTAINLY_ANSWERED)
    chooses = first_of_its_kind(understanding) or whole_set(understanding) or those_instead(understanding, state)
    return begun or chooses or _by_intent(understanding, state)


def _at_once(understanding: Understanding, state: DialogueState) -> Action | None:
    """What goes before everything else: a person who is asked for, silence, anger."""
    sentiment = understanding.sentiment
    if understanding.intent.name == "human_agent" and ABOUT_PEOPLE.search(understanding.text[:200]):
        return Action("answer", reason="contact_hours")
    if _wants_person(understanding, state):
        return Action("handover", reason="requested")
    if state.offered and is_yes(understanding.text, understanding.language.code):
        return Action("order_change", reason="return_refund")
    if chat_topic(understanding.text):
        return Action("small_talk", reason="small_talk")
    if says_nothing(understanding):
        return Action("small_talk", reason="empty")
    if accident(understanding.text) and not _is_business(understanding, state):
        return Action("answer", reason="danger")
    if gives_up(understanding.text) and not DeskState.of(state.desk).busy:
        return Action("small_talk", reason="given_up")
    if HOW_TO_COMPLAIN.search(understanding.text[:200]):
        return Action("answer", reason="complaint")
    if sentiment.angry and sentiment.label == "negative" and not _is_business(understanding, state):
        return Action("handover", reason="anger")
    return None


def _wants_person(understanding: Understanding, state: DialogueState) -> bool:
    """Whether a person is asked for, or one that was offered is taken; an invoice made out to a person asks for none."""
    if state.offered == "person" and is_yes(understanding.text, understanding.language.code):
        return True
    if understanding.intent.name != "human_agent" or understanding.intent.confidence < WANTS_A_PERSON:
        return False
    narrows = bool(understanding.entities.constraints) and refines(understanding, state)
    return not narrows and not ("invoice_title" in state.asks and PRIVATE.fullmatch(understanding.text[:40]))


def _is_business(understanding: Understanding, state: DialogueState) -> bool:
    """Whether a message answers a question back or tells what to do with an order; single words of it may sound angry."""
    told = bool(state.asks) and understanding.intent.name != "complaint" and not re.search("[!！]", understanding.text)
    return told or for_order_desk(understanding, state)


def _by_intent(understanding: Understanding, state: DialogueState) -> Action:
    intent = understanding.intent
    if intent.name not in SHIPPED or asked_to_be_in(understanding):  # the owner's own has words that may speak of anything
        return Action("answer", reason=intent.name)
    if _is_shopping(understanding):
        return Action("recommend", unless_answered=unless_answered(understanding))
    if intent.name in SMALL_TALK and intent.confidence >= SURE and not _is_of_goods(understanding):
        return _in_passing(understanding)
    if intent.name == "comparison" and state.category and asked_ranking(understanding.text) and len(state.skus) < 2:
        return Action("recommend")
    if (
        len(understanding.entities.skus) > 1
        and intent.name in (*SHOPPING, *PRODUCT_INTENTS)
        and (BETWEEN.search(understanding.text) or is_choice(understanding.text))
    ):
        return Action("compare", unless_answered=CERTAINLY_ANSWERED)
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
        text = understanding.text[:500]
        lost = SAID_TO_BE_HERE.search(understanding.question[:500])
        told = (
            understanding.entities.order_ids
            or state.order_id
            or BOUGHT.search(text)
            or (WHERE_IS_IT.search(text) and not (lost or USUALLY_TAKES.search(understanding.question[:500])))
        )
        return Action("order_status", unless_answered=None if told else ANSWERED)
    if intent.name in ORDER_WISHES and _wants_it_done(understanding):
        names_no_order = not understanding.entities.order_ids and not ASKS_A_FAVOUR.search(understanding.text[:500])
        return Action("order_change", reason=intent.name, unless_answered=ANSWERED if names_no_order else None)
    return Action("answer", reason=intent.name)


def _in_passing(understanding: Understanding) -> Action:
    """The action for small talk; what hardly sounds like it and asks whether something is so (疼不疼) is a question."""
    intent, text = understanding.intent, understanding.text
    if intent.name != "greeting" and intent.confidence < LEAVES_SHOPPING and asks_whether(text[:200]):
        return Action("answer", reason="product_question")
    asks = understanding.entities.categories or (intent.name == "small_talk" and ASKS.search(text[:500]))
    return Action("small_talk", reason=intent.name, unless_answered=SURELY_ANSWERED if asks else None)


def _is_of_goods(understanding: Understanding) -> bool:
    """Whether what sounds like small talk tells of a fault, or asks something of the goods that were spoken of."""
    asks = understanding.rewritten and bool(understanding.entities.skus) and understanding.intent.confidence < LEAVES_SHOPPING
    unhappy = understanding.intent.name == "praise" and understanding.sentiment.label == "negative"
    return asks or unhappy or understanding.fault is not None


def _between_brands(understanding: Understanding) -> bool:
    """Whether brands are compared that the shop has, and no two products of theirs."""
    said = understanding.entities
    return understanding.intent.name == "comparison" and len(said.brands) > 1 and len(said.skus) < 2


def _wants_it_done(understanding: Understanding) -> bool:
    """Whether an order message asks to have something done to one order, rather than how such things work."""
    text = understanding.text[:500]
    if understanding.entities.order_ids or ASKS_A_FAVOUR.search(text):
        return True
    return not ASKS_HOW_IT_WORKS.search(text)


def _is_shopping(understanding: Understanding) -> bool:
    """Whether a message of no clear other purpose looks for a kind of product: with wishes, or asking if there is one."""
    entities, intent, text = understanding.entities, understanding.intent, understanding.text[:500]
    if entities.order_ids or entities.emails:
        return False
    if TELLS_OF_OWN.match(text) and not LOOKS_FOR.search(text):
        return False
    if kind_alone(understanding):
        return True
    unsure = intent.confidence < LEAVES_SHOPPING or intent.name == "out_of_scope"
    if unsure and (SOMETHING.search(text) or names_product_alone(understanding)):
        return True
    named = bool(entities.skus) and intent.confidence >= SURE and intent.name not in SMALL_TALK
    if not (entities.categories or entities.constraints) or named:
        return False
    if intent.name == "comparison":
        return bool(entities.categories and (entities.constraints or entities.budget or asked_ranking(text)))
    vague = (
        ASKS_PRICE.search(text) is not None
        or intent.name in (*PRODUCT_INTENTS, "out_of_scope")
        or names_kinds_alone(understanding)
        or intent.confidence < LEAVES_SHOPPING
        or (intent.name in SMALL_TALK and (LOOKS_FOR.search(text) is not None or names_goods_alone(understanding)))
    )
    of_brand = names_brand(understanding) and not entities.categories and bool(LOOKS_FOR.search(text) or not ASKS.search(text))
    if not vague or not (entities.categories or of_brand) or ASKS_HOW_IT_WORKS_ONLY.search(text):
        return False
    told = entities.budget or asked_ranking(text) or LOOKS_FOR.search(text) or (age_in(text) and CHOOSES_FOR.match(text))
    wishes = told or any(of_brand or one.attribute != "brand" for one in entities.constraints)
    if understanding.sentiment.label == "negative" and not (wishes or names_kinds_alone(understanding)):
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
