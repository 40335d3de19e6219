"""Purchase guides in words: criteria from the shop's documents, products with why and what they lack, sets, what to settle."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.generation.brief import Brief
from bot.generation.citations import cite
from bot.generation.phrases import Phrases, listed
from bot.generation.product_text import OTHER_MONEY, opening, product_lines, recommend, table_lines
from bot.generation.selection import Selected, Selector
from bot.generation.service_text import ask
from bot.generation.trimming import trimmed
from bot.shop.questions import Question
from bot.types import Evidence, LanguageCode

_CRITERIA = 4
_ENOUGH = 2
_ADVICE = re.compile(
    r"\b(?:should|look|choos\w+|consider|enough|important|best|better|recommend\w*|suit\w*|ideal|at least|avoid|make sure|"
    r"matters?|need)\b|"
    r"建议|选|先看|再看|还要看|看[重中]?|适合|够|其次|最后|首先|推荐|越|以上|以下|注意|重要|避免|优先", re.I,
)  # fmt: skip


def guide(brief: Brief, selector: Selector, phrases: Phrases) -> Iterator[str]:
    """Criteria from the documents, then products that fit, side by side, then what to settle or to do next."""
    if brief.set_price is not None:
        yield from bundle(brief, phrases)
        return
    documents = [(n, item) for n, item in enumerate(brief.evidence) if item.kind not in ("product", "order")]
    told = _criteria(brief.question, [item for _, item in documents], selector, brief.language)
    if told:
        yield phrases.say("guide_lead") + "\n\n"
        for place, unit in enumerate(told):
            n = documents[unit.evidence_index][0] + 1
            yield f"- {cite(trimmed(unit.text), [n], brief.language)}" + ("\n" if place + 1 < len(told) else "")
    if brief.products:
        given_up = bool(brief.relaxed or brief.change or brief.note == OTHER_MONEY)
        lead = opening(brief, phrases) if given_up else phrases.say("guide_products" if told else "recommend_many")
        yield ("\n\n" if told else "") + lead + "\n\n"
        yield from product_lines(brief, phrases)
        if brief.table is not None and brief.table.rows:
            yield "\n\n"
            yield from table_lines(brief.table, brief, phrases)
    if brief.questions:
        yield "\n\n" + _to_settle(brief.questions, phrases)
    elif brief.asks:
        yield ("\n\n" if told or brief.products else "") + ask(brief.asks, phrases)
    elif len(brief.products) > 1:
        yield "\n\n" + phrases.say("recommend_next")
    elif not told and not brief.products:
        yield ask(("need", "budget"), phrases)


def _to_settle(questions: Sequence[Question], phrases: Phrases) -> str:
    """The questions, each with what there is to choose from."""
    asked = []
    for question in questions:
        if question.slot in ("budget", "people"):
            asked.append(phrases.say(f"settle_{question.slot}", low=question.options[0], high=question.options[-1]))
        elif question.measured:
            asked.append(phrases.say("settle_range", name=question.name, low=question.options[0], high=question.options[-1]))
        else:
            asked.append(phrases.say("settle_choice", name=question.name, options=listed(question.options, phrases.language)))
    return phrases.say("settle", questions=listed(asked, phrases.language))


def bundle(brief: Brief, phrases: Phrases) -> Iterator[str]:
    """One product of each kind with its price, what they cost together and what that leaves of the budget."""
    price = brief.set_price
    if price is None or not brief.products:
        yield from recommend(brief, phrases)
        return
    alone = len(brief.products) == 1
    yield phrases.say("bundle_one" if alone else brief.note or "bundle") + "\n\n"
    yield from product_lines(brief, phrases)
    if alone:
        return
    place = next((n for n, item in enumerate(brief.evidence, 1) if item.id == "set"), None)
    if price.over:
        said = phrases.say("bundle_total_over", total=price.total, over=price.over)
    elif price.left:
        said = phrases.say("bundle_total_left", total=price.total, left=price.left)
    else:
        said = phrases.say("bundle_total", total=price.total)
    yield "\n\n" + cite(said, [place] if place else [], brief.language)
    if brief.asks:
        yield ("" if brief.language == "zh" else " ") + ask(brief.asks, phrases)


def _criteria(question: str, passages: Sequence[Evidence], selector: Selector, language: LanguageCode) -> list[Selected]:
    """The advice of the passage that fits best, in its order: what to look at, how much is enough, for what."""
    ranked = [unit for unit in selector.ranking(question, passages) if passages[unit.evidence_index].language == language]
    if not ranked or ranked[0].score < 0.3:
        return selector.select(question, passages, language)[:_CRITERIA] or _advice_among(ranked)
    place = ranked[0].evidence_index
    advice = [
        unit
        for unit in ranked
        if unit.evidence_index == place
        and unit.kind not in ("heading", "intro")
        and (unit is ranked[0] or _ADVICE.search(unit.text))
    ]
    if len(advice) < _ENOUGH:
        advice += [unit for unit in _first_of_each(ranked) if unit.evidence_index != place]
    return sorted(advice[:_CRITERIA], key=lambda unit: (unit.evidence_index, unit.span))


def _first_of_each(units: Sequence[Selected]) -> list[Selected]:
    """The opening sentence of every passage that is prose."""
    first: dict[int, Selected] = {}
    for unit in sorted(units, key=lambda unit: unit.span):
        if unit.kind not in ("heading", "intro", "row") and not unit.text.rstrip().endswith(("?", "？")):
            first.setdefault(unit.evidence_index, unit)
    return list(first.values())


def _advice_among(units: Sequence[Selected]) -> list[Selected]:
    """What the passages advise, whatever the question: they were written about choosing this kind of thing."""
    advice = [unit for unit in units if unit.kind not in ("heading", "intro", "row") and _ADVICE.search(unit.text)]
    return sorted(advice[:_CRITERIA], key=lambda unit: (unit.evidence_index, unit.span))
