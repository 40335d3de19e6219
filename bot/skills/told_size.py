"""The goods beside an answer about sizes: those in the size that it tells, of a line that comes in several."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.generation.brief import Brief, Line
from bot.generation.selection import Selected, Selector
from bot.generation.told_rows import told_rows
from bot.shop.attributes import find_value, folded, split_name
from bot.shop.finder import ProductFinder
from bot.shop.product_search import satisfies
from bot.shop.variants import line_of
from bot.text.measure_rows import rows_of_measure
from bot.text.size_choice import ASKS_SIZE
from bot.types import Evidence, Product, Understanding

_GAP = re.compile(r"(\d) (?=[\u3400-\u9fffa-z])")  # 25 厘米 is 25厘米
_WORDED = re.compile(r"\bsize\b|尺?[码号]")


def in_told_size(
    products: tuple[Product, ...],
    understanding: Understanding,
    evidence: Sequence[Evidence],
    finder: ProductFinder,
    selector: Selector,
) -> tuple[Product, ...]:
    """The variants of ``products`` in the size that ``evidence`` answers by; ``products`` where none or every size is told.

    A size may be told that is not among the products named: its line is looked through, in the colours asked for. Where no
    product is named, those that are as they are wished for, if any is.
    """
    products = _as_wished(products, understanding, finder)
    question, language = understanding.question, understanding.language.code
    measured = any(rows_of_measure(question, item.text) for item in evidence)
    asks = understanding.intent.name == "size_fit" or ASKS_SIZE.search(question) or measured
    if not asks or len({line_of(product) for product in products}) != 1:
        return products
    others = (one.sku for one in finder.goods.variants(products[0].sku))
    line = finder.catalogue.get_many(tuple(dict.fromkeys((*(one.sku for one in products), *others))), language)
    every = {size for product in line if (size := _size(product))}
    said = selector.select(question, evidence, language, settled=True)
    told = {size for size in every if any(_tells(one, size) for one in said)}
    fitting = [product for product in line if _size(product) in told]
    if any(split_name(one.attribute)[0] == "color" for one in understanding.entities.constraints):
        colours = {find_value(product.attributes, "color") for product in products}
        fitting = [product for product in fitting if find_value(product.attributes, "color") in colours]
    return tuple(fitting) if fitting and told != every else products


def _as_wished(products: tuple[Product, ...], understanding: Understanding, finder: ProductFinder) -> tuple[Product, ...]:
    """Of a kind of goods, those with the values asked for, where some have them: 孕妇可以用的防晒."""
    said, families = understanding.entities, finder.catalogue.families()
    wished = [one for one in said.constraints if not (one.soft or one.unit) and one.attribute not in ("feature", "price")]
    if said.skus or not (products and wished):
        return products
    inside = (*(one.sku for one in products), *sorted(finder.goods.members(said.categories[0]) if said.categories else ()))
    fitting = dict.fromkeys(sku for sku in inside if sku in families and all(satisfies(families[sku], one) for one in wished))
    return finder.catalogue.get_many(tuple(fitting), understanding.language.code) or products


def naming_variant(brief: Brief, asked: Sequence[Product], finder: ProductFinder) -> Brief:
    """The brief of an answer on sizes, naming the variant in the one size that it tells where several were ``asked`` of."""
    rows = [told_rows(brief.question, item) for item in brief.evidence]
    if len(brief.products) != 1 or len(asked) < 2 or any(told and len(told.rows) > 1 for told in rows):
        return brief
    variant = brief.products[0]
    told = replace(finder.evidence((variant,), brief.language)[0], score=0.0)  # it is named, and answers nothing by itself
    known = tuple(item for item in brief.evidence if item.id != told.id)
    evidence = brief.evidence if len(known) < len(brief.evidence) else (*brief.evidence, told)
    return replace(brief, evidence=evidence, below=(Line.of("size_variant", title=variant.title),))


def _size(product: Product) -> str:
    return _bare(find_value(product.attributes, "size") or "")


def _bare(size: str) -> str:
    return _WORDED.sub("", folded(size)).strip()


def _tells(said: Selected, size: str) -> bool:
    """Whether a row is of this size, or a sentence names it."""
    if said.pairs:
        return any(_bare(value) == size for _, value in said.pairs)
    return re.search(rf"(?<![a-z\d.]){re.escape(_closed(size))}(?![a-z\d.])", _closed(folded(said.text))) is not None


def _closed(text: str) -> str:
    return _GAP.sub(r"\1", text)
