"""Loads that the console begins: watched, called off, and one at a time."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.console.reasons import change_in, reason_in
from bot.errors import LoadError
from bot.loading.jobs import LoadJobs, LoadState
from bot.shopdesk import Shopdesk
from knowledge_base.indexing import Progress
from tests.small_shop import open_shop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shopdesk]:
    for number in range(5):
        (tmp_path / f"{number}.md").write_text(f"# Part {number}\n\nThe kettle number {number} boils water.")
    with open_shop(tmp_path / "data", encoder="builtin-static") as shopdesk:
        yield shopdesk


def test_a_load_is_told_step_by_step_and_what_it_did_in_the_end(shop: Shopdesk, tmp_path: Path) -> None:
    jobs, seen = shop.admin.loads, list[LoadState | None]()

    def load(progress: Progress) -> str:
        def watched(done: float, total: int | None) -> None:
            progress(done, total)
            seen.append(jobs.state)

        return shop.load([tmp_path / f"{number}.md" for number in range(5)], progress=watched).text()

    assert jobs.state is None
    jobs.begin("parts", load, shop.versions.discard)
    jobs.wait(30)
    shares = [state.share for state in seen if state is not None]
    assert len(shares) > 3 and shares == sorted(shares) and shares[0] < 0.5 and shares[-1] == 1
    assert all(state is not None and state.outcome is None and state.seconds_left is not None for state in seen)
    state = jobs.state
    assert state is not None and state.outcome == "done" and "5 added" in state.tell and not jobs.running


def test_a_load_that_is_called_off_leaves_no_trace_and_the_next_one_begins(shop: Shopdesk, tmp_path: Path) -> None:
    jobs, begun, go_on = shop.admin.loads, threading.Event(), threading.Event()

    def load(progress: Progress) -> str:
        def waiting(done: float, total: int | None) -> None:
            begun.set()
            go_on.wait(30)
            progress(done, total)

        return shop.load([tmp_path / "0.md"], progress=waiting).text()

    jobs.begin("parts", load, shop.versions.discard)
    assert begun.wait(30) and jobs.running
    with pytest.raises(LoadError, match="parts is being loaded"):
        jobs.begin("more", load, shop.versions.discard)
    jobs.cancel()
    go_on.set()
    jobs.wait(30)
    assert jobs.state is not None and jobs.state.outcome == "cancelled"
    assert shop.versions.stage() is None and shop.versions.all() == [] and shop.search("kettle") == []
    jobs.begin("parts", load, shop.versions.discard)
    jobs.wait(30)
    assert len(shop.search("kettle")) == 1


def test_what_keeps_a_load_from_its_end_is_told_in_one_sentence(shop: Shopdesk, tmp_path: Path) -> None:
    jobs = LoadJobs()
    for path, told in (("gone.md", "There is no file or directory"), ("0.md", "the log tells")):

        def load(progress: Progress, path: str = path) -> str:
            return shop.load([tmp_path / path], progress=None if path == "gone.md" else lambda done, total: 1 / 0).text()

        jobs.begin(path, load, shop.versions.discard)
        jobs.wait(30)
        assert jobs.state is not None and jobs.state.outcome == "failed" and told in str(jobs.state.failure)
        assert jobs.state.failure is not None and re.search("[一-鿿]", jobs.state.failure.said("zh"))


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("has no answer; fill it in or delete the row", "缺少答案：请补上或删除这一行"),
        ("is odd", "is odd"),
    ],
)
def test_reasons_are_told_in_the_language_of_the_page(reason: str, said: str) -> None:
    assert reason_in("zh", reason) == said and reason_in("en", reason) == reason


def test_what_a_version_changed_is_told_in_the_language_of_the_page_with_short_paths(tmp_path: Path) -> None:
    loaded = f"loaded {tmp_path}/uploads/a.csv, {tmp_path}/uploads/b.md"
    assert change_in("en", loaded, tmp_path) == "loaded uploads/a.csv, uploads/b.md"
    assert change_in("zh", loaded, tmp_path) == "载入 uploads/a.csv, uploads/b.md"
    assert change_in("zh", "loaded /srv/shop/orders.csv, /srv/docs", tmp_path) == "载入 orders.csv, docs"
    assert change_in("en", "loaded data/demo/orders.csv", Path("data")) == "loaded demo/orders.csv"
    assert change_in("zh", "rolled back to version 3", tmp_path) == "回到版本 3"
    assert change_in("en", "synchronised catalogue://", tmp_path) == "catalogue"
