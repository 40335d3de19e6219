"""Whether something comes with a product, from what its own text lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.generation.brief import Line
from bot.shop.denials import DENIES
from bot.shop.finder import ProductFinder
from bot.skills.outcome import Outcome, Skill, TurnContext, asked_alone, brief_for, in_view
from bot.skills.product_asked import products_asked
from bot.text.inclusion import asks_to_buy, bare, included_asked, is_near, lists_of, sentence_naming
from bot.text.terms import terms
from bot.types import DialogueState, LanguageCode, Product, Understanding

_ALL: dict[LanguageCode, str] = {"zh": "{kind}附送什么？", "en": "What comes with the {kind}?"}
_MOST = 3
_WORTH_QUOTING = 0.12


class IncludedSkill:
    """Tells what a product's own text says of a thing that may come with it, else what documents do, else that none does.

    Every other question goes to ``otherwise``.
    """

    def __init__(self, finder: ProductFinder) -> None:
        self._finder = finder

    def prepare(self, understanding: Understanding, state: DialogueState, context: TurnContext, otherwise: Skill) -> Outcome:
        """See the class. Of a kind of goods it tells for each, where there are but a few."""
        language = understanding.language.code
        thing = included_asked(understanding.text, language)
        products = products_asked(self._finder, understanding, state, context, thing) if thing is not None else ()
        if thing is None or not 0 < len(products) <= _MOST:
            return otherwise.prepare(understanding, state, context)
        lines = tuple(_named(product, thing, understanding) for product in products)
        if any(lines):
            told = (line or _unnamed(product, thing, language) for product, line in zip(products, lines, strict=True))
            return self._told(tuple(told), products, understanding, state, context)
        found = otherwise.prepare(understanding, state, context)
        if not thing or _speaks_of(found, thing):
            return found
        if quoted := _quoted(found):
            return quoted
        kind = self._finder.goods.kind_of(products[0].sku) or products[0].category
        of_kind = asked_alone(understanding, _ALL[language].format(kind=kind), "product_question")
        if _speaks_of(general := otherwise.prepare(of_kind, state, context), thing):
            return general
        told = (_unnamed(product, thing, language) for product in products)
        return self._told(tuple(told), products, understanding, state, context)

    def _told(
        self,
        lines: tuple[Line, ...],
        products: Sequence[Product],
        understanding: Understanding,
        state: DialogueState,
        context: TurnContext,
    ) -> Outcome:
        brief = replace(
            brief_for("answer", understanding, context),
            evidence=self._finder.evidence(products, understanding.language.code),
            products=tuple(products),
            lines=lines,
        )
        kept = in_view(tuple(product.sku for product in products), understanding, state)
        return Outcome(brief, replace(state, skus=kept, asks=(), failures=0), 1.0)


def _named(product: Product, thing: str, understanding: Understanding) -> Line | None:
    """What a product's text says of the thing, or of all that comes with it; None where it says nothing."""
    language = understanding.language.code
    if not thing:
        listed = ("；" if language == "zh" else "; ").join(lists_of(product.description, language))
        return Line.of("comes_with", title=product.title, said=listed) if listed else None
    said, outright = sentence_naming(thing, product.description) or ("", False)
    yes = outright and not (DENIES.search(said) or asks_to_buy(understanding.text))
    phrase = "included" if yes else "comes_with"
    return Line.of(phrase, title=product.title, said=said) if said else None


def _unnamed(product: Product, thing: str, language: LanguageCode) -> Line:
    """What a product's text lists beside a thing that it does not name: one like it, else without it."""
    listed = lists_of(product.description, language)
    if near := next((one for one in listed if is_near(thing, one)), None):
        return Line.of("comes_with", title=product.title, said=near)
    if listed:
        return Line.of("not_included", title=product.title, said=("；" if language == "zh" else "; ").join(listed), thing=thing)
    return Line.of("not_mentioned", title=product.title, thing=thing)


def _quoted(found: Outcome) -> Outcome | None:
    """A decline beside the likeliest row of the other language, where words alone cannot tell whether it names the thing."""
    rows = (item for item in found.brief.related or () if item.question and item.language != found.brief.language)
    likely = max(rows, key=lambda item: item.score, default=None)
    if found.brief.action != "decline" or likely is None or likely.score < _WORTH_QUOTING:
        return None
    return replace(found, brief=replace(found.brief, evidence=(likely,)))


def _speaks_of(found: Outcome, thing: str) -> bool:
    """Whether an answer, or what is told instead of one, rests on a document that names the thing."""
    first = next(iter(found.brief.evidence), None)
    if found.brief.action not in ("answer", "decline") or first is None or first.kind == "product":
        return False
    said, wanted = f"{first.question or ''} {first.text}", frozenset(terms(bare(thing)))
    foreign = found.brief.action == "decline" and first.language != found.brief.language  # quoted, for the customer to judge
    return foreign or thing in said or (thing.isascii() and bool(wanted) and wanted <= frozenset(terms(said)))
