"""Where files go: documents to the knowledge base, tables of the shop's own data to their tables, and what follows from it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.errors import LoadError
from bot.shopdesk import Shopdesk
from tests.small_shop import open_shop, stocked, write_files

CUSTOMERS = "customer_id,name,email,consent\nC1,林晓,lin@example.com,yes\nC2,Bob,bob@example.com,no\n"


@pytest.fixture
def shop(tmp_path) -> Shopdesk:
    with open_shop(tmp_path / "data") as shopdesk:
        yield shopdesk


def added(summary: object) -> dict[str, int]:
    return {kind: report["added"] for kind, report in summary.to_dict().items() if report["added"]}  # type: ignore[attr-defined]


def sources(shop: Shopdesk, query: str) -> set[str]:
    return {hit["source"] for hit in shop.search(query, 50)}


def test_products_can_be_found_by_search_as_soon_as_the_catalogue_is_loaded_and_go_with_its_file(shop, tmp_path):
    files = write_files(tmp_path / "files")
    shop.load([files / "catalogue.csv"])
    assert {"KT-1", "KT-2"} <= sources(shop, "Quiet Kettle")
    shop.load([files])
    (files / "catalogue.csv").unlink()
    summary = shop.load([files]).to_dict()
    assert summary["catalogue"]["removed"] == 16
    assert not {"KT-1", "KT-2"} & sources(shop, "Quiet Kettle")
    assert shop.reply("Recommend a kettle").products == ()


def test_the_kind_that_the_owner_names_counts(shop, tmp_path):
    files = write_files(tmp_path / "files")
    assert added(shop.load([files / "catalogue.csv"], kind="documents")) == {"documents": 1}
    assert "files/catalogue.csv" in sources(shop, "Kettle") or "catalogue.csv" in sources(shop, "Kettle")
    summary = shop.load([files / "catalogue.csv"]).to_dict()
    assert summary["catalogue"]["added"] == 16
    assert not {"files/catalogue.csv", "catalogue.csv"} & sources(shop, "Kettle")


def test_a_table_of_another_kind_than_named_is_reported_and_changes_nothing(shop, tmp_path):
    (tmp_path / "customers.csv").write_text(CUSTOMERS, "utf-8")
    summary = shop.load([tmp_path / "customers.csv"], kind="orders")
    assert summary.nothing and len(summary.to_dict()["orders"]["skipped"]) == 1
    assert "skipped customers.csv: has no column order_id" in summary.text()


def test_a_table_that_was_taken_for_a_document_is_none_once_the_owner_says_what_it_is(shop, tmp_path):
    table = tmp_path / "waren.csv"
    table.write_text("Artikelnr,Bezeichnung,Preis\nA1,Teapot,19.90\nA2,Cup,7.50\nA3,Spoon,2.00\n", "utf-8")
    [note] = shop.load([table]).to_dict()["documents"]["notes"]
    assert note.endswith("if they are products, with --as catalogue --columns sku=A,title=B,price=C")
    assert shop.load([table], kind="orders").nothing and "waren.csv" in sources(shop, "Teapot")
    summary = shop.load([table], kind="catalogue", columns={"sku": "A", "title": "B", "price": "C"}).to_dict()
    assert summary["catalogue"]["added"] == 3 and "waren.csv" not in sources(shop, "Teapot")


def test_a_broken_export_empties_no_shop(tmp_path):
    with stocked(tmp_path) as shop:
        (tmp_path / "files" / "orders.jsonl").write_text('{"order_id": ""}\n{"order_id": "", "status": "x"}\n')
        shop.load([tmp_path / "files"])
        assert "SF123456789" in shop.reply("Where is order SD-1001? lin@example.com").text


def test_one_bad_row_is_reported_and_the_others_are_loaded(shop, tmp_path):
    path = tmp_path / "catalogue.csv"
    path.write_text("sku,title,price,currency\nA-1,Lamp,10,CNY\nA-2,,5,CNY\nA-3,Chair,cheap,CNY\nA-4,Table,99,CNY\n")
    summary = shop.load([path]).to_dict()["catalogue"]
    assert summary["added"] >= 2 and {skipped["row"] for skipped in summary["skipped"]} >= {3}
    assert json.loads(json.dumps(summary)) == summary


def test_what_was_skipped_is_listed_up_to_a_limit(shop, tmp_path):
    rows = "\n".join(f"A-{n},,5,CNY" for n in range(50))
    (tmp_path / "catalogue.csv").write_text(f"sku,title,price,currency\nB-1,Lamp,10,CNY\n{rows}\n")
    lines = shop.load([tmp_path / "catalogue.csv"]).text().splitlines()
    assert len(lines) == 22 and lines[-1] == "  … and 30 more; --json lists them all"


def test_progress_is_told_while_documents_are_loaded(shop, tmp_path):
    told: list[tuple[float, int | None]] = []
    shop.load([write_files(tmp_path / "files")], progress=lambda done, total: told.append((done, total)))
    assert told and told[-1][0] == 5 and [done for done, _ in told] == sorted(done for done, _ in told)


@pytest.mark.slow
def test_a_long_table_is_told_in_steps_and_not_as_done_before_it_is(shop, tmp_path):
    told: list[float] = []
    rows = [f"How long is the warranty of part {number}?,It is {number} months." for number in range(1500)]
    (tmp_path / "long.csv").write_text("\n".join(["question,answer", *rows]), "utf-8")
    summary = shop.load([tmp_path / "long.csv"], progress=lambda done, total: told.append(done / (total or 1)))
    assert len(told) > 3 and told == sorted(told) and told[0] < 0.6 and told[-1] == 1
    assert "1 added" in summary.text() and "; 1500 passages" in summary.text()


@pytest.mark.parametrize("paths", [[], ["/no/such/file.md"]])
def test_nothing_to_load_is_an_error_that_says_so(shop, paths):
    with pytest.raises(LoadError, match=r"nothing to load|no file or directory"):
        shop.load(paths)


def test_an_empty_directory_is_not_taken_for_success(shop, tmp_path):
    (tmp_path / "nothing").mkdir()
    summary = shop.load([tmp_path / "nothing"])
    assert summary.nothing and shop.empty and summary.text()


def test_paths_may_be_written_in_many_ways_without_loading_twice(shop, tmp_path, monkeypatch):
    write_files(tmp_path / "files")
    monkeypatch.chdir(tmp_path)
    shop.load(["files"])
    again = shop.load([Path("./files"), str(tmp_path / "files" / "returns.en.md"), tmp_path / "files" / ".." / "files"])
    assert added(again) == {}
