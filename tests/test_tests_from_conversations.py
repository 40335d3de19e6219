"""A conversation that took place becomes a test: without personal data, runnable at once, on a copy that changes nothing."""

from __future__ import annotations

import pytest

from bot.conversation_tests.cases import parse_cases
from bot.conversation_tests.folder import TestFolder
from bot.conversation_tests.running import run
from bot.conversation_tests.writing import as_test, masked
from bot.errors import LoadError


@pytest.mark.parametrize(
    ("text", "kept", "gone"),
    [
        ("I am ann.lee@mail.example, order #W1234567", ("customer@example.com", "#W0000000"), ("ann.lee", "1234567")),
        ("我的手机号是13812345678，邮箱 li@qq.com", ("00000000000",), ("13812345678", "li@qq.com")),
        ("Call me at +49 170 1234567, says Ann Lee", ("***",), ("1234567", "Ann Lee")),
    ],
)
def test_who_the_customer_is_does_not_stand_in_the_test(text, kept, gone):
    shown = masked(text, ["Ann Lee"])
    assert all(part in shown for part in kept)
    assert not any(part in shown for part in gone)


def test_a_conversation_becomes_a_test_that_passes_and_fails_once_the_answer_is_another(api, tmp_path):
    shopdesk = api.shopdesk
    first = shopdesk.reply("How many days do I have to return something?")
    shopdesk.reply("I need a kettle under 200 yuan", first.conversation)
    turns = shopdesk.admin.conversations.whole(first.conversation)
    folder = TestFolder(tmp_path)
    folder.write("kettle.yaml", as_test("returns, then a kettle", turns))
    before = shopdesk.admin.conversations.find(limit=500)
    with shopdesk.rehearsal.open() as stage:
        assert [result.failure for result in run(stage, folder.cases())] == [None]
        folder.write("kettle.yaml", folder.text("kettle.yaml").replace("action: answer", "action: decline"))
        [result] = run(stage, folder.cases("kettle.yaml"))
    assert result.failure is not None and "action is 'answer', not 'decline'" in result.failure.text()
    assert shopdesk.admin.conversations.find(limit=500) == before
    assert not shopdesk.rehearsal.by_model


def test_orders_changed_in_a_test_stay_as_they_are_in_the_shop(api):
    shopdesk = api.shopdesk
    known = shopdesk.order_changes()
    with shopdesk.rehearsal.open() as stage:
        begun = stage.reply("I want to cancel order SD-1003 because I no longer need it, my e-mail is mia@example.com")
        assert begun.proposed_change
        stage.reply("yes", begun.conversation)
        assert [change["operation"] for change in stage.order_changes()] == ["cancel_pending_order"]
    assert shopdesk.order_changes() == known


@pytest.mark.parametrize("name", ["../shop.yaml", "a/b.yaml", "notes.txt", ".yaml", ""])
def test_a_test_is_written_nowhere_but_in_its_folder(tmp_path, name):
    with pytest.raises(LoadError, match=r"ends in \.yaml"):
        TestFolder(tmp_path).write(name, "- turns: [{say: hello}]")


def test_a_text_that_is_no_test_is_not_written(tmp_path):
    folder = TestFolder(tmp_path)
    with pytest.raises(LoadError, match="has no turns"):
        folder.write("a.yaml", "- name: nothing")
    assert folder.names() == []
    assert parse_cases("- turns: [{say: hello}]", "a.yaml")[0].name == "hello"
