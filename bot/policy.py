"""The dialogue policy: a pure function from what was understood and remembered to one action.

The order of the rules is their strength; tests/test_policy.py is the table of situations.
"""

from __future__ import annotations

import re

from bot.order_desk.routing import for_order_desk, introduces
from bot.own_intents import SHIPPED
from bot.shop.ranking import asked_ranking
from bot.skills.wishes import LONGEST_REFINEMENT, wants_cheaper, wants_others
from bot.types import Action, ActionName, DialogueState, Understanding
from bot.understanding.phrases import term_index

SMALL_TALK = frozenset({"greeting", "thanks", "goodbye", "small_talk", "praise"})
ORDER_WISHES = frozenset({"change_order", "cancel_order", "return_refund", "exchange"})
SHOPPING: dict[str, ActionName] = {"recommendation": "recommend", "purchase_guide": "guide", "comparison": "compare"}
PRODUCT_INTENTS = frozenset({"product_question", "price_promotion", "stock", "size_fit"})
FAILURES_BEFORE_HANDOVER = 2
SURE = 0.35
SURELY_SHOPPING = 0.75
COMPLAINS = 0.5
WANTS_A_PERSON = 0.55
LEAVES_SHOPPING = 0.6
"""How sure an intent must be: small talk, a complaint, a person asked for, another topic amid products."""
ANSWERED, SURELY_ANSWERED = 0.0, 0.8
"""How surely documents or catalogue must answer to go before another action: at all; where a wish is read in the message."""

_ASKS_HOW_IT_WORKS = re.compile(
    r"\b(can i|could i|may i|is it possible|do you|how|what|when|where|which|who|whose|why|am i allowed|policy|are there"
    r"|is there|do i|does it|is it|will i|must i)\b"
    r"|怎么|如何|能不能|可不可以|要不要|会不会|[吗么嘛]\s*[?？]?\s*$|谁|为什么|多久|几天|多少|政策|规定|流程|是否|支持|什么|哪",
    re.IGNORECASE,
)
_ASKS_WHICH = re.compile(r"\bwhich\b|哪", re.IGNORECASE)
_ASKS_HOW_IT_WORKS_ONLY = re.compile(
    r"\b(?:how (?:do|can|should|long|often|does|to)|why|when|where|who|return\w*|refund\w*|warranty"
    r"|guarantee|deliver\w*|ship\w*|invoice|repair"
    r"|clean\w*|wash\w*|pay\w*|order)\b|怎么|如何|为什么|什么时候|多久|退|换货|保修|质保|发货|快递"
    r"|物流|运费|发票|维修|清洗|支付|付款|订单|带上|托运",
    re.IGNORECASE,
)
_LOOKS_FOR = re.compile(
    r"\b(?:do (?:you|u) (?:have|sell|carry|stock|got)|have you got|got any|any|show me|looking for"
    r"|i want|i need|i'd like|search\w*"
    r"|interested in)\b|有没有|有.{0,12}[吗么嘛]|有卖"
    r"|卖不卖|想看|想买|想要|看看|来个|找",
    re.IGNORECASE,
)
_PRICE_OF = re.compile(
    r"(?:how much (?:is|are|does|do|for)|what(?:'?s| is| are) the prices? (?:of|for)|prices? (?:of|for))"
    r" (?:the |an? |your |those |these )?(.{2,40}?)(?: cost)?\s*[?.!]*|(.{2,12}?)(?:多少钱|什么价格?"
    r"|几块钱|怎么卖)[?？。呀啊呢]*",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"[?？]|\b(?:can|could|is|are|do|does|did|will|how|what|which|when|where|why)\b|能|可以|会|几"
    r"|吗|么$|[不没]$|怎|咋|多少|多久|什么|哪|显示|谁",
    re.IGNORECASE,
)
_WHERE_IS_IT = re.compile(
    r"\bwhere\b.*\b(?:order|parcel|package|delivery|it|stuff|item)s?\b|\btrack\w*\b|\bstatus\b|\bmy"
    r" (?:last |latest )?order\b|到哪|哪[了儿]|查|物流|发货了?[吗没]|我的订单|我的快递",
    re.IGNORECASE,
)
_ABOUT_PEOPLE = re.compile(
    r"几点|上班|下班|工作时间|在线时间|什么时候|找谁|\b(?:when|hours|opening"
    r"|which number|what number|who do i)\b",
    re.IGNORECASE,
)
ASKS_PRICE = re.compile(
    r"\bhow much (?:is|are|for|does|do|would)\b|\bprices? (?:of|for)\b|多少钱|什么价|几块钱|怎么卖", re.IGNORECASE
)
_SOMETHING = re.compile(
    r"^(?:something|anything|sth|some) (?:\w+ )?(?:to|for|that|which|with|under|in)\b|^(?:有没有|有什么|找个|想要个|来个).*的$",
    re.I,
)
_COMPARES = re.compile(r"\b(?:compar\w+|differen\w+|versus|vs|better|which)\b|区别|不同|对比|比|哪", re.IGNORECASE)
_BETWEEN = re.compile(
    r"\b(?:compar\w+|differen\w+|versus|vs|better|torn between)\b|区别|不同|对比"
    r"|比较|怎么选|哪[个款]好|还是",
    re.IGNORECASE,
)
_PREFERS = re.compile(
    r"\b(?:i'?d rather|rather have|i prefer|prefer\w*|make it|for the|with an?|without)\b|^(?:那|就)?(?:我)?(?:还是)?(?:想?要"
    r"|最好|来)|的$",
    re.IGNORECASE,
)
_IDENTIFIES = re.compile(
    r"[^\s@]+@[^\s@]+|#?[a-z]{0,6}[-_ ]?\d[\d \-_+]*"
    r"|\b(my|the|is|it|it's|and|order|number|no|id|e-?mail|mail|phone|address)\b"
    r"|我的|这个|订单编号|订单号|订单|单号|电子邮箱|邮箱|邮件|手机号码|手机号|手机|电话|号码|是|和|的",
    re.IGNORECASE,
)
_ASKS_A_FAVOUR = re.compile(
    r"\b(please|can you|could you|would you|for me)\b|\bchange (?:my|the) .*\bto\b"
    r"|帮我|幫我|帮忙|麻烦|(?:^|[请請你们，,])[给給]我|把.*(?:改成|改为|改到|换成|取消|退了)",
    re.IGNORECASE,
)


