from dataclasses import replace

import pytest

from bot.shop.loading import load_table
from bot.skills.recommend import RecommendSkill
from bot.skills.wishes import merged_wish, names_a_need, says_what_it_does
from bot.types import Constraint, Money
from tests.shop_data import CONTEXT, START, empty_shop, finder_of, hit, message, numbered, stocked_shop


def search_that_finds(*hits):
    return lambda query, k=10, kinds=None: [one for one in hits if kinds is None or one.chunk.kind in kinds][:k]


@pytest.fixture
def finder(tmp_path):
    return finder_of(stocked_shop(tmp_path / "shop.db"))


@pytest.fixture
def skill(finder):
    return RecommendSkill(finder, search_that_finds())


BLUE = Constraint("color", "=", "blue", text="blue")


def skus(outcome):
    return [product.sku for product in outcome.brief.products]


@pytest.mark.parametrize(
    ("text", "language", "entities", "found"),
    [
        ("a backpack", "en", {"categories": ("Backpacks",)}, {"BP-1", "BP-2", "BP-4"}),
        ("双肩包", "zh", {"categories": ("双肩包",)}, {"BP-1", "BP-2", "BP-4"}),
        ("a backpack under 200", "en", {"categories": ("Backpacks",), "budget": (None, 200.0)}, {"BP-2", "BP-4"}),
        ("something blue", "en", {"constraints": (BLUE,)}, {"BP-1"}),
        ("200以内的", "zh", {"budget": (None, 200.0)}, {"BP-2", "BP-4", "KT-1"}),
    ],
)
def test_products_that_fit_are_shown_with_evidence_and_reason_in_the_replys_language(skill, text, language, entities, found):
    outcome = skill.prepare(message(text, language=language, **entities), START, CONTEXT)
    brief = outcome.brief
    assert (brief.action, brief.language, set(skus(outcome))) == ("recommend", language, found)
    assert [evidence.id for evidence in brief.evidence] == [f"product:{sku}" for sku in skus(outcome)]
    assert len(brief.reasons) == len(brief.products) and brief.reasons[0]
    assert ("价格" in brief.evidence[0].text) is (language == "zh")
    assert outcome.state.skus == tuple(skus(outcome))
    assert outcome.state.budget == entities.get("budget")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_when_nothing_is_known_it_asks_once_and_then_shows_what_sells(skill, language):
    first = skill.prepare(
        message("推荐一下" if language == "zh" else "recommend me something", language=language), START, CONTEXT
    )
    assert (first.brief.action, first.brief.asks, first.brief.products) == ("clarify", ("need", "budget"), ())
    assert first.state.asks == ("need", "budget")
    second = skill.prepare(message("随便" if language == "zh" else "whatever", language=language), first.state, CONTEXT)
    assert (second.brief.action, skus(second)[0], second.state.asks) == ("recommend", "BP-1", ())


def test_need_budget_and_attributes_add_up_over_turns(skill):
    state = skill.prepare(message("a backpack", categories=("Backpacks",)), START, CONTEXT).state
    state = skill.prepare(message("under 250", budget=(None, 250.0)), state, CONTEXT).state
    outcome = skill.prepare(
        message("not black please", constraints=(Constraint("color", "=", "black", negated=True),)), state, CONTEXT
    )
    assert skus(outcome) == ["BP-4"]
    assert (outcome.state.category, outcome.state.budget) == ("Backpacks", (None, 250.0))


def test_another_category_starts_afresh(skill):
    state = skill.prepare(
        message("blue backpack", categories=("Backpacks",), constraints=(BLUE,), budget=(200.0, 400.0)), START, CONTEXT
    ).state
    outcome = skill.prepare(message("and a kettle?", categories=("Kettles",)), state, CONTEXT)
    assert skus(outcome) == ["KT-1"]
    assert (outcome.state.constraints, outcome.state.budget) == ((), None)


def test_a_later_colour_replaces_the_former_and_an_amount_answers_the_question_for_a_budget():
    red = Constraint("颜色", "=", "red")
    state = replace(START, constraints=(BLUE,), asks=("need", "budget"))
    wish = merged_wish(message("red, 300", constraints=(red,), amounts=(Money(300.0, "CNY"),)), state)
    assert (wish.constraints, wish.budget, wish.currency) == ((red,), (None, 300.0), "CNY")


