"""Two servers over one PostgreSQL and one Chroma server: customers may reach either, and one may die."""

from __future__ import annotations

import gc
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

import bot
from tests.balancer import front
from tests.served_shop import QUESTIONS, load_shop, serving

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
MESSAGES = [question for question, _ in QUESTIONS[1:]]


@contextmanager
def chroma(directory: Path) -> Iterator[str]:
    """A Chroma server of its own; its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    program = Path(sys.executable).with_name("chroma")
    arguments = [program, "run", "--path", directory, "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}"
        with httpx.Client(transport=httpx.HTTPTransport(retries=8)) as client:  # waits 0.5, 1, 2 … s for the port to open
            client.get(f"{url}/api/v2/heartbeat").raise_for_status()
        yield url
    finally:
        process.kill()
        process.wait()


@pytest.fixture(autouse=True)
def _without_the_sockets_that_chroma_leaves() -> Iterator[None]:
    """Chroma's client keeps connections open when it is closed: they are collected here, not amid the next test."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def ask(url: str, conversation: dict[str, str], text: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {conversation['token']}", "Accept": "application/json"}
    return httpx.post(
        f"{url}/api/v1/conversations/{conversation['id']}/messages", json={"text": text}, headers=headers, timeout=60
    )


def said(url: str, conversation: dict[str, str]) -> list[str]:
    headers = {"Authorization": f"Bearer {conversation['token']}"}
    found = httpx.get(f"{url}/api/v1/conversations/{conversation['id']}/messages", headers=headers, timeout=60).json()
    return [message["text"] for message in found["messages"]]


def shop_of_two(stack: ExitStack, postgres: Any, tmp_path: Path) -> list[Path]:
    """A shop in one database and one vector store of their own, and the data directories of two servers over them."""
    shared = {
        "database_url": stack.enter_context(postgres.database()),
        "chroma_url": stack.enter_context(chroma(tmp_path / "chroma")),
    }
    for name in ("loader", "one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "shopdesk.toml").write_text("".join(f"{name} = {value!r}\n" for name, value in shared.items()))
    load_shop(tmp_path / "loader", tmp_path / "files")
    return [tmp_path / "one", tmp_path / "two"]


def test_conversations_and_knowledge_are_the_same_at_both_servers_and_outlive_one_of_them(postgres, tmp_path):
    with ExitStack() as stack:
        directories = shop_of_two(stack, postgres, tmp_path)
        servers = [stack.enter_context(serving(directory)) for directory in directories]
        talks = [httpx.post(f"{servers[0].url}/api/v1/conversations", json={}, timeout=60).json() for _ in range(3)]
        told: dict[str, list[str]] = {talk["id"]: [] for talk in talks}
        chance = random.Random(7)

        def go_on(times: int, running: list) -> None:
            for _ in range(times):
                talk, server, text = chance.choice(talks), chance.choice(running), chance.choice(MESSAGES)
                answer = ask(server.url, talk, text)
                assert answer.status_code == 200, answer.text
                told[talk["id"]].append(text)
                assert answer.json()["turn"] == len(told[talk["id"]])
                assert answer.json()["citations"] or answer.json()["products"] or answer.json()["abstained"]

        go_on(12, servers)
        assert all(said(server.url, talk) == told[talk["id"]] for server in servers for talk in talks)

        with bot.open(tmp_path / "loader") as third:
            (tmp_path / "gifts.md").write_text("# Gift wrapping\n\nGift wrapping costs 7 yuan for each parcel.", "utf-8")
            third.load([tmp_path / "gifts.md"])
        time.sleep(1.1)  # within a second the servers see what was published
        for server in servers:
            talk = httpx.post(f"{server.url}/api/v1/conversations", json={}, timeout=60).json()
            assert "7 yuan" in ask(server.url, talk, "How much does gift wrapping cost?").json()["text"]

        servers[0].process.kill()
        servers[0].process.wait()
        go_on(6, servers[1:])
        assert all(said(servers[1].url, talk) == told[talk["id"]] for talk in talks)


def test_two_who_load_at_once_leave_the_knowledge_whole(postgres, tmp_path):
    with postgres.database() as url, chroma(tmp_path / "chroma") as address:
        for name in ("one", "two"):
            (tmp_path / name / "files").mkdir(parents=True)
            for number in range(15):
                (tmp_path / name / "files" / f"{name}{number}.md").write_text(
                    f"# Rule {name} {number}\n\nRule {number} of {name} holds for {number} days."
                )
        code = (
            "import bot, sys\nwith bot.open(sys.argv[1], database_url=sys.argv[2], chroma_url=sys.argv[3]) as shop:\n"
            "    shop.load([sys.argv[1] + '/files'])"
        )
        loads = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path / name), url, address]) for name in ("one", "two")]
        assert [load.wait(300) for load in loads] == [0, 0]
        with bot.open(tmp_path / "three", database_url=url, chroma_url=address) as shop:
            counts = shop._knowledge.stats()
            assert (counts.documents, counts.pending, counts.staged) == (30, 0, 0)
            assert shop._knowledge._vectors.count("passages") == counts.vectors
            for name in ("one", "two"):
                assert f"Rule 7 of {name}" in shop.search(f"How long does rule 7 of {name} hold?", 3)[0]["text"]


