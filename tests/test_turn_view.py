from __future__ import annotations

import logging
from collections.abc import Iterator
from threading import Event

import pytest

from bot.console.turn_view import views
from bot.errors import InputError, ModelError
from bot.generation.composer import token
from bot.types import Citation, Intent, ProductCard, Reply, Sentiment, TurnEvent

REPLY = Reply("c", 1, "zh", Intent("stock", 0.9), Sentiment("neutral", 0.0), "answer", "有货。")


def test_what_is_written_is_drawn_while_the_writer_pauses_and_the_whole_reply_at_the_end() -> None:
    go_on = Event()

    def written() -> Iterator[TurnEvent]:
        for word in ("In ", "stock, ", "yes."):
            yield token(word)
        assert go_on.wait(20)
        yield TurnEvent("done", REPLY)

    drawn = views(written(), between=0)
    while "<p>In stock, yes.</p>" not in (view := next(drawn))["html"]:
        assert view["status"] == "writing"
    go_on.set()
    (last,) = drawn
    assert (last["status"], last["language"], last["turn"], last["conversation"]) == ("done", "zh", 1, "c")


def test_words_that_come_quickly_are_drawn_together() -> None:
    written = [*(token(f"{number} ") for number in range(500)), TurnEvent("done", REPLY)]
    assert [view["status"] for view in views(iter(written), between=60)][-1] == "done"
    assert len(list(views(iter(written), between=60))) <= 3


def test_a_reset_takes_the_place_of_what_was_shown() -> None:
    seen = Event()

    def written() -> Iterator[TurnEvent]:
        yield token("It costs 5.")
        assert seen.wait(20)
        yield token("It costs 7.", reset=True)
        seen.clear()
        assert seen.wait(20)

    drawn = views(written(), between=0)
    for html in ("<p>It costs 5.</p>", "<p>It costs 7.</p>"):
        assert html in next(drawn)["html"]
        seen.set()


def test_sources_and_products_are_drawn_before_the_next_questions_are_found() -> None:
    go_on = Event()
    card = ProductCard("K-1", "Kettle", 12.5, "EUR", 5, None)

    def written() -> Iterator[TurnEvent]:
        yield token("Yes [1].")
        yield TurnEvent("citations", (Citation(1, "x", "faq.csv", "Questions", "Kettles are in stock."),))
        yield TurnEvent("products", (card,))
        assert go_on.wait(20)
        yield TurnEvent("done", REPLY)

    drawn = views(written(), between=60)
    while "Kettles are in stock." not in (view := next(drawn))["html"]:
        pass
    assert view["status"] == "writing" and "Kettle</p>" in view["html"]
    go_on.set()
    assert next(drawn)["status"] == "done"


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


def test_a_turn_is_finished_even_when_the_page_is_closed() -> None:
    closed, stored = Event(), Event()

    def written() -> Iterator[TurnEvent]:
        yield token("Yes")
        assert closed.wait(20)
        stored.set()
        yield TurnEvent("done", REPLY)

    drawn = views(written())
    next(drawn)
    drawn.close()  # type: ignore[attr-defined]
    closed.set()
    assert stored.wait(20)
