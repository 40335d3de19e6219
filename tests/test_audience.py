"""Nobody is left to read an answer: the language model is hung up on, and the turn ends without it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial

import httpx
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


def hear_the_beginning(http: httpx.Client, path: str, body: object, headers: dict[str, str]) -> None:
    """Sends a request and hangs up: on a stream after some words, on a whole answer when it does not come soon."""
    with suppress(httpx.ReadTimeout):
        with http.stream("POST", path, json=body, headers=headers, timeout=httpx.Timeout(30, read=2)) as answer:
            next(line for line in answer.iter_lines() if "Return" in line)


def message(customer: Customer, **headers: str) -> None:
    hear_the_beginning(customer.http, customer.path + "/messages", {"text": QUESTION}, {**customer.headers, **headers})


@pytest.mark.parametrize("headers", [pytest.param({}, id="stream"), pytest.param(JSON, id="whole", marks=pytest.mark.slow)])
def test_a_customer_who_leaves_is_answered_by_the_built_in_writer_and_the_model_is_hung_up_on(talkative, headers):
    api, model = talkative
    customer = api.customer()
    message(customer, **headers)
    assert model.disconnected.wait(20)
    (turn,) = customer.history()
    assert turn["reply"]["writer"] == "builtin" and "faulty" in turn["reply"]["text"] and turn["reply"]["citations"]


@pytest.mark.parametrize("stream", [pytest.param(True, id="stream"), pytest.param(False, id="whole", marks=pytest.mark.slow)])
def test_a_program_that_hangs_up_on_a_completion_hangs_up_on_the_model(talkative, stream):
    api, model = talkative
    asked = {"model": "shopdesk", "messages": [{"role": "user", "content": QUESTION}], "stream": stream}
    hear_the_beginning(api.http, "/v1/chat/completions", asked, {"Authorization": f"Bearer {KEY}"})
    assert model.disconnected.wait(20)


def test_a_silent_model_is_not_waited_for_in_vain_and_not_blamed_for_those_who_left(talkative):
    api, model = talkative
    model.behaviour = "hang"
    customers = [api.customer() for _ in range(6)]  # one more than the failures in a row after which a model is left alone
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(partial(message, **JSON), customers))
    assert [turn["reply"]["writer"] for customer in customers for turn in customer.history()] == ["builtin"] * 6
    model.behaviour, model.answer = "ok", lambda _messages: ANSWER
    assert api.customer().ask(QUESTION)["writer"] == "openai:scripted"
