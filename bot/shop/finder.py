"""From a wish in words and constraints to ranked products, and to what may be said of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median
from types import MappingProxyType

from bot.shop.assortment import Assortment
from bot.shop.attributes import find_value
from bot.shop.bundle import Bundle, best_bundle
from bot.shop.catalogue import Catalogue, in_language, product_evidence, sku_of
from bot.shop.comparison import ComparisonTable, advantages, comparison_table, drawbacks
from bot.shop.product_search import Family, Wish, satisfies, search_products
from bot.shop.recommender import Recommender, reason
from bot.shop.relaxation import beyond_the_budget, change_words, smallest_change
from bot.shop.reviews import OpinionReader, Opinions
from bot.shop.tastes import Tastes
from bot.shop.variants import VARYING, line_of
from bot.types import Constraint, Evidence, LanguageCode, Product
from knowledge_base.types import SearchHit

BELOW = "below"
"""What a selection is said to be where all of it costs less than the sum that somebody would spend."""
_PROBABLE = 0.08
_SHARED_WORDS = 0.05
_STANDS_OUT = 0.1
_BESIDE_THE_BEST = 0.4
_JUST_ENOUGH = 0.25
_SPREAD = 12  # ranked candidates among which a price range is spread


@dataclass(frozen=True, slots=True)
class Selection:
    """Products to show, best first. ``relaxed`` as in :class:`bot.shop.product_search.Found`; ``change`` is it in words."""

    products: tuple[Product, ...]
    relaxed: tuple[str, ...] = ()
    change: str | None = None


class ProductFinder:
    """Finds products for a wish and words what is known of them."""

    def __init__(
        self, catalogue: Catalogue, opinions: OpinionReader, recommender: Recommender, tastes: Tastes | None = None
    ) -> None:
        self.catalogue = catalogue
        self.goods = Assortment(catalogue)
        self._opinions = opinions
        self._recommender = recommender
        self._tastes = tastes

    @property
    def seen(self) -> tuple[object, object]:
        """The catalogue and the opinions of now: what is known of products stays the same while these are the same objects."""
        return self.catalogue.families(), self._opinions.opinions()

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

    def expected(self, customer: str | None, skus: Sequence[str]) -> Mapping[str, float]:
        """How likely each product is wanted next; see :meth:`bot.shop.tastes.Tastes.expected`."""
        return self._tastes.expected(customer, skus) if self._tastes else {}

    def bought(self, customer: str | None) -> frozenset[str]:
        """See :meth:`bot.shop.tastes.Tastes.bought`."""
        return self._tastes.bought(customer) if self._tastes and customer else frozenset()

    def opinions(self) -> Opinions:
        """What buyers think and buy."""
        return self._opinions.opinions()

    def find(
        self,
        wish: Wish,
        relevance: Mapping[str, float],
        language: LanguageCode,
        limit: int,
        without: Collection[str] = (),
        spread: bool = False,
        expected: Mapping[str, float] = MappingProxyType({}),
    ) -> Selection:
        """At most ``limit`` products. ``spread`` takes them over the price range, cheapest first, instead of the best alone.

        ``expected`` as in :meth:`bot.shop.recommender.Recommender.rank`. What the owner excludes is never among them.
        """
        families = self.catalogue.families()
        pool: Collection[str] = self._pool(wish, relevance)
        excluded = self._recommender.rules.excluded
        candidates = [sku for sku in pool if sku not in without and not excluded(families.get(sku, ()))]
        wanted = replace(wish, category=None, constraints=tuple(one for one in wish.constraints if not one.soft))
        found = search_products(families, wanted, candidates)
        if not found.skus and (below := self._below(wanted, candidates)):
            return Selection(tuple(in_language(families[sku], language) for sku in below[:limit]), (BELOW,))
        if not found.skus:
            found = smallest_change(families, candidates, wanted)
        if len(found.relaxed) > 1 and "budget" in found.relaxed:
            found = beyond_the_budget(families, candidates, wanted) or found
        if not found.skus and wish.category and wish.budget:
            found = smallest_change(families, candidates, replace(wanted, budget=None))
            found = replace(found, relaxed=(*found.relaxed, "budget"))
        skus = found.skus
        if found.relaxed == ("stock",):
            buyable = [sku for sku in candidates if sku in families and families[sku][0].stock != 0]
            variants = {product.sku for product in self.goods.variants(skus[0])}
            instead = [sku for sku in buyable if sku in variants] or smallest_change(families, buyable, wanted).skus
            skus = (*skus[:1], *instead[: limit - 1])
            return Selection(tuple(in_language(families[sku], language) for sku in skus), found.relaxed)
        products = [in_language(families[sku], language) for sku in skus]
        nearest = in_language(families[found.nearest], language) if found.nearest else None
        change = change_words(nearest, wanted, found.relaxed, language) if nearest else None
        if "budget" in found.relaxed:
            cheapest_first = sorted(products, key=lambda product: product.price or 0.0)
            return Selection(tuple(cheapest_first[:limit]), found.relaxed, change)
        most = max(limit, _SPREAD) if spread else limit
        liked = self._with_soft_wishes(wish, skus, expected)
        if spread:
            products = self._one_of_each_line(products, relevance, liked)
        ranked = self._recommender.rank(products, relevance, self._opinions.opinions(), most, liked)
        if nearest and change:
            ranked = (nearest, *(product for product in ranked if product.sku != nearest.sku))[:limit]
        return Selection(over_price_range(ranked, limit) if spread and not found.relaxed else ranked, found.relaxed, change)

    def _below(self, wanted: Wish, candidates: Sequence[str]) -> Sequence[str]:
        """What meets every wish where all of it costs less than the sum that somebody would spend: the nearest to it first."""
        if wanted.budget is None or None in wanted.budget:
            return ()
        families = self.catalogue.families()
        cheaper = search_products(families, replace(wanted, budget=(None, wanted.budget[1])), candidates).skus
        return sorted(cheaper, key=lambda sku: (-(families[sku][0].price or 0.0), sku))

    def _one_of_each_line(
        self, products: Sequence[Product], relevance: Mapping[str, float], expected: Mapping[str, float]
    ) -> list[Product]:
        """The best of the variants of each product: a choice of colours is not a choice of products."""
        scores = self._recommender.scores(products, relevance, self._opinions.opinions(), expected)
        best: dict[str, Product] = {}
        for product in sorted(products, key=lambda one: (-scores[one.sku], one.sku)):
            best.setdefault(line_of(self.catalogue.families()[product.sku][0]), product)
        return list(best.values())

    def _with_soft_wishes(self, wish: Wish, skus: Sequence[str], expected: Mapping[str, float]) -> Mapping[str, float]:
        """``expected`` with as much again for what would be nice to have, a little for serving no more people than asked."""
        soft = [one for one in wish.constraints if one.soft]
        just = [replace(one, relation="<=") for one in wish.constraints if one.unit == "people" and one.relation == "="]
        if not (soft or just):
            return expected
        families = self.catalogue.families()
        met = {sku: _share(families[sku], soft) + _JUST_ENOUGH * _share(families[sku], just) for sku in skus}
        return {sku: expected.get(sku, 0.0) + met[sku] for sku in skus}

    def bundle(
        self, wish: Wish, kinds: Sequence[Collection[str]], relevance: Mapping[str, float], language: LanguageCode
    ) -> Bundle | None:
        """The best set of one product of each kind within the budget; see :func:`bot.shop.bundle.best_bundle`.

        ``kinds`` are the SKUs of each. A wish binds the kinds that have a product which meets it.
        """
        families, opinions = self.catalogue.families(), self._opinions.opinions()
        choices = []
        for kind in kinds:
            able = [sku for sku in sorted(kind) if not self._recommender.rules.excluded(families[sku])]
            for constraint in wish.constraints:
                fitting = [sku for sku in able if satisfies(families[sku], constraint)]
                able = fitting or able
            found = search_products(families, Wish(currency=wish.currency, budget=(None, None)), able).skus
            products = [in_language(families[sku], language) for sku in found]
            scores = self._recommender.scores(products, relevance, opinions)
            choices.append([(product, scores[product.sku]) for product in products])
        return best_bundle(choices, wish.budget[1] if wish.budget else None)

    def _pool(self, wish: Wish, relevance: Mapping[str, float]) -> Collection[str]:
        """A category's products, else those that the words fit, else all, sorted where it matters to later choices."""
        if wish.category:
            return sorted(self.goods.members(wish.category))
        return relevance or self.catalogue.families()

    def evidence(self, products: Sequence[Product], language: LanguageCode) -> tuple[Evidence, ...]:
        """What may be said of each product, in its order."""
        ratings = self._opinions.opinions().ratings
        return tuple(
            product_evidence(product, language, ratings.get(product.sku), self._others(product, language))
            for product in products
        )

    def _others(self, product: Product, language: LanguageCode) -> dict[str, tuple[str, ...]]:
        """Which further colours and sizes there are, by attribute."""
        families = self.catalogue.families()
        further: dict[str, dict[str, None]] = {}
        for other in self.goods.variants(product.sku):
            row = in_language(families.get(other.sku, (other,)), language)
            for name in VARYING:
                value, own = find_value(row.attributes, name), find_value(product.attributes, name)
                if value and own and value != own:
                    further.setdefault(name, {})[value] = None
        return {name: tuple(values) for name, values in further.items()}

    def table(self, products: Sequence[Product], language: LanguageCode, wanted: Sequence[str] = ()) -> ComparisonTable:
        """The products side by side, the attributes ``wanted`` first."""
        return comparison_table(products, self._opinions.opinions(), language, wanted)

    def drawbacks(self, products: Sequence[Product], wanted: Sequence[str], language: LanguageCode) -> tuple[str, ...]:
        """What each product lacks beside the others, in its order."""
        return drawbacks(products, wanted, self._opinions.opinions(), language)

    def advantages(self, products: Sequence[Product], language: LanguageCode) -> tuple[str, ...]:
        """What each product alone is best at, in its order."""
        return advantages(products, self._opinions.opinions(), language)

    def reasons(
        self,
        products: Sequence[Product],
        wish: Wish,
        language: LanguageCode,
        looked_at: Sequence[str] = (),
        asked: Sequence[str] = (),
    ) -> tuple[str, ...]:
        """Why each is there, in its order, with the attributes ``asked`` for; it may be bought together with ``looked_at``."""
        families, opinions = self.catalogue.families(), self._opinions.opinions()

        def beside(product: Product) -> str | None:
            sku = next((one for one in looked_at if product.sku in dict(opinions.together.get(one, ()))), "")
            return self.catalogue.title_of(sku, language)

        rows = ((families.get(product.sku, (product,)), product) for product in products)
        return tuple(reason(family, one, wish, opinions, language, beside(one), asked) for family, one in rows)


def _share(family: Family, constraints: Sequence[Constraint]) -> float:
    """How many of the constraints the product meets, from 0 to 1."""
    return sum(satisfies(family, one) for one in constraints) / len(constraints) if constraints else 0.0


def over_price_range(ranked: Sequence[Product], limit: int) -> tuple[Product, ...]:
    """The best-ranked product of each of ``limit`` price bands of equal size, cheapest first."""
    by_price = sorted(ranked, key=lambda product: (product.price is None, product.price or 0.0))
    size = max(len(by_price) / limit, 1.0)
    bands = [by_price[round(n * size) : round((n + 1) * size)] for n in range(min(limit, len(by_price)))]
    place = {product.sku: n for n, product in enumerate(ranked)}
    return tuple(min(band, key=lambda product: place[product.sku]) for band in bands if band)
