"""The figures of a sentence said in the other language: durations, prices, discounts, dates, times, weekdays, exactly."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.types import LanguageCode

_CN_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_EN_NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12,
    "fourteen": 14, "fifteen": 15, "thirty": 30, "sixty": 60, "ninety": 90,
}  # fmt: skip
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DAYS_ZH = ("一", "二", "三", "四", "五", "六", "日")
_UNITS_EN = {
    "工作日": "business day", "自然日": "calendar "
    "day", "天": "day", "日": "day", "小时": "hour", "分钟": "minute", "星期": "week",
    "周": "week", "月": "month", "年": "year",
}  # fmt: skip
_UNITS_ZH = {"day": "天", "hour": "小时", "hr": "小时", "minute": "分钟", "week": "周", "month": "个月", "year": "年"}
_CURRENCY_ZH = {"$": "美元", "€": "欧元", "£": "英镑", "¥": "元", "￥": "元", "usd": "美元", "eur": "欧元", "gbp": "英镑",
                "cny": "元",
                "rmb": "元", "dollar": "美元", "euro": "欧元", "pound": "英镑", "yuan": "元"}  # fmt: skip
_CURRENCY_EN = {"元": "¥{}", "块": "¥{}", "美元": "${}", "欧元": "€{}", "英镑": "£{}", "港元": "HK${}", "日元": "{} yen"}

_N = r"(?<!\d)(?<!\d[.,])\d+(?:[.,]\d+)*"
_SPAN = r"\s*(?:-|–|—|~|～|至|到|to|or)\s*"
_CN = r"[一二两三四五六七八九十]{1,3}"
_WORD = "|".join(_EN_NUMBERS)

_FROM_ZH: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (
        re.compile(rf"(?<!不)满\s*({_N})\s*元(?:即可|可|就|即|享|享受)?\s*(?:包邮|免运费|免邮费?)"),
        lambda m: f"free shipping on orders of ¥{m[1]} or more",
    ),
    (
        re.compile(rf"(?:不满|未满|不足)\s*({_N})\s*元[^。；]{{0,6}}?({_N})\s*元(?:运费|邮费)?"),
        lambda m: f"¥{m[2]} shipping on orders under ¥{m[1]}",
    ),
    (re.compile(r"(?:(\d{4})年)?(1[0-2]|0?[1-9])月(\d{1,2})[日号]"), lambda m: _date_en(m[1], int(m[2]), m[3])),
    (
        re.compile(rf"(?:周|星期)([一二三四五六日天])(?:{_SPAN}(?:周|星期)?([一二三四五六日天]))?"),
        lambda m: _weekdays_en(m[1], m[2]),
    ),
    (re.compile(rf"\d{{1,2}}[:：]\d\d(?:{_SPAN}\d{{1,2}}[:：]\d\d)?"), lambda m: re.sub(_SPAN, "–", m[0].replace("：", ":"))),
    (
        re.compile(rf"({_N}|{_CN})(?:{_SPAN}({_N}|{_CN}))?\s*个?(工作日|自然日|天|日|小时|分钟|星期|周|月|年)(?!\d)"),
        lambda m: _duration_en(m),
    ),
    (re.compile(rf"([¥￥$€£])\s?({_N})"), lambda m: f"{'¥' if m[1] == '￥' else m[1]}{m[2]}"),
    (
        re.compile(rf"({_N})(?:{_SPAN}({_N}))?\s*(美元|欧元|英镑|港元|日元|元|块)"),
        lambda m: "–".join(_CURRENCY_EN[m[3]].format(n) for n in (m[1], m[2]) if n),
    ),
    (re.compile(r"(?<!\d)([1-9](?:\.\d)?)\s*折"), lambda m: f"{100 - round(float(m[1]) * 10)}% off"),
    (re.compile(r"(?<!\d)([1-9]\d)\s*折"), lambda m: f"{100 - int(m[1])}% off"),
    (re.compile(rf"{_N}\s?[%％]"), lambda m: m[0].replace("％", "%")),
    (
        re.compile(
            r"(?<![不非])(?<!不参加)(?<!不享受)(?<!不支持)(?<!不能)(?:包邮|免运费|免邮费?|运费(?:由我们|由卖家|由商家|我们)承担)"
        ),
        lambda m: "free shipping",
    ),
    (re.compile(r"免费"), lambda m: "free of charge"),
)
_MONTH_WORD = "(" + "|".join(f"{month}|{month[:3]}" for month in _MONTHS) + ")"
_DAY_WORD = "(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*"
_FREE_FROM = (
    rf"(?:free (?:\w+ )?(?:shipping|delivery) (?:on|for) )?orders (over|above|from|of) ([$€£¥])({_N})(?: or more)?"
    r"(?:,? (?:ship|are shipped|are delivered|qualify) (?:for )?free(?: of charge| shipping| delivery)?)?"
)
_FROM_EN: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(_FREE_FROM, re.I), lambda m: _free_from(m)),
    (
        re.compile(rf"\b{_MONTH_WORD}\.? (\d{{1,2}})(?:st|nd|rd|th)?(?:,? (\d{{4}}))?\b"),
        lambda m: _date_zh(m[3], m[1], m[2]),
    ),
    (
        re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)? {_MONTH_WORD}(?:,? (\d{{4}}))?\b"),
        lambda m: _date_zh(m[3], m[2], m[1]),
    ),
    (re.compile(rf"\b{_DAY_WORD}(?:{_SPAN}{_DAY_WORD})?\b"), lambda m: _weekdays_zh(m[1], m[2])),
    (
        re.compile(r"\b(\d{1,2})(?::(\d\d))? ?([ap])\.?m\b\.?", re.I),
        lambda m: f"{'上午' if m[3].lower() == 'a' else '下午'}{m[1]}:{m[2] or '00'}",
    ),
    (re.compile(rf"\b\d{{1,2}}:\d\d(?:{_SPAN}\d{{1,2}}:\d\d)?\b"), lambda m: re.sub(_SPAN, "–", m[0])),
    (
        re.compile(
            rf"\b({_N}|{_WORD})(?:{_SPAN}({_N}|{_WORD}))?[ -]((?:business|working|calendar)[ -])?"
            r"(day|hour|hr|minute|week|month|year)s?\b",
            re.I,
        ),
        lambda m: _duration_zh(m),
    ),
    (re.compile(rf"([$€£¥￥])\s?({_N})"), lambda m: f"{m[2]}{_CURRENCY_ZH[m[1]]}"),
    (
        re.compile(rf"\b({_N}) ?(USD|EUR|GBP|CNY|RMB|dollar|euro|pound|yuan)s?\b", re.I),
        lambda m: f"{m[1]}{_CURRENCY_ZH[m[2].lower()]}",
    ),
    (re.compile(rf"{_N} ?% off", re.I), lambda m: f"优惠{m[0].split('%')[0].strip()}%"),
    (re.compile(rf"{_N} ?%"), lambda m: m[0].replace(" ", "")),
    (re.compile(r"\bfree (?:\w+ )?(?:shipping|delivery)\b|\b(?:shipping|delivery) is free\b", re.I), lambda m: "免运费"),
    (re.compile(r"\bfree returns?\b|\breturns are free\b", re.I), lambda m: "免费退货"),
    (re.compile(r"\bfree of charge\b|\bfor free\b|\bis free\b|\bare free\b", re.I), lambda m: "免费"),
)


def figures_in(text: str, language: LanguageCode) -> list[str]:
    """The figures of ``text``, in order and without repeats, as a speaker of ``language`` (the other one) writes them."""
    table = _FROM_ZH if language == "en" else _FROM_EN
    taken = [False] * len(text)
    found: list[tuple[int, str]] = []
    for pattern, render in table:
        for match in pattern.finditer(text):
            if not any(taken[match.start() : match.end()]):
                taken[match.start() : match.end()] = [True] * len(match[0])
                found.append((match.start(), render(match)))
    return list(dict.fromkeys(figure for _, figure in sorted(found)))


def chinese_number(written: str) -> str:
    """Digits for a Chinese numeral under one hundred (``十五`` gives ``15``); anything else unchanged."""
    if not written or any(sign not in "十" and sign not in _CN_DIGITS for sign in written):
        return written
    if "十" not in written:
        return str(_CN_DIGITS[written]) if len(written) == 1 else written
    tens, _, ones = written.partition("十")
    return str((_CN_DIGITS.get(tens, 1)) * 10 + _CN_DIGITS.get(ones, 0))


def _duration_en(match: re.Match[str]) -> str:
    low, high = chinese_number(match[1]), chinese_number(match[2] or "")
    unit = _UNITS_EN[match[3]]
    if match[3] == "年" and len(low) == 4:
        return low
    plural = "" if (high or low) == "1" else "s"
    return f"{low}–{high} {unit}{plural}" if high else f"{low} {unit}{plural}"


def _duration_zh(match: re.Match[str]) -> str:
    low, high = (str(_EN_NUMBERS.get((part or "").lower(), part or "")) for part in (match[1], match[2]))
    unit = _UNITS_ZH[match[4].lower()]
    kind = (match[3] or "").strip(" -").lower()
    if unit == "天" and kind in ("business", "working"):
        unit = "个工作日"
    return f"{low}–{high}{unit}" if high else f"{low}{unit}"


def _date_en(year: str | None, month: int, day: str) -> str:
    return f"{_MONTHS[month - 1]} {day}" + (f", {year}" if year else "")


def _weekdays_en(first: str, last: str | None) -> str:
    names = [_DAYS[_DAYS_ZH.index(day.replace("天", "日"))] for day in (first, last) if day]
    return " to ".join(names)


def _weekdays_zh(first: str, last: str | None) -> str:
    names = [f"周{_DAYS_ZH[index]}" for day in (first, last) if day for index, name in enumerate(_DAYS) if name.startswith(day)]
    return "至".join(names)


def _date_zh(year: str | None, month: str, day: str) -> str:
    number = next(index for index, name in enumerate(_MONTHS, 1) if name.startswith(month))
    return (f"{year}年" if year else "") + f"{number}月{day}日"


def _free_from(match: re.Match[str]) -> str:
    bound = "超过" if match[1].lower() in ("over", "above") else "满"
    return f"{bound}{match[3]}{_CURRENCY_ZH[match[2]]}" + ("免运费" if "free" in match[0].lower() else "")