@pytest.mark.parametrize(("text", "language"), [("anything cheaper?", "en"), ("有没有便宜点的", "zh")])
def test_cheaper_means_under_everything_shown(skill, text, language):
    state = replace(START, category="Backpacks", skus=("BP-1", "BP-2"))
    assert skus(skill.prepare(message(text, language=language), state, CONTEXT)) == ["BP-4"]


@pytest.mark.parametrize(("text", "language"), [("anything cheaper?", "en"), ("便宜点的", "zh")])
def test_where_nothing_is_cheaper_it_says_so_and_keeps_the_former_budget(skill, text, language):
    state = replace(START, category="Backpacks", skus=("BP-4",), budget=(None, 300.0))
    outcome = skill.prepare(message(text, language=language), state, CONTEXT)
    assert (skus(outcome), outcome.brief.note, outcome.state.budget) == (["BP-4"], "nothing_beyond", (None, 300.0))
    assert outcome.brief.leader is not None and outcome.brief.leader.ranking == "cheapest"


def test_the_category_in_the_other_language_is_the_same_need(skill):
    state = replace(START, category="Backpacks", budget=(None, 200.0))
    outcome = skill.prepare(message("双肩包", language="zh", categories=("双肩包",)), state, CONTEXT)
    assert (outcome.state.budget, set(skus(outcome))) == ((None, 200.0), {"BP-2", "BP-4"})


@pytest.mark.parametrize(("text", "language"), [("show me others", "en"), ("还有别的吗", "zh")])
def test_others_are_not_the_ones_shown(skill, text, language):
    state = replace(START, category="Backpacks", skus=("BP-1", "BP-2"))
    assert skus(skill.prepare(message(text, language=language), state, CONTEXT)) == ["BP-4"]


@pytest.mark.parametrize(
    ("language", "entities", "words"),
    [
        ("en", {"constraints": (Constraint("color", "=", "purple", text="purple"),)}, "purple"),
        ("en", {"budget": (None, 100.0)}, "your budget"),
        ("zh", {"budget": (None, 100.0)}, "您的预算"),
    ],
)
def test_a_wish_given_up_is_named(skill, language, entities, words):
    outcome = skill.prepare(message("backpack", language=language, categories=("Backpacks",), **entities), START, CONTEXT)
    assert (outcome.brief.note, outcome.brief.relaxed) == ("relaxed", (words,))
    assert outcome.brief.products


def test_words_alone_are_matched_by_the_knowledge_base(finder):
    skill = RecommendSkill(finder, search_that_finds(hit("catalogue://KT-1", 0.8), hit("catalogue://BP-1", 0.1)))
    assert skus(skill.prepare(message("something to boil water"), START, CONTEXT)) == ["KT-1"]


@pytest.mark.parametrize(
    ("text", "need"),
    [
        ("Can you recommend something?", False),
        ("recommend something to boil water", True),
        ("a gift for my mother", True),
        ("给我推荐一下", False),
        ("有什么好的推荐吗", False),
        ("推荐一个烧水用的", True),
        ("送妈妈的礼物", True),
        ("", False),
        ("🙂 ??", False),
    ],
)
def test_words_of_a_request_are_no_need(text, need):
    assert names_a_need(text) is need


def test_matches_that_do_not_stand_out_are_not_taken_for_a_need(finder):
    weak = [replace(hit(f"catalogue://{sku}", 0.01), lexical=0.0, dense=0.5) for sku in ("KT-1", "BP-1", "BP-2")]
    asked = message("a restaurant nearby")
    assert RecommendSkill(finder, search_that_finds(*weak)).prepare(asked, START, CONTEXT).brief.action == "clarify"
    strong = [replace(weak[0], dense=0.7), *weak[1:]]
    assert skus(RecommendSkill(finder, search_that_finds(*strong)).prepare(asked, START, CONTEXT)) == ["KT-1"]


def test_a_request_without_a_need_is_not_matched_by_chance(finder):
    skill = RecommendSkill(finder, search_that_finds(hit("catalogue://KT-1", 0.9)))
    assert skill.prepare(message("recommend something"), START, CONTEXT).brief.action == "clarify"


def test_on_a_products_page_its_category_is_the_need(skill):
    outcome = skill.prepare(message("anything like this?"), START, replace(CONTEXT, page_sku="KT-1"))
    assert skus(outcome) == ["KT-1"]


