"""Many at once: a language model that a test holds back, turns that go on alone, limits that refuse and recover."""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Lock
from time import sleep

import httpx
import pytest
from starlette.responses import JSONResponse

import bot
from benchmarks.misbehaving_llm import scripted_server
from bot.serving.limits import MINUTE, RateLimiter, RoomLimit, address_of
from bot.serving.problems import Problem
from bot.serving.slots import ComputeSlots
from bot.turn.giving_way import about_to_wait
from tests.api_server import Api, Customer, api_server, events_of

QUESTION = "Who pays for the return shipping?"
ANSWER = "Return shipping is free when the item is faulty [1]."


@contextmanager
def serving(api_data: Path, directory: Path, **settings: object) -> Iterator[tuple[Api, Event]]:
    """The shop with a language model that says nothing before the event is set."""
    data, go = shutil.copytree(api_data, directory / "data"), Event()

    def answer(_messages: list[dict[str, str]]) -> str:
        assert go.wait(20)
        return ANSWER

    limits = {"messages_per_minute": 0, "requests_per_minute": 0, "llm_first_token_s": 20.0, **settings}
    with scripted_server(answer) as model:
        with bot.open(data, llm="openai:scripted", llm_base_url=model.url, **limits) as shopdesk:
            with api_server(shopdesk) as server:
                try:
                    yield server, go
                finally:
                    go.set()


@pytest.fixture(scope="module")
def held(api_data, tmp_path_factory) -> Iterator[tuple[Api, Event]]:
    with serving(api_data, tmp_path_factory.mktemp("held"), turns_at_once=2, turns_waiting=1) as served:
        yield served


def begun(customer: Customer, **headers: str):
    """A message whose answer has begun; its reader has seen the first event."""
    stream = customer.http.stream(
        "POST", customer.path + "/messages", json={"text": QUESTION}, headers={**customer.headers, **headers}
    )
    answer = stream.__enter__()
    lines = answer.iter_lines()
    assert answer.status_code == 200 and any(line == "event: understanding" for line in lines)
    return stream, lines


def test_a_second_message_meanwhile_is_refused_stored_nowhere_and_taken_afterwards(held):
    api, go = held
    go.clear()
    customer = api.customer()
    stream, lines = begun(customer)
    assert customer.get("/messages").json()["running"] == 1
    refused = customer.post("/messages", {"text": "Hello"})
    assert refused.status_code == 409 and refused.headers["retry-after"] == "1"
    assert "still being answered" in refused.json()["detail"]
    go.set()
    assert any("event: done" in line for line in lines)
    stream.__exit__(None, None, None)
    assert customer.ask("Hello")["turn"] == 2
    assert [turn["text"] for turn in customer.history()] == [QUESTION, "Hello"]


def test_a_turn_goes_on_without_its_reader_who_can_read_on_later(held):
    api, go = held
    go.clear()
    customer = api.customer()
    stream, _ = begun(customer)
    stream.__exit__(None, None, None)
    with ThreadPoolExecutor(2) as readers:
        following = readers.submit(customer.get, "/messages/1/events", **{"Last-Event-ID": "1.1"})
        whole = readers.submit(customer.get, "/messages/1/events")
        go.set()
        rest, everything = events_of(following.result().text), events_of(whole.result().text)
    assert everything[0][0] == "understanding" and everything[-1][0] == "done" and rest == everything[1:]
    assert "".join(data["text"] for name, _, data in everything if name == "token") == ANSWER
    (turn,) = customer.history()
    assert turn["reply"] == everything[-1][2] and turn["reply"]["writer"] == "openai:scripted"


def test_a_message_sent_again_under_the_same_key_is_answered_once(held):
    api, go = held
    go.clear()
    customer = api.customer()
    stream, _ = begun(customer, **{"Idempotency-Key": "m1"})
    stream.__exit__(None, None, None)
    go.set()
    again = [
        customer.post("/messages", {"text": QUESTION}, **{"Idempotency-Key": "m1", "Accept": "application/json"}).json()
        for _ in range(2)
    ]
    assert again[0] == again[1] == customer.history()[0]["reply"] and len(customer.history()) == 1
    other = customer.post("/messages", {"text": QUESTION}, **{"Idempotency-Key": "m2", "Accept": "application/json"})
    assert other.json()["turn"] == 2


