"""Language models from one string: real transformers in process, a real server, and clear words for what cannot work."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from langchain_core.messages import HumanMessage

from bot.errors import SettingsError
from bot.generation.chat_model import chat_model
from bot.generation.llm_stream import Deadlines, ModelStream
from bot.settings import load_settings
from tests.tiny_model import make_tiny_model

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")


@pytest.fixture(scope="module")
def tiny(tmp_path_factory) -> Path:
    return make_tiny_model(tmp_path_factory.mktemp("tiny"))


def test_a_transformers_model_streams_in_this_process(tiny):
    model = chat_model(load_settings(llm=f"transformers:{tiny}", llm_answer_tokens=32))
    stream = ModelStream(model, Deadlines(60, 60))
    pieces = list(stream.pieces([HumanMessage("Can I return this?")]))
    again = "".join(stream.pieces([HumanMessage("Can I return this?")]))
    stream.close()
    assert len(pieces) > 1
    assert "".join(pieces) == again
    assert model.get_num_tokens("thirty days") < 12


@pytest.mark.slow
def test_leaving_the_stream_stops_the_generation(tiny):
    model = chat_model(load_settings(llm=f"transformers:{tiny}", llm_answer_tokens=1_000_000))
    stream = ModelStream(model, Deadlines(60, 60))
    first = stream.pieces([HumanMessage("Can I return this?")])
    next(first)
    first.close()
    second = ModelStream(model.model_copy(update={"max_new_tokens": 2}), Deadlines(60, 60))  # waits until the first has ended
    assert "".join(second.pieces([HumanMessage("x")]))
    second.close()
    stream.close()


@pytest.mark.slow
def test_a_server_started_by_transformers_is_spoken_to_like_any_other(tiny):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    serve = str(Path(sys.executable).with_name("transformers"))
    command = [serve, "serve", str(tiny), "--port", str(port), "--host", "127.0.0.1"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(f"http://127.0.0.1:{port}/health", server)
        settings = load_settings(llm=f"openai:{tiny}", llm_base_url=f"http://127.0.0.1:{port}/v1", llm_answer_tokens=32)
        stream = ModelStream(chat_model(settings), Deadlines(60, 60))
        assert "".join(stream.pieces([HumanMessage("Can I return this?")]))
        stream.close()
    finally:
        server.terminate()
        server.wait(20)


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(240):
        assert server.poll() is None, "the server ended by itself"
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except OSError:
            time.sleep(0.5)
    raise AssertionError("the server never answered")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("gpt-4o", "write 'openai:MODEL'"),
        ("openai:", "write 'openai:MODEL'"),
        ("openai:gpt-4o", "needs llm_api_key"),
        ("transformers:/no/such/directory", "no model directory"),
        ("nobody:model", "cannot be used"),
    ],
)
def test_a_model_that_cannot_work_is_refused_in_one_sentence(given, words):
    with pytest.raises(SettingsError, match=words) as caught:
        chat_model(load_settings(llm=given))
    assert "\n" not in str(caught.value)


def test_a_directory_without_a_model_is_refused_in_one_sentence(tmp_path):
    with pytest.raises(SettingsError, match="cannot be loaded"):
        chat_model(load_settings(llm=f"transformers:{tmp_path}"))


def test_a_key_never_shows():
    settings = load_settings(llm="openai:gpt", llm_api_key="sk-very-secret")
    assert "very-secret" not in repr(settings) + repr(chat_model(settings)) + str(settings.model_dump())
