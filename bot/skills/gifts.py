"""Presents: what tells that one is looked for, and goods to give where nothing is known but what they may cost."""

from __future__ import annotations

import re
from collections.abc import Collection

from bot.generation.product_text import PRESENT
from bot.shop.finder import ProductFinder, Selection
from bot.shop.product_search import Wish
from bot.shop.reviews import WELL_RATED, Opinions
from bot.types import DialogueState, LanguageCode, Message, Product, Understanding

__all__ = ["PRESENT", "beside_giving", "for_a_child", "is_gift", "of_present", "presents"]
_ENOUGH_REVIEWS = 2
_SPENT = 0.4
"""The share of what may be spent that a present should at least cost: who has 300 wants no paper filters for 19."""
_EVERY = 10_000
_REMEMBERED = 3  # messages
_GIFT = re.compile(
    r"\b(?:gift|present)s?\b|礼物|送礼|礼品|送(?:点|些|个)?(?:什么|啥)|送(?:给)?(?:我)?[\u4e00-\u9fff]{1,3}(?:的|$)",
    re.IGNORECASE,
)
_OF_GIVING = re.compile(
    r"\b(?:gifts?|presents?|birthday|christmas|mum|mom|mother|dad|father|parents?|wife|husband|girlfriend|boyfriend|friend|sister|brother"
    r"|colleague|boss|teacher|grand\w+|son|daughter|her|him|them|who|that|looking|search\w*|ideas?|s?hes?|s?he's|old|years?|max(?:imum)?|loves?|likes?|enjoys?|around|about|under|over|up|between"
    r"|and|with|less|than|more|at|most|least|budget|yuan|rmb|cny|usd|dollars?|euros?)\b|\d+|礼物|礼品|生日|节日|圣诞|过年|送|妈妈|妈|爸爸|爸|父母"
    r"|女朋友|男朋友|朋友|同事|领导|老板|老师|老婆|老公|妻子|丈夫|女友|男友|闺蜜|长辈|女儿|儿子|左右|以内|以下|以上|预算|元|块|钱|喜欢|爱|给|到|之间",
    re.IGNORECASE,
)
_CHILD = re.compile(
    r"\b(?:kids?|child(?:ren)?|baby|babies|son|daughter|niece|nephew|toddler)\b|孩子|小孩|儿童|宝宝|儿子|女儿|侄|外甥", re.I
)


def is_gift(text: str) -> bool:
    """Whether the message looks for a present."""
    return bool(_GIFT.search(text[:500]))


def for_a_child(text: str) -> bool:
    """Whether what is looked for is for a child."""
    return bool(_CHILD.search(text[:500]))


def beside_giving(text: str) -> str:
    """What is left of a wish for a present without the occasion, the person and the sum: what the person is fond of."""
    return " ".join(_OF_GIVING.sub(" ", text[:500]).split())


def of_present(understanding: Understanding, state: DialogueState, history: tuple[Message, ...]) -> bool:
    """Whether a present is looked for: the message says so, or tells more of the one that was just spoken of."""
    if is_gift(understanding.text):
        return True
    said = [message.text for message in history if message.role == "user"][-_REMEMBERED:]
    amid = "need" in state.asks or "budget" in state.asks or state.last_action == "recommend"
    return amid and state.category is None and any(map(is_gift, said))


def presents(finder: ProductFinder, wish: Wish, language: LanguageCode, without: Collection[str], limit: int) -> Selection:
    """Goods to give: what buyers like and what uses the sum well go first, and no two are of one kind."""
    found = finder.find(wish, {}, language, _EVERY, without=without)
    if found.relaxed:
        return Selection(found.products[:limit], found.relaxed, found.change)
    opinions, most = finder.opinions(), wish.budget[1] if wish.budget else None

    def last(product: Product) -> tuple[bool, bool, float, str]:
        spent = min((product.price or 0.0) / most, 1.0) if most else 1.0
        liked = opinions.weighted_rating(product.sku) / 5
        return spent < _SPENT, not _well_liked(product, opinions), -(spent + liked), product.sku

    of_each_kind: dict[str, Product] = {}
    for product in sorted(found.products, key=last):
        of_each_kind.setdefault(product.category, product)
    return Selection(tuple(of_each_kind.values())[:limit])


def _well_liked(product: Product, opinions: Opinions) -> bool:
    rating = opinions.ratings.get(product.sku)
    return rating is not None and rating.count >= _ENOUGH_REVIEWS and rating.mean >= WELL_RATED
