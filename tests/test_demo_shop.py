"""The demo shop is whole, loads without a loss, and never contradicts itself."""

import csv
import json
import re
import shutil
from collections import Counter

import pytest
from sqlalchemy import select

from bot import demo_shop
from bot.demo_shop.make_documents import main as make_documents
from bot.serving.demo import CONTENT, load_demo
from bot.settings import load_shop
from bot.shop.catalogue import Catalogue
from bot.shop.loading import ShopLoader
from bot.store import shop as sql
from knowledge_base.loading import SourceFile, load_documents
from knowledge_base.loading.sandbox import Sandbox
from knowledge_base.types import Skipped
from tests.shop_data import empty_shop
from tests.small_shop import open_shop

FOLDER = demo_shop.directory()
DOCUMENTS, *TABLES = (FOLDER / name for name in CONTENT)
TODAY = "2026-11-22"
LATEST = f"{TODAY}T23:59"


@pytest.fixture(scope="module")
def documents():
    loaded = list(load_documents([DOCUMENTS]))
    assert [item for item in loaded if isinstance(item, Skipped)] == []
    return loaded


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    engine = empty_shop(tmp_path_factory.mktemp("demo") / "shop.db")
    with Sandbox() as sandbox:
        loader = ShopLoader(engine, sandbox)
        reports = {path.name: loader.load(SourceFile(path, path.name, path.stat().st_size)) for path in TABLES}
    yield engine, reports
    engine.dispose()


@pytest.fixture(scope="module")
def orders(shop):
    with shop[0].connect() as connection:
        return connection.execute(select(sql.orders)).mappings().all()


def texts(documents):
    """Every passage with its question, and the heading that it stands under."""
    return [(f"{section.question or ''}\n{section.text}", document) for document in documents for section in document.sections]


def test_documents_come_in_both_languages_and_in_every_format(documents):
    assert len(documents) >= 28
    assert {document.source.rsplit(".")[-1] for document in documents} == {
        "md", "txt", "html", "csv", "xlsx", "json", "docx", "pdf",
    }  # fmt: skip
    languages = Counter(document.language for document in documents)
    assert min(languages["zh"], languages["en"]) >= 12


def test_each_document_is_in_the_language_of_its_folder_to_the_last_section(documents):
    for document in documents:
        folder = document.source.split("/")[1]
        if folder in ("zh", "en"):
            assert {section.language for section in document.sections} == {folder}, document.source


def test_questions_with_answers_are_recognised_in_both_languages(documents):
    tables = [document for document in documents if document.source.endswith(("csv", "xlsx", "json"))]
    rows = [section for document in tables for section in document.sections]
    assert {row.kind for row in rows} == {"qa"}
    languages = Counter(row.language for row in rows)
    assert sum(languages.values()) >= 170
    assert min(languages.values()) >= 85
    assert len({row.question for row in rows}) == len(rows)


def test_every_table_loads_without_a_skipped_row(shop):
    _, reports = shop
    loaded = {}
    for name, [(kind, report)] in reports.items():
        assert report.skipped == [], name
        assert name.startswith(kind)
        loaded[kind] = report.added
    assert loaded["catalogue"] >= 180
    assert loaded["orders"] >= 40
    assert loaded["customers"] >= 25
    assert loaded["reviews"] >= 220
    assert loaded["interactions"] >= 1500


def test_the_catalogue_has_variety(shop):
    rows = Catalogue(shop[0]).rows()
    english = [row for row in rows if row.language == "en"]
    assert len(english) >= 90
    assert 8 <= len({row.category for row in english}) <= 12
    assert (min(row.price for row in english), max(row.price for row in english)) == (19, 3999)
    assert 3 <= sum(row.stock == 0 for row in english) <= 10


def test_a_product_says_the_same_in_both_languages(shop):
    for sku, family in Catalogue(shop[0]).families().items():
        assert {product.language for product in family} == {"zh", "en"}, sku
        english, chinese = sorted(family, key=lambda product: product.language)
        for name in ("price", "currency", "stock", "url", "brand"):
            assert getattr(english, name) == getattr(chinese, name), (sku, name)
        assert english.attributes.keys() == chinese.attributes.keys(), sku
        for name, value in english.attributes.items():
            assert re.findall(r"\d+", value) == re.findall(r"\d+", chinese.attributes[name]), (sku, name)


