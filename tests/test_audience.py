"""Nobody is left to read an answer: the language model is hung up on, and the turn ends without it."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from http.client import HTTPConnection

import pytest

import bot
from benchmarks.misbehaving_llm import ScriptedServer, scripted_server
from tests.api_server import KEY, Api, Customer, api_server

QUESTION = "Who pays for the return shipping?"
ANSWER = "Return shipping is free when the item is faulty [1]. "
JSON = {"Accept": "application/json"}


@pytest.fixture
def talkative(api_data, tmp_path) -> Iterator[tuple[Api, ScriptedServer]]:
    """The shop with a language model that never comes to an end, and may take its time to begin."""
    data = shutil.copytree(api_data, tmp_path / "data")
    limits = {"messages_per_minute": 0, "requests_per_minute": 0, "llm_first_token_s": 60.0, "llm_total_s": 60.0}
    with scripted_server(ANSWER * 100, token_s=0.02) as model:
        with bot.open(data, llm="openai:scripted", llm_base_url=model.url, api_key=KEY, **limits) as shopdesk:
            with api_server(shopdesk) as server:
                yield server, model


def ask_and_leave(api: Api, model: ScriptedServer, *requests: tuple[str, object, dict[str, str]]) -> None:
    """Sends requests and hangs up on them, unread, as soon as the model is at all of them."""
    with ExitStack() as lines:
        for path, body, headers in requests:
            line = lines.enter_context(closing(HTTPConnection("127.0.0.1", api.port)))
            line.request("POST", path, json.dumps(body), {"Content-Type": "application/json", **headers})
        until(lambda: len(model.requests) == len(requests))


def until(done: Callable[[], bool]) -> None:
    for _ in range(1000):
        if done():
            return
        time.sleep(0.02)
    raise AssertionError("It did not come about.")


def message(customer: Customer, **headers: str) -> tuple[str, object, dict[str, str]]:
    return customer.path + "/messages", {"text": QUESTION}, {**customer.headers, **headers}


@pytest.mark.parametrize("headers", [pytest.param({}, id="stream"), pytest.param(JSON, id="whole", marks=pytest.mark.slow)])
def test_a_customer_who_leaves_is_answered_by_the_built_in_writer_and_the_model_is_hung_up_on(talkative, headers):
    api, model = talkative
    customer = api.customer()
    ask_and_leave(api, model, message(customer, **headers))
    assert model.disconnected.wait(20)
    (turn,) = customer.history()
    assert turn["reply"]["writer"] == "builtin" and "faulty" in turn["reply"]["text"] and turn["reply"]["citations"]


@pytest.mark.parametrize("stream", [pytest.param(True, id="stream"), pytest.param(False, id="whole", marks=pytest.mark.slow)])
def test_a_program_that_hangs_up_on_a_completion_hangs_up_on_the_model(talkative, stream):
    api, model = talkative
    asked = {"model": "shopdesk", "messages": [{"role": "user", "content": QUESTION}], "stream": stream}
    ask_and_leave(api, model, ("/v1/chat/completions", asked, {"Authorization": f"Bearer {KEY}"}))
    assert model.disconnected.wait(20)


def test_a_silent_model_is_not_waited_for_in_vain_and_not_blamed_for_those_who_left(talkative):
    api, model = talkative
    model.behaviour = "hang"
    customers = [api.customer() for _ in range(6)]  # one more than the failures in a row after which a model is left alone
    ask_and_leave(api, model, *(message(customer) for customer in customers))
    assert [turn["reply"]["writer"] for customer in customers for turn in customer.history()] == ["builtin"] * 6
    model.behaviour, model.answer = "ok", lambda _messages: ANSWER
    assert api.customer().ask(QUESTION)["writer"] == "openai:scripted"
