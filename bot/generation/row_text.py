"""The cells of a table in words."""

from __future__ import annotations

import re

from bot.shop.attributes import denies, is_truth
from bot.types import LanguageCode

_ASKING = re.compile(r"(?:how|when|what|where|which)\b", re.I)  # a column's name that is a question
_VERB_ZH = re.compile(r"可|能|含|支持|适[合用]|带|防|会|需")
"""What 不 goes before in the name of a column: 可机洗, 含酒精, 防水."""
_WHETHER_ZH = frozenset("可以 不可以 能 不能 支持 不支持 有 无".split())


def fact(name: str, value: str, language: LanguageCode) -> str:
    """A cell with the name of its column: 身高 168–174 cm."""
    if language == "zh":
        if re.match(r"[\d−-].* ", value):  # figures set off as the shop sets them off
            return f"{name} {value}"
        if value in _WHETHER_ZH:
            return f"{name}{value}"
        return f"{name}{value}" if re.match(r"[\d¥￥$€£一二三四五六七八九十]", value) else f"{name}为{value}"
    if re.search(rf"\b{re.escape(name)}\b", value, re.I) or _ASKING.match(name):
        return value  # "12 in stock" needs no "stock" before it, and no answer "how long"
    return f"{lowered(name)} {value}" if re.match(r"[\d¥$€£−-]", value) else f"{lowered(name)}: {value}"


def whether(name: str, value: str, language: LanguageCode) -> str | None:
    """A cell of yes or no in words: 孕妇可用, 孕妇不可用; None where its column's name makes none with it."""
    if not is_truth(value):
        return None
    if language == "en":
        return f"{lowered(name)}: {'no' if denies(value) else 'yes'}"
    matter = name.removeprefix("是否")
    if not denies(value):
        return matter if _VERB_ZH.search(matter) else f"{matter}：{value}"
    return _VERB_ZH.sub(r"不\g<0>", matter, count=1) if _VERB_ZH.search(matter) else f"{matter}：{value}"


def lowered(name: str) -> str:
    """The name of a column amid a sentence."""
    return name if any(sign.isupper() for sign in name[1:]) else name.lower()
