"""Words that customers abridge in a chat, as everything else here knows them: ``u``, ``dont``, half a litre, 咋, 啥."""

from __future__ import annotations

import re

_FULL = {
    "u": "you", "ur": "your", "r": "are", "pls": "please", "plz": "please", "thx": "thanks", "il": "i'll", "im": "i'm",
    "amex": "american express", "cn": "can", "hw": "how", "wat": "what", "wot": "what", "abt": "about", "coz": "because",
    "cuz": "because", "smth": "something", "sth": "something", "ppl": "people", "yr": "year", "yrs": "years",
    "tmrw": "tomorrow", "hav": "have", "shud": "should", "shld": "should", "cud": "could", "wud": "would", "wen": "when",
    "wich": "which", "thier": "their", "becuase": "because", "recieved": "received",
    "wats": "what's", "wots": "what's", "stuf": "stuff",
    "有木有": "有没有", "木有": "没有", "肿么": "怎么", "咋整": "怎么办", "咋": "怎么", "啥": "什么", "多钱": "多少钱",
}  # fmt: skip
_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = "|".join(word for word in _FULL if not _HAN.match(word) and word not in "ru")
_CHINESE = "|".join(sorted((word for word in _FULL if _HAN.match(word)), key=len, reverse=True))
_BEFORE, _AFTER = r"(?<![\w'@./-])", r"(?![\w'@-]|\.\w)"
_ABRIDGED = re.compile(
    rf"{_BEFORE}(?:{_LATIN}|(?<!the )(?<!\ba )u(?! lock)|r(?= (?:u|you|they|these|those|the)\b)){_AFTER}|(?:{_CHINESE})"
)
_RUN_TOGETHER = re.compile(
    rf"{_BEFORE}(?:(?P<verb>do|does|did|is|are|was|have|has|had|could|would|should|wo|ca)(?P<not>nt)"
    r"|(?P<asks>what|where|who|how|when|that|there)(?P<is>s)|(?P<who>i|you|we|they)(?P<have>ve)|(?P<they>you|they)(?P<are>re)"
    rf"|(?P<i>i)(?P<will>ll)(?= (?:take|have|get|buy|go|order|need|be|just)\b)){_AFTER}",
    re.IGNORECASE,
)
_DOSE = re.compile(r"(?:(?<=long )|(?<=much )|(?<=what )|(?<=when )|(?<=how )|(?<=why )|(?<=where ))dose(?= \w)|^dose(?= it\b)")
"""The verb, where it stands behind a word that asks; a dose is no question."""
_NUMBERED = re.compile(r"(?<=\d)(?=yrs?\b)", re.IGNORECASE)
_HALVES = (
    (re.compile(r"\b(\d{1,3}) (?:and a half|½|1/2)(?![\w/])", re.IGNORECASE), r"\1.5"),
    (re.compile(r"\bhalf (?:an? )?(?=(?:lit(?:er|re)|kilo|kg|met(?:er|re))\b)", re.IGNORECASE), "0.5 "),
    (re.compile(r"(?<![一二两三四五六七八九十\d])半(?=升|公斤|千克|米)"), "0.5"),
    (re.compile(r"(?<![\d.])([12])米(\d{2})(?!\d|\.\d| ?厘?米)"), r"\1\2厘米"),
)
_ASKING_END = re.compile(r"(?<=[\u3400-\u9fff])嘛(?=[\s，,。.？?！!~～]|$)")
"""吗 in the mouth of many, which else is read as the end of the word before it: 可以发顺丰嘛."""
_APOSTROPHE = re.compile(r"(?<=[A-Za-z])[’‘ʼ´`＇](?=[A-Za-z])")
"""What telephones type by themselves: can’t."""
_AND = re.compile(r"(?<=[A-Za-z] )n(?= [A-Za-z])")
_OPENED = re.compile(r"(?<![票分新])(?:打?开过封?|拆过封?|拆开过|打开(?=了))(?=[^，。？,?]{0,12}[，,]?[^，。？,?]{0,6}退)")
"""Goods that were opened, as rules on returns do not call it: 开过的面霜能退吗."""
_COSTS = re.compile(r"\bset(?:s|ting)? (?:me|us|you|one) back\b", re.IGNORECASE)


def in_full(text: str) -> str:
    """``text`` with such words written out, their apostrophes put back, as ``'``, and measures in figures alone.

    These are halves ("half a litre", 半升) and metres with what is more (1米78). A capital letter alone is no such word.
    """
    whole = _COSTS.sub("cost", _RUN_TOGETHER.sub(_parted, _NUMBERED.sub(" ", _APOSTROPHE.sub("'", text))))
    for written, figure in (*_HALVES, (_AND, "and"), (_DOSE, "does"), (_OPENED, "拆封"), (_ASKING_END, "吗")):
        whole = written.sub(figure, whole)
    return _ABRIDGED.sub(lambda match: _FULL[match[0]], whole)


def _parted(match: re.Match[str]) -> str:
    """The two words that a chat runs together, with their apostrophe: don't, what's, I've."""
    first, last = (group for group in match.groups() if group)
    return f"{first}n't" if last.lower() == "nt" else f"{first}'{last}"
