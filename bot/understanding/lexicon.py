"""What a catalogue calls things: its numbers, titles, categories, attribute columns and values, indexed for look-up."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import zip_longest

import numpy as np
from numpy.typing import NDArray

from bot.shop.attributes import split_name, tells_what_is_absent
from bot.shop.kinds import as_written, head_of_category, kind_key, kinds_of
from bot.shop.units import UNITS, quantities
from bot.shop.variants import lines
from bot.text.phrases import PhraseIndex, Token, plain, term_index, terms, tokenise
from bot.text.script import HAN
from bot.types import Product
from knowledge_base.spelling import Spelling

CODE = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9](?:[A-Za-z0-9_./-]{1,38}[A-Za-z0-9])(?![A-Za-z0-9])")
_MEASURE = re.compile(r"\d+(?:\.\d+)?(?:[a-z]{1,4}|inch|pack|piece|person)?", re.IGNORECASE)
_LEAF = re.compile(r"\s*[>/|»›]\s*|\s+-\s+")
_COUNT = re.compile(r"\d{1,4}\s?(?P<of>[^\W\d_]{0,12})")
_NOT_COUNTED = frozenset("size age price stock weight year model version people length width height code number".split())
_CODED = re.compile(rf"^(?:#?\d{{1,3}}[#号]?|[A-Za-z]\d{{1,3}})[\s.-]?(?=[{HAN}]{{2,}}$)")
"""The number of a colour before its name: 01豆沙色, N20自然."""
_LETTER = re.compile(r"\W*(?:X{0,3}[SL]|M)(?![a-z])", re.IGNORECASE)
_NO_VALUE = frozenset(
    "yes no true false none n/a na other others new one all any normal standard regular default 是 否 有 无 其他 "
    "支持 不支持 通用 标准 默认"
    " home office large small medium free man 均码 set 套装 普通".split()
)
NO_KIND = frozenset(
    "can cover stand light press board bar book charge print fit case mask iron bag box cup pot top line kit machine maker mat"
    " system card point part number order gift sale black white blue large small".split()
)
"""Single words that mean too much to name a kind of product by themselves."""
BRAND = "brand"
MEASURE_WEIGHT = 0.25
SHORT_CODE = 3
MOST_OF_A_CODE = 5
"""Products that share a model number; more of them are no model."""


@dataclass(frozen=True, slots=True)
class Attributes:
    """The catalogue's attribute columns and their values.

    ``columns`` maps an attribute's canonical name to the column most used for it; ``dimensions`` a unit's dimension to the
    columns whose values have it, most used first; ``values`` finds categorical values in a text, ``absences`` those of columns
    that list what goods are without. ``lettered``: some sizes are letters, as clothes have them.
    """

    columns: dict[str, str] = field(default_factory=dict)
    dimensions: dict[str, tuple[str, ...]] = field(default_factory=dict)
    values: PhraseIndex[tuple[str, str]] = field(default_factory=PhraseIndex)
    absences: PhraseIndex[tuple[str, str]] = field(default_factory=PhraseIndex)
    lettered: bool = False
    counted: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, products: Iterable[Product]) -> Attributes:
        """Collects columns, values and brands; free text, and the rarest of more than 50,000 values, are left out."""
        names: dict[str, Counter[str]] = defaultdict(Counter)
        dimensions: dict[str, Counter[str]] = defaultdict(Counter)
        values: Counter[tuple[str, str]] = Counter()
        lettered = False
        counts: dict[str, str] = {}
        for product in products:
            for column, written in product.attributes.items():
                names[split_name(column)[0]][column] += 1
                for dimension in _dimensions(written[:40], split_name(column)[1] or ""):
                    dimensions[dimension][column] += 1
                values.update((column, value) for value in _single_values(written))
                if number := _COUNT.fullmatch(written):
                    counts.update((kind_key(word), column) for word in (column, number["of"]) if _counts(word))
                lettered = lettered or (split_name(column)[0] == "size" and _LETTER.match(written) is not None)
        index: PhraseIndex[tuple[str, str]] = PhraseIndex()
        absences: PhraseIndex[tuple[str, str]] = PhraseIndex()
        for pair, _ in values.most_common(50_000):
            (absences if tells_what_is_absent(pair[0]) else index).add(pair[1], pair)
        brands = {name.lower(): name for product in products for name in _single_values(product.brand)}
        for name in brands.values() if len(brands) > 1 else ():  # where all goods are of one brand, it tells none apart
            index.add(name, (BRAND, name))
        columns = {name: counts.most_common(1)[0][0] for name, counts in names.items()}
        ranked = {name: tuple(column for column, _ in counts.most_common()) for name, counts in dimensions.items()}
        return cls(columns, ranked, index, absences, lettered, counts)


def _counts(word: str) -> bool:
    """Whether a number before ``word`` counts it: keys and gears, not sizes, ages or grams."""
    return len(word.strip()) > 0 and word.strip().lower() not in UNITS and split_name(word)[0] not in _NOT_COUNTED


@lru_cache(maxsize=65_536)
def _dimensions(written: str, unit: str) -> frozenset[str]:
    return frozenset(one.dimension for one in quantities(f"{written} {unit}") if one.dimension)


def _single_values(written: str) -> list[str]:
    if len(written) > 120:
        return []
    parts = [_CODED.sub("", part.strip()) for part in re.split(r"[,;|/、，；]", written)]
    return [part for part in parts if 1 < len(part) <= 24 and part.lower() not in _NO_VALUE and not part[0].isdigit()]


def code_of(written: str) -> str:
    """A catalogue or model number without separators, in upper case."""
    return re.sub(r"[^A-Z0-9]", "", written.upper())


_HAN = re.compile(rf"[{HAN}]")


def words_of(tokens: Sequence[Token]) -> list[str]:
    """Index words: Latin words and numbers as they are, runs of Han characters as overlapping pairs."""
    words = []
    han = [_HAN.match(token.text) is not None for token in tokens]
    for token, following, is_han, goes_on in zip_longest(tokens, tokens[1:], han, han[1:]):
        if not is_han:
            words.append(token.text)
        elif goes_on and following.start == token.end:
            words.append(token.text + following.text)
    return words


@dataclass(frozen=True, slots=True)
class CatalogueLexicon:
    """The catalogue's names, indexed so that reading a message never walks over all products.

    ``postings`` maps an index word to the rows whose title or brand has it; ``title_weight`` is the summed inverse document
    frequency of each title; ``spelling`` finds what a misspelt word of titles and kinds means; ``families`` are the rows of
    each SKU, ``lines`` the SKUs that differ from it in colour or size alone, ``brands`` the SKUs of a brand in small letters,
    ``in_pounds`` whether all prices are in pounds sterling; ``meant`` tells the kind that a word of the other language means.
    Built by :meth:`build`; an empty catalogue gives an empty lexicon that finds nothing.
    """

    skus: tuple[str, ...] = ()
    sku_codes: dict[str, str] = field(default_factory=dict)
    model_codes: dict[str, tuple[int, ...]] = field(default_factory=dict)
    postings: dict[str, NDArray[np.int32]] = field(default_factory=dict)
    title_words: dict[str, float] = field(default_factory=dict)
    title_weight: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))
    categories: PhraseIndex[str] = field(default_factory=PhraseIndex)
    attributes: Attributes = field(default_factory=Attributes)
    families: dict[str, tuple[Product, ...]] = field(default_factory=dict)
    lines: dict[str, tuple[str, ...]] = field(default_factory=dict)
    members: dict[str, tuple[str, ...]] = field(default_factory=dict, compare=False, repr=False)
    brands: dict[str, tuple[str, ...]] = field(default_factory=dict, compare=False, repr=False)
    in_pounds: bool = False
    spelling: Spelling = field(default_factory=lambda: Spelling(()), compare=False, repr=False)
    meant: Callable[[str], str | None] = field(default=lambda _: None, compare=False, repr=False)

    @classmethod
    def build(cls, products: Iterable[Product]) -> CatalogueLexicon:
        """Indexes ``products``; rows of one SKU in two languages are both indexed."""
        rows = tuple(products)
        words = [_row_words(product) for product in rows]
        postings: dict[str, list[int]] = defaultdict(list)
        for row, (title, extra) in enumerate(words):
            for word in {*title, *extra}:
                postings[word].append(row)
        idf = {word: _idf(word, len(found), len(rows)) for word, found in postings.items()}
        families: dict[str, tuple[Product, ...]] = {}
        for product in rows:
            families[product.sku] = (*families.get(product.sku, ()), product)
        categories, of_lines = _categories(rows), lines(families)
        weight = np.array([sum(idf[word] for word in title) for title, _ in words], np.float32)
        return cls(
            skus=tuple(product.sku for product in rows),
            in_pounds={product.currency for product in rows if product.currency} == {"GBP"},
            sku_codes={code_of(product.sku): product.sku for product in rows if len(code_of(product.sku)) >= 3},
            model_codes=_model_codes(rows, of_lines),
            postings={word: np.array(found, np.int32) for word, found in postings.items()},
            title_words=idf,
            title_weight=weight,
            categories=categories,
            attributes=Attributes.of(rows),
            families=families,
            lines=of_lines,
            brands=_brands(rows),
            spelling=Spelling({*idf, *categories.words(), *term_index(("category",)).words()}),
        )


def _brands(rows: Iterable[Product]) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for product in rows:
        found[product.brand.lower()][product.sku] = None
    return {brand: tuple(skus) for brand, skus in found.items()}


def _row_words(product: Product) -> tuple[set[str], set[str]]:
    title = set(words_of(tokenise(plain(product.title, 200))))
    extra = words_of(tokenise(plain(f"{product.brand} {product.category}", 200)))
    return title, set(extra)


def _idf(word: str, frequency: int, rows: int) -> float:
    weight = math.log(1 + rows / frequency) + 0.2
    return weight * MEASURE_WEIGHT if _MEASURE.fullmatch(word) else weight


def _model_codes(rows: Sequence[Product], of_lines: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[int, ...]]:
    """The rows of each model number in titles and SKUs; a short one of a title (C50) only where it is one line's."""
    found: dict[str, list[int]] = defaultdict(list)
    for row, product in enumerate(rows):
        named = [
            *CODE.findall(plain(product.title, 200)),
            product.attributes.get("model", ""),
            product.attributes.get("型号", ""),
        ]
        named += [product.sku[: match.start()] for match in re.finditer("-", product.sku)]
        named += product.sku.split("-")[1:]  # a shop writes HP30 of its AU-HP30-B
        for code in {code_of(name) for name in named}:
            if (
                len(code) >= SHORT_CODE
                and re.search(r"\d", code)
                and re.search(r"[A-Z]", code)
                and not _MEASURE.fullmatch(code)
            ):
                found[code].append(row)
    skus = {code: {rows[row].sku for row in numbers} for code, numbers in found.items()}
    return {
        code: tuple(numbers)
        for code, numbers in found.items()
        if len(skus[code]) <= MOST_OF_A_CODE and (len(code) > SHORT_CODE or len({of_lines[sku] for sku in skus[code]}) == 1)
    }


