import json
import re
from datetime import datetime

import pytest
from openpyxl import Workbook

from bot.console.reasons import reason_in
from bot.errors import LoadError
from bot.localisation.chinese import in_chinese
from bot.shop.catalogue import Catalogue
from bot.shop.columns import Defaults, guess_kind
from bot.shop.loading import ShopLoader, load_table
from bot.shop.tables import parse_table
from bot.types import Product
from knowledge_base.loading import SourceFile
from knowledge_base.loading.sandbox import Sandbox
from tests.shop_data import empty_shop, numbered


@pytest.mark.parametrize(
    ("cell", "agreed", "ways"),
    [
        ("yes", True, ()), ("TRUE", True, ()), ("Opted in", True, ()), ("已订阅", True, ()), (True, True, ()), ("", False, ()),
        ("no", False, ()), ("不同意", False, ()), ("opt-out", False, ()), ("email,sms", True, ("email", "sms")),
        ("E-mail", True, ("email",)), ("短信；邮件", True, ("sms", "email")), (["sms"], True, ("sms",)),
    ],
)  # fmt: skip
def test_consent_is_read_as_shops_note_it_down(cell, agreed, ways):
    read = parse_table("customers", numbered([{"customer_id": "C", "consent": cell}]), "people.csv")
    [customer] = read.records
    assert (customer.consent, customer.consent_ways, read.notes) == (agreed, ways, ())


def test_consent_that_is_not_understood_is_taken_for_no_and_told():
    rows = numbered([{"customer_id": f"C{n}", "consent": cell} for n, cell in enumerate(("yes", "maybe", "email,fax"))])
    read = parse_table("customers", rows, "people.csv")
    assert [customer.consent for customer in read.records] == [True, False, False]
    [note] = read.notes
    assert note.startswith("people.csv: taken for no consent: 'maybe', 'email,fax'; write yes or no, or the ways")


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox() as running:
        yield running


def source(path):
    return SourceFile(path, path.name, path.stat().st_size)


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("sku,title,description,price,stock", "catalogue"),
        ("商品编号,商品名称,价格,库存,颜色", "catalogue"),
        ("Handle,Title,Body (HTML),Vendor,Option1 Name,Option1 Value,Variant SKU,Variant Price", "catalogue"),
        ("ID,Type,SKU,Name,Published,Regular price,Sale price", "catalogue"),
        ("id,title,description,link,image_link,availability,price", "catalogue"),
        ("order_id,customer_id,email,status,items,total", "orders"),
        ("订单号,邮箱,手机号,状态,商品明细,总价", "orders"),
        ("customer_id,name,email,phone,address,tags,consent", "customers"),
        ("客户编号,姓名,手机号", "customers"),
        ("id,sku,rating,text,date,language,customer_id", "reviews"),
        ("商品编号,评分,评价内容", "reviews"),
        ("customer_id,sku,event,time", "interactions"),
        ("question,answer,category", "documents"),
        ("问题,答案,编号,名称,价格", "documents"),
        ("Size,Chest (cm),Waist (cm)", "documents"),
        ("名称,说明", "documents"),
    ],
)
def test_the_kind_of_a_table_is_guessed_from_its_columns(header, kind):
    assert guess_kind(header.split(",")) == kind


def test_prices_in_several_currencies_are_told_with_their_numbers_and_loaded():
    rows = [{"sku": str(n), "title": "Cup", "price": "5", "currency": code} for n, code in enumerate(("GBP", "GBP", "USD", ""))]
    told = parse_table("catalogue", numbered(rows), "table.csv")
    assert told.notes == (
        "table.csv: prices are in several currencies: GBP (2), USD (1); correct the rows if one is wrong",
        "table.csv: prices without a currency: 1, told to customers as bare numbers; add a column currency, "
        "or set currency in shop.toml",
    )
    assert reason_in("zh", told.notes[1]).startswith("table.csv：没写货币的价格：1 个")
    assert parse_table("catalogue", numbered(rows[:2]), "table.csv").notes == () and len(told.records) == 4


