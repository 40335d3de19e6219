"""Numerals of Chinese and English as digits, so that every later rule reads one notation."""

from __future__ import annotations

import re
import unicodedata

_BEFORE_NFKC = str.maketrans(
    {"，": ", ", "²": "^2", "³": "^3", "½": ".5", "¼": ".25", "¾": ".75", "㎡": "m^2", "℃": "°C", "〜": "~"}
)
_QUOTES = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "‒": "-", "‑": "-", "−": "-", "\u00a0": " "})

_ONES = dict(
    zip(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen "
        "fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split(),
        range(20),
        strict=True,
    )
)
_TENS = dict(zip("twenty thirty forty fifty sixty seventy eighty ninety".split(), range(20, 100, 10), strict=True))
_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000, "dozen": 12}
_VALUES = {**_ONES, **_TENS}
_TIME = r"(?:minute|hour|day|week|fortnight|month|year)"
_WORD = "(?:" + "|".join(sorted((*_VALUES, *_SCALES), key=len, reverse=True)) + ")"
_ENGLISH = re.compile(rf"(?<![A-Za-z]){_WORD}(?:(?:[ -]+(?:and )?){_WORD}){{0,9}}(?![A-Za-z])", re.I | re.A)
_ONE_STAYS = re.compile(
    rf"[ -]*(?:(?:business|working|full|calendar) )?(?:{_TIME}|percent|kilo|gram|"
    rf"lit|met|inch|(?:to|or|-) ?{_WORD})",
    re.I | re.A,
)
_ARTICLE = re.compile(
    rf"\b(within|for|in|after|takes?|of|is|lasts?|about|than|least|to|has|have|"
    rf"with|offers?|or|get|carries|under|over)"
    rf" (?:an?|one) (?=(?:full |whole |calendar )?{_TIME}\b)|^an? (?={_TIME}\b)",
    re.I | re.A,
)
_PHRASES = (
    (re.compile(r"\b(?:an?|one) (dozen|hundred|thousand|million)\b", re.I | re.A), r"one \1"),
    (re.compile(r"(\d) dozen\b", re.I | re.A), r"\1 * 12"),
    (re.compile(rf"\bhalf (?:an? |of an? )?({_TIME})\b|\ban? half[ -]({_TIME})\b", re.I | re.A), r"0.5 \1\2"),
    (re.compile(rf"\b(?:an?|one) ({_TIME}) and a half\b", re.I | re.A), r"1.5 \1s"),
    (re.compile(rf"\b(\w{{1,12}}) and a half (?={_TIME}|times|percent)", re.I | re.A), "\\1 \x01"),
    (re.compile(r"\bhalf[ -](?:price|off)\b|半价", re.I | re.A), "50% off "),
)
_POINT_FIVE = re.compile(r"(?<!\d)(\d{1,9}) \x01")

_DIGIT = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "兩": 2}
_UNIT = {"十": 10, "百": 100, "千": 1000}
_CHARS = "零〇一二两兩三四五六七八九十百千万亿"
_MEASURE = (
    "个|個|天|日|周|週|星期|礼拜|月|年|小时|分钟|分鐘|秒|钟|点|刻钟|元|块|角|折|件|台|款|种|颜色|色|次|倍|米|斤|公斤|克|千克|升|毫升|瓦|"
    "号|楼|层|寸|英寸|厘米|毫米|工作日|单|张|双|只|条|套|盒|包|瓶|支|片|位|人|项|家|仓|国|城|步|档|级|格|页|把|本|箱|袋|杯|罐|码|分|成"
)
_NOT_NUMERAL = re.compile(
    "一下|一般|一起|一些|一定|统一|唯一|万一|一样|一直|一旦|一切|一共|一律|一经|一键|一点|一并|第三方|二维码|二手|五金|七夕|千万|百货|百搭|"
    "四川|三星|三明治|双十一|双十二|十分(?!钟|鐘)|六一|五一|三八|百度|"
    "第[一二三四五六七八九十]{1,3}|(?:周|星期|礼拜|週)[一二三四五六七]|[一二三四五六七八九十]月[一二三四五六七八九十]{1,3}[日号]|"
    "一(?:个|款|种|件|次|项|条|位|台|双|套|家|步|号|份|把|瓶|盒)(?!半|工作日|"
    "月|小时|星期|礼拜|自然)"
)
_HAN_NUMBER = re.compile(
    rf"(?:(?<![\d.])\d{{1,9}}(?:\.\d{{1,9}})?)?[{_CHARS}]{{1,12}}(?:点[零一二三四五六七八九]{{1,4}}(?!分|刻|半))?"
)
_HALVES = (
    (re.compile(r"(?<!\d)(\d{1,9})(个|個)?(小时|钟头|月|星期|礼拜|工作日|天|年|周)半"), r"\1.5\2\3"),
    (re.compile(r"(?<!\d)(\d{1,9})(?:个|個)半(?=小时|钟头|月|星期|礼拜)"), r"\1.5个"),
    (re.compile(r"半(?=年|天|日内|个月|個月|小时|个小时|周|个钟头)"), "0.5"),
)
_HUNDREDTHS = re.compile(rf"百分之(\d{{1,9}}(?:\.\d{{1,9}})?|[{_CHARS}]{{1,8}}(?:点[零一二三四五六七八九]{{1,4}})?)")
_DATE = re.compile(r"([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})(?=[日号])")
_FOLLOWER = re.compile(rf"(?:[多余几]?(?:{_MEASURE}))|[至到~-] ?[{_CHARS}\d]|%")
_RANGE_IN_WORDS = re.compile(
    r"(?<![零〇一二三四五六七八九十百千万\d])([一二三四五六七八])([二三四五六七八九])(?=天|日|个|周|年|小时|分钟|星期|件)"
)


