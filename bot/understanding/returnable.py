"""Whether a message asks for the shop's rules on returns and nothing else, of all goods or of those that it names."""

from __future__ import annotations

import re

from bot.text.phrases import title_at
from bot.types import Understanding

_OF_RETURNS = re.compile(
    r"(?:(?:ok(?:ay)?|and|so)\W+)?(?:(?:what(?:'?s| is| are)|tell me(?: about)?|explain) )?"
    r"(?:(?:your|the) )?(?:returns?|refunds?) (?:polic(?:y|ies)|rules|terms|conditions)"
    r"(?: if (?:i|it|they)\b.{2,40}| then| please)?\W*"
    r"|(?:你们的?|店里的?)?退(?:换)?货(?:的)?(?:政策|规定|规则|条件)(?:是什么|是怎样的|呢)?\W*",
    re.IGNORECASE,
)
_OF_THE_PERIOD = re.compile(
    r"(?:(?:what(?:'?s| is)|tell me) )?(?:(?:your|the) )?returns? (?:period|window|deadline|time)\W*"
    r"|(?:你们的?|店里的?)?退(?:换)?货(?:的)?(?:期限|时限|时间|有效期|期)"
    r"(?:是?有?(?:多久|多长(?:时间)?|几天|多少天)|呢)?\W*",
    re.IGNORECASE,
)
_REASON_EN = re.compile(
    r"\b(?:if|because|when|since|as) (?:it|they|this|that|i)(?:'?s|'?re| is| are| was| do| does)?(?: not|n'?t)?"
    r" (?:too \w+|like\w* it|like\w* them|fit\w*|satisfied|happy|right)[\w ]{0,20}$"
    r"|\b(?:it|they)(?:'?s|'?re| is| are) too \w+\b|\bif (?:(?:it|they) (?:doesn'?t|don'?t|does not|do not)|not)$",
    re.IGNORECASE,
)
_NO_GOODS = (
    r"(?!(?:with|without|after|before|from|to|at|in|on|by|via|online|if|when|because|that|which|and|or|for|as|it|back|then"
    r"|only|not|outside|within)\b)"
)
_GOODS_EN = (
    rf"(?:it|this|that|them|(?:(?:the|my|this|these|those|your|some|an?) )?(?:{_NO_GOODS}[\w-]+)(?: {_NO_GOODS}[\w-]+){{0,2}})"
)
_RETURN_EN = re.compile(
    r"(?:and|but|so|ok|hi|hello)?\W*(?:can|could|may|am i allowed to|is it possible to|do you let me)(?: i| we| you)?"
    rf" (?:(?:send|bring|give|take) {_GOODS_EN} back"
    r"|return|send back|give back|bring back|take back|refund|get (?:a refund|my money back)(?: (?:for|on))?)"
    rf"(?: {_GOODS_EN})?(?: back)?\W*",
    re.IGNORECASE,
)
_REASON_ZH = re.compile(
    r"(?:如果|要是|因为|觉得|嫌)?(?:它|这个)?(?:实在)?(?:太|有点)[\u4e00-\u9fff]{1,2}?(?=[了的可能还也,，\s]|$)了?(?:的话)?|(?:如果|要是|我)?不(?:喜欢|合适|满意|好用|合身|想要|要|需要)了?(?:的话)?"
    r"|(?:如果|要是|我)?(?:[买拍选]错|后悔|用不[上到着]|买[大小多重])了?(?:颜色|尺码|型号|码)?了?(?:的话)?"
)
_RETURN_ZH = re.compile(
    r"(?:请问|那|那么|我想问)?\W*(?:这个|这款|它)?(?:[\u4e00-\u9fffA-Za-z\d]{0,8}?)(?:的话)?\W*(?:还|也)?"
    r"(?:可以|能|能不能|可不可以|支持|给)(?:退货|退款|退掉|退)(?:吗|么|不|嘛|的吗)?\W*"
)
_OF_ANY = re.compile(r"\b(?:it|this|that|them)\b|这个|它|(?:天|[个俩仨]月|周|星期|年)[以之]?后", re.IGNORECASE)
"""What points at goods, or asks for a time after whatever was bought."""
_SENDS_BACK = re.compile(r"\b(?:return\w*|(?:send|bring|take) \w+(?: \w+)? back|send back)\b|退", re.IGNORECASE)
_HOW_LONG_TO_RETURN = re.compile(
    r"\bhow (?:long|many days)\b.{0,24}\b(?:return (?!(?:it|them|something|an item)\b).{2,40}"
    r"|(?:send|bring|take) (?:\w+ ){1,3}back\b)"
    r"|(?:多久|几天|多少天)之?内?(?:可以|能)退(?!货|款).",
    re.IGNORECASE,
)
"""The time for goods that are named, of which the shop may have a rule of their own, or one of all goods."""
_WHO_PAYS = re.compile(r"\bwho(?:'s)? (?:pays?|paying|covers?)\b|谁(?:来)?(?:付|出|承担)", re.IGNORECASE)
_BESIDES = re.compile(r" (?:still|also|then|afterwards|later|anyway|though|actually|even)\b|[还也](?=[能可])", re.IGNORECASE)
"""What makes another question of none."""
_ARTICLE = re.compile(r"\b(?:the|my|your|this|these|an?) $", re.IGNORECASE)
_LED = re.compile(r"^(?:你好|请问|那么?|如果|我)*[，, ]*")
_LONGEST = 120
_MARKS = " ,.?!，。？！"