def wants_it_done(understanding: Understanding) -> bool:
    """Whether an order message asks to have something done to one order, rather than how such things work."""
    text = understanding.text[:500]
    if understanding.entities.order_ids or _ASKS_A_FAVOUR.search(text):
        return True
    return not _ASKS_HOW_IT_WORKS.search(text)


def only_identifies(understanding: Understanding) -> bool:
    """Whether a message holds nothing but an order number, perhaps with the proof: no intent can be read from it."""
    if not understanding.entities.order_ids:
        return False
    return not re.search(r"\w", _IDENTIFIES.sub(" ", understanding.text[:200]))


def says_nothing(understanding: Understanding) -> bool:
    """Whether a message holds no letter and no digit (emoji, marks) and is no greeting or praise either ("👋", "👍")."""
    intent = understanding.intent
    if intent.name in SMALL_TALK and intent.confidence >= SURE:
        return False
    return not re.search(r"[^\W_]", understanding.text)


def decide(understanding: Understanding, state: DialogueState) -> Action:
    """The action for this turn. Evidence may still turn an answer into a decline: see :func:`after_failure`."""
    return _at_once(understanding, state) or _going_on(understanding, state) or _by_intent(understanding, state)


def _at_once(understanding: Understanding, state: DialogueState) -> Action | None:
    """What goes before everything else: a person who is asked for, silence, anger."""
    sentiment = understanding.sentiment
    narrows = bool(understanding.entities.constraints) and _refines(understanding, state)
    if understanding.intent.name == "human_agent" and _ABOUT_PEOPLE.search(understanding.text[:200]):
        return Action("answer", reason="contact_hours")
    if understanding.intent.name == "human_agent" and understanding.intent.confidence >= WANTS_A_PERSON and not narrows:
        return Action("handover", reason="requested")
    if says_nothing(understanding):
        return Action("small_talk", reason="empty")
    if sentiment.angry and sentiment.label == "negative" and not _is_business(understanding, state):
        return Action("handover", reason="anger")
    return None


