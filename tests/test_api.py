"""The HTTP API as a shop's front end uses it: conversations, streams, history, feedback, handover, health, metrics."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text, update

from bot.store.conversation_tables import conversations
from bot.store.database import open_database
from bot.store.funnel import STEPS
from bot.store.statistics import Period
from tests.api_server import KEY, Api, Customer, api_server, events_of

ORDER = ["understanding", "token", "citations", "products", "follow_ups", "asks", "done"]


def database(api: Api):
    return api.shopdesk.conversations._engine


def test_a_conversation_begins_with_an_unguessable_id_and_a_token_of_which_only_the_hash_is_stored(api):
    begun = [api.http.post("/api/v1/conversations").json() for _ in range(20)]
    assert len({body["id"] for body in begun} | {body["token"] for body in begun}) == 40
    assert all(len(body["id"]) >= 24 and len(body["token"]) >= 43 for body in begun)
    assert datetime.fromisoformat(begun[0]["expires_at"]) > datetime.now(UTC) + timedelta(days=29)
    with database(api).connect() as connection:
        rows = connection.execute(select(conversations).where(conversations.c.id == begun[0]["id"])).mappings().all()
    assert begun[0]["token"] not in str(rows) and re.fullmatch("[0-9a-f]{64}", rows[0]["token_hash"])


@pytest.mark.parametrize(("question", "words"), [("How long is the warranty?", "24 months"), ("保修期多长？", "24 个月")])
def test_a_message_streams_the_turns_events_and_ends_with_the_reply_object(api, question, words):
    events = api.customer().stream(question)
    assert [name for name, _, _ in events] == ORDER
    assert [id for _, id, _ in events] == [f"1.{n}" for n in range(1, 7)] + ["1.done"]
    data = {name: data for name, _, data in events}
    assert words in data["token"]["text"] and data["token"]["text"] == data["done"]["text"]
    assert data["citations"] == data["done"]["citations"] and data["citations"][0]["n"] == 1
    assert data["follow_ups"] == data["done"]["follow_ups"] and data["understanding"]["intent"] == data["done"]["intent"]


def test_the_same_as_one_json_is_the_reply_object_of_the_python_interface(api):
    ours = api.shopdesk.reply("How long is the warranty?").to_dict()
    theirs = api.customer().ask("How long is the warranty?")
    alike = set(ours) - {"conversation", "timings_ms"}
    assert list(theirs) == list(ours) and {key: theirs[key] for key in alike} == {key: ours[key] for key in alike}


def test_a_conversation_goes_on_with_what_the_server_remembers(api):
    customer = api.customer()
    assert customer.ask("Where is my order?")["asks"] == ["order_id", "email"]
    assert customer.ask("SD-1001")["asks"] == ["email"]
    assert "SF123456789" in customer.ask("lin@example.com")["text"]
    assert [turn["text"] for turn in customer.history()] == ["Where is my order?", "SD-1001", "lin@example.com"]


def test_the_page_tells_what_this_one_is_and_which_language_it_has(api):
    context = {"sku": "KT-1", "cart": [{"sku": "TH-1", "quantity": 2}, "TH-2"], "page": "https://shop.example/kt-1"}
    customer = api.customer()
    assert "159" in customer.ask("How much is this one?", context=context)["text"]
    told = customer.ask("what do I pay in all?", context=context)
    assert told["text"].startswith("In your cart:") and {"TH-1", "TH-2"} <= {one["source"] for one in told["citations"]}
    replies = [api.customer().ask("😀😀", locale=locale)["language"] for locale in ("zh-CN", "en-GB")]
    assert replies == ["zh", "en"]


def test_the_history_is_the_servers_and_can_be_read_in_pieces(api):
    customer = api.customer()
    replies = [customer.ask(text) for text in ("Hello", "How long is the warranty?", "保修期多长？")]
    whole = customer.get("/messages").json()
    assert (whole["conversation"], whole["running"], whole["handover"]) == (customer.id, None, None)
    assert [turn["reply"] for turn in whole["messages"]] == replies
    piece = customer.get("/messages?after=1&limit=1").json()["messages"]
    assert [turn["turn"] for turn in piece] == [2]
    assert datetime.fromisoformat(piece[0]["created_at"]) > datetime.now(UTC) - timedelta(minutes=5)


def test_a_card_of_a_turn_that_was_kept_without_its_price_in_words_has_it_when_it_is_read_again(api):
    customer = api.customer()
    shown = customer.ask("Recommend a backpack")["products"]
    engine = open_database(api.shopdesk.settings.sql_url)
    with engine.begin() as connection:
        bare = "UPDATE turns SET reply = json_remove(reply, '$.products[0].price_text') WHERE conversation_id = :talk"
        connection.execute(text(bare), {"talk": customer.id})
    engine.dispose()
    assert shown[0]["price_text"] and customer.get("/messages").json()["messages"][0]["reply"]["products"] == shown


def test_the_events_of_the_last_turn_can_be_read_again_from_where_a_reader_was(api):
    customer = api.customer()
    events = customer.stream("How long is the warranty?")
    assert events_of(customer.get("/messages/1/events").text) == events
    assert events_of(customer.get("/messages/1/events", **{"Last-Event-ID": "1.3"}).text) == events[3:]
    assert events_of(customer.get("/messages/1/events", **{"Last-Event-ID": "nonsense"}).text) == events
    assert customer.get("/messages/1/events", **{"Last-Event-ID": "1.done"}).status_code == 204


def test_the_events_of_an_earlier_turn_come_from_the_store_with_the_text_in_place_of_what_was_shown(api):
    customer = api.customer()
    first = customer.stream("How long is the warranty?")
    customer.ask("Hello")
    again = events_of(customer.get("/messages/1/events", **{"Last-Event-ID": "1.2"}).text)
    assert [name for name, _, _ in again] == ORDER
    data = {name: data for name, _, data in again}
    assert data["token"] == {"text": first[-1][2]["text"], "reset": True} and data["done"] == first[-1][2]
    assert data["understanding"] == first[0][2]


def test_what_customers_do_with_products_that_were_recommended_is_counted_once(api):
    def counted() -> list[tuple[int, int]]:
        funnel = api.shopdesk.admin.funnel(Period.of_days(2, "en", channel="api"))
        return [(funnel.products[step], funnel.conversations[step]) for step in STEPS]

    before, customer = counted(), api.customer()
    first, *others = [card["sku"] for card in customer.ask("Recommend a backpack")["products"]]
    for event in ("click", "click", "cart", "purchase"):
        assert customer.post("/interactions", {"sku": first, "event": event}).status_code == 204
    assert customer.post("/interactions", {"sku": others[0], "event": "click"}).status_code == 204
    grown = [(now[0] - was[0], now[1] - was[1]) for now, was in zip(counted(), before, strict=True)]
    assert grown == [(1 + len(others), 1), (2, 1), (1, 1), (1, 1)]
    assert customer.post("/interactions", {"sku": "TN-1", "event": "click"}).status_code == 404
    assert customer.post("/interactions", {"sku": first, "event": "steal"}).status_code == 422
    assert api.http.post(f"{customer.path}/interactions", json={"sku": first, "event": "click"}).status_code == 401


def test_feedback_is_stored_with_the_turn_and_a_later_one_replaces_it(api):
    customer = api.customer()
    customer.ask("How long is the warranty?")
    for body in ({"turn": 1, "rating": "down", "reason": "wrong", "text": "不对"}, {"turn": 1, "rating": "up"}):
        assert customer.post("/feedback", body).status_code == 204
    assert [turn["rating"] for turn in customer.history()] == ["up"]


def test_calling_for_a_person_is_recorded_once_with_how_people_are_reached(api):
    customer = api.customer()
    first = customer.post("/handover", {"reason": "wants a refund"})
    assert first.status_code == 202 and first.json()["contact"]["email"] == "help@norrvik.example"
    assert api.http.post(customer.path + "/handover", headers=customer.headers).json() == first.json()
    assert customer.get("/messages").json()["handover"] == first.json()["handover"]
    assert first.json()["handover"]["reason"] == "wants a refund"
    assert customer.ask("How long is the warranty?")["turn"] == 1
    assert customer.get("/messages").json()["handover"] == first.json()["handover"]


def test_health_says_whether_there_is_anything_to_answer_from(api):
    assert api.http.get("/api/v1/health").json() == {"status": "ok", "empty": False}
    assert api.http.get("/api/v1/ready").json() == {"status": "ok", "empty": False}


def test_metrics_count_turns_requests_and_refusals_by_pattern_never_by_address(api):
    customer = api.customer()
    customer.ask("How long is the warranty?")
    route = "/api/v1/conversations/{conversation}/messages/{turn}/events"
    line = f'shopdesk_requests_total{{method="GET",route="{route}",status="404"}} '

    def refused() -> float:
        return sum(float(told.removeprefix(line)) for told in api.http.get("/api/v1/metrics").text.splitlines() if line in told)

    before = refused()
    customer.get("/messages/999/events")
    api.http.get("/api/v1/made-up-by-anybody")
    assert refused() == before + 1
    text = api.http.get("/api/v1/metrics").text
    assert re.search(r'shopdesk_turns_total\{action="answer",language="en",writer="builtin"\} \d', text)
    assert 'route="/api/v1/…",status="404"' in text and "made-up" not in text and customer.id not in text
    assert "shopdesk_turns_running 0.0" in text and "shopdesk_turn_seconds_bucket" in text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"X-Forwarded-For": "203.0.113.9"}, 401),
        ({"Forwarded": "for=203.0.113.9"}, 401),
        ({"X-Forwarded-For": "203.0.113.9", "Authorization": "Bearer wrong"}, 401),
        ({"X-Forwarded-For": "203.0.113.9", "Authorization": f"Bearer {KEY}"}, 200),
    ],
)
def test_metrics_are_for_this_machine_and_for_whoever_has_the_key(api, headers, status):
    assert api.http.get("/api/v1/metrics", headers=headers).status_code == status


def test_the_openapi_document_names_every_route_with_its_errors_and_examples(api):
    document = api.http.get("/api/v1/openapi.json").json()
    assert document["servers"] == [{"url": "/api/v1"}]
    conversation = "/conversations/{conversation}"
    of_one = (
        "messages messages/{turn}/events events feedback handover email identity csat greeting experiment-events interactions"
    ).split()
    paths = {"/conversations", "/sites/{key}", "/health", "/ready", "/metrics"} | {f"{conversation}/{path}" for path in of_one}
    paths |= {"/takeover" + path for path in ("", "/messages", "/events", "/take", "/release", "/suggestions")}
    paths |= {"/experiments/events", "/experiments/{slot}", "/profile"}
    paths |= {f"/admin/{path}" for path in ("figures", "gaps", "conversations", "conversations/{conversation}")}
    assert set(document["paths"]) == paths
    send = document["paths"][conversation + "/messages"]["post"]
    assert {"text/event-stream", "application/json"} <= set(send["responses"]["200"]["content"])
    assert {"401", "404", "409", "422", "429"} <= set(send["responses"])
    assert "application/problem+json" in send["responses"]["409"]["content"]
    for name in (
        "NewMessage",
        "Beginning",
        "NewConversation",
        "PublicSite",
        "Feedback",
        "HandoverRequest",
        "ProfileShown",
        "ProfileChange",
    ):
        assert document["components"]["schemas"][name]["examples"]
    references = set(re.findall(r'"#/components/schemas/([^"]+)"', str(document).replace("'", '"')))
    assert references <= set(document["components"]["schemas"])


def test_a_token_opens_its_conversation_until_some_days_after_the_last_message(api):
    customer = api.customer()
    customer.ask("Hello")
    old = datetime.now(UTC) - timedelta(days=31)
    with database(api).begin() as connection:
        connection.execute(update(conversations).where(conversations.c.id == customer.id).values(updated_at=old))
    refused = customer.get("/messages")
    assert refused.status_code == 401 and "expired" in refused.json()["detail"]


def test_a_message_sent_again_to_another_server_or_after_a_restart_is_not_answered_twice(api):
    customer = api.customer()
    key = {"Idempotency-Key": "m-1", "Accept": "application/json"}
    first = customer.post("/messages", {"text": "How long is the warranty?"}, **key).json()
    with api_server(api.shopdesk) as restarted:
        there = Customer(restarted.http, customer.id, customer.token)
        assert there.post("/messages", {"text": "How long is the warranty?"}, **key).json() == first
        events = there.post("/messages", {"text": "How long is the warranty?"}, **{"Idempotency-Key": "m-1"})
        assert [name for name, _, _ in events_of(events.text)][-1] == "done"
        other = there.post("/messages", {"text": "Do you issue invoices?"}, **key).json()
        assert (first["turn"], other["turn"]) == (1, 2), "another text under the same key is another message"
        again = there.post("/messages", {"text": "How long is the warranty?"}, **{**key, "Idempotency-Key": "m-2"}).json()
        assert again["turn"] == 3
    assert [turn["text"] for turn in customer.history()].count("How long is the warranty?") == 2


def test_a_server_whose_index_cannot_be_searched_is_alive_and_not_ready(api, monkeypatch):
    monkeypatch.setattr(api.shopdesk._knowledge, "current", False)
    refused = api.http.get("/api/v1/ready")
    assert (refused.status_code, api.http.get("/api/v1/health").status_code) == (503, 200)
    assert "another encoder" in refused.json()["detail"] and refused.headers["Retry-After"]
