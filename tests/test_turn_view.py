from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from bot.console.turn_view import views
from bot.errors import InputError, ModelError
from bot.generation.composer import token
from bot.types import Intent, Reply, Sentiment, TurnEvent

REPLY = Reply("c", 1, "zh", Intent("stock", 0.9), Sentiment("neutral", 0.0), "answer", "有货。")


class Clock:
    """Tells the times that it is given, in seconds."""

    def __init__(self) -> None:
        self.time = 0.0

    def __call__(self) -> float:
        return self.time


def test_draws_at_most_ten_times_a_second_and_always_the_whole_text() -> None:
    clock = Clock()

    def written() -> Iterator[TurnEvent]:
        for number in range(100):
            clock.time = number * 0.02
            yield token(f"{number} ")
        yield TurnEvent("done", REPLY)

    drawn = list(views(written(), now=clock))
    assert 15 <= len(drawn) <= 21
    assert drawn[0] == {"status": "writing", "html": "<p>0</p>\n"}
    assert drawn[1]["html"].startswith("<p>0 1 2 3")
    assert (drawn[-1]["status"], drawn[-1]["language"], drawn[-1]["turn"], drawn[-1]["conversation"]) == ("done", "zh", 1, "c")


def test_a_reset_takes_the_place_of_what_was_shown() -> None:
    clock = Clock()

    def written() -> Iterator[TurnEvent]:
        yield token("It costs 5.")
        clock.time = 1
        yield token("It costs 7.", reset=True)

    assert [view["html"] for view in views(written(), now=clock)] == ["<p>It costs 5.</p>\n", "<p>It costs 7.</p>\n"]


@pytest.mark.parametrize(
    ("error", "note", "logged"),
    [(InputError("Please type."), "Please type.", 0), (ModelError("secret address"), None, 1), (OSError("disk full"), None, 1)],
)
def test_only_what_is_meant_for_customers_is_told_to_them(
    error: Exception, note: str | None, logged: int, caplog: pytest.LogCaptureFixture
) -> None:
    def fails() -> Iterator[TurnEvent]:
        yield token("")
        raise error

    with caplog.at_level(logging.ERROR):
        assert list(views(fails())) == [{"status": "refused", "note": note}]
    assert len(caplog.records) == logged
