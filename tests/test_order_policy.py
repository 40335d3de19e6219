"""The order policy that a shopkeeper edits: what it allows, what it refuses and why, and what a mistake in it is told."""

from __future__ import annotations

import logging
from datetime import datetime

import pytest

from bot.errors import SettingsError
from bot.order_desk.policy import PolicyFile, default_text, parse_policy, write_policy
from tests.order_shop import skill_of
from tests.shop_data import CONTEXT, START, message, stocked_shop

BOB = {"order_ids": ("SD-1002",), "emails": ("bob@example.com",)}
"""A kettle, two pieces for 159.50, delivered on 25 April 2026."""


def at(day: str) -> float:
    return datetime.fromisoformat(f"{day}T12:00:00+00:00").timestamp()


def asked(tmp_path, policy: str, day: str = "2026-04-30", text: str = "please return both kettles", language: str = "en"):
    (tmp_path / "order_policy.toml").write_text(policy, "utf-8")
    skill = skill_of(stocked_shop(tmp_path / "shop.db"), tmp_path, lambda: at(day))
    return skill.prepare(message(text, "return_refund", language, **BOB), START, CONTEXT).brief


RETURN = '[return]\nstatuses = ["delivered"]\n'
SITUATIONS = {
    "within the days": (RETURN + "within_days = 30", "2026-05-24", "confirm", ()),
    "after the days": (RETURN + "within_days = 30", "2026-05-26", "order_change", ("deny_days_delivered_at",)),
    "another status": ('[return]\nstatuses = ["shipped"]', "2026-04-30", "order_change", ("deny_status",)),
    "never": ('[return]\nhow = "no"', "2026-04-30", "order_change", ("deny_never",)),
    "a person decides": (RETURN + 'how = "person"', "2026-04-30", "handover", ()),
    "a dear order goes to a person": (RETURN + "person_above = 150", "2026-04-30", "handover", ()),
    "a cheap one does not": (RETURN + "person_above = 160", "2026-04-30", "confirm", ()),
    "an excluded kind": (
        RETURN + '[[return.except]]\ncategories = ["kettles"]\nen = "No."\nzh = "不行。"',
        "2026-04-30", "order_change", ("deny_item",),
    ),
    "an excluded product": (
        RETURN + '[[return.except]]\nskus = ["KT-1"]\nen = "No."\nzh = "不行。"',
        "2026-04-30", "order_change", ("deny_item",),
    ),
    "another kind is excluded": (
        RETURN + '[[return.except]]\ncategories = ["Tents"]\nen = "No."\nzh = "不行。"', "2026-04-30", "confirm", (),
    ),
}  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("policy", "day", "action", "lines"), SITUATIONS.values(), ids=SITUATIONS.keys())
def test_the_policy_decides(tmp_path, policy, day, action, lines, language):
    text = {"en": "please return both kettles", "zh": "请把订单全部退货"}[language]
    brief = asked(tmp_path, policy, day, text, language)
    assert brief.action == action
    assert bool(brief.proposed_change) is (action == "confirm")
    assert [line.phrase for line in brief.lines if line.phrase.startswith("deny")] == list(lines)


def test_an_unknown_date_goes_to_a_person(tmp_path):
    policy = '[cancel]\nstatuses = ["delivered"]\nwithin_days = 3\ncounted_from = "placed_at"'
    brief = asked(tmp_path, policy, "2026-04-22", "please cancel the order")
    assert brief.action == "confirm"
    (tmp_path / "order_policy.toml").write_text(policy.replace("placed_at", "delivered_at"), "utf-8")
    skill = skill_of(stocked_shop(tmp_path / "shop.db"), tmp_path, lambda: at("2026-04-22"))
    unknown = {"order_ids": ("SD-1003",), "emails": ("mia@example.com",)}
    (tmp_path / "order_policy.toml").write_text(policy.replace("delivered", "pending", 1), "utf-8")
    brief = skill.prepare(message("please cancel my order", "cancel_order", **unknown), START, CONTEXT).brief
    assert (brief.action, brief.lines[0].phrase) == ("handover", "deny_unknown_date")


MISTAKES = {
    "no TOML": ("[cancel", "is not valid TOML"),
    "an unknown operation": ("[refund]\nhow = 'yes'", "unknown entry 'refund': use proof, cancel, return"),
    "an unknown rule": ("[cancel]\nstatus = ['pending']", "unknown entry 'cancel.status'"),
    "an unknown status": ("[cancel]\nstatuses = ['sleeping']", "there is no order status 'sleeping'"),
    "a word that is none": ("[cancel]\nhow = 'maybe'", "cancel.how cannot be 'maybe'"),
    "days that are none": ("[return]\nwithin_days = -1", "return.within_days cannot be -1"),
    "a reason in one language": ("[[return.except]]\nskus = ['A']\nen = 'No.'", "return.except.0.zh"),
}


@pytest.mark.parametrize(("text", "words"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_told_in_one_sentence_with_its_place(text, words):
    with pytest.raises(SettingsError) as caught:
        parse_policy(text, "order_policy.toml")
    assert words in str(caught.value) and "order_policy.toml" in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["order_policy.toml", "account_policy.toml"])
def test_the_policies_that_ship_are_valid_and_written_once(tmp_path, name):
    parse_policy(default_text(name), name)
    assert write_policy(tmp_path, name) is True
    (tmp_path / "order_policy.toml").write_text("[cancel]\nhow = 'no'\n", "utf-8")
    assert write_policy(tmp_path, name) is False
    assert PolicyFile(tmp_path).current().cancel.how == "no"


def test_the_default_asks_for_an_order_number_and_an_edit_counts_at_once_but_a_broken_one_does_not(tmp_path, caplog):
    policy = PolicyFile(tmp_path)
    assert policy.current().proof.without_order_number == ()
    (tmp_path / "order_policy.toml").write_text("[cancel]\nhow = 'person'\n", "utf-8")
    assert policy.current().cancel.how == "person"
    with caplog.at_level(logging.ERROR):
        (tmp_path / "order_policy.toml").write_text("[cancel]\nhow = 'perhaps, who knows'\n", "utf-8")
        assert policy.current().cancel.how == "person"
    assert "stays in force" in caplog.text
