"""Several products named in one sentence: each side of "X or Y", "X 和 Y 哪个好" is read by itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from bot.shop.attributes import split_name
from bot.shop.ranking import asked_ranking
from bot.shop.variants import VARYING
from bot.text.phrases import Token, tokenise
from bot.types import Constraint, LanguageCode
from bot.understanding.category_mentions import find_categories
from bot.understanding.constraints import find_constraints
from bot.understanding.lexicon import BRAND, CatalogueLexicon
from bot.understanding.product_mentions import by_coined_name, by_own_word, find_products, in_category_skus, narrowed

MOST_SIDES = 4
_WORDS_OF_A_SIDE = 4
_COMPARES = re.compile(
    r"\b(?:compare\w*|comparison|differen\w+|differ|vs\.?|versus|better|which)\b|\b\w+er than\b|区别"
    r"|不同|差别|差异|对比|比较|比起|相比"
    r"|哪个|哪款|哪种|怎么选|还是|差在哪|比一比|比比|PK",
    re.IGNORECASE,
)
_ASKS_DIFFERENCE = re.compile(
    r"(?:到底|都)?[有是]?(?:什么|啥|哪些|多大)?的?(?:区别|不同|差别|差异)(?:在哪儿?里?|是什么|大不大)?[吗呢啊呀]?|(?:到底)?差在哪儿?里?"
)
"""The whole of what asks for a difference, which no title has: 有什么区别."""
_OR = re.compile(r"\bor\b", re.IGNORECASE)
"""Beside what goods are to be first in, a choice: "what's cheaper, the kettle or the pan"."""
_BETWEEN = re.compile(
    r"\s*(?:\b(?:vs\.?|versus|and|with|or|to|than)\b|,|、|和|跟|与|还是|对比|比起|比(?!较)|PK)\s*", re.IGNORECASE
)

_FOR_WHAT = re.compile(r"(?<=[^\s，。])(?:哪[个款种]|谁)(?:更|比较|最)?(?:适合|能|可以|配).*")
"""What one of them is to be for, which is none of them: 卸妆油和卸妆水哪个适合防水睫毛膏."""


def compared_products(
    text: str, language: LanguageCode, lexicon: CatalogueLexicon, everyday: Callable[[str], bool] = lambda _: True
) -> tuple[str, ...]:
    """One SKU for each side of a comparison, in the order of the text; empty where fewer than two sides name a product.

    A side may be a title, a word of one that is not ``everyday`` ("the Malham"), or a kind with what tells it apart ("the 3 L
    rice cooker"); the next sides may leave the kind out.
    """
    between = _COMPARES.search(text) or (asked_ranking(text) and _OR.search(text))
    if not lexicon.skus or not (between or is_choice(text)):
        return ()
    sides = [_FOR_WHAT.sub("", side) for side in _BETWEEN.split(text) if side.strip()][: 3 * MOST_SIDES]
    if len(sides) < 2:
        return ()
    found: list[str] = []
    wished: list[tuple[Constraint, ...]] = []
    kind = next(iter(find_categories(tokenise(text), language, lexicon)), None)
    for side in sides:
        tokens = tokenise(side)
        constraints = find_constraints(side, tokens, language, lexicon.attributes)
        wished.append(tuple(constraints))
        kind = next(iter(find_categories(tokens, language, lexicon)), kind)
        skus, _ = find_products(side, tokens, lexicon, constraints)
        skus = skus or by_coined_name(tokens, lexicon, everyday)
        sku = _one(skus, lexicon) or _described(kind, constraints, lexicon) or _one(by_own_word(_alone(side), lexicon), lexicon)
        if sku and sku not in found:
            found.append(sku)
    if len(found) < 2 and kind is None:
        found = _with_each_value(wished, lexicon)
    return tuple(found[:MOST_SIDES]) if len(found) >= 2 else ()


def _with_each_value(wished: Sequence[Sequence[Constraint]], lexicon: CatalogueLexicon) -> list[str]:
    """A product with each of the values of one trait that the sides name, of one category if there is one: 月抛和日抛.

    None where a side names no value of that trait, or where it is a colour or a size, which all kinds of goods have.
    """
    told = [next((one for one in side if one.attribute != BRAND and not one.negated), None) for side in wished]
    values = [one for one in told if one is not None]
    if len(values) < 2 or len({one.attribute for one in values}) > 1 or split_name(values[0].attribute)[0] in VARYING:
        return []
    having = [narrowed(tuple(lexicon.families), [one], lexicon) for one in values]
    category = {sku: rows[0].category for sku, rows in lexicon.families.items()}
    shared = set.intersection(*({category[sku] for sku in skus} for skus in having))
    chosen = [_one([sku for sku in skus if category[sku] in shared] or skus, lexicon) for skus in having]
    return [sku for sku in dict.fromkeys(chosen) if sku] if all(len(skus) < len(lexicon.families) for skus in having) else []


def compares(text: str) -> bool:
    """Whether a message asks for a comparison in as many words."""
    return _COMPARES.search(text) is not None


def is_choice(text: str) -> bool:
    """Whether a message is nothing but a choice between two things: "Brio or Stella?"."""
    sides = [side.split() for side in text.lower().split(" or ")]
    asks = sides[0][:1] and sides[0][0] in {"do", "does", "have", "is", "are", "can", "could", "will"}
    return len(sides) == 2 and not asks and all(0 < len(side) <= _WORDS_OF_A_SIDE for side in sides)


def _alone(side: str) -> list[Token]:
    """The words of a side without those that ask for the comparison."""
    return tokenise(_COMPARES.sub(" ", _ASKS_DIFFERENCE.sub(" ", side)))


def _described(kind: str | None, constraints: Sequence[Constraint], lexicon: CatalogueLexicon) -> str | None:
    """The product that a kind and what is said of it name, if these leave one line of products."""
    if kind is None or not constraints:
        return None
    inside = in_category_skus(kind, lexicon)
    left = narrowed(inside, constraints, lexicon)
    return _one(left, lexicon) if len(left) < len(inside) and len({lexicon.lines[sku] for sku in left}) == 1 else None


def _one(skus: Sequence[str], lexicon: CatalogueLexicon) -> str | None:
    """The first of ``skus`` that can be bought, else the first."""
    return next((sku for sku in skus if lexicon.families[sku][0].stock != 0), next(iter(skus), None))