def _is_business(understanding: Understanding, state: DialogueState) -> bool:
    """Whether a message answers a question back or tells what to do with an order; single words of it may sound angry."""
    wants = for_order_desk(understanding, state)
    told = wants or (bool(state.asks) and understanding.intent.name != "complaint")
    return told and "!" not in understanding.text.replace("！", "!")


def _going_on(understanding: Understanding, state: DialogueState) -> Action | None:
    """What continues the turns before: an answer to a question back, an order named alone, a word on products shown."""
    if for_order_desk(understanding, state):
        return Action("order_change", reason=understanding.intent.name)
    if introduces(understanding):
        return Action("order_status", reason="identity")
    if state.asks and (waiting := _resume(understanding, state)) is not None:
        return waiting
    if only_identifies(understanding):
        return Action("order_change" if state.last_intent in ORDER_WISHES else "order_status", reason="order_status")
    if _asks_which(understanding, state):
        return Action("compare")
    return Action("recommend", reason=state.last_intent) if _refines(understanding, state) else None


def _asks_which(understanding: Understanding, state: DialogueState) -> bool:
    """Whether the message asks which of the products just shown is the lightest, the cheaper one and so on."""
    if len(state.skus) < 2 or not set(understanding.entities.skus) <= set(state.skus):
        return False
    text = understanding.text[:500]
    ranking = asked_ranking(text)
    compares = understanding.intent.name == "comparison" or (ranking is not None and not ranking.beyond)
    return compares and bool(_ASKS_WHICH.search(text)) and not understanding.entities.categories


def _by_intent(understanding: Understanding, state: DialogueState) -> Action:
    intent = understanding.intent
    if intent.name not in SHIPPED:  # the owner's own, with words that may speak of anything
        return Action("answer", reason=intent.name)
    if _is_shopping(understanding):
        return Action("recommend", unless_answered=_unless_answered(understanding))
    if intent.name in SMALL_TALK and intent.confidence >= SURE:
        return Action("small_talk", reason=intent.name)
    if intent.name == "comparison" and state.category and asked_ranking(understanding.text) and len(state.skus) < 2:
        return Action("recommend")
    if (
        len(understanding.entities.skus) > 1
        and intent.name in (*SHOPPING, *PRODUCT_INTENTS)
        and _BETWEEN.search(understanding.text)
    ):
        return Action("compare")
    if intent.name == "comparison" and len(understanding.entities.skus) < 2 and len(state.skus) < 2:
        named = bool(understanding.entities.categories)
        return Action("recommend" if named else "compare", unless_answered=ANSWERED)
    if intent.name in SHOPPING:
        sure = intent.confidence >= SURELY_SHOPPING or _wishes(understanding)
        return Action(SHOPPING[intent.name], unless_answered=None if sure else SURELY_ANSWERED)
    if intent.name == "order_status":
        told = understanding.entities.order_ids or state.order_id or _WHERE_IS_IT.search(understanding.text[:500])
        return Action("order_status", unless_answered=None if told else ANSWERED)
    if intent.name in ORDER_WISHES and wants_it_done(understanding):
        names_no_order = not understanding.entities.order_ids and not _ASKS_A_FAVOUR.search(understanding.text[:500])
        return Action("order_change", reason=intent.name, unless_answered=ANSWERED if names_no_order else None)
    return Action("answer", reason=intent.name)


def _unless_answered(understanding: Understanding) -> float | None:
    """How surely documents or catalogue must answer a message about a kind of product to go before showing some of it."""
    text, intent = understanding.text[:500], understanding.intent
    asks = _ASKS.search(text) or (intent.name in PRODUCT_INTENTS and intent.confidence >= LEAVES_SHOPPING)
    if _wishes(understanding) or not asks:
        return None
    return SURELY_ANSWERED if _LOOKS_FOR.search(text) else ANSWERED


