import pytest

from bot.shop.attributes import label, mentions, split_name
from bot.shop.catalogue import Catalogue, product_document, product_evidence
from bot.shop.reviews import Rating
from bot.shop.units import Quantity, quantities
from bot.shop.wording import format_price
from bot.types import Product
from tests.shop_data import stocked_shop


@pytest.fixture
def catalogue(tmp_path):
    return Catalogue(stocked_shop(tmp_path / "shop.db"))


def test_a_product_is_given_in_the_asked_language_where_the_shop_wrote_it(catalogue):
    assert catalogue.get("BP-1", "zh").title == "山径双肩包 30升"
    assert catalogue.get("bp-1", "en").title == "Trail Backpack 30L"
    assert catalogue.get("KT-1", "zh").title == "Quiet Kettle"
    assert catalogue.get("nothing") is None
    assert [product.sku for product in catalogue.get_many(["KT-1", "nothing", "BP-1", "KT-1"])] == ["KT-1", "BP-1"]
    assert len(catalogue.all("zh")) == 5
    assert len(catalogue.rows()) == 6
    assert catalogue.categories()[0] == "Backpacks"


def test_evidence_says_one_fact_a_line_in_the_readers_language(catalogue):
    product = catalogue.get("BP-1", "zh")
    assert product_evidence(product, "zh", Rating(4.9, 10)).text.splitlines() == [
        "商品：山径双肩包 30升",
        "商品编号：BP-1",
        "价格：¥299",
        "库存：12 件",
        "评分：4.9/5（10 条评价）",
        "品牌：Norrvik",
        "分类：双肩包",
        "颜色：蓝色",
        "容量：30升",
        "重量：1.1 kg",
        "介绍：适合一日徒步的轻便背包。",
    ]
    english = product_evidence(catalogue.get("BP-3", "en"), "en")
    assert english.text.splitlines() == [
        "Product: Expedition Backpack 65L",
        "SKU: BP-3",
        "Price: ¥699",
        "Stock: out of stock",
        "Brand: Norrvik",
        "Category: Backpacks",
        "Colour: green",
        "Capacity: 65 L",
        "Weight: 2.4 kg",
        "Description: For a week away.",
    ]
    assert (english.id, english.kind) == ("product:BP-3", "product")


def test_the_indexed_document_has_a_section_for_each_language_and_no_price(catalogue):
    document = next(document for document in catalogue.documents() if document.location == "catalogue://BP-1")
    assert [section.language for section in document.sections] == ["en", "zh"]
    assert document.sections[0].kind == "product"
    assert "Capacity: 30 L" in document.sections[0].text and "容量：30升" in document.sections[1].text
    assert "299" not in document.sections[0].text
    assert product_document(Product("X", "Thing")).sections[0].text == "Thing"


@pytest.mark.parametrize(
    ("amount", "currency", "zh", "en"),
    [
        (299.0, "CNY", "¥299", "¥299"),
        (59.9, "USD", "$59.90", "$59.90"),
        (139.0, "GBP", "£139", "£139"),
        (-5.5, "EUR", "-€5.50", "-€5.50"),
        (12500.0, "CNY", "¥12,500", "¥12,500"),
        (1200.0, "JPY", "1200 日元", "1200 JPY"),
        (68.5, "HKD", "68.50 港元", "68.50 HKD"),
        (5.0, None, "5", "5"),
        (12.0, "CHF", "12 CHF", "12 CHF"),
    ],
)
def test_prices_are_written_as_each_language_does(amount, currency, zh, en):
    assert (format_price(amount, currency, "zh"), format_price(amount, currency, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1.8 kg", [Quantity(1800, "g")]),
        ("500毫升", [Quantity(500, "ml")]),
        ("0.5L", [Quantity(500, "ml")]),
        ("续航 30 小时", [Quantity(108_000, "s")]),
        ("13.3英寸", [Quantity(13.3 * 25.4, "mm")]),
        ("1,200 W", [Quantity(1200, "W")]),
        ("2斤", [Quantity(1000, "g")]),
        ("size 42", [Quantity(42, None)]),
        ("A4000", []),
    ],
)
def test_quantities_of_both_languages_come_to_one_unit(text, found):
    got = quantities(text)
    assert [one.dimension for one in got] == [one.dimension for one in found]
    assert [one.value for one in got] == pytest.approx([one.value for one in found])


@pytest.mark.parametrize(
    ("column", "name", "unit"),
    [
        ("weight_kg", "weight", "kg"),
        ("重量(g)", "weight", "g"),
        ("Colour", "color", None),
        ("battery_life", "battery_life", None),
    ],
)
def test_column_names_give_attribute_and_unit(column, name, unit):
    assert split_name(column) == (name, unit)


def test_unknown_attributes_keep_their_own_words():
    assert (label("shelf_load", "en"), label("颜色", "en"), label("color", "zh"), label("层数", "en")) == (
        "Shelf load",
        "Colour",
        "颜色",
        "层数",
    )


@pytest.mark.parametrize(
    ("text", "value", "named"),
    [
        ("Soft blue", "蓝色", True),
        ("天蓝色", "blue", True),
        ("不锈钢", "stainless steel", True),
        ("credit", "red", False),
        ("Leather-free straps", "leather", False),
        ("no leather here", "leather", False),
        ("真皮", "leather", True),
        ("不含真皮", "leather", False),
        ("BPA-free bottle", "BPA", False),
        ("holds 2 mugs", "mug", True),
        ("", "", False),
    ],
)
def test_a_value_is_recognised_in_either_language_and_not_where_its_absence_is_said(text, value, named):
    assert mentions(text, value) is named


def test_a_property_goes_by_the_owners_own_word_in_the_owners_language():
    assert [label(column, "zh") for column in ("规格", "重量(kg)", "size")] == ["规格", "重量", "尺码"]
    assert label("规格", "en") == "Size"
