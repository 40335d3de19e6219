"""Follow-ups of few words that add to what was asked last: until when, even if it was opened, bikes too, two at once."""

from __future__ import annotations

import re

from bot.shop.asked_attribute import asked_attributes
from bot.text.terms import terms
from bot.types import DialogueState, LanguageCode
from bot.understanding.focus import Focus

_LED: dict[LanguageCode, re.Pattern[str]] = {
    "en": re.compile(r"(?:(?:and|but|so|ok(?:ay)?|hm+)\W+){0,2}", re.IGNORECASE),
    "zh": re.compile(r"(?:那么?|那|但是?|好的?|嗯)?[,，]?", re.IGNORECASE),
}
_ADDS: dict[LanguageCode, re.Pattern[str]] = {
    "en": re.compile(
        r"(?:(?:also|only|not) )?even (?:if|when|with|without|though|after|on|in|for|at)\b.{2,60}"
        r"|(?:until|till|since|from|by) (?:when|what (?:time|date|day))(?: exactly)?\W*"
        r"|(?:are )?(?:you|u) (?:really |absolutely |quite )?(?:sure|certain)(?: about (?:that|this|it))?\W*"
        r"|what(?:'s| is) the (?:max(?:imum)?|min(?:imum)?|limit|deadline|catch)\W*"
        r"|is (?:that|this) (?:really |still )?(?:right|true|correct|so)\W*"
        r"|(?:can|could|may|do|is|are|does) (?:i|we|he|she|they|you|it|there)\b.{0,30}?"
        r"\b(?:two|three|both|several|multiple|more than one|more than two|a few|another)"
        r"(?: of (?:them|these|those))?(?: (?:at once|at the same time|at a time|together|in one (?:order|go)))?\W*",
        re.IGNORECASE,
    ),
    "zh": re.compile(
        r"(?:就算|即使|即便|哪怕|要是已经|如果已经).{2,24}"
        r"|(?:是)?(?:截止)?到(?:什么时候|几号|哪天|几点|何时)(?:为止|截止)?[呢啊呀吗]?\W*"
        r"|(?:最多|最少|上限|下限)(?:是|能|可以)?(?:多少|几\w)?[呢啊]?\W*"
        r"|(?:你|您)?(?:真的|确定|肯定)(?:吗|么|嘛|是这样吗)\W*"
        r"|(?:可以|能|能不能|可不可以)?(?:一次|同时|一起|一单)(?:可以|能)?用(?:两|二|三|几|多)[张个次份](?:吗|么|嘛)?\W*",
        re.IGNORECASE,
    ),
}
"""What says nothing without the question before: a condition, the end of a period, a doubt, a number of what was spoken of."""
_ALSO: dict[LanguageCode, re.Pattern[str]] = {
    "en": re.compile(
        r"(?P<x>(?:(?:for|to|in|with|by|from|on|at) )?(?:(?:the|my|your) )?[^?,.]{2,30}?),? (?:too|as well|also)\W*"
        r"|(?P<y>(?:for|to|in|with|by|from|on|at) (?:(?:the|my|an?) )?[^?,.]{2,30})\?*",
        re.IGNORECASE,
    ),
    "zh": re.compile(r"(?P<x>[^?？,，。]{2,10}?)(?:也|一样)(?:可以|能|行|是|算|有)?(?:的)?(?P<y>吗|么|嘛)\W*", re.IGNORECASE),
}
"""Another thing that the last question is asked of: bikes too, for an e-bike."""
_OF_OWN = re.compile(r"\b(?:my|our) (?!(?:order|parcel|package|refund|account|delivery|address)\b)", re.IGNORECASE)
_AND = re.compile(r"(?:ok(?:ay)?\W+)?and\b", re.IGNORECASE)
_VERB = re.compile(
    r"\b(?:is|are|was|do|does|did|can|could|will|would|should|have|has|i|you|we|it|they|that|this|want|need|like)\b"
    r"|我|你|您|它|这|想|要|怎|什么|多",
    re.IGNORECASE,
)
_COMES = re.compile(
    r"(?:how long|when|how soon)\b.{0,24}?\b(?:it|they|this|that)(?:'?s|'ll)?\b.{0,16}?"
    r"\b(?:here|arrives?|delivered|reach(?:es)? me|with me)\W*"
    r"|(?:how (?:long|soon)|when)\b.{0,16}?\b(?:i|we)(?:'ll)? (?:can )?(?:get|have|receive) (?:it|them|this|that|one)\W*",
    re.IGNORECASE,
)
"""When goods come that nobody ordered yet."""
_SELLS = re.compile(
    r"(?:(?:and|so|hi|hello)\W+)?(?:do|have|are) (?:you|u|there)(?: \w+)?? (?:sell|have|stock|carry|got|any)\b", re.IGNORECASE
)
_OTHER_GOODS = re.compile(
    r"(?:and|or|(?:what|how) about) (?:(?:any|some|the) )?(?P<x>[^?]{2,40}?)(?: then| instead| though| please)?\??",
    re.IGNORECASE,
)
_MATTERS: tuple[tuple[re.Pattern[str], dict[LanguageCode, str]], ...] = (
    (
        re.compile(
            r"(?:what about )?(?:the )?(?:shipping|delivery|postage)(?: costs?| fees?)?\W*|(?:运费|邮费|快递费)呢\W*", re.I
        ),
        {"en": "How much is shipping?", "zh": "运费怎么算？"},
    ),
    (
        re.compile(r"(?:what about )?returns\W*|退换?货呢\W*", re.IGNORECASE),
        {"en": "What is your return policy?", "zh": "退货政策是什么？"},
    ),
)
"""Matters that are the same for all goods in view, named alone."""
_LEFT: dict[LanguageCode, tuple[re.Pattern[str], str]] = {
    "en": (
        re.compile(r"how many (?:of (?:it|them|these|those) )?(?:are (?:there )?|do you (?:still )?have )?left\W*", re.I),
        "Is {} in stock?",
    ),
    "zh": (
        re.compile(r"(?:现在|目前|库存)?还?[有剩](?:下)?(?:多少|几)[台个件把支只条双套盒瓶本张块]?(?:现?货|库存)?[呢啊]?\W*"),
        "{}有货吗？",
    ),
}
"""How many of the thing in view there are still, which a record tells as its stock."""
_UNFIT: dict[LanguageCode, tuple[re.Pattern[str], str]] = {
    "en": (
        re.compile(
            r"(?:what )?if (?:it|they) (?:(?:doesn't|don't|does not|do not) fit|(?:is|are)(?:n't| not| too) \w+)\W*", re.I
        ),
        "Can I return it if it doesn't fit?",
    ),
    "zh": (
        re.compile(r"(?:如果|要是|万一)?(?:不合适|不合身|大小不对|不喜欢)(?:了)?(?:的话)?(?:呢|怎么办)\W*"),
        "不合适可以退货吗？",
    ),
}
"""What if goods in view turn out not to suit, which nobody ordered yet."""
_NUMBERED = re.compile(
    r"(?:and |or |(?:what|how) about )?(?:for |in |with )?(?:an? )?"
    r"(?P<number>\d{1,4}(?:\.\d)?)[ -]?(?P<unit>[a-z]{1,10})(?:[ -]olds?)?\W*",
    re.IGNORECASE,
)
_DELIVERY = "How long does delivery{goods} take?"


