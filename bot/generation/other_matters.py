"""Sentences beside the matter asked about: of exchanges where returns are, advice where a service is, mending for washing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.generation.candidate import Candidate
from bot.text.question_type import question_types
from bot.text.terms import concepts, terms

_APART = (("return", "exchange"), ("exchange", "return"))
"""Two matters of which a sentence that opens with the second, and speaks of it alone, tells nothing of the first."""
_OPENING = 2  # words
_SPECIAL = re.compile(
    r"\W*(?:(?:all|any|our|for) )?(?P<en>sale|reduced|discounted|clearance|outlet|second[- ]hand|refurbished|personali[sz]ed"
    r"|custom\w*|made[- ]to[- ]order)\b|\W*(?P<zh>特价|清仓|打折|折扣|二手|翻新|定制|秒杀|闪购)",
    re.IGNORECASE,
)
_OF_THE_SHOP = re.compile(r"^\W*(?:(?:and|also|so|hi|hello)\W+)*(?:do|can|could|would|will) (?:you|u)\b|你们", re.IGNORECASE)
_ADVISES = re.compile(r"^\W*(?:(?:please )?(?:do not|don't|never|always)\b|请?(?:勿|不要|切勿))", re.IGNORECASE)


def on_the_matter(question: str, told: Sequence[Candidate], threshold: float) -> list[Candidate]:
    """``told`` without what is beside the matter, as far as something that answers is on it."""
    answering = [one for one in told if one.answers >= threshold]
    kept = [one for one in answering if not (_of_another(question, one) or _of_special_goods(question, one))]
    if "yes_no" in question_types(question):
        said = {id(one): _asked(question, one) for one in kept}
        beside = {id(one) for one in kept for more in kept if more.index == one.index and said[id(one)] < said[id(more)]}
        kept = [one for one in kept if one.named or id(one) not in beside]
        advice = [one for one in kept if _ADVISES.search(one.unit.text)] if _OF_THE_SHOP.search(question) else []
        kept = [one for one in kept if one not in advice] or kept
    return [one for one in told if one in kept or one not in answering] if kept else list(told)


def _of_another(question: str, told: Candidate) -> bool:
    asked, meant, opens = (_matters(words) for words in (terms(question), told.words, terms(told.unit.text)[:_OPENING]))
    return any(one in asked and other not in asked and other in opens and one not in meant for one, other in _APART)


def _of_special_goods(question: str, told: Candidate) -> bool:
    """Whether a sentence is of goods of a special sort alone, of which the question says nothing: "Sale items …"."""
    sort = _SPECIAL.match(told.unit.text)
    return sort is not None and (sort["en"] or sort["zh"]).lower() not in question.lower()


def _matters(words: Iterable[str]) -> frozenset[str]:
    return frozenset(name for word in words for name in concepts(word))


def _asked(question: str, told: Candidate) -> frozenset[str]:
    """The words of the question that a sentence says, or says in a word that means the same."""
    meant = _matters(told.words)
    return frozenset(term for term in terms(question) if term in told.words or concepts(term) & meant)
