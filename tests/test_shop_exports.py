"""Exports as the shop systems write them: what is sold, at which price and until when, and what belongs together."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.shop.catalogue import Catalogue, product_document, product_evidence
from bot.shop.loading import ShopLoader, load_table
from bot.shop.tables import Defaults, parse_table
from bot.shop.variants import lines
from bot.store.database import metadata, open_database
from knowledge_base.loading.files import list_files
from knowledge_base.loading.rows import read_tables
from knowledge_base.loading.sandbox import Sandbox

SHOPIFY = """Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,Option1 Value,Option1 Linked To,\
Option2 Name,Option2 Value,Variant SKU,Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,\
Variant Fulfillment Service,Variant Price,Variant Compare At Price,Variant Requires Shipping,Variant Taxable,Image Src,\
Image Position,Gift Card,Material (product.metafields.custom.material),Variant Image,Cost per item,Status
fell-jacket,Fell Jacket,"<p>Sheds rain.</p><ul><li>Two pockets</li></ul>",Norrvik,Apparel > Jackets,Jackets,"rain, hiking",\
TRUE,Color,Red,,Size,M,FJ-R-M,640,shopify,3,deny,manual,119.00,149.00,TRUE,TRUE,https://cdn.example/1.jpg,1,FALSE,Nylon,,60.00,active
fell-jacket,,,,,,,,,Red,,,L,FJ-R-L,660,shopify,0,deny,manual,149.00,,TRUE,TRUE,https://cdn.example/2.jpg,2,,,,70.00,
fell-jacket,,,,,,,,,Blue,,,M,FJ-B-M,640,,,continue,manual,149.00,99.00,TRUE,TRUE,,,,,https://cdn.example/b.jpg,,
fell-jacket,,,,,,,,,,,,,,,,,,,,,,,https://cdn.example/3.jpg,3,,,,,
old-hat,Old Hat,,Norrvik,Apparel > Hats,Hats,,\
FALSE,Title,Default Title,,,,OH-1,90,shopify,9,deny,manual,19.00,,TRUE,TRUE,,,FALSE,,,,archived
mug,Enamel Mug,<b>350 ml</b>,Hako,,Cups,,\
TRUE,Title,Default Title,,,,MUG-1,0,shopify,40,deny,manual,12.50,,TRUE,TRUE,,,FALSE,Enamel,,,active
"""

WOO = """ID,Type,SKU,GTIN,Name,Published,Is featured?,Visibility in catalog,Short description,Description,\
Date sale price starts,Date sale price ends,Tax status,In stock?,Stock,Backorders allowed?,Weight (kg),Length (cm),\
Sale price,Regular price,Categories,Images,Parent,Brands,Attribute 1 name,Attribute 1 value(s),Attribute 1 visible
101,variation,TEE-S,,Tee - S,1,0,visible,,,2026-11-20 00:00:00,2026-11-30 23:59:59,taxable,1,4,0,,,15,20,,,TEE,,Size,S,
100,variable,TEE,,Tee,1,0,visible,Soft,<p>Organic cotton</p>,,,taxable,1,,0,0.2,,,,"Clothing > Tees, New",\
https://w.example/t.jpg,,Hako,Size,"S, M",1
102,variation,TEE-M,,Tee - M,1,0,visible,,,,,taxable,1,,notify,,,,20,,,TEE,,Size,M,
103,simple,SOAP,,Soap,-1,0,visible,,,,,taxable,1,9,0,,,,5,Bath,,,,,,
"""

GOOGLE = """id\ttitle\tdescription\tlink\timage link\tavailability\tprice\tsale price\tsale price effective date\t\
brand\tgtin\titem group id\tcolor\tshipping weight\tcost of goods sold
L-1\tLamp red\tBright\thttps://g.example/1\thttps://g.example/1.jpg\tin_stock\t40.00 EUR\t30.00 EUR\t\
2026-11-20T00:00+0100/2026-12-01T00:00+0100\tLumo\t400638\tLAMP\tred\t1.2 kg\t20.00 EUR
L-2\tLamp blue\tBright\thttps://g.example/2\t\tpreorder\t40.00 EUR\t\t\tLumo\t400639\tLAMP\tblue\t1.2 kg\t
"""


FEED = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel><title>Werk</title><link>https://w.example</link>
<item><g:id>D-1</g:id><title><![CDATA[Drill & driver]]></title><description>&lt;b&gt;Two gears&lt;/b&gt;</description>
<link>https://w.example/d</link><g:availability>in_stock</g:availability><g:price>149.00 EUR</g:price>
<g:sale_price>99.00 EUR</g:sale_price>
<g:sale_price_effective_date>2026-11-20T00:00+0100/2026-12-01T00:00+0100</g:sale_price_effective_date>
<g:product_type>Tools &gt; Drills</g:product_type><g:shipping><g:country>DE</g:country><g:price>4.95 EUR</g:price></g:shipping>
<g:product_detail><g:section_name>Power</g:section_name><g:attribute_name>Voltage</g:attribute_name>
<g:attribute_value>18 V</g:attribute_value></g:product_detail><g:product_detail><g:attribute_name>Torque</g:attribute_name>
<g:attribute_value>65 Nm</g:attribute_value></g:product_detail><g:product_highlight>Brushless</g:product_highlight>
<g:product_highlight>Two batteries</g:product_highlight><g:product_weight>1.6 kg</g:product_weight>
<g:custom_label_0>high margin</g:custom_label_0></item>
<item><g:id>D-2</g:id><title>Hammer drill</title><g:availability>out_of_stock</g:availability><g:price>free</g:price></item>
</channel></rss>
"""


