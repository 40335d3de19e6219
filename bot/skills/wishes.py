"""What the customer wants, from this message and what the conversation remembers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from bot.policy.patterns import IF_ANY
from bot.shop.attributes import folded, mentions, mentions_folded, split_name, tells_what_is_absent
from bot.shop.product_facts import facts_of
from bot.shop.product_search import Wish
from bot.shop.ranking import asked_ranking
from bot.shop.wording import GIVEN_UP
from bot.skills.gifts import is_gift
from bot.text.money import may_be_spent
from bot.text.phrases import has_han
from bot.text.terms import concepts, terms
from bot.types import Constraint, DialogueState, LanguageCode, Product, Understanding
from bot.understanding.refining import LONGEST_REFINEMENT

_REQUEST = re.compile(
    r"\b(?:can|could|would|will|you|please|recommend\w*|suggest\w*|advi[cs]e|something|anything|some|any|one|give|show|tell|help|me|us|i|i'm"
    r"|i'd|we|want|need|like|look(?:ing)?|for|to|buy|get|find|choos\w+|pick|shopping|guide|a|an|the|of|from|what|which|how|do|does|should|have"
    r"|got|is|are|there|good|best|nice|great|cool|products?|items?|things?|what's|that's|it's|there's|ones?|your|my|shop|store|hi|hello|hey|just|maybe|whatever|hm+)\b"
    r"|推荐|建议|一下|给我|帮我|请问|请|麻烦|有没有|有什么|有啥|什么|怎么选|怎么挑|选购|挑选|哪些|哪个|哪款|好用|好|吗|呢|吧|啊|呀|我|您|你们|你|想要|想|要"
    r"|买|个|款|一|些|几|点|产品|商品|东西|介绍|看看|店里|可以|能|的|随便|都行|下",
    re.IGNORECASE,
)
_EMPTY = frozenset(
    "about with without under over more less than rather prefer make also only really very instead ones that this".split()
)
_HAVING = frozenset("sell stock carry in 卖 现货 有货".split())
_LACKING = re.compile(
    r"\b(?:without|free of|free from|no|non)[ -]+(?:any )?([a-z]{3,})|\b([a-z]{3,})[- ]free\b"
    r"|(?:无|不含|没有)([\u3400-\u9fff]{1,4})(?![\u3400-\u9fff])",
    re.IGNORECASE,
)
"""Something that goods are to be without: caffeine, 糖."""
_ARTICLES = frozenset("a an the any some".split())
_NONE = frozenset("none no 0 0% free 无 不含 没有 零".split())
_WORD = re.compile(r"[^\W\d_\u3400-\u9fff]+(?:-[a-z]+)*|[\u3400-\u9fff]+")
_CALLED = re.compile(r"(?<![\d.])(\d{2,4}(?:\.\d{1,2})?|\d\.\d{1,2})的")
_DOES = re.compile(
    r"\b(?:something|anything|sth|a thing) (?:to|that|which)\b|(?:能|可以)(?:用来)?[^，。！？]{2,16}的东西", re.IGNORECASE
)
_USE = re.compile(r"\b(?:for|to|that|which|with)\b(.+)", re.IGNORECASE | re.DOTALL)


def merged_wish(
    understanding: Understanding, state: DialogueState, same_category: tuple[str, ...] = (), said: str | None = None
) -> Wish:
    """What is said now over what was said before. Another category, or a present, starts afresh without budget and traits.

    ``same_category`` are all names of the state's category, ``said`` the category of the message (default: the first it names).
    """
    entities = understanding.entities
    category = said or (entities.categories[0] if entities.categories else None)
    former = {name.lower() for name in (state.category, *same_category) if name}
    another = bool(category and former and category.lower() not in former)
    afresh = another or (category is None and bool(state.category) and is_gift(understanding.text))
    budget, currency = entities.budget, entities.currency
    if budget is None and "budget" in state.asks and entities.amounts:
        budget, currency = (None, entities.amounts[0].amount), entities.amounts[0].currency
    if budget is None and len(entities.amounts) == 1 and may_be_spent(understanding.text[:500]):
        budget, currency = (None, entities.amounts[0].amount), entities.amounts[0].currency
    if budget is None and not afresh:
        budget, currency = state.budget, state.currency
    remembered = () if afresh else state.constraints
    return Wish(budget, currency, category or (None if afresh else state.category), _merged(remembered, entities.constraints))


def _merged(remembered: tuple[Constraint, ...], said: tuple[Constraint, ...]) -> tuple[Constraint, ...]:
    named = {(split_name(constraint.attribute)[0], constraint.relation, constraint.negated) for constraint in said}
    kept = (one for one in remembered if (split_name(one.attribute)[0], one.relation, one.negated) not in named)
    return (*kept, *said)


def names_a_need(text: str) -> bool:
    """Whether anything is left of the message without the words of a request: a use, a person, a product."""
    return bool(re.search(r"[^\W\d_]", _REQUEST.sub(" ", text[:500])))


def names_a_thing(text: str) -> bool:
    """Whether more than a single Chinese character is left of it: 抄网, and not the 看 of 好看的."""
    left = "".join(re.findall(r"[^\W\d_]", _REQUEST.sub(" ", text[:500])))
    return len(left) > 1


def without_request(text: str) -> str:
    """``text`` without the words of a request."""
    return _REQUEST.sub(" ", text)


def says_what_it_does(text: str) -> bool:
    """Whether a wish says what a thing does and not what it is: of "something to keep coffee hot", coffee is no kind of it."""
    return bool(_DOES.search(text[:500]))


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


def title_wishes(text: str, products: Sequence[Product]) -> tuple[Constraint, ...]:
    """Words of a refinement that titles of the category's products have, as wishes: "I'd rather have electric", "要手冲的"."""
    return _told_by_some(text[:LONGEST_REFINEMENT], products)