def _categories(rows: Sequence[Product]) -> PhraseIndex[str]:
    """The catalogue's categories by their own names, the kinds that titles name, then every synonym of those names.

    Of a path ``Home > Kitchen > Kettles`` each part names what lies under it.
    """
    index: PhraseIndex[str] = PhraseIndex()
    counts = Counter(path for product in rows if product.category for path in _paths(product.category))
    names = [name for name, _ in counts.most_common(5_000)]
    for name in names:
        index.add(name, name)
        index.add(_LEAF.split(name)[-1], name)
    for kind in _kinds(rows):
        index.add(kind, kind)
    heads = Counter(head for name in names if (head := head_of_category(name)))
    for head in (head for head, count in heads.items() if count > 1 or _HAN.search(head)):
        index.add(as_written(head), as_written(head))  # acoustic, classical and electric guitars are guitars
    for name in names:
        for part in re.split(r"\s*(?:&|,|、|\band\b|和)\s*", _LEAF.split(name)[-1]):
            index.add(part, name)
    endings = {kind for product in rows for kind in kinds_of(product) if len(kind) == 1}
    whole = frozenset(names)
    for term in terms():
        if term.kind != "category":
            continue
        owned = [category for form in term.forms if (category := index.get(form)) is not None]
        ending = next((ending for form in term.forms if (ending := form.removesuffix("子")) in endings), None)
        first = next((category for category in owned if category in whole), next(iter(owned), ending))
        for form in term.forms if first is not None else ():
            index.add(form, first or "", replace=first in whole and index.get(form) not in whole)
    return index


def _paths(category: str) -> list[str]:
    """A category and those above it, where it is a path."""
    parts = category.split(" > ")
    return [" > ".join(parts[:depth]) for depth in range(len(parts), 0, -1)]


def _kinds(rows: Sequence[Product]) -> list[str]:
    """Kinds as they are written, the commonest first."""
    counts = Counter(kind for product in rows for kind in kinds_of(product) if len(kind) > 1 and kind not in NO_KIND)
    return [re.sub(rf"(?<=[{HAN}]) (?=[{HAN}])", "", kind) for kind, _ in counts.most_common(50_000)]
