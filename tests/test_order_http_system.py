"""The connector to a shop's own order system, over a real HTTP server that checks signatures and counts requests."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

import bot
from bot.errors import OrderSystemError, SettingsError
from bot.order_desk.http_system import HttpOrderSystem, signature
from bot.order_desk.system import Command
from bot.store.database import metadata, open_database
from bot.store.order_changes import OrderChanges
from bot.types import Operation

SECRET = "a secret of the shop"
ORDER = {
    "order_id": "SD-1001", "customer_id": "C1", "email": "ann@example.com", "status": "pending", "total": 40, "currency": "CNY",
    "items": [{"sku": "L-1", "title": "Desk lamp", "quantity": 1, "price": 40}],
}  # fmt: skip


class ShopSystem(BaseHTTPRequestHandler):
    """A shop's system of one order. ``behaviour`` holds the statuses of the next answers; 200 when empty; 0 hangs up,
    1 says what nobody can read, 2 what is JSON of another shape, 3 says it a byte at a time, 4 says it late."""

    behaviour: list[int]
    seen: list[tuple[str, str, dict]]
    order: dict
    released = threading.Event()

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.seen.append((self.command, self.path, json.loads(body or b"{}")))
        moment = int(self.headers["X-Shopdesk-Signature"].split(",")[0][2:])
        status = self.behaviour.pop(0) if self.behaviour else 200
        if self.headers["X-Shopdesk-Signature"] != signature(SECRET, moment, self.command, self.path, body):
            status = 401
        if status == 4:
            self.released.wait(0.2)
        if status == 0:
            self.close_connection = True
            return
        found: object = self.order
        if self.path.startswith("/desk/customers/C1/orders"):
            found = [self.order]
        elif self.path.startswith("/desk/customers/C1"):
            found = {"customer_id": "C1", "name": "Ann Lee", "email": "ann@example.com"}
        elif self.path.startswith("/desk/orders/") and not self.path.endswith("SD-1001"):
            status = 404
        elif self.command == "POST" and status in (200, 4):
            self.order["status"] = "cancelled"
        answer = b"[1, 2]" if status == 2 else json.dumps(found).encode() if status in (200, 3, 4) else b"no"
        self.send_response(200 if status < 200 else status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        with suppress(OSError):  # who has waited long enough hangs up
            for place in range(len(answer)) if status == 3 else ():
                self.wfile.write(answer[place : place + 1])
                self.released.wait(0.02)
            self.wfile.write(answer if status != 3 else b"")

    do_GET = do_POST = _handle

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def shop() -> Iterator[type[ShopSystem]]:
    handler = type("Handler", (ShopSystem,), {"behaviour": [], "seen": [], "order": dict(ORDER)})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    handler.url = f"http://127.0.0.1:{server.server_port}/desk"
    yield handler
    server.shutdown()
    server.server_close()


@pytest.fixture
def system(shop, tmp_path) -> Iterator[HttpOrderSystem]:
    engine = open_database(f"sqlite:///{tmp_path / 'shop.db'}")
    metadata.create_all(engine)
    made = HttpOrderSystem(shop.url, SECRET, 5.0, OrderChanges(engine))
    made.audit = OrderChanges(engine)
    yield made
    made.close()
    engine.dispose()


def command(key: str = "k1") -> Command:
    operation = Operation("cancel_pending_order", {"order_id": "SD-1001", "reason": "no longer needed"})
    return Command(key, operation, "SD-1001", "C1", "talk", "email")


def test_orders_and_customers_are_read_in_the_layout_of_the_tables(system):
    order = system.read("SD-1001")
    assert (order.order_id, order.total, order.items[0].title) == ("SD-1001", 40.0, "Desk lamp")
    assert system.customer("C1").name == "Ann Lee"
    assert [one.order_id for one in system.orders_of("C1")] == ["SD-1001"]
    assert system.read("SD-9") is None


def test_reading_is_tried_three_times(system, shop):
    shop.behaviour[:] = [500, 500]
    assert system.read("SD-1001") is not None
    shop.behaviour[:] = [0, 0, 0]
    with pytest.raises(OrderSystemError, match="does not answer"):
        system.read("SD-1001")


def test_of_two_conversations_that_confirm_at_a_time_one_is_carried_out(system, shop):
    shop.behaviour[:] = [200, 4, 200]
    commands = [replace(command(f"k{n}"), conversation_id=f"talk {n}") for n in (1, 2)]
    with ThreadPoolExecutor(2) as both:
        outcomes = sorted(one.outcome for one in both.map(system.apply, commands))
    assert outcomes == ["done", "refused"]
    assert len([1 for method, _, _ in shop.seen if method == "POST"]) == 1


def test_of_two_servers_that_confirm_at_a_time_one_carries_it_out(engine, shop):
    """Two servers share a PostgreSQL; an SQLite file belongs to one, whose threads share one audit."""
    one = OrderChanges(engine)
    audits = (one, one if engine.dialect.name == "sqlite" else OrderChanges(engine))
    systems = [HttpOrderSystem(shop.url, SECRET, 5.0, audit) for audit in audits]
    shop.behaviour[:] = [200, 4, 200]
    with ThreadPoolExecutor(2) as both:
        asked = [
            both.submit(one.apply, replace(command(f"k{n}"), conversation_id=f"talk {n}")) for n, one in enumerate(systems)
        ]
    assert sorted(answer.result().outcome for answer in asked) == ["done", "refused"]
    assert len([1 for method, _, _ in shop.seen if method == "POST"]) == 1
    for system in systems:
        system.close()


@pytest.mark.parametrize("status", [0, 3])
def test_all_tries_share_one_deadline_be_the_answer_never_whole(shop, tmp_path, status):
    engine = open_database(f"sqlite:///{tmp_path / 'shop.db'}")
    metadata.create_all(engine)
    hurried = HttpOrderSystem(shop.url, SECRET, 0.2, OrderChanges(engine))
    shop.behaviour[:] = [status] * 9
    with pytest.raises(OrderSystemError, match="does not answer"):
        hurried.read("SD-1001")
    hurried.close()
    engine.dispose()


def test_json_of_another_shape_is_told_in_one_sentence(system, shop):
    for read in (system.read, system.customer, system.orders_of):
        shop.behaviour[:] = [2]
        with pytest.raises(OrderSystemError, match="no object of named columns"):
            read("SD-1001" if read == system.read else "C1")
    with pytest.raises(OrderSystemError, match="gave no list"):
        system.find_customers(email="ann@example.com")


def test_failures_of_the_shops_system_are_no_wrong_proofs(shop, tmp_path):
    with bot.open(tmp_path / "data", orders_url=shop.url, orders_secret=SECRET) as shopdesk:
        shop.behaviour[:] = [2] * 6
        for _ in range(6):
            assert "nothing was changed" in shopdesk.reply("Where is my order SD-1001? ann@example.com").text
        assert "Desk lamp" in shopdesk.reply("Where is my order SD-1001? ann@example.com").text


def test_an_operation_is_sent_once_with_its_key_and_kept_in_the_audit(system, shop):
    result = system.apply(command())
    assert (result.outcome, result.order.status) == ("done", "cancelled")
    assert system.apply(command()).outcome == "done"
    (posted,) = [body for method, _, body in shop.seen if method == "POST"]
    assert (posted["key"], posted["operation"], posted["arguments"]["reason"], posted["customer_id"]) == (
        "k1", "cancel_pending_order", "no longer needed", "C1",
    )  # fmt: skip
    (row,) = system.audit.listed()
    assert (row.outcome, row.before, row.after) == ("done", {"status": "pending"}, {"status": "cancelled"})


@pytest.mark.parametrize("status", [0, 1, 2, 500, 503])
def test_without_a_clear_answer_the_outcome_is_unknown_and_nothing_is_sent_again(system, shop, status):
    system.read("SD-1001")
    shop.behaviour[:] = [200, status]
    assert system.apply(command()).outcome == "unknown"
    assert len([1 for method, _, _ in shop.seen if method == "POST"]) == 1
    assert [row.outcome for row in system.audit.listed()] == ["unknown"]


def test_the_shop_can_refuse_and_a_wrong_secret_is_the_owners_business(system, shop, tmp_path):
    shop.behaviour[:] = [200, 409]
    assert (system.apply(command()).outcome, system.audit.listed()) == ("refused", ())
    stranger = HttpOrderSystem(shop.url, "another secret", 5.0, system.audit)
    with pytest.raises(OrderSystemError, match=r"401.*orders_secret"):
        stranger.read("SD-1001")
    stranger.close()


def test_a_conversation_changes_the_order_in_the_shops_own_system(shop, tmp_path):
    with bot.open(tmp_path / "data", orders_url=shop.url, orders_secret=SECRET) as shopdesk:
        first = shopdesk.reply("Please cancel order SD-1001, I ordered it by mistake. My e-mail is ann@example.com")
        assert [one.name for one in first.proposed_change] == ["cancel_pending_order"]
        assert shop.order["status"] == "pending"
        done = shopdesk.reply("yes", first.conversation)
        assert "cancelled" in done.text and shop.order["status"] == "cancelled"
        (row,) = shopdesk.order_changes()
        assert (row["customer_id"], row["operation"], row["outcome"]) == ("C1", "cancel_pending_order", "done")


def test_when_the_system_is_away_the_customer_is_told_that_nothing_was_changed(shop, tmp_path):
    with bot.open(tmp_path / "data", orders_url="http://127.0.0.1:9/desk", orders_secret=SECRET) as shopdesk:
        reply = shopdesk.reply("Please cancel order SD-1001, I ordered it by mistake. My e-mail is ann@example.com")
    assert "nothing was changed" in reply.text and reply.abstained and reply.proposed_change is None


def test_an_address_without_a_secret_is_refused(tmp_path):
    with pytest.raises(SettingsError, match="orders_secret"):
        bot.open(tmp_path, orders_url="http://127.0.0.1:9")
