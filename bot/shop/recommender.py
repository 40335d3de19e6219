"""Ranking products: what fits the words, what buyers think, what is bought, and not the same thing four times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from bot.shop.attributes import find_value, label, split_name
from bot.shop.product_search import Wish, satisfies
from bot.shop.reviews import WELL_RATED, Opinions, rating_words
from bot.shop.rules import MerchandisingRules
from bot.types import Constraint, LanguageCode, Product
from knowledge_base.sentences import sentences

_RELEVANCE, _RATING, _POPULARITY, _AVAILABILITY = 0.55, 0.25, 0.12, 0.08
_EXPECTED = 0.35
_DIVERSITY = 0.25
_MOST_VARIED = 24  # who asks for more wants them all in order, not a choice; variety costs time by the square
_FEW = 3  # pieces: enough to sell, not enough to lead the list
_ENOUGH_REVIEWS = 2
_SHORT: dict[LanguageCode, int] = {"en": 90, "zh": 40}
"""Characters of a sentence that may say why a product is there, beside its price."""


class Recommender:
    """Orders candidates by relevance, what is likely wanted, rating, popularity, availability and the owner's rules.

    Then variety counts.
    """

    def __init__(self, rules: MerchandisingRules = MerchandisingRules()) -> None:  # noqa: B008
        self.rules = rules

    def rank(
        self,
        products: Sequence[Product],
        relevance: Mapping[str, float],
        opinions: Opinions,
        limit: int,
        expected: Mapping[str, float] = MappingProxyType({}),
    ) -> tuple[Product, ...]:
        """The best ``limit`` products, best first. ``expected``: how likely each is wanted next, in [0, 1].

        Variety is maximal marginal relevance (Carbonell and Goldstein 1998): each next product loses a quarter of its
        likeness to the closest one already taken. More than 24 come by their score alone.
        """
        scores = self.scores(products, relevance, opinions, expected)
        left = sorted(products, key=lambda product: (-scores[product.sku], product.sku))[: limit * 10]
        if limit > _MOST_VARIED:
            return tuple(left[:limit])
        traits = {product.sku: _traits(product) for product in left}
        closest = dict.fromkeys(traits, 0.0)
        taken: list[Product] = []
        while left and len(taken) < limit:
            best = max(left, key=lambda product: scores[product.sku] - _DIVERSITY * closest[product.sku])
            taken.append(best)
            left.remove(best)
            for product in left:
                closest[product.sku] = max(closest[product.sku], _likeness(product, best, traits))
        return tuple(taken)

    def scores(
        self,
        products: Sequence[Product],
        relevance: Mapping[str, float],
        opinions: Opinions,
        expected: Mapping[str, float] = MappingProxyType({}),
    ) -> dict[str, float]:
        """SKU → how well each of the products fits, whatever the others are; see :meth:`rank`."""
        top = max((relevance.get(product.sku, 0.0) for product in products), default=0.0) or 1.0
        return {
            product.sku: self._score(product, relevance.get(product.sku, 0.0) / top, opinions)
            + _EXPECTED * expected.get(product.sku, 0.0)
            + self.rules.bonus((product,))
            for product in products
        }

    def _score(self, product: Product, relevance: float, opinions: Opinions) -> float:
        rating = (opinions.weighted_rating(product.sku) - 1) / 4
        available = 0.0 if product.stock == 0 else 0.5 if product.stock is not None and product.stock <= _FEW else 1.0
        popularity = opinions.popularity.get(product.sku, 0.0)
        return _RELEVANCE * relevance + _RATING * rating + _POPULARITY * popularity + _AVAILABILITY * available


def _likeness(one: Product, other: Product, traits: Mapping[str, set[tuple[str, str]]]) -> float:
    """Share of facts that two products have in common, in [0, 1]; price counts by its ratio."""
    first, second = traits[one.sku], traits[other.sku]
    shared = len(first & second) / len(first | second) if first | second else 0.0
    if not one.price or not other.price:
        return shared
    return 0.7 * shared + 0.3 * min(one.price, other.price) / max(one.price, other.price)


def _traits(product: Product) -> set[tuple[str, str]]:
    named = {("brand", product.brand), ("category", product.category), *product.attributes.items()}
    words = {("word", word) for word in product.title.lower().split()}
    return {(name, value) for name, value in named if value} | words


_FITS: dict[tuple[LanguageCode, bool], str] = {
    ("en", False): "fits your budget",
    ("zh", False): "符合预算",
    ("en", True): "in your price range",
    ("zh", True): "价位相符",
}
"""What is said of a price that is not over the budget; near it, where the customer names about what they would spend."""


def reason(
    family: tuple[Product, ...],
    product: Product,
    wish: Wish,
    opinions: Opinions,
    language: LanguageCode,
    beside: str | None = None,
    asked: Sequence[str] = (),
) -> str:
    """Why a product is there, from its facts alone, in ``language``. ``family`` are its rows in all languages.

    The price is none: it is told beside the reason. ``beside`` is the title of a product that the customer looks at and that is
    often bought together with this one;
    ``asked`` are the attributes that the customer asks for, whatever their values.
    """
    zh = language == "zh"
    parts: list[str] = []
    if product.price is not None and wish.budget and _within(product, wish):
        around = None not in wish.budget  # "about 300": 359 is near it, and over it
        parts.append(_FITS[language, around])
    told = [words for constraint in wish.constraints if (words := _met(family, product, constraint, language))]
    known = {split_name(constraint.attribute)[0] for constraint in wish.constraints} if told else set()
    told += [
        fact_words(name, value, language)
        for name in asked
        if name not in known and (value := find_value(product.attributes, name)) is not None
    ]
    parts += dict.fromkeys(told)
    if beside:
        parts.append(f"常与「{beside}」一起购买" if zh else f"often bought together with the {beside}")
    rating = opinions.ratings.get(product.sku)
    if rating and rating.mean >= WELL_RATED and rating.count >= _ENOUGH_REVIEWS:
        parts.append(f"评分 {rating_words(rating, language)}" if zh else f"rated {rating_words(rating, language)}")
    return ("；" if zh else "; ").join(parts) or own_words(product, language)


def own_words(product: Product, language: LanguageCode, longest: float = 1) -> str:
    """The first sentence that the shop writes of a product in the language of the reply, where it is short.

    ``longest`` is how long it may be, as a multiple of what stands beside a price.
    """
    first = next(iter(sentences(product.description)), "") if product.language == language else ""
    return first.rstrip(".。") if len(first) <= longest * _SHORT[language] else ""


def _within(product: Product, wish: Wish) -> bool:
    least, most = wish.budget or (None, None)
    price = product.price or 0.0
    same = not (wish.currency and product.currency and wish.currency != product.currency)
    return same and (least is None or price >= least) and (most is None or price <= most)


def _met(family: tuple[Product, ...], product: Product, constraint: Constraint, language: LanguageCode) -> str | None:
    """The fact that meets a constraint: ``weight: 1.8 kg``, ``for 4 people``; nothing if unmet or to be avoided."""
    if constraint.negated or not satisfies(family, constraint):
        return None
    value = find_value(product.attributes, constraint.attribute)
    if value is None:
        return None
    return fact_words(constraint.attribute, value, language)


def fact_words(attribute: str, value: str, language: LanguageCode) -> str:
    """One fact as it is told beside a product: ``weight: 1.8 kg``, ``for 4 people``."""
    if split_name(attribute)[0] == "people" and not any(character.isalpha() for character in value):
        return f"适合 {value} 人" if language == "zh" else f"for {value} people"
    name = label(attribute, language)
    return (
        f"{name}：{value}" if language == "zh" else f"{name[:1].lower() if name[1:].islower() else name[:1]}{name[1:]}: {value}"
    )
