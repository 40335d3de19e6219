import pytest
from sqlalchemy import func, select

from bot.order_desk.sql_system import SqlOrderSystem
from bot.shop.catalogue import Catalogue
from bot.shop.loading import TABLES, load_table
from tests.shop_data import CUSTOMERS, INTERACTIONS, ORDERS, PRODUCTS, REVIEWS, empty_shop, numbered

KINDS = {"catalogue": PRODUCTS, "orders": ORDERS, "customers": CUSTOMERS, "reviews": REVIEWS, "interactions": INTERACTIONS}


def counts(report):
    return report.added, report.updated, report.unchanged, report.removed


def stored(engine, kind):
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(TABLES[kind]))


@pytest.mark.parametrize("kind", KINDS)
def test_loading_the_same_table_twice_changes_nothing(tmp_path, kind):
    engine, rows = empty_shop(tmp_path / "shop.db"), KINDS[kind]
    assert counts(load_table(engine, kind, numbered(rows), "t")) == (len(rows), 0, 0, 0)
    assert counts(load_table(engine, kind, numbered(rows), "t")) == (0, 0, len(rows), 0)
    assert stored(engine, kind) == len(rows)


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_gone_from_its_table_goes_and_other_tables_keep_theirs(tmp_path, kind):
    engine, rows = empty_shop(tmp_path / "shop.db"), KINDS[kind]
    load_table(engine, kind, numbered(rows[:1]), "other")
    load_table(engine, kind, numbered(rows[1:]), "t")
    assert counts(load_table(engine, kind, numbered(rows[2:]), "t")) == (0, 0, len(rows) - 2, 1)
    assert stored(engine, kind) == len(rows) - 1


def test_a_changed_price_is_an_update_and_the_catalogue_in_memory_follows(tmp_path):
    engine = empty_shop(tmp_path / "shop.db")
    load_table(engine, "catalogue", numbered(PRODUCTS), "t")
    catalogue = Catalogue(engine)
    assert catalogue.get("KT-1").price == 159.0
    changed = [row | {"price": "149"} if row["sku"] == "KT-1" else row for row in PRODUCTS]
    assert counts(load_table(engine, "catalogue", numbered(changed), "t")) == (0, 1, len(PRODUCTS) - 1, 0)
    assert catalogue.get("KT-1").price == 149.0


def test_a_table_without_one_good_row_empties_nothing(tmp_path):
    engine = empty_shop(tmp_path / "shop.db")
    load_table(engine, "catalogue", numbered(PRODUCTS), "t")
    report = load_table(engine, "catalogue", numbered([{"sku": "X", "title": "Y", "price": "?"}]), "t")
    assert (counts(report), len(report.skipped)) == ((0, 0, 0, 0), 1)
    assert stored(engine, "catalogue") == len(PRODUCTS)


def test_a_sku_loaded_from_a_second_file_moves_there(tmp_path):
    engine = empty_shop(tmp_path / "shop.db")
    load_table(engine, "catalogue", numbered(PRODUCTS), "old")
    assert counts(load_table(engine, "catalogue", numbered(PRODUCTS[:1]), "new")) == (0, 1, 0, 0)
    load_table(engine, "catalogue", numbered(PRODUCTS[1:]), "old")
    assert stored(engine, "catalogue") == len(PRODUCTS)


def test_equal_interactions_without_a_time_are_counted_as_often_as_they_stand_in_the_table(tmp_path):
    engine = empty_shop(tmp_path / "shop.db")
    row = {"customer_id": "C1", "sku": "A", "event": "view"}
    assert counts(load_table(engine, "interactions", numbered([row] * 3), "t")) == (3, 0, 0, 0)
    assert counts(load_table(engine, "interactions", numbered([row] * 3), "t")) == (0, 0, 3, 0)


def test_more_rows_than_one_statement_takes_are_loaded(tmp_path):
    engine = empty_shop(tmp_path / "shop.db")
    rows = [{"sku": f"S{n}", "title": f"Thing {n}", "price": str(n)} for n in range(1000)]
    assert load_table(engine, "catalogue", numbered(rows), "t").added == 1000
    assert counts(load_table(engine, "catalogue", numbered(rows[:300]), "t")) == (0, 0, 300, 700)


def test_a_customer_is_read_with_tags_and_consent(tmp_path):
    engine = empty_shop(tmp_path / "shop.db")
    load_table(engine, "customers", numbered(CUSTOMERS), "t")
    system = SqlOrderSystem(engine, lambda sku: None)
    customer = system.customer("C1")
    assert (customer.name, customer.tags, customer.consent) == ("林晓", ("vip", "徒步"), True)
    assert system.customer("C3").consent is False
    assert system.customer("nobody") is None
