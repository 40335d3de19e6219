"""What fits what, and what goes with it: from columns that name products, and from purchases; honest where nothing tells."""

from __future__ import annotations

import pytest

from bot.generation.writer_builtin import BuiltinWriter
from bot.shop.catalogue import Catalogue
from bot.shop.graph import ProductGraph
from bot.shop.loading import load_table
from bot.shop.reviews import OpinionReader
from bot.skills.outcome import Outcome, in_turn
from bot.skills.product_question import ProductQuestionSkill
from bot.skills.related_products import RelatedProductsSkill
from tests.shop_data import CONTEXT, START, empty_shop, finder_of, message, numbered

ROWS = [
    {"sku": "VAC-1", "title": "Hako Vacuum V1", "model": "V1", "accessories": "FLT-1; NOZ-9", "alternatives": "VAC-2"},
    {"sku": "VAC-2", "title": "Hako Vacuum V2", "model": "V2"},
    {"sku": "FLT-1", "title": "Filter A", "compatible_with": "V1, Dyson V8"},
    {"sku": "FLT-2", "title": "滤芯 B", "适用型号": "V2、戴森 V10", "language": "zh"},
    {"sku": "BAG-1", "title": "Dust bag", "accessory_of": "VAC-1"},
    {"sku": "MUG-1", "title": "Mug"},
]


class Otherwise:
    def prepare(self, understanding, state, context):
        return Outcome(None, state)


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    engine = empty_shop(tmp_path_factory.mktemp("graph") / "shop.db")
    load_table(engine, "catalogue", numbered([row | {"price": "10", "currency": "CNY", "stock": "4"} for row in ROWS]), "c.csv")
    together = [{"customer_id": f"C{n}", "sku": sku, "event": "purchase"} for n in range(3) for sku in ("VAC-2", "MUG-1")]
    load_table(engine, "interactions", numbered(together), "i.csv")
    return engine


@pytest.fixture(scope="module")
def graph(engine):
    return ProductGraph(Catalogue(engine), OpinionReader(engine))


def asked(engine, graph, text, language="en", skus=(), page=None):
    skill = in_turn(RelatedProductsSkill(graph, finder_of(engine)), last=Otherwise())
    context = CONTEXT if page is None else CONTEXT.__class__(CONTEXT.shop, page_sku=page)
    return skill.prepare(message(text, language=language, skus=skus), START, context).brief


def said(brief):
    return "".join(BuiltinWriter().write(brief))


def test_columns_that_name_products_become_edges_both_ways_and_unknown_names_none(graph):
    assert graph.related("VAC-1", "accessory") == ("BAG-1", "FLT-1")
    assert graph.related("VAC-1", "compatible_with") == ("FLT-1",)
    assert graph.related("FLT-1", "compatible_with") == ("VAC-1",)
    assert graph.related("FLT-2", "compatible_with") == ("VAC-2",)
    assert graph.related("VAC-2", "alternative") == ("VAC-1",)
    assert graph.related("VAC-2", "bought_together") == ("MUG-1",)


@pytest.mark.parametrize(
    ("text", "language", "skus", "note", "words"),
    [
        ("does Filter A fit the Hako Vacuum V1", "en", ("FLT-1", "VAC-1"), "fits", "Yes, that fits. The shop lists it for: V1"),
        ("is Filter A compatible with my Dyson V8?", "en", ("FLT-1",), "fits", "Dyson V8"),
        ("is Filter A compatible with my Dyson V10?", "en", ("FLT-1",), "fit_unlisted", "I can't promise that it fits"),
        ("does Filter A fit the Hako Vacuum V2", "en", ("FLT-1", "VAC-2"), "fit_unlisted", "lists only V1, Dyson V8"),
        ("滤芯 B 能用在戴森 V10 上吗", "zh", ("FLT-2",), "fits", "可以的"),
        ("滤芯 B 能装在 V2 上吗", "zh", ("FLT-2", "VAC-2"), "fits", "可以的"),
    ],
)
def test_a_fit_is_confirmed_only_where_a_record_lists_it(engine, graph, text, language, skus, note, words):
    brief = asked(engine, graph, text, language, skus)
    assert (brief.action, brief.note) == ("answer", note)
    assert words in said(brief)
    assert "[1]" in said(brief)


def test_the_only_product_of_a_kind_is_meant_by_the_kind(engine, graph):
    understood = message("does the dust bag fit the Hako Vacuum V1?", categories=("bag",), skus=("VAC-1",))
    skill = in_turn(RelatedProductsSkill(graph, finder_of(engine)), last=Otherwise())
    brief = skill.prepare(understood, START, CONTEXT).brief
    assert [product.sku for product in brief.products] == ["VAC-1", "BAG-1"] and brief.note == "fits"


def test_a_fit_that_no_record_speaks_of_is_left_to_the_documents(engine, graph):
    assert asked(engine, graph, "does the mug fit my car?", skus=("MUG-1",)) is None
    assert asked(engine, graph, "how heavy is Filter A", skus=("FLT-1",)) is None


def test_accessories_are_shown_with_the_fact_that_makes_them_so(engine, graph):
    brief = asked(engine, graph, "what accessories are there for it?", page="VAC-1")
    assert [product.sku for product in brief.products] == ["BAG-1", "FLT-1"]
    assert brief.reasons[0].startswith("an accessory of the Hako Vacuum V1")
    bought = asked(engine, graph, "这款有什么配件", "zh", ("VAC-2",))
    assert [product.sku for product in bought.products] == ["MUG-1"]
    assert bought.reasons[0].startswith("常与「Hako Vacuum V2」一起购买")


def test_what_is_sold_out_gives_way_to_the_alternative_that_the_shop_names(tmp_path):
    engine = empty_shop(tmp_path / "s.db")
    rows = [
        {"sku": "VAC-1", "title": "Hako Vacuum", "stock": "0", "alternatives": "MOP-1"},
        {"sku": "VAC-2", "title": "Rolo Vacuum", "stock": "4"},
        {"sku": "MOP-1", "title": "Hako Mop", "stock": "4"},
    ]
    load_table(engine, "catalogue", numbered([row | {"price": "10", "currency": "CNY"} for row in rows]), "c.csv")
    skill = in_turn(
        ProductQuestionSkill(finder_of(engine), ProductGraph(Catalogue(engine), OpinionReader(engine))), last=Otherwise()
    )
    brief = skill.prepare(message("is the Hako Vacuum available?", intent="stock", skus=("VAC-1",)), START, CONTEXT).brief
    assert (brief.note, [product.sku for product in brief.products]) == ("sold_out", ["MOP-1", "VAC-2"])


@pytest.mark.parametrize(
    ("text", "language", "skus", "words"),
    [
        ("滤芯 B 适合 V1 吗？", "zh", ("FLT-2", "VAC-1"), "不能保证适用"),
        ("is Filter A right for the V1?", "en", ("FLT-1", "VAC-1"), "Yes, that fits"),
    ],
)
def test_of_two_products_a_plain_word_asks_whether_they_fit(engine, graph, text, language, skus, words):
    assert words in said(asked(engine, graph, text, language, skus))


@pytest.mark.parametrize("text", ["适合新手吗", "is it right for beginners?"])
def test_of_one_product_that_word_says_whom_it_is_for(engine, graph, text):
    assert asked(engine, graph, text, skus=("FLT-1",)) is None