def test_when_all_workers_are_taken_and_the_queue_is_full_the_next_is_told_to_come_back(held):
    api, go = held
    go.clear()
    customers = [api.customer() for _ in range(4)]
    with ThreadPoolExecutor(3) as pool:
        answers = []
        for place, customer in enumerate(customers[:3], 1):
            answers.append(pool.submit(customer.ask, QUESTION))
            while sum(api.http.get(c.path + "/messages", headers=c.headers).json()["running"] == 1 for c in customers) < place:
                pass
        refused = customers[3].post("/messages", {"text": QUESTION})
        assert refused.status_code == 429 and int(refused.headers["retry-after"]) >= 1
        assert refused.headers["content-type"] == "application/problem+json"
        assert api.http.post(customers[3].path + "/messages", json={}).status_code == 429  # before anything is looked up
        text = api.http.get("/api/v1/metrics").text
        assert "shopdesk_turns_running 2.0" in text and "shopdesk_turns_waiting 1.0" in text
        go.set()
        assert [answer.result()["text"] for answer in answers] == [ANSWER] * 3
    assert customers[3].history() == [] and customers[3].ask(QUESTION)["text"] == ANSWER


def test_messages_sent_at_once_are_each_answered_once_and_in_their_own_turn(api):
    customer = api.customer()
    texts = [f"How long is the warranty of {n} kettles?" for n in range(12)]

    def insist(text: str) -> dict[str, object]:
        while (answer := customer.post("/messages", {"text": text}, Accept="application/json")).status_code == 409:
            pass
        return dict(answer.json())

    with ThreadPoolExecutor(6) as pool:
        replies = dict(zip(texts, pool.map(insist, texts), strict=True))
    history = customer.history()
    assert Counter(turn["text"] for turn in history) == Counter(texts)
    assert [turn["turn"] for turn in history] == list(range(1, 13))
    assert all(turn["reply"] == replies[turn["text"]] for turn in history)


def test_a_failing_turn_is_one_sentence_in_both_forms_and_the_next_one_is_answered(api_data, tmp_path, caplog):
    data = shutil.copytree(api_data, tmp_path / "data")
    with bot.open(data) as shopdesk, api_server(shopdesk) as api:
        customer = api.customer()
        engine = shopdesk.conversations._engine
        with engine.begin() as connection:
            connection.exec_driver_sql("CREATE TRIGGER full BEFORE INSERT ON turns BEGIN SELECT no_such_function(1); END")
        answer = customer.post("/messages", {"text": "Hello"}, Accept="application/json")
        name, id, data = customer.stream("Hello")[-1]
        assert (answer.status_code, name, id, data["status"]) == (503, "error", "1.error", 503)
        assert "A turn failed" in caplog.text and "Hello" not in caplog.text
        assert answer.json()["detail"] == data["message"] and "function" not in data["message"]
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP TRIGGER full")
        assert customer.ask("Hello")["turn"] == 1


def test_no_more_turns_compute_at_once_than_there_are_slots():
    slots, lock, inside, most = ComputeSlots(lapse_s=60, most=2), Lock(), [], []

    def compute(number: int) -> None:
        with slots.hold():
            with lock:
                inside.append(number)
                most.append(len(inside))
            sleep(0.005)
            with lock:
                inside.remove(number)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(compute, range(24)))
    assert len(most) == 24 and max(most) == 2


def test_whoever_waits_for_another_machine_keeps_no_slot():
    slots = ComputeSlots(lapse_s=60, most=1)
    with slots.hold():
        about_to_wait()
        with slots.hold():
            about_to_wait()
            about_to_wait()
            with slots.hold():
                pass
    assert slots._until == {}


def test_a_slot_that_nobody_gives_back_lapses():
    slots = ComputeSlots(lapse_s=0.01, most=1)
    with slots.hold(), slots.hold(), slots.hold():
        pass
    assert slots._until == {}


def test_who_waits_for_a_slot_gets_it_in_the_order_of_coming():
    slots, order = ComputeSlots(lapse_s=60, most=1), []

    def compute(number: int) -> None:
        with slots.hold():
            order.append(number)

    with ThreadPoolExecutor(8) as pool:
        with slots.hold():
            for number in range(6):
                pool.submit(compute, number)
                while sum(map(len, slots._lanes.values())) <= number:
                    sleep(0.001)
    assert order == list(range(6))