_GENERAL = frozenset(
    terms("claim bring book pay need start apply happen prove sign send wait register show got have take work")
)
"""What is asked of a matter and names none: how do I claim, what do I bring, do I have to pay for it."""
_ASKS = re.compile(
    r"(?:how (?:long|much|soon|often|many times|do|can|should)|what|when|where|who|do|does|can|must|should|will) "
    r"(?:(?:do|does|can|have|will|would|should|must) )?(?:i|we|you|it|that|they)\b.{0,40}",
    re.IGNORECASE,
)


def continued(text: str, language: LanguageCode, focus: Focus, state: DialogueState) -> str | None:
    """The last question's topic with what ``text`` adds to it; when goods in view would come; None for anything else."""
    shown = bool(focus.titles) and not (focus.order_id or state.asks)
    if language == "en" and shown and _COMES.fullmatch(_bare(text, language)):
        return _DELIVERY.format(goods=f" of the {focus.category}" if focus.category else "")
    asked = state.last_action in ("order_change", "order_status") and bool(state.asks)  # while a proof is waited for
    of_all = next((said[language] for named, said in _MATTERS if named.fullmatch(_bare(text, language))), None)
    if of_all and focus.titles:
        return of_all
    unfit, returns = _UNFIT[language]
    if focus.titles and not (state.asks or focus.order_id) and unfit.fullmatch(_bare(text, language)):
        return returns
    left, in_stock = _LEFT[language]
    if focus.product and left.fullmatch(_bare(text, language)):
        return in_stock.format(focus.product)
    if other := _of_another_number(_bare(text, language), focus):
        return other
    if not focus.question or not (asked or state.last_action in ("answer", "decline")):
        return None
    general = language == "en" and _names_no_matter(_bare(text, language))
    if not general and _ADDS[language].fullmatch(_bare(text, language)) is None:
        return None
    return f"{focus.topic(language)}{': ' if language == 'en' else ' '}{_bare(text, language)}"


def other_goods(text: str, named: bool, focus: Focus) -> str | None:
    """Whether other goods are sold, after the question whether some are: "what about panniers" after mudguards.

    ``named``: the message names goods. In Chinese the last question holds them already: 有挡泥板吗，驮包呢.
    """
    sells, other = _SELLS.match(focus.question), _OTHER_GOODS.fullmatch(_bare(text, "en"))
    return f"{sells[0]} {other['x']}?" if named and sells and other else None


def _of_another_number(text: str, focus: Focus) -> str | None:
    """The last question with another number of the same thing: "and a 6 year old?" after one of four."""
    named = _NUMBERED.fullmatch(text)
    if named is None:
        return None
    same = re.compile(rf"(?<![\d.])\d{{1,4}}(?:\.\d)?(?=[ -]?{re.escape(named['unit'])}\b)", re.IGNORECASE)
    found = same.findall(focus.question)
    return same.sub(named["number"], focus.question) if len(found) == 1 and found[0] != named["number"] else None


def _names_no_matter(text: str) -> bool:
    """Whether a short question has no word of what it is about."""
    return _ASKS.fullmatch(text.rstrip("?!. ")) is not None and set(terms(text)) <= _GENERAL and not asked_attributes(text)


def as_about(text: str, language: LanguageCode, state: DialogueState) -> str:
    """``text`` as "and X?" or X呢 where it names another thing that the last question is asked of; else as it is."""
    also = _ALSO[language].fullmatch(_bare(text, language)) if state.last_action in ("answer", "decline") else None
    if also is None:
        return text
    named = also["x"] or (also["y"] if language == "en" else "")
    asks = language == "zh" or also["x"] or text.rstrip().endswith("?") or _AND.match(text)  # "for my son" alone is a wish
    if not named or not asks or _VERB.search(named):
        return text
    named = _OF_OWN.sub("the ", named)
    return f"and {named}?" if language == "en" else f"{named}呢"


def _bare(text: str, language: LanguageCode) -> str:
    led = _LED[language].match(text)
    return text[led.end() :] if led else text
