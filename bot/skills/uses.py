"""What goods are wanted for, where that is a thing too: "a bag for a laptop", 装电脑的包."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.shop.attributes import mentions
from bot.shop.finder import ProductFinder
from bot.shop.product_facts import facts_of
from bot.shop.product_search import Wish
from bot.skills.gifts import is_gift
from bot.skills.wishes import untold
from bot.text.money import Budget
from bot.types import Product, Understanding

_HARDLY = 0.1
_BEFORE_EN = (
    r"\b(?:for|carr(?:y|ies|ying)|holds?|fits?|charg(?:e|es|ing)|clean(?:s|ing)?|protects?|covers?|takes?|under|into?)"
    r" (?:\w+ ){0,2}?"
)
_BEFORE_ZH, _AFTER_ZH = r"[装放给充擦洗护配挂夹][^，。！？]{0,4}?", r"[^，。！？]{0,2}?[的用]\w"


_OWN_EN = (
    r"\b(?:for (?:an?|the|this|that|your)|my|our|his|her|their)"
    r"(?: (?!(?:and|or|with|plus|an?|the|some|new)\b)[\w£$€.'-]+){0,3}? "
)
_OWN_ZH = r"(?:我们?|[他她]们?|家里?|孩子|女儿|儿子)的[^，。！？和]{0,4}?"


def is_own(text: str, forms: Sequence[str]) -> bool:
    """Whether ``text`` names a thing, under one of ``forms``, as one that somebody has: lights for my daughter's bike."""
    names = rf"(?:{'|'.join(map(re.escape, forms))})"
    return re.search(rf"{_OWN_EN}{names}(?:e?s)?\b|{_OWN_ZH}{names}", text[:300], re.IGNORECASE) is not None


def names_use(text: str, forms: Sequence[str]) -> bool:
    """Whether ``text`` names a thing, under one of ``forms``, as what the goods sought are for."""
    names = rf"(?:{'|'.join(map(re.escape, forms))})"
    pattern = rf"{_BEFORE_EN}{names}s?\b|{_BEFORE_ZH}{names}|{names}{_AFTER_ZH}"
    return re.search(pattern, text[:300], re.IGNORECASE) is not None


def is_not_carried(finder: ProductFinder, understanding: Understanding) -> bool:
    """Whether the message names a kind of thing that the shop has none of, and nothing that it has."""
    said = understanding.entities
    named = bool(said.categories) and not any(map(finder.goods.known, said.categories))
    return named and not said.skus and not is_gift(understanding.text)


def _costs(product: Product, budget: Budget) -> bool:
    """Whether a product costs what somebody would spend."""
    least, most = budget
    return product.price is not None and (least or 0.0) <= product.price <= (most or product.price)


def by_title(
    finder: ProductFinder, understanding: Understanding, relevance: dict[str, float], wish: Wish
) -> tuple[dict[str, float], Wish]:
    """What fits and is wished for, among all goods whose title has the kind in it, where only these tell what is asked for.

    Or where only these cost what somebody would spend.

    "有小孩戴的眼镜吗": what the shop's titles end with is 隐形眼镜, and its frames for children are 儿童眼镜架.
    """
    kind, families = wish.category, finder.catalogue.families()
    inside = finder.catalogue.get_many(sorted(finder.goods.members(kind)), understanding.language.code)
    words = untold(understanding, wish, inside, finder.goods.known)
    unpriced = wish.budget is not None and not any(_costs(one, wish.budget) for one in inside)
    if not kind or not (words or unpriced):
        return relevance, wish
    fitting = {
        sku: relevance.get(sku, 0.0) or _HARDLY
        for sku, rows in families.items()
        if any(mentions(row.title, kind) and all(mentions(facts_of(row).words, word) for word in words) for row in rows)
        and not (unpriced and wish.budget and not _costs(rows[0], wish.budget))
    }
    return (fitting, replace(wish, category=None)) if fitting else (relevance, wish)


def by_use(
    finder: ProductFinder, understanding: Understanding, relevance: dict[str, float], wish: Wish
) -> tuple[dict[str, float], Wish, str | None]:
    """What fits and is wished for, and the kind of the best, where goods are wanted for a thing that none of a kind tells of.

    "A bag for a laptop": the shop's bags are sleeping bags, and its day pack takes a laptop. What is called after the use is
    another thing for it, such as a laptop stand. All as it is, and no kind, where no such use is named or nothing tells of it.
    """
    families, language = finder.catalogue.families(), understanding.language.code
    uses: list[tuple[str, ...]] = []
    inside: set[str] = set()
    for name in understanding.entities.categories:
        forms = finder.goods.names_of(name, language)
        if names_use(understanding.text, forms) and not finder.goods.known(name):
            uses.append(forms)
        else:
            inside |= finder.goods.members(name)

    def tells(text: str) -> bool:
        return all(any(mentions(text, form) for form in forms) for forms in uses)

    if not uses or any(tells(facts_of(row).words) for sku in inside for row in families[sku]):
        return relevance, wish, None
    fitting = {
        sku: strength
        for sku, strength in relevance.items()
        if any(tells(facts_of(row).words) for row in families.get(sku, ()))
        and not any(tells(row.title) for row in families[sku])
    }
    if not fitting:
        return relevance, wish, None
    return fitting, replace(wish, category=None), finder.goods.kind_of(max(fitting, key=lambda sku: fitting[sku]))