def test_who_asks_much_at_once_waits_for_themselves_and_the_others_for_one_of_it():
    slots, order = ComputeSlots(lapse_s=60, most=1), []

    def compute(lane: str) -> None:
        with slots.hold(lane):
            order.append(lane)

    with ThreadPoolExecutor(8) as pool:
        with slots.hold():
            for number, lane in enumerate(["flood"] * 4 + ["customer", "another"]):
                pool.submit(compute, lane)
                while sum(map(len, slots._lanes.values())) <= number:
                    sleep(0.001)
    assert order == ["flood", "customer", "another", "flood", "flood", "flood"]


def test_one_address_has_room_for_so_many_messages_at_once_and_another_for_its_own():
    async def tried() -> list[int]:
        go, inside = asyncio.Event(), asyncio.Event()

        async def answer(scope, receive, send) -> None:
            inside.set()
            await go.wait()
            await JSONResponse({})(scope, receive, send)

        app = RoomLimit(answer, most=4, of_one=2, full=lambda: Problem(429, "Too many."))

        async def ask(address: str) -> int:
            transport = httpx.ASGITransport(app, client=(address, 1))
            async with httpx.AsyncClient(transport=transport, base_url="http://shop") as http:
                return (await http.post("/api/v1/conversations/x/messages")).status_code

        waiting = []
        for address in ("203.0.113.1", "203.0.113.1", "203.0.113.2", "203.0.113.3"):
            inside.clear()
            waiting.append(asyncio.create_task(ask(address)))
            await inside.wait()
        refused = [await ask("203.0.113.1"), await ask("203.0.113.4")]
        go.set()
        answered = [await one for one in waiting]
        assert app._inside == {}
        return [*refused, *answered, await ask("203.0.113.1")]

    assert asyncio.run(tried()) == [429, 429, 200, 200, 200, 200, 200]


@pytest.fixture(scope="module")
def limited(api_data, tmp_path_factory) -> Iterator[Api]:
    data = shutil.copytree(api_data, tmp_path_factory.mktemp("limited") / "data")
    settings = {"messages_per_minute": 2, "requests_per_minute": 8, "trusted_proxies": "127.0.0.0/8"}
    with bot.open(data, **settings) as shopdesk, api_server(shopdesk) as server:
        yield server


def test_a_conversation_and_an_address_may_ask_so_often_and_no_other_suffers(limited):
    limited.http.headers["X-Forwarded-For"] = "203.0.113.1"
    customer = limited.customer()
    statuses = [customer.post("/messages", {"text": "Hello"}, Accept="application/json").status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert limited.customer().ask("Hello")["turn"] == 1
    answers = [limited.http.post("/api/v1/conversations") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 429]
    refused = answers[-1]
    assert 1 <= int(refused.headers["retry-after"]) <= 60 and "from your address" in refused.json()["detail"]
    assert limited.http.get("/api/v1/health").status_code == 200
    forged = {"X-Forwarded-For": "198.51.100.7, 203.0.113.1"}
    assert limited.http.post("/api/v1/conversations", headers=forged).status_code == 429
    assert limited.http.post("/api/v1/conversations", headers={"X-Forwarded-For": "203.0.113.2"}).status_code == 201


def test_a_stranger_cannot_name_another_address(api_data, tmp_path):
    data = shutil.copytree(api_data, tmp_path / "data")
    with bot.open(data, requests_per_minute=2) as shopdesk, api_server(shopdesk) as api:
        answers = [
            api.http.post("/api/v1/conversations", headers={"X-Forwarded-For": f"203.0.113.{n}"}).status_code for n in range(3)
        ]
    assert answers == [201, 201, 429]


@pytest.fixture(scope="module")
def behind_proxies(api_data, tmp_path_factory) -> Iterator[Api]:
    """One request a minute for each customer, who come through this machine's proxy and another one in 10.0.0.0/8."""
    data = shutil.copytree(api_data, tmp_path_factory.mktemp("proxies") / "data")
    with (
        bot.open(data, requests_per_minute=1, trusted_proxies="127.0.0.1, 10.0.0.0/8") as shopdesk,
        api_server(shopdesk) as server,
    ):
        yield server


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ([("X-Forwarded-For", "192.0.2.1")], [("X-Forwarded-For", "192.0.2.1")], True),
        ([("X-Forwarded-For", "192.0.2.2")], [("X-Forwarded-For", "192.0.2.3")], False),
        ([("X-Forwarded-For", "192.0.2.4")], [("X-Forwarded-For", "8.8.8.8, 192.0.2.4")], True),
        ([("X-Forwarded-For", "192.0.2.5")], [("X-Forwarded-For", "127.0.0.1, 10.9.9.9, 192.0.2.5")], True),
        ([("X-Forwarded-For", "192.0.2.6")], [("X-Forwarded-For", "8.8.4.4, 192.0.2.6, 10.1.2.3")], True),
        ([("X-Forwarded-For", "192.0.2.7")], [("X-Forwarded-For", "8.8.8.8"), ("X-Forwarded-For", "192.0.2.7")], True),
        ([("X-Forwarded-For", "192.0.2.8")], [("X-Forwarded-For", "192.0.2.8:4711")], True),
        ([("X-Forwarded-For", "192.0.2.9")], [("X-Forwarded-For", "::ffff:192.0.2.9")], True),
        ([("X-Forwarded-For", "2001:db8::1")], [("X-Forwarded-For", "[2001:db8::ffff]:443")], True),
        ([("X-Forwarded-For", "2001:db8:1::1")], [("X-Forwarded-For", "2001:db8:2::1")], False),
        ([("X-Forwarded-For", "192.0.2.10")], [("X-Forwarded-For", "192.0.2.10"), ("X-Real-IP", "8.8.8.8")], True),
        ([("X-Forwarded-For", "192.0.2.11")], [("X-Forwarded-For", "192.0.2.11"), ("Forwarded", "for=8.8.8.8")], True),
        ([("X-Forwarded-For", "192.0.2.12")], [("X-Forwarded-For", "192.0.2.12"), ("CF-Connecting-IP", "8.8.8.8")], True),
    ],
)
def test_what_a_customer_writes_before_the_proxies_own_words_is_not_believed(behind_proxies, first, second, same):
    sent = [behind_proxies.http.post("/api/v1/conversations", headers=headers) for headers in (first, second)]
    assert [answer.status_code for answer in sent] == [201, 429 if same else 201]


