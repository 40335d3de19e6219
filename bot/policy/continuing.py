"""What continues the turns before: an answer to a question back, an order named alone, a word on the products shown."""

from __future__ import annotations

from bot.order_desk.asking import asks_how_it_stands, asks_of_the_order
from bot.order_desk.details import lacks_number
from bot.order_desk.routing import for_order_desk, introduces, tells_of_own
from bot.order_desk.state import DeskState
from bot.policy.bill import asks_for_bill
from bot.policy.doubts import LEAVES_SHOPPING, SURELY_SHOPPING, unless_rule
from bot.policy.intents import ORDER_WISHES, PRODUCT_INTENTS, SHOPPING, SMALL_TALK
from bot.policy.needs import BRAND, asks_of_the_one_pointed_at, changes_set, names_brand, tells_of_need
from bot.policy.patterns import ASKS_ABOUT, ASKS_WHICH, COMPARES, IF_IT_IS, PREFERS, WHICH_VARIANTS
from bot.shop.ranking import asked_ranking
from bot.types import KIND, MEASURES, Action, ActionName, DialogueState, Intent, Understanding
from bot.understanding.aftersale import OWN
from bot.understanding.choosing import how_to_buy, into_cart, takes
from bot.understanding.haggling import bargained
from bot.understanding.identifiers import only_identifies
from bot.understanding.news import asks_for_restock
from bot.understanding.ordinals import points_back
from bot.understanding.refining import LONGEST_REFINEMENT, on_terms, revises_set, wants_cheaper, wants_others
from bot.understanding.returnable import asks_if_returnable, asks_of_returns

_OTHER_MATTERS = frozenset({*ORDER_WISHES, "warranty_repair", "payment", "invoice", "order_status"})
"""What is no word on the products shown, be it said of one: "can I return it if it's too loud?"."""


def going_on(understanding: Understanding, state: DialogueState) -> Action | None:
    """The action that the turns before, or plain words for one thing, settle; None where the intent must tell."""
    if chooses(understanding, state) or changes_set(understanding, state):
        return Action("guide" if revises_set(understanding, state) else "recommend", reason="chosen")
    bill_or_rule = asks_for_bill(understanding, state) or _asks_if_returnable(understanding, state)
    if bill_or_rule or asks_for_restock(understanding.text[:500]):
        return Action("answer", reason=understanding.intent.name)
    if asks_how_it_stands(understanding, state) or asks_of_the_order(understanding, state):
        return Action("order_status", reason="order_status")
    if for_order_desk(understanding, state):
        return Action("order_change", reason=understanding.intent.name, unless_answered=unless_rule(understanding, state))
    if introduces(understanding):
        return Action("order_status", reason="identity")
    if state.asks and (waiting := _resume(understanding, state)) is not None:
        return waiting
    if only_identifies(understanding):
        return Action("order_change" if state.last_intent in ORDER_WISHES else "order_status", reason="order_status")
    if _asks_of_product(understanding):
        return Action("answer", reason="product_question")
    if _asks_which(understanding, state):
        return Action("compare")
    return Action("recommend", reason=state.last_intent) if refines(understanding, state) else None


def _asks_of_product(understanding: Understanding) -> bool:
    """Whether a message asks about a product as a whole, its colours and sizes, or anything of the one that it points at."""
    further = [one for one in understanding.entities.constraints if one.attribute != BRAND]
    variants = WHICH_VARIANTS.search(understanding.text[:200]) and not further
    about = bool(understanding.entities.skus) and ASKS_ABOUT.search(understanding.text[:200]) is not None
    return bool(variants) or about or asks_of_the_one_pointed_at(understanding)


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
    named = len(entities.skus) == 1 or names_brand(understanding)
    return (shown or named or bool(entities.skus)) and takes(text, named=named and entities.budget is None)


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
    if ranking is not None and understanding.rewritten and understanding.entities.skus and IF_IT_IS.match(text):
        return True  # "is the second one heavier": than the others
    return compares and bool(ASKS_WHICH.search(text)) and not understanding.entities.categories


def _resume(understanding: Understanding, state: DialogueState) -> Action | None:
    """Goes on with what the assistant was doing when the message gives what it asked for."""
    entities = understanding.entities
    given = {
        "order_id": bool(entities.order_ids) or lacks_number(understanding.text, answering=True),
        "email": bool(entities.emails or entities.phones),
        "budget": entities.budget is not None or bool(entities.amounts),
        "need": bool(entities.categories or entities.constraints or entities.skus),
        "product": bool(entities.skus) and not _other_matter(understanding.intent),
        MEASURES: understanding.rewritten and not _other_matter(understanding.intent),
        KIND: understanding.rewritten and len(entities.brands) > 1,
    }
    if state.last_action is None or not any(given.get(slot, bool(entities.constraints)) for slot in state.asks):
        return None
    if MEASURES in state.asks or KIND in state.asks:
        return Action("answer", reason="size_fit") if MEASURES in state.asks else Action("compare")
    resumed: ActionName = state.last_action
    if resumed == "clarify":
        resumed = SHOPPING.get(state.last_intent or "", "order_status" if "order_id" in state.asks else "recommend")
    return Action(resumed, reason=state.last_intent)


def _other_matter(intent: Intent) -> bool:
    return intent.name in _OTHER_MATTERS and intent.confidence >= SURELY_SHOPPING


def refines(understanding: Understanding, state: DialogueState) -> bool:
    """Whether a short message narrows or widens the wish behind the products just shown: "not red", "有别的吗"."""
    entities, text, intent = understanding.entities, understanding.text, understanding.intent
    if entities.order_ids or len(text) > LONGEST_REFINEMENT or not set(entities.skus) <= set(state.skus):
        return False
    needs = tells_of_need(understanding, state)
    if _other_matter(intent) and not needs:
        return False
    if on_terms(text):
        return False
    if len(state.skus) == 1 and bargained(text, understanding.language.code):
        return False
    ranking = asked_ranking(text)
    amid = state.last_action in ("recommend", "guide", "compare") or (state.last_action == "small_talk" and bool(state.skus))
    if not amid and not (wants_cheaper(text) and state.skus):
        of_a_product = state.last_action == "answer" and state.last_intent in PRODUCT_INTENTS and bool(state.skus)
        tells_more = bool(entities.constraints) and intent.name in SMALL_TALK  # "actually we are three"
        further = of_a_product and ranking is not None and ranking.beyond
        more = tells_more and state.last_action == "answer" and bool(state.category)
        return further or more or needs
    if wants_others(text) or wants_cheaper(text) or ranking is not None or needs:
        return True
    wished = bool(entities.constraints or entities.budget) or bool(PREFERS.search(text) and intent.confidence < LEAVES_SHOPPING)
    compares = intent.name == "comparison" and not (entities.constraints and not COMPARES.search(text))
    return wished and not entities.skus and intent.name != "purchase_guide" and not compares