def test_every_order_adds_up_from_catalogue_prices_and_its_delivery_fee(shop, orders):
    catalogue = Catalogue(shop[0])
    with (FOLDER / "orders.csv").open(encoding="utf-8") as file:
        fees = {row["order_id"]: float(row["delivery_fee"]) for row in csv.DictReader(file)}
    for order in orders:
        for item in order["items"]:
            assert item["price"] in (catalogue.price_of(item["sku"]), 0), (order["order_id"], item["sku"])
        goods = sum(item["quantity"] * item["price"] for item in order["items"])
        assert order["total"] == goods + fees[order["order_id"]], order["order_id"]


def test_orders_belong_to_customers_and_keep_to_the_shops_rules(shop, orders):
    with shop[0].connect() as connection:
        customers = {row.customer_id: row for row in connection.execute(select(sql.customers))}
    for order in orders:
        owner = customers[order["customer_id"]]
        assert (order["email"], order["phone"]) == (owner.email, owner.phone)
        assert order["order_id"].startswith("SD" + order["placed_at"][:10].replace("-", ""))
        assert order["placed_at"] < (order["delivered_at"] or "9999") and order["placed_at"] <= LATEST
        if order["status"] in ("delivered", "completed", "returned", "refunded", "return_requested"):
            assert order["delivered_at"] and order["tracking"], order["order_id"]
        if order["carrier"] in ("顺丰速运", "中通快递") and not re.match("香港|台北", order["address"]):
            goods = sum(item["quantity"] * item["price"] for item in order["items"])
            assert (order["carrier"] == "顺丰速运") == (goods >= 299), order["order_id"]
    assert len({order["status"] for order in orders}) >= 12


def test_reviews_and_interactions_are_of_known_products(shop):
    known = set(Catalogue(shop[0]).families())
    with shop[0].connect() as connection:
        reviews = connection.execute(select(sql.reviews)).mappings().all()
        interactions = connection.execute(select(sql.interactions)).mappings().all()
    assert {row["sku"] for row in (*reviews, *interactions)} <= known
    assert {row["event"] for row in interactions} == {"view", "click", "cart", "purchase"}
    assert max(row["time"] for row in interactions) <= LATEST
    ratings = Counter(row["rating"] for row in reviews)
    assert set(ratings) == {1, 2, 3, 4, 5}
    assert min(Counter(row["language"] for row in reviews).values()) >= 80


@pytest.mark.parametrize(
    ("fact", "pattern", "values", "least"),
    [
        ("days to return", r"(?:within|have) (\d+) days (?:of|from) delivery(?! you may| you choose)", {"15"}, 8),
        ("days to return", r"签收(?:之日起|后) ?(\d+) ?天内(?:可以|几乎|都|退货|$)(?!，退款)", {"15"}, 5),
        ("days for a faulty item", r"Within (\d+) days of delivery you (?:may )?choose", {"30"}, 2),
        ("days for a faulty item", r"签收后 ?(\d+) ?天内，退款、换新、维修", {"30"}, 2),
        ("free delivery from", r"free from (\d+) CNY", {"99"}, 1),
        ("free delivery from", r"满 ?(\d+) ?元包邮", {"99"}, 1),
        ("cut-off hour", r"paid before (\d+:\d\d)", {"16:00"}, 2),
        ("cut-off hour", r"(\d+:\d\d)(?:（北京时间）)? ?前付款", {"16:00"}, 2),
        ("price protection", r"within (\d+) days of your payment", {"14"}, 1),
        ("price protection", r"付款后 ?(\d+) ?天内", {"14"}, 2),
        ("SF Express from", r"(\d+) CNY or more (?:travel|go) with SF", {"299"}, 2),
        ("SF Express from", r"满 ?(\d+) ?元发顺丰", {"299"}, 2),
        ("gift wrapping", r"for (\d+) CNY an item", {"12"}, 1),
        ("gift wrapping", r"每件 ?(\d+) ?元，(?:手写|牛皮)", {"12"}, 2),
        ("telephone", r"(400-\d{3}-\d{4})", {"400-555-0137"}, 4),
        ("chat hours", r"(?:every day from |每天 ?)(\d+:\d\d(?: to |–)\d+:\d\d)", {"9:00 to 21:00", "9:00–21:00"}, 3),
        ("repair", r"(\d+) (?:business days (?:of|from) arrival at|个工作日修好)", {"7"}, 2),
        ("newcomer coupon", r"(\d+) CNY (?:off|coupon for) orders of 129 CNY", {"20"}, 2),
        ("spring festival", r"(3 to 10 February 2027|2月3日至10日)", {"3 to 10 February 2027", "2月3日至10日"}, 4),
    ],
)  # fmt: skip
def test_a_policy_has_the_same_figure_wherever_it_is_told(documents, fact, pattern, values, least):
    found = [match for text, _ in texts(documents) for match in re.findall(pattern, text)]
    assert len(found) >= least, (fact, found)
    assert set(found) == values, fact


