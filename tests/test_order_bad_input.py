"""Bad input at the order desk in both languages: what cannot be, what contradicts itself, and a system that fails half-way."""

from __future__ import annotations

import pytest

from bot.errors import OrderSystemError
from bot.order_desk.sql_system import SqlOrderSystem
from tests.test_order_changes import ANN, desk, loaded, proposed

__all__ = ["desk", "loaded"]
TWO = f"Cancel order #W1001 because it was a mistake, and return the blue mug from #W1002 via paypal. {ANN}"


@pytest.mark.parametrize(
    ("theirs", "unknown"),
    [
        (f"Please cancel order #W2001, it was a mistake. {ANN}", f"Please cancel order #W9999, it was a mistake. {ANN}"),
        (f"帮我取消订单 #W2001，拍错了，邮箱 {ANN}", f"帮我取消订单 #W9999，拍错了，邮箱 {ANN}"),
        ("Please cancel order #W1001. wrong@example.com", "Please cancel order #W9999. wrong@example.com"),
        ("帮我取消订单 #W1001，拍错了，邮箱 wrong@example.com", "帮我取消订单 #W9999，拍错了，邮箱 wrong@example.com"),
    ],
)
def test_somebody_elses_order_and_a_wrong_proof_are_answered_as_an_unknown_order(desk, theirs, unknown):
    (first,), (second,) = desk.talk(theirs), desk.talk(unknown)
    assert first.text.replace("#W2001", "#W9999").replace("#W1001", "#W9999") == second.text
    assert (first.asks, first.action, proposed(first)) == (second.asks, second.action, [])
    assert desk.audit() == []


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (f"In order #W1002 exchange the red mug for a green one in L, pay with paypal. {ANN}", "Mug"),
        (f"订单 #W1002 里的红色 Mug 换成绿色 L 码，用 PayPal，邮箱 {ANN}", "Mug"),
    ],
)
def test_a_variant_that_is_sold_out_is_not_proposed_and_others_are_named(desk, message, words):
    (reply,) = desk.talk(message)
    assert (proposed(reply), "option" in reply.asks, words in reply.text) == ([], True, True), reply.text
    assert desk.audit() == []


@pytest.mark.parametrize(
    "message",
    [
        f"Cancel order #W1001, it was a mistake. No, don't cancel it, leave it as it is. {ANN}",
        f"帮我取消订单 #W1001，拍错了。算了，不取消了。邮箱 {ANN}",
    ],
)
def test_wishes_that_contradict_each_other_write_nothing(desk, message):
    replies = desk.talk(message)
    assert desk.audit() == [] and proposed(replies[0]) == [], replies[0].text


@pytest.mark.parametrize(("yes", "words"), [("yes", "didn't confirm"), ("好的，办吧", "没有及时确认")])
def test_a_system_that_fails_after_the_first_of_two_changes_is_not_told_as_if_nothing_was_done(desk, monkeypatch, yes, words):
    (first,) = desk.talk(TWO)
    assert len(proposed(first)) == 2
    carried_out = SqlOrderSystem.apply

    def fails_second(system, command):
        if command.key.endswith(":1"):
            raise OrderSystemError("The order system is away.")
        return carried_out(system, command)

    monkeypatch.setattr(SqlOrderSystem, "apply", fails_second)
    reply = desk.shop.reply(yes, first.conversation)
    assert (words in reply.text, "nothing was changed" in reply.text, reply.handover is not None) == (True, False, True), (
        reply.text
    )
    assert [row.order_id for row in desk.audit()] == ["#W1001"]
