"""Questions that nothing answers as they stand, but the product in view does, by its record or in its own words."""

from __future__ import annotations

from dataclasses import replace

from bot.generation.alignment import content_words
from bot.generation.brief import Line
from bot.generation.passage import units
from bot.shop.catalogue import in_language
from bot.shop.finder import ProductFinder
from bot.skills.outcome import Outcome, Skill, TurnContext, brief_for, in_view
from bot.skills.product_asked import products_asked
from bot.skills.told_before import MOST_WORDS
from bot.text.own_words import counted, own_text, telling
from bot.text.terms import terms
from bot.types import DialogueState, Product, Understanding
from knowledge_base.sentences import sentences


class OwnWordsSkill:
    """Another skill's outcome, but where that has no answer, what the product in view tells of what is asked.

    A short question is asked of it by its title first (能接手机吗 after a drum kit), then its text is read for it.
    """

    def __init__(self, finder: ProductFinder) -> None:
        self._finder = finder

    def prepare(self, understanding: Understanding, state: DialogueState, context: TurnContext, otherwise: Skill) -> Outcome:
        """See the class."""
        found = otherwise.prepare(understanding, state, context)
        products = products_asked(self._finder, understanding, state, context)
        given_up = found.brief.handover is not None and found.brief.handover.reason == "repeated_failure"
        untold = found.brief.abstained or given_up
        if untold and len(products) == 1 and (told := self._by_title(products[0], understanding, state, context, otherwise)):
            return told
        if untold and (packed := self._packed(understanding)):
            product, line = packed, Line.of("size_variant", title=packed.title)
        elif len(products) == 1 and (untold or self._is_of_others(found, products[0], understanding)):
            product, said = products[0], self._said(products[0], understanding, untold)
            line = Line.of("comes_with", title=product.title, said=said or "")
        else:
            return found
        if "" in dict(line.values).values():
            return found
        brief = replace(
            brief_for("answer", understanding, context),
            evidence=self._finder.evidence((product,), understanding.language.code),
            products=(product,),
            lines=(line,),
        )
        return Outcome(brief, replace(state, skus=in_view((product.sku,), understanding, state), asks=(), failures=0), 1.0)

    def _by_title(
        self, product: Product, understanding: Understanding, state: DialogueState, context: TurnContext, otherwise: Skill
    ) -> Outcome | None:
        """What the record of a product tells where a short question that names nothing is asked of its title."""
        said = understanding.entities
        if understanding.rewritten or said.skus or said.order_ids or len(content_words(understanding.text)) > MOST_WORDS:
            return None
        entities = replace(said, skus=(product.sku,), categories=())
        question = f"{product.title} {understanding.text}"
        found = otherwise.prepare(replace(understanding, question=question, entities=entities, rewritten=True), state, context)
        of_it = found.brief.action == "answer" and all(item.source == product.sku for item in found.brief.evidence)
        return found if of_it and found.brief.evidence else None

    def _is_of_others(self, found: Outcome, product: Product, understanding: Understanding) -> bool:
        """Whether a question that names no goods is answered by a passage that says nothing of those in view."""
        first = next(iter(found.brief.evidence), None)
        said, prose = understanding.entities, found.brief.action == "answer" and first is not None and first.kind != "product"
        if first is None or not prose or said.skus or said.categories or first.question is None:
            return False
        names = frozenset(name for name in terms(self._names(product)) if len(name) > 1)
        return not names & frozenset(terms(f"{first.question} {first.text}"))

    def _names(self, product: Product) -> str:
        return f"{product.title} {product.brand} {product.category} {self._finder.goods.kind_of(product.sku) or ''}"

    def _said(self, product: Product, understanding: Understanding, in_other_words: bool) -> str | None:
        """What the product's text says of the question, in its very words or ``in_other_words`` too."""
        language, question, names = understanding.language.code, understanding.text, self._names(product)
        told = [one.rstrip("。. ") for one in sentences(product.description)]
        own = own_text(question, names)
        patterns = telling(question, names, language) if in_other_words else [own] if own else []
        if in_other_words:
            [record] = self._finder.evidence((product,), language)
            known = (product.description, product.title, product.sku, product.brand, product.category)
            told += [unit.text for unit in units(record.text) if unit.pairs and unit.pairs[0][1] not in known]
        return next((one for pattern in patterns for one in told if pattern.search(one)), None)

    def _packed(self, understanding: Understanding) -> Product | None:
        """The one product whose title tells how many there are of what is asked for: 一套弦有几根, 吉他弦 一套六根."""
        language, number = understanding.language.code, counted(understanding.text)
        if number is None:
            return None
        rows = (in_language(rows, language) for rows in self._finder.catalogue.families().values())
        asked = frozenset(terms(understanding.text))
        found = {row.sku: len(asked & frozenset(terms(row.title))) for row in rows if number.search(row.title)}
        best = [sku for sku, shared in found.items() if shared == max(found.values()) > 0]
        return self._finder.catalogue.get(best[0], language) if len(best) == 1 else None
