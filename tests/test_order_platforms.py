"""Connectors to Shopify and WooCommerce, over a real HTTP server that speaks their shapes and counts what is written."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Barrier
from typing import ClassVar, get_args
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr

import bot
from bot.doctor.report import Check
from bot.doctor.services import services
from bot.errors import OrderSystemError
from bot.order_desk import connectors
from bot.order_desk.connectors import connector
from bot.order_desk.platform import Timing
from bot.order_desk.shopify import ShopifyOrders
from bot.order_desk.system import Command
from bot.order_desk.woocommerce import WooCommerceOrders
from bot.settings import load_settings
from bot.settings.orders import OrderSettings
from bot.shopdesk import Shopdesk
from bot.store.database import metadata, open_database
from bot.store.order_changes import OrderChanges
from bot.types import Operation, Reply

TOKEN, KEYS = "shpat_0123456789abcdef", "ck_0123456789:cs_0123456789"
HOME = {"address1": "1 Old Road", "address2": "", "city": "Denver", "state": "CO", "country": "US", "zip": "80001"}
NEW = HOME | {"address1": "9 New Road", "country": "USA"}


class Platform(BaseHTTPRequestHandler):
    """One order and twice as many as fit a page. ``trouble`` is what the next answers are: status (2: a
    word where the platform answers with an object or a list), and seconds to wait."""

    trouble: list[tuple[int, str]]
    written: list[dict]
    notes: list[str]
    row: dict

    def _handle(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
        status, wait = self.trouble.pop(0) if self.trouble else (200, "")
        if not self._allowed():
            status = 401
        if status == 0:
            self.close_connection = True
            return
        if status == 1:
            time.sleep(float(wait))
            status = 200
        if status == 2:
            status, answer = 200, "maintenance"
        else:
            answer = self._answer(body) if status == 200 else {"message": "no"}
        sent = json.dumps(answer).encode()
        self.send_response(404 if answer is None else status)
        if wait:
            self.send_header("Retry-After", wait)
        self.send_header("X-WP-TotalPages", "2" if "/orders?" in self.path else "1")
        self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        try:
            self.wfile.write(sent)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    do_GET = do_POST = do_PUT = _handle

    def log_message(self, *_: object) -> None:
        """Says nothing."""


class WooCommerce(Platform):
    row: ClassVar = {
        "id": 1001, "number": "1001", "status": "processing", "date_paid": "2026-11-01T10:00:00", "currency": "USD",
        "total": "40.00", "customer_id": 7, "date_created_gmt": "2026-11-01T10:00:00", "payment_method_title": "Card",
        "billing": {"email": "ann@example.com", "phone": "3035550101", "country": "US"},
        "shipping": {"address_1": "1 Old Road", "address_2": "", "city": "Denver", "state": "CO", "country": "US",
                     "postcode": "80001"},
        "line_items": [{"sku": "L-1", "name": "Desk lamp", "quantity": 1, "price": 40}],
    }  # fmt: skip

    def _allowed(self) -> bool:
        return self.headers["Authorization"] == f"Basic {base64.b64encode(KEYS.encode()).decode()}"

    def _answer(self, body: dict) -> object:
        path, query = urlsplit(self.path).path.removeprefix("/wp-json/wc/v3"), parse_qs(urlsplit(self.path).query)
        if path.endswith("/notes"):
            self.notes.append(body["note"])
            return {"id": 9, **body}
        if self.command != "GET":
            self.written.append(body)
            self.row.update({"status": "refunded"} if path.endswith("/refunds") else body)
            return {"id": 5, "amount": "40.00"} if path.endswith("/refunds") else self.row
        if path == "/orders/1001":
            return self.row
        if path == "/orders":
            return [] if "search" in query else [self.row | {"number": f"{query['page'][0]}00"}]
        if path == "/customers":
            return [{"id": 7, "first_name": "Ann", "last_name": "Lee", "email": "ann@example.com", "billing": {}}]
        return {"id": 7, "first_name": "Ann", "last_name": "Lee", "email": "ann@example.com"} if path.endswith("/7") else None


class Shopify(Platform):
    row: ClassVar = {
        "id": "gid://shopify/Order/1", "name": "#1001", "note": "Gift", "createdAt": "2026-11-01T10:00:00Z",
        "cancelledAt": None,
        "email": "ann@example.com", "phone": None, "displayFinancialStatus": "PAID", "displayFulfillmentStatus": "UNFULFILLED",
        "currencyCode": "USD", "totalPriceSet": {"shopMoney": {"amount": "40.00"}}, "paymentGatewayNames": ["Card"],
        "customer": {"id": "gid://shopify/Customer/7"}, "fulfillments": [],
        "shippingAddress": {"firstName": "Ann", "lastName": "Lee", "phone": "3035550101", "address1": "1 Old Road",
                            "address2": None, "city": "Denver", "province": "Colorado", "provinceCode": "CO",
                            "country": "United States", "countryCodeV2": "US", "zip": "80001"},
        "lineItems": {"nodes": [{"id": "g", "sku": "L-1", "title": "Desk lamp", "quantity": 1,
                                 "originalUnitPriceSet": {"shopMoney": {"amount": "40.00"}}}]},
    }  # fmt: skip

    def _allowed(self) -> bool:
        return self.headers["X-Shopify-Access-Token"] == TOKEN and self.path == "/admin/api/2026-07/graphql.json"

    def _answer(self, body: dict) -> object:
        query, values = body["query"], body["variables"]
        if query.startswith("mutation"):
            self.written.append(values)
            return {"data": self._mutated(query, values)}
        if "accessScopes" in query:
            return {"data": {"currentAppInstallation": {"accessScopes": [{"handle": scope} for scope in self.notes]}}}
        if "returnableFulfillments" in query:
            line = {"quantity": 1, "fulfillmentLineItem": {"id": "f1", "lineItem": {"id": "g", "sku": "L-1"}}}
            nodes = [{"returnableFulfillmentLineItems": {"nodes": [line] if self.row["fulfillments"] else []}}]
            return {"data": {"returnableFulfillments": {"nodes": nodes}}}
        if "orders(" in query:
            page = 2 if values["after"] else 1
            found = [self.row] if "1001" in values["query"] else [self.row | {"name": f"#{page}00"}]
            more = {"hasNextPage": page == 1 and "customer_id" in values["query"], "endCursor": "c"}
            nodes = [] if values["query"].startswith("name:") and "1001" not in values["query"] else found
            return {"data": {"orders": {"nodes": nodes, "pageInfo": more}}}
        ann = {"id": "gid://shopify/Customer/7", "firstName": "Ann", "lastName": "Lee",
               "defaultEmailAddress": {"emailAddress": "ann@example.com"}}  # fmt: skip
        return {"data": {"customers": {"nodes": [ann]}, "customer": ann}}

    def _mutated(self, query: str, values: dict) -> dict:
        if "orderCancel" in query:
            self.notes.append(values["staffNote"])
            self.row["cancelledAt"] = "2026-11-02T10:00:00Z"
            return {"orderCancel": {"job": {"id": "j"}, "orderCancelUserErrors": []}}
        if "returnRequest" in query:
            self.notes += [line["customerNote"] for line in values["input"]["returnLineItems"]]
            return {"returnRequest": {"return": {"id": "r", "status": "REQUESTED"}, "userErrors": []}}
        told = values["input"]["shippingAddress"]
        self.notes.append(values["input"]["note"])
        self.row["shippingAddress"] |= told | {"countryCodeV2": told["countryCode"]}
        return {"orderUpdate": {"order": self.row, "userErrors": []}}


def test_the_setting_names_every_platform_that_has_a_connector():
    assert get_args(OrderSettings.model_fields["orders_platform"].annotation) == ("own", *connectors.PLATFORMS)


PLATFORMS = {"shopify": (Shopify, ShopifyOrders, TOKEN), "woocommerce": (WooCommerce, WooCommerceOrders, KEYS)}


@pytest.fixture(params=PLATFORMS)
def shop(request) -> Iterator[type[Platform]]:
    speaks, connects, secret = PLATFORMS[request.param]
    handler = type("Handler", (speaks,), {"trouble": [], "written": [], "notes": [], "row": json.loads(json.dumps(speaks.row))})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    handler.url, handler.secret, handler.connects = f"http://127.0.0.1:{server.server_port}", secret, connects
    handler.platform = request.param
    yield handler
    server.shutdown()
    server.server_close()


@pytest.fixture
def waited() -> list[float]:
    return []


@pytest.fixture
def system(shop, tmp_path, waited):
    engine = open_database(f"sqlite:///{tmp_path / 'shop.db'}")
    metadata.create_all(engine)
    made = shop.connects(shop.url, shop.secret, Timing(5.0, sleep=waited.append), OrderChanges(engine))
    made.audit = OrderChanges(engine)
    yield made
    made.close()
    engine.dispose()


def examined(shop, **changes) -> Check:
    orders = {"orders_url": shop.url, "orders_platform": shop.platform, "orders_secret": shop.secret, "orders_timeout_s": 1}
    [_, found] = services(load_settings(**orders | changes))
    return found


def test_the_doctor_asks_the_platform_whether_it_answers_and_what_the_token_may_do(shop):
    shop.notes += ["read_orders", "write_returns", "read_customers"]  # what the platform tells that the token may do
    found = examined(shop)
    if shop.platform == "shopify":
        assert (found.state, found.remedy) == ("warning", "Give it these scopes.") and "lacks write_orders" in found.found
        shop.notes.append("write_orders")
    assert examined(shop).state == "ok" and not shop.written
    refused = examined(shop, orders_secret="ck_0:cs_0-and-more-of-it")
    assert (refused.name, refused.state) == ("order system", "failed") and "answered 401" in refused.found
    assert "orders_secret" in refused.remedy
    assert "cannot be" in (nobody := examined(shop, orders_url="http://127.0.0.1:9")).found or "answer" in nobody.found


def command(name: str = "cancel_pending_order", key: str = "k1", **arguments: str) -> Command:
    return Command(key, Operation(name, {"order_id": "1001", **arguments}), "1001", "7", "talk", "email")


def address(key: str = "k1", **parts: str) -> Command:
    return command("modify_pending_order_address", key, **parts)


def test_orders_and_customers_are_read_over_all_pages(system):
    order = system.read("#1001")
    assert order.order_id.lstrip("#") == "1001"
    assert (order.total, order.currency, order.email, order.items[0].sku) == (40.0, "USD", "ann@example.com", "L-1")
    assert (order.customer_id, order.address_parts["zip"], order.address_parts["state"]) == ("7", "80001", "CO")
    assert [one.order_id.lstrip("#") for one in system.orders_of("7")] == ["100", "200"]
    assert system.customer("7").name == "Ann Lee"
    assert [one.customer_id for one in system.find_customers(email="Ann@Example.com")] == ["7"]
    assert [*system.find_customers(email="other@example.com"), *system.find_customers(zip="80001")] == []
    assert (system.read("1002"), system.read('1001" OR x:"'), system.orders_of("7 OR email:x")) == (None, None, [])


def test_a_confirmed_cancellation_is_written_once_and_kept(system, shop):
    result = system.apply(command(reason="no longer needed"))
    assert (result.outcome, result.order.status in ("cancelled", "refunded")) == ("done", True)
    assert system.apply(command()).outcome == "done"
    assert system.apply(command(key="k2")).outcome == "refused"
    assert len(shop.written) == 1
    assert [(row.outcome, row.after["status"]) for row in system.audit.listed()] == [("done", result.order.status)]


def test_a_new_address_is_written_whole_and_one_that_is_unclear_not_at_all(system, shop):
    assert system.apply(address(address="9 New Road, Denver")).phrase == "deny_address_fields"
    assert system.apply(address(**NEW | {"country": "Elbonia"})).phrase == "deny_address_fields"
    assert (shop.written, system.audit.listed()) == ([], ())
    result = system.apply(address(**NEW))
    assert (result.outcome, result.order.address_parts) == ("done", HOME | {"address1": "9 New Road"})
    assert len(shop.written) == 1


def test_of_two_conversations_that_confirm_at_a_time_one_is_written(system, shop):
    together = Barrier(2)

    def confirmed(talk: str) -> str:
        mine = replace(address(key=talk, **NEW), conversation_id=talk)
        together.wait()
        return system.apply(mine).outcome

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(confirmed, ("talk 1", "talk 2"))) == ["done", "refused"]
    assert len(shop.written) == 1


def test_a_platform_that_is_busy_is_asked_again_when_it_says_and_nothing_is_written_twice(system, shop, waited):
    shop.trouble[:] = [(429, "2")]
    assert system.read("1001") is not None
    shop.trouble[:] = [(200, ""), (200, ""), (429, "1")]
    assert system.apply(address(**NEW)).outcome == "done"
    assert (waited, len(shop.written)) == ([2.0, 1.0], 1)
    shop.trouble[:] = [(429, "60")]
    with pytest.raises(OrderSystemError, match=r"asked again in 60 s"):
        system.read("1001")


def test_reading_is_tried_again_and_then_told_in_one_sentence_without_the_key(system, shop):
    shop.trouble[:] = [(503, ""), (0, "")]
    assert system.read("1001") is not None
    shop.trouble[:] = [(500, "")] * 3
    with pytest.raises(OrderSystemError, match=r"does not answer: check 'orders_url'") as told:
        system.read("1001")
    assert shop.secret not in str(told.value)


def test_an_answer_of_another_shape_is_told_in_one_sentence(system, shop):
    shop.trouble[:] = [(2, "")]
    with pytest.raises(OrderSystemError, match="in a shape that its platform does not use"):
        system.read("1001")


def test_an_order_that_lacks_what_the_platform_always_tells_is_told_in_one_sentence(system, shop):
    for key in ("number", "name"):
        shop.row.pop(key, None)
    with pytest.raises(OrderSystemError, match="in a shape that its platform does not use"):
        system.read("1001")


@pytest.mark.parametrize("failure", [(500, ""), (0, ""), (2, "")])
def test_a_write_without_a_clear_answer_is_unknown_and_not_sent_again(system, shop, failure):
    shop.trouble[:] = [(200, ""), (200, ""), failure]
    assert system.apply(address(**NEW)).outcome == "unknown"
    assert [row.outcome for row in system.audit.listed()] == ["unknown"]
    assert (system.apply(address(**NEW)).outcome, shop.written, shop.trouble) == ("unknown", [], [])


def test_a_platform_that_falls_silent_right_after_a_write_is_not_told_again(system, shop):
    shop.trouble[:] = [(200, ""), (200, ""), (200, ""), *[(500, "")] * 9]
    first = system.apply(command(reason="no longer needed"))
    assert first.outcome in ("done", "unknown") and len(shop.written) == 1
    assert [row.outcome for row in system.audit.listed()] == [first.outcome]
    shop.trouble.clear()
    assert (system.apply(command()).outcome, len(shop.written)) == (first.outcome, 1)


def test_the_deadline_holds_for_all_tries_together(shop, tmp_path):
    engine = open_database(f"sqlite:///{tmp_path / 'shop.db'}")
    slow = shop.connects(shop.url, shop.secret, Timing(0.2), OrderChanges(engine))
    shop.trouble[:] = [(1, "0.4")]
    with pytest.raises(OrderSystemError, match=r"no answer within 0\.2 s"):
        slow.read("1001")
    slow.close()
    engine.dispose()


def test_a_wrong_key_is_the_owners_business(shop, tmp_path):
    engine = open_database(f"sqlite:///{tmp_path / 'shop.db'}")
    settings = OrderSettings(orders_platform=shop.platform, orders_secret=SecretStr("a wrong key:of nobody"))
    stranger = connector(settings, shop.url, OrderChanges(engine))
    with pytest.raises(OrderSystemError, match=r"answered 401: check"):
        stranger.read("1001")
    stranger.close()
    engine.dispose()


def test_a_conversation_cancels_on_the_platform_and_leaves_to_a_person_what_it_cannot_do(shop, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "order_policy.toml").write_text(
        '[cancel]\nstatuses = ["paid", "processing"]\nundo_minutes = 30\n[invoice]\nstatuses = ["paid", "processing"]\n',
        "utf-8",
    )
    with bot.open(tmp_path / "data", orders_url=shop.url, orders_secret=shop.secret, orders_platform=shop.platform) as shopdesk:
        for words in ("Hi, please cancel order 1001.", "请取消订单1001", "cancel 1001"):
            first = shopdesk.reply(f"{words} ann@example.com")
            assert [one.name for one in first.proposed_change] == ["cancel_pending_order"], words
        invoice = shopdesk.reply("I need an invoice for order #1001. My e-mail is ann@example.com")
        assert invoice.proposed_change is None and invoice.handover and shop.written == []
        assert "cancelled" in shopdesk.reply("yes", first.conversation).text
        assert len(shop.written) == 1 and shopdesk.reply("undo", first.conversation).proposed_change is None


NOTE = "The customer (proved by email) {done} in the chat, conversation talk."


def test_what_was_done_is_noted_on_the_order_beside_what_stood_there(shop, system):
    moved = {"address1": "5 New Lane", "address2": "", "city": "Austin", "state": "TX", "country": "USA", "zip": "73301"}
    assert system.apply(command("modify_pending_order_address", **moved)).outcome == "done"
    assert shop.notes[-1].endswith(NOTE.format(done="changed the address"))
    assert shop.platform == "woocommerce" or shop.notes[-1].startswith("Gift\n")
    assert system.apply(command(key="k2", reason="no longer needed")).outcome == "done"
    assert shop.notes[-1].endswith(NOTE.format(done="cancelled the order")) and len(shop.notes) == 2


def returning(shopdesk: Shopdesk) -> list[Reply]:
    first = shopdesk.reply("I'd like to return the desk lamp from order 1001. ann@example.com")
    return [first, shopdesk.reply("yes", first.conversation)]


def test_a_return_is_requested_where_the_platform_has_that_and_left_to_a_person_where_it_has_not(shop, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "order_policy.toml").write_text('[return]\nstatuses = ["delivered", "processing"]\n', "utf-8")
    shipped = [{"deliveredAt": "2026-11-05T10:00:00Z", "trackingInfo": []}]
    shop.row.update({"fulfillments": shipped, "displayFulfillmentStatus": "FULFILLED"} if shop.platform == "shopify" else {})
    with bot.open(tmp_path / "data", orders_url=shop.url, orders_secret=shop.secret, orders_platform=shop.platform) as shopdesk:
        first, second = returning(shopdesk)
        if shop.platform == "woocommerce":
            assert first.handover and first.proposed_change is None and shop.written == [] == shop.notes
            return
        assert [one.name for one in first.proposed_change] == ["return_delivered_order_items"], first.text
        ((asked,),) = [values["input"]["returnLineItems"] for values in shop.written]
        assert (asked["fulfillmentLineItemId"], asked["quantity"]) == ("f1", 1) and "requested a return" in asked[
            "customerNote"
        ]
        assert "return" in second.text and second.handover is None


def test_what_the_platform_does_not_let_be_returned_is_refused_and_nothing_is_sent(shop, system):
    if shop.platform == "woocommerce":
        pytest.skip("WooCommerce knows no returns")
    asked = Operation("return_delivered_order_items", {"order_id": "1001", "item_ids": ["L-1"]})
    assert system.apply(Command("k", asked, "1001", "7", "talk", "email")).outcome == "refused"
    assert shop.written == []
