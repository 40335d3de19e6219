"""Amounts of money and budgets as shoppers write them, in Chinese and English."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from bot.text.bounds import (
    ABOVE,
    ABOVE_AFTER,
    BELOW,
    BELOW_AFTER,
    BUDGET_AFTER,
    BUDGET_BEFORE,
    NEAR,
    NEAR_AFTER,
    SPENT_BEFORE,
)
from bot.text.numerals import ENGLISH, SCALE, from_han, from_words
from bot.types import Money

Budget = tuple[float | None, float | None]

AROUND = 0.2
"""``about 100`` and ``100左右`` mean 80 to 120: shoppers who name a round figure accept a fifth more or less."""

_CURRENCIES = {
    "USD": "us$ $ usd dollar dollars buck bucks 美元 美金 刀",
    "CNY": "¥ rmb cny yuan 元 块钱 块 人民币 元钱 块人民币 圆",
    "EUR": "€ eur euro euros 欧元 欧",
    "GBP": "£ gbp quid pounds 英镑 镑",
    "JPY": "jpy yen 日元 円 日圆",
    "HKD": "hk$ hkd 港币 港元 港幣",
    "TWD": "nt$ twd 台币 新台币 台幣",
    "CAD": "c$ cad ca$ 加元",
    "AUD": "a$ aud au$ 澳元",
    "SGD": "s$ sgd 新加坡元",
    "KRW": "₩ krw won 韩元",
    "INR": "₹ inr rs rupees 卢比",
    "CHF": "chf 瑞士法郎 法郎",
    "RUB": "₽ rub rubles roubles 卢布",
    "THB": "฿ thb baht 泰铢",
    "PLN": "zł pln zloty zlotys 兹罗提",
    "AED": "aed dirham dirhams 迪拉姆",
    "MYR": "myr rm ringgit 林吉特 马币",
    "VND": "₫ vnd 越南盾",
    "IDR": "idr rupiah 印尼盾",
    "PHP": "php 菲律宾比索",
    "TRY": "₺ lira 里拉",
    "BRL": "r$ brl reais 雷亚尔",
    "MXN": "mxn pesos 比索",
    "ZAR": "zar 兰特",
    "NZD": "nz$ nzd 新西兰元",
    "SEK": "sek 瑞典克朗",
    "NOK": "nok 挪威克朗",
    "DKK": "dkk 丹麦克朗",
    "CZK": "czk 捷克克朗",
    "HUF": "huf forint 福林",
}
_CODE = {name: code for code, names in _CURRENCIES.items() for name in names.split()}
_BEFORE = "|".join(re.escape(name) for name in sorted(_CODE, key=len, reverse=True) if not name.isalpha() or name.isascii())
_AFTER = "|".join(re.escape(name) for name in sorted(_CODE, key=len, reverse=True))
_DIGITS = r"\d{1,3}(?:,\d{3}){1,4}(?:\.\d{1,2})?|\d{1,3}(?:\.\d{3}){1,3},\d{2}|\d{1,9},\d{2}(?!\d)|\d{1,9}(?:\.\d{1,2})?"
_HAN_NUMBER = r"[一二两三四五六七八九十百千万]{1,9}"
_WORD = "|".join([*sorted(ENGLISH, key=len, reverse=True), "hundred", "thousand", "a"])
_WORDS = rf"(?:{_WORD})(?:[ -](?:and )?(?:{_WORD})){{0,6}}"
_AMOUNT = re.compile(
    rf"(?P<before>(?<![a-z])(?:{_BEFORE}))? ?(?:(?<![A-Za-z0-9.])(?P<digits>{_DIGITS}) ?(?P<scale>(?:k|w)(?![a-z])|千|万|百"
    rf"|thousand|hundred|grand)?(?![\d.]\d|%)"
    rf"|(?P<han>(?<![第一二两三四五六七八九十百千万周期]){_HAN_NUMBER})|(?<![a-z])(?P<words>{_WORDS})(?![a-z]))"
    rf"(?P<more>多|来|几)?(?: ?(?P<after>{_AFTER})(?![a-z]))?(?P<half>半)?",
    re.IGNORECASE,
)
_FOLLOWED_FREELY = re.compile(
    r"\s*(?:$|[.,;!?。,、!?)(]|(?:or|and|to|for|if|please|pls|with|in|is|would|but|max|maximum|tops|budget|range"
    r"|price|total|per|each|that|which)\b"
    r"|左右|上下|以内|以下|之内|以上|内|封顶|起|出头|的|吧|有|预算|可以|能|价位|到|至|-|~|档)",
    re.IGNORECASE,
)
_ABOUT_PRICE = re.compile(
    r"budget|gift|present\b|spend|price|cost|cheap|afford|pay\b|worth|expensive|预算|价|钱|便宜|贵|花|块|元|买|礼|送|推荐|recommend",
    re.IGNORECASE,
)
_NO_BUDGET = re.compile(
    r"\b(?:charged|refunded|overcharged|paid|deducted)\b|free (?:shipping|delivery)|ship(?:s|ped)? free|shipping free"
    r"|\bspend(?:ing)? (?:over|more)|扣了|扣款|多扣|退了|退款|付了|包邮|免运费|免邮|满减|满\d|运费",
    re.IGNORECASE,
)
_PAID = re.compile(
    r"\b(?:bought|got|paid|sold|sells?|selling|charged|available|offers?|offered|costs?|ordered)\b|买了|买的|卖|付",
    re.IGNORECASE,
)
_ALONE = re.compile(r"(?:^|[.,;:?!，。；？！])\s*(?:so |maybe |say )?[a-z.~≈大约概差不多致]*\s?$", re.IGNORECASE)
_ENDS = re.compile(r"\s*(?:$|[.;?!。；？！])")
"""About a sum, and nothing else of the clause: "what do I need? around 800"."""
_FEWEST_LISTED = 10  # "a tent for 4, 1600 yuan" names one sum
_LEAST_SPENT = 50  # smaller numbers count people or things
_BETWEEN = re.compile(r"\s?(?:-|~|到|至|to|and|,)\s?(?:约)?", re.IGNORECASE)
_CONNECTOR_AND = re.compile(r"between\s?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Amount:
    """A number that may be money, with its place. ``named`` when a currency stands beside it."""

    value: float
    currency: str | None
    start: int
    end: int
    high: float | None = None

    @property
    def named(self) -> bool:
        """Whether the customer named a currency."""
        return self.currency is not None


MOST_READ = 60
"""Sums, counts and measures of one message that are read."""


def read_money(text: str) -> tuple[tuple[Money, ...], Budget | None, str | None]:
    """The named amounts of money in ``text``, the budget that it sets, and the currency of both.

    A number without a currency counts only as a budget (``under 50``, ``300以内``, ``2000-3000``), never when a unit or a
    noun follows it. ``about`` gives a fifth to both sides.
    """
    amounts = _amounts(text)
    budget = _budget(text, amounts)
    named = [amount for amount in amounts if amount.named]
    money = tuple(
        Money(value, amount.currency) for amount in named for value in (amount.value, amount.high) if value is not None
    )
    return money, budget, named[0].currency if named else None


def may_be_spent(text: str) -> bool:
    """Whether the one sum in ``text``, of somebody who wants something, may be what they would spend, for all that it says."""
    return not (_NO_BUDGET.search(text) or _PAID.search(text))


def _amounts(text: str) -> list[Amount]:
    found = []
    for match in islice(_AMOUNT.finditer(text), MOST_READ):
        if (amount := _amount(text, match)) is not None:
            found.append(amount)
    for index, amount in enumerate(found[:-1]):
        following = found[index + 1]
        joint = _BETWEEN.fullmatch(text, amount.end, following.start)
        if not amount.named and following.named and joint and not ("," in joint[0] and amount.value < _FEWEST_LISTED):
            found[index] = Amount(amount.value, following.currency, amount.start, amount.end)
    return found


def _amount(text: str, match: re.Match[str]) -> Amount | None:
    before, after = (match["before"] or "").lower(), (match["after"] or "").lower()
    currency = _CODE.get(before) or _CODE.get(after)
    if after == "pounds" and not _ABOUT_PRICE.search(text):
        currency = None
    if currency is None and not match["digits"] and not _surrounded(text, match):
        return None
    if after in ("块", "刀") and ((match["han"] == "一" and not match["half"]) or (after == "刀" and not match["digits"])):
        return None
    low, high = _value(match)
    if low is None or (after == "块" and low < 10 and text[: match.start()].rstrip().endswith(("买", "要", "来", "拿"))):
        return None
    start = match.start() + (len(match[0]) - len(match[0].lstrip()))
    return Amount(low, currency, start, match.end("more") if currency is None and match["more"] else match.end(), high)


def _surrounded(text: str, match: re.Match[str]) -> bool:
    """Whether a spelt-out number without currency stands in a budget's frame (三百以内, under two hundred)."""
    if match["han"] is not None and len(match["han"]) < 2:
        return False
    before = text[max(0, match.start() - 16) : match.start()]
    frames = (BELOW_AFTER, NEAR_AFTER) if match["han"] else (BELOW_AFTER,)
    return (
        any(frame.match(text, match.end()) for frame in frames)
        or BUDGET_BEFORE.search(before) is not None
        or (match["words"] is not None and match["words"].lower() != "a" and BELOW.search(before) is not None)
    )


