import threading

import pytest

from bot.order_desk.proof import OrderProof, Said
from bot.order_desk.sql_system import SqlOrderSystem
from bot.shop.catalogue import Catalogue
from bot.shop.orders import order_evidence, same_phone
from bot.shop.records import Order, OrderItem
from tests.shop_data import stocked_shop


class Clock:
    def __init__(self):
        self.now = 1_000_000.0

    def __call__(self):
        return self.now


class Desk:
    """Looks orders up as the desk does, with keywords for what was said."""

    def __init__(self, engine, clock):
        self.system = SqlOrderSystem(engine, Catalogue(engine).get)
        self._proof = OrderProof(self.system, engine, clock)

    def look_up(self, order_id, conversation, **said):
        return self._proof.order(order_id, conversation, Said(**said))


def desk_of(engine, clock):
    return Desk(engine, clock)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def desk(tmp_path, clock):
    return desk_of(stocked_shop(tmp_path / "shop.db"), clock)


@pytest.mark.parametrize(
    ("order_id", "proof"),
    [
        ("SD-1001", {"email": "lin@example.com"}),
        (" sd1001 ", {"email": " LIN@EXAMPLE.COM"}),
        ("#SD-1001", {"phone": "13800138000"}),
        ("ＳＤ－1001", {"phone": "+86 138-0013-8000"}),
        ("SD-1002", {"phone": "07700 900123"}),
        ("SD-1002", {"phone": "0044 7700900123", "email": "wrong@example.com"}),
        ("SD-1003", {"email": "mia@example.com"}),
    ],
)
def test_order_number_with_email_or_phone_in_any_spelling_finds_the_order(desk, order_id, proof):
    order = desk.look_up(order_id, "talk", **proof)
    assert isinstance(order, Order)
    assert order.order_id in ("SD-1001", "SD-1002", "SD-1003")


@pytest.mark.parametrize(
    ("order_id", "proof"),
    [
        ("SD-1001", {"email": "bob@example.com"}),
        ("SD-1001", {"phone": "+44 7700 900123"}),
        ("SD-1001", {"phone": "8000"}),
        ("SD-1001", {"phone": "00138000"}),
        ("SD-1001", {"email": ""}),
        ("SD-1001", {"email": "lin@example.com%"}),
        ("SD-1001", {}),
        ("SD-9999", {"email": "lin@example.com"}),
        ("", {"email": "lin@example.com"}),
        ("' OR 1=1 --", {"email": "lin@example.com"}),
    ],
)
def test_a_wrong_proof_and_an_unknown_order_give_the_same_answer(desk, order_id, proof):
    assert desk.look_up(order_id, "talk", **proof) == "not_found"


def test_nobody_reaches_another_customers_order(desk):
    reach = {"SD-1001": "lin@example.com", "SD-1002": "bob@example.com", "SD-1003": "mia@example.com"}
    for order_id in reach:
        for owner, email in reach.items():
            found = desk.look_up(order_id, f"{order_id}-{owner}", email=email)
            assert isinstance(found, Order) is (order_id == owner)
    assert [order.order_id for order in desk.system.orders_of("C1")] == ["SD-1001"]
    assert desk.system.orders_of("C7") == []


def test_after_five_failures_the_conversation_is_locked_for_every_order(desk, clock):
    for guess in range(5):
        assert desk.look_up(f"SD-20{guess}", "talk", email="x@example.com") == "not_found"
    assert desk.look_up("SD-1001", "talk", email="lin@example.com") == "locked"
    assert isinstance(desk.look_up("SD-1001", "other talk", email="lin@example.com"), Order)
    clock.now += 15 * 60 + 1
    assert isinstance(desk.look_up("SD-1001", "talk", email="lin@example.com"), Order)


@pytest.mark.parametrize("order_id", ["SD-1001", "SD-9999"])
def test_after_five_failures_the_order_number_is_locked_in_every_conversation_whether_it_exists_or_not(desk, order_id):
    for guess in range(5):
        assert desk.look_up(order_id, f"talk {guess}", email=f"{guess}@example.com") == "not_found"
    assert desk.look_up(order_id, "fresh talk", email="lin@example.com") == "locked"


