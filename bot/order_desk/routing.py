"""Whether a message is for the order desk: because it is busy with this customer, or because of what the message says."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.order_desk.details import gives_address, said_name, said_zip
from bot.order_desk.owning import speaks_as_owner
from bot.order_desk.reading import LONGEST, clauses, names_operation, speaks_of_goods
from bot.order_desk.requesting import CONDITION, GENERAL, HOW_TO, PLAIN, REQUESTS, asks, is_request, told_to_do, wanted
from bot.order_desk.sensing import ONLY_ONE, SURE
from bot.order_desk.state import DeskState
from bot.text.phrases import tokenise
from bot.text.terms import terms
from bot.types import DialogueState, Sensed, Understanding
from bot.understanding.aftersale import OF_OPENED, OWN
from bot.understanding.confirmation import agreed_with_more, is_no, is_yes
from bot.understanding.identifiers import names_order, only_identifies
from bot.understanding.wishes import Sense, sentences

_UNDOES = re.compile(r"\bundo\b|\btake (?:it|that) back\b|\brevert\b|撤销|撤回|恢复原状", re.IGNORECASE)
_CALLS_OFF = re.compile(r"\b(?:undo|revert)\b(?! (?:\w+ ){0,3}order)|撤[销回](?![^，。]{0,4}单)|恢复原状", re.IGNORECASE)
_ONLY_UNDOES = re.compile(
    r"\W*(?:please |can you |could you |i want to )?(?:undo|revert)(?: (?:it|that|this|everything|the (?:last )?change))?"
    r"(?:,? please)?\W*"
    r"|\W*(?:请|麻烦|帮我|我要|我想){0,2}(?:撤[销回]|恢复原状)(?:一下|刚才的|上一步|操作|修改|更改|吧|了){0,3}\W*",
    re.IGNORECASE,
)
_ABOUT_CHOICES = re.compile(
    r"\b(?:option|available|in stock|choice|colou?r|size|variant|model|price|difference|other|which (?:one|payment|card))"
    r"|哪些|有货|颜色|尺码|款|差价|多少钱",
    re.IGNORECASE,
)
_WANTS = re.compile(
    r"\b(?:i(?:'d| would)? (?:really |just |also )?(?:like|want|need|wish|have)|i(?:'m| am) (?:looking"
    r"|trying|hoping|going)|let(?:'s| me)"
    r"|please|can you|could you|would you|help me|i(?:'d| would) rather)\b|[我请].{0,6}(?:想|要|帮|把|需要)|帮我|麻烦"
    r"|^(?:取消|退货|换货|修改|退款|改)",
    re.IGNORECASE,
)
_BACK_FOR_IT = re.compile(
    r"\b(?:money|refund(?:ed)?)\b(?: back)? (?:for|on) (?:it|this|that|them|these|those|my)\b", re.IGNORECASE
)
_MAY_BE_OWN = re.compile(
    r"\b(?:my|mine|i|we|you|your|it|order\w*|send\w*|ship\w*|arriv\w*|deliver\w*|cancel\w*|parcel|package|bought|got)\b"
    r"|[我单买退换改收送寄发]|地址|下错|拍",
    re.IGNORECASE,
)
"""Words for goods that are the customer's."""
_NO_WISH = 0.1
VERY_SURE = 0.9
"""How likely a wish to cancel or return must be of somebody who says nothing of an order."""
_AS_IT_IS = re.compile(
    r"\b(?:my|mine|still|same|should(?:'ve| have) been|stays?|unchanged|instead"
    r"|keep(?:ing)? (?:it|the)|as (?:it )?(?:is|before|now)"
    r"|no longer"
    r"|any ?(?:more|longer))\b"
    r"|\b(?:ordered|bought|purchased|received|arrived|too \w+)\b"
    r"|太|有点|不用[变改]|不变|一样|其[他它]|原来",
    re.IGNORECASE,
)
_CLEAR = frozenset(
    {"order_status", "delivery", "payment", "invoice", "privacy", "human_agent", "contact_hours", "account_membership"}
)
"""What a message is about where one unlikely wish in it is none."""
_LOOKING = frozenset({"recommendation", "purchase_guide", "comparison"})
_SHOPPING = _LOOKING | {"product_question", "stock", "price_promotion", "size_fit", "usage_help"}
_ELSEWHERE = _SHOPPING | {
    "greeting", "thanks", "goodbye", "small_talk", "praise", "order_status", "delivery", "privacy", "human_agent",
    "contact_hours", "account_membership",
}  # fmt: skip
"""What a message may be about of somebody who has done with a wish that was refused."""
_OF_NO_ORDER = _SHOPPING | {
    "greeting", "thanks", "goodbye", "praise", "delivery", "privacy", "contact_hours", "account_membership", "complaint",
    "human_agent",
}  # fmt: skip
_PLAINLY = 0.6
"""What a message is about, and how surely, of somebody who was asked for a proof and speaks of something else."""
_PARTS, FEWEST_WORDS = re.compile(r"\s*[,;，；]\s*(?:and |also |but )*|\s+and\s+", re.IGNORECASE), 4
_TRIES_AGAIN = re.compile(r"\b(?:then|just|only|instead|ok|okay|rather|use|my|the)\b|那|就|只|用|改", re.IGNORECASE)
_MONEY_BACK = re.compile(r"\b(?:money|refund(?:ed)?)\b|退款|退钱", re.IGNORECASE)
_POINTS = re.compile(r"\b(?:the|it|this|that|these|those|them|my|mine)\b|[这那它]", re.IGNORECASE)
_SENTENCES = re.compile(r"(?<=[.!?。！？,，])\s*")
_IMPERATIVE = re.compile(
    r"^\W*(?:for (?:order )?#?\w+,? )?(?:cancel|return|exchange|change|modify|update|switch|swap|replace|send)\b", re.IGNORECASE
)
_YOU_CAN = re.compile(r"\byou (?:can|may) (?:just |please )?(?:cancel|drop|return|exchange|swap|change)\b", re.IGNORECASE)
_REFUSES = re.compile(r"拒收|\brefuse (?:the |my |this )?(?:parcel|package|delivery|it)\b", re.IGNORECASE)
"""Not taking a parcel in, which no operation on an order is."""
_COURTESY = re.compile(
    r"\W*(?:hi|hello|hey|thanks?(?: you)?(?: (?:so|very) much| a lot)?|thank you|bye|goodbye"
    r"|good (?:morning|evening)|你好|您好|谢谢您?|多谢|再见|拜拜)\W*",
    re.IGNORECASE,
)