@pytest.mark.parametrize(
    ("kind", "row", "reason"),
    [
        ("catalogue", {"sku": "", "title": "Lamp", "price": "9"}, "sku is missing"),
        ("catalogue", {"sku": "A", "title": "Lamp", "price": "cheap"}, "price 'cheap' is not a number"),
        ("catalogue", {"sku": "A", "title": "Lamp", "price": "-3"}, "price '-3' is not zero or more"),
        ("catalogue", {"sku": "A", "title": "Lamp", "stock": "many"}, "stock 'many' is not a number"),
        ("catalogue", {"sku": "A", "title": "Lamp", "stock": "1.5"}, "stock '1.5' is not a whole number"),
        ("catalogue", {"sku": "A" * 201, "title": "Lamp"}, "sku 'AAAAAAAAAAAAAAAAAAAA'… is longer than 200 characters"),
        (
            "catalogue",
            {"sku": "A", "title": "Lamp", "stock": "9" * 30},
            "stock '999999999999999999999999999999' is more than 2000000000",
        ),
        ("catalogue", {"sku": "A", "title": "Lamp", "stock": "inf"}, "stock 'inf' is not a whole number"),
        (
            "catalogue",
            {"sku": "A", "title": "Lamp", "currency": "shells"},
            "currency 'shells' is no ISO 4217 code such as CNY or USD",
        ),
        ("catalogue", {"sku": "A", "title": "Lamp", "language": "fr"}, "language 'fr' is neither zh nor en"),
        ("orders", {"order_id": "1", "status": "lost in space", "items": ""}, "status 'lost in space' is unknown"),
        ("orders", {"order_id": "1", "status": "paid", "items": "[{"}, "items is not valid JSON: '[{'"),
        ("orders", {"order_id": "1", "status": "paid", "items": '[{"quantity": 1}]'}, "an item has no sku"),
        (
            "orders",
            {"order_id": "1", "status": "paid", "items": '[{"sku": "A", "quantity": 0}]'},
            "quantity of 'A' is not 1 or more",
        ),
        ("orders", {"order_id": "1", "status": "paid", "items": "", "placed_at": "soon"}, "placed_at 'soon' is not a date"),
        ("reviews", {"sku": "A", "rating": "9"}, "rating '9' is not between 1 and 5"),
        (
            "interactions",
            {"customer_id": "1", "sku": "A", "event": "sneeze"},
            "event 'sneeze' is none of cart, click, purchase, view",
        ),
    ],
)
def test_a_bad_row_is_skipped_with_its_number_and_reason_and_the_next_one_is_read(kind, row, reason):
    good = {
        "catalogue": {"sku": "B", "title": "Cup"},
        "orders": {"order_id": "2", "status": "paid", "items": "[]"},
        "reviews": {"sku": "B", "rating": "4"},
        "interactions": {"customer_id": "1", "sku": "B", "event": "view"},
    }[kind]
    parsed = parse_table(kind, numbered([row, good]), "table.csv")
    assert len(parsed.records) == 1
    (skipped,) = parsed.skipped
    assert (skipped.source, skipped.row) == ("table.csv", 2)
    assert skipped.reason.startswith(reason)


def test_a_sku_may_come_once_in_each_language_and_a_second_time_in_one_is_a_duplicate():
    rows = [
        {"sku": "A", "title": "Lamp"},
        {"sku": "A", "title": "台灯"},
        {"sku": "A", "title": "Another lamp"},
    ]
    parsed = parse_table("catalogue", numbered(rows), "t.csv")
    assert [(product.title, product.language) for product in parsed.records] == [("Lamp", "en"), ("台灯", "zh")]
    assert [(one.row, one.reason) for one in parsed.skipped] == [
        (4, "sku 'A' is already in row 2, which counts; give this row its own or delete it")
    ]


def test_a_table_without_a_needed_column_says_so_once():
    parsed = parse_table("orders", numbered([{"sku": "A", "title": "B"}] * 3), "t.csv")
    assert [one.reason for one in parsed.skipped] == [
        "has no column order_id nor status, which orders need; its columns are sku, title"
    ]


