from types import SimpleNamespace

import pytest

from bot.shop.comparison import advantages, comparison_table
from bot.shop.finder import ProductFinder, over_price_range
from bot.shop.loading import load_table
from bot.shop.product_search import Wish, pool_of, satisfies, search_products
from bot.shop.recommender import Recommender
from bot.shop.relaxation import smallest_change
from bot.shop.reviews import OpinionReader, Opinions, Rating, bought_together
from bot.shop.units import quantities
from bot.types import Constraint, Product
from tests.shop_data import empty_shop, finder_of, numbered, stocked_shop


@pytest.fixture
def engine(tmp_path):
    return stocked_shop(tmp_path / "shop.db")


@pytest.fixture
def families(engine):
    return finder_of(engine).catalogue.families()


def holds(attribute, value, relation="=", unit=None, negated=False, text=""):
    return Constraint(attribute, relation, value, unit, negated, text)


BACKPACKS = "Backpacks"


@pytest.mark.parametrize(
    ("wish", "skus"),
    [
        (Wish(category=BACKPACKS), {"BP-1", "BP-2", "BP-4"}),
        (Wish(category="双肩包"), {"BP-1", "BP-2", "BP-4"}),
        (Wish(category=BACKPACKS, in_stock=False), {"BP-1", "BP-2", "BP-3", "BP-4"}),
        (Wish((None, 200.0), category=BACKPACKS), {"BP-2", "BP-4"}),
        (Wish((150.0, 300.0), category=BACKPACKS), {"BP-1", "BP-2"}),
        (Wish((None, 200.0), "CNY", BACKPACKS), {"BP-2", "BP-4"}),
        (Wish(constraints=(holds("color", "蓝色"),)), {"BP-1"}),
        (Wish(constraints=(holds("颜色", "black"),)), {"BP-2"}),
        (Wish(category=BACKPACKS, constraints=(holds("color", "red", negated=True),)), {"BP-1", "BP-2"}),
        (Wish(category=BACKPACKS, constraints=(holds("weight", 950.0, "<=", "g"),)), {"BP-2", "BP-4"}),
        (Wish(category=BACKPACKS, constraints=(holds("重量", 1.0, ">=", "公斤"),)), {"BP-1"}),
        (Wish(constraints=(holds("capacity", 25.0, ">=", "升"),)), {"BP-1", "BP-4"}),
        (Wish(constraints=(holds("volume", 1.5, "=", "L"),)), {"KT-1"}),
        (Wish(category=BACKPACKS, constraints=(holds("material", "leather"),)), {"BP-2"}),
        (Wish(category=BACKPACKS, constraints=(holds("material", "皮革", negated=True),)), {"BP-1", "BP-4"}),
        (Wish(constraints=(holds("brand", "Norrvik"),)), {"BP-1"}),
        (Wish(constraints=(holds("price", 150.0, "<="),)), {"BP-4"}),
    ],
)
def test_every_constraint_is_kept(families, wish, skus):
    found = search_products(families, wish)
    assert set(found.skus) == skus
    assert found.relaxed == ()


QUIET = {"A": "54 dB", "B": "66 dB", "C": "72 dB", "D": ""}


@pytest.mark.parametrize(
    ("noises", "asked", "fitting"),
    [
        (QUIET, "quiet", ("A",)),
        (QUIET, "安静", ("A",)),
        (QUIET | {"D": "50 dB"}, "quiet", ("A", "D")),
        (dict.fromkeys("ABC", "60 dB"), "quiet", ()),
    ],
)
def test_what_no_description_says_is_told_by_the_measure(noises, asked, fitting):
    families = {sku: (Product(sku, f"Kettle {sku}", attributes={"noise": noise}),) for sku, noise in noises.items()}
    assert search_products(families, Wish(constraints=(holds("feature", asked),))).skus == fitting


def test_what_a_description_says_goes_before_the_measure():
    families = {"A": (Product("A", "Kettle", attributes={"noise": "54 dB"}),), "B": (Product("B", "Quiet kettle"),)}
    assert search_products(families, Wish(constraints=(holds("feature", "quiet"),))).skus == ("B",)


@pytest.mark.parametrize(
    ("description", "people", "fits"),
    [
        ("For 4–6 people, with a timer", 5, True),
        ("For 1–3 people", 5, False),
        ("适合4到6个人", 5, True),
        ("民用 3 人造革", 3, False),
        ("Serves coffee", 2, False),
    ],
)
def test_for_how_many_people_a_thing_is_may_stand_in_its_description(description, people, fits):
    family = (Product("A", "Cooker", description=description),)
    assert satisfies(family, Constraint("people", "=", float(people), "people")) is fits


def test_a_category_holds_what_lies_on_the_paths_below_it(tmp_path):
    engine = empty_shop(tmp_path / "s.db")
    paths = {"A": "Baby > Strollers", "B": "Baby > Strollers > Light", "C": "Baby > Seats", "D": "Baby > Strollers and more"}
    rows = [{"sku": sku, "title": f"{sku} thing", "category": path, "price": "9"} for sku, path in paths.items()]
    load_table(engine, "catalogue", numbered(rows), "c.csv")
    assert finder_of(engine).goods.members("Baby > Strollers") == {"A", "B"}


