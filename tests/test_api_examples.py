"""The curl examples of the documentation, run as they are written."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator

import pytest

import bot
from tests.api_server import Api, api_server, events_of
from tests.documentation import page_named

KEY = "a-long-secret-of-yours"
PAGES = [
    pytest.param(path, words, id=path.name) for path, words in zip(page_named("http-api"), ("30 days", "30 天"), strict=True)
]


@pytest.fixture(scope="module")
def example_server(api_data, tmp_path_factory) -> Iterator[Api]:
    data = shutil.copytree(api_data, tmp_path_factory.mktemp("examples") / "data")
    with bot.open(data, api_key=KEY) as shopdesk, api_server(shopdesk) as server:
        yield server


def run(server: Api, script: str) -> list[str]:
    """What each curl command of the script printed."""
    marked = re.sub(r"^(curl .*)$", r"\1; printf '\\0'", script, flags=re.MULTILINE)
    command = ["bash", "-euo", "pipefail", "-c", marked.replace("127.0.0.1:7860", f"127.0.0.1:{server.port}")]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=30, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split("\0")[:-1]


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize(("path", "words"), PAGES)
def test_the_curl_examples_work_as_written(example_server, path, words):
    text = path.read_text("utf-8")
    conversation, completion = (block for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) if "curl -sS" in block)
    stream, reply, history, feedback, handover, health, metrics = run(example_server, conversation)
    events = events_of(stream)
    assert events[-1][0] == "done" and words in events[-1][2]["text"]
    assert json.loads(reply)["turn"] == 2
    assert [turn["turn"] for turn in json.loads(history)["messages"]] == [1, 2]
    assert feedback == "" and json.loads(handover)["handover"]["reason"] == "requested"
    assert json.loads(health)["status"] == "ok" and "shopdesk_turns_total" in metrics
    (answer,) = run(example_server, completion)
    assert f"SHOPDESK_API_KEY={KEY}" in text and words in json.loads(answer)["choices"][0]["message"]["content"]
