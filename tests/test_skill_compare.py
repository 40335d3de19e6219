from dataclasses import replace

import pytest

from bot.skills.compare import CompareSkill, meant_skus
from tests.shop_data import CONTEXT, START, finder_of, message, stocked_shop

SHOWN = replace(START, skus=("BP-1", "BP-2", "BP-4", "KT-1"))


@pytest.fixture
def skill(tmp_path):
    return CompareSkill(finder_of(stocked_shop(tmp_path / "shop.db")))


@pytest.mark.parametrize(
    ("text", "named", "meant"),
    [
        ("compare the two", ("BP-4", "BP-1"), ("BP-4", "BP-1")),
        ("compare the first two", (), ("BP-1", "BP-2")),
        ("the last 2 please", (), ("BP-4", "KT-1")),
        ("compare the first and the third", (), ("BP-1", "BP-4")),
        ("compare number 2 with the last one", (), ("BP-2", "KT-1")),
        ("前两款哪个好", (), ("BP-1", "BP-2")),
        ("后两个比一下", (), ("BP-4", "KT-1")),
        ("第一款和第三款有什么区别", (), ("BP-1", "BP-4")),
        ("第2个和最后一个对比", (), ("BP-2", "KT-1")),
        ("哪个好", (), ("BP-1", "BP-2", "BP-4", "KT-1")),
        ("which is better?", (), ("BP-1", "BP-2", "BP-4", "KT-1")),
        ("is the kettle better than the first?", ("KT-1",), ("KT-1", "BP-1")),
    ],
)
def test_what_is_meant_is_named_or_was_just_shown(text, named, meant):
    assert meant_skus(message(text, skus=named), SHOWN, CONTEXT) == meant


def test_one_product_is_compared_with_the_one_on_the_page():
    on_page = replace(CONTEXT, page_sku="BP-1")
    assert meant_skus(message("compare with the city one", skus=("BP-2",)), START, on_page) == ("BP-1", "BP-2")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_comparison_has_table_evidence_and_advantages(skill, language):
    outcome = skill.prepare(message("compare", "comparison", language, skus=("BP-1", "BP-2")), START, CONTEXT)
    brief = outcome.brief
    assert (brief.action, [one.id for one in brief.evidence]) == ("compare", ["product:BP-1", "product:BP-2"])
    assert brief.table is not None
    name = {"zh": "山径双肩包 30升", "en": "Trail Backpack 30L"}[language]
    assert brief.table.columns == (name, "City Backpack 20L")
    assert (
        brief.reasons
        == {
            "en": ("best rated: 4.9/5 from 10 reviews", "lowest price: ¥199"),
            "zh": ("评分最高：4.9/5（10 条评价）", "价格最低：¥199"),
        }[language]
    )
    assert outcome.state.skus == ("BP-1", "BP-2")


@pytest.mark.parametrize(("state", "named"), [(START, ()), (START, ("BP-1",)), (START, ("BP-1", "gone"))])
def test_fewer_than_two_known_products_ask_which(skill, state, named):
    outcome = skill.prepare(message("compare", "comparison", skus=named), state, CONTEXT)
    assert (outcome.brief.action, outcome.brief.asks, outcome.brief.table) == ("clarify", ("product",), None)
    assert outcome.state.asks == ("product",)


def test_at_most_four_are_compared(skill):
    many = ("BP-1", "BP-2", "BP-3", "BP-4", "KT-1")
    assert len(skill.prepare(message("compare", skus=many), START, CONTEXT).brief.products) == 4


@pytest.mark.parametrize(
    ("text", "kinds", "shown", "compared"),
    [
        ("compare backpacks with kettles", ("Backpacks", "Kettles"), (), {"Backpacks", "Kettles"}),
        ("和电热水壶比呢", ("Kettles",), ("BP-1",), {"Backpacks", "Kettles"}),
        ("which backpack is the easiest to carry?", ("Backpacks",), ("KT-1",), {"Backpacks"}),
    ],
)
def test_kinds_are_compared_by_one_of_each_and_a_kind_by_some_of_it(skill, text, kinds, shown, compared):
    brief = skill.prepare(message(text, "comparison", categories=kinds), replace(START, skus=shown), CONTEXT).brief
    assert brief.action == "compare" and {product.category for product in brief.products} == compared
