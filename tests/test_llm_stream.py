"""Deadlines, breaker and cancellation against a real HTTP server that misbehaves."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from threading import Event, Thread

import pytest
from langchain_core.messages import AIMessageChunk, HumanMessage

from benchmarks.misbehaving_llm import scripted_server
from bot.errors import ModelError
from bot.generation import llm_stream
from bot.generation.chat_model import chat_model
from bot.generation.llm_stream import CircuitBreaker, Deadlines, ModelStream
from bot.settings import load_settings

TEXT = "You can return it within 30 days of delivery [1]."


@pytest.fixture
def stream_to():
    opened = []

    def open_stream(url: str, first: float = 1.0, total: float = 2.0, breaker: CircuitBreaker | None = None) -> ModelStream:
        settings = load_settings(llm="openai:scripted", llm_base_url=url, llm_first_token_s=first, llm_total_s=total)
        opened.append(ModelStream(chat_model(settings), Deadlines(first, total), breaker))
        return opened[-1]

    yield open_stream
    for stream in opened:
        stream.close()


def say(stream: ModelStream) -> str:
    return "".join(stream.pieces([HumanMessage("hi")]))


def test_pieces_come_while_the_server_is_still_speaking(stream_to):
    with scripted_server(TEXT, token_s=0.05) as server:
        arrived = []
        for piece in stream_to(server.url).pieces([HumanMessage("hi")]):
            arrived.append((piece, time.monotonic()))
    assert "".join(piece for piece, _ in arrived) == TEXT
    assert len(arrived) > 3 and arrived[-1][1] - arrived[0][1] > 0.1


def test_the_model_is_asked_before_anybody_reads(stream_to):
    with scripted_server(TEXT) as server:
        pieces = stream_to(server.url).pieces([HumanMessage("hi")])
        until = time.monotonic() + 5
        while not server.requests and time.monotonic() < until:
            time.sleep(0.005)
        assert server.requests and "".join(pieces) == TEXT


def test_the_caller_goes_on_once_the_request_is_on_its_way(stream_to, monkeypatch):
    monkeypatch.setattr(llm_stream, "_SENDING_S", 3_600)  # so that only the request itself can let the caller go on
    with scripted_server(TEXT, "hang") as server:
        stream, asked = stream_to(server.url, 30, 30), []
        caller = Thread(target=lambda: asked.append(stream.pieces([HumanMessage("hi")])), daemon=True)
        caller.start()
        caller.join(30)
        assert asked
        asked[0].close()


@pytest.mark.parametrize("behaviour", ["hang", "hang-mid-stream", "keep-alives", "drip", "429", "500", "garbage", "cut"])
def test_a_misbehaving_server_ends_in_a_model_error_within_the_deadline(behaviour, stream_to):
    with scripted_server(TEXT * 3, behaviour) as server:
        started = time.monotonic()
        with pytest.raises(ModelError):
            say(stream_to(server.url))
        assert time.monotonic() - started < 4.0


def test_a_refused_connection_is_a_model_error(stream_to):
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{held.getsockname()[1]}/v1"
    with pytest.raises(ModelError):
        say(stream_to(url))


def test_leaving_the_stream_hangs_up_on_the_server(stream_to):
    with scripted_server(TEXT * 50, token_s=0.02) as server:
        pieces = stream_to(server.url, total=20).pieces([HumanMessage("hi")])
        next(pieces)
        pieces.close()
        assert server.disconnected.wait(2.0)


class Clinging:
    """A model whose client never finishes closing."""

    def __init__(self):
        self.http_async_client = self

    async def astream(self, messages):
        yield AIMessageChunk("Hello")

    async def aclose(self):
        while True:
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(60)


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_model_that_will_not_let_go_does_not_keep_the_program_from_closing():
    stream = ModelStream(Clinging(), Deadlines(1.0, 2.0), closing_s=0.2)
    assert say(stream) == "Hello"
    thread = stream._thread
    stream.close()
    stream.close()
    assert not thread.is_alive()


def test_after_five_failures_the_breaker_stops_asking_and_later_tries_again(stream_to):
    now = [0.0]
    breaker = CircuitBreaker(limit=5, pause_s=30, clock=lambda: now[0])
    with scripted_server(TEXT, "500") as server:
        stream = stream_to(server.url, 10.0, 10.0, breaker)
        for _ in range(7):
            with pytest.raises(ModelError):
                say(stream)
        assert len(server.requests) == 5
        server.behaviour = "ok"
        now[0] = 31.0
        assert say(stream) == TEXT
        assert say(stream) == TEXT
        assert len(server.requests) == 7


def test_a_silence_amid_the_words_ends_as_soon_as_one_before_them(stream_to):
    with scripted_server(TEXT * 3, "hang-mid-stream") as server:
        started = time.monotonic()
        with pytest.raises(ModelError, match=r"within 1 s"):
            say(stream_to(server.url, total=20.0))
        assert time.monotonic() - started < 10.0


class _Deaf:
    """A model whose library loses what cancels it, as ``asyncio.wait_for`` of Python 3.11 may, and has more words."""

    def __init__(self) -> None:
        self.closed = Event()

    async def astream(self, _messages: object) -> AsyncIterator[AIMessageChunk]:
        try:
            while True:
                yield AIMessageChunk("word ")
                with suppress(asyncio.CancelledError):
                    await asyncio.sleep(0.05)
        finally:
            self.closed.set()


def test_a_model_that_does_not_hear_that_it_was_hung_up_on_is_left_all_the_same():
    model = _Deaf()
    stream = ModelStream(model, Deadlines(60, 60))
    pieces = stream.pieces([HumanMessage("hi")])
    assert next(pieces) == "word "
    pieces.close()
    assert model.closed.wait(5)
    stream.close()