@pytest.mark.parametrize(
    "proofs", [[{"email": " Lin@Example.com"}], [{"phone": "13800138000"}, {"phone": "+86 138 0013 8000"}]]
)
def test_after_five_failures_a_known_email_or_phone_cannot_be_tried_on_further_order_numbers(desk, clock, proofs):
    for guess in range(5):
        assert desk.look_up(f"SD-20{guess}", f"talk {guess}", **proofs[guess % len(proofs)]) == "not_found"
    assert desk.look_up("SD-1001", "fresh talk", **proofs[0]) == "locked"
    assert isinstance(desk.look_up("SD-1002", "fresh talk", email="bob@example.com"), Order)
    clock.now += 15 * 60 + 1
    assert isinstance(desk.look_up("SD-1001", "fresh talk", **proofs[0]), Order)


def test_the_right_proof_uses_no_attempt_up_and_a_locked_try_does_not_prolong_the_lock(desk, clock):
    for _ in range(20):
        assert isinstance(desk.look_up("SD-1001", "talk", email="lin@example.com"), Order)
    for _ in range(5):
        desk.look_up("SD-1001", "talk", email="x@example.com")
    clock.now += 14 * 60
    assert desk.look_up("SD-1001", "talk", email="lin@example.com") == "locked"
    clock.now += 61
    assert isinstance(desk.look_up("SD-1001", "talk", email="lin@example.com"), Order)


def test_parallel_guesses_are_counted_together(tmp_path):
    desk = desk_of(stocked_shop(tmp_path / "shop.db"), Clock())
    answers: list[object] = []
    threads = [
        threading.Thread(target=lambda n=n: answers.append(desk.look_up("SD-1001", f"t{n}", email=f"{n}@x.com")))
        for n in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 12
    assert answers.count("not_found") <= 5
    assert set(answers) <= {"not_found", "locked"}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("13800138000", "+86 138 0013 8000", True),
        ("0551 234 5678", "+49 551 2345678", True),
        ("138001380", "13800138000", False),
        ("８６13800138000", "13800138000", True),
        ("", "", False),
        ("123456", "123456", False),
    ],
)
def test_phone_numbers_are_compared_by_their_national_digits(one, other, same):
    assert same_phone(one, other) is same
    assert same_phone(other, one) is same


def test_an_order_reads_as_facts_in_the_customers_language_with_address_and_phone_masked(desk):
    order = desk.look_up("SD-1001", "talk", email="lin@example.com")
    chinese = order_evidence(order, "zh")
    assert chinese.text.splitlines() == [
        "订单号：SD-1001",
        "状态：已发货",
        "下单日期：2026年5月3日",
        "商品：BP-1 × 1，单价 ¥299",
        "商品：BP-2 × 1，单价 ¥199",
        "总金额：¥597",
        "快递公司：SF Express",
        "快递单号：SF123456789",
        "收货地址：浙江省杭州市西湖区****",
        "电话：*******8000",
    ]
    english = order_evidence(desk.look_up("SD-1002", "talk", email="bob@example.com"), "en")
    assert english.text.splitlines() == [
        "Order number: SD-1002",
        "Status: delivered",
        "Placed on: 20 April 2026",
        "Item: KT-1 (white) × 2, ¥79.75 each",
        "Total: ¥159.50",
        "Delivered on: 25 April 2026",
        "Delivery address: ****, Leeds, UK",
        "Phone: ********0123",
    ]
    for secret in ("example.com", "文三路", "Main Street", "LS1", "13800138000"):
        assert secret not in chinese.text + english.text


def test_an_address_in_one_piece_is_masked_whole():
    order = Order("1", "paid", (OrderItem("A"),), address="12 Main Street Leeds")
    assert "Main" not in order_evidence(order, "en").text
