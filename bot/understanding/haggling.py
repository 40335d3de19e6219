"""Customers who bargain over a product: what they say, as the questions on offers that shops answer."""

from __future__ import annotations

import re

from bot.types import LanguageCode

_LESS = re.compile(
    r"(?:那|再|就|老板|亲|帅哥|美女|[,，\s])*(?:能不能|可不可以|能|可以)?(?:再)?(?:给我)?(?:便宜|少|优惠|抹|让)(?:一?点|些|个)?\d{0,4}(?:元|块钱?)?"
    r"(?:吧|不|吗|么|呗|嘛|行不行|可以吗|行吗)"
    r"|\d{1,5}(?:元|块)?(?:卖不卖|行不行|卖吗|行吗|可以吗)|(?:最低|底价)(?:价|多少钱?|是?多少)?"
    r"|(?:can|could|would|will) (?:you|i|u) (?:do|make|give|get|sell|knock|have)\b.{0,30}\b"
    r"(?:cheaper|discount|less|better price|off"
    r"|for \W?\d{1,5})\b.{0,16}"
    r"|(?:what'?s|what is) (?:your|the) (?:best|lowest|last) price.{0,16}|any (?:chance of a )?discounts?",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"(?:可是|但是?)?(?:人家|别家|别的?(?:店|人|地方)|隔壁|淘宝|京东|拼多多|网上|其他店)[^,，。？?]{0,8}(?:才|只要|只卖|卖|便宜)[^,，。？?]{0,8}"
    r"|.{0,24}\b(?:cheaper|for less|only \W?\d+)\b.{0,16}\b"
    r"(?:elsewhere|other shops?|another (?:shop|store)|amazon|taobao)\b.{0,12}"
    r"|.{0,16}\b(?:elsewhere|amazon|taobao|(?:another|other) (?:shops?|stores?))\b.{0,24}\b(?:cheaper|less|only)\b.{0,12}",
    re.IGNORECASE,
)
_EXTRA = re.compile(
    r"(?:那|就|能|可以|会)*(?:送|赠)(?:我)?(?:点|个|些)?(?:啥|什么|东西|赠品|礼物|小礼物)?(?:吗|么|不|呗|嘛|吧)?"
    r"|(?:那)?(?:现在)?(?:还)?有(?:什么|啥|没有)?(?:赠品|礼物送|优惠|折扣|活动)(?:吗|么|呢)?"
    r"|(?:is there|do i get|any) (?:a )?(?:free )?(?:gift|freebie|bonus)s?.{0,12}",
    re.IGNORECASE,
)
_OFFERS: dict[LanguageCode, str] = {"zh": "现在有什么优惠？", "en": "Is there a sale on right now?"}
_PROTECTION: dict[LanguageCode, str] = {"zh": "降价了能退差价吗？", "en": "Do you offer price protection?"}


def bargained(text: str, language: LanguageCode) -> str | None:
    """The question on offers that ``text`` comes to; None where it does not bargain."""
    asked = text.strip(" ?？!！.。~")
    if _ELSEWHERE.fullmatch(asked):
        return _PROTECTION[language]
    return _OFFERS[language] if _LESS.fullmatch(asked) or _EXTRA.fullmatch(asked) else None
