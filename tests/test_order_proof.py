"""Nobody learns anything about an order without proof that it is theirs: over whole turns, and for every pair of strangers."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import pytest

from bot.order_desk.proof import OrderProof, Said
from bot.order_desk.sql_system import SqlOrderSystem
from bot.shop.catalogue import Catalogue
from bot.shop.loading import load_table
from bot.store.database import open_database
from tests.order_shop import skill_of
from tests.shop_data import CONTEXT, START, empty_shop, message, numbered
from tests.small_shop import stocked

PEOPLE = 33
SECRETS = ("tracking", "street", "@", "+49")


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    with stocked(tmp_path_factory.mktemp("shop")) as shopdesk:
        yield shopdesk


@pytest.fixture
def crowd(tmp_path):
    """A shop of many customers with one order each, on a clock that moves on so that no lock hides what is disclosed."""
    engine = empty_shop(tmp_path / "shop.db")
    orders = [
        {
            "order_id": f"SD-{n:04}",
            "customer_id": f"C{n}",
            "email": f"person{n}@example.com",
            "phone": f"+49 170 55{n:05}",
            "status": "shipped",
            "tracking": f"tracking-{n}",
            "address": f"{n} Long street, Berlin",
        }
        for n in range(PEOPLE)
    ]
    load_table(engine, "orders", numbered(orders), "orders.csv")
    ticks = count(1_000_000, 20 * 60)
    yield skill_of(engine, tmp_path, lambda: float(next(ticks)))
    engine.dispose()


def proof_of(engine) -> OrderProof:
    return OrderProof(SqlOrderSystem(engine, Catalogue(engine).get), engine)


def body(reply) -> dict:
    """All that a reply tells, without what differs for every turn and the reading of the message, which knows no orders."""
    told = reply.to_dict()
    return {key: told[key] for key in told.keys() - {"conversation", "timings_ms", "intent", "sentiment"}}


@pytest.mark.parametrize(
    "question",
    [
        "Where is order {}? My e-mail is bob@example.com",
        "Please cancel order {}, my phone is 13900139000",
        "查一下订单 {}，邮箱 lin@example.com",
    ],
)
def test_an_unknown_order_and_a_wrong_proof_have_the_same_reply(shop, question):
    wrong, unknown = (shop.reply(question.format(number)) for number in ("SD-1003", "SD-7777"))
    assert wrong.abstained
    assert body(wrong) == body(unknown)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Where is order {}? My e-mail is x{}@example.com", ["15 minutes", "one of our people", "help@norrvik.example"]),
        ("订单 {} 到哪了？邮箱 y{}@example.com", ["15 分钟", "人工客服", "help@norrvik.example"]),
    ],
)
def test_after_five_wrong_proofs_the_customer_is_told_that_a_person_helps(shop, question, said):
    reply = shop.reply(question.format("SD-8000", 0))
    for guess in range(1, 5):
        reply = shop.reply(question.format(f"SD-800{guess}", guess), reply.conversation)
        assert "15" not in reply.text
    locked = shop.reply(question.format("SD-8005", 5), reply.conversation)
    assert [piece for piece in said if piece not in locked.text] == []
    assert (locked.asks, locked.abstained) == ((), True)


def test_a_bare_phone_after_a_wrong_one_is_a_phone_and_no_order_number(shop):
    refused = shop.reply("SD-1001 13800138001")
    assert refused.abstained and "order_id" in refused.asks
    assert "SD-1001 13800138001" not in [gap.question for gap in shop.admin.gaps()]  # no entry could answer it
    assert "SD-1001" in shop.reply("13800138000", refused.conversation).text


def test_a_lock_holds_in_a_second_process_and_after_a_restart(engine):
    first = proof_of(engine)
    for guess in range(5):
        first.order("SD-1", f"talk {guess}", Said(email=f"{guess}@example.com"))
    again = open_database(engine.url.render_as_string(hide_password=False))
    assert proof_of(again).order("SD-1", "a fresh talk", Said(email="any@example.com")) == "locked"
    again.dispose()


def test_of_a_thousand_pairs_of_strangers_none_sees_a_row(crowd):
    skill = crowd
    tried = 0
    for owner in range(PEOPLE):
        for stranger in range(PEOPLE):
            proof = {"emails": (f"person{stranger}@example.com",)} if owner % 2 else {"phones": (f"+4917055{stranger:05}",)}
            context = replace(CONTEXT, conversation=f"{owner}-{stranger}")
            asked = message("where is my order?", "order_status", order_ids=(f"SD-{owner:04}",), **proof)
            brief = skill.prepare(asked, START, context).brief
            assert bool(brief.evidence) is (owner == stranger)
            if owner != stranger:
                tried += 1
                assert not any(secret in str(replace(brief, understanding=None, shop=None)) for secret in SECRETS)
    assert tried >= 1_000


def test_of_a_thousand_pairs_no_signed_in_customer_sees_a_strangers_row_even_with_the_strangers_proof(crowd):
    skill = crowd
    for owner in range(PEOPLE):
        proved = replace(START, order_id=f"SD-{owner:04}", verified_order=f"SD-{owner:04}")
        for stranger in range(PEOPLE):
            context = replace(CONTEXT, conversation=f"{owner}-{stranger}", customer=f"C{stranger}")
            asked = message("and now?", "order_status", emails=(f"person{owner}@example.com",))
            brief = skill.prepare(asked, proved, context).brief
            assert bool(brief.evidence) is (owner == stranger)
            assert owner == stranger or (brief.note, brief.asks) == ("not_in_account", ("order_id",))
