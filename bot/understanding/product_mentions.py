"""The products that a message names, found through the lexicon's indexes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from bot.shop.product_search import in_category, satisfies
from bot.text.phrases import Token, plain, terms, tokenise
from bot.types import Constraint, Product
from bot.understanding.identifiers import Span
from bot.understanding.lexicon import CODE, CatalogueLexicon, code_of, words_of

MOST_MENTIONED = 5
"""A message that fits more products than this names a kind of product, not a product."""

_COINED = 4
_VARIANTS = 200
"""Letters of a coined name at least; the most rows of which it is looked whether they are variants of a few lines."""
_MODEL = re.compile(r"([a-z]+)(\d+)")
_COMMON = frozenset(
    "a about after all also am an and any anything are as at available be because been before being best better "
    "bought broken but buy by"
    " came can cancel card change cheap cheaper check code color colour come cost could country customer damaged day "
    "delivered delivery did"
    " different discount do does doesn't doing don't each email ever exchange fast find first for free from fix "
    "get getting gift give go going good"
    " got great had has have he hello help her here hey hi him his how hour how's i i'd i'll i'm i've if in into "
    "invoice is it item its just know"
    " last later let like live long look looking lot make many may me mean might month more most much my name need "
    "never new next no not now number of off"
    " ok old on one only open or order other our out over own package paid pay payment people phone place please "
    "policy possible price problem"
    " product question quick really receive receipt recommend refund return right said sale same say second see sell "
    "send sent service ship shipping should show"
    " since size so some someone something soon still stock store such support sure take talk tell than thank that "
    "the their them then there these"
    " they thing think this those through time to today tomorrow too track two under until up us use using very wait "
    "want warranty was way we website week well"
    " were what when where which while who why will with without won't work working worth would wrong year yes "
    "yesterday yet you your".split()
)
_COMMON_HAN = frozenset(
    "多少 少钱 怎么 什么 可以 退货 换货 订单 快递 发货 我想 想要 有没 没有 请问 你们 我们 这个 那个 一下 时候 多久 "
    "能不 不能 支持 推荐 的吗 吗我"
    " 客服 收到 还没 物流 退款 优惠 便宜 价格 质量 保修 发票 地址 付款 支付 购买 适合 哪个 哪款 比较 区别 一个 使用 "
    "需要 颜色 尺码 大小".split()
)


def find_products(
    text: str, tokens: Sequence[Token], lexicon: CatalogueLexicon, constraints: Sequence[Constraint] = ()
) -> tuple[tuple[str, ...], list[Span]]:
    """SKUs of the products that ``text`` names, best first, with the spans of the catalogue numbers among them.

    ``constraints`` tell variants apart: a colour or size named beside a title. A kind alone ("the rice cooker") names nothing.
    """
    if not lexicon.skus:
        return (), []
    numbered, spans = _by_number(text, lexicon)
    named = () if numbered else _with_whole_titles(text, _titled(tokens, lexicon, constraints), lexicon)
    one_line = len({lexicon.lines[sku] for sku in named}) == 1  # a jumper in nine sizes is one product
    named = named if one_line or len(named) <= MOST_MENTIONED else ()
    return tuple(dict.fromkeys([*numbered, *named])), spans


def _titled(tokens: Sequence[Token], lexicon: CatalogueLexicon, constraints: Sequence[Constraint]) -> tuple[str, ...]:
    """The products whose titles are named; a colour that a title has tells less than a measure ("the 3 L one in pink")."""
    named = narrowed(_by_title(tokens, lexicon, constraints), constraints, lexicon)
    measures = [one for one in constraints if one.unit]
    if not measures or _any_meets(named, measures, lexicon):
        return named
    told = {token.text for one in constraints if not one.unit for token in tokenise(one.text)}
    others = _by_title([token for token in tokens if token.text not in told], lexicon, measures) if told else ()
    return narrowed(others, constraints, lexicon) if _any_meets(others, measures, lexicon) else named


def _with_whole_titles(text: str, skus: tuple[str, ...], lexicon: CatalogueLexicon) -> tuple[str, ...]:
    """Those of ``skus`` whose title stands in ``text`` as a whole, and in no longer one of these; all where none does."""
    written = plain(text).lower()
    titles = {sku: [title for row in lexicon.families[sku] if (title := plain(row.title).lower()) in written] for sku in skus}
    told = {title for found in titles.values() for title in found}
    longest = {title for title in told if not any(title != other and title in other for other in told)}
    return tuple(sku for sku, found in titles.items() if longest & set(found)) or skus


def _any_meets(skus: Sequence[str], constraints: Sequence[Constraint], lexicon: CatalogueLexicon) -> bool:
    return any(all(satisfies(lexicon.families[sku], one) for one in constraints) for sku in skus)


def narrowed(skus: Sequence[str], constraints: Sequence[Constraint], lexicon: CatalogueLexicon) -> tuple[str, ...]:
    """Those of ``skus`` that meet the constraints, as far as any does."""
    left = tuple(skus)
    for constraint in constraints:
        if len(left) > 1 and constraint.attribute != "feature":
            left = tuple(sku for sku in left if satisfies(lexicon.families[sku], constraint)) or left
    return left


def with_their_number(skus: tuple[str, ...], tokens: Sequence[Token], lexicon: CatalogueLexicon) -> tuple[str, ...]:
    """Those of several ``skus`` of one line whose titles have a number of the text, where others have not: 唇釉02 is 02正红."""
    numbers = {token.text for token in tokens if token.text[0].isdigit()}
    if len(skus) < 2 or not numbers or len({lexicon.lines[sku] for sku in skus}) > 1:
        return skus
    titles = {sku: {token.text for token in tokenise(plain(lexicon.families[sku][0].title, 200))} for sku in skus}
    return tuple(sku for sku in skus if numbers & titles[sku]) or skus


def _by_number(text: str, lexicon: CatalogueLexicon) -> tuple[list[str], list[Span]]:
    skus: list[str] = []
    spans: list[Span] = []
    for match in CODE.finditer(text):
        code = code_of(match[0])
        found = [lexicon.sku_codes[code]] if code in lexicon.sku_codes else []
        if code.isdigit() and len(code) < 4:
            continue
        found = found or [lexicon.skus[row] for row in lexicon.model_codes.get(code, ())]
        if found and not (code.isalpha() and match[0].islower()):
            skus += found
            spans.append(Span(found[0], match.start(), match.end()))
    return skus, spans


def _by_title(tokens: Sequence[Token], lexicon: CatalogueLexicon, constraints: Sequence[Constraint]) -> tuple[str, ...]:
    asked = [word for word in words_of(tokens) if word not in _COMMON and word not in _COMMON_HAN]
    known = _known_words(asked[:40], lexicon)
    of_kind = _words_of_kinds(tokens, lexicon)
    if of_kind:
        of_kind |= {word for one in constraints for word in words_of(tokenise(one.text))}
    if not known or known.keys() <= of_kind:
        return ()
    weight = np.zeros(len(lexicon.skus), np.float32)
    count = np.zeros(len(lexicon.skus), np.float32)
    rare = np.zeros(len(lexicon.skus), bool)
    told_apart = np.full(len(lexicon.skus), not of_kind)
    scarce = max(3, len(lexicon.skus) // 250)
    before = ""
    for word, translations in known.items():
        rows = _rows_of((word, *translations), lexicon)
        weight[rows] += max(lexicon.title_words.get(one, 0.0) for one in (word, *translations))
        count[rows] += 0.5 if before and not word.isascii() and before[-1] == word[0] else 1.0
        before = word
        if not word.isdigit() and (len(rows) <= scarce or (word not in of_kind and _of_few_lines(rows, scarce, lexicon))):
            rare[rows] = True
        if word not in of_kind:
            told_apart[rows] = True
    return _best(np.where(told_apart, weight, 0), count, rare, lexicon)


def _of_few_lines(rows: NDArray[np.int32], most: int, lexicon: CatalogueLexicon) -> bool:
    """Whether ``rows`` are variants of at most ``most`` lines."""
    return len(rows) <= _VARIANTS and len({lexicon.lines[lexicon.skus[row]] for row in rows}) <= most


def by_own_word(tokens: Sequence[Token], lexicon: CatalogueLexicon) -> tuple[str, ...]:
    """The products of the one line whose titles have all words of ``tokens``: a part of a title ("the Piccolo") may be enough.

    Only for a text that is known to name a product.
    """
    words = [word for word in words_of(tokens) if word not in _COMMON and word not in _COMMON_HAN]
    words = [part for word in words for part in ([word] if word in lexicon.postings else _model(word, lexicon) or [word])]
    if not words or all(word.isdigit() for word in words) or not all(word in lexicon.postings for word in words):
        return ()
    rows = set.intersection(*(set(lexicon.postings[word].tolist()) for word in words))
    skus = tuple(dict.fromkeys(lexicon.skus[row] for row in sorted(rows)))
    return skus if len({lexicon.lines[sku] for sku in skus}) == 1 else ()


def by_coined_name(tokens: Sequence[Token], lexicon: CatalogueLexicon, everyday: Callable[[str], bool]) -> tuple[str, ...]:
    """The products of the line whose titles begin with a word that no language has: "the Malham", of the Malham jumper."""
    for token in tokens:
        word = token.text
        if len(word) < _COINED or not word.isascii() or not word.isalpha() or everyday(word) or word not in lexicon.postings:
            continue
        skus = by_own_word([token], lexicon) if lexicon.categories.get(word) is None else ()
        if skus and all(_begins(row, word) for row in lexicon.families[skus[0]]):
            return skus
    return ()


def _begins(product: Product, word: str) -> bool:
    title = plain(product.title, 200).lower().removeprefix(plain(product.brand, 60).lower()).lstrip()
    return words_of(tokenise(title))[:1] == [word]


def _words_of_kinds(tokens: Sequence[Token], lexicon: CatalogueLexicon) -> set[str]:
    """The words that only say what kind of thing is meant, where several lines of products are of that kind."""
    found = [one for one in lexicon.categories.find(tokens) if len(_lines_in(one.value, lexicon)) > 1]
    return {word for one in found for word in words_of([t for t in tokens if one.start <= t.start < one.end])}


def _lines_in(category: str, lexicon: CatalogueLexicon) -> set[tuple[str, ...]]:
    return {lexicon.lines[sku] for sku in in_category_skus(category, lexicon)}


def in_category_skus(category: str, lexicon: CatalogueLexicon) -> tuple[str, ...]:
    """The SKUs of a category or kind."""
    known = lexicon.members.get(category)
    if known is None:
        families = lexicon.families.items()
        known = tuple(sku for sku, family in families if any(in_category(one, category) for one in family))
        lexicon.members[category] = known
    return known


def _rows_of(words: Iterable[str], lexicon: CatalogueLexicon) -> NDArray[np.int32]:
    found = [lexicon.postings[word] for word in words if word in lexicon.postings]
    return found[0] if len(found) == 1 else np.unique(np.concatenate(found)).astype(np.int32)


def _best(
    weight: NDArray[np.float32], count: NDArray[np.float32], rare: NDArray[np.bool_], lexicon: CatalogueLexicon
) -> tuple[str, ...]:
    """The products best covered: most of a title, or at least two words one of which few products have."""
    coverage = weight / np.maximum(lexicon.title_weight, 1e-6)
    named = (
        ((coverage >= 0.5) & (count >= 2)) | ((coverage >= 0.75) & (count >= 1)) | ((coverage >= 0.25) & (count >= 2) & rare)
    )
    rows = np.flatnonzero(named)
    if not len(rows):
        return ()
    score = weight[rows] + np.minimum(coverage[rows], 1.0)
    order = np.argsort(-score, kind="stable")
    close = [int(rows[place]) for place in order if score[place] >= 0.88 * score[order[0]]]
    return tuple(dict.fromkeys(lexicon.skus[row] for row in close[: 12 * MOST_MENTIONED]))


def _known_words(asked: Sequence[str], lexicon: CatalogueLexicon) -> dict[str, tuple[str, ...]]:
    """The asked words that titles have, misspelt ones corrected, each with its index words in the other language."""
    known: dict[str, tuple[str, ...]] = {}
    translated = _translations()
    for index, word in enumerate(asked):
        joined = word + asked[index + 1] if index + 1 < len(asked) else ""
        others = tuple(other for other in translated.get(word, ()) if other in lexicon.postings)
        if word in lexicon.postings or others:
            known[word] = others
        elif joined.isascii() and joined in lexicon.postings:
            known[joined] = ()
        elif model := _model(word, lexicon):
            known.update(dict.fromkeys(model, ()))
        elif (meant := _meant(word, lexicon)) is not None:
            known[meant] = tuple(other for other in translated.get(meant, ()) if other in lexicon.postings)
    return known


def _model(word: str, lexicon: CatalogueLexicon) -> tuple[str, ...]:
    """The parts of a model's name that titles have apart: hd750 for HD 750; empty where they have not."""
    match = _MODEL.fullmatch(word)
    return match.groups() if match and all(part in lexicon.postings for part in match.groups()) else ()


def _meant(word: str, lexicon: CatalogueLexicon) -> str | None:
    """The title word that a misspelt one means; what was taken for a plural ending may be a letter of it: ``wireles``."""
    meant = lexicon.spelling.nearest(word) or lexicon.spelling.nearest(f"{word}s")
    return meant if meant in lexicon.postings else None


@lru_cache(maxsize=1)
def _translations() -> dict[str, tuple[str, ...]]:
    """Index words of one-word names in one language → index words of the other, from the shipped terms."""
    translated: dict[str, tuple[str, ...]] = {}
    for term in terms():
        if term.kind in ("category", "color", "material", "feature"):
            words = [found[0] for form in term.forms if len(found := words_of(tokenise(form))) == 1]
            for word in words:
                translated.setdefault(word, tuple(other for other in words if other != word))
    return translated
