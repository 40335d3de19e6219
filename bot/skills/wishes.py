"""What the customer wants, from this message and what the conversation remembers."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.shop.attributes import split_name
from bot.shop.product_search import Wish
from bot.types import Constraint, DialogueState, LanguageCode, Understanding

_CHEAPER = re.compile(
    r"\b(cheaper|less expensive|lower[- ]priced?|more affordable)\b|便宜(点|一点|些|一些|的)|更便宜|更实惠|价格低", re.I
)
_OTHERS = re.compile(
    r"\b(others?|another|something else|anything else|different ones?|more options|alternatives?)\b"
    r"|其他|其它|别的|换一|还有没有|还有吗|还有别|再推荐|另外",
    re.IGNORECASE,
)
_REQUEST = re.compile(
    r"\b(?:can|could|would|will|you|please|recommend\w*|suggest\w*|advi[cs]e|something|anything|some|any|one|give|show|tell|help|me|us|i|i'm"
    r"|i'd|we|want|need|like|look(?:ing)?|for|to|buy|get|find|choos\w+|pick|shopping|guide|a|an|the|of|from|what|which|how|do|does|should|have"
    r"|got|is|are|there|good|best|nice|great|cool|products?|items?|things?|your|my|shop|store|hi|hello|hey|just|maybe|whatever|hm+)\b"
    r"|推荐|建议|一下|给我|帮我|请问|请|麻烦|有没有|有什么|有啥|什么|怎么选|怎么挑|选购|挑选|哪些|哪个|哪款|好用|好|吗|呢|吧|啊|呀|我|您|你们|你|想要|想|要"
    r"|买|个|款|一|些|几|点|产品|商品|东西|介绍|看看|店里|可以|能|的|随便|都行|下",
    re.IGNORECASE,
)
_RELAXED = {"budget": ("your budget", "您的预算"), "stock": ("in stock", "现货"), "cheaper": ("a lower price", "更低的价格")}


def merged_wish(understanding: Understanding, state: DialogueState, same_category: tuple[str, ...] = ()) -> Wish:
    """What is said now over what was said before. Another category starts afresh, without the last one's budget and traits.

    ``same_category`` are all names of the state's category.
    """
    entities = understanding.entities
    category = entities.categories[0] if entities.categories else None
    former = {name.lower() for name in (state.category, *same_category) if name}
    afresh = bool(category and former and category.lower() not in former)
    budget, currency = entities.budget, entities.currency
    if budget is None and "budget" in state.asks and entities.amounts:
        budget, currency = (None, entities.amounts[0].amount), entities.amounts[0].currency
    if budget is None and not afresh:
        budget, currency = state.budget, state.currency
    remembered = () if afresh else state.constraints
    return Wish(budget, currency, category or state.category, _merged(remembered, entities.constraints))


def _merged(remembered: tuple[Constraint, ...], said: tuple[Constraint, ...]) -> tuple[Constraint, ...]:
    named = {(split_name(constraint.attribute)[0], constraint.relation, constraint.negated) for constraint in said}
    kept = (one for one in remembered if (split_name(one.attribute)[0], one.relation, one.negated) not in named)
    return (*kept, *said)


def cheaper_than(wish: Wish, text: str, prices: list[float]) -> Wish:
    """The wish with a budget under everything shown, when the message asks for something cheaper."""
    if not prices or not wants_cheaper(text):
        return wish
    least = wish.budget[0] if wish.budget else None
    return replace(wish, budget=(least, round(min(prices) - 0.01, 2)))


def names_a_need(text: str) -> bool:
    """Whether anything is left of the message without the words of a request: a use, a person, a product."""
    return bool(re.search(r"[^\W\d_]", _REQUEST.sub(" ", text[:500])))


def wants_cheaper(text: str) -> bool:
    """Whether the message asks for a lower price than those shown."""
    return bool(_CHEAPER.search(text[:500]))


def wants_others(text: str) -> bool:
    """Whether the message asks for products other than those shown."""
    return bool(_OTHERS.search(text[:500]))


def remembered(state: DialogueState, wish: Wish, skus: tuple[str, ...], asks: tuple[str, ...] = ()) -> DialogueState:
    """The state after a wish was served with ``skus`` (or, with none, while ``asks`` are open)."""
    return replace(
        state,
        budget=wish.budget,
        currency=wish.currency,
        category=wish.category,
        constraints=wish.constraints,
        skus=skus or state.skus,
        asks=asks,
    )


def relaxed_words(relaxed: tuple[str, ...], language: LanguageCode) -> tuple[str, ...]:
    """What was given up, as the reply may name it."""
    place = 0 if language == "en" else 1
    return tuple(_RELAXED[name][place] if name in _RELAXED else name for name in relaxed)