@pytest.mark.parametrize(
    ("wish", "skus", "relaxed"),
    [
        (
            Wish(category=BACKPACKS, constraints=(holds("color", "purple", text="purple one"),)),
            {"BP-1", "BP-2", "BP-4"},
            ("purple one",),
        ),
        (Wish((None, 100.0), category=BACKPACKS), {"BP-4"}, ("budget",)),
        (
            Wish(constraints=(holds("capacity", 60.0, ">=", "L", text="60 L"),), category=BACKPACKS),
            {"BP-3"},
            ("stock",),
        ),
        (
            Wish(constraints=(holds("capacity", 90.0, ">=", "L", text="90 L"),), category=BACKPACKS),
            {"BP-1", "BP-2", "BP-4"},
            ("90 L",),
        ),
        (Wish((650.0, 750.0), category=BACKPACKS), {"BP-3"}, ("stock",)),
        (
            Wish(
                (None, 140.0),
                category=BACKPACKS,
                constraints=(holds("color", "blue", text="blue"), holds("weight", 0.9, "<=", "kg")),
            ),
            {"BP-4"},
            ("blue",),
        ),
        (
            Wish(category=BACKPACKS, constraints=(holds("color", "pink", text="pink"), holds("material", "silk", text="silk"))),
            {"BP-1", "BP-2", "BP-4"},
            ("pink", "silk"),
        ),
        (Wish((None, 5.0), category=BACKPACKS), set(), ()),
        (Wish((None, 500.0), "USD", BACKPACKS), set(), ()),
        (Wish(constraints=(holds("brand", "Norrvik", negated=True), holds("brand", "Hako", negated=True))), set(), ()),
    ],
)
def test_when_nothing_fits_one_wish_is_given_up_and_named(families, wish, skus, relaxed):
    assert search_products(families, wish).skus == ()
    found = smallest_change(families, pool_of(families, wish), wish)
    assert set(found.skus) == skus
    assert found.relaxed == relaxed


def test_candidates_keep_their_order_and_unknown_ones_are_ignored(families):
    assert search_products(families, Wish(), ["KT-1", "nothing", "BP-1"]).skus == ("KT-1", "BP-1")


NO_OPINIONS = Opinions({}, {}, {})


def product(sku, price=10.0, title="", **more):
    return Product(sku, title or f"Thing {sku}", price=price, **more)


def test_the_more_relevant_product_leads_and_a_few_good_reviews_do_not_beat_it():
    products = [product("A"), product("B")]
    opinions = Opinions({"B": Rating(5.0, 1)}, {}, {})
    assert [one.sku for one in Recommender().rank(products, {"A": 0.9, "B": 0.4}, opinions, 2)] == ["A", "B"]


def test_many_good_reviews_beat_one_perfect_review():
    products = [product("A"), product("B")]
    opinions = Opinions({"A": Rating(5.0, 1), "B": Rating(4.8, 200)}, {}, {})
    assert Recommender().rank(products, {}, opinions, 1)[0].sku == "B"


def test_what_is_bought_more_often_leads_among_equals_and_what_is_sold_out_follows():
    products = [product("A", stock=0), product("B", stock=9), product("C", stock=9)]
    opinions = Opinions({}, {"C": 1.0}, {})
    assert [one.sku for one in Recommender().rank(products, {}, opinions, 3)] == ["C", "B", "A"]


def test_a_twin_of_the_leader_gives_way_to_something_else():
    twins = [product(sku, 100.0, "Red lamp", brand="Hako", category="Lamps") for sku in ("A", "B")]
    other = product("C", 30.0, "Paper lantern", brand="Norrvik", category="Lanterns")
    ranked = Recommender().rank([*twins, other], {"A": 1.0, "B": 0.95, "C": 0.8}, NO_OPINIONS, 2)
    assert [one.sku for one in ranked] == ["A", "C"]


def test_more_products_than_a_choice_come_by_their_score_alone():
    twins = [product(f"A{number:03}", 100.0, "Red lamp", brand="Hako", category="Lamps") for number in range(300)]
    other = product("B", 30.0, "Paper lantern", brand="Norrvik", category="Lanterns")
    relevance = {one.sku: 1.0 for one in twins} | {"B": 0.9}
    ranked = [one.sku for one in Recommender().rank([other, *twins], relevance, NO_OPINIONS, 1000)]
    assert ranked == [*(one.sku for one in twins), "B"]
    assert [one.sku for one in Recommender().rank([other, *twins[:9]], relevance, NO_OPINIONS, 2)] == ["A000", "B"]


def test_a_product_that_a_load_has_just_removed_is_still_told_of(engine):
    finder, gone = finder_of(engine), product("GONE", 12.0, currency="EUR", description="Folds flat. Weighs little.")
    assert finder.reasons([gone], Wish(), "en") == ("Folds flat",)
    assert finder.evidence([gone], "en")[0].title == "Thing GONE"