@pytest.mark.parametrize(
    ("written", "amount", "currency"),
    [
        ("299", 299.0, "CNY"),
        ("¥1,299.00", 1299.0, "CNY"),
        ("￥99", 99.0, "CNY"),
        ("1.299,50 €", 1299.5, "EUR"),
        ("USD 15.5", 15.5, "USD"),
        ("15.00 USD", 15.0, "USD"),
        ("199元", 199.0, "CNY"),
        ("12,5", 12.5, "CNY"),
        ("", None, "CNY"),
        (1999, 1999.0, "CNY"),
        ("HK$88", 88.0, "HKD"),
        ("￥３７１.0元/件", 371.0, "CNY"),
        ("12.5元每斤", 12.5, "CNY"),
        ("$4.50 per box", 4.5, "USD"),
    ],
)
def test_prices_are_read_as_they_are_written(written, amount, currency):
    row = {"sku": "A", "title": "Lamp", "price": written}
    (product,) = parse_table("catalogue", numbered([row]), "t", Defaults(currency="CNY")).records
    assert isinstance(product, Product)
    assert (product.price, product.currency) == (amount, currency)


def test_a_price_with_two_currencies_is_told_of():
    (skipped,) = parse_table("catalogue", numbered([{"sku": "A", "title": "灯", "price": "$99元"}]), "t").skipped
    assert "'$99元'" in skipped.reason


@pytest.mark.parametrize(("written", "pieces"), [("160件", 160), ("１２ 袋", 12), ("1,200 pcs", 1200), ("缺货", 0), ("3", 3)])
def test_a_stock_may_name_what_it_counts(written, pieces):
    (product,) = parse_table("catalogue", numbered([{"sku": "A", "title": "灯", "stock": written}]), "t").records
    assert product.stock == pieces


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2025/1/19 9:05", "2025-01-19T09:05:00"),
        ("2025-1-9 09:05:30", "2025-01-09T09:05:30"),
        ("2025年1月19日 下午3:05", "2025-01-19T15:05:00"),
        ("2025年1月19日9时5分30秒", "2025-01-19T09:05:30"),
        ("2025.1.19", "2025-01-19"),
        ("2025-01-19T09:05:00+08:00", "2025-01-19T09:05:00+08:00"),
    ],
)
def test_a_time_is_read_as_spreadsheets_and_chinese_owners_write_it(written, moment):
    row = {"订单号": "1", "状态": "已完成", "下单时间": written, "商品": ""}
    (order,) = parse_table("orders", numbered([row]), "t").records
    assert order.placed_at == moment


@pytest.mark.parametrize("header", ["同意接收消息", "营销同意"])
def test_a_customers_consent_is_found_under_the_names_that_owners_give_it(header):
    (customer,) = parse_table("customers", numbered([{"客户编号": "1", "姓名": "王雨", header: "是"}]), "t").records
    assert customer.consent is True


def test_chinese_columns_become_fields_and_further_columns_attributes():
    row = {"商品编号": "A1", "商品名称": "保温杯", "价格": "89", "库存": "有货", "颜色": "白色", "容量": "500毫升", "备注": ""}
    (product,) = parse_table("catalogue", numbered([row]), "t").records
    assert product == Product("A1", "保温杯", price=89.0, language="zh", attributes={"颜色": "白色", "容量": "500毫升"})


