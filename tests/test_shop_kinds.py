"""Kinds of products, variants, rankings and sides of a comparison, on titles as shops write them."""

from __future__ import annotations

import pytest

from bot.shop.kinds import kind_key, kinds_of_title, short_name
from bot.shop.ranking import asked_ranking, beyond, in_order, leader
from bot.shop.reviews import Opinions, Rating
from bot.shop.variants import lines
from bot.types import Product
from bot.understanding.entities import CatalogueLexicon, EntityReader


def cooker(sku: str, litres: str, colour: str, price: float, **more: str) -> Product:
    attributes = {"color": colour, "capacity": f"{litres} L", **more}
    return Product(
        sku, f"Hearthly Rice Cooker {litres} L, {colour}", "", "Hearthly", "Cookers", price, "CNY", 5, attributes=attributes
    )


PRODUCTS = (
    cooker("RC-3W", "3", "white", 329, weight="3.1 kg", noise="50 dB"),
    cooker("RC-3B", "3", "black", 329, weight="3.1 kg", noise="50 dB"),
    cooker("RC-4W", "4", "white", 599, weight="4.3 kg", noise="42 dB"),
    Product(
        "GK-B", "Mokari Gooseneck Kettle 0.8 L, black", brand="Mokari", category="Small appliances", price=329, currency="CNY",
        stock=0, attributes={"color": "black"},
    ),
    Product(
        "TN-2", "Norrpeak 山径双人帐篷 绿色", brand="Norrpeak", category="帐篷", price=699, currency="CNY", stock=9,
        language="zh", attributes={"颜色": "绿色", "persons": "2"},
    ),
    Product(
        "TN-4", "Norrpeak 家庭四人帐篷", brand="Norrpeak", category="帐篷", price=1499, currency="CNY", stock=9,
        language="zh", attributes={"persons": "4"},
    ),
)  # fmt: skip
FAMILIES = {product.sku: (product,) for product in PRODUCTS}
READER = EntityReader(CatalogueLexicon.build(PRODUCTS))
OPINIONS = Opinions({"RC-3W": Rating(4.8, 5), "RC-4W": Rating(5.0, 1)}, {}, {})


@pytest.mark.parametrize(
    ("title", "brand", "named", "not_named"),
    [
        (
            "Mokari Electric Coffee Grinder 40 mm",
            "Mokari",
            {"grinder", "coffee grinder", "electric coffee grinder"},
            {"coffee"},
        ),
        ("Hearthly Robot Vacuum & Mop", "Hearthly", {"robot vacuum", "mop"}, {"hearthly"}),
        ("Norrpeak Trail Dome Tent for 3", "Norrpeak", {"tent", "dome tent"}, {"3"}),
        ("Hearthly 迷你电饭煲 1.6 L 白色", "Hearthly", {"电饭煲", "迷你电饭煲"}, {"白色", "迷你"}),
        ("Norrpeak 羽绒睡袋 −5 ℃ 蓝色 M 码", "Norrpeak", {"睡袋", "羽绒睡袋"}, {"蓝色"}),
        ("小饭桶 F3 单碗喂食器", "毛球日记", {"喂食器"}, {"单碗"}),
        ("Yamaha F310 Acoustic Guitar", "Yamaha", {"guitar", "acoustic guitar"}, {"yamaha"}),
        ("", "", set(), {""}),
    ],
)
def test_the_head_of_a_title_names_its_kind(title, brand, named, not_named):
    kinds = kinds_of_title(title, brand)
    assert {kind_key(kind) for kind in named} <= kinds
    assert not {kind_key(kind) for kind in not_named} & kinds


def test_variants_differ_in_colour_alone():
    found = lines(FAMILIES)
    assert (found["RC-3W"], found["RC-4W"]) == (("RC-3W", "RC-3B"), ("RC-4W",))


