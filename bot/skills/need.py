"""The need as the conversation has told it so far: the wish, and how well products fit its words."""

from __future__ import annotations

from dataclasses import replace

from bot.shop.attributes import split_name
from bot.shop.catalogue import in_language
from bot.shop.denials import denies
from bot.shop.finder import ProductFinder
from bot.shop.product_search import Wish
from bot.shop.ranking import Ranking, asked_ranking, complains_of_measure, without_ranking
from bot.skills.gifts import beside_giving, is_gift, of_present
from bot.skills.outcome import KnowledgeSearch, TurnContext
from bot.skills.wishes import merged_wish, names_a_need, says_what_it_does, title_wishes
from bot.types import DialogueState, Understanding
from bot.understanding.refining import wants_others
from knowledge_base.types import SectionKind

_HITS = 40
_SHORT, _REMEMBERED = 24, 160
_DENIED = 0.1  # how relevant a product stays whose description denies what is needed
_OF_NEEDS = ("recommend", "guide", "clarify", "decline")
"""What was done for a customer who told a need, to which the next message may add a sum or a trait."""
_PRODUCTS: tuple[SectionKind, ...] = ("product",)


def looked_at(understanding: Understanding, context: TurnContext) -> tuple[str, ...]:
    """The products that the customer named or whose page is open, latest last."""
    page = (context.page_sku,) if context.page_sku else ()
    return tuple(dict.fromkeys((*page, *reversed(understanding.entities.skus))))


def said_before(understanding: Understanding, state: DialogueState, context: TurnContext, wish: Wish) -> str:
    """The need that was told in the messages before, where this one only adds a budget or a trait to it."""
    said = understanding.entities
    adds = bool(said.budget or said.constraints) or len(understanding.text) <= _SHORT
    if wish.category or not adds or is_gift(understanding.text) or state.last_action not in _OF_NEEDS:
        return ""
    return " ".join(message.text for message in context.history if message.role == "user")[-_REMEMBERED:]


def product_relevance(
    finder: ProductFinder, search: KnowledgeSearch, understanding: Understanding, before: str = ""
) -> dict[str, float]:
    """How well products fit the words of the message; empty where it only asks for advice or for any present."""
    question = f"{before} {understanding.question}" if before else understanding.question
    if is_gift(question):
        question = beside_giving(question)
    if not names_a_need(without_ranking(question)):
        return {}
    families, language = finder.catalogue.families(), understanding.language.code
    return {
        sku: strength * _DENIED if sku in families and denies(in_language(families[sku], language), question) else strength
        for sku, strength in finder.relevance(search(question, _HITS, _PRODUCTS)).items()
    }


def wish_of(finder: ProductFinder, understanding: Understanding, state: DialogueState, context: TurnContext) -> Wish:
    """The wish of the conversation so far, with the page that the customer looks at understood."""
    if complains_of_measure(understanding.text):
        understanding = replace(understanding, entities=replace(understanding.entities, constraints=()))
    said = next(filter(finder.goods.known, understanding.entities.categories), None)
    if said and says_what_it_does(understanding.text):
        said, understanding = None, replace(understanding, entities=replace(understanding.entities, categories=()))
    same = (said,) if said and finder.goods.same_need(said, state.category) else finder.goods.category_names(state.category)
    wish = merged_wish(understanding, state, same, said)
    category = finder.goods.known(wish.category)
    if category is None and context.page_sku and not wish.constraints:
        page = finder.catalogue.get(context.page_sku, understanding.language.code)
        category = page.category if page and page.category else None
    of_these = bool(state.skus) and not of_present(understanding, state, context.history)
    if category is None and of_these and (wants_others(understanding.text) or asked_ranking(understanding.text)):
        category = finder.goods.kind_of(state.skus[0])
    wish = Wish(wish.budget, wish.currency, category, wish.constraints)
    ranking = wanted_first(understanding)
    if ranking and ranking.beyond:
        kept = (one for one in wish.constraints if split_name(one.attribute)[0] not in ranking.attributes)
        wish = replace(wish, constraints=tuple(kept))
    entities = understanding.entities
    if (
        ranking is None
        and state.category
        and category
        and not (entities.constraints or entities.budget)
        and (said in (None, state.category))
    ):
        inside = finder.catalogue.get_many(sorted(finder.goods.members(category)), understanding.language.code)
        further = title_wishes(understanding.text, inside)
        wish = replace(wish, constraints=(*wish.constraints, *(one for one in further if one not in wish.constraints)))
    return wish


def wanted_first(understanding: Understanding) -> Ranking | None:
    """What a message wants the most or the least of, be the word misspelt; titles of products are no such words."""
    ranking = asked_ranking(understanding.text)
    return ranking or (None if understanding.entities.skus else asked_ranking(understanding.question))