def test_shopify_variants_become_products_of_their_own():
    base = {"Handle": "tee", "Title": "Tee", "Body (HTML)": "<p>Soft <b>cotton</b></p>", "Vendor": "Hako", "Type": "Shirts"}
    blank = dict.fromkeys(base, "") | {"Handle": "tee"}
    variant = {"Option1 Name": "Color", "Variant Inventory Qty": "4", "Variant Price": "19.90"}
    rows = [
        base | variant | {"Option1 Value": "Red", "Variant SKU": "TEE-R"},
        blank | variant | {"Option1 Name": "", "Option1 Value": "Blue", "Variant SKU": "TEE-B"},
        blank | dict.fromkeys(variant, "") | {"Option1 Value": "", "Variant SKU": "", "Image Src": "second.jpg"},
    ]
    red, blue = parse_table("catalogue", numbered(rows), "t", Defaults(currency="USD")).records
    assert (red.sku, red.title, red.brand, red.category, red.price, red.stock) == (
        "TEE-R",
        "Tee – Red",
        "Hako",
        "Shirts",
        19.9,
        4,
    )
    assert (blue.sku, blue.attributes["Color"], blue.currency) == ("TEE-B", "Blue", "USD")
    assert "cotton" in red.description and "<" not in red.description


def test_woocommerce_variations_take_what_their_parent_says():
    rows = [
        {
            "ID": "7",
            "Type": "variable",
            "SKU": "MUG",
            "Name": "Mug",
            "Description": "Stoneware",
            "Categories": "Cups",
            "Regular price": "",
            "Sale price": "",
            "Stock": "",
            "In stock?": "1",
        },
        {
            "ID": "8",
            "Type": "variation",
            "SKU": "MUG-G",
            "Name": "Mug - Green",
            "Parent": "MUG",
            "Regular price": "12",
            "Sale price": "9",
            "Stock": "",
            "In stock?": "0",
            "Attribute 1 name": "Glaze",
            "Attribute 1 value(s)": "Green",
        },
    ]
    (mug,) = parse_table("catalogue", numbered(rows), "t").records
    assert (mug.sku, mug.price, mug.sale_price, mug.stock, mug.category, mug.description) == (
        "MUG-G", 12.0, 9.0, 0, "Cups", "Stoneware",
    )  # fmt: skip
    assert mug.attributes == {"Glaze": "Green"}


def test_google_merchant_prices_carry_their_currency():
    row = {
        "id": "9",
        "title": "Lamp",
        "link": "https://shop.example/9",
        "availability": "out_of_stock",
        "price": "15.00 USD",
        "color": "red",
    }
    (lamp,) = parse_table("catalogue", numbered([row]), "t").records
    assert (lamp.sku, lamp.price, lamp.currency, lamp.stock, lamp.url) == ("9", 15.0, "USD", 0, "https://shop.example/9")
    assert lamp.attributes == {"color": "red"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "big5"])
def test_a_csv_catalogue_is_read_in_any_usual_encoding(tmp_path, sandbox, encoding):
    path = tmp_path / "goods.csv"
    words = "商品編號,商品名稱,價格" if encoding == "big5" else "商品编号,商品名称,价格"
    header = "sku,title,price" if encoding == "big5" else words
    path.write_bytes(f"{header}\nA1,不鏽鋼保溫杯大容量,89\nA2,陶瓷茶杯,x\n".encode(encoding))
    engine = empty_shop(tmp_path / "shop.db")
    ((kind, report),) = ShopLoader(engine, sandbox).load(source(path))
    assert (kind, report.added) == ("catalogue", 1)
    column = "" if encoding == "big5" else " (column '价格')"
    assert [(one.row, one.reason) for one in report.skipped] == [(3, f"price 'x' is not a number; write it as 12.50{column}")]
    product = Catalogue(engine).get("A1")
    assert product is not None and product.title == "不鏽鋼保溫杯大容量"


def test_a_workbook_may_hold_several_tables_of_the_shop(tmp_path, sandbox):
    book = Workbook()
    goods = book.active
    goods.title = "goods"
    for row in (["sku", "title", "price"], ["A1", "Lamp", 12.5], ["A2", "Cup", None]):
        goods.append(row)
    orders = book.create_sheet("orders")
    orders.append(["order_id", "status", "items", "placed_at"])
    orders.append([1001, "shipped", '[{"sku": "A1"}]', datetime(2026, 5, 3, 10, 30)])
    path = tmp_path / "shop.xlsx"
    book.save(path)
    reports = ShopLoader(empty_shop(tmp_path / "shop.db"), sandbox).load(source(path))
    assert [(kind, report.added, report.skipped) for kind, report in reports] == [("catalogue", 2, []), ("orders", 1, [])]