def names_return_policy(question: str) -> bool:
    """Whether a message names the shop's rules on returns and nothing else."""
    return _OF_RETURNS.fullmatch(question.strip()) is not None


def asks_of_returns(question: str) -> bool:
    """Whether a message names the shop's rules on returns, or how long there is for one, and nothing else."""
    return names_return_policy(question) or _OF_THE_PERIOD.fullmatch(question.strip()) is not None


def asks_how_long_to_return(question: str) -> bool:
    """Whether it is asked how long goods that are named can be sent back."""
    return _HOW_LONG_TO_RETURN.search(question) is not None


def asks_who_pays_to_return(question: str, whole: str) -> bool:
    """Whether it is asked who pays, where the ``whole``, the question with its topic, speaks of sending back."""
    return _WHO_PAYS.search(question) is not None and _SENDS_BACK.search(whole) is not None


def asks_if_returnable(understanding: Understanding, titles: tuple[str, ...] = ()) -> bool:
    """Whether a message only asks whether goods can be returned, whatever the reason."""
    chinese, whole = understanding.language.code == "zh", understanding.question
    reason = _REASON_ZH if chinese else _REASON_EN
    text = told_of_goods(understanding, titles)
    if text is None and len(whole) <= _LONGEST and (reason.match(_LED.sub("", whole)) if chinese else reason.search(whole)):
        text = whole  # of whatever was bought
    if text is None:
        return False
    text = _BESIDES.sub("", text)
    bare = reason.sub(" ", text.strip(_MARKS)).strip(_MARKS)
    return bool((_RETURN_ZH if chinese else _RETURN_EN).fullmatch(bare))


def told_of_goods(understanding: Understanding, titles: tuple[str, ...]) -> str | None:
    """What a message tells with a pronoun for its products; None where it speaks of no goods, or at length."""
    chinese, pointed = understanding.language.code == "zh", understanding.rewritten and understanding.entities.skus
    text = understanding.text if pointed and not titles else understanding.question
    for title in sorted(titles, key=len, reverse=True):
        if (span := title_at(text, title)) is not None:
            before = _ARTICLE.sub("", text[: span[0]])
            text = f"{before}{'这个' if chinese else 'it'}{text[span[1] :]}"
    goods = titles or understanding.entities.categories or _OF_ANY.search(text)
    return text if goods and len(text) <= _LONGEST else None