def test_prices_named_in_the_documents_are_those_of_the_catalogue(shop, documents):
    prices: dict[str, set[float]] = {}
    for sku, family in Catalogue(shop[0]).families().items():
        prices.setdefault("-".join(sku.split("-")[:2]), set()).add(family[0].price)
    stated = r"\(?([A-Z]{2}-[A-Z]{2}\d+)[,，]? ?(\d[\d,]*) ?(?:CNY|元)"
    found = [match for text, _ in texts(documents) for match in re.findall(stated, text)]
    assert len(found) >= 8
    for base, price in found:
        assert float(price.replace(",", "")) in prices[base], base


def test_product_numbers_named_in_the_documents_exist(shop, documents):
    known = set(Catalogue(shop[0]).families())
    for text, document in texts(documents):
        for sku in re.findall(r"\b(?:KC|SA|CW|CT|DW|TN|SB|CG|BP|OC|AU|DK)-[A-Z0-9]+(?:-[A-Z]+)*\b", text):
            assert any(full == sku or full.startswith(f"{sku}-") for full in known), (sku, document.source)


def test_the_profile_agrees_with_the_documents(documents):
    profile = load_shop(FOLDER)
    assert (profile.name, profile.name_zh, profile.currency) == ("Songdell", "松谷生活", "CNY")
    everything = "\n".join(text for text, _ in texts(documents))
    for value in (profile.email, profile.phone):
        assert value and value in everything


def test_nobody_real_can_be_reached_through_the_demo_shop(documents, orders):
    addresses = "\n".join([*(text for text, _ in texts(documents)), *(order["email"] for order in orders)])
    domains = set(re.findall(r"@([\w.-]*\w)", addresses))
    assert domains <= {"songdell.example", "example.com", "example.org", "example.net"}


def test_binary_documents_are_made_from_their_sources(documents, tmp_path, monkeypatch):
    monkeypatch.setattr("bot.demo_shop.make_documents.directory", lambda: tmp_path)
    shutil.copytree(FOLDER / "sources", tmp_path / "sources")
    for language in ("zh", "en"):
        (tmp_path / "documents" / language).mkdir(parents=True)
    make_documents()
    made = list(load_documents([tmp_path / "documents"]))
    assert len(made) == 7
    committed = {document.source: document.sections for document in documents}
    for document in made:
        assert document.sections == committed[document.source], document.source


def test_the_demo_shop_stays_small():
    assert sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()) < 1_500_000


def test_questions_for_judging_answers_rest_on_the_shop(shop, documents, orders):
    lines = (FOLDER.parents[1] / "benchmarks/data/demo_questions.jsonl").read_text("utf-8").splitlines()
    questions = [json.loads(line) for line in lines]
    assert Counter(question["language"] for question in questions) == {"zh": 60, "en": 60}
    assert sum(question["expect"]["abstain"] for question in questions) == 20
    ids = [question["id"] for question in questions]
    assert len(set(ids)) == 120
    skus = set(Catalogue(shop[0]).families())
    sources = {document.source: "\n".join(f"{s.question or ''}\n{s.text}" for s in document.sections) for document in documents}
    numbers = {order["order_id"] for order in orders}
    for position, question in enumerate(questions):
        expect = question["expect"]
        assert question.get("after", ids[0]) in ids[: position + 1]
        named = expect["source"] if isinstance(expect["source"], list) else [expect["source"]] if expect["source"] else []
        for source in named:
            if source in sources:
                for words in expect["must_contain"]:
                    ways = [words] if isinstance(words, str) else words
                    assert any(way in sources[source] for way in ways), (question["id"], words)
            else:
                assert source in numbers or any(sku.startswith(source) for sku in skus), question["id"]
        if not named:
            assert expect["abstain"] or expect["action"] not in ("answer", "recommend", "compare"), question["id"]


@pytest.mark.slow
def test_a_demo_shop_of_a_program_that_was_installed_elsewhere_before_has_each_document_once(tmp_path):
    before = tmp_path / "old" / FOLDER.name / "documents" / "en"
    before.mkdir(parents=True)
    shutil.copy(DOCUMENTS / "en" / "about_us.md", before)
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "about_us.md").write_text("# Ours\n\nWritten by the owner.")
    with open_shop(tmp_path / "data", encoder="builtin-static") as shop:
        shop.load([before.parent, tmp_path / "own"])
        load_demo(shop)
        told = Counter(each.source for each in shop.admin.documents())
    assert told["documents/en/about_us.md"] == told["own/about_us.md"] == 1 and set(told.values()) == {1}
