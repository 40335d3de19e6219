"""Which products a question is of, where it may name other things beside them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.shop.finder import ProductFinder
from bot.skills.outcome import TurnContext
from bot.text.terms import terms
from bot.types import DialogueState, Product, Understanding


def products_asked(
    finder: ProductFinder, understanding: Understanding, state: DialogueState, context: TurnContext, beside: str = ""
) -> tuple[Product, ...]:
    """The products, one of each line, that a question names, be it by their kind; else that of the page, or those in view.

    What is named by nothing but ``beside``, such as the thing that may come with it, is none of them.
    """
    language = understanding.language.code
    rest = understanding.question.replace(beside, " ") if beside else understanding.question
    words = frozenset(terms(rest))
    named = finder.catalogue.get_many(understanding.entities.skus, language)
    named = tuple(one for one in named if one.sku.lower() in rest.lower() or words & frozenset(terms(one.title)))
    if named:
        return _one_of_each_line(finder, named)
    shown = (context.page_sku,) if context.page_sku else state.skus
    for kind in understanding.entities.categories:
        members = finder.goods.members(kind)
        if any(name.lower() in rest.lower() for name in finder.goods.names_of(kind, language)) and (members or beside):
            shown = tuple(sorted(members))
    return _one_of_each_line(finder, finder.catalogue.get_many(shown, language))


def _one_of_each_line(finder: ProductFinder, products: Sequence[Product]) -> tuple[Product, ...]:
    kept: list[Product] = []
    known: set[str] = set()
    for product in products:
        if product.sku not in known:
            kept.append(product)
            known |= {product.sku, *(one.sku for one in finder.goods.variants(product.sku))}
    return tuple(kept)