def purposes(text: str, products: Sequence[Product]) -> tuple[Constraint, ...]:
    """What the products of a kind are wanted for, as far as some of them and not all speak of it: nice to have."""
    use = text[:500] if has_han(text[:500]) else next((match[1] for match in [_USE.search(text[:500])] if match), "")
    return tuple(replace(one, soft=True) for one in (*_told_by_some(use, products), *_numbers(use, products)))


def _numbers(text: str, products: Sequence[Product]) -> tuple[Constraint, ...]:
    """Numbers that goods are called by, as far as some of them have these: 152的."""
    told = [facts_of(product).words for product in products]
    named = [match[1] for match in _CALLED.finditer(text)]
    fitting = (one for one in named if 0 < sum(mentions_folded(said, one) for said in told) < len(told))
    return tuple(Constraint("feature", "=", one, text=one) for one in fitting)


def _told_by_some(text: str, products: Sequence[Product]) -> tuple[Constraint, ...]:
    left = _REQUEST.sub(" ", text)
    words = [word for word in _WORD.findall(left) if len(word) >= (2 if has_han(word) else 4) and word.lower() not in _EMPTY]
    told = [facts_of(product).words for product in products]
    fitting = [word for word in words if 0 < sum(mentions_folded(said, word) for said in told) < len(told)]
    return tuple(Constraint("feature", "=", word, text=word) for word in fitting)


