"""A handover over HTTP: the customer's events, the person's link, who may speak when."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import islice

import pytest
from sqlalchemy import update

import bot
from benchmarks.misbehaving_llm import ScriptedServer, scripted_server
from bot.serving.feed import MOST_READERS
from bot.store.database import open_database
from bot.store.handover_log import HandoverLog, handovers
from bot.store.handovers import HandoverStore
from tests.api_server import Api, Customer, api_server
from tests.takeover_client import Agent, events_in, following, link_of

ASKED = "How do I descale the kettle?"


@pytest.fixture
def customer(api: Api) -> Customer:
    """A customer who has asked something and called for a person."""
    begun = api.customer()
    begun.ask(ASKED)
    assert begun.post("/handover", {}).status_code == 202
    return begun


@pytest.fixture
def mia(api: Api, customer: Customer) -> Agent:
    return Agent(api.http, link_of(api, customer))


def events_after(customer: Customer, last: str, count: int) -> list[tuple[str, dict[str, object]]]:
    """The next so many events, without their times."""
    headers = {**customer.headers, "Last-Event-ID": last}
    with following(customer.http, customer.path + "/events", headers) as events:
        return [(name, {key: value for key, value in data.items() if key != "at"}) for name, _, data in islice(events, count)]


def test_a_customer_sees_who_comes_speaks_and_leaves_and_the_assistant_is_silent_meanwhile(api, customer, mia):
    with following(api.http, customer.path + "/events", customer.headers) as events:
        assert next(events)[0] == "handover"
        assert mia.take().json()["mine"] is True
        name, _, data = next(events)
        assert (name, data["name"]) == ("agent_joined", "Mia")
        said = mia.say("Hello, this is Mia. Which kettle is it?").json()["id"]
        name, id, data = next(events)
        assert (name, id, data["id"], data["name"]) == ("agent_message", str(said), said, "Mia")
        assert data["text"] == "Hello, this is Mia. Which kettle is it?" and data["at"].endswith("+00:00")
        reply = customer.ask("The travel kettle. How long is the warranty?")
        assert (reply["action"], reply["text"], reply["writer"], reply["citations"]) == ("handover", "", "agent", [])
        assert mia.release().status_code == 204
        assert next(events)[0] == "agent_left"
    again = customer.ask("How long is the warranty?")
    assert again["writer"] == "builtin" and "24 months" in again["text"]


def test_the_history_holds_turns_and_a_persons_messages_in_their_true_order(customer, mia):
    mia.take()
    mia.say("Hello!")
    customer.ask("I used vinegar.")
    mia.say("That is fine too.")
    mia.release()
    customer.ask("How long is the warranty?")
    body = customer.get("/messages").json()
    told = [(m["role"], m.get("event") or m.get("name") or m["text"]) for m in body["messages"]]
    assert told == [
        ("turn", ASKED), ("notice", "handover"), ("notice", "agent_joined"), ("agent", "Mia"), ("turn", "I used vinegar."),
        ("agent", "Mia"), ("notice", "agent_left"), ("turn", "How long is the warranty?"),
    ]  # fmt: skip
    assert body["handover"] is None
    assert events_after(customer, str(body["last_event"] - 1), 1) == [("agent_left", {"name": "Mia"})]
    rest = customer.get("/messages?after=2").json()["messages"]
    assert [m.get("text") for m in rest] == ["That is fine too.", None, "How long is the warranty?"]
    assert [m["role"] for m in customer.get("/messages?limit=1").json()["messages"]] == ["turn", "notice", "notice", "agent"]


def test_a_reader_who_lost_the_connection_goes_on_after_the_last_event(customer, mia):
    mia.take()
    first = mia.say("One").json()["id"]
    mia.say("Two")
    mia.release()
    assert events_after(customer, str(first), 2) == [
        ("agent_message", {"id": first + 1, "name": "Mia", "text": "Two"}), ("agent_left", {"name": "Mia"}),
    ]  # fmt: skip
    assert [name for name, _ in events_after(customer, "nonsense", 2)] == ["handover", "agent_joined"]


def test_the_person_sees_the_customers_messages_as_they_come(api, customer, mia):
    mia.take()
    start = str(mia.get("/messages").json()["last_event"])
    with following(api.http, "/api/v1/takeover/events", {**mia.headers, "Last-Event-ID": start}) as events:
        customer.ask("Are you there?")
        name, _, data = next(events)
        assert (name, data["text"], data["reply"]["writer"]) == ("turn", "Are you there?", "agent")
        mia.release("resolved", "Told them about citric acid.")
        assert [name for name, _, _ in events] == ["agent_left"]  # and the stream ends


def test_of_two_with_the_link_the_second_sees_who_has_it_and_can_take_it_expressly(api, customer, mia):
    bo = Agent(api.http, mia.token, "Bo")
    assert mia.take().status_code == 200
    refused = bo.take()
    assert (refused.status_code, refused.json()["detail"]) == (409, "Mia has the conversation.")
    state = bo.get().json()
    assert (state["mine"], state["handover"]["agent"]) == (False, "Mia")
    assert bo.say("I say something too").status_code == 409
    assert bo.take(over=True).json()["handover"]["agent"] == "Bo"
    late = mia.say("And another thing")
    assert (late.status_code, late.json()["detail"]) == (409, "Bo has the conversation.")
    assert mia.release().status_code == 409
    names = [name for name, _ in events_after(customer, "0", 4)]
    assert names == ["handover", "agent_joined", "agent_left", "agent_joined"]
    assert customer.ask("Who is there?")["writer"] == "agent"


def test_a_message_sent_again_under_the_same_key_is_said_once(customer, mia):
    mia.take()
    assert mia.say("Once", key="k1").json() == mia.say("Once", key="k1").json()
    assert [m["text"] for m in customer.get("/messages").json()["messages"] if m["role"] == "agent"] == ["Once"]


def test_the_summary_says_what_it_is_about_and_why_a_person_was_called(api):
    customer = api.customer()
    customer.ask("Where is my order SD-1001?")
    customer.ask("Can you recommend a backpack?")
    customer.ask("Can I speak to a real person please?")
    page = Agent(api.http, link_of(api, customer)).get().json()
    summary = page["summary"]
    assert page["handover"]["reason"] == "requested" and page["shop"] == "Norrvik Outdoor"
    assert (summary["wants"], summary["intent"]) == ("Can you recommend a backpack?", "recommendation")
    assert (summary["language"], summary["orders"], summary["turns"]) == ("en", ["SD-1001"], 3)
    assert {"sku": "TH-1", "title": "Trail Backpack 30 L"} in summary["products"]
    assert len(summary["said"]) == 3 and page["earlier"] == []


def test_the_next_handover_shows_how_the_one_before_ended(api, customer, mia):
    mia.take()
    mia.release("resolved", "Sent a new kettle.")
    customer.post("/handover", {"reason": "requested"})
    (before,) = Agent(api.http, link_of(api, customer)).get().json()["earlier"]
    assert (before["agent"], before["outcome"], before["note"]) == ("Mia", "resolved", "Sent a new kettle.")


@pytest.mark.parametrize(("question", "words"), [(ASKED, "citric acid"), ("水壶怎么除水垢？", "柠檬酸")])
def test_replies_are_suggested_from_what_the_shop_has_loaded(api, question, words):
    customer = api.customer()
    customer.ask(question)
    customer.post("/handover", {})
    body = Agent(api.http, link_of(api, customer)).get("/suggestions").json()
    assert body["question"] == question and any(words in one["text"] for one in body["suggestions"])
    assert all("[1]" not in one["text"] for one in body["suggestions"])
    assert len(customer.history()) == 2  # the turn and the notice: suggesting stores nothing


def test_a_link_is_revoked_when_the_conversation_is_given_back(mia):
    mia.take()
    mia.release()
    for answer in (mia.get(), mia.take(), mia.say("Hi"), mia.get("/messages"), mia.get("/events"), mia.release()):
        assert answer.status_code == 410 and "opens nothing any more" in answer.json()["detail"]


def test_a_link_opens_nothing_when_it_is_too_old(api, customer, mia):
    engine = open_database(api.shopdesk.settings.sql_url)
    current = api.shopdesk.handovers.current(customer.id)
    old = current.requested_at - 2 * api.shopdesk.links.life
    with engine.begin() as connection:
        connection.execute(update(handovers).where(handovers.c.id == current.id).values(requested_at=old))
    engine.dispose()
    assert Agent(api.http, link_of(api, customer)).get().status_code == 410


def forged(token: str, other: str) -> dict[str, str]:
    number, expires, signature = token.split(".")
    return {
        "signature changed": f"{number}.{expires}.{signature[:-1]}{'A' if signature[-1] != 'A' else 'B'}",
        "signature of another handover": f"{number}.{expires}.{other.split('.')[2]}",
        "number of another handover": f"{other.split('.')[0]}.{expires}.{signature}",
        "later expiry": f"{number}.{int(expires) + 86400}.{signature}",
        "no signature": f"{number}.{expires}.",
        "no such handover": f"999999999.{expires}.{signature}",
        "an enormous number": f"{'9' * 90}.{expires}.{signature}",
        "nonsense": "nonsense",
        "empty": "..",
        "too long": "1" * 5000,
    }


def test_no_forged_token_opens_a_conversation(api, customer, mia):
    other = api.customer()
    other.post("/handover", {})
    tokens = forged(mia.token, link_of(api, other))
    answers = {name: Agent(api.http, token).get().status_code for name, token in tokens.items()}
    assert answers == dict.fromkeys(tokens, 401)
    bare = api.http.get("/api/v1/takeover")
    assert (bare.status_code, bare.headers["www-authenticate"]) == (401, 'Bearer realm="takeover"')
    assert Agent(api.http, customer.token).get().status_code == 401
    assert api.http.get(customer.path + "/messages", headers=mia.headers).status_code == 404


def test_the_secret_of_links_is_kept_for_its_owner_only_and_nowhere_in_the_database(api, mia):
    file = api.shopdesk.settings.data / "takeover.key"
    assert file.stat().st_mode & 0o777 == 0o600
    database = (api.shopdesk.settings.data / "shopdesk.db").read_bytes()
    assert mia.token.split(".")[2].encode() not in database and file.read_bytes() not in database
    assert file.read_text() not in repr(api.shopdesk.links)


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("/take", {"name": ""}, "'name'"),
        ("/take", {"name": "   "}, "'name'"),
        ("/take", {"name": "x" * 61}, "'name'"),
        ("/messages", {"text": ""}, "'text'"),
        ("/messages", {"text": "x" * 4001}, "'text'"),
        ("/messages", {"text": "hi", "colour": "red"}, "'colour'"),
        ("/release", {"outcome": "won"}, "'outcome'"),
    ],
)
def test_bad_input_of_a_person_gets_one_sentence(mia, path, body, words):
    answer = mia.post(path, body)
    assert answer.status_code == 422 and words in answer.json()["detail"]
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_person_needs_a_secret_of_their_own_to_change_anything(api, mia):
    for secret in (None, "short"):
        headers = {"Authorization": f"Bearer {mia.token}", **({"Takeover-Person": secret} if secret else {})}
        answer = api.http.post("/api/v1/takeover/take", json={"name": "Mia"}, headers=headers)
        assert answer.status_code == 422 and "Takeover-Person" in answer.json()["detail"]


def test_an_address_is_left_for_the_person_and_only_where_one_was_called(api, customer, mia):
    assert customer.post("/email", {"email": "lin@example.com"}).status_code == 204
    assert mia.get().json()["summary"]["email"] == "lin@example.com"
    for bad in ("lin", "lin@example", "a b@example.com", "lin@example.com\nBcc: x@example.com", "x" * 300 + "@example.com"):
        assert customer.post("/email", {"email": bad}).status_code == 422
    assert api.customer().post("/email", {"email": "lin@example.com"}).status_code == 409


def test_the_events_need_the_conversations_token(api, customer):
    assert api.http.get(customer.path + "/events").status_code == 401
    assert api.http.get(customer.path + "/events", headers=api.customer().headers).status_code == 404


def test_what_another_process_stores_reaches_the_readers_too(api, customer):
    engine = open_database(api.shopdesk.settings.sql_url)
    elsewhere = HandoverStore(engine, HandoverLog())
    with following(api.http, customer.path + "/events", customer.headers) as events:
        assert next(events)[0] == "handover"
        elsewhere.take(elsewhere.current(customer.id).id, "Mia", "a secret of another browser")
        assert next(events)[0] == "agent_joined"
    engine.dispose()


def test_control_characters_of_a_person_reach_nobody(customer, mia):
    assert mia.post("/take", {"name": "M\u202ei\x00a"}).json()["handover"]["agent"] == "Mia"
    assert mia.say("Hel\u200blo\x07").status_code == 201 and mia.say("\u200b").status_code == 422
    assert [m["text"] for m in customer.history() if m["role"] == "agent"] == ["Hello"]


def test_many_readers_of_one_conversation_are_served_and_one_too_many_is_refused(api, customer, mia):
    with ExitStack() as streams:
        readers = [
            streams.enter_context(following(api.http, customer.path + "/events", customer.headers)) for _ in range(MOST_READERS)
        ]
        assert all(next(reader)[0] == "handover" for reader in readers)
        assert customer.get("/events").status_code == 429
        mia.take()
        assert all(next(reader)[0] == "agent_joined" for reader in readers)


@pytest.fixture(scope="module")
def slow(api_data, tmp_path_factory) -> Iterator[tuple[Api, ScriptedServer]]:
    """The shop with a language model that writes a long answer and takes its time."""
    data = shutil.copytree(api_data, tmp_path_factory.mktemp("slow") / "data")
    words = "Return shipping is free when the item is faulty [1]. " * 12
    limits = {"messages_per_minute": 0, "requests_per_minute": 0, "llm_first_token_s": 20.0}
    with scripted_server(words, token_s=0.02) as model:
        with (
            bot.open(data, llm="openai:scripted", llm_base_url=model.url, **limits) as shopdesk,
            api_server(shopdesk) as server,
        ):
            yield server, model


def test_a_person_who_takes_over_while_the_assistant_writes_has_the_message_and_no_word_of_the_reply_stays(slow):
    api, _ = slow
    customer = api.customer()
    customer.post("/handover", {})
    mia = Agent(api.http, link_of(api, customer))
    path, told = customer.path + "/messages", []
    with api.http.stream("POST", path, json={"text": "Who pays for the return?"}, headers=customer.headers) as answer:
        for name, _, data in events_in(answer.iter_lines()):
            told.append((name, data))
            if name == "token" and not any(name == "taken" for name, _ in told):
                assert mia.take().status_code == 200
                told.append(("taken", None))
    shown = ""
    for name, data in told:
        if name == "token":
            shown = data["text"] if data["reset"] else shown + data["text"]
    reply = told[-1][1]
    assert (told[-1][0], reply["writer"], reply["text"], shown) == ("done", "agent", "", "")
    assert [m["reply"]["writer"] for m in customer.history() if m["role"] == "turn"] == ["agent"]
    words = sum(len(data["text"]) for name, data in told if name == "token")
    assert 0 < words < 500  # of more than 600: the writing was broken off
    mia.release()
    assert customer.ask("Hello")["writer"] == "builtin"


def test_a_turn_that_began_before_a_person_came_and_went_is_answered_anew_with_what_they_said(slow):
    api, model = slow
    customer = api.customer()
    customer.post("/handover", {})
    mia = Agent(api.http, link_of(api, customer))
    before = len(model.requests)
    stream = api.shopdesk.stream("Who pays for the return?", customer.id)
    assert next(event for event in stream if event.name == "token")
    mia.take()
    mia.say("I am Mia, I only looked in.")
    mia.release()
    *_, done = stream
    assert done.data.writer == "openai:scripted"
    later = [message["content"] for request in model.requests[before + 1 :] for message in request]
    assert any("I only looked in" in content for content in later)
    assert [m.get("name") or m.get("event") or m["text"] for m in customer.history()] == [
        "handover", "agent_joined", "Mia", "agent_left", "Who pays for the return?",
    ]  # fmt: skip
