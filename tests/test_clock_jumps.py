"""A clock that is set forward or back by an hour or a year locks nobody out, and nothing is deleted or sent by it."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

import bot
from bot.order_desk.proof import OrderProof, Said
from bot.order_desk.sql_system import SqlOrderSystem
from bot.running.steady_clock import CALM_S, SteadyClock
from bot.shop.catalogue import Catalogue
from bot.takeover.attendant import Attendant
from bot.takeover.delivery import Delivery
from tests.api_server import Customer
from tests.served_shop import serving

FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
HOUR, YEAR = 3600.0, 365 * 86400.0
JUMPS = [HOUR, -HOUR, YEAR, -YEAR]


class Hands:
    """Two clocks in the hands of a test."""

    def __init__(self) -> None:
        self.day, self.counted = 1_790_000_000.0, 50.0
        self.steady = SteadyClock(lambda: self.day, lambda: self.counted)

    def pass_(self, seconds: float) -> None:
        self.day, self.counted = self.day + seconds, self.counted + seconds


@pytest.mark.parametrize("jump", JUMPS)
def test_a_clock_that_jumped_is_not_trusted_for_an_hour(jump):
    hands = Hands()
    assert hands.steady.trusted()
    hands.pass_(5)
    hands.day += jump
    assert not hands.steady.trusted()
    hands.pass_(CALM_S - 10)
    assert not hands.steady.trusted()
    hands.pass_(20)
    assert hands.steady.trusted()


def test_small_corrections_and_time_that_passes_are_trusted():
    hands = Hands()
    for _ in range(100):
        hands.pass_(86400)
        hands.day += 30
        assert hands.steady.trusted()


def test_a_year_that_did_not_pass_deletes_no_conversation(api_data, tmp_path):
    data = shutil.copytree(api_data, tmp_path / "data")
    hands = Hands()
    with bot.open(data, keep_conversations_days=1e-9) as shopdesk:
        kept = shopdesk.reply("How long is the warranty?").conversation
        attendant = Attendant(shopdesk, shopdesk.outbox, Delivery.open(shopdesk.settings), clock=hands.steady)
        hands.day += YEAR
        attendant.look()
        assert len(shopdesk.conversations.replies(kept)) == 1
        hands.pass_(CALM_S + 1)
        attendant.look()
        assert shopdesk.conversations.replies(kept) == []


@pytest.mark.parametrize("back", [HOUR, YEAR])
def test_wrong_proofs_of_a_time_that_is_still_to_come_lock_nobody_out(engine, back):
    now = [2_000_000_000.0]
    proof = OrderProof(SqlOrderSystem(engine, Catalogue(engine).get), engine, lambda: now[0])

    def guess(number: int) -> object:
        return proof.order("SD-1", f"talk {number}", Said(email=f"{number}@example.com"))

    assert [guess(number) for number in range(6)] == ["not_found"] * 5 + ["locked"]
    now[0] -= back
    assert [guess(number) for number in range(10, 16)] == ["not_found"] * 5 + ["locked"], "and the lock is as strict as before"


@contextmanager
def served_by(
    data: Path, clock: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[httpx.Client, Callable[[float], None]]]:
    """The program serving ``data``, whose clock of the day goes wrong by the seconds that the second part is called with."""

    def set_off(seconds: float) -> None:
        clock.write_text(f"{seconds:+.0f}")

    set_off(0)
    given = {
        "LD_PRELOAD": str(FAKETIME), "FAKETIME_TIMESTAMP_FILE": str(clock), "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }  # fmt: skip
    for name, value in given.items():
        monkeypatch.setitem(os.environ, name, value)
    with serving(data) as server:
        for name in given:
            monkeypatch.delitem(os.environ, name)
        with httpx.Client(base_url=server.url, timeout=60) as http:
            yield http, set_off


def begin(http: httpx.Client) -> Customer:
    begun = http.post("/api/v1/conversations").json()
    return Customer(http, begun["id"], begun["token"])


@pytest.mark.slow
@pytest.mark.skipif(FAKETIME is None, reason="libfaketime is not installed: apt install libfaketime")
def test_customers_of_a_server_whose_clock_jumps_are_answered_all_the_time(api_data, tmp_path, monkeypatch):
    data = Path(shutil.copytree(api_data, tmp_path / "data"))
    with served_by(data, tmp_path / "clock", monkeypatch) as (http, set_off):
        customer = begin(http)
        customer.ask("How long is the warranty?")
        turns = 1
        for off in (HOUR, 0, -HOUR, 0, YEAR, 0, -YEAR, 0):
            set_off(off)
            shown = datetime.fromisoformat(http.post("/api/v1/conversations").json()["expires_at"]) - timedelta(days=30)
            assert abs((shown - datetime.now(UTC)).total_seconds() - off) < 60, "the server sees the clock that is set"
            started = time.monotonic()
            assert "24 months" in begin(http).ask("How long is the warranty?")["text"]
            assert time.monotonic() - started < 30
            assert http.get("/api/v1/ready").status_code == 200
            if abs(off) < YEAR:
                turns += 1
                assert customer.ask("Do you issue invoices?")["turn"] == turns, "the token opens it as before"
        assert len(customer.history()) == turns
