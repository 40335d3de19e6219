from dataclasses import replace

import pytest

from tests.order_shop import skill_of
from tests.shop_data import CONTEXT, START, message, stocked_shop


@pytest.fixture
def skill(tmp_path):
    return skill_of(stocked_shop(tmp_path / "shop.db"), tmp_path)


def ask(skill, text="where is my order?", state=START, intent="order_status", language="en", context=CONTEXT, **entities):
    outcome = skill.prepare(message(text, intent, language, **entities), state, context)
    return outcome.brief, replace(outcome.state, last_action=outcome.brief.action, last_intent=intent)


OWN = {"order_ids": ("SD-1001",), "emails": ("lin@example.com",)}


@pytest.mark.parametrize(("language", "line"), [("en", "Status: shipped"), ("zh", "状态：已发货")])
def test_number_and_email_show_the_order_in_the_customers_language(skill, language, line):
    brief, state = ask(skill, language=language, **OWN)
    assert brief.action == "order_status"
    assert line in brief.evidence[0].text
    assert brief.evidence[0].kind == "order"
    assert {"en": "Trail Backpack 30L", "zh": "山径双肩包 30升"}[language] in brief.evidence[0].text
    assert state.verified_order == "SD-1001"


@pytest.mark.parametrize(
    ("entities", "asks"),
    [
        ({}, ("order_id", "email")),
        ({"order_ids": ("SD-1001",)}, ("email",)),
        ({"emails": ("lin@example.com",)}, ("order_id",)),
        ({"phones": ("13800138000",)}, ("order_id",)),
    ],
)
def test_what_is_missing_is_asked_for_and_nothing_is_shown(skill, entities, asks):
    brief, state = ask(skill, **entities)
    assert (brief.asks, state.asks, brief.evidence, state.verified_order) == (asks, asks, (), None)


def test_number_and_proof_may_come_in_turns_and_stay_proved(skill):
    _, state = ask(skill)
    brief, state = ask(skill, "SD-1001", state, order_ids=("SD-1001",))
    assert (brief.asks, brief.evidence) == (("email",), ())
    brief, state = ask(skill, "138 0013 8000", state, intent="small_talk", phones=("138 0013 8000",))
    assert brief.evidence
    brief, _ = ask(skill, "什么时候到", state, language="zh")
    assert "快递单号：SF123456789" in brief.evidence[0].text


def test_the_email_of_somebody_else_shows_nothing_and_looks_like_an_unknown_order(skill):
    wrong, _ = ask(skill, order_ids=("SD-1001",), emails=("bob@example.com",))
    unknown, _ = ask(skill, order_ids=("SD-7777",), emails=("bob@example.com",))
    assert wrong.evidence == unknown.evidence == ()
    assert (wrong.action, wrong.note, wrong.asks, wrong.abstained) == ("order_status", "not_found", ("order_id", "email"), True)
    assert replace(wrong, understanding=unknown.understanding) == unknown


def test_a_proved_order_opens_no_other_one(skill):
    _, state = ask(skill, **OWN)
    brief, state = ask(skill, "and SD-1002?", state, order_ids=("SD-1002",))
    assert (brief.evidence, brief.note) == ((), "not_found")
    brief, _ = ask(skill, "SD-1001", state, order_ids=("SD-1001",))
    assert "SD-1001" in brief.evidence[0].text


def test_a_remembered_wrong_proof_is_not_tried_again_by_idle_words(skill):
    _, state = ask(skill, order_ids=("SD-1001",), emails=("bob@example.com",))
    for _ in range(8):
        brief, state = ask(skill, "hello?", state)
        assert brief.asks == ("email",)
    brief, _ = ask(skill, "lin@example.com", state, emails=("lin@example.com",))
    assert brief.evidence


def test_five_wrong_proofs_lock_the_conversation(skill):
    state = START
    for guess in range(5):
        brief, state = ask(skill, state=state, order_ids=("SD-1001",), emails=(f"{guess}@example.com",))
        assert brief.note == "not_found"
    brief, state = ask(skill, state=state, **OWN)
    assert (brief.note, brief.evidence, brief.asks, state.verified_order) == ("locked", (), (), None)


def test_a_customer_whom_the_server_knows_needs_no_proof_for_their_own_orders_alone(skill):
    known = replace(CONTEXT, customer="C1")
    assert "SD-1001" in ask(skill, context=known)[0].evidence[0].text
    assert "SD-1001" in ask(skill, context=known, order_ids=("SD-1001",))[0].evidence[0].text
    brief, _ = ask(skill, context=known, order_ids=("SD-1002",))
    assert (brief.evidence, brief.asks, brief.note) == ((), ("order_id",), "not_in_account")


def test_every_pair_of_order_and_other_customers_email_shows_nothing(skill):
    owners = {"SD-1001": "lin@example.com", "SD-1002": "bob@example.com", "SD-1003": "mia@example.com"}
    for order_id in owners:
        for owner, email in owners.items():
            context = replace(CONTEXT, conversation=f"{order_id} {owner}")
            brief, _ = ask(skill, context=context, order_ids=(order_id,), emails=(email,))
            assert bool(brief.evidence) is (owner == order_id)
