"""Which products a question is of, where it may name other things beside them."""

from __future__ import annotations

from bot.shop.finder import ProductFinder
from bot.skills.outcome import TurnContext
from bot.text.terms import terms
from bot.types import DialogueState, LanguageCode, Product, Understanding


def products_asked(
    finder: ProductFinder, understanding: Understanding, state: DialogueState, context: TurnContext, beside: str = ""
) -> tuple[Product, ...]:
    """The products, one of each line, that a question names, be it by their kind; else that of the page, or those in view.

    Of those in view, the ones that the last question named, where it named any. What is named by nothing but ``beside``, such
    as the thing that may come with it, is none of them.
    """
    language = understanding.language.code
    rest = understanding.question.replace(beside, " ") if beside else understanding.question
    words, written = frozenset(terms(rest)), rest.lower()
    named = finder.catalogue.get_many(understanding.entities.skus, language)
    skus = tuple(one.sku for one in named if one.sku.lower() in written or words & frozenset(terms(one.title)))
    kinds = (kind for kind in understanding.entities.categories if finder.goods.members(kind) or beside)
    kind = next(
        (kind for kind in kinds if any(name.lower() in written for name in finder.goods.names_of(kind, language))), None
    )
    if not skus:
        of_kind = tuple(sorted(finder.goods.members(kind)))
        skus = of_kind if kind else (context.page_sku,) if context.page_sku else _in_view(finder, state, language)
    return finder.catalogue.get_many(finder.goods.one_of_each_line(skus), language)


def _in_view(finder: ProductFinder, state: DialogueState, language: LanguageCode) -> tuple[str, ...]:
    asked = (state.last_question or "").lower()
    shown = finder.catalogue.get_many(state.skus, language)
    return tuple(one.sku for one in shown if one.title.lower() in asked) or state.skus
