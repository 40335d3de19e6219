"""Whole conversations as data, by the runner that owners use: with the small shop, and with the demo shop that ships."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo
from pathlib import Path

import pytest

import bot
from bot.conversation_tests.cases import Case, read_cases
from bot.conversation_tests.running import run
from bot.demo_shop import directory
from bot.serving.demo import CONTENT, copy_profile
from bot.shopdesk import Shopdesk
from tests.small_shop import stocked


def cases(folder: Path) -> list[Case]:
    return [case for path in sorted(folder.glob("*.yaml")) for case in read_cases(path)]


HERE = Path(__file__).parent
SMALL, DEMO = cases(HERE / "conversations"), cases(directory() / "conversations")
DATED = cases(HERE / "demo_conversations")
"""On the demo shop, of orders that can be sent back for thirty days after they came, in November 2026."""


class ThatDay(datetime):
    """A clock that stands still on a day on which these can be sent back, and older ones no more."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> ThatDay:
        return cls(2026, 11, 18, 12, tzinfo=tz)


@pytest.fixture
def that_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.order_desk.counter.datetime", ThatDay)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shopdesk]:
    with stocked(tmp_path_factory.mktemp("shop")) as shopdesk:
        yield shopdesk


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shopdesk]:
    data = tmp_path_factory.mktemp("demo")
    copy_profile(data)
    with bot.open(data) as shopdesk:
        shopdesk.load([directory() / name for name in CONTENT])
        yield shopdesk


@pytest.mark.parametrize("case", SMALL, ids=[f"{case.file}: {case.name}" for case in SMALL])
def test_a_conversation_goes_as_written(shop: Shopdesk, case: Case) -> None:
    [result] = run(shop, [case])
    assert result.failure is None, result.failure.text()


@pytest.mark.usefixtures("that_day")
@pytest.mark.parametrize("case", DEMO, ids=[f"{case.file}: {case.name}" for case in DEMO])
def test_a_customer_of_the_demo_shop_is_served_as_written(demo: Shopdesk, case: Case) -> None:
    [result] = run(demo, [case])
    assert result.failure is None, result.failure.text()


@pytest.mark.usefixtures("that_day")
@pytest.mark.parametrize("case", DATED, ids=[f"{case.file}: {case.name}" for case in DATED])
def test_a_customer_whose_time_for_returns_runs_is_served_as_written(demo: Shopdesk, case: Case) -> None:
    [result] = run(demo, [case])
    assert result.failure is None, result.failure.text()


def test_both_languages_are_tried_alike() -> None:
    for found, least in ((SMALL, 15), (DEMO, 30), (DATED, 4)):
        counts = {file: sum(case.file == file for case in found) for file in {case.file for case in found}}
        assert set(counts) == {"en.yaml", "zh.yaml"} and min(counts.values()) >= least