def test_a_budget_under_every_price_gets_the_cheapest_and_is_told_so(skill):
    outcome = skill.prepare(message("a backpack under 5", categories=("Backpacks",), budget=(None, 5.0)), START, CONTEXT)
    assert (skus(outcome)[0], outcome.brief.relaxed) == ("BP-4", ("your budget",))
    assert outcome.brief.leader is not None
    assert (outcome.brief.leader.ranking, outcome.brief.leader.value) == ("cheapest", "¥129")


def test_nothing_fitting_asks_once_for_another_wish_and_then_declines(skill):
    impossible = message("anything for 5", budget=(None, 5.0))
    first = skill.prepare(impossible, START, CONTEXT)
    assert (first.brief.action, first.brief.asks, first.brief.note, first.brief.abstained) == (
        "clarify",
        ("need",),
        "not_found",
        True,
    )
    second = skill.prepare(impossible, first.state, CONTEXT)
    assert (second.brief.action, second.brief.asks, second.brief.abstained) == ("decline", (), True)


def test_an_empty_catalogue_declines(tmp_path):
    skill = RecommendSkill(finder_of(empty_shop(tmp_path / "shop.db")), search_that_finds())
    outcome = skill.prepare(message("a lamp"), START, CONTEXT)
    assert (outcome.brief.action, outcome.brief.abstained) == ("decline", True)


GRINDERS = [
    {"sku": "G-1", "title": "Brewday grinder", "description": "Coarse steps for filter. Not fine enough for espresso."},
    {"sku": "G-2", "title": "Molino grinder", "description": "Fine enough for espresso."},
    {"sku": "G-3", "title": "Trek grinder", "description": "Steel burrs."},
    {"sku": "K-1", "title": "Kids' grinder", "description": "Made of wood."},
]


@pytest.fixture
def grinders(tmp_path):
    engine = empty_shop(tmp_path / "grinders.db")
    rows = [row | {"category": "Grinders", "price": "90", "currency": "CNY", "stock": "4"} for row in GRINDERS]
    load_table(engine, "catalogue", numbered(rows), "c.csv")
    return RecommendSkill(finder_of(engine), search_that_finds())


def test_what_denies_the_use_is_left_out_and_what_speaks_of_it_leads(grinders):
    found = skus(grinders.prepare(message("a grinder for espresso", categories=("Grinders",)), START, CONTEXT))
    assert found[0] == "G-2" and "G-1" not in found
    assert "G-1" in skus(grinders.prepare(message("a grinder for filter", categories=("Grinders",)), START, CONTEXT))


@pytest.mark.parametrize(("text", "shown"), [("a present for my girlfriend", False), ("a present for my daughter", True)])
def test_what_is_made_for_children_is_no_present_for_somebody_grown(grinders, text, shown):
    grinders._limit = 4
    found = skus(grinders.prepare(message(text, categories=("Grinders",), budget=(None, 100.0)), START, CONTEXT))
    assert ("K-1" in found) is shown


@pytest.mark.parametrize(
    ("text", "budget"),
    [
        ("first stroller, small flat, 2000 yuan", (None, 2000.0)),
        ("one like that which my sister bought at 2000 yuan", None),
        ("is there free shipping over 2000 yuan?", None),
    ],
)
def test_the_one_sum_of_a_wish_is_what_may_be_spent(text, budget):
    assert merged_wish(message(text, amounts=(Money(2000.0, "CNY"),)), START).budget == budget


def test_a_present_starts_afresh_and_keeps_what_was_said_of_it():
    before = replace(START, category="Dutch ovens", budget=(None, 900.0), constraints=(BLUE,))
    gift = merged_wish(message("a gift for my mum, under 100", budget=(None, 100.0)), before)
    assert (gift.category, gift.constraints, gift.budget) == (None, (), (None, 100.0))
    again = merged_wish(message("yes, a gift for mum"), replace(START, budget=(None, 100.0)))
    assert again.budget == (None, 100.0)


@pytest.mark.parametrize(
    ("text", "told"),
    [("something to keep coffee hot", True), ("能装咖啡的东西", True), ("coffee to keep", False), ("something in blue", False)],
)
def test_what_a_thing_does_names_no_kind_of_it(text, told):
    assert says_what_it_does(text) is told