def sensed(sense: Sense, text: str, state: DialogueState) -> tuple[Sensed, ...]:
    """The sentences of a message that may be about the customer's order, with their likeliest wishes; none of others."""
    desk = DeskState.of(state.desk)
    if not (desk.busy or desk.proved or desk.refused or _MAY_BE_OWN.search(text)):
        return ()
    told = sentences(text[:LONGEST])
    parts = [part for one in told for part in _PARTS.split(one) if len(part) < len(one) and len(tokenise(part)) >= FEWEST_WORDS]
    return tuple(sense(one) for one in dict.fromkeys((*told, *parts)))


def for_order_desk(understanding: Understanding, state: DialogueState) -> bool:
    """Whether the order desk goes on with this message, or takes it up because it asks for a change."""
    desk, text = DeskState.of(state.desk), understanding.text
    if takes_back(text, desk):
        return True
    if desk.proposal and (_says_yes_or_no(text, understanding) or agreed_with_more(text) is not None):
        return True
    if tries_again(understanding, desk):
        return True
    if _REFUSES.search(text) and asks(text):
        return False
    if desk.busy and (desk.proved or not _turns_away(understanding, state)):
        return not _leaves(understanding, state)
    if only_identifies(understanding):
        return False
    if _tells_of_fault(understanding, desk) or wants_by_meaning(understanding, state, desk):
        return True
    return names_operation(text) and _asks_for_it(understanding, desk)


