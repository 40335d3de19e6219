"""Questions about a product's price and stock: which one is meant, and what there is instead of what is sold out."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.policy.doubts import SURELY_ANSWERED
from bot.policy.intents import PRODUCT_INTENTS, is_of_service
from bot.policy.needs import asked_to_be_in
from bot.policy.patterns import ABOUT_IT, ASKS_ABOUT, ASKS_PRICE, WHICH_VARIANTS
from bot.shop.asked_attribute import asks_stock
from bot.shop.attributes import find_value, mentions
from bot.shop.finder import ProductFinder
from bot.shop.graph import ProductGraph
from bot.shop.product_search import Wish, satisfies
from bot.shop.variants import OF_COLOUR, choice_of, line_of
from bot.skills.measure_answers import MeasureAnswers
from bot.skills.outcome import Outcome, Skill, TurnContext, brief_for
from bot.skills.stand_ins import StandIns
from bot.skills.variant_answers import VariantAnswers
from bot.text.question_type import question_parts, question_types
from bot.text.terms import concepts, terms
from bot.types import DialogueState, Product, Understanding

_LISTED = frozenset({"price_promotion", "stock"})
_POINTS = re.compile(
    r"\b(?:it|this|that|these|those|they|the \w+ one|this one)\b|^(?:how much|in stock|available|what"
    r" colou?rs?|how heavy|how big)\b[^a-z]*$"
    r"|它|这[个款件种]|那[个款件种]|第[一二三四五][个款件种]|^(?:还?有货|多少钱|多重|多大|有什么颜色|有货吗)[吗呢?？]*$",
    re.IGNORECASE,
)
_IF_THERE = re.compile(
    r"\b(?:do (?:you|u) (?:have|sell|carry|stock|do)|does it come|do they come|come in|available|in stock|got"
    r"|is there|are there|any)\b"
    r"|有.{0,12}[吗么嘛]|有没有|有货|现货|还有",
    re.IGNORECASE,
)
_WHETHER = re.compile(
    r"\b(?:do (?:you|u) (?:have|sell|carry)|got any)\b|^(?:你们|店里|请问)?(?:还)?有(?!货"
    r"|现货)(?!.{0,14}(?:能|会|可以|要)[^的\s]{0,4}[吗么嘛])[^\s，,]{2,14}[吗么嘛?？]|有没有(?!货)",
    re.IGNORECASE,
)
_WHEN_BACK = re.compile(
    r"\b(?:when|how (?:long|soon))\b.{0,60}\b(?:back|restock\w*|in stock|available|again)\b"
    r"|(?:什么时候|几时|多久|何时).{0,12}(?:有货|补货|到货|上架)",
    re.IGNORECASE,
)
_BACK = re.compile(
    r"补货|到货|上架|有货|预售|\b(?:back|restock\w*|in stock|available again|arriv\w*|pre-?orders?)\b", re.IGNORECASE
)
_FITS = re.compile(r"\d|\b(?:kid|child|son|daughter|toddler|boy|girl)\b|孩|宝宝|儿子|女儿", re.IGNORECASE)
"""For whom the size is asked: 178 cm, an eight-year-old."""
_OFFERED = re.compile(r"\b(?:comes?|available|do (?:you|u) have|are there|in stock)\b|都?有[哪什几]", re.IGNORECASE)
"""What asks for the sizes that there are, whatever figures the name of the product has."""
_VARIANTS = 6
_ALTERNATIVES = 3
_MORE = 2  # words
_TOLD_OF = frozenset({"date", "duration"})
_BESIDE_DOCUMENTS: dict[str | None, float] = {"unclear": 0.5, "which": SURELY_ANSWERED}
"""How surely documents must answer to go before a question back, and before a list of the products that may be meant."""


class ProductQuestionSkill:
    """Lists the products that a name may mean, offers others for what is sold out, asks which product "it" is.

    Every other question goes to ``otherwise``.
    """

    def __init__(self, finder: ProductFinder, graph: ProductGraph | None = None) -> None:
        self._finder, self._stand_ins = finder, StandIns(finder, graph)
        self._variants, self._measures = VariantAnswers(finder), MeasureAnswers(finder)

    def prepare(self, understanding: Understanding, state: DialogueState, context: TurnContext, otherwise: Skill) -> Outcome:
        """See the class."""
        if asked_to_be_in(understanding):
            return otherwise.prepare(understanding, state, context)
        own = self._measured(understanding, state, context) or self._own(understanding, state, context)
        if own is not None and (own.brief.note not in _BESIDE_DOCUMENTS or _asks_variants(understanding)):
            return own
        answered = otherwise.prepare(understanding, state, context)
        if own is None:
            unknown = answered.brief.abstained or (_asks_when_back(understanding) and not _tells_of_return(answered))
            return (self._unknown_return(understanding, state, context) if unknown else None) or answered
        return answered if answered.brief.action == "answer" and answered.surety >= _BESIDE_DOCUMENTS[own.brief.note] else own

    def _unknown_return(self, understanding: Understanding, state: DialogueState, context: TurnContext) -> Outcome | None:
        """What there is instead of a sold-out product, where nothing tells when it comes back."""
        products = self._finder.catalogue.get_many(understanding.entities.skus, understanding.language.code)
        if understanding.intent.name != "stock" or not products or any(product.stock != 0 for product in products):
            return None
        others = self._stand_ins.of(products[0], understanding.language.code)
        return self._stand_ins.told(products[0], others, understanding, state, context)

    def _measured(self, understanding: Understanding, state: DialogueState, context: TurnContext) -> Outcome | None:
        """Whether the one product that is named measures what is asked for; None for any other question."""
        products = self._finder.catalogue.get_many(understanding.entities.skus, understanding.language.code)
        if len({line_of(product) for product in products}) != 1 or is_of_service(understanding):
            return None
        return self._measures.told(products[0], understanding, state, context)

    def _own(self, understanding: Understanding, state: DialogueState, context: TurnContext) -> Outcome | None:
        skus = understanding.entities.skus or tuple(filter(None, [context.page_sku]))
        products = self._finder.catalogue.get_many(skus, understanding.language.code)
        asks_price = ASKS_PRICE.search(understanding.text[:200]) and not is_of_service(understanding)
        products = products or (self._priced_kind(understanding) if asks_price else ())
        asks_variants = _asks_variants(understanding)
        asks = asks_price or _asks_whether(understanding) or _asks_about(understanding, products)
        if understanding.intent.name not in PRODUCT_INTENTS and not asks_variants and not (products and asks):
            return None
        if not products and asks_variants and understanding.entities.categories:
            inside = self._of_kind(understanding)
            products = tuple(one for one in inside if self._meet((one,), understanding)) or inside
        if not products:
            points = not state.skus and (asks_variants or _POINTS.search(understanding.text[:200]))
            return self._ask_which(understanding, state, context) if points else None
        if len({line_of(product) for product in products}) > 1 and understanding.intent.name in _LISTED:
            return self._list(products, understanding, state, context)
        if asks_price and not _asks_more(understanding.question, products[0]):
            if len({product.price for product in products}) > 1:  # the sizes of one thing
                return self._list(products[:_VARIANTS], understanding, state, context)
            return self._fact(products[:1], understanding, state, context)
        if _asks_when_back(understanding) and all(product.stock for product in products):
            return self._have(products[:1], understanding, state, context)
        if _asks_about(understanding, products):
            return self._described(products, understanding, state, context)
        if asks_variants:
            others = self._finder.goods.variants(products[0].sku)
            line = tuple(dict.fromkeys((*(one.sku for one in products), *(other.sku for other in others))))
            every = self._finder.catalogue.get_many(line[:_VARIANTS], understanding.language.code)
            choice = choice_of(every, understanding.text) if len(every) > 1 else ()
            alone = bool(find_value(every[0].attributes, "size")) and not OF_COLOUR.search(understanding.text)
            asked = ("size",) if alone and len(every) == 1 else ()
            told = self._have(every, understanding, state, context, "variants", asked) if asked or len(every) > 1 else None
            return told and replace(told, brief=replace(told.brief, choice=choice))
        asks_if_there = _asks_if_there(understanding) or self._variants.named_alone(products, understanding)
        return self._whether(products, understanding, state, context) if asks_if_there else None

    def _of_kind(self, understanding: Understanding) -> tuple[Product, ...]:
        """All products of the kind that a message names."""
        members = self._finder.goods.members(understanding.entities.categories[0])
        return self._finder.catalogue.get_many(sorted(members), understanding.language.code)

    def _priced_kind(self, understanding: Understanding) -> tuple[Product, ...]:
        """The only product of a kind that the question for a price names, whatever was told of other kinds before it."""
        asked, language = question_parts(understanding.question)[0], understanding.language.code
        for kind in understanding.entities.categories:
            products = self._finder.catalogue.get_many(sorted(self._finder.goods.members(kind)), language)
            names = (kind, *self._finder.goods.names_of(kind, language))
            if len({line_of(product) for product in products}) == 1 and any(mentions(asked, name) for name in names):
                return products[:1]
        return ()

    def _whether(
        self, products: tuple[Product, ...], understanding: Understanding, state: DialogueState, context: TurnContext
    ) -> Outcome | None:
        """Whether there is such a product; None where more is asked than that."""
        others = self._stand_ins.of(products[0], understanding.language.code) if products[0].stock == 0 else ()
        if others:
            return self._stand_ins.told(products[0], others, understanding, state, context)
        if self._variants.alone(products[0], understanding):
            return self._variants.told(products, understanding, state, context)
        if self._meet(products, understanding) and _asks_whether(understanding):
            return self._have(products, understanding, state, context)
        return None

    def _meet(self, products: tuple[Product, ...], understanding: Understanding) -> bool:
        """Whether the products are as they are asked for: cordless, red."""
        families = self._finder.catalogue.families()
        wished = understanding.entities.constraints
        return all(satisfies(families.get(one.sku, (one,)), constraint) for one in products for constraint in wished)

    def _ask_which(self, understanding: Understanding, state: DialogueState, context: TurnContext) -> Outcome:
        return Outcome(
            brief_for("clarify", understanding, context, ("product",), "unclear"),
            replace(state, asks=("product",)),
        )

    def _list(
        self, products: tuple[Product, ...], understanding: Understanding, state: DialogueState, context: TurnContext
    ) -> Outcome:
        language = understanding.language.code
        brief = replace(
            brief_for("recommend", understanding, context),
            evidence=self._finder.evidence(products, language),
            products=products,
            reasons=self._finder.reasons(products, Wish(), language),
            note="which",
            asks=("product",),
        )
        return Outcome(brief, replace(state, skus=tuple(product.sku for product in products), asks=brief.asks, failures=0))

    def _have(
        self,
        products: tuple[Product, ...],
        understanding: Understanding,
        state: DialogueState,
        context: TurnContext,
        note: str = "have",
        asked: tuple[str, ...] = (),
    ) -> Outcome:
        language, shown = understanding.language.code, products[: _ALTERNATIVES if note == "have" else _VARIANTS]
        brief = replace(
            brief_for("recommend", understanding, context),
            evidence=self._finder.evidence(shown, language),
            products=shown,
            reasons=self._finder.reasons(shown, Wish(), language, asked=asked),
            note=note,
        )
        return Outcome(brief, replace(state, skus=tuple(one.sku for one in shown), asks=(), failures=0))

    def _described(
        self, products: tuple[Product, ...], understanding: Understanding, state: DialogueState, context: TurnContext
    ) -> Outcome:
        """What the shop writes of a product of which nothing in particular is asked."""
        told = self._have(products[:1], understanding, state, context, "about")
        written = products[0].description or told.brief.reasons[0]
        return replace(told, brief=replace(told.brief, reasons=(written,)))

    def _fact(
        self, products: tuple[Product, ...], understanding: Understanding, state: DialogueState, context: TurnContext
    ) -> Outcome:
        """An answer that only the catalogue can give: documents may name another product's figure."""
        language, title = understanding.language.code, products[0].title
        stock = ("有现货吗？" if language == "zh" else "Is it in stock?") if asks_stock(understanding.text[:200]) else ""
        brief = replace(
            brief_for("recommend", understanding, context),
            action="answer",
            question=f"{title}多少钱？{stock}" if language == "zh" else f"How much is the {title}? {stock}".rstrip(),
            evidence=self._finder.evidence(products, language),
            products=products,
        )
        return Outcome(brief, replace(state, skus=tuple(one.sku for one in products), asks=(), failures=0))


