"""Questions that tell how long ago something was bought: what they ask for is a period, which the shop's documents name."""

from __future__ import annotations

import re

from bot.text.phrases import plain
from bot.types import LanguageCode

_AGO_ZH = re.compile(
    r"(?:买|收到|到手|拿到|签收|下单|用).{0,12}?[\d一二两三四五六七八九十半几]+(?:来|多|几)?个?(?:天|周|星期|礼拜|月|年)"
    r"|[\d一二两三四五六七八九十半几]+(?:来|多|几)?个?(?:天|周|星期|礼拜|月|年)(?:前|之前|以前)(?:买|收到|到手|拿到|签收|下单)"
)
_AGO_EN = re.compile(
    r"\b(?:\d{1,3}(?:\.5)?|an?|one|two|three|four|five|six|ten|a few|few|a couple of|several)"
    r"\s+(?:day|week|month|year)s?\s+ago\b|\b(?:last|over a) (?:week|month|year)\b"
    r"|\b(?:for|after)\s+(?:\d{1,3}(?:\.5)?|two|three|a few)\s+(?:day|week|month|year)s\b",
    re.I,
)
_LONG = re.compile(r"(?:月|年)|\b(?:month|year)s?\b", re.I)
_OTHERWISE = re.compile(r"\b(?:who|how|where|pays?|costs?|fees?|postage)\b|谁|怎么|运费|邮费|多少钱|哪里|流程", re.I)
_STILL_ZH = r"(?:还能|还可以|还可不可以|还能不能|能不能|可不可以|可以|能|来得及).{0,6}?"
_PERIODS: dict[LanguageCode, tuple[tuple[re.Pattern[str], str], ...]] = {
    "zh": (
        (re.compile(_STILL_ZH + r"退(?!差价|运费)"), "几天内可以退货？"),
        (re.compile(_STILL_ZH + r"换(?!购)"), "几天内可以换货？"),
        (re.compile(_STILL_ZH + r"(?:保修|修)|(?:过|在).{0,2}保|还保(?!养|温|鲜|留)|保不保|管保|保[吗么嘛]"), "保修期多久？"),
    ),
    "en": (
        (re.compile(r"\b(?:can|could|may|am|is|still)\b.{0,40}\b(?:return|send (?:it|them|this|that) back|refund)", re.I),
         "How long do I have to return something?"),
        (re.compile(r"\b(?:can|could|may|still)\b.{0,40}\b(?:exchange|swap)", re.I),
         "How long do I have to exchange something?"),
        (re.compile(r"\bwarranty|guarantee\b|\b(?:can|could)\b.{0,40}\b(?:repair|fix)", re.I), "How long is the warranty?"),
    ),
}  # fmt: skip
_RETURN_DEADLINE_ZH = re.compile(
    r"(?:几天|几日|多少天|多久|多长时间)(?:之内|以内|内)?[^，。？?]{0,4}退(?!款|钱|差价|回|到)"
    r"|退货?[^，。？?款钱]{0,4}(?:几天|几日|多少天|期限|时限)(?:之内|以内|内|是|有)?"
)


def return_deadline(question: str, language: LanguageCode) -> str | None:
    """The words of the law and of most shops' rules for the question until when something can be returned, if it is that."""
    asked = language == "zh" and _RETURN_DEADLINE_ZH.search(plain(question)) is not None
    return "几天内可以无理由退货？" if asked else None


def asks_of_guarantee(question: str, language: LanguageCode) -> bool:
    """Whether a question is of the guarantee in so many words."""
    return _PERIODS[language][-1][0].search(plain(question)) is not None


def without_time(question: str) -> str:
    """A question without the time since, which is no period that the shop names."""
    return _AGO_EN.sub(" ", _AGO_ZH.sub(" ", question))


def period_asked(question: str, language: LanguageCode, faulty: bool) -> str | None:
    """The question for the period within which what is wanted is possible.

    None where no time since a purchase is told or something else is asked, and for a return of goods that are ``faulty``:
    other rules hold then. A fault after months asks for the warranty by itself.
    """
    told = plain(question)
    if _OTHERWISE.search(told) or not (_AGO_ZH if language == "zh" else _AGO_EN).search(told):
        return None
    asked, warranty = next((asks for wish, asks in _PERIODS[language] if wish.search(told)), None), _PERIODS[language][-1][1]
    if not faulty:
        return asked
    return warranty if asked == warranty or (asked is None and _LONG.search(told)) else None