def _tells_of_fault(understanding: Understanding, desk: DeskState) -> bool:
    """Whether somebody whose order is known says that something is faulty, and asks nothing."""
    known = desk.proved or names_order(understanding.entities)
    return known and understanding.fault is not None and not asks(understanding.text)


def _asks_for_it(understanding: Understanding, desk: DeskState) -> bool:
    """Whether a message that names an operation wants it done to an order of the customer's."""
    text = understanding.text
    asked_for = bool(_WANTS.search(text) or _IMPERATIVE.search(text))
    if _requests_for_own(text) or _says_of_own(text):
        return True
    told = bool(understanding.entities.order_ids or understanding.entities.emails or desk.proved)
    requested = bool(understanding.entities.order_ids) and REQUESTS.search(text) is not None and not GENERAL.search(text)
    return (asked_for and (told or introduces(understanding) or not asks(text))) or (told and (requested or not asks(text)))


def takes_back(text: str, desk: DeskState) -> bool:
    """Whether a message wants undone what was done last, or left alone what is worked on; an order undone is one cancelled."""
    if desk.done:
        return _UNDOES.search(text) is not None
    if desk.busy:
        return _CALLS_OFF.search(text) is not None
    return desk.proved and _ONLY_UNDOES.fullmatch(text) is not None


def tries_again(understanding: Understanding, desk: DeskState) -> bool:
    """Whether a message puts the wish that was just refused another way, rather than speaks of something else."""
    text, intent = understanding.text, understanding.intent
    if desk.refused is None or desk.busy or asks(text):
        return False
    told = understanding.entities
    identifies = told.order_ids or told.emails or told.phones
    if not identifies and gives_address(text, desk.refused.kind):
        return True
    if _TRIES_AGAIN.search(text) is None:
        return False
    means_a_wish = any(one.probability >= ONLY_ONE for one in understanding.sensed)
    return means_a_wish or not (intent.name in _ELSEWHERE and intent.confidence >= SURE)


def wants_by_meaning(understanding: Understanding, state: DialogueState, desk: DeskState) -> bool:
    """Whether a sentence means a wish, of a customer who is known or speaks of what they ordered or got."""
    owner = not state.skus and tells_of_own(understanding)
    if _asks_beside(understanding) and not (desk.proved or owner):
        return False
    if owner:
        return True
    wished, told = wanted(understanding), told_to_do(understanding)
    known = desk.proved or speaks_of_goods(understanding.text) or (not state.skus and _has_one(told, understanding.text))
    unclear = known and understanding.intent.name not in _CLEAR and not _shops(understanding)
    if unclear and any(one.probability >= ONLY_ONE and is_request(one.text) for one in understanding.sensed):
        return True
    if told and not state.skus and _names_goods(understanding) and not _shops(understanding):
        return True
    return any(known or (one.probability >= VERY_SURE and one.wish in PLAIN and not asks(one.text)) for one in wished)


def tells_of_own(understanding: Understanding) -> bool:
    """Whether somebody who speaks of goods as their own tells how these should be: names a variant, or an option."""
    entities = understanding.entities
    if understanding.intent.name in _CLEAR or not (entities.constraints or entities.skus):
        return False
    told = sentences(understanding.text[:LONGEST])
    asking = [one for one in told if asks(one) and not (REQUESTS.search(one) or names_operation(one)) and _is_whole(one)]
    return speaks_as_owner(understanding.text, understanding.sensed, asking)


def _is_whole(sentence: str) -> bool:
    return len(tokenise(sentence)) >= FEWEST_WORDS


def _asks_beside(understanding: Understanding) -> bool:
    """Whether a sentence of a message asks something that is no wish and has words of its own."""
    asked = (one for one in understanding.sensed if asks(one.text) and one.probability < _NO_WISH)
    return any(len(terms(one.text)) > 1 for one in asked)


def _names_goods(understanding: Understanding) -> bool:
    entities = understanding.entities
    return bool(entities.skus or entities.categories or entities.constraints)


def _shops(understanding: Understanding) -> bool:
    """Whether a message is clearly one of somebody who looks for goods."""
    intent = understanding.intent
    looks = intent.name in _LOOKING or any(map(asks, sentences(understanding.text)))
    return looks and intent.name in _SHOPPING and intent.confidence >= SURE


