"""Guides solve what can be solved: sets within a budget, the smallest change where nothing fits, the questions worth asking."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import product as every_choice

import pytest

from bot.generation.phrases import Phrases
from bot.generation.writer_builtin import BuiltinWriter
from bot.policy.decision import decide
from bot.shop.bundle import best_bundle
from bot.shop.comparison import drawbacks
from bot.shop.graph import ProductGraph
from bot.shop.loading import load_table
from bot.shop.product_search import Wish, pool_of
from bot.shop.questions import open_questions
from bot.shop.relaxation import change_words, smallest_change
from bot.shop.reviews import OpinionReader, Opinions, Rating
from bot.skills.care import OrderCare
from bot.skills.choice import ChoiceSkill
from bot.skills.guide import GuideSkill
from bot.skills.recommend import RecommendSkill
from bot.types import Constraint, Product
from tests.shop_data import CONTEXT, START, empty_shop, finder_of, message, numbered

TENTS = [("T1", 300, 2, "2 kg"), ("T2", 500, 3, "3 kg"), ("T3", 900, 4, "4 kg"), ("T4", 1200, 6, "6 kg")]
GOODS = [
    *({"sku": sku, "title": f"Tent {sku}", "category": "Tents", "price": price, "people": people, "weight": weight}
      for sku, price, people, weight in TENTS),
    {"sku": "B1", "title": "Bag B1", "category": "Sleeping bags", "price": 200, "warm": "no"},
    {"sku": "B2", "title": "Bag B2", "category": "Sleeping bags", "price": 400, "warm": "yes"},
    {"sku": "S1", "title": "Stove S1", "category": "Stoves", "price": 150},
]  # fmt: skip
SHOP = [row | {"currency": "CNY", "stock": "5", "language": "en"} for row in GOODS]


@pytest.fixture(scope="module")
def finder(tmp_path_factory):
    engine = empty_shop(tmp_path_factory.mktemp("guide") / "shop.db")
    load_table(engine, "catalogue", numbered(SHOP), "goods.csv")
    stars = [{"id": f"r{n}", "sku": "T3" if n % 2 else "T1", "rating": "5" if n % 2 else "2"} for n in range(40)]
    load_table(engine, "reviews", numbered(stars), "reviews.csv")
    return finder_of(engine)


def nothing(query, k=10, kinds=None):
    return []


def said(brief):
    return "".join(BuiltinWriter().write(brief))


def test_a_set_is_the_best_that_the_budget_allows_as_trying_every_choice_shows():
    chance = random.Random(4)
    for _ in range(60):
        kinds = [
            [
                (Product(f"{kind}-{n}", "x", price=float(chance.randint(5, 60))), chance.random())
                for n in range(chance.randint(1, 6))
            ]
            for kind in range(chance.randint(2, 4))
        ]
        budget = float(chance.randint(10, 160))
        affordable = [
            sum(score for _, score in choice)
            for choice in every_choice(*kinds)
            if sum(product.price for product, _ in choice) <= budget
        ]
        found = best_bundle(kinds, budget)
        scores = {product.sku: score for kind in kinds for product, score in kind}
        if affordable:
            assert found.left >= 0
            assert sum(scores[product.sku] for product in found.products) == pytest.approx(max(affordable))
        else:
            assert found.left < 0
            assert found.total == min(sum(p.price for p, _ in choice) for choice in every_choice(*kinds))
    assert best_bundle([[(Product("A", "x"), 1.0)]], 5.0) is None


@pytest.mark.parametrize("skill", [GuideSkill, RecommendSkill])
def test_several_kinds_under_one_budget_become_a_set_with_its_sum(finder, skill):
    made = GuideSkill(finder, nothing, 0.5) if skill is GuideSkill else RecommendSkill(finder, nothing)
    asked = message("a tent, a sleeping bag and a stove for 1300", categories=("Tents", "Sleeping bags", "Stoves"),
                    budget=(None, 1300.0))  # fmt: skip
    brief = made.prepare(asked, START, CONTEXT).brief
    assert (brief.action, {product.sku for product in brief.products}) == ("guide", {"T3", "B1", "S1"})
    assert "One of each: ¥1250, which leaves ¥50 of your budget [4]" in said(brief)


def test_a_set_that_no_budget_reaches_is_the_cheapest_with_what_is_missing(finder):
    asked = message("帐篷和睡袋，400元以内", language="zh", categories=("Tents", "Sleeping bags"), budget=(None, 400.0))
    brief = GuideSkill(finder, nothing, 0.5).prepare(asked, START, CONTEXT).brief
    assert [product.sku for product in brief.products] == ["T1", "B1"]
    assert "各一件合计 ¥500，比预算多 ¥100" in said(brief)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [("put together a whole kit with a tent, 1300 at most", {"Tents", "Stoves"}), ("a tent, 1300 at most", {"Tents"})],
)
def test_a_whole_set_is_made_of_what_is_bought_together(tmp_path, text, kinds):
    engine = empty_shop(tmp_path / "shop.db")
    load_table(engine, "catalogue", numbered(SHOP), "goods.csv")
    bought = [{"customer_id": f"C{n}", "sku": sku, "event": "purchase"} for n in range(3) for sku in ("T3", "S1")]
    load_table(engine, "interactions", numbered(bought), "interactions.csv")
    asked = message(text, categories=("Tents",), budget=(None, 1300.0))
    brief = GuideSkill(finder_of(engine), nothing, 0.5).prepare(asked, START, CONTEXT).brief
    assert {product.category for product in brief.products} == kinds


def test_a_wish_binds_the_kinds_that_know_it(finder):
    asked = message("a tent for 4 and a sleeping bag", categories=("Tents", "Sleeping bags"), budget=(None, 2000.0),
                    constraints=(Constraint("people", "=", 4.0, "people", text="for 4"),))  # fmt: skip
    brief = GuideSkill(finder, nothing, 0.5).prepare(asked, START, CONTEXT).brief
    assert brief.products[0].sku in ("T3", "T4")
    assert brief.products[1].sku in ("B1", "B2")
    assert f"for {brief.products[0].attributes['people']} people" in brief.reasons[0]


@pytest.mark.parametrize(
    ("wish", "nearest", "words"),
    [
        (Wish((None, 250.0), category="Tents"), "T1", "a budget of ¥300 instead of ¥250"),
        (Wish((None, 800.0), category="Tents", constraints=(Constraint("people", ">=", 4.0, "people", text="4 people"),)),
         "T3", "a budget of ¥900 instead of ¥800"),
        (Wish((None, 600.0), category="Tents", constraints=(Constraint("weight", "<=", 1.8, "kg", text="1.8 kg"),)),
         "T1", "weight 2 kg instead of “1.8 kg”"),
    ],
)  # fmt: skip
def test_the_smallest_change_is_found_and_said_in_figures(finder, wish, nearest, words):
    families = finder.catalogue.families()
    found = smallest_change(families, pool_of(families, wish), wish)
    assert found.nearest == nearest
    assert change_words(families[nearest][0], wish, found.relaxed, "en") == words


def test_a_guide_says_which_wish_to_change_and_shows_what_that_gives(finder):
    asked = message("choose a tent for me, 250 at most", "purchase_guide", categories=("Tents",), budget=(None, 250.0))
    brief = GuideSkill(finder, nothing, 0.5).prepare(asked, START, CONTEXT).brief
    assert [product.sku for product in brief.products] == ["T1"]
    assert "The smallest change would be a budget of ¥300 instead of ¥250" in said(brief)


def test_what_would_be_nice_to_have_goes_first_and_shuts_nothing_out(finder):
    light = Constraint("weight", "<=", 3.0, "kg", text="3 kg", soft=True)
    asked = message("a tent, ideally up to 3 kg", categories=("Tents",), constraints=(light,), budget=(None, 1000.0))
    brief = RecommendSkill(finder, nothing, limit=3).prepare(asked, START, CONTEXT).brief
    assert [product.sku for product in brief.products][2] == "T3"
    assert brief.relaxed == ()


def test_a_guide_asks_at_most_two_questions_with_what_there_is_to_choose_from(finder):
    asked = message("help me choose a tent", "purchase_guide", categories=("Tents",))
    outcome = GuideSkill(finder, nothing, 0.5).prepare(asked, START, CONTEXT)
    assert outcome.brief.asks == ("budget", "people") == outcome.state.asks
    assert "what is your budget (there is something from ¥300 to ¥1200)" in said(outcome.brief)
    settled = replace(asked, entities=replace(asked.entities, budget=(None, 2000.0),
                      constraints=(Constraint("people", ">=", 2.0, "people"),)))  # fmt: skip
    assert GuideSkill(finder, nothing, 0.5).prepare(settled, START, CONTEXT).brief.asks == ()


def test_a_question_about_words_names_them_and_one_that_tells_nothing_apart_is_not_asked():
    goods = [Product(str(n), "Lamp", price=9.0, attributes={"style": style, "plug": "EU"}) for n, style in enumerate("AAB")]
    (question,) = open_questions(goods, (), False, "en")
    assert (question.slot, question.options, question.measured) == ("style", ("A", "B"), False)


def test_what_a_product_lacks_comes_from_facts_alone():
    plain = Product("A", "A", attributes={"timer": "no"})
    better = Product("B", "B", attributes={"timer": "yes", "noise": "40 dB"})
    other = Product("C", "C")
    opinions = Opinions({"A": Rating(3.0, 4), "B": Rating(4.5, 4), "C": Rating(4.0, 4)}, {}, {})
    assert drawbacks((plain, better, other), ("noise",), opinions, "en") == (
        "noise not stated; no timer", "", "noise not stated",
    )  # fmt: skip
    assert drawbacks((plain, better, other), (), opinions, "zh")[0] == "没有Timer；评分在其中最低：3.0/5（4 条评价）"
    liked = Opinions({"A": Rating(4.1, 4), "B": Rating(4.5, 4), "C": Rating(4.6, 4)}, {}, {})
    assert drawbacks((plain, better, other), (), liked, "en")[0] == "no timer"


def test_a_guide_shows_its_products_side_by_side_in_both_languages(finder):
    for language, feature, weight in (("en", "Feature", "Weight"), ("zh", Phrases("zh").say("compare_column"), "重量")):
        asked = message("choose", "purchase_guide", language, categories=("Tents",), budget=(None, 5000.0))
        text = said(GuideSkill(finder, nothing, 0.5).prepare(asked, START, CONTEXT).brief)
        assert f"| {feature} | Tent T1 [1] |" in text
        assert f"| {weight} | 2 kg | 3 kg | 4 kg | 6 kg |" in text


@pytest.mark.parametrize(
    ("text", "language", "currency", "words"),
    [
        ("a tent under 200 dollars", "en", "USD", ("Our prices are in CNY",)),
        ("a tent, I have 2 bitcoin", "en", None, ("What is your budget in CNY?",)),
        ("帐篷，200美元以内", "zh", "USD", ("店里的价格以元计",)),
    ],
)
def test_a_budget_in_money_that_the_shop_does_not_use_is_never_converted(finder, text, language, currency, words):
    budget = (None, 200.0) if currency else None
    asked = message(text, language=language, categories=("Tents",), budget=budget, currency=currency)
    for skill in (RecommendSkill(finder, nothing), GuideSkill(finder, nothing, 0.5)):
        outcome = skill.prepare(asked, START, CONTEXT)
        prices = [product.price for product in outcome.brief.products]
        assert outcome.brief.action != "clarify" if currency else (outcome.brief.action, prices) == ("clarify", [])
        assert prices == sorted(prices) and bool(prices) == bool(currency)
        assert (outcome.state.category, outcome.state.budget, "budget" in outcome.state.asks) == ("Tents", None, True)
        assert all(word in said(outcome.brief) for word in words)


SET_IN_VIEW = replace(
    START, last_action="guide", skus=("T3", "B1", "S1"), kinds=("Tents", "Sleeping bags", "Stoves"), budget=(None, 1300.0)
)


@pytest.mark.parametrize(
    ("said", "entities", "left"),
    [
        ("no stove please, I have one", {"constraints": (Constraint("category", "=", "Stoves", negated=True),)}, {"T3", "B1"}),
        ("for 2 people", {"constraints": (Constraint("people", "=", 2.0, "people"),)}, {"T2", "B1", "S1"}),
        ("can you make it cheaper?", {}, {"T2", "B1", "S1"}),
        ("1600 is fine", {"budget": (None, 1600.0)}, {"T3", "B1", "S1"}),
    ],
)
def test_a_set_in_view_is_changed_where_the_message_says_so_and_otherwise_kept(finder, said, entities, left):
    asked = message(said, **entities)
    assert decide(asked, SET_IN_VIEW).name == "guide"
    outcome = GuideSkill(finder, nothing, 0.5).prepare(asked, SET_IN_VIEW, CONTEXT)
    assert {product.sku for product in outcome.brief.products} == left
    assert len(outcome.state.kinds) == len(outcome.state.skus)


def test_one_more_kind_joins_the_set_in_view_and_a_set_that_is_cheapest_says_so(finder):
    two = replace(SET_IN_VIEW, skus=("T1", "B1"), kinds=("Tents", "Sleeping bags"))
    more = GuideSkill(finder, nothing, 0.5).prepare(message("add a stove too", categories=("Stoves",)), two, CONTEXT)
    assert more.state.kinds == ("Tents", "Sleeping bags", "Stoves")
    again = GuideSkill(finder, nothing, 0.5).prepare(message("too expensive"), two, CONTEXT).brief
    assert [product.sku for product in again.products] == ["T1", "B1"] and "as cheap as they get" in said(again)


def test_of_about_a_sum_it_is_not_said_what_is_left(finder):
    asked = message("a tent and a stove, about 1000", categories=("Tents", "Stoves"), budget=(800.0, 1200.0))
    told = said(GuideSkill(finder, nothing, 0.5).prepare(asked, START, CONTEXT).brief)
    assert "One of each: ¥1050 [3]." in told and "leaves" not in told


def test_what_is_taken_and_sold_out_is_said_to_be(tmp_path):
    engine = empty_shop(tmp_path / "shop.db")
    load_table(engine, "catalogue", numbered([SHOP[0] | {"stock": "0"}]), "goods.csv")
    found = finder_of(engine)
    care = OrderCare(ProductGraph(found.catalogue, OpinionReader(engine)), found.catalogue)
    guide = GuideSkill(found, nothing, 0.5)
    taken = ChoiceSkill(found, care, guide).prepare(
        message("I'll take it"), replace(START, skus=("T1",), last_action="recommend"), CONTEXT, guide
    )
    assert "sold out" in said(taken.brief) and "[1]" in said(taken.brief)
