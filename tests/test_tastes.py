"""What is recommended follows what customers did, only for those who agreed, within the owner's rules."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.recommendation.archive import packed, unpacked
from bot.shop.catalogue import Catalogue
from bot.shop.finder import ProductFinder
from bot.shop.loading import load_table
from bot.shop.recommender import Recommender
from bot.shop.reviews import OpinionReader, Opinions
from bot.shop.rules import MerchandisingRules
from bot.shop.tastes import Tastes
from bot.skills.recommend import RecommendSkill
from bot.types import Product
from tests.shop_data import CONTEXT, START, empty_shop, message, numbered

GOODS = ("tent", "mat", "bag", "lamp", "stove", "pan", "pot", "knife", "board", "bowl")
CAMPING = GOODS[:5]


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    engine = empty_shop(tmp_path_factory.mktemp("tastes") / "shop.db")
    products = [
        {"sku": name, "title": name, "category": "Camping" if name in CAMPING else "Kitchen", "price": 50 + place, "stock": 9}
        for place, name in enumerate((*GOODS, "hammock"))
    ]
    steps = [
        {"customer_id": f"C{customer}", "sku": name, "event": "purchase", "time": f"2026-03-{place + 1:02}"}
        for customer in range(40)
        for place, name in enumerate((GOODS[5:] if customer % 2 else CAMPING)[customer % 3 :])
    ]
    people = [
        {"customer_id": "C1", "name": "Ana", "consent": "yes"},
        {"customer_id": "C3", "name": "Ben", "consent": "no"},
    ]
    load_table(engine, "catalogue", numbered(products), "goods.csv")
    load_table(engine, "interactions", numbered(steps), "steps.csv")
    load_table(engine, "customers", numbered(people), "people.csv")
    assert Tastes(engine, Catalogue(engine)).learn()
    return engine


def skill_of(engine, rules=MerchandisingRules()):  # noqa: B008
    catalogue = Catalogue(engine)
    finder = ProductFinder(catalogue, OpinionReader(engine), Recommender(rules), Tastes(engine, catalogue))
    return RecommendSkill(finder, lambda query, k=10, kinds=None: [], limit=3)


def shown(outcome):
    return [product.sku for product in outcome.brief.products]


ANYTHING = message("whatever you recommend", budget=(None, 100.0))


def test_what_goes_with_the_page_that_is_open_is_shown_with_the_reason_from_orders(engine):
    outcome = skill_of(engine).prepare(ANYTHING, START, replace(CONTEXT, page_sku="pan"))
    assert set(shown(outcome)) <= {"pan", "pot", "knife", "board", "bowl"}
    assert any("often bought together with the pan" in reason for reason in outcome.brief.reasons)


def test_what_a_customer_did_counts_only_if_they_agreed(engine):
    tastes = Tastes(engine, Catalogue(engine))
    assert tastes.expected("C3") == {}
    assert tastes.expected("nobody") == {}
    wanted = tastes.expected("C1")
    assert max(wanted.values()) == 1
    assert wanted["pan"] > wanted["tent"]
    assert shown(skill_of(engine).prepare(ANYTHING, START, replace(CONTEXT, customer="C1")))[0] in GOODS[5:]


def test_who_agreed_is_recommended_what_they_are_likely_to_want_next_without_being_asked_for_a_need(engine):
    anything, skill = message("what do you recommend for me?"), skill_of(engine)
    known = skill.prepare(anything, START, replace(CONTEXT, customer="C1"))
    assert known.brief.action == "recommend"
    bought = {name for place, name in enumerate(GOODS[5:]) if place >= 1}
    assert shown(known)[0] == "pan" and not bought & set(shown(known))
    assert skill.prepare(anything, START, replace(CONTEXT, customer="C3")).brief.action == "clarify"
    assert skill.prepare(anything, START, CONTEXT).brief.action == "clarify"


def test_a_new_product_that_nobody_met_is_expected_by_its_words(engine):
    assert Tastes(engine, Catalogue(engine)).expected(None, ["tent"])["hammock"] > 0


def test_what_the_owner_excludes_is_not_recommended_even_if_it_fits_best(engine):
    rules = MerchandisingRules.of((), ("KITCHEN",), by_margin=False)
    assert not set(shown(skill_of(engine, rules).prepare(ANYTHING, START, replace(CONTEXT, page_sku="pan")))) & set(GOODS[5:])


def test_of_two_alike_the_boosted_and_the_better_earning_go_first():
    one, other = (Product(sku, "Lamp", brand=brand, price=10.0) for sku, brand in (("A", "Hako"), ("B", "Norrvik")))
    nothing = Opinions({}, {}, {})
    assert Recommender().rank([one, other], {}, nothing, 1) == (one,)
    assert Recommender(MerchandisingRules.of(["norrvik"], (), False)).rank([one, other], {}, nothing, 1) == (other,)
    earning = replace(other, margin=0.5)
    assert Recommender(MerchandisingRules.of((), (), True)).rank([one, earning], {}, nothing, 1) == (earning,)
    assert Recommender(MerchandisingRules.of((), (), True)).rank([one, earning], {"A": 1.0}, nothing, 1) == (one,)


def test_a_model_survives_being_stored(engine):
    tastes = Tastes(engine, Catalogue(engine))
    model = tastes._model()
    assert model is not None
    again = unpacked(packed(model))
    assert again is not None
    assert again.scores([]).tolist() == model.scores([]).tolist()


def test_too_few_customers_teach_nothing_and_an_old_lesson_is_forgotten(engine, tmp_path):
    few = empty_shop(tmp_path / "few.db")
    load_table(few, "catalogue", numbered([{"sku": "tent", "title": "tent", "price": 5}]), "goods.csv")
    assert not Tastes(few, Catalogue(few)).learn()
    assert Tastes(few, Catalogue(few)).expected(None, ["tent"]) == {}
