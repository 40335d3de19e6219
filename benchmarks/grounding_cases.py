"""Answers with a known verdict, made from any passages: true ones, and ones corrupted in one named way."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bot.types import Evidence
from knowledge_base.sentences import sentences

_COUNT = r"(?<![\w.,/:-])(\d{1,4}(?:[.,]\d{1,3})?)"
_FIGURE = re.compile(
    _COUNT + r"(?=\s?-?\s?(?:%|days?\b|weeks?\b|months?\b|years?\b|hours?\b|minutes?\b|"
    r"kg\b|g\b|cm\b|mm\b|W\b|ml\b|L\b|[天日周年月元块件克个小折分米厘毫升瓦])|"
    r"[\s.,;。，；)]|$)",
    re.A,
)
_PERIOD = re.compile(
    r"(?<![\d.,\w-])(\d{1,3})[ -]?(days?|weeks?|months?|years?|hours?|minutes?|"
    r"天|周|个月|年|小时|分钟)(?![a-z])",
    re.A,
)
_OTHER_UNIT = {
    "day": "week",
    "days": "weeks",
    "week": "month",
    "weeks": "months",
    "month": "year",
    "months": "years",
    "year": "month",
    "years": "months",
    "hour": "day",
    "hours": "days",
    "minute": "hour",
    "minutes": "hours",
    "天": "周",
    "周": "个月",
    "个月": "年",
    "年": "个月",
    "小时": "天",
    "分钟": "小时",
}
_RANGE = re.compile(
    r"(?<![\d.,-])(\d{1,2})\s?(-|–|to|or|至|到)\s?(\d{1,2})(?=\s?(?:business |working "
    r")?(?:days?|weeks?|hours?|months?|minutes?|years?)\b|\s?个?[工天周小分月年])",
    re.A,
)
_MONEY = re.compile(r"([$€£¥￥])\s?(?=\d)|(?<=\d)(\s?)(元|美元|欧元|dollars|euros)")
_OTHER_CURRENCY = {
    "$": "€",
    "€": "£",
    "£": "€",
    "¥": "$",
    "￥": "$",
    "元": "美元",
    "美元": "欧元",
    "欧元": "元",
    "dollars": "euros",
    "euros": "dollars",
}
_DATE = re.compile(
    r"\b(?:Jan|Febr?|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]* (\d{1,2})\b(?!,?\d)|"
    r"\d{1,2}月(\d{1,2})[日号]|\b20\d\d-\d\d-(\d\d)\b",
    re.A,
)
_CODE = re.compile(r"(?<![\w.])(?=[A-Z0-9-]*\d)(?=[A-Z0-9-]*[A-Z])[A-Z0-9]+(?:-[A-Z0-9]+)*(?![\w.])", re.A)
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>()\[\]，。；）]+[a-z0-9]|[\w.+-]+@[\w-]+\.[a-z.]{2,10}", re.A)
_DENIALS = (
    (re.compile(r"\b(can|do|does|is|are|will|may|must|should) not\b"), r"\1"),
    (re.compile(r"\bcannot\b"), "can"),
    (re.compile(r"n't\b"), ""),
    (re.compile(r"\b(can|is|are|will|may) (?!not|you|it|we|they|there|this|that|the|i\b)"), r"\1 not "),
    (re.compile("不(支持|能|可以|可|会|提供|接受|包括|需要)"), r"\1"),
    (re.compile("(?<!不)(?<!否)(支持|可以|提供|接受|包括)(?!不)"), r"不\1"),
)
_PROMISES = {
    "en": (
        ", no questions asked",
        ", with free shipping on every order",
        ", and you get a full refund",
        ", with a lifetime warranty",
        ", and we guarantee it",
        ", plus 20% off your next order",
    ),
    "zh": ("，无条件全额退款", "，全场包邮", "，终身保修", "，假一赔十", "，我们保证", "，再送您50元优惠券"),
}
_ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen".split()
_HAN = "零一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Case:
    """A one-sentence answer with the passages it cites; ``kind`` names how it was made."""

    reply: str
    evidence: tuple[Evidence, ...]
    cited: tuple[int, ...]
    supported: bool
    kind: str
    customer: str = ""


def cases(passages: Sequence[Evidence], limit: int, seed: int) -> Iterator[Case]:
    """True and corrupted answers of at most ``limit`` sentences with a figure, each beside two other passages."""
    random_ = random.Random(seed)
    order = list(range(len(passages)))
    random_.shuffle(order)
    made = 0
    for at in order:
        evidence = (passages[at], *(passages[random_.choice(order)] for _ in range(2)))
        for sentence in sentences(passages[at].text):
            if not 8 <= len(sentence) <= 300 or sentence.endswith(("?", "？")) or not re.search(r"\d", sentence):
                continue
            if made >= limit:
                return
            made += 1
            yield from _of(sentence, evidence, random_)


def _of(sentence: str, evidence: tuple[Evidence, ...], random_: random.Random) -> Iterator[Case]:
    yield Case(sentence, evidence, (1,), True, "verbatim")
    yield Case(sentence, evidence, (), True, "verbatim, no citation")
    for name, change in _TRUE.items():
        reply = change(sentence)
        if reply != sentence:
            yield Case(reply, evidence, (1,), True, name)
    for name, corrupt in _FALSE.items():
        wrong = corrupt(sentence, evidence[0], random_)
        if wrong and wrong != sentence:
            yield Case(wrong, evidence, (1,), False, name)


def _spelled(sentence: str) -> str:
    def word(match: re.Match[str]) -> str:
        n = int(match[1])
        if match[2][0].isascii():
            return f"{_ONES[n]} {match[2]}" if 1 < n < len(_ONES) else match[0]
        return f"{_HAN[n]}{match[2]}" if 2 < n <= 10 else match[0]

    return _PERIOD.sub(word, sentence)


def _converted(sentence: str) -> str:
    def other(match: re.Match[str]) -> str:
        n, unit = int(match[1]), match[2].rstrip("s")
        if unit in ("week", "周"):
            return f"{7 * n} days" if unit == "week" else f"{7 * n}天"
        if unit in ("year", "年") and n < 20:
            return f"{12 * n} months" if unit == "year" else f"{12 * n}个月"
        if unit in ("day", "天") and n < 8:
            return f"{24 * n} hours" if unit == "day" else f"{24 * n}小时"
        return match[0]

    return sentence if _RANGE.search(sentence) else _PERIOD.sub(other, sentence)


def _reformatted(sentence: str) -> str:
    plain = re.sub(r"(?<=\d),(?=\d{3}\b)", "", sentence)
    plain = re.sub(r"\$(\d+)\b(?![.,]\d)", r"$\1.00", plain)
    return re.sub(r"(?<!\d)(\d{1,2}):00\s?(am|pm)\b", r"\1 \2", plain)


def _first(pattern: re.Pattern[str], sentence: str, change: Callable[[re.Match[str]], str]) -> str | None:
    match = pattern.search(sentence)
    return sentence[: match.start()] + change(match) + sentence[match.end() :] if match else None


def _number(sentence: str, evidence: Evidence, scale: Callable[[float], float]) -> str | None:
    match = _FIGURE.search(sentence)
    if match is None or re.match(r"^\s*[\d(]{1,4}[.)、]", sentence):
        return None
    text = match[1]
    separated = "," in text
    decimals = len(text.split(".")[1]) if "." in text else 0
    new = f"{scale(float(text.replace(',', ''))):{',' if separated else ''}.{decimals}f}"
    if re.search(rf"(?<!\d){re.escape(new)}(?!\d)", evidence.text):
        return None
    return sentence[: match.start()] + new + sentence[match.end() :]


def _slightly(sentence: str, evidence: Evidence, random_: random.Random) -> str | None:
    return _number(sentence, evidence, lambda v: v + 1 if v == int(v) else v + 0.1)


def _greatly(sentence: str, evidence: Evidence, random_: random.Random) -> str | None:
    return _number(sentence, evidence, lambda v: v * random_.choice((3, 4, 7)) + 2)


def _unit(sentence: str, evidence: Evidence, random_: random.Random) -> str | None:
    return _first(_PERIOD, sentence, lambda m: f"{m[1]} {_OTHER_UNIT[m[2]]}" if m[2][0].isascii() else m[1] + _OTHER_UNIT[m[2]])


def _currency(sentence: str, evidence: Evidence, random_: random.Random) -> str | None:
    return _first(_MONEY, sentence, lambda m: _OTHER_CURRENCY[m[1]] if m[1] else m[2] + _OTHER_CURRENCY[m[3]])


def _wider(sentence: str, evidence: Evidence, random_: random.Random) -> str | None:
    return _first(_RANGE, sentence, lambda m: f"{m[1]}{m[2] if m[2] != 'to' else ' to '}{int(m[3]) + 4}")


def _date(sentence: str, evidence: Evidence, random_: random.Random) -> str | None:
    def shifted(match: re.Match[str]) -> str:
        day = next(g for g in match.groups() if g)
        new = str(int(day) % 28 + 1).zfill(len(day))
        start = match[0].rindex(day)
        return match[0][:start] + new + match[0][start + len(day) :]

    return _first(_DATE, sentence, shifted)


def _negated(sentence: str, evidence: Evidence, random_: random.Random) -> str | None:
    for pattern, replacement in _DENIALS:
        if pattern.search(sentence):
            return pattern.sub(replacement, sentence, count=1)
    return None


def _moved(sentence: str, evidence: Evidence, random_: random.Random) -> str | None:
    """A period or an amount of another sentence of the same passage in place of this sentence's."""
    for pattern in (_PERIOD, re.compile(r"[$€£¥]\s?\d[\d,.]*\d|\d[\d.]*元")):
        match = pattern.search(sentence)
        others = [m[0] for s in sentences(evidence.text) if s != sentence for m in pattern.finditer(s)]
        others = [o for o in others if match and o not in sentence]
        if match and others and not _RANGE.search(sentence):
            return sentence[: match.start()] + random_.choice(others) + sentence[match.end() :]
    return None


