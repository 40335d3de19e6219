"""Limits hold for all servers over one PostgreSQL database together: whoever is refused by one is refused by the others."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, func, select, update

import bot
from bot.serving.limits import RateLimiter, limiter_of
from bot.store.database import open_database
from bot.store.rate_limits import RateLimits, rate_limits
from tests.api_server import Customer, api_server


@pytest.fixture
def server_engine(postgres) -> Iterator[Engine]:
    with postgres.database("migrated") as url:
        engine = open_database(url)
        yield engine
        engine.dispose()


def test_of_parallel_takes_in_several_processes_no_more_pass_than_may(server_engine):
    limiters = [limiter_of(RateLimits(server_engine), "conversation", 6) for _ in range(4)]
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda number: limiters[number % 4].take("a talk"), range(40)))
    assert waits.count(0.0) == 6 and all(0 < wait <= 10 for wait in waits if wait)
    assert 0 < limiters[0].wait("a talk") <= 10 and limiters[0].wait("another") == 0.0
    assert limiters[3].take("another") == 0.0
    assert limiter_of(RateLimits(server_engine), "site", 6).take("a talk") == 0.0, "each limit counts for itself"
    with server_engine.connect() as connection:
        assert "talk" not in str(connection.execute(select(rate_limits.c.key)).all())


def move(engine: Engine, seconds: float) -> None:
    """As if the rows had been written so much later."""
    with engine.begin() as connection:
        connection.execute(update(rate_limits).values(whole_at=rate_limits.c.whole_at + seconds))


def test_an_allowance_grows_back_and_a_clock_that_was_set_back_locks_nobody_out(server_engine):
    limiter = limiter_of(RateLimits(server_engine), "conversation", 2)
    assert [limiter.take("a") > 0 for _ in range(3)] == [False, False, True]
    move(server_engine, -30)
    assert [limiter.take("a") > 0 for _ in range(2)] == [False, True]
    move(server_engine, 365 * 86400)
    assert limiter.wait("a") == 0.0
    assert [limiter.take("a") > 0 for _ in range(3)] == [False, False, True]


def test_what_is_whole_again_is_forgotten_in_the_end(server_engine, monkeypatch):
    limits = RateLimits(server_engine)
    limits.take("login", "somebody", 10.0)
    move(server_engine, -61)
    monkeypatch.setattr("bot.store.rate_limits._CLEANING", 1.0)
    limits.take("login", "somebody else", 10.0)
    with server_engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(rate_limits)) == 1


def test_a_file_of_sqlite_is_one_processs_and_needs_no_counting_in_it(migrated_sqlite):
    engine = open_database(f"sqlite:///{migrated_sqlite}")
    assert isinstance(limiter_of(RateLimits(engine), "conversation", 6), RateLimiter)
    engine.dispose()


def test_two_servers_over_one_database_let_pass_what_one_would(postgres, api_data, tmp_path):
    (data := tmp_path / "data").mkdir()
    shutil.copy(api_data / "shop.toml", data)
    settings = {"messages_per_minute": 4, "failed_identities_per_minute": 3, "requests_per_minute": 0}
    with postgres.database("migrated") as url, bot.open(data, database_url=url, **settings) as shopdesk:
        with api_server(shopdesk) as one, api_server(shopdesk) as two:
            customer = one.customer()
            servers = [Customer(server.http, customer.id, customer.token) for server in (one, two)]
            answers = [servers[n % 2].post("/messages", {"text": "Hello"}, Accept="application/json") for n in range(6)]
            assert [answer.status_code for answer in answers] == [200] * 4 + [429] * 2
            assert 1 <= int(answers[-1].headers["Retry-After"]) <= 15
            while not shopdesk.limits.take("login", "name:owner", 6.0):
                pass
            wrong = {"name": "owner", "password": "wrong"}
            assert [server.http.post("/console/login", data=wrong).status_code for server in (one, two)] == [429] * 2
            site = shopdesk.sites.add(["https://shop.example"], "Shop")
            begun = one.http.post("/api/v1/conversations", json={"site": site.key}).json()
            failing = [Customer(server.http, begun["id"], begun["token"]) for server in (one, two)]
            tried = [failing[n % 2].post("/identity", {"token": "a.b.c"}).status_code for n in range(5)]
            assert tried == [422] * 3 + [429] * 2
