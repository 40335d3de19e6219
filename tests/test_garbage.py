"""When Python looks through everything: never through what is kept for good, while nobody is answered, and at some time."""

from __future__ import annotations

import asyncio
import gc
from collections import deque
from collections.abc import Callable, Iterator

import pytest

from bot.running.garbage import keep_for_good, look_seldom, look_when_idle


@pytest.fixture(autouse=True)
def python_looks_as_before() -> Iterator[None]:
    """These tests change the whole process, and other tests may have."""
    before = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


def cycles(number: int) -> None:
    """Objects that only refer to each other, as a turn leaves them behind."""
    lately: deque[list[object]] = deque(maxlen=5_000)
    for _ in range(number):
        lately.append([])
        lately[-1].append(lately[-1])


async def looks(busy: Callable[[], bool], number: int, at_latest_s: float = 3600) -> int:
    """How often everything is looked through while so many cycles are left behind, and a moment later."""
    looking = asyncio.create_task(look_when_idle(busy, 0, at_latest_s))
    await asyncio.sleep(0)  # it has begun
    before = gc.get_stats()[2]["collections"]
    cycles(number)
    for _ in range(5):
        await asyncio.sleep(0)
    looking.cancel()
    await asyncio.gather(looking, return_exceptions=True)
    return int(gc.get_stats()[2]["collections"] - before)


def test_what_customers_leave_behind_goes_soon_though_what_stays_is_much():
    stays = [[number] for number in range(300_000)]
    keep_for_good()
    before = gc.get_stats()[2]["collections"]
    cycles(200_000)
    assert gc.get_stats()[2]["collections"] > before
    assert len(stays) == 300_000


def test_everything_is_looked_through_once_nobody_is_answered_and_only_if_something_was_left_behind():
    assert asyncio.run(looks(lambda: False, 400_000)) == 1
    assert asyncio.run(looks(lambda: False, 100)) == 0


def test_nobodys_answer_is_halted_unless_somebody_is_always_answered():
    assert asyncio.run(looks(lambda: True, 400_000)) == 0
    assert asyncio.run(looks(lambda: True, 400_000, at_latest_s=0)) == 1


def test_python_looks_as_before_once_nothing_is_served():
    asyncio.run(looks(lambda: False, 1))
    assert gc.get_threshold() == (700, 10, 10)


def test_a_command_that_makes_a_million_objects_is_not_halted_a_dozen_times():
    look_seldom()
    before = gc.get_stats()[0]["collections"]
    made = [[number] for number in range(1_000_000)]
    assert gc.get_stats()[0]["collections"] - before <= 20 < len(made)
