"""Follow-ups amid a fault or a return, as the questions that shops answer: who pays the postage, what if it still fails."""

from __future__ import annotations

import re

from bot.types import LanguageCode
from bot.understanding.focus import Focus

OWN = re.compile(
    r"\b(?:my|mine|i (?:changed|got|bought|ordered|received))\b"
    r"|\bthis [\w-]+(?: [\w-]+)? (?:is|was|isn't|doesn't|won't|keeps|broke|stopped)\b"
    r"|我(?:的|(?:之前|上次|上周|昨天|前几天|刚刚?)?(?:买|订|收|拍|下单))|收到的|这[个台件双只副]",
    re.IGNORECASE,
)
"""What is said of goods that are the customer's already."""
_RETURNING = frozenset({"return_refund", "exchange"})
_FAULTY = frozenset({"warranty_repair", "complaint"})
_POSTAGE = re.compile(
    r"(?=.*(?:运费|邮费|快递费|寄费))(?!.*(?:多少|包邮|免邮|满))[^,，。]{2,14}"
    r"|(?:(?:and|but|ok|so)\W+)?(?:do|will|must|should|who|would)\b.{0,24}\b(?:pay\w*|cost\w*)\b.{0,24}?"
    r"(?:\b(?:shipp?ing|postage|delivery|sending|return|it|that|label)\b.{0,16})?",
    re.IGNORECASE,
)
_NO_HELP = re.compile(
    r"(?:我?(?:都|已经)?试(?:过|了)了?)?[,，\s]*(?:还是|依然|仍然|也|都)?(?:不行|没用|不管用|没解决|没好|不可以|老样子)了?"
    r"|(?:(?:i|we)(?:'ve)? )?(?:already )?(?:tried|did) (?:that|it|all that)\b.{0,40}"
    r"|(?:it |that |they )?(?:still )?(?:doesn'?t|didn'?t|does not|did not|not) (?:work|help)\w*(?: either| at all| anymore)?"
    r"|(?:it'?s |they'?re )?still (?:not working|broken|the same|nothing|no luck)|no luck",
    re.IGNORECASE,
)
_DONE_TO_IT = r"(?:opened|open|unsealed|used|worn|ridden|played|driven|unpacked|washed|tried)\b.{0,30}"
_OPENED = re.compile(
    r"(?:but |and |well )?(?:the )?(?:box|packag\w+|seal|it|they|that)(?:'s|'re| is| are| was| has been| have been)? "
    rf"(?:already )?{_DONE_TO_IT}"
    rf"|(?:(?:but|and|what) )?(?:if )?i(?:'ve| have)? (?:already )?(?:{_DONE_TO_IT}"
    r"|(?:lost|thrown away|threw away) the box.{0,30})"
    rf"|(?:even )?if (?:i|it|they|the box)(?:'ve|'s| have| has| is| was)? (?:already |been )?{_DONE_TO_IT}"
    r"|(?:但是?|可是?)?(?:盒子|外?包装|吊牌)?(?:已经|都)?(?:被)?(?:我)?(?:拆|打开|开封|拆封|用过|穿过|剪)(?:开)?(?:了|过)?(?:[了还也能可的呢吗怎].{0,7})?",
    re.IGNORECASE,
)
_NEW_ONE = re.compile(
    r"(?:那)?(?:就)?(?:可以|能|能不能|可不可以|给)(?:不能)?(?:给我)?(?:直接)?换(?:一?个)?新?的?[吗么不呗]?"
    r"|(?:so |then |ok )?(?:can'?t|can|could|will|do) (?:you|i) (?:just )?(?:send|get|have)(?: me)? (?:a |some )?"
    r"(?:new (?:ones?|pair)|replacement)s?(?: then| instead| or what| or not)?",
    re.IGNORECASE,
)
_SINCE = re.compile(
    r"(?:才|刚|都|已经|我){0,6}(?:买|用|收到|到手)了?(?:才|快|都)?[\d一二两三四五六七八九十半几]+(?:多|来|几)?个?(?:天|周|星期|月|年)了?"
    r"|(?:i )?(?:bought|got|had|have had) (?:it|them) (?:\w+ ){1,4}(?:day|week|month|year)s? ago"
    r"|(?:it'?s|it is) (?:only )?(?:\w+ ){1,2}(?:day|week|month|year)s? old",
    re.IGNORECASE,
)
_PLIGHT = re.compile(
    r"(?:(?:ok(?:ay)?|and|so)\W+)?what (?:(?:do|should|can|must) (?:i|we) do(?: now| then| next| about it)?|now|next|then)"
    r"|(?:那|现在|接下来)*(?:我)?(?:该|要|应该)?怎么(?:办|处理|弄)[呢啊呀]?",
    re.IGNORECASE,
)
_DEADLINE = re.compile(
    r"(?:(?:ok(?:ay)?|and|so)\W+)?(?:how (?:long|many days) (?:have i got|do i (?:have|get)|have i|is (?:that|it))"
    r"(?: (?:for that|to (?:do (?:that|it|so)|(?:return|send) (?:it|them)(?: back)?)))?|(?:until|by) when)"
    r"|(?:那)?(?:有|给)?(?:多久|几天|多长时间)(?:之内|以内|内|时间)?(?:可以退|能退)?[呢啊]?|(?:那)?(?:截止)?到什么时候(?:为止)?",
    re.IGNORECASE,
)
_RETURN_TIME: dict[LanguageCode, str] = {"zh": "几天内可以退货？", "en": "How long do I have to return an item?"}
OF_FAULT: dict[LanguageCode, str] = {"zh": "商品有质量问题怎么办？", "en": "What can I do if an item is faulty or broken?"}
"""What a fault comes to that no document tells a remedy for."""
OF_OPENED: dict[LanguageCode, str] = {"zh": "拆封或用过的商品可以退货吗？", "en": "Can opened or used items be returned?"}
_POSTAGE_OF: dict[LanguageCode, tuple[str, str]] = {
    "zh": ("质量问题的退货运费谁出？", "退货运费谁出？"),
    "en": ("Who pays the return postage if the item is faulty?", "Who pays for the return postage?"),
}


def after_sale(text: str, language: LanguageCode, focus: Focus) -> str | None:
    """The question that ``text`` asks where the conversation is about a fault or a return; None elsewhere."""
    faulty = focus.intent in _FAULTY or focus.faulty
    if not (faulty or focus.intent in _RETURNING):
        return None
    asked = text.strip(" ?？!！.。~")
    if _POSTAGE.fullmatch(asked):
        return _POSTAGE_OF[language][0 if faulty else 1]
    if focus.intent in _RETURNING and _OPENED.fullmatch(asked):
        return OF_OPENED[language]
    if focus.intent in _RETURNING and not faulty and _DEADLINE.fullmatch(asked):
        return _RETURN_TIME[language]
    if faulty and any(pattern.fullmatch(asked) for pattern in (_NO_HELP, _NEW_ONE, _SINCE, _PLIGHT)):
        return OF_FAULT[language]
    return None