def rows(export: str, delimiter: str = ",") -> list[tuple[int, dict[str, object]]]:
    return [(number, dict(row)) for number, row in enumerate(csv.DictReader(io.StringIO(export), delimiter=delimiter), 2)]


def catalogue(export: str, tmp_path, at: str, delimiter: str = ",") -> Catalogue:
    engine = open_database(f"sqlite:///{tmp_path / 'shop.db'}")
    metadata.create_all(engine)
    load_table(engine, "catalogue", rows(export, delimiter), "export.csv", defaults=Defaults(currency="USD"))
    return Catalogue(engine, lambda: datetime.fromisoformat(at))


def test_a_shopify_export_gives_each_variant_its_price_stock_and_group_and_leaves_out_what_is_not_sold(tmp_path):
    shop = catalogue(SHOPIFY, tmp_path, "2026-11-25T12:00+00:00")
    assert sorted(shop.families()) == ["FJ-B-M", "FJ-R-L", "FJ-R-M", "MUG-1"]
    red, large, blue = (shop.get(sku) for sku in ("FJ-R-M", "FJ-R-L", "FJ-B-M"))
    assert (red.price, red.list_price, red.stock, red.margin) == (119, 149, 3, 0.5973)
    assert (large.price, large.list_price, large.stock) == (149, None, 0)
    assert (blue.price, blue.list_price, blue.stock) == (149, None, None)
    assert red.attributes == {"material": "Nylon", "weight": "640 g", "Color": "Red", "Size": "M"}
    assert "<" not in red.description and "Two pockets" in red.description
    assert set(lines(shop.families())["FJ-R-M"]) == {"FJ-R-M", "FJ-R-L", "FJ-B-M"}
    assert shop.get("MUG-1").variant_group is None
    assert shop.get("MUG-1").title == "Enamel Mug"


def test_a_woocommerce_sale_holds_on_its_days_alone_wherever_the_parent_stands(tmp_path):
    during = catalogue(WOO, tmp_path, "2026-11-25T12:00+00:00")
    assert sorted(during.families()) == ["TEE-M", "TEE-S"]
    small, medium = during.get("TEE-S"), during.get("TEE-M")
    assert (small.price, small.list_price, small.stock, small.category) == (15, 20, 4, "Clothing > Tees")
    assert small.attributes == {"Size": "S", "weight": "0.2 kg"}
    assert (medium.price, medium.stock, medium.brand, medium.description) == (20, None, "Hako", "Organic cotton")
    assert (small.variant_group, medium.variant_group) == ("TEE", "TEE")
    after = Catalogue(during._engine, lambda: datetime(2026, 12, 3, tzinfo=UTC))
    assert (after.get("TEE-S").price, after.get("TEE-S").list_price) == (20, None)