def normalise(text: str) -> str:
    """``text`` in compatibility form (NFKC), without invisible characters, quotes and dashes plain, list marks kept apart."""
    plain = unicodedata.normalize("NFKC", text.translate(_BEFORE_NFKC)).translate(_QUOTES)
    if plain.isascii():
        return plain
    return "".join(
        str(unicodedata.decimal(c)) if not c.isascii() and c.isdecimal() else c
        for c in plain
        if unicodedata.category(c) != "Cf"
    )


def spell_digits(text: str) -> str:
    """Normalised ``text`` with number words of both languages as digits: "thirty days" and "三十天" give 30.

    Articles and idioms stay ("one of them", "一般"), as do ordinals. "half a year" gives 0.5 year, "两个半小时" 2.5.
    """
    plain = normalise(text)
    for pattern, replacement in _PHRASES:
        plain = pattern.sub(replacement, plain)
    plain = _ARTICLE.sub(lambda m: f"{m[1]} 1 " if m[1] else "1 ", plain)
    plain = _ENGLISH.sub(_from_english, plain)
    plain = _POINT_FIVE.sub(r"\1.5 ", plain)
    plain = re.sub(r"\b(\d{1,9}) \* 12\b", lambda m: str(int(m[1]) * 12), plain)
    return plain if plain.isascii() else _spell_han(plain)


def _from_english(match: re.Match[str]) -> str:
    words = re.split(r"[ -]+(?:and )?", match[0].lower())
    if words == ["one"] and not _ONE_STAYS.match(match.string, match.end()):
        return match[0]
    total, current, last = 0, 0, 0
    for word in words:
        value = _VALUES.get(word)
        if value is not None:
            if current % 100 and not (last >= 20 and value < 10):  # "one two": two numbers side by side
                return " ".join(str(_VALUES.get(w, _SCALES.get(w, 0))) for w in words)
            current, last = current + value, value
        elif word in ("hundred", "dozen"):
            current, last = max(current, 1) * _SCALES[word], 0
        else:
            total, current, last = total + max(current, 1) * _SCALES[word], 0, 0
    return str(total + current)


def _spell_han(text: str) -> str:
    plain = _RANGE_IN_WORDS.sub(r"\1-\2", text)
    plain = _HUNDREDTHS.sub(lambda m: f"{_from_han(m[1]) or m[1]}%", plain)
    plain = _DATE.sub(lambda m: f"{_from_han(m[1])}月{_from_han(m[2])}", plain)
    kept = [m.span() for m in _NOT_NUMERAL.finditer(plain)]
    out, at, index = [], 0, 0
    for match in _HAN_NUMBER.finditer(plain):
        while index < len(kept) and kept[index][1] <= match.start():
            index += 1
        if index < len(kept) and kept[index][0] < match.end():
            continue
        value = _from_han(match[0])
        if value is None or not _stands_for_number(plain, match):
            continue
        out += [plain[at : match.start()], value]
        at = match.end()
    plain = "".join(out) + plain[at:]
    for pattern, replacement in _HALVES:
        plain = pattern.sub(replacement, plain)
    return plain


def _stands_for_number(text: str, match: re.Match[str]) -> bool:
    word = match[0]
    if word[0].isdigit() or (len(word) > 1 and any(c in _UNIT or c in "万亿点" for c in word) and word[0] not in "千万亿"):
        return True
    if len(word) > 1 and all(c in _DIGIT for c in word):
        return len(word) >= 4 or _followed(text, match.end())
    return _followed(text, match.end())


def _followed(text: str, end: int) -> bool:
    return _FOLLOWER.match(text, end) is not None


def _from_han(word: str) -> str | None:
    """The value of a Chinese numeral as a decimal string; None where it is not well formed."""
    head = re.match(r"\d+(?:\.\d+)?", word)
    rest = word[head.end() :] if head else word
    if head:
        scale = 1
        for c in rest:
            factor = _UNIT.get(c) or {"万": 10_000, "亿": 100_000_000}.get(c)
            if factor is None:
                return None
            scale *= factor
        return f"{round(float(head[0]) * scale, 6):.10g}" if scale < 10**12 else None
    whole, _, fraction = rest.partition("点")
    if whole and all(c in _DIGIT for c in whole):
        value = "".join(str(_DIGIT[c]) for c in whole)
    else:
        number = _grouped(whole)
        if number is None:
            return None
        value = str(number)
    return value + ("." + "".join(str(_DIGIT[c]) for c in fraction) if fraction else "")


def _grouped(word: str) -> int | None:
    total, section, digit, last = 0, 0, -1, 10**9
    for c in word:
        if c in _DIGIT:
            if digit > 0:
                return None
            digit = _DIGIT[c]
        elif c in _UNIT:
            section += (digit if digit >= 0 else 1) * _UNIT[c]
            digit, last = -1, _UNIT[c]
        else:
            total = (total + section + max(digit, 0)) * (10_000 if c == "万" else 100_000_000)
            section, digit, last = 0, -1, 10_000
    if digit > 0:  # "两百三" means 230, "两百零三" 203
        short = last in (100, 1000, 10_000) and "零" not in word and "〇" not in word
        section += digit * (last // 10 if short else 1)
    return total + section