def _code(sentence: str, evidence: Evidence, random_: random.Random) -> str | None:
    def changed(match: re.Match[str]) -> str:
        at = max(i for i, c in enumerate(match[0]) if c.isdigit())
        return match[0][:at] + str((int(match[0][at]) + 3) % 10) + match[0][at + 1 :]

    return _first(_CODE, sentence, changed)


def _address(sentence: str, evidence: Evidence, random_: random.Random) -> str | None:
    return _first(_ADDRESS, sentence, lambda m: m[0][:-1] + ("x" if m[0][-1] != "x" else "y"))


def _promised(sentence: str, evidence: Evidence, random_: random.Random) -> str | None:
    zh = bool(re.search(r"[\u4e00-\u9fff]{2}", sentence))
    return sentence.rstrip(".。!！ ") + random_.choice(_PROMISES["zh" if zh else "en"]) + ("。" if zh else ".")


_TRUE: dict[str, Callable[[str], str]] = {
    "number words": _spelled,
    "other unit, same value": _converted,
    "other format": _reformatted,
}
_FALSE: dict[str, Callable[[str, Evidence, random.Random], str | None]] = {
    "figure changed slightly": _slightly,
    "figure changed greatly": _greatly,
    "unit changed": _unit,
    "currency changed": _currency,
    "range widened": _wider,
    "date shifted": _date,
    "negation flipped": _negated,
    "figure moved": _moved,
    "code changed": _code,
    "address changed": _address,
    "promise added": _promised,
}
