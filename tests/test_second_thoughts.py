"""The order desk beside the straight way: wrong proofs first, second thoughts before the yes, other matters after a refusal."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import bot
from bot.shopdesk import Shopdesk
from bot.types import Reply

GOODS = (
    "sku,title,category,price,currency,stock,language\n"
    "LP-1,Desk lamp,Lamps,169,CNY,9,en\nLP-1,台灯,灯具,169,CNY,9,zh\n"
    "BE-1,Coffee beans,Coffee,69,CNY,20,en\nBE-1,咖啡豆,咖啡,69,CNY,20,zh\n"
    "TN-1,Family tent,Tents,999,CNY,5,en\nTN-1,家庭帐篷,帐篷,999,CNY,5,zh\n"
)
ORDERS = {
    "S-20260001": ("paid", "LP-1"), "S-20260002": ("processed", "TN-1"), "S-20260003": ("return_requested", "BE-1"),
    "S-20260004": ("delivered", "TN-1"),
}  # fmt: skip
MAIL, PHONE = "ann@example.com", "138 0000 0103"
PAID, SENT, RETURNED, CAME = ORDERS


def _load(place: Path) -> Path:
    (place / "goods.csv").write_text(GOODS, "utf-8")
    day = (datetime.now(UTC) - timedelta(days=3)).strftime("%Y-%m-%d")
    rows = [
        {"order_id": number, "customer_id": "C1", "email": MAIL, "phone": PHONE, "status": status, "placed_at": day,
         "delivered_at": day if status == "delivered" else None, "total": 100, "currency": "CNY", "payment": "Visa",
         "address": "1 Old Road, Leeds", "items": [{"sku": sku, "quantity": 1, "price": 100}]}
        for number, (status, sku) in ORDERS.items()
    ]  # fmt: skip
    (place / "orders.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    with bot.open(place / "data") as shop:
        shop.load([place / "goods.csv", place / "orders.jsonl"])
    return place / "data"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shopdesk]:
    with bot.open(_load(tmp_path_factory.mktemp("desk"))) as opened:
        yield opened


@pytest.fixture
def talk(shop: Shopdesk) -> Callable[..., list[Reply]]:
    """Says messages one after another; all replies."""

    def said(*messages: str, customer: str | None = None) -> list[Reply]:
        replies: list[Reply] = []
        for message in messages:
            replies.append(shop.reply(message, replies[-1].conversation if replies else None, customer))
        return replies

    return said


def names(reply: Reply) -> list[str]:
    return [one.name for one in reply.proposed_change or ()]


@pytest.mark.parametrize(
    "messages",
    [
        ("I want to cancel my order", f"{PAID} wrong@example.com", f"{PAID} {MAIL}", "no longer needed"),
        ("please cancel the order", PAID, "+44 7700 900117", PHONE, "I don't need it any more"),
        ("我想取消订单", PAID, "138 0000 0199", PHONE, "不想要了"),
        ("帮我取消订单", f"{PAID} 138 0000 0198", MAIL, "拍错了"),
    ],
)
def test_a_wrong_proof_before_the_right_one_adds_no_wish(talk, messages):
    *_, last = talk(*messages)
    assert names(last) == ["cancel_pending_order"], last.text


@pytest.mark.parametrize(
    "thought",
    ["我后悔了，撤销取消", "后悔了", "撤销", "先不取消了", "undo it", "please undo", "I've changed my mind", "keep the order"],
)
def test_a_second_thought_before_the_yes_leaves_the_order_alone_and_no_later_yes_does_it(talk, thought):
    zh = any("\u4e00" <= letter <= "\u9fff" for letter in thought)
    wish = f"取消订单 {PAID}，不想要了" if zh else f"cancel order {PAID}, no longer needed"
    asked, kept, late = talk(wish, thought, "好的" if zh else "ok", customer="C1")
    assert names(asked) == ["cancel_pending_order"]
    assert kept.proposed_change is None and late.proposed_change is None
    (now,) = talk(f"where is {PAID}?", customer="C1")
    assert "paid" in now.text


@pytest.mark.parametrize(
    ("wish", "aside", "told"),
    [
        (f"cancel order {PAID}, no longer needed", "wait I also need the lamp in white", "changed nothing"),
        (f"cancel order {PAID}, no longer needed", "the shop next door is nicer", "changed nothing"),
        (f"取消订单 {PAID}，不想要了", "顺便再加一个白色的灯", "没有变化"),
    ],
)
def test_a_proposal_that_stays_the_same_says_so(talk, wish, aside, told):
    first, second = talk(wish, aside, customer="C1")
    assert second.proposed_change == first.proposed_change and told in second.text and told not in first.text


@pytest.mark.parametrize("said", ["undo", "undo that please", "撤销", "帮我撤销一下"])
def test_to_undo_where_nothing_was_done_cancels_nothing(talk, said):
    _, reply = talk(f"where is {PAID}?", said, customer="C1")
    assert reply.proposed_change is None and reply.asks == () and PAID not in reply.text


@pytest.mark.parametrize(
    ("correction", "whole"),
    [
        ("actually make that 7 High Street", "7 High Street, London, N1 9GU"),
        ("sorry, flat 5 and not flat 4", "5 High Street, flat 5, London, N1 9GU"),
        ("门牌写错了，是 102 号", "四川省成都市武侯区一环路 102 号"),
        ("门牌写错了，是 9 号", "四川省成都市武侯区一环路 9 号"),
    ],
)
def test_a_part_of_an_address_that_is_corrected_is_not_left_as_it_was(talk, correction, whole):
    wish = f"please send order {PAID} to 5 High Street, London, N1 9GU"
    first, second, third = talk(wish, correction, whole, customer="C1")
    assert names(first) == names(third) == ["modify_pending_order_address"]
    assert (names(second), second.asks) == ([], ("address",)), second.text
    assert third.proposed_change[0].kwargs["address"] == whole


@pytest.mark.parametrize(
    ("wish", "title"),
    [
        (f"{CAME} 能开发票吗？抬头：西安某某科技有限公司，税号 91610000MA6T", "西安某某科技有限公司,税号 91610000MA6T"),
        (f"给 {CAME} 开发票，抬头写个人", "个人"),
        (f"Please send me an invoice for {CAME}, made out to Lee Ltd, VAT 12345", "Lee Ltd, VAT 12345"),
    ],
)
def test_an_invoice_is_made_out_to_whom_the_wish_itself_names(talk, wish, title):
    (reply,) = talk(wish, customer="C1")
    assert [one.kwargs["title"] for one in reply.proposed_change or ()] == [title], reply.text


@pytest.mark.parametrize("yes", ["好", "好的", "yes please", "ok"])
def test_a_bare_yes_is_nobody_to_make_an_invoice_out_to(talk, yes):
    _, reply = talk(f"I need an invoice for {CAME}", yes, customer="C1")
    assert (names(reply), reply.asks) == ([], ("invoice_title",))


@pytest.mark.parametrize(
    ("message", "action"),
    [
        ("recommend something for my next camping trip", "recommend"),
        ("do you have any tents?", "recommend"),
        ("推荐个露营用的帐篷", "recommend"),
        ("ok thanks", "small_talk"),
        ("好的，谢谢", "small_talk"),
    ],
)
def test_who_speaks_of_something_else_after_a_refusal_is_not_refused_again(talk, message, action):
    refused, reply = talk(f"cancel {SENT}", message, customer="C1")
    assert refused.proposed_change is None and "can't be cancelled" in refused.text
    assert reply.action == action and "can't be cancelled" not in reply.text and "不能办理取消" not in reply.text


@pytest.mark.parametrize("question", ["when will it arrive?", "那什么时候到？", "show me my orders"])
def test_how_an_order_stands_is_told_after_a_refusal(talk, question):
    _, reply = talk(f"cancel {SENT}", question, customer="C1")
    assert reply.action == "order_status" and SENT in reply.text


@pytest.mark.parametrize("wish", ["I want to return the coffee beans", "我想退掉咖啡豆"])
def test_goods_of_a_closed_order_are_refused_as_such_and_no_other_order_is_taken(talk, wish):
    (reply,) = talk(wish, customer="C1")
    assert RETURNED in reply.text and CAME not in reply.text and reply.proposed_change is None


def test_who_changes_the_subject_changes_no_order(talk):
    _, reply = talk(f"取消 {SENT}", "换个问题，咖啡豆多少钱", customer="C1")
    assert reply.action != "order_change" and "69" in reply.text