def _asks_when_back(understanding: Understanding) -> bool:
    """Whether a message asks when goods are there again, which they may be already."""
    return understanding.intent.name == "stock" and bool(_WHEN_BACK.search(understanding.text[:200]))


def _tells_of_return(answered: Outcome) -> bool:
    """Whether what was found speaks of goods that come in again at all."""
    return any(_BACK.search(f"{item.question or ''} {item.text}") for item in answered.brief.evidence)


def _asks_about(understanding: Understanding, products: tuple[Product, ...]) -> bool:
    """Whether a message asks about a product and names nothing of it: no part, no price, no service."""
    asks = ASKS_ABOUT.search(understanding.text[:200])
    if asks is None or not products:
        return False
    rest = ASKS_ABOUT.sub(" ", understanding.question)
    named = frozenset(terms(" ".join((products[0].title, products[0].brand, *understanding.entities.categories))))
    return all(term in named or any(term in name for name in named) for term in terms(rest))


def _asks_whether(understanding: Understanding) -> bool:
    """Whether it is asked if there are such goods, be it in a follow-up: "what about panniers"."""
    said = (understanding.text, understanding.question if understanding.rewritten else "")
    return any(_WHETHER.search(text[:200]) for text in said)


def _asks_variants(understanding: Understanding) -> bool:
    text = understanding.text[:200]
    if understanding.intent.name == "size_fit" and _FITS.search(text) and not _OFFERED.search(text):
        return False
    return any(WHICH_VARIANTS.search(said[:200]) for said in (understanding.text, understanding.question))


def _asks_if_there(understanding: Understanding) -> bool:
    text = understanding.text[:200]
    if _TOLD_OF & set(question_types(text)):
        return False
    return understanding.intent.name == "stock" or bool(_IF_THERE.search(text) and not ABOUT_IT.search(text))


def _asks_more(question: str, product: Product) -> bool:
    """Whether a question for a price says more than the product's name: a part of it, a repair, an engraving."""
    named = frozenset(terms(f"{product.title} {product.category} {product.brand} {product.sku}"))
    asked = question_parts(question)[0]  # by itself only where it names the product
    more = [
        word
        for word in terms(asked if not named.isdisjoint(terms(asked)) else question)
        if word not in named and not word.isdigit() and "price" not in concepts(word)
    ]
    return len(more) >= _MORE