def untold(
    understanding: Understanding, wish: Wish, products: Sequence[Product], known: Callable[[str | None], str | None]
) -> tuple[str, ...]:
    """What a question after goods of a kind says of them that no word of ``products`` tells: bosch, of drills of others.

    Of a message that says more than that, only what the goods are to be without. Empty where the products are written of in
    another language. ``known`` tells the kinds that the shop has.
    """
    text, written = understanding.text.strip(), "zh" if has_han(understanding.text) else "en"
    if not products or any(product.language != written for product in products):
        return ()
    wanted = _wanted_without(text)
    lacking = tuple(one[0].strip() for one in wanted if not any(_is_without(product, one) for product in products))
    if wish.constraints or wish.budget or asked_ranking(text) or not IF_ANY.fullmatch(text):
        return lacking if wish.category else ()
    categories = filter(known, understanding.entities.categories)
    written_of = " ".join((*categories, *(f"{one.category} {one.brand} {facts_of(one).words}" for one in products)))
    told, left = frozenset(terms(written_of)), _REQUEST.sub(" ", text)
    words = (word for word in _WORD.findall(_LACKING.sub(" ", left)) if word.lower() not in _HAVING)
    parts = [part for word in words for part in ([word] if not has_han(word) else _whole(word))]
    parts = [part for part in parts if part in understanding.question]  # what was misspelt is put right there
    return (*lacking, *_as_written([part for part in parts if not (_is_told(part, told) or mentions(written_of, part))], text))


def _as_written(words: Sequence[str], text: str) -> list[str]:
    """Words, those that stand beside each other in ``text`` as one: second hand."""
    joined: list[str] = []
    for word in words:
        before = next((f"{joined[-1]}{gap}{word}" for gap in " -" if f"{joined[-1]}{gap}{word}" in text), "") if joined else ""
        joined[-1:] = [before] if before else [*joined[-1:], word]
    return joined


def _says_it_lacks(written: str, wanted: re.Match[str]) -> bool:
    """Whether goods are written of as being without the thing that they are ``wanted`` without."""
    thing = next(group for group in wanted.groups() if group).lower()
    if has_han(thing):
        return any(f"{mark}{thing}" in written for mark in ("无", "不含", "零"))
    return any(next(group for group in one.groups() if group).lower() == thing for one in _LACKING.finditer(written))


def _wanted_without(text: str) -> Iterator[re.Match[str]]:
    """What goods are to be without; a "no" before a request ("no, I want the fork") denies what is asked before."""
    return _LACKING.finditer(_REQUEST.sub(lambda word: " " if word[0].lower() in _ARTICLES else "|", text[:500]))


def not_said_to_lack(text: str, products: Sequence[Product]) -> frozenset[str]:
    """Those of ``products`` that nobody says to be without what the text wants goods without, where some are said to: 无谷."""
    unfit: set[str] = set()
    for wanted in _wanted_without(text):
        fitting = {one.sku for one in products if _is_without(one, wanted)}
        unfit |= {one.sku for one in products} - fitting if fitting else set()
    return frozenset(unfit)


def _is_without(product: Product, wanted: re.Match[str]) -> bool:
    thing = next(group for group in wanted.groups() if group).lower()
    told = (folded(value) in _NONE for name, value in product.attributes.items() if thing in folded(name))
    listed = (value for name, value in product.attributes.items() if tells_what_is_absent(name))
    return any(told) or mentions(" ".join(listed), thing) or _says_it_lacks(facts_of(product).words, wanted)


def _is_told(part: str, told: frozenset[str]) -> bool:
    """Whether a word is among those told, a Chinese one in whole or by the words that it is made of; shops' own words are."""
    said = terms(part)
    if not said or any(map(concepts, said)) or (not has_han(part) and not told.isdisjoint(said)):
        return True
    pieces = [piece for piece in told.intersection(said) if piece in part]
    return set(part) <= set("".join(pieces))


def _whole(text: str) -> list[str]:
    """The Chinese words of a text, none of which is a part of another."""
    found = terms(text)
    return [word for word in found if len(word) > 1 and not any(word != other and word in other for other in found)]


def relaxed_words(relaxed: tuple[str, ...], language: LanguageCode) -> tuple[str, ...]:
    """What was given up, as the reply may name it."""
    place = 0 if language == "en" else 1
    return tuple(GIVEN_UP[name][place] if name in GIVEN_UP else name for name in relaxed)
