"""Which products the shop itself says are not for what is asked."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.shop.ages import GROWN_UP, age_in, for_another_age, for_children
from bot.shop.catalogue import in_language
from bot.shop.denials import denies
from bot.shop.finder import ProductFinder
from bot.shop.product_facts import facts_of
from bot.shop.seasons import out_of_season
from bot.skills.gifts import for_a_child, is_gift
from bot.text.own_words import for_beginners
from bot.types import Product, Understanding

_HARDLY = 0.1
_MANY = 3
"""How many times as many goods there are for everybody, where those for children are left out unless one is spoken of."""


def unsuited(
    finder: ProductFinder,
    pool: Collection[str],
    understanding: Understanding,
    giving: bool = False,
    shown: Sequence[str] = (),
    ranked: bool = False,
) -> frozenset[str]:
    """Those of ``pool`` that deny what is asked, or are for other seasons or somebody else.

    For somebody else are all but the children's where a child is spoken of or they alone were ``shown``, and those, being
    few, where none is. None where that would leave nothing. ``giving``: a present was spoken of before; ``ranked``: the
    first of all is asked for in something, such as the cheapest, be it a child's. For a beginner, all that is not said to be
    for one, where something is.
    """
    families, language, text = finder.catalogue.families(), understanding.language.code, understanding.question
    goods = [in_language(families[sku], language) for sku in pool if sku in families]
    age = age_in(text)
    before = finder.catalogue.get_many(shown, language)
    child = for_a_child(text) or (age is not None and age < GROWN_UP) or (bool(before) and all(map(for_children, before)))
    childrens = {product.sku for product in goods if for_children(product)}
    if not (child or giving or is_gift(text)) and (ranked or len(goods) - len(childrens) < _MANY * max(1, len(childrens))):
        childrens = set()  # a shop for families says it of every other thing

    beginner = for_beginners(text, language)
    easy = {product.sku for product in goods if beginner and beginner.search(facts_of(product).words)}

    def unfit(product: Product) -> bool:
        others = childrens and (product.sku not in childrens if child else product.sku in childrens)
        too_old = age is not None and for_another_age(product, age)
        too_hard = bool(easy) and product.sku not in easy
        return denies(product, text) or out_of_season(product, text) or bool(others) or too_old or too_hard

    found = frozenset(product.sku for product in goods if unfit(product))
    return found if len(found) < len(pool) else frozenset()


def easiest(finder: ProductFinder, understanding: Understanding, relevance: dict[str, float]) -> dict[str, float]:
    """What fits; for a beginner who names no kind of goods, all that is said to be for one, where something is."""
    language = understanding.language.code
    pattern = for_beginners(understanding.question, language)
    if pattern is None or understanding.entities.categories or understanding.entities.skus:
        return relevance
    families = finder.catalogue.families()
    fitting = (sku for sku, rows in families.items() if pattern.search(facts_of(in_language(rows, language)).words))
    return {sku: max(relevance.get(sku, 0.0), _HARDLY) for sku in fitting} or relevance
