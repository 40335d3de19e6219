"""The language to answer in, decided by script: Han characters against Latin words."""

from __future__ import annotations

import re

from bot.text.phrases import plain
from bot.text.script import HAN, script_of
from bot.types import LanguageCode, LanguageGuess

_NOT_WORDS = re.compile(
    r"https?://[!-~]{1,300}|www\.[!-~]{1,300}|(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,100}"
    r"|(?<![A-Za-z#])[#A-Za-z]{0,24}\d[A-Za-z0-9_./-]*",
    re.IGNORECASE,
)
_HAN_CHARACTER = re.compile(rf"[{HAN}]")
_KANA_OR_HANGUL = re.compile(r"[\u3040-\u30ff\uac00-\ud7a3]")
_WORD = re.compile(r"[^\W\d_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7ff]{2,}(?:'[a-z]{1,3})?")
_FUNCTION_WORDS = frozenset(
    "a an and any are at about be can could did do does don't for from had has have how i i'd i'll i'm i've if in is it it's"
    " me my not of on or our please should some that the their them there these they this those to want was we were what what's"
    " when where where's which who why will with would you your".split()
)
_NEUTRAL = frozenset(
    "ok okay okey yes yep no nope hi hello hey thx thanks bye vip app usb wifi pro max plus mini ultra lite hdmi led "
    "lcd nfc gps"
    " cpu gpu ram ssd cm mm kg ml oz lb gb tb mah hz xs xl xxl xxxl sku pdf faq id qq ios android iphone ipad macbook airpods"
    " type diy pvc emoji haha hmm".split()
)
_ANSWER_IN = (
    r"\b(?:speak|talk|write|answer|reply|respond|continue|switch|change|use)\b(?: (?:to me|back|over|please))*(?: (?:in|to))? "
)
_ASKED_FOR: tuple[tuple[LanguageCode, re.Pattern[str]], ...] = (
    (
        "en",
        re.compile(
            rf"{_ANSWER_IN}english\b|(?:说|讲|用|换成?|改成?|切换[到成])英[文语](?:回答|回复|交流|聊|沟通|说)?[吧吗呢谢。.!！?？]*$",
            re.I,
        ),
    ),
    (
        "zh",
        re.compile(
            rf"{_ANSWER_IN}(?:chinese|mandarin)\b|(?:说|讲|用|换成?|改成?|切换[到成])(?:中[文国话]*|汉语|普通话)(?:回答|回复|交流|聊|沟通|说)?[吧吗呢谢。.!！?？]*$",
            re.I,
        ),
    ),
)
_LONGEST_REQUEST = 60
"""Characters of a message that asks to be answered in a language, rather than for goods or a text in it."""


def detect(text: str, previous: LanguageCode | None = None) -> LanguageGuess:
    """The language of ``text``, to answer in; never raises.

    Chinese when Han characters carry the sentence, else English (which also answers other languages). A text without
    words of its own (``ok``, an order number, an emoji, one brand name) keeps ``previous``. ``mixed`` says that words of both
    languages occur; model names, units and abbreviations do not count. A short message that asks for a language gets it.
    """
    if (asked := _asked_for(text)) is not None:
        return LanguageGuess(asked, (script_of(text) or "Hans") if asked == "zh" else None)
    bare = _NOT_WORDS.sub(" ", plain(text))
    han = _HAN_CHARACTER.findall(bare)
    words = _WORD.findall(bare)
    if len(_KANA_OR_HANGUL.findall(bare)) * 3 > len(han):
        return LanguageGuess("en")
    if not han:
        return _without_han(words, previous)
    real = [word for word in words if _is_real(word)]
    function_words = sum(word.lower() in _FUNCTION_WORDS for word in real)
    english_frame = function_words > 0 and len(real) >= len(han) / 1.5
    return LanguageGuess("en" if english_frame else "zh", script_of(bare) or "Hans", mixed=bool(real))


def is_wordless(text: str) -> bool:
    """Whether nothing of a text tells a language: a number, an address, an emoji."""
    bare = _NOT_WORDS.sub(" ", plain(text))
    return not (_WORD.search(bare) or _HAN_CHARACTER.search(bare) or _KANA_OR_HANGUL.search(bare))


def _asked_for(text: str) -> LanguageCode | None:
    """The language in which a short message asks to be answered."""
    written = plain(text).strip()
    if len(written) > _LONGEST_REQUEST:
        return None
    return next((code for code, pattern in _ASKED_FOR if pattern.search(written)), None)


def _is_real(word: str) -> bool:
    """A word of the language rather than a brand, unit or abbreviation: those carry capitals inside or are listed."""
    return word.lower() not in _NEUTRAL and (word[1:].islower() or "'" in word)


def _without_han(words: list[str], previous: LanguageCode | None) -> LanguageGuess:
    real = [word for word in words if word.lower() not in _NEUTRAL]
    spoken = any(word.lower() in _FUNCTION_WORDS for word in real) or sum(word.islower() for word in real) >= 2
    if previous is None or spoken or len(words) >= 5:
        return LanguageGuess("en")
    return _keeping(previous)


def _keeping(previous: LanguageCode) -> LanguageGuess:
    return LanguageGuess(previous, "Hans" if previous == "zh" else None)
