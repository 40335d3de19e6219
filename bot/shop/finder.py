"""From a wish in words and constraints to ranked products, and to what may be said of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

from bot.generation.brief import ComparisonTable
from bot.shop.catalogue import Catalogue, in_language, product_evidence, sku_of
from bot.shop.comparison import advantages, comparison_table
from bot.shop.product_search import Wish, in_category, search_products
from bot.shop.recommender import Recommender, reason
from bot.shop.reviews import OpinionReader
from bot.types import Evidence, LanguageCode, Product
from knowledge_base.types import SearchHit

_PROBABLE = 0.08
_SHARED_WORDS = 0.05
_STANDS_OUT = 0.1
_BESIDE_THE_BEST = 0.4
_SPREAD = 12  # ranked candidates among which a price range is spread


@dataclass(frozen=True, slots=True)
class Selection:
    """Products to show, best first. ``relaxed`` as in :class:`bot.shop.product_search.Found`."""

    products: tuple[Product, ...]
    relaxed: tuple[str, ...] = ()


class ProductFinder:
    """Finds products for a wish and words what is known of them."""

    def __init__(self, catalogue: Catalogue, opinions: OpinionReader, recommender: Recommender) -> None:
        self.catalogue = catalogue
        self._opinions = opinions
        self._recommender = recommender

    def relevance(self, hits: Sequence[SearchHit]) -> dict[str, float]:
        """SKU → strength in [0, 1] for the product hits not far behind the best one; empty where none is likely to fit.

        A hit counts when it probably answers, shares words, or stands out from the others in meaning: a probability learnt
        on passages alone is too strict for a few words about a need.
        """
        usual = median(hit.dense for hit in hits) if hits else 0.0
        strengths: dict[str, float] = {}
        for hit in hits:
            meant = max(hit.dense - usual, 0.0)
            sku = sku_of(hit.chunk.location)
            if sku and (hit.score >= _PROBABLE or hit.lexical >= _SHARED_WORDS or meant >= _STANDS_OUT):
                strength = min((hit.score + hit.lexical + meant) / 3, 1.0)
                strengths[sku] = max(strengths.get(sku, 0.0), strength)
        floor = _BESIDE_THE_BEST * max(strengths.values(), default=0.0)
        return {sku: strength for sku, strength in strengths.items() if strength >= floor}

    def known_category(self, category: str | None) -> str | None:
        """``category`` if any product is in it."""
        families = self.catalogue.families().values()
        known = category and any(in_category(product, category) for family in families for product in family)
        return category if known else None

    def category_names(self, category: str | None) -> tuple[str, ...]:
        """What the category is called in the rows, of either language, of the products that are in it."""
        if category is None:
            return ()
        inside = (rows for rows in self.catalogue.families().values() if any(in_category(row, category) for row in rows))
        return tuple(sorted({row.category for rows in inside for row in rows if row.category}))

    def find(
        self,
        wish: Wish,
        relevance: Mapping[str, float],
        language: LanguageCode,
        limit: int,
        without: Collection[str] = (),
        spread: bool = False,
    ) -> Selection:
        """At most ``limit`` products. ``spread`` takes them over the price range, cheapest first, instead of the best alone."""
        families = self.catalogue.families()
        pool: Collection[str] = families if wish.category or not relevance else relevance
        wish = replace(wish, category_names=self.category_names(wish.category))
        found = search_products(families, wish, [sku for sku in pool if sku not in without])
        products = [in_language(families[sku], language) for sku in found.skus]
        wanted = max(limit, _SPREAD) if spread else limit
        ranked = self._recommender.rank(products, relevance, self._opinions.opinions(), wanted)
        return Selection(over_price_range(ranked, limit) if spread else ranked, found.relaxed)

    def evidence(self, products: Sequence[Product], language: LanguageCode) -> tuple[Evidence, ...]:
        """What may be said of each product, in its order."""
        ratings = self._opinions.opinions().ratings
        return tuple(product_evidence(product, language, ratings.get(product.sku)) for product in products)

    def table(self, products: Sequence[Product], language: LanguageCode) -> ComparisonTable:
        """The products side by side."""
        return comparison_table(products, self._opinions.opinions(), language)

    def advantages(self, products: Sequence[Product], language: LanguageCode) -> tuple[str, ...]:
        """What each product alone is best at, in its order."""
        return advantages(products, self._opinions.opinions(), language)

    def reasons(self, products: Sequence[Product], wish: Wish, language: LanguageCode) -> tuple[str, ...]:
        """Why each product is there, in its order."""
        families, opinions = self.catalogue.families(), self._opinions.opinions()
        return tuple(reason(families[product.sku], product, wish, opinions, language) for product in products)


def over_price_range(ranked: Sequence[Product], limit: int) -> tuple[Product, ...]:
    """The best-ranked product of each of ``limit`` price bands of equal size, cheapest first."""
    by_price = sorted(ranked, key=lambda product: (product.price is None, product.price or 0.0))
    size = max(len(by_price) / limit, 1.0)
    bands = [by_price[round(n * size) : round((n + 1) * size)] for n in range(min(limit, len(by_price)))]
    place = {product.sku: n for n, product in enumerate(ranked)}
    return tuple(min(band, key=lambda product: place[product.sku]) for band in bands if band)