def may_want(understanding: Understanding) -> bool:
    """Whether a message that nothing answers may be a wish about an order after all, and asks nothing beside."""
    if _asks_beside(understanding):
        return False
    shown = understanding.rewritten and bool(understanding.entities.skus)  # "can you make them shorter" of goods just shown
    sensed = (one for one in understanding.sensed if not (shown and one.wish == "other"))
    likely = (one.text for one in sensed if one.probability >= SURE and not HOW_TO.search(one.text))
    return any(not (asks(text) and (GENERAL.search(text) or CONDITION.fullmatch(text) or _of_any(text))) for text in likely)


def _of_any(text: str) -> bool:
    """Whether a question is about whatever goods are like this, and points at none: a used cream, goods without a box."""
    return not (OWN.search(text) or _POINTS.search(text)) and len(terms(text)) > 1


def _has_one(wanted: Sequence[Sensed], text: str) -> bool:
    """Whether a wish says how the present one is ("same size", "mine is too small"), or that it is not wanted any more."""
    return bool(wanted) and _AS_IT_IS.search(text) is not None


def _requests_for_own(text: str) -> bool:
    """Whether a request is about the customer's own goods, and tells more than it asks: "My desk wobbles. Can I swap it?"."""
    sentences = [one for one in _SENTENCES.split(text) if one.strip()]
    requests = [clause.text for clause in clauses(text) if clause.kind and not clause.dropped and REQUESTS.search(clause.text)]
    told = [one for one in sentences if not asks(one) and len(one) > 8]
    if any(HOW_TO.search(one) for one in requests):
        back = _MONEY_BACK.search(" ".join(told)) is not None or any(_BACK_FOR_IT.search(one) for one in requests)
        return back and bool(OWN.search(text) or told)
    return bool(requests and told and OWN.search(text) and not GENERAL.search(text))


def _says_of_own(text: str) -> bool:
    """Whether words that ask nothing say what is to be done: with what the customer ordered or got, or as a wish or command."""
    told = [clause.text for clause in clauses(text) if clause.kind and not clause.dropped and not asks(clause.text)]
    return any(speaks_of_goods(text) or _IMPERATIVE.match(one) or _YOU_CAN.search(one) for one in told)


def introduces(understanding: Understanding) -> bool:
    """Whether the customer says who they are: a name with a postcode."""
    return said_name(understanding.text) is not None and said_zip(understanding.text) is not None


def _says_yes_or_no(text: str, understanding: Understanding) -> bool:
    return is_yes(text, understanding.language.code) or is_no(text, understanding.language.code)


def _turns_away(understanding: Understanding, state: DialogueState) -> bool:
    """Whether somebody who was asked who they are asks or says something else: it is heard as if nothing were wanted yet."""
    text, entities, intent = understanding.text, understanding.entities, understanding.intent
    if entities.order_ids or entities.emails or entities.phones or said_zip(text, "name_zip" in state.asks):
        return False
    looks = intent.name in _LOOKING and intent.confidence >= _PLAINLY and bool(entities.categories)
    if told_to_do(understanding) and not looks:
        return False
    if any(map(asks, sentences(text[:LONGEST]))):
        return True
    return intent.name in _OF_NO_ORDER and intent.confidence >= _PLAINLY


def _leaves(understanding: Understanding, state: DialogueState) -> bool:
    """Whether a message amid the desk's work is about something else: small talk, or a question that it did not raise."""
    text, entities = understanding.text, understanding.entities
    if entities.order_ids or entities.emails or entities.phones or names_operation(text):
        return False
    if "name_zip" in state.asks and (said_zip(text, True) or said_name(text, True)):
        return False
    if _COURTESY.fullmatch(text) or understanding.question == OF_OPENED[understanding.language.code]:
        return True
    if not asks(text) or (REQUESTS.search(text) and "payment_method" in state.asks):
        return False
    return not (_ABOUT_CHOICES.search(text) and {"option", "payment_method", "confirmation", "items"} & set(state.asks))