def _value(match: re.Match[str]) -> tuple[float | None, float | None]:
    if match["digits"]:
        value = _from_digits(match["digits"]) * SCALE.get((match["scale"] or "").lower(), 1)
        return value + (0.5 if match["half"] else 0), None
    if match["han"]:
        return from_han(match["han"])
    return from_words(match["words"]), None


def _from_digits(written: str) -> float:
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+,\d{2}|\d+,\d{2}", written):
        return float(written.replace(".", "").replace(",", "."))
    return float(written.replace(",", ""))


def _budget(text: str, amounts: Sequence[Amount]) -> Budget | None:
    low: float | None = None
    high: float | None = None
    if _NO_BUDGET.search(text):
        return None
    for index, amount in enumerate(amounts):
        following = amounts[index + 1] if index + 1 < len(amounts) else None
        if following is not None and _is_range(text, amount, following):
            return amount.value, following.value
        bound = _bound(text, amount)
        if bound is not None:
            low = bound[0] if bound[0] is not None else low
            high = bound[1] if bound[1] is not None else high
    return None if low is None and high is None else (low, high)


def _is_range(text: str, amount: Amount, following: Amount) -> bool:
    joint = text[amount.end : following.start]
    if not _BETWEEN.fullmatch(joint) or amount.value >= following.value:
        return False
    if "and" in joint and not _CONNECTOR_AND.search(text[max(0, amount.start - 12) : amount.start]):
        return False
    if following.named or (amount.named and _free(text, following)):
        return "," not in joint
    return (
        amount.value >= 20
        and _free(text, following)
        and "," not in joint
        and (_ABOUT_PRICE.search(text) is not None or (amount.value >= 100 and "and" not in joint))
    )


