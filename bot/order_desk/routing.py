"""Whether a message is for the order desk: because it is busy with this customer, or because of what the message says."""

from __future__ import annotations

import re

from bot.order_desk.details import said_name, said_zip
from bot.order_desk.reading import clauses, names_operation, speaks_of_goods
from bot.order_desk.state import DeskState
from bot.types import DialogueState, Understanding
from bot.understanding.confirmation import agreed_with_more, is_no, is_yes

UNDOES = re.compile(r"\bundo\b|\btake (?:it|that) back\b|\brevert\b|撤销|撤回|恢复原状", re.IGNORECASE)
_ASKS_ELSEWHERE = re.compile(
    r"^\W*(?:how|what|when|where|why|which|who|do|does|is|are|can|could|will)\b.*|.*[?？]\s*$|.*(?:吗|呢|什么|怎么|多久|多少|哪)[^。]*$",
    re.IGNORECASE | re.DOTALL,
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
_TRIES_AGAIN = re.compile(r"\b(?:then|just|only|instead|ok|okay|rather|use|my|the)\b|那|就|只|用|改", re.IGNORECASE)
_HOW_TO = re.compile(r"^\W*(?:what|how) (?:do|can|should|must) i\b|怎么", re.IGNORECASE)
_REQUESTS = re.compile(
    r"^\W*(?:can|could|would|will|may) (?:you|i|we)\b|^\W*(?:what|how) (?:do|can|should|must) i\b|能不能|(?:可以|能).{0,16}吗",
    re.IGNORECASE,
)
_MONEY_BACK = re.compile(r"\b(?:money|refund(?:ed)?)\b|退款|退钱", re.IGNORECASE)
_OWN = re.compile(
    r"\b(?:my|mine|i (?:changed|got|bought|ordered|received))\b"
    r"|\bthis [\w-]+(?: [\w-]+)? (?:is|was|isn't|doesn't|won't|keeps|broke|stopped)\b"
    r"|我(?:的|买|订|收)|收到的|这[个台件双只副]",
    re.IGNORECASE,
)
_GENERAL = re.compile(
    r"\b(?:how|when|after|within|days?|weeks?|policy|rules?|allowed|fees?|cost|free)\b|怎么|多久|几天|天内|规定|政策|运费|收费",
    re.IGNORECASE,
)
_SENTENCES = re.compile(r"(?<=[.!?。！？,，])\s*")
_IMPERATIVE = re.compile(
    r"^\W*(?:for (?:order )?#?\w+,? )?(?:cancel|return|exchange|change|modify|update|switch|swap|replace|send)\b", re.IGNORECASE
)
_YOU_CAN = re.compile(r"\byou (?:can|may) (?:just |please )?(?:cancel|drop|return|exchange|swap|change)\b", re.IGNORECASE)
_COURTESY = re.compile(
    r"\W*(?:hi|hello|hey|thanks?(?: you)?(?: (?:so|very) much| a lot)?|thank you|bye|goodbye"
    r"|good (?:morning|evening)|你好|您好|谢谢您?|多谢|再见|拜拜)\W*",
    re.IGNORECASE,
)


def for_order_desk(understanding: Understanding, state: DialogueState) -> bool:
    """Whether the order desk goes on with this message, or takes it up because it asks for a change."""
    desk, text = DeskState.of(state.desk), understanding.text
    if desk.done and UNDOES.search(text):
        return True
    if desk.proposal and (_says_yes_or_no(text, understanding) or agreed_with_more(text) is not None):
        return True
    if desk.refused and not desk.busy and _TRIES_AGAIN.search(text) and not _asks(text):
        return True
    if desk.busy:
        return not _leaves(understanding, state)
    if not names_operation(text):
        return False
    asked_for = bool(_WANTS.search(text) or _IMPERATIVE.search(text))
    if _requests_for_own(text) or _says_of_own(text):
        return True
    told = bool(understanding.entities.order_ids or understanding.entities.emails or desk.proved)
    return (asked_for and (told or introduces(understanding) or not _asks(text))) or (told and not _asks(text))


def _requests_for_own(text: str) -> bool:
    """Whether a request is about the customer's own goods, and tells more than it asks: "My desk wobbles. Can I swap it?"."""
    sentences = [one for one in _SENTENCES.split(text) if one.strip()]
    requests = [clause.text for clause in clauses(text) if clause.kind and not clause.dropped and _REQUESTS.search(clause.text)]
    told = [one for one in sentences if not _asks(one) and len(one) > 8]
    if any(_HOW_TO.search(one) for one in requests):
        return bool(_OWN.search(text) and _MONEY_BACK.search(" ".join(told)))
    return bool(requests and told and _OWN.search(text) and not _GENERAL.search(text))


def _says_of_own(text: str) -> bool:
    """Whether words that ask nothing say what is to be done: with what the customer ordered or got, or as a wish or command."""
    told = [clause.text for clause in clauses(text) if clause.kind and not clause.dropped and not _asks(clause.text)]
    return any(speaks_of_goods(text) or _IMPERATIVE.match(one) or _YOU_CAN.search(one) for one in told)


def introduces(understanding: Understanding) -> bool:
    """Whether the customer says who they are: a name with a postcode."""
    return said_name(understanding.text) is not None and said_zip(understanding.text) is not None


def _says_yes_or_no(text: str, understanding: Understanding) -> bool:
    return is_yes(text, understanding.language.code) or is_no(text, understanding.language.code)


def _asks(text: str) -> bool:
    return _ASKS_ELSEWHERE.match(text) is not None


def _leaves(understanding: Understanding, state: DialogueState) -> bool:
    """Whether a message amid the desk's work is about something else: small talk, or a question that it did not raise."""
    text, entities = understanding.text, understanding.entities
    if entities.order_ids or entities.emails or entities.phones or names_operation(text):
        return False
    if "name_zip" in state.asks and (said_zip(text, True) or said_name(text, True)):
        return False
    if _COURTESY.fullmatch(text):
        return True
    if not _asks(text) or (_REQUESTS.search(text) and "payment_method" in state.asks):
        return False
    return not (_ABOUT_CHOICES.search(text) and {"option", "payment_method", "confirmation", "items"} & set(state.asks))
