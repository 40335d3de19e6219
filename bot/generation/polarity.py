"""Whether a sentence says yes or no to a yes/no question, and the lead that says so. Silent wherever it is not clear."""

from __future__ import annotations

import re
from typing import Literal

from bot.generation.phrases import Phrases
from bot.text.question_type import question_types
from bot.text.terms import concepts, terms
from bot.text.whether import affirmed

_SURE = 0.75  # share of the question's weight that the sentence itself must carry
_NEGATIVE_EN = re.compile(
    r"\b(?:cannot|can't|can not|not|no longer|never|don't|doesn't|isn't|aren't|won't|unable|unavailable|neither|nor)\b|"
    r"\bno (?!extra|additional|charge|cost|fee|problem|minimum)",
    re.I,
)
_CONDITION_EN = re.compile(
    r"\b(?:unless|except|but|however|excluding|as long as|provided|if|when|while|until|before|after|once|"
    r"because|that|which|who)\b|[;(]",
    re.I,
)
_SOME_EN = re.compile(
    r"\bonly\b|\b(?:some|selected|certain)\b|\bfor (?:\w+ ){0,2}(?:members|students|subscribers|businesses|products|items)\b",
    re.I,
)
_POSITIVE_EN = re.compile(
    r"\b(?:can|may|are able to|is possible|are welcome to|we (?:also |do |gladly )*(?:accept|offer|ship|deliver|provide|"
    r"support|have|take|sell|issue|send)|"
    r"(?:is|are|comes?|come with|includes?|included|available|covered|free|supports?|works?|covers?|allowed))\b",
    re.I,
)
_NEEDS_EN = re.compile(r"\b(?:have to|need|needs|must|required?|necessary)\b", re.I)
_HARMLESS_ZH = re.compile(r"无理由|无需|无须|不影响|不限|不收取?|不用|不需要|不另收|无忧|不超过|不少于|不低于")
_NEGATIVE_ZH = re.compile(r"不可以?|不能|不支持|无法|暂不|暂无|不予|不提供|不接受|恕不")
_UNDONE_ZH = re.compile(r"(?:未|没有?|尚未|不)[^，,。；]{1,8}?(?:的|前|时|之前|情况下)")  # 未发货的订单: no denial
_POSITIVE_ZH = re.compile(r"可以|支持|可(?!能|靠|爱)|能|提供|有|是|会|包|享")
_HARM = re.compile(
    r"\b(?:toxic|poison(?:ous)?|harmful|dangerous|unsafe|hazardous|bad for|avoid(?:ed)?|forbidden|prohibited)\b|有毒|有害"
    r"|中毒|危险|禁止|禁用|严禁|忌|切勿|请勿|不要|不宜|不得|避免|不建议|不适[合用宜]",
    re.IGNORECASE,
)
_ASKS_ZH: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("support", re.compile(r"支持|支不支持")),
    ("have", re.compile(r"有没有|有.{0,12}[吗么]|提供.{0,12}[吗么]")),
    ("can", re.compile(r"可以|可不可以|能不能|能.{0,14}[吗么]|可否|能否|行不行|行吗")),
    ("be", re.compile(r"是不是|是否|是.{0,14}[吗么]")),
    ("will", re.compile(r"会不会|会.{0,14}[吗么]")),
)
_NEGATED_QUESTION = re.compile(
    r"\b(?:not|n't|never|without)\b|n't\b|(?<!能)(?<!可)(?<!是)(?<!会)(?<!支)(?<!要)不(?!能|可|"
    r"是|会|支持|要)|没(?!有)|无法|未",
    re.I,
)
_OPENS = re.compile(
    r"^(?:yes|no|sure|of course|certainly|unfortunately|sorry|可以|是的|不可以|不能|支持|不支持|有的|没有|"
    r"当然|抱歉|很抱歉|会的|能)\b|^(?:可以|是的|不|支持|有|没有|当然|抱歉|很抱歉|会|能)",
    re.I,
)
_LOWERED = frozenset(
    "the a an you your we our all most many some this these that those it its they their if when once after before as in "
    "on at for with "
    "every each any no items item orders order products shipping delivery returns refunds customers please there both standard "
    "express free gift unopened opened unused used".split()
)
_ASKED_ZH = re.compile(r"(?:可不可以|能不能|可以|能|会|支持)([^，。？?能]{1,10}?)[吗么嘛不呢啊呀]*[?？。]*$")
_ANTONYMS = (
    ("opened", "unopened"),
    ("used", "unused"),
    ("worn", "unworn"),
    ("washed", "unwashed"),
    ("domestic", "international"),
)