def test_a_google_feed_with_words_apart_in_its_header_is_read_with_its_sale_and_groups(tmp_path):
    shop = catalogue(GOOGLE, tmp_path, "2026-11-25T12:00+00:00", "\t")
    red, blue = shop.get("L-1"), shop.get("L-2")
    assert (red.price, red.list_price, red.currency, red.margin) == (30, 40, "EUR", 0.5)
    assert (blue.price, blue.stock, blue.variant_group) == (40, None, "LAMP")
    assert red.attributes == {"color": "red", "shipping_weight": "1.2 kg"}


def test_a_product_feed_in_xml_is_a_catalogue_with_its_details_and_without_what_is_for_google_alone(tmp_path):
    file = tmp_path / "feed.xml"
    file.write_text(FEED, encoding="utf-8")
    engine = open_database(f"sqlite:///{tmp_path / 'shop.db'}")
    metadata.create_all(engine)
    with Sandbox() as sandbox:
        (source,) = list_files([file])
        ((kind, report),) = ShopLoader(engine, sandbox).load(source)
    assert (kind, report.added) == ("catalogue", 1)
    assert [(one.row, one.reason) for one in report.skipped] == [(2, "price 'free' is not a number; write it as 12.50")]
    drill = Catalogue(engine, lambda: datetime(2026, 11, 25, tzinfo=UTC)).get("D-1")
    assert (drill.title, drill.category, drill.price, drill.list_price) == ("Drill & driver", "Tools > Drills", 99, 149)
    assert drill.description == "Two gears\nBrushless, Two batteries"
    assert drill.attributes == {"voltage": "18 V", "torque": "65 Nm", "product_weight": "1.6 kg"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("<order><id>1</id></order>", "is XML, but no product feed and no other RSS or Atom feed"),
        ("<rss><channel><item>", "is damaged XML"),
        ('<!DOCTYPE x [<!ENTITY e "boom">]><rss><item><id>&e;</id></item></rss>', "is damaged XML"),
    ],
)
def test_xml_that_is_no_feed_is_refused_in_one_sentence(tmp_path, content, reason):
    (tmp_path / "a.xml").write_text(content)
    with Sandbox() as sandbox:
        refused = read_tables(list_files([tmp_path / "a.xml"])[0], sandbox)
    assert refused.reason.startswith(reason)


def test_details_of_a_feed_in_a_table_are_attributes():
    row = {"id": "L", "title": "Lamp", "price": "9 EUR", "availability": "in stock"}
    told = row | {"product detail": "General:Power:9 W,General:Tone:warm, soft,Light:Beam:1:2"}
    (lamp,) = parse_table("catalogue", [(2, told)], "t").records
    assert lamp.attributes == {"Power": "9 W", "Tone": "warm, soft", "Beam": "1:2"}


def test_what_shopify_recommends_beside_and_instead_of_a_product_are_links_to_its_variants():
    recommended = "(product.metafields.shopify--discovery--product_recommendation."
    beside, instead = (
        f"Complementary products {recommended}complementary_products)",
        f"Related products {recommended}related_products)",
    )
    machine = {
        "Handle": "machine",
        "Title": "Machine",
        "Product Category": "Kitchen > Coffee",
        "Type": "Espresso",
        "Variant SKU": "M",
    }
    tamper = {"Handle": "tamper", "Title": "Tamper", "Option1 Name": "Size", "Option1 Value": "58", "Variant SKU": "T-58"}
    listed = [
        machine | {beside: "tamper, gone", instead: "press"},
        tamper,
        {"Handle": "tamper", "Option1 Value": "54", "Variant SKU": "T-54"},
    ]
    press = {"Handle": "press", "Title": "Press", "Variant SKU": "P"}
    found = parse_table("catalogue", list(enumerate([*listed, press], 2)), "t").records
    assert found[0].attributes == {"goes_with": "T-58, T-54", "alternatives": "P"}
    assert found[0].category == "Kitchen > Coffee > Espresso"


def test_woocommerce_cross_sells_go_with_a_product_and_the_deepest_category_is_its_own():
    row = {"ID": "1", "Type": "simple", "SKU": "S", "Name": "Stroller", "Regular price": "9", "Cross-sells": "RAIN, CUP"}
    told = row | {"Categories": "Baby > Strollers, Baby > Strollers > Light, Sale"}
    cups = [{"Type": "variation", "SKU": f"CUP-{size}", "Name": size, "Regular price": "1", "Parent": "CUP"} for size in "SM"]
    stroller = parse_table("catalogue", list(enumerate([told, *cups], 2)), "t").records[0]
    assert (stroller.category, stroller.attributes) == ("Baby > Strollers > Light", {"goes_with": "RAIN, CUP-S, CUP-M"})


