import pytest

from bot.skills.guide import GuideSkill
from tests.shop_data import CONTEXT, START, empty_shop, finder_of, hit, message, stocked_shop

CRITERIA = hit("guide.md", 0.9, "Measure your back first.", "text", "Choosing a backpack")
WEAK = hit("other.md", 0.2, "Opening hours.", "text")


def skill_of(engine, *hits):
    def search(query, k=10, kinds=None):
        return [one for one in hits if kinds is None or one.chunk.kind in kinds][:k]

    return GuideSkill(finder_of(engine), search, threshold=0.5)


@pytest.fixture
def engine(tmp_path):
    return stocked_shop(tmp_path / "shop.db")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_criteria_come_first_then_products_over_the_price_range(engine, language):
    asked = message("how do I choose a backpack", "purchase_guide", language, categories=("Backpacks",))
    outcome = skill_of(engine, CRITERIA, WEAK).prepare(asked, START, CONTEXT)
    brief = outcome.brief
    assert brief.action == "guide"
    assert [one.kind for one in brief.evidence] == ["passage", "product", "product", "product"]
    assert brief.evidence[0].text == "Measure your back first."
    assert [product.price for product in brief.products] == [129.0, 199.0, 299.0]
    assert len(brief.reasons) == 3
    assert brief.table is not None and brief.table.rows[0][0] == ("价格" if language == "zh" else "Price")
    assert (outcome.state.skus, outcome.state.category) == (("BP-4", "BP-2", "BP-1"), "Backpacks")


def test_criteria_alone_are_a_guide(engine):
    outcome = skill_of(engine, CRITERIA).prepare(message("how do I choose a tent", "purchase_guide"), START, CONTEXT)
    assert (outcome.brief.action, len(outcome.brief.evidence), outcome.brief.products) == ("guide", 1, ())


def test_it_asks_what_to_buy_once_and_then_declines(engine):
    skill = skill_of(engine, WEAK)
    first = skill.prepare(message("guide me", "purchase_guide"), START, CONTEXT)
    assert (first.brief.action, first.brief.asks) == ("clarify", ("need", "budget"))
    second = skill.prepare(message("hm", "purchase_guide"), first.state, CONTEXT)
    assert (second.brief.action, second.brief.asks) == ("decline", ())


def test_an_empty_shop_has_no_guide(tmp_path):
    outcome = skill_of(empty_shop(tmp_path / "shop.db")).prepare(message("guide me"), START, CONTEXT)
    assert (outcome.brief.action, outcome.brief.evidence) == ("clarify", ())