@pytest.mark.parametrize(
    ("text", "name", "goes_beyond"),
    [
        ("which of those is lightest?", "lightest", False),
        ("is there a lighter one?", "lightest", True),
        ("哪款最轻", "lightest", False),
        ("有没有轻一点的", "lightest", True),
        ("ur cheapest tent", "cheapest", False),
        ("太贵了", "cheapest", True),
        ("that's too big", "smallest", True),
        ("哪个续航最长？", "longest_lasting", False),
        ("the most expensive one?", "dearest", False),
        ("which one is quieter?", "quietest", False),
        ("a tent lighter than 1 kg", None, False),
        ("do you ship to Canada?", None, False),
    ],
)
def test_what_is_wanted_most_is_read_from_the_words(text, name, goes_beyond):
    ranking = asked_ranking(text)
    assert (ranking.name if ranking else None) == name
    assert (ranking.beyond if ranking else False) is goes_beyond


def test_the_leader_is_told_with_its_figure_and_those_level_with_it():
    ranking = asked_ranking("which is the lightest?")
    assert ranking is not None
    first = leader(PRODUCTS[:3], ranking, OPINIONS, "en")
    assert first is not None
    assert (first.titles, first.value, first.attribute) == ((PRODUCTS[0].title, PRODUCTS[1].title), "3.1 kg", "Weight")


def test_nobody_leads_where_the_shop_has_no_figures():
    ranking = asked_ranking("which is the brightest?")
    assert ranking is not None and leader(PRODUCTS[:3], ranking, OPINIONS, "en") is None


def test_one_review_makes_no_best_rated():
    ranking = asked_ranking("best rated?")
    assert ranking is not None
    assert [product.sku for product in in_order(PRODUCTS[:3], ranking, "rating", OPINIONS)] == ["RC-3W"]


def test_beyond_what_was_shown_the_nearest_comes_first():
    ranking = asked_ranking("a smaller one please")
    assert ranking is not None
    found = beyond(PRODUCTS[:4], PRODUCTS[2:3], ranking, "capacity", OPINIONS)
    assert {product.sku for product in found} == {"RC-3W", "RC-3B"}
    assert beyond(PRODUCTS[:3], PRODUCTS[:1], ranking, "capacity", OPINIONS) == ()


@pytest.mark.parametrize(
    ("text", "language", "skus", "category"),
    [
        ("how much is the rice cooker?", "en", (), "rice cooker"),
        ("what's the difference between the 3 L rice cooker and the 4 L one", "en", ("RC-3W", "RC-4W"), "rice cooker"),
        ("gooseneck kettel in black", "en", ("GK-B",), None),
        ("the kettle", "en", ("GK-B",), "kettle"),
        ("双人帐篷和四人帐篷哪个好", "zh", ("TN-2", "TN-4"), "双人帐篷"),
    ],
)
def test_a_kind_is_no_product_and_each_side_of_a_comparison_is_one(text, language, skus, category):
    entities = READER.read(text, language)
    assert entities.skus == skus
    assert category is None or entities.categories[0] == category


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("for a family of 4", "en", 4.0),
        ("a tent for two", "en", 2.0),
        ("四口之家", "zh", 4.0),
        ("一家三口用", "zh", 3.0),
        ("适合两个人的", "zh", 2.0),
    ],
)
def test_for_how_many_people_is_read(text, language, value):
    found = [one for one in READER.read(text, language).constraints if one.unit == "people"]
    assert [(one.attribute, one.value) for one in found] == [("persons", value)]


def test_a_variant_is_found_for_a_colour_and_nothing_changes_where_there_is_none():
    black = READER.read("in black", "en").constraints
    red = READER.read("in red", "en").constraints
    assert READER.variants(("RC-3W",), black) == ("RC-3B",)
    assert READER.variants(("RC-3W", "RC-3B"), black) == ("RC-3B",)
    assert READER.variants(("RC-4W",), black) == ("RC-4W",)
    assert READER.variants(("RC-4W",), black, widely=True) == ("RC-3B",)
    assert READER.variants(("RC-3W",), red) == ("RC-3W",)


@pytest.mark.parametrize(
    ("title", "brand", "name"),
    [
        ("Norrpeak Family Tent for 4", "Norrpeak", "family tent"),
        ("Norrpeak Down Sleeping Bag −5 °C, blue, size M", "Norrpeak", "down sleeping bag"),
        ("Norrpeak 羽绒睡袋 −5 ℃ 蓝色 M 码", "Norrpeak", "羽绒睡袋"),
        ("HP30", "Auvela", "hp30"),
    ],
)
def test_a_thing_is_called_by_its_title_without_brand_size_and_colour(title, brand, name):
    assert short_name(title, brand) == name