def test_products_bought_together_twice_recommend_each_other():
    baskets = [{"A", "B"}, {"A", "B"}, {"A", "C"}, {"B"}]
    assert bought_together(baskets)["A"] == (("B", pytest.approx(2 / 3)),)
    assert "C" not in bought_together(baskets)


def test_opinions_come_from_reviews_interactions_and_orders(engine):
    opinions = OpinionReader(engine).opinions()
    assert opinions.ratings["BP-1"] == Rating(4.9, 10)
    assert [sku for sku, _ in opinions.together["BP-1"]] == ["KT-1"]
    assert opinions.popularity["BP-1"] > opinions.popularity["BP-4"] > 0


class Reloading(dict):
    """The families of a catalogue that is loaded anew, and searched by somebody else, while they are read."""

    def items(self):
        self.reload()
        return super().items()


def test_a_load_during_a_search_leaves_no_old_product_among_a_categorys(families):
    finder = ProductFinder(SimpleNamespace(), SimpleNamespace(), Recommender())
    others = {sku: rows for sku, rows in families.items() if sku != "BP-1"}

    def reload():
        finder.catalogue.families = lambda: others
        assert "BP-1" not in finder.goods.members(BACKPACKS)

    before = Reloading(families)
    before.reload = reload
    finder.catalogue.families = lambda: before
    finder.goods.members(BACKPACKS)
    assert finder.goods.members(BACKPACKS) == {"BP-2", "BP-3", "BP-4"}


def test_reasons_are_facts_in_the_replys_language(engine):
    finder = finder_of(engine)
    wish = Wish((None, 300.0), "CNY", constraints=(holds("weight", 2.0, "<=", "kg"), holds("color", "red", negated=True)))
    english = finder.reasons(finder.catalogue.get_many(["BP-1", "BP-2"], "en"), wish, "en")
    assert english == (
        "fits your budget; weight: 1.1 kg; rated 4.9/5 from 10 reviews",
        "fits your budget; weight: 0.8 kg",
    )
    chinese = finder.reasons(finder.catalogue.get_many(["BP-1", "BP-3"], "zh"), wish, "zh")
    assert chinese == ("符合预算；重量：1.1 kg；评分 4.9/5（10 条评价）", "")
    around = Wish((240.0, 360.0), "CNY")
    assert finder.reasons(finder.catalogue.get_many(["BP-1"], "en"), around, "en")[0].startswith("in your price range")
    assert finder.reasons(finder.catalogue.get_many(["BP-1"], "zh"), around, "zh")[0].startswith("价位相符")


def test_every_figure_of_a_reason_stands_in_the_evidence(engine):
    finder = finder_of(engine)
    wish = Wish((None, 1000.0), constraints=(holds("capacity", 1.0, ">=", "L"),))
    for language in ("zh", "en"):
        products = finder.catalogue.all(language)
        for reason, evidence in zip(finder.reasons(products, wish, language), finder.evidence(products, language), strict=True):
            for part in reason.removeprefix("符合预算").removeprefix("fits your budget").replace("；", ";").split(";"):
                fact = part.replace("：", ":").split(":")[-1].strip()
                fact = fact.removeprefix("评分 ").removeprefix("rated ")
                fact = {"目前无货": "无货", "currently out of stock": "out of stock"}.get(fact, fact)
                assert fact in evidence.text


def test_a_guide_takes_one_product_of_each_price_band():
    products = [product(f"P{price}", float(price)) for price in (300, 100, 900, 120, 320, 950)]
    assert [one.sku for one in over_price_range(products, 3)] == ["P100", "P300", "P900"]
    assert len(over_price_range(products[:2], 4)) == 2
    assert over_price_range([], 3) == ()


def test_a_comparison_shows_what_differs(engine):
    finder = finder_of(engine)
    products = finder.catalogue.get_many(["BP-2", "BP-4"], "en")
    table = comparison_table(products, OpinionReader(engine).opinions(), "en")
    assert table.columns == ("City Backpack 20L", "School Backpack 25L")
    assert dict(table.rows) == {
        "Price": ("¥199", "¥129"),
        "Rating": ("2.0/5 from 1 review", "–"),
        "Stock": ("3 in stock", "40 in stock"),
        "Colour": ("black", "red"),
        "Capacity": ("20 L", "25000 ml"),
        "Weight": ("0.8 kg", "0.9 kg"),
    }
    assert advantages(products, NO_OPINIONS, "zh") == ("", "价格最低：¥129")


def test_equal_prices_and_unknown_ratings_are_nobodys_advantage():
    assert advantages([product("A"), product("B")], Opinions({"A": Rating(5, 3)}, {}, {}), "en") == ("", "")


def test_degrees_fahrenheit_are_compared_with_celsius():
    assert [round(one.value) for one in quantities("-4 °F, 68℉ and 50华氏度, 20 °C")] == [-20, 20, 10, 20]
    bag = (Product("A", "Bag", attributes={"comfort_temperature": "14 °F"}),)
    assert satisfies(bag, holds("comfort_temperature", -8.0, "<=", "°C"))
    assert not satisfies(bag, holds("comfort_temperature", -12.0, "<=", "°C"))