def test_an_allowance_is_whole_again_after_a_minute_and_grows_back_evenly():
    now = [0.0]
    limiter = RateLimiter(6, lambda: now[0])
    assert [limiter.take("a") for _ in range(6)] == [0.0] * 6 and limiter.take("a") == pytest.approx(10.0)
    assert limiter.take("b") == 0.0
    now[0] = 10.0
    assert limiter.take("a") == 0.0 and limiter.take("a") == pytest.approx(10.0)
    now[0] = 10.0 + MINUTE
    assert [limiter.take("a") for _ in range(7)] == [0.0] * 6 + [pytest.approx(10.0)]


def test_of_a_large_allowance_only_a_part_may_be_used_in_one_moment():
    now = [0.0]
    limiter = RateLimiter(600, lambda: now[0], at_once=60)
    assert [limiter.take("flood") for _ in range(60)] == [0.0] * 60 and limiter.take("flood") == pytest.approx(0.1)
    assert limiter.wait("flood") == pytest.approx(0.1) and limiter.take("another") == 0.0
    passed = 0
    for second in range(1, 61):
        now[0] = float(second)
        passed += sum(not limiter.take("flood") for _ in range(30))
    assert passed == pytest.approx(600, abs=1)


def test_an_address_that_sends_all_at_once_is_refused_long_before_its_minute_is_used_up(api_data, tmp_path):
    data = shutil.copytree(api_data, tmp_path / "data")
    with bot.open(data, requests_per_minute=120) as shopdesk, api_server(shopdesk) as api:
        statuses = [api.http.get("/api/v1/conversations/x/messages").status_code for _ in range(80)]
    assert set(statuses[:60]) == {401} and 429 in statuses[60:]


def test_a_flood_of_addresses_does_not_fill_the_memory():
    limiter = RateLimiter(1, lambda: 0.0)
    for number in range(120_000):
        limiter.take(str(number))
    assert len(limiter._whole_at) <= 50_000


def test_who_asked_long_ago_is_forgotten_as_others_ask():
    now = [0.0]
    limiter = RateLimiter(6, lambda: now[0])
    for number in range(1000):
        now[0] += 1.0
        limiter.take(f"conversation {number}")
    assert len(limiter._whole_at) < 30 and limiter.wait("conversation 999") == 0.0


@pytest.mark.parametrize(
    ("host", "key"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("testclient", "testclient"),
    ],
)
def test_an_ipv6_household_counts_as_one_address(host, key):
    assert address_of({"client": (host, 1)}) == key
