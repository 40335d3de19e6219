"""A database of accounts, orders and products with variants as nested JSON, loaded as it is."""

from __future__ import annotations

import json

import pytest

import bot
from tests.test_order_changes import _products, _write

FILES = ("products.json", "orders.json", "users.json")


@pytest.mark.parametrize("shape", ["a file each", "one file", "json lines"])
def test_a_nested_database_is_loaded_whole_and_twice_changes_nothing(tmp_path, shape):
    files = _write(tmp_path / "files")
    held = {name: json.loads((files / name).read_text("utf-8")) for name in FILES}
    if shape == "one file":
        (files / "db.json").write_text(json.dumps({name.removesuffix(".json"): rows for name, rows in held.items()}), "utf-8")
    if shape == "json lines":
        for name, rows in held.items():
            keyed = [row | ({"user_id": key} if name == "users.json" else {}) for key, row in rows.items()]
            (files / f"{name}l").write_text("\n".join(map(json.dumps, keyed)), "utf-8")
    if shape != "a file each":
        for name in FILES:
            (files / name).unlink()
    with bot.open(tmp_path / "data") as shop:
        first, second = shop.load([files]), shop.load([files])
    variants = sum(len(product["variants"]) for product in _products().values())
    assert {kind: report.added for kind, report in first.reports.items()} == {
        "catalogue": variants,
        "orders": 7,
        "customers": 4,
    }
    assert all(report.added == report.updated == report.removed == 0 for report in second.reports.values())
    assert [report.skipped for report in first.reports.values()] == [[], [], []]


def test_accounts_bring_a_policy_of_their_own_unless_the_shop_has_one(tmp_path):
    files = _write(tmp_path / "files")
    with bot.open(tmp_path / "data") as shop:
        summary = shop.load([files])
        assert "order_policy.toml was written" in summary.text()
        assert "order_policy.toml was written" not in shop.load([files]).text()
        reply = shop.reply("I'm Ann Lee, zip 80301. Please cancel #W1001, it was a mistake.")
        assert [one.name for one in reply.proposed_change] == ["cancel_pending_order"]
    own = tmp_path / "own"
    own.mkdir()
    (own / "order_policy.toml").write_text("[cancel]\nhow = 'person'\n", "utf-8")
    with bot.open(own) as shop:
        shop.load([files])
        reply = shop.reply("I'm Ann Lee, zip 80301. Please cancel #W1001, it was a mistake.")
        assert reply.proposed_change is None and (own / "order_policy.toml").read_text("utf-8") == "[cancel]\nhow = 'person'\n"