def test_json_lines_keep_nested_items_and_report_the_broken_line(tmp_path, sandbox):
    path = tmp_path / "orders.jsonl"
    good = {"order_id": "1", "status": "paid", "items": [{"sku": "A", "quantity": 2, "options": {"color": "red"}}]}
    path.write_text(json.dumps(good) + "\n{broken\n", "utf-8")
    ((kind, report),) = ShopLoader(empty_shop(tmp_path / "shop.db"), sandbox).load(source(path))
    assert (kind, report.added, [one.row for one in report.skipped]) == ("orders", 1, [2])


def test_order_numbers_that_a_look_up_cannot_tell_apart_are_duplicates():
    rows = [{"order_id": number, "status": "paid", "items": "[]"} for number in ("A-1", "a1", "A-2")]
    parsed = parse_table("orders", numbered(rows), "t")
    assert [order.order_id for order in parsed.records] == ["A-1", "A-2"]
    assert [one.reason for one in parsed.skipped] == [
        "order_id 'a1' is already in row 2, which counts; give this row its own or delete it"
    ]


@pytest.mark.parametrize(
    "line",
    [
        '{"sku": "A", "title": "x\\ud800y\\u0000", "n\\ud800": "v"}',
        '{"sku": "A", "title": "T", "price": 1e400}',
        '{"sku": "A", "title": "T", "size": [1, {"deep": null}]}',
        f'{{"sku": "A", "title": "T", "stock": {"9" * 5000}}}',
        f'{{"sku": "A", "title": {"[" * 100_000}}}',
        f'{{"sku": "A", "title": {"[" * 900}{"]" * 900}}}',
        '{"sku": {"a": 1}, "title": ["b"]}',
        '"words"',
        "null",
    ],
)
def test_hostile_json_stops_nothing(tmp_path, sandbox, line):
    path = tmp_path / "goods.jsonl"
    path.write_text(line + '\n{"sku": "B", "title": "Cup", "price": 3}\n', "utf-8")
    engine = empty_shop(tmp_path / "shop.db")
    ((kind, report),) = ShopLoader(engine, sandbox).load(source(path))
    assert kind == "catalogue"
    assert report.added + len(report.skipped) == 2
    assert Catalogue(engine).get("B") is not None


def test_a_table_of_questions_is_left_to_the_documents(tmp_path, sandbox):
    path = tmp_path / "faq.csv"
    path.write_text("question,answer\nHow long?,Two days.\n", "utf-8")
    assert ShopLoader(empty_shop(tmp_path / "shop.db"), sandbox).load(source(path)) == []


def test_documents_cannot_be_loaded_as_the_shops_data(tmp_path):
    with pytest.raises(LoadError, match="'documents' is not the shop's own data"):
        load_table(empty_shop(tmp_path / "shop.db"), "documents", [], "x")


def test_a_remark_in_a_header_is_no_part_of_its_name_and_may_tell_the_currency():
    row = {"商品编码": "A1", "商品名": "猫砂", "价格（元）": "25.5", "库存（件）": "3", "规格": "6L", "适用宠物": "猫"}
    parsed = parse_table("catalogue", numbered([row]), "商品库.csv", Defaults(currency="USD"))
    (product,) = parsed.records
    assert (product.price, product.currency, product.stock) == (25.5, "CNY", 3)
    assert product.attributes == {"规格": "6L", "适用宠物": "猫"}
    assert parsed.notes == ("商品库.csv: kept as properties of the products: 规格, 适用宠物",)


def test_a_header_without_a_remark_goes_before_one_with():
    row = {"sku": "A1", "title": "Lamp", "price (old)": "12", "price": "9"}
    assert parse_table("catalogue", numbered([row]), "c.csv").records[0].price == 9


