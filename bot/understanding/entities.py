"""Everything that a message names, read against the catalogue: numbers, contacts, money, constraints, products."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from bot.shop.asked_attribute import without_attributes
from bot.shop.attributes import split_name
from bot.shop.kinds import kinds_of
from bot.shop.product_search import satisfies
from bot.shop.variants import VARYING
from bot.text.money import read_money
from bot.text.phrases import has_han, plain, singular, tokenise
from bot.text.script import to_simplified
from bot.types import Constraint, Entities, LanguageCode
from bot.understanding.category_mentions import find_categories, wished_categories
from bot.understanding.compared import compared_products, compares
from bot.understanding.constraints import find_constraints
from bot.understanding.han_short_names import HanShortNames
from bot.understanding.han_spelling import HanSpelling
from bot.understanding.identifiers import OrderNumbers, Span, find_emails, find_phones
from bot.understanding.lexicon import BRAND, CatalogueLexicon
from bot.understanding.product_mentions import (
    MOST_MENTIONED,
    by_coined_name,
    by_own_word,
    find_products,
    in_category_skus,
    narrowed,
    with_their_number,
)
from bot.understanding.spelling import Known, Speller

__all__ = ["CatalogueLexicon", "EntityReader"]
NOT_CARRIED = "?"
_PREDICATE = re.compile(
    r"\b(?:must|can|cannot|can't|may|should|will|are|is|need|needs|have|has|do|does|come|comes|cost|costs)\b|[不可能要需必是请]",
    re.IGNORECASE,
)
"""Where a sentence begins to say something of what it opens with: other goods named behind that are not spoken of."""
_BEFORE_GOODS = re.compile(
    r"(?:\W|\b(?:the|an?|our|your|all|any|each|every|both|most|some|only|for)\b)*"
    r"(?:(?!(?:use|using|wash|wipe|clean|rinse|put|keep|dry|store|turn|add|remove|take|send|return|see|choose|buy|get|place|with|in|on"
    r"|to|from|of|by|into|onto)\b)[a-z-]+ )?"
    r"|(?:(?![用把将在装放配拿和与跟对给到从向洗擦倒加换取拔拧打看选买寄退])[\u3400-\u9fff\W]){0,6}",
    re.IGNORECASE,
)
"""What may stand before the goods that a sentence is about: "All synthetic bags", 化纤睡袋; not what is done with them."""
_POINTS = re.compile(r"\bones?\b|[这那]", re.IGNORECASE)
_OPENING = 40  # characters
_MESSAGES, _PASSAGES = 1024, 4096
"""Texts whose entities are kept, and passages and sentences whose subjects."""

_LETTERED = re.compile(r"[a-z]-[a-z]{3,}")
_LETTER_AND_WORD = re.compile(r"(?<![\w'-])([a-z]) ?([a-z]{3,20})(?![\w'-])", re.IGNORECASE)
_POUNDS = re.compile(r"(?<=\d )pounds?\b(?! of\b)|(?<=\d)pounds?\b(?! of\b)", re.IGNORECASE)
_WEIGHS = re.compile(r"\b(?:weigh\w*|weights?|heavy|heavier|lift\w*|lbs?|kg|kilos?)\b", re.IGNORECASE)
"""What tells that pounds are a weight, also where goods are sold for pounds."""


class EntityReader:
    """Reads entities from messages.

    ``order_ids`` are examples of the shop's own order numbers, from which their shape is learnt; without any, the usual
    shapes are found. Reading costs time by the length of the message (the first 2,000 characters), hardly by the catalogue.
    """

    def __init__(
        self,
        lexicon: CatalogueLexicon,
        order_ids: Iterable[str] = (),
        known: Known = lambda _: True,
        everyday: Known = lambda _: True,
    ) -> None:
        """``known`` tells words of both languages and the shop's own; none of those is put right by :meth:`spelt`.

        ``everyday`` tells those of the languages alone; of others, a word may name a product by itself.
        """
        self._everyday = everyday
        self.lexicon = lexicon
        self._english, self._chinese = Speller(lexicon.spelling, known), HanSpelling(lexicon.categories.joined(), known)
        self._joined = _Joined(lexicon.categories.words())
        self._short = HanShortNames(lexicon.categories.joined())
        self.orders = OrderNumbers(order_ids)
        self._remembered = lru_cache(_MESSAGES)(self._read)
        self._subjects = lru_cache(_PASSAGES)(lambda text: frozenset(self._goods(text)))
        self._opens = lru_cache(_PASSAGES)(self._begins_with_goods)

    def read(self, text: str, language: LanguageCode) -> Entities:
        """The entities of ``text``; empty fields where it names none. Never raises, whatever the characters."""
        return self._remembered(text, language)

    def spelt(self, text: str) -> str:
        """``text`` with the names of goods put right that are misspelt, and in full that are told in short."""
        return self._joined.parted(self._english.spelt(self._short.whole(self._chinese.spelt(text))))

    def _read(self, text: str, language: LanguageCode) -> Entities:
        written = to_simplified(plain(text))
        if not written:
            return Entities()
        if self.lexicon.in_pounds and not _WEIGHS.search(written):
            written = _POUNDS.sub(lambda word: "gbp".ljust(len(word[0])), written)
        emails = find_emails(written)
        unmailed = _masked(written, emails)
        tokens = tokenise(unmailed)
        attributes = self.lexicon.attributes
        wished = find_constraints(unmailed, tokens, language, attributes)
        told_apart = [one for one in wished if one.attribute != BRAND]  # by the brand as by any word of a title
        skus, numbers = find_products(unmailed, tokens, self.lexicon, told_apart)
        phones = [phone for phone in find_phones(unmailed) if not _within(phone, numbers)]
        orders = self.orders.find(unmailed, [*phones, *numbers])
        phones = [phone for phone in phones if not _within(phone, orders)]
        rest = _masked(unmailed, [*phones, *orders, *numbers])
        amounts, budget, currency = read_money(rest)
        rest_tokens = tokenise(rest)
        named = tokenise(without_attributes(rest))
        categories, refused = wished_categories(rest, named, language, self.lexicon)
        constraints = (*find_constraints(rest, rest_tokens, language, attributes), *refused)
        if not numbers or len(skus) == 1:  # a model beside a name: pebble and torr f40
            skus = compared_products(unmailed, language, self.lexicon, self._everyday) or skus
        if not numbers:
            skus = skus or self._only_one(categories, constraints)
            skus = skus or self._described(rest, categories, constraints) or self._only_of_brand(categories, constraints)
            skus = skus or narrowed(by_coined_name(rest_tokens, self.lexicon, self._everyday), told_apart, self.lexicon)
            skus = skus or self._only_in_colour(rest, categories, constraints)
            skus = with_their_number(skus, tokens, self.lexicon)
        if self._all_of_brand(skus, categories, constraints):
            skus = ()
        brands = tuple(dict.fromkeys(str(one.value) for one in constraints if one.attribute == BRAND and not one.negated))
        if len(brands) > 1 and len({self.lexicon.lines[sku] for sku in skus}) == 1 and compares(unmailed):
            skus = ()  # of the brands that are compared, one alone has a product that its name tells
        if skus or len(brands) > 1:
            constraints = tuple(one for one in constraints if one.attribute != BRAND)  # goods say theirs; no goods have two
        return Entities(
            order_ids=_values(orders),
            emails=_values(emails),
            phones=_values(phones),
            amounts=amounts,
            budget=budget,
            currency=currency,
            skus=skus,
            categories=categories,
            constraints=constraints,
            brands=brands if len(brands) > 1 and compares(unmailed) else (),
        )

    def subjects(self, text: str) -> frozenset[str]:
        """The goods that ``text`` speaks of: the SKUs of products that it names, in every colour and size, and of the kinds.

        A kind of goods that the shop does not have stands for itself, after :data:`NOT_CARRIED`. There are none without a
        catalogue.
        """
        return self._subjects(text) if self.lexicon.skus else frozenset()

    def opens_with_goods(self, text: str) -> bool:
        """Whether ``text`` begins with goods of the shop, of one kind, so that they are what it is about.

        A list of several kinds may hold for others, too: small appliances, grinders and tents.
        """
        return self._opens(text)

    def _begins_with_goods(self, text: str) -> bool:
        written = to_simplified(plain(text))
        tokens = tokenise(written)
        kinds, codes = self.lexicon.categories.find(tokens), find_products(written, tokens, self.lexicon)[1]
        starts = [*(one.start for one in kinds), *(code.start for code in codes)]
        predicate = _PREDICATE.search(written)
        listed = {one.value for one in kinds if predicate is None or one.start < predicate.start()}
        return (
            len(listed) <= 1
            and bool(starts)
            and min(starts) <= _OPENING
            and _BEFORE_GOODS.fullmatch(written[: min(starts)]) is not None
        )

    def _goods(self, text: str) -> Iterator[str]:
        written = to_simplified(plain(text))
        tokens = tokenise(written)
        named = find_products(written, tokens, self.lexicon)[0]
        for sku in named or by_coined_name(tokens, self.lexicon, self._everyday):
            yield sku
            yield from self.lexicon.lines.get(sku, ())
        for name in find_categories(tokens, "zh" if has_han(written) else "en", self.lexicon):
            yield from in_category_skus(name, self.lexicon) or (NOT_CARRIED + name,)

    def _all_of_brand(self, skus: Sequence[str], categories: Sequence[str], constraints: Sequence[Constraint]) -> bool:
        """Whether ``skus`` are several products that nothing names but their brand and kind: "Sony headphones"."""
        brand = [replace(one, negated=False) for one in constraints if one.attribute == BRAND]
        if not (brand and categories) or len({self.lexicon.lines[sku] for sku in skus}) < 2:
            return False
        inside = [narrowed(in_category_skus(kind, self.lexicon), brand, self.lexicon) for kind in categories]
        if len(inside) > 1 and all(len({self.lexicon.lines[sku] for sku in found}) == 1 for found in inside):
            return False  # "the Tarn torch and the Tarn lantern": each kind names one
        return set(inside[0]) <= set(skus)

    def _only_one(self, categories: Sequence[str], constraints: Sequence[Constraint]) -> tuple[str, ...]:
        """The product that a kind names by itself, because the shop has no other of that kind."""
        members = in_category_skus(categories[0], self.lexicon) if categories else ()
        if len({self.lexicon.lines[sku] for sku in members}) != 1:
            return ()
        return narrowed(members, constraints, self.lexicon)[:MOST_MENTIONED]

    def _only_of_brand(self, categories: Sequence[str], constraints: Sequence[Constraint]) -> tuple[str, ...]:
        """The product that a brand names by itself, because the shop has no other of that brand."""
        brand = [one for one in constraints if one.attribute == BRAND]
        if categories or len(brand) != 1 or brand[0].negated:
            return ()
        found = narrowed(self.lexicon.brands.get(str(brand[0].value).lower(), ()), constraints, self.lexicon)
        return found[:MOST_MENTIONED] if len({self.lexicon.lines[sku] for sku in found}) == 1 else ()

    def _only_in_colour(self, text: str, categories: Sequence[str], constraints: Sequence[Constraint]) -> tuple[str, ...]:
        """The products of the one line that a colour names by itself, because no other comes in it: 豆沙色有货吗.

        "The blue one" points at what was shown.
        """
        colours = [one for one in constraints if split_name(one.attribute)[0] == "color" and not one.negated]
        if categories or len(colours) != 1 or len(constraints) != 1 or _POINTS.search(text):
            return ()
        found = by_own_word(tokenise(colours[0].text), self.lexicon)
        return tuple(sku for sku in found if satisfies(self.lexicon.families[sku], colours[0]))[:MOST_MENTIONED]

    def _described(self, text: str, categories: Sequence[str], constraints: Sequence[Constraint]) -> tuple[str, ...]:
        """The products of the one line that an article, a kind and its measure name: "the 3 L rice cooker"."""
        measures = [one for one in constraints if one.unit and one.relation == "=" and not one.negated]
        if not categories or len(measures) != 1 or not re.search(rf"\b(?:the|your) {re.escape(measures[0].text)}", text, re.I):
            return ()
        found = narrowed(in_category_skus(categories[0], self.lexicon), constraints, self.lexicon)
        return found[:MOST_MENTIONED] if len({self.lexicon.lines[sku] for sku in found}) == 1 else ()

    def variants(self, skus: Sequence[str], constraints: Sequence[Constraint], widely: bool = False) -> tuple[str, ...]:
        """``skus`` with the colour or size that is asked for: one of them that has it, else each one's variant that has it.

        ``widely`` looks among all products of its kind when its line has none. A product stays as it is where nothing has what
        is asked for, or where neither colour nor size is asked for.
        """
        asked = [one for one in constraints if not one.negated and split_name(one.attribute)[0] in VARYING]
        families, known = self.lexicon.families, [sku for sku in skus if sku in self.lexicon.families]
        if not asked or not known:
            return tuple(skus)
        fitting = [sku for sku in known if all(satisfies(families[sku], one) for one in asked)]
        if fitting:
            return tuple(fitting)
        swapped = [
            next((other for other in self.lexicon.lines[sku] if all(satisfies(families[other], one) for one in asked)), None)
            for sku in known
        ]
        found = tuple(sku for sku in swapped if sku)
        return found or (self._of_kind(known[0], asked) if widely else ()) or tuple(skus)

    def _of_kind(self, sku: str, asked: Sequence[Constraint]) -> tuple[str, ...]:
        families = self.lexicon.families
        kinds = sorted((kind for row in families[sku] for kind in kinds_of(row) if len(kind) > 1), key=len, reverse=True)
        for kind in kinds:
            inside = in_category_skus(kind, self.lexicon)
            if found := tuple(other for other in inside if all(satisfies(families[other], one) for one in asked)):
                return found[:MOST_MENTIONED]
        return ()


class _Joined:
    """Names of goods that begin with a letter by itself, which customers write in other ways: ebike, u lock, tshirt."""

    def __init__(self, words: Iterable[str]) -> None:
        self._written = {word.replace("-", ""): word for word in words if _LETTERED.fullmatch(word)}

    def parted(self, text: str) -> str:
        """``text`` with such names as the shop writes them."""
        return _LETTER_AND_WORD.sub(self._part, text) if self._written else text

    def _part(self, match: re.Match[str]) -> str:
        word = f"{match[1]}{match[2]}".lower()
        known = word in self._written or singular(word) in self._written
        return f"{match[1]}-{match[2]}" if known else match[0]


def _values(spans: Sequence[Span]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(span.value for span in spans))


def _within(span: Span, others: Sequence[Span]) -> bool:
    return any(span.start < other.end and other.start < span.end for other in others)


def _masked(text: str, spans: Sequence[Span]) -> str:
    """``text`` with the spans blanked, every other character in its place."""
    for span in spans:
        text = text[: span.start] + " " * (span.end - span.start) + text[span.end :]
    return text
