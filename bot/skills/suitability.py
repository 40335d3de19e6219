"""Which products the shop itself says are not for what is asked."""

from __future__ import annotations

from collections.abc import Collection

from bot.shop.attributes import mentions
from bot.shop.catalogue import in_language
from bot.shop.denials import denies
from bot.shop.finder import ProductFinder
from bot.shop.seasons import out_of_season
from bot.skills.gifts import for_a_child, is_gift
from bot.types import Product, Understanding


def unsuited(
    finder: ProductFinder, pool: Collection[str], understanding: Understanding, giving: bool = False
) -> frozenset[str]:
    """Those of ``pool`` that deny what is asked, are for other seasons, or for children where a present is for none.

    None where that would leave nothing. ``giving``: a present was spoken of before.
    """
    families, language, text = finder.catalogue.families(), understanding.language.code, understanding.question
    grown = (giving or is_gift(text)) and not for_a_child(text)

    def unfit(product: Product) -> bool:
        return denies(product, text) or out_of_season(product, text) or (grown and mentions(product.title, "children"))

    found = frozenset(sku for sku in pool if sku in families and unfit(in_language(families[sku], language)))
    return found if len(found) < len(pool) else frozenset()
