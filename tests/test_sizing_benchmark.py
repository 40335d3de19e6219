"""The sizing's arithmetic and its simulation, on costs that are given."""

from __future__ import annotations

import random

import pytest

from benchmarks.sizing import need, simulate


def test_ten_times_the_customers_take_ten_times_the_cores_and_none_less_than_one():
    few, some, many = (need(load, 5, 3, 0.6, [30.0], 700.0) for load in (10, 10_000, 100_000))
    assert (few.cores, some.cores, many.cores) == (1, 3, 21)
    assert many.messages_a_second_at_peak == pytest.approx(100_000 * 5 * 3 / 3600, rel=1e-3)
    assert many.memory_gb == pytest.approx(21 * 700 / 1024, abs=0.1)


def test_the_waits_are_those_that_queueing_theory_gives_for_one_server():
    chance = random.Random(3)
    costs = [chance.expovariate(1 / 100) for _ in range(20_000)]
    waits, wholes = simulate(5.0, 1, costs, 20_000.0, chance)
    assert sum(waits) / len(waits) == pytest.approx(100.0, rel=0.1), "M/M/1: load 0.5, mean wait = service time"
    assert sum(wholes) / len(wholes) == pytest.approx(200.0, rel=0.1)


def test_too_few_servers_make_the_customers_wait_longer_and_longer():
    waits, _ = simulate(20.0, 1, [100.0], 60.0, random.Random(1))
    assert waits[-1] > 10 * max(waits[: len(waits) // 20])