def _free(text: str, amount: Amount) -> bool:
    """Whether nothing that could be a unit or a counted noun follows."""
    return amount.named or _FOLLOWED_FREELY.match(text, amount.end) is not None


def _bound(text: str, amount: Amount) -> Budget | None:
    before = text[max(0, amount.start - 24) : amount.start]
    if not amount.named and (amount.value < 10 or not _free(text, amount)):
        return None
    if amount.high is not None:
        return amount.value, amount.high
    if BELOW.search(before) or BELOW_AFTER.match(text, amount.end):
        return None, amount.value
    if amount.named and (ABOVE.search(before) or ABOVE_AFTER.match(text, amount.end)):
        return amount.value, None
    alone = amount.value >= _LEAST_SPENT and _ALONE.search(before) and _ENDS.match(text, amount.end)
    if NEAR_AFTER.match(text, amount.end) or (NEAR.search(before) and (alone or amount.named or _ABOUT_PRICE.search(text))):
        return round(amount.value * (1 - AROUND), 2), round(amount.value * (1 + AROUND), 2)
    if BUDGET_AFTER.match(text, amount.end) or (
        BUDGET_BEFORE.search(before) and (amount.named or "budget" in before or "预算" in before)
    ):
        return None, amount.value
    spent = SPENT_BEFORE.search(before) and (amount.named or amount.value >= _LEAST_SPENT) and not _PAID.search(before)
    return (None, amount.value) if spent else None
