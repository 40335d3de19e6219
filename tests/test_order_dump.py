"""What ``orders dump`` prints: the state that the order desk left, in a layout that is judged and loaded elsewhere."""

from __future__ import annotations

import json

import bot
from benchmarks.retail_state import desk_state, goal_state
from tests.test_order_changes import _write


def test_the_dumped_state_is_what_the_desk_left_and_loads_again_as_it_is(tmp_path, run):
    files = _write(tmp_path / "files")
    with bot.open(tmp_path / "data") as shop:
        shop.load([files])
        first = shop.reply("I'm Ann Lee, zip 80301. Please cancel #W1001, it was a mistake.")
        shop.reply("yes", first.conversation)
        asked = shop.reply("I'm Ann Lee, zip 80301. I'd like to return the lamps of #W1003, both, to the credit card.")
        assert [one.name for one in asked.proposed_change] == ["return_delivered_order_items"]
        shop.reply("yes", asked.conversation)
    dumped = json.loads(run("orders", "dump", "--data", "data", cwd=tmp_path).stdout)
    left = desk_state(tmp_path / "data").facts
    assert (dumped["orders"]["#W1001"]["status"], dumped["orders"]["#W1001"]["cancel_reason"]) == (
        "cancelled",
        "ordered by mistake",
    )
    assert dumped["orders"]["#W1003"]["return_items"] == ["200", "200"]
    assert goal_state(dumped, []).facts == left
    (tmp_path / "dumped.json").write_text(json.dumps(dumped), "utf-8")
    with bot.open(tmp_path / "again") as shop:
        reports = shop.load([tmp_path / "dumped.json"]).reports
    assert (reports["orders"].added, reports["customers"].added) == (7, 4)
    again = desk_state(tmp_path / "again").facts
    assert {key: (one.get("status"), one["address"]) for key, one in again.items()} == {
        key: (one.get("status"), one["address"]) for key, one in left.items()
    }
