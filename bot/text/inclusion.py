"""Questions for what comes with a thing, and what a description says of that: 送琴包吗, "does it come with a charger"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.types import LanguageCode

_THING_ZH = r"(?P<{0}>[^吗嘛么?？，。！!\s的]{{1,10}}?)(?:的|呢)?(?:[吗嘛么]\s*[?？。!！]*|[?？]+)$"
_ASKS_ZH = re.compile(
    r"(?:附赠|附送|附带|赠送|有?附|包含|包括|里面?有没有|里面?有|自带|标配|有送|(?:会|能|还|可以|有没有|是否)送|(?<![发配邮寄赠附派运])送"
    r"|(?<![背肩皮表腰绑系])带|(?<![支搭匹适])配(?!送))"
    r"(?!到|货|给|人|礼|朋友|上门|达|孩子|宝宝|去|来|着|出|走|上|回|在|什么|啥|几|多)(?:有|的|了)?(?:个|一个|把|副)?"
    + _THING_ZH.format("x")
    + r"|(?:^|[，,\s])(?P<y>[^吗嘛么?？，。\s]{1,10}?)(?:是|要|需要|得)?(?:一起)?"
    r"(?:赠送|附送|附赠|送|包含|自带|(?:另外|另|单独|自己)(?:买|购买|配|购))的?[吗嘛么]\s*[?？]*$"
    r"|[送带附配]不[送带附配](?P<z>[^吗嘛么?？，。\s]{1,10})\s*[?？]*$"
)  # fmt: skip
_ASKS_EN = re.compile(
    r"\b(?:comes?|ships?|arrives?|supplied|sold|delivered) with (?P<x>[a-z][a-z -]{1,30}?)"
    r"(?: included)?\W*$"
    r"|\binclud(?:e|es|ing) (?P<y>[a-z][a-z -]{1,30}?)\W*$"
    r"|\b(?:is|are) (?:there )?(?P<z>[a-z][a-z -]{1,30}?) (?:included|supplied|in the box|part of it)\b"
    r"|\bdo i (?:get|have to buy|need to buy) (?P<w>[a-z][a-z -]{1,30}?)"
    r" (?:with (?:it|this|that|them)|separately|extra|too)\b",
    re.IGNORECASE,
)
_ALL = re.compile(
    r"(?:都?(?:附|送|带|含|配)(?:了|有|送|的)?(?:什么|哪些|啥)|(?:盒子?|包装|箱子?)里面?(?:都?有)?(?:什么|哪些|啥)|(?:什么|哪些)配件是?送)"
    r"|\bwhat(?:'s| is| else is| else)? (?:comes with|(?:is )?included|in the (?:box|package|pack))\b"
    r"|\bwhat (?:does it|do they) (?:come with|include)\b",
    re.IGNORECASE,
)
_LIST_ZH = re.compile(
    r"(?:^|(?<=[，。；、：,;:\s]))(?:随[机箱盒]|另|还)?(?:附赠|附送|附带|附有|附|内含|含|赠送|赠|送|标配|配有|配备|配|自带|带有|带|包含|包括)"
    r"[^，。；,;]{1,60}"
)
_LIST_EN = re.compile(
    r"\b(?:comes?|supplied|sold|delivered|ships?) with [^.;]{2,90}|\binclud(?:es|ing) [^.;]{2,90}|[^,.;]{2,60}\bincluded\b",
    re.IGNORECASE,
)
_ARTICLES = re.compile(r"^(?:an?|the|any|some|its|own)\s+", re.IGNORECASE)
_SENTENCE = re.compile(r"[^。；;!?！？\n]+?(?:[。；;!！?？\n]|\.(?=\s|$)|$)")
_HAN = re.compile(r"[\u3400-\u9fff]")
_TAKES_ZH = re.compile(r"(?:还)?(?:可|能|需)(?:以|要)?|适[用配合]|支持|兼容|不|无|没")
_TAKES_EN = re.compile(
    r"\b(?:for|fits?|takes?|needs?|accepts?|room for|compatible with|works with|without|no|not|holds?)(?: [\w'-]+){0,2} $",
    re.IGNORECASE,
)
_TO_BUY = re.compile(r"另外?(?:买|购|配)|(?:单独|自己)(?:买|购|配)|\b(?:buy|separately|extra)\b", re.IGNORECASE)
_AFTER_EN = r"(?:and|or|with|for|in|on|at|of|to|from|by|that|which|included|is|are|but|so|plus|each)\b"
_TRAILING = " \t。；;.,，"


def included_asked(question: str, language: LanguageCode) -> str | None:
    """The thing that a question asks to come with another, an empty word where it asks for all that does; else None."""
    text = question.strip()[-120:]
    if _ALL.search(text):
        return ""
    found = (_ASKS_ZH if language == "zh" else _ASKS_EN).search(text)
    thing = next((one for one in found.groupdict().values() if one), "") if found else ""
    return thing.strip() or None


def asks_to_buy(question: str) -> bool:
    """Whether it is asked if the thing has to be bought, to which yes would say that it is not there."""
    return _TO_BUY.search(question) is not None


def bare(thing: str) -> str:
    """A thing without its article."""
    return _ARTICLES.sub("", thing)


def lists_of(description: str, language: LanguageCode) -> list[str]:
    """What a description says comes with the thing, each in its own words."""
    return [found[0].strip(_TRAILING) for found in (_LIST_ZH if language == "zh" else _LIST_EN).finditer(description)]


def sentence_naming(thing: str, description: str) -> tuple[str, bool] | None:
    """The sentence of a description that names a thing, and whether as what is there: not as what it is for or can take."""
    for sentence in _sentences(description):
        found = _names_zh(thing, sentence) if _HAN.search(thing) else _names_en(thing, sentence)
        if found is not None:
            return sentence, found
    return None


def is_near(thing: str, listed: str) -> bool:
    """Whether a list has something of the same kind by its last character: 琴包, 背包."""
    names = re.split(r"[、，,和及与]|还有", listed)
    return any(len(one) > 1 and not one.isascii() and one.strip().endswith(thing[-1]) for one in names) and not thing.isascii()


def _sentences(text: str) -> Iterator[str]:
    for found in _SENTENCE.finditer(text):
        if said := found[0].strip(_TRAILING):
            yield said


def _names_zh(thing: str, sentence: str) -> bool | None:
    """Whether one of the things that a sentence lists is such a thing: what ends with its name, 三踏板 but not 耳机接口."""
    for clause in re.split(r"[，,；;：:]", sentence):
        if any(one.strip().endswith(thing) for one in re.split(r"[、和及与]", clause)):
            return _TAKES_ZH.match(clause.strip()) is None
    return None


def _names_en(thing: str, sentence: str) -> bool | None:
    name = re.escape(bare(thing).rstrip("s"))
    found = re.search(rf"\b{name}(?:e?s)?\b(?! (?!{_AFTER_EN})[a-z])", sentence, re.IGNORECASE)  # a pedal bike has no pedal
    return None if found is None else _TAKES_EN.search(sentence[: found.start()]) is None