def _wishes(understanding: Understanding) -> bool:
    """Whether a message says what a product should cost or be first in, or asks for the price of a kind."""
    return bool(understanding.entities.budget or asked_ranking(understanding.text[:500]) or _asks_price_of_kind(understanding))


def _asks_price_of_kind(understanding: Understanding) -> bool:
    """Whether the message asks what a kind of product costs and nothing else, such as what a service for it costs."""
    match = _PRICE_OF.fullmatch(understanding.text[:200].strip())
    named = next((group for group in match.groups() if group), "").strip() if match else ""
    categories = {name.lower() for name in understanding.entities.categories}
    return bool(named) and (named.lower() in categories or term_index(("category",)).get(named) is not None)


def _resume(understanding: Understanding, state: DialogueState) -> Action | None:
    """Goes on with what the assistant was doing when the message gives what it asked for."""
    entities = understanding.entities
    given = {
        "order_id": bool(entities.order_ids),
        "email": bool(entities.emails or entities.phones),
        "budget": entities.budget is not None or bool(entities.amounts),
        "need": bool(entities.categories or entities.constraints or entities.skus),
        "product": bool(entities.skus),
    }
    if state.last_action is None or not any(given.get(slot, bool(entities.constraints)) for slot in state.asks):
        return None
    resumed: ActionName = state.last_action
    if resumed == "clarify":
        resumed = SHOPPING.get(state.last_intent or "", "order_status" if "order_id" in state.asks else "recommend")
    return Action(resumed, reason=state.last_intent)


def _refines(understanding: Understanding, state: DialogueState) -> bool:
    """Whether a short message narrows or widens the wish behind the products just shown: "not red", "有别的吗"."""
    entities, text, intent = understanding.entities, understanding.text, understanding.intent
    if entities.order_ids or len(text) > LONGEST_REFINEMENT or not set(entities.skus) <= set(state.skus):
        return False
    ranking = asked_ranking(text)
    amid = state.last_action in ("recommend", "guide", "compare") or (state.last_action == "small_talk" and bool(state.skus))
    if not amid:
        of_a_product = state.last_action == "answer" and state.last_intent in PRODUCT_INTENTS and bool(state.skus)
        return of_a_product and ranking is not None and ranking.beyond
    if wants_others(text) or wants_cheaper(text) or ranking is not None:
        return True
    wished = bool(entities.constraints or entities.budget) or bool(
        _PREFERS.search(text) and intent.confidence < LEAVES_SHOPPING
    )
    compares = intent.name == "comparison" and not (entities.constraints and not _COMPARES.search(text))
    return wished and not entities.skus and intent.name != "purchase_guide" and not compares


def _is_shopping(understanding: Understanding) -> bool:
    """Whether a message of no clear other purpose looks for a kind of product: with wishes, or asking if there is one."""
    entities, intent, text = understanding.entities, understanding.intent, understanding.text[:500]
    if entities.order_ids or entities.emails:
        return False
    if intent.confidence < LEAVES_SHOPPING and _SOMETHING.search(text):
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
        or (intent.name in SMALL_TALK and _LOOKS_FOR.search(text) is not None)
    )
    if not vague or not entities.categories or _ASKS_HOW_IT_WORKS_ONLY.search(text):
        return False
    wishes = entities.budget or entities.constraints or asked_ranking(text) or _LOOKS_FOR.search(text)
    return bool(wishes) or _asks_price_of_kind(understanding) or not _ASKS.search(text)


def after_failure(understanding: Understanding, state: DialogueState) -> Action | None:
    """What to do when no answer was found: a person after repeated failure or on a complaint, else None (decline)."""
    intent = understanding.intent
    if intent.name == "complaint" and intent.confidence >= COMPLAINS:
        return Action("handover", reason="complaint")
    if state.failures >= FAILURES_BEFORE_HANDOVER:
        return Action("handover", reason="repeated_failure")
    return None
