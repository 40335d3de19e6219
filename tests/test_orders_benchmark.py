"""The order benchmark: its customer, its yardstick, and that it tells right from wrong."""

from __future__ import annotations

import json

import pytest

from benchmarks.order_customer import first_person
from benchmarks.orders import main
from benchmarks.retail_tools import Refused, RetailTools, read_database
from tests.test_order_changes import _write

TASKS = [
    {
        "user_id": "ann_lee_1",
        "instruction": "Your name is Ann Lee and your zip code is 80301. You are shy, calm. Cancel order #W1001"
        " because ordered by mistake.",
        "actions": [{"name": "cancel_pending_order", "kwargs": {"order_id": "#W1001", "reason": "ordered by mistake"}}],
    },
    {
        "user_id": "bob_ray_2",
        "instruction": "Your name is Bob Ray and your email is bob@example.com. Cancel order #W2001 because no longer needed.",
        "actions": [],
    },
]  # fmt: skip


@pytest.fixture
def layout(tmp_path):
    directory = _write(tmp_path / "layout")
    (directory / "tasks_dev.jsonl").write_text("\n".join(map(json.dumps, TASKS)), "utf-8")
    return directory


@pytest.mark.slow
def test_a_task_that_ends_as_wanted_is_right_and_one_that_writes_what_nobody_wants_is_wrong(layout, capsys):
    assert main([str(layout), "--manner", "whole", "--yes-to-everything", "--json"]) == 0
    careless = json.loads(capsys.readouterr().out)
    assert (careless["tasks"], careless["right"], careless["wrong_writes"], careless["policy_violations"]) == (2, 0.5, 1, 0)
    assert main([str(layout), "--manner", "steps", "--json"]) == 0
    careful = json.loads(capsys.readouterr().out)
    assert (careful["wrong_writes"], careful["wrong_proposals"]) == (0, 1)


def test_the_yardstick_refuses_what_its_policy_forbids_and_then_changes_nothing(layout):
    database = read_database(layout)
    tools = RetailTools(database)
    for name, arguments in (
        ("cancel_pending_order", {"order_id": "#W1002", "reason": "no longer needed"}),
        ("cancel_pending_order", {"order_id": "#W1001", "reason": "bored"}),
        ("return_delivered_order_items", {"order_id": "#W1002", "item_ids": ["100"], "payment_method_id": "credit_card_1"}),
        ("modify_pending_order_payment", {"order_id": "#W1001", "payment_method_id": "gift_card_1"}),
    ):
        with pytest.raises(Refused):
            tools.call(name, arguments)
    assert tools.database == database


def test_an_instruction_becomes_the_customers_own_words():
    spoken = first_person(
        "Your name is Ann and your zip code is 1. You are shy, calm. You've ordered it and you want your money."
    )
    assert spoken == "My name is Ann and my zip code is 1. I've ordered it and I want my money."


def test_customers_who_speak_freely_are_played_from_scripts_and_judged_by_the_database(layout, tmp_path, capsys):
    scripts = tmp_path / "scripts.yaml"
    scripts.write_text(
        '- {task: 0, who: zip, says: ["I bought the wrong things by mistake. Please cancel that order."],'
        ' order_id: "{order}"}\n'
        '- {task: 0, who: zip, says: ["拍错了，帮我取消订单"], order_id: "{order}"}\n'
        '- {task: 1, who: email, says: ["Please cancel my order, no longer needed."]}\n',
        "utf-8",
    )
    assert main([str(layout), "--scripts", str(scripts), "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert (figures["tasks"], figures["right_zh"], figures["wrong_writes"]) == (3, 1.0, 0)
    assert figures["right_en"] == 1.0 and figures["wrong_proposals"] == 1