def says(question: str, sentence: str, covers: float, language: str) -> Literal["yes", "no"] | None:
    """``yes`` or ``no`` when ``sentence`` (covering the share ``covers`` of the question's words) clearly answers so."""
    question, sentence = question.replace("’", "'"), sentence.replace("’", "'")
    kinds = question_types(question)
    if "yes_no" not in kinds or any(
        kind in kinds for kind in ("duration", "price", "count", "place", "reason", "method", "person")
    ):
        return None
    if any(harm.lower() not in question.lower() for harm in _HARM.findall(sentence)):
        return None  # "grapes are toxic" is no yes to whether cats can eat them
    if covers < _SURE or not terms(question) or re.search(r"\d", question) or _NEGATED_QUESTION.search(affirmed(question)):
        return None
    return _says_zh(question, sentence) if language == "zh" else _says_en(question, sentence)


def _says_en(question: str, sentence: str) -> Literal["yes", "no"] | None:
    words, asked = set(re.findall(r"[a-z]+", sentence.lower())), set(re.findall(r"[a-z]+", question.lower()))
    if any((one in asked and other in words) or (other in asked and one in words) for one, other in _ANTONYMS):
        return None
    if _NEEDS_EN.search(question):
        return None
    main = _CONDITION_EN.split(sentence, maxsplit=1)[0]
    negative = _NEGATIVE_EN.search(main)
    if negative:
        return None if _POSITIVE_EN.search(main[: negative.start()]) else "no"
    if _SOME_EN.search(main):
        return None
    return "yes" if _POSITIVE_EN.search(main) else None


def _says_zh(question: str, sentence: str) -> Literal["yes", "no"] | None:
    for term in terms(question):
        if re.search(rf"[未非没]{re.escape(term)}", sentence) or re.search(rf"[未非没]{re.escape(term)}", question):
            return None
    main = re.split(r"但|不过|除非|除|（", _HARMLESS_ZH.sub("", sentence), maxsplit=1)[0]
    negative = _NEGATIVE_ZH.search(main)
    rest = _UNDONE_ZH.sub("", main)
    if _NEGATIVE_ZH.search(rest):
        return None if _POSITIVE_ZH.search(_NEGATIVE_ZH.sub("", rest)) else "no"
    if negative or re.search(r"仅|只|未|没", rest) or not _does_it(question, sentence):
        return None
    return "yes" if _POSITIVE_ZH.search(rest) else None


def _does_it(question: str, sentence: str) -> bool:
    """Whether a sentence speaks of what is asked to be possible, in its words or the shop's: 换同价商品 is no yes to 换钱."""
    asked = _ASKED_ZH.search(question)
    told = frozenset(terms(sentence))
    meant_there = frozenset(name for term in told for name in concepts(term))
    wanted = terms(asked[1]) if asked else ()
    return all(term in told or concepts(term) & meant_there or term in sentence for term in wanted[-1:])


def lead(question: str, sentence: str, covers: float, phrases: Phrases) -> str:
    """The opening word of a direct answer ("Yes", 可以的, 有的, 抱歉), or nothing."""
    if _OPENS.match(sentence) or re.match(r".{0,6}(?:可以|支持)", sentence):
        return ""
    verdict = says(question, sentence, covers, phrases.language)
    if verdict is None:
        return ""
    if verdict == "no":
        return phrases.say("no")
    if phrases.language == "en":
        return phrases.say("yes")
    for name, pattern in _ASKS_ZH:
        if pattern.search(question):
            return phrases.say("yes" if name == "can" else f"yes_{name}")
    return ""


def lower_first(text: str) -> str:
    """``text`` with its first letter lowered where its first word is no name."""
    word = re.match(r"[A-Za-z]+", text)
    if word is None or word[0].lower() not in _LOWERED:
        return text
    return text[:1].lower() + text[1:]
