"""A full disk, a read-only one and a locked database, amid chats, order changes and loads: on real ones, while serving."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

import bot
from bot.console.reasons import reason_in
from bot.errors import DataDirectoryError
from knowledge_base.errors import VectorStoreError
from knowledge_base.vector_store import VectorStore
from tests.api_server import KEY, Api, Customer, api_server
from tests.served_shop import serving

QUESTION, ANSWER = "How long is the warranty?", "24 months"
SORRY = ("The assistant cannot answer just now", "The shop's data cannot be read or written just now")
UNLIMITED = {"messages_per_minute": 0, "requests_per_minute": 0}


@contextmanager
def small_disk(api_data: Path, place: Path) -> Iterator[Path]:
    """A small disk of its own at ``place``, with the small shop's data and 3 MB of room."""
    place.mkdir(exist_ok=True)
    used = sum(file.stat().st_size for file in api_data.rglob("*") if file.is_file())
    mount = ["mount", "-t", "tmpfs", "-o", f"size={used // 1024 + 3000}k", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("Only root may mount a small disk; the slow tests limit the size of files in its place.")
    try:
        shutil.copytree(api_data, place / "data")
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


@pytest.fixture(scope="module")
def disk(api_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with small_disk(api_data, tmp_path_factory.mktemp("disk")) as place:
        yield place


@pytest.fixture(scope="module")
def small(disk: Path) -> Iterator[Api]:
    """The shop on the small disk, served."""
    with bot.open(disk / "data", api_key=KEY, **UNLIMITED) as shopdesk, api_server(shopdesk) as server:
        yield server


@pytest.fixture(autouse=True)
def _looks_anew_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.running.readiness.GOOD_FOR_S", 0.0)


@contextmanager
def filled(disk: Path) -> Iterator[None]:
    """The disk without a byte left, during the block."""
    with (disk / "ballast").open("wb", buffering=0) as ballast:
        try:
            while True:
                ballast.write(bytes(4096))
        except OSError as error:
            assert "No space left" in str(error)
    try:
        yield
    finally:
        (disk / "ballast").unlink()


@contextmanager
def locked(data: Path) -> Iterator[None]:
    """Another program has the database for itself, during the block."""
    other = sqlite3.connect(data / "shopdesk.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        other.rollback()
        other.close()


@contextmanager
def read_only(data: Path) -> Iterator[None]:
    """The directory without the right to write, during the block; root, who needs no rights, sees it mounted read-only."""
    if os.geteuid() == 0:
        for options in (["--bind", str(data), str(data)], ["-o", "remount,ro,bind", str(data)]):
            if subprocess.run(["mount", *options], capture_output=True, check=False).returncode != 0:
                pytest.skip("Nothing can be mounted here.")
        undo = ["umount", str(data)]
    else:
        subprocess.run(["chmod", "-R", "a-w", str(data)], check=True)
        undo = ["chmod", "-R", "u+w", str(data)]
    try:
        yield
    finally:
        subprocess.run(undo, check=True)


def not_ready(http: httpx.Client) -> str:
    """Why the server is not ready; it lives all the same."""
    assert http.get("/api/v1/health").status_code == 200
    refused = http.get("/api/v1/ready")
    assert refused.status_code == 503 and refused.headers["Retry-After"]
    return str(refused.json()["detail"])


def is_sorry(answer: httpx.Response) -> None:
    """One clear sentence, to be tried again."""
    assert answer.status_code == 503 and answer.headers["Retry-After"]
    assert answer.json()["detail"].startswith(SORRY)


def test_on_a_full_disk_customers_get_one_sentence_and_afterwards_everything_is_there(disk, small):
    customer = small.customer()
    kept = [customer.ask(QUESTION)["text"]]
    with filled(disk):
        is_sorry(customer.post("/messages", {"text": QUESTION}, **{"Idempotency-Key": "a", "Accept": "application/json"}))
        name, _, data = customer.stream("保修期多长？")[-1]
        assert (name, data["status"]) == ("error", 503) and data["message"].startswith(SORRY)
        is_sorry(small.http.post("/api/v1/conversations"))
        is_sorry(customer.post("/feedback", {"turn": 1, "rating": "up"}))
        assert [turn["reply"]["text"] for turn in customer.history()] == kept, "what was acknowledged can be read"
        assert "disk is full" in not_ready(small.http)
        with pytest.raises(DataDirectoryError, match="free some space"):
            small.shopdesk.load([_new_document(disk)])
    for text, key in ((QUESTION, "a"), (QUESTION, "b")):
        answer = customer.post("/messages", {"text": text}, **{"Idempotency-Key": key, "Accept": "application/json"})
        assert ANSWER in answer.json()["text"]
        kept.append(answer.json()["text"])
    assert [turn["reply"]["text"] for turn in customer.history()] == kept
    assert customer.post("/feedback", {"turn": 1, "rating": "up"}).status_code == 204
    small.shopdesk.load([_new_document(disk)])
    assert "77 boxes" in small.customer().ask("How many boxes does the cellar hold?")["text"]


def test_a_vector_store_on_a_full_disk_asks_for_room_and_not_to_be_made_again(api_data, tmp_path):
    with small_disk(api_data, tmp_path / "disk") as place:
        with filled(place), pytest.raises(VectorStoreError, match="full: free some space") as told:
            VectorStore(place / "empty")
        assert "rebuild" not in str(told.value) and "请腾出空间" in reason_in("zh", str(told.value))
        assert VectorStore(place / "made later").count("passages") == 0


def test_an_order_that_a_full_disk_kept_from_being_cancelled_is_cancelled_once_by_the_next_yes(disk, small):
    customer = small.customer()
    for text in ("I want to cancel order SD-1003, my email is mia@example.com", "no longer needed"):
        asked = customer.ask(text)["asks"]
    assert asked == ["confirmation"]
    with filled(disk):
        is_sorry(customer.post("/messages", {"text": "yes"}, Accept="application/json"))
    assert small.shopdesk.order_changes() == []
    customer.ask("yes")
    customer.ask("yes")
    assert [change["order_id"] for change in small.shopdesk.order_changes()] == ["SD-1003"]


def test_whoever_speaks_while_the_database_is_locked_waits_and_is_answered(disk, small):
    customer = small.customer()
    with ThreadPoolExecutor(1) as pool:
        with locked(disk / "data"):
            waiting = pool.submit(customer.ask, QUESTION)
            assert "locked" in not_ready(small.http)
            assert not waiting.done()
        assert ANSWER in waiting.result(20)["text"]
    assert small.http.get("/api/v1/ready").status_code == 200


def test_a_stranger_is_not_told_why_the_server_is_not_ready(disk, small):
    with locked(disk / "data"):
        strange = {"X-Forwarded-For": "203.0.113.9"}
        refused = small.http.get("/api/v1/ready", headers=strange)
        assert refused.status_code == 503 and "locked" not in refused.text
        assert "locked" in small.http.get("/api/v1/ready", headers={**strange, "Authorization": f"Bearer {KEY}"}).text
    assert small.http.get("/api/v1/ready", headers=strange).json()["status"] == "ok"


@pytest.mark.slow
def test_a_lock_that_outlasts_patience_is_one_sentence_and_nothing_is_half_done(disk, small):
    customer = small.customer()
    customer.ask(QUESTION)
    with locked(disk / "data"):
        is_sorry(customer.post("/messages", {"text": QUESTION}, Accept="application/json"))
        with pytest.raises(DataDirectoryError, match="locked"):
            small.shopdesk.load([_new_document(disk)])
    assert customer.ask("Do you issue invoices?")["turn"] == 2
    small.shopdesk.load([_new_document(disk)])


def test_a_read_only_directory_is_told_in_one_sentence(api_data, run, tmp_path):
    data = Path(shutil.copytree(api_data, tmp_path / "data"))
    with read_only(data):
        told = run("ask", QUESTION, "--data", str(data), cwd=tmp_path)
        assert (told.returncode, told.stderr.count("\n")) == (1, 1) and "correct its permissions" in told.stderr
    assert ANSWER in run("ask", QUESTION, "--data", str(data), cwd=tmp_path).stdout


@pytest.mark.slow
def test_a_server_whose_files_may_not_grow_is_not_ready_and_recovers_by_itself(api_data, tmp_path):
    """A limit on the size of the process's files takes the place of a full disk where no disk can be mounted."""
    data = Path(shutil.copytree(api_data, tmp_path / "data"))
    with serving(data) as server, httpx.Client(base_url=server.url, timeout=60) as http:
        customer = _customer(http)
        customer.ask(QUESTION)
        before = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (4096, before[1]))
        is_sorry(customer.post("/messages", {"text": QUESTION}, Accept="application/json"))
        assert "cannot be read or written" in not_ready(http)
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, before)
        assert customer.ask("Do you issue invoices?")["turn"] == 2
        assert [turn["text"] for turn in customer.history()] == [QUESTION, "Do you issue invoices?"]


def _customer(http: httpx.Client) -> Customer:
    begun = http.post("/api/v1/conversations").json()
    return Customer(http, begun["id"], begun["token"])


def _new_document(disk: Path) -> Path:
    path = disk.with_name(f"{disk.name}.cellar.md")
    path.write_text("# Cellar\n\nThe cellar holds 77 boxes of wine.\n", "utf-8")
    return path
