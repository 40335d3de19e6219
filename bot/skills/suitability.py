"""Which products the shop itself says are not for what is asked."""

from __future__ import annotations

from collections.abc import Collection

from bot.shop.attributes import mentions
from bot.shop.catalogue import in_language
from bot.shop.denials import denies
from bot.shop.finder import ProductFinder
from bot.skills.wishes import for_somebody_grown, is_gift
from bot.types import Product, Understanding


def unsuited(finder: ProductFinder, pool: Collection[str], understanding: Understanding) -> frozenset[str]:
    """Those of ``pool`` that deny what is asked, or that are for children where a present is for somebody grown.

    None where that would leave nothing.
    """
    families, language, text = finder.catalogue.families(), understanding.language.code, understanding.question
    grown = is_gift(text) and for_somebody_grown(text)

    def unfit(product: Product) -> bool:
        return denies(product, text) or (grown and mentions(product.title, "children"))

    found = frozenset(sku for sku in pool if sku in families and unfit(in_language(families[sku], language)))
    return found if len(found) < len(pool) else frozenset()
