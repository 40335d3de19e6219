"""What a row says to a question that it was not written for: its yes or no, and an answer that needs the row's own question."""

from __future__ import annotations

import re

from bot.generation.brief import Brief
from bot.generation.overlap import coverage, question_match
from bot.generation.passage_judge import asks_the_same
from bot.generation.phrases import Phrases
from bot.shop.denials import DENIES
from bot.text.question_type import question_parts, question_types
from bot.text.terms import terms
from bot.types import Evidence

BARE = re.compile(
    r"^(yes|no|of course|sure|certainly|absolutely|unfortunately not|可以的?|是的|当然(?:可以)?|不可以|不能|不行|支持的?|"
    r"有的|没有|会的|需要|不需要)[.!。！,，]*$",
    re.I,
)
YES = re.compile(
    r"^(?:yes|no)[,.!:]\s+|^(?:不?可以的?|不?是的?|有的?|没有|不?能|不?会|当然可以|不?支持的?|不行)[，,。]\s*", re.I
)
_VERB = re.compile(
    r"\b(?:is|are|was|were|can|cannot|may|will|must|should|do|does|did|has|have|had|needs?|takes?|costs?|gets?|comes?|goes?|we|you"
    r"|they|it|please|no|never|not|(?-i:(?<=\w )[a-z]+ed)|[a-z]+n['’]t)\b"
    r"|^[A-Z][a-z]+ (?:the|a|an|your|it|to|us|in|up|for|out|with)\b", re.I,
)  # fmt: skip
_RELATIVE = re.compile(r"\b(?:that|which|whose|who|when|if|such as)\b", re.I)
_SELLS = re.compile(r"\b(?:sell|sells|selling|stock|carry)\b|卖", re.I)
_BARE_FIGURE = _FRAGMENT = 12  # characters
_FEW_WORDS = 4
_NAME = re.compile(r"(?<=\w )[A-Z]\w+|[㐀-鿿]+")  # what another name makes another question: Brazil, Alexa
_ANSWERED, _ANOTHER, _SAME = 0.4, 0.5, 0.75  # a row's own "yes" counts only for the question that it was written for


def asks_else(question: str, item: Evidence) -> bool:
    """Whether a row's yes or no may not hold: for no yes-or-no question, another one, or one that names something else."""
    match = question_match(question, str(item.question))
    if "yes_no" not in question_types(question) or "yes_no" not in question_types(str(item.question)):
        return True
    if _SELLS.search(question) and not _SELLS.search(str(item.question)):
        return True  # "do you sell solar panels?": that one can charge with them is no yes
    words = frozenset(terms(f"{item.question}\n{item.text}\n{item.title}"))
    named = set(terms(" ".join(_NAME.findall(question))))
    lacking = any(coverage((term,), words, {term: 1.0}) == 0.0 for term in named)
    return match < _ANSWERED or (match < _SAME and lacking)


def needs_its_question(question: str, item: Evidence, opening: str) -> bool:
    """Whether a row's answer would mislead or say nothing without the question that it was written for."""
    if DENIES.search(str(item.question)) and not DENIES.search(opening) and "yes_no" not in question_types(str(item.question)):
        return True  # "Which items can't be returned?": opened food …
    parts = question_parts(question)
    kinds, others = question_types(question) or question_types(parts[-1]), question_types(str(item.question))
    if "yes_no" in kinds and "yes_no" not in others and item.language == "en" and not _VERB.search(opening):
        return True  # "do you ship to Brazil?": the United States, Canada …
    if max(question_match(part, str(item.question)) for part in (question, *parts)) > _ANOTHER:
        return False
    said = YES.sub("", opening)
    if BARE.match(said) or not str(item.question).endswith(("?", "？")) or (kinds[:1] == others[:1] and said == opening):
        return False
    if said != opening and "yes_no" not in kinds:
        return False
    return len(said) <= _BARE_FIGURE if item.language == "zh" else not _VERB.search(_RELATIVE.split(said, maxsplit=1)[0])


def says_nothing_alone(opening: str) -> bool:
    """Whether a row's first sentence is a yes or no with a few words that say nothing without it: "Yes, to 26 countries"."""
    said = YES.sub("", opening)
    if said == opening or BARE.match(said):
        return False
    chinese = re.search(r"[㐀-鿿]", said) is not None
    if chinese:
        return len(said) <= _FRAGMENT and said[:1].isdigit()
    return len(said.split()) <= _FEW_WORDS and not _VERB.search(said)


def row_lead(brief: Brief, item: Evidence, opening: str, followed: bool, phrases: Phrases) -> tuple[str, bool]:
    """The row's own question where its answer needs it, and whether the answer's yes or no goes, being said to another one."""
    question = brief.question
    if (
        item.question is None
        or asked_as_it_stands(brief, item)
        or not (asks_else(question, item) or _names_other_goods(brief, item))
    ):
        return "", False
    if followed and "yes_no" not in question_types(question) and says_nothing_alone(opening):
        return "", True
    if needs_its_question(question, item, opening):
        return phrases.say("row_question", question=item.question), False
    return "", True


def asked_as_it_stands(brief: Brief, item: Evidence) -> bool:
    """Whether the customer asks a row's own question, be it one of several."""
    return any(asks_the_same(one, item.question) for one in (brief.question, *(part.text for part in brief.parts)))


def _names_other_goods(brief: Brief, item: Evidence) -> bool:
    """Whether goods are asked about that the row says nothing of: it may not hold for them."""
    told = frozenset(terms(f"{item.question} {item.text} {item.title}"))
    goods = brief.understanding.entities.categories
    return item.language == brief.language and bool(goods) and not any(told & set(terms(name)) for name in goods)