def test_limits_wrong_proofs_and_a_person_who_takes_over_count_at_both_servers(postgres, tmp_path):
    with ExitStack() as stack:
        url = stack.enter_context(postgres.database())
        for name in ("third", "one", "two"):
            (tmp_path / name).mkdir()
            (tmp_path / name / "shopdesk.toml").write_text(f"database_url = {url!r}\nmessages_per_minute = 7\n")
        third = stack.enter_context(bot.open(tmp_path / "third"))
        (tmp_path / "orders.csv").write_text("order_id,email,status,placed_at\nSD-1,lin@example.com,shipped,2026-05-03\n")
        third.load([tmp_path / "orders.csv"])
        servers = [stack.enter_context(serving(tmp_path / name)) for name in ("one", "two")]

        def begin() -> dict[str, str]:
            return dict(httpx.post(f"{servers[0].url}/api/v1/conversations", json={}, timeout=60).json())

        guessing = begin()
        guesses = [f"Where is order SD-1? My e-mail is x{n}@example.com" for n in range(6)]
        replies = [ask(servers[n % 2].url, guessing, guess).json()["text"] for n, guess in enumerate(guesses)]
        assert ["15 minutes" in reply for reply in replies] == [False] * 5 + [True]

        talk = begin()
        httpx.post(
            f"{servers[0].url}/api/v1/conversations/{talk['id']}/handover",
            headers={"Authorization": f"Bearer {talk['token']}"}, timeout=60,
        ).raise_for_status()  # fmt: skip
        waiting = third.handovers.current(talk["id"])
        assert waiting is not None and third.handovers.take(waiting.id, "Mia", "a secret")
        for server in servers:
            reply = ask(server.url, talk, "Are you there?").json()
            assert (reply["writer"], reply["text"]) == ("agent", "")
        third.handovers.release(waiting.id, "a secret")
        assert ask(servers[1].url, talk, "Hello").json()["text"]

        flooding = begin()
        statuses = [ask(servers[n % 2].url, flooding, "Hello").status_code for n in range(12)]
        assert statuses[:7] == [200] * 7 and 429 in statuses[7:9]


class Chats:
    """Customers who ask one question after the other through one address, as long as the block lasts."""

    def __init__(self, url: str, number: int = 4) -> None:
        self._url, self._over = url, threading.Event()
        self._threads = [threading.Thread(target=self._talk, args=(random.Random(place),)) for place in range(number)]
        self.answered = 0
        self.failed: list[str] = []

    def __enter__(self) -> Chats:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def go_on(self, messages: int) -> None:
        """Until so many more are answered."""
        until = self.answered + messages
        while self.answered < until:
            assert not self.failed
            time.sleep(0.1)

    def _talk(self, chance: random.Random) -> None:
        while not self._over.is_set():
            try:
                conversation = httpx.post(f"{self._url}/api/v1/conversations", json={}, timeout=60).json()
                for turn in (1, 2):
                    answer = ask(self._url, conversation, chance.choice(MESSAGES))
                    assert (answer.status_code, answer.json()["turn"]) == (200, turn), answer.text
                    self.answered += 1
            except Exception as error:  # whatever a customer may meet
                self.failed.append(repr(error))


def test_servers_that_are_stopped_and_started_one_after_the_other_refuse_nobody(postgres, tmp_path):
    with ExitStack() as stack:
        directories = shop_of_two(stack, postgres, tmp_path)
        servers = [stack.enter_context(serving(directory)) for directory in directories]
        address = stack.enter_context(front([server.port for server in servers]))
        with Chats(address.url) as chats:
            for place, directory in enumerate(directories):
                chats.go_on(10)
                servers[place].process.send_signal(signal.SIGTERM)
                assert servers[place].process.wait(60) == 0
                address.ports[place] = stack.enter_context(serving(directory)).port
            chats.go_on(10)
        assert chats.failed == [] and len(address.taken) == 4
