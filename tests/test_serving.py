from __future__ import annotations

import shutil
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select

import bot
from benchmarks.misbehaving_llm import scripted_server
from bot.errors import DataDirectoryError, SettingsError, ShopdeskError
from bot.serving.server import _ready, run
from bot.store.conversation_tables import conversations
from knowledge_base import encoders
from tests.api_server import events_of
from tests.served_shop import ROOT, Served, command, serving


def test_says_where_it_is_once_it_answers(served: Served) -> None:
    assert served.said.startswith(f"Shopdesk is ready: {served.url}\n")
    assert httpx.get(f"{served.url}/api/v1/health").json() == {"status": "ok", "empty": False}


@pytest.mark.parametrize("path", ["/", "/api/v1/health", "/page/chat.css", "/nowhere"])
def test_every_response_carries_the_security_headers(served: Served, path: str) -> None:
    headers = httpx.get(served.url + path).headers
    policy = dict(rule.split(" ", 1) for rule in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == policy["connect-src"] == "'self'"
    assert "unsafe-inline" not in policy["script-src"]
    assert (headers["x-content-type-options"], headers["referrer-policy"]) == ("nosniff", "same-origin")


def test_one_document_describes_the_api_and_the_chat_page_has_none_of_its_own(served: Served) -> None:
    assert httpx.get(f"{served.url}/openapi.json").status_code == 404
    assert "/conversations" in httpx.get(f"{served.url}/api/v1/openapi.json").json()["paths"]


def test_each_page_has_our_style_and_a_nonce_of_its_own_on_every_script(served: Served) -> None:
    first, second = (httpx.get(served.url) for _ in range(2))
    nonce = first.headers["content-security-policy"].split("'nonce-")[1].split("'")[0]
    assert first.text.count("<script") == first.text.count(f'<script nonce="{nonce}"') > 0
    assert '<link rel="stylesheet" href="page/chat.css">' in first.text.split("</head>")[0] and "og:" not in first.text
    assert nonce not in second.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/gradio_api/upload", b"", 404),
        ("/gradio_api/queue/join", b" " * 1_000_001, 413),
        ("/gradio_api/queue/join", iter([b"of unknown length"]), 411),
    ],
)
def test_refuses_uploads_and_bodies_that_no_message_needs(
    served: Served, path: str, body: bytes | Iterator[bytes], status: int
) -> None:
    assert httpx.post(served.url + path, content=body).status_code == status


@pytest.mark.slow
def test_an_empty_directory_is_served_and_says_what_to_load_until_it_is_told_to_stop(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as server:
        assert httpx.get(f"{server.url}/api/v1/health").json()["empty"] is True
        server.process.send_signal(signal.SIGTERM)
        assert server.process.stdout is not None
        said = server.said + server.process.stdout.read()
        assert "/console, user owner, password " in said and f"shopdesk load PATH --data {tmp_path / 'data'}" in said
        assert server.process.wait(20) == 0
    bot.open(tmp_path / "data").close()


def test_the_hint_repeats_the_command_as_it_was_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", [".venv/bin/shopdesk", "serve"])
    with bot.open(tmp_path / "data") as shopdesk:
        assert "  .venv/bin/shopdesk load PATH" in _ready(shopdesk)


def _port_taken(directory: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        run(directory, port=other.getsockname()[1])


def _host_unknown(directory: Path) -> None:
    run(directory, host="no such host", port=1)


def _in_use(directory: Path) -> None:
    with bot.open(directory):
        run(directory, port=_free_port())


def _not_a_directory(directory: Path) -> None:
    directory.write_text("a file")
    run(directory, port=_free_port())


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@pytest.mark.parametrize(
    ("situation", "error", "words"),
    [
        (_port_taken, SettingsError, r"Port \d+ of '127.0.0.1' is not free \([^()]+\): .*--port"),
        (_host_unknown, SettingsError, r"The host 'no such host' is not known here.*--host"),
        (_in_use, DataDirectoryError, r"data.* is in use by another process"),
        (_not_a_directory, DataDirectoryError, r"The data directory .*data' cannot be made .*--data"),
    ],
)
def test_what_cannot_be_served_is_one_clear_sentence(
    tmp_path: Path, situation: Callable[[Path], None], error: type[ShopdeskError], words: str
) -> None:
    with pytest.raises(error, match=words) as caught:
        situation(tmp_path / "data")
    assert "\n" not in str(caught.value)


def test_the_command_prints_that_sentence_and_exits_with_1(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = subprocess.run(command(tmp_path / "data", port), cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"shopdesk: Port {port} of") and done.stderr.count("\n") == 1


@pytest.mark.slow
def test_a_customer_gets_the_whole_answer_though_the_server_is_told_to_stop_while_it_is_written(
    api_data: Path, tmp_path: Path
) -> None:
    data = shutil.copytree(api_data, tmp_path / "data")
    with scripted_server("You can return any unused item within 30 days of delivery [1].", token_s=0.4) as model:
        (data / "shopdesk.toml").write_text(f'llm = "openai:scripted"\nllm_base_url = "{model.url}"\n')
        with serving(data) as server, httpx.Client(base_url=f"{server.url}/api/v1", timeout=60) as client:
            talk = client.post("/conversations", json={}).json()
            path, question = f"/conversations/{talk['id']}/messages", {"text": "How long do I have to return an item?"}
            headers = {"Authorization": f"Bearer {talk['token']}"}
            with client.stream("POST", path, json=question, headers=headers) as answer:
                lines, seen = answer.iter_lines(), list[str]()
                while not model.requests:
                    seen.append(next(lines))
                server.process.send_signal(signal.SIGTERM)
                events = events_of("\n".join([*seen, *lines]))
            assert server.process.wait(30) == 0
    (reply,) = [data for name, _, data in events if name == "done"]
    assert (reply["writer"], reply["text"]) == (
        "openai:scripted",
        "You can return any unused item within 30 days of delivery [1].",
    )


def test_what_is_made_at_first_use_is_made_before_the_first_customer_comes_and_nothing_is_kept_of_it(api_data, tmp_path):
    encoders.builtin.cache_clear()  # other shops of this process have used theirs
    with bot.open(shutil.copytree(api_data, tmp_path / "data"), llm="openai:nobody", llm_base_url="http://127.0.0.1:9") as shop:
        encoded = shop._knowledge._encoder._remembered
        assert len(encoded) == 0
        shop.rehearsal.warm_up()
        assert len(encoded) >= 2
        with shop.conversations._engine.connect() as connection:
            assert connection.scalar(select(func.count()).select_from(conversations)) == 0