def test_what_woocommerce_upsells_stands_in_for_a_product():
    row = {"ID": "1", "Type": "simple", "SKU": "KT", "Name": "Kettle", "Regular price": "9", "Upsells": "KT-PRO"}
    (kettle,) = parse_table("catalogue", [(2, row)], "t").records
    assert kettle.attributes == {"alternatives": "KT-PRO"}


@pytest.mark.parametrize(("grams", "weight"), [("450", "450 g"), ("0.0", None), ("0.3 kg", "0.3 kg"), ("1 lb", "1 lb")])
def test_a_weight_that_names_its_unit_keeps_it(grams, weight):
    row = {"Handle": "lamp", "Title": "Lamp", "Variant SKU": "L", "Variant Price": "9", "Variant Grams": grams}
    (lamp,) = parse_table("catalogue", [(2, row)], "t").records
    assert lamp.attributes.get("weight") == weight


def test_a_description_breaks_its_lines_at_paragraphs_and_not_at_bold_words():
    told = "<p>Warm &amp; light. <b>Windproof</b>, <a href='/x'>tested</a>.</p><ul><li>one<li><em>two</em></ul>"
    row = {"Handle": "j", "Title": "Jacket", "Variant SKU": "J", "Variant Price": "9", "Body (HTML)": told}
    (jacket,) = parse_table("catalogue", [(2, row)], "t").records
    assert jacket.description == "Warm & light. Windproof, tested.\none\ntwo"


def test_a_running_catalogue_notices_that_a_sale_has_begun_and_ended(tmp_path):
    now = datetime(2026, 11, 19, 12, tzinfo=UTC)
    shop = catalogue(GOOGLE, tmp_path, "2026-11-19T12:00+00:00", "\t")
    moving = Catalogue(shop._engine, lambda: now)
    assert moving.get("L-1").price == 40
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert moving.get("L-1").price == 30
    told = product_evidence(moving.get("L-1"), "zh").text
    assert "原价：€40" in told and "促销截止：2026年12月1日" in told
    now = datetime(2026, 12, 2, tzinfo=UTC)
    assert moving.get("L-1").price == 40


def test_our_own_columns_name_sale_group_and_margin_in_chinese_and_no_customer_sees_the_margin():
    named = {"商品编号": "A1", "商品名称": "台灯", "价格": "200", "款号": "T1"}
    sold = {"活动价": "150", "促销开始时间": "2026/11/1", "促销结束时间": "2026年11月11日", "成本价": "120"}
    row = named | sold
    (lamp,) = parse_table("catalogue", [(2, row)], "t").records
    assert (lamp.price, lamp.sale_price, lamp.sale_starts, lamp.sale_ends) == (200, 150, "2026-11-01", "2026-11-11")
    assert (lamp.variant_group, lamp.margin, lamp.attributes) == ("T1", 0.4, {})
    assert "120" not in product_evidence(lamp, "zh").text


def test_a_broken_sale_price_or_date_is_named_with_its_row():
    row = {"sku": "A1", "title": "Lamp", "price": "20", "sale_price": "soon", "sale_ends": ""}
    other = {"sku": "A2", "title": "Lamp", "price": "20", "sale_price": "15", "sale_ends": "next week"}
    skipped = parse_table("catalogue", [(2, row), (3, other)], "t").skipped
    assert [(one.row, one.reason.partition(";")[0]) for one in skipped] == [
        (2, "sale_price 'soon' is not a number"),
        (3, "sale_ends 'next week' is not a date"),
    ]


def test_a_new_price_stock_sale_or_margin_leaves_the_document_to_embed_as_it_was(tmp_path):
    lamp = catalogue(GOOGLE, tmp_path, "2026-11-25T12:00+00:00", "\t").get("L-1")
    dearer = replace(lamp, price=99.0, stock=1, list_price=None, sale_ends="2027-01-01", margin=0.1)
    assert product_document(dearer) == product_document(lamp)
    assert product_document(replace(lamp, description="Brighter")) != product_document(lamp)