def test_a_catalogue_whose_price_is_not_found_is_told_of():
    notes = parse_table("catalogue", numbered([{"sku": "A1", "title": "Lamp", "Our offer": "9"}]), "c.csv").notes
    assert notes[0] == "c.csv has no column that is known as the price; name it with --columns price=HEADER"


LINE = {"订单编号": "M-1", "订单状态": "买家已付款，等待卖家发货", "实付金额": "74", "手机号": "13800001111"}


@pytest.mark.parametrize("number", ["M-1", ""])
def test_rows_of_one_order_are_its_items_also_under_a_merged_cell(number):
    rows = numbered(
        [
            LINE | {"商品编码": "A1", "商品名称": "猫砂", "规格": "6L", "数量": "2", "单价": "25"},
            {"订单编号": number, "商品编码": "B2", "商品名称": "逗猫棒", "数量": "1", "单价": "24"},
            LINE | {"订单编号": "M-2", "商品编码": "A1", "商品名称": "猫砂", "数量": "1", "单价": "25"},
        ]
    )
    parsed = parse_table("orders", rows, "订单.csv")
    assert not parsed.skipped
    first, second = parsed.records
    assert [(item.sku, item.title, item.quantity, item.price) for item in first.items] == [
        ("A1", "猫砂", 2, 25),
        ("B2", "逗猫棒", 1, 24),
    ]
    assert (first.items[0].options, first.total, first.status, first.phone) == ({"规格": "6L"}, 74, "paid", "13800001111")
    assert [item.sku for item in second.items] == ["A1"]


def test_items_written_as_words_go_by_their_names():
    (order,) = parse_table("orders", numbered([LINE | {"商品明细": "豆腐猫砂 6L×2；逗猫棒"}]), "订单.csv").records
    assert [(item.sku, item.quantity) for item in order.items] == [("豆腐猫砂 6L", 2), ("逗猫棒", 1)]


def test_headers_of_a_chinese_shop_are_known_and_what_is_not_is_told_in_chinese():
    goods = {"货号": "WJ1", "商品名称": "钢笔", "类目": "钢笔", "售价（元）": "39", "库存": "5", "说明": "EF 尖，可刻字。"}
    (pen,) = parse_table("catalogue", numbered([goods]), "商品表.csv").records
    assert pen.description == "EF 尖，可刻字。" and not pen.attributes
    row = {"订单编号": "D1", "会员号": "M7", "收货人": "王芳", "手机": "13800001111", "下单时间": "2026-01-05 09:30",
           "状态": "已完成", "货号": "WJ1", "数量": "2", "单价": "39", "实付": "78"}  # fmt: skip
    parsed = parse_table("orders", numbered([row]), "订单.xlsx")
    assert [order.customer_id for order in parsed.records] == ["M7"]
    [note] = parsed.notes
    assert re.match("订单.xlsx：未使用的列：收货人；如果其中有", in_chinese(note) or note)
    without = parse_table("orders", numbered([{k: v for k, v in row.items() if k != "会员号"}]), "订单.xlsx").notes
    assert "没有认得出是客户编号的列" in (in_chinese(without[0]) or "")


def test_orders_are_read_under_the_headers_that_shops_write_and_what_is_left_is_told_with_how_to_name_it():
    row = {
        "Order No": "FR-1", "Customer": "C1", "E-mail": "kate@mail.example", "Status": "shipped", "Placed": "2026-11-12",
        "Items": "AG-101", "Paid by": "Visa", "Ship to": "8 Church Lane, Leeds", "Tracking No": "DP1",
    }  # fmt: skip
    parsed = parse_table("orders", numbered([row]), "orders.csv")
    (order,) = parsed.records
    assert (order.order_id, order.payment, order.address, order.tracking) == ("FR-1", "Visa", "8 Church Lane, Leeds", "DP1")
    assert str(order.placed_at).startswith("2026-11-12")
    assert "name it with --columns customer_id=HEADER" in parsed.notes[0]
    assert parsed.notes[1].startswith(
        "orders.csv: not used: Customer; --columns FIELD=HEADER names one that holds customer_id,"
    )
