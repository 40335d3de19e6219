from __future__ import annotations

from threading import Event, Thread

import pytest

from knowledge_base.once import Once


def test_threads_that_ask_for_the_same_at_the_same_time_share_one_making():
    begun, go_on, made, got = Event(), Event(), [], []

    def make(text: str) -> str:
        made.append(text)
        begun.set()
        go_on.wait(30)
        return text.upper()

    once = Once(make, most=4)
    threads = [Thread(target=lambda: got.append(once("tea"))) for _ in range(3)]
    threads[0].start()
    assert begun.wait(30)
    for thread in threads[1:]:
        thread.start()
    go_on.set()
    for thread in threads:
        thread.join(30)
    assert (made, got) == (["tea"], ["TEA"] * 3)


def test_the_latest_results_are_kept_and_the_oldest_made_again():
    made: list[str] = []
    once = Once(lambda text: made.append(text) or len(text), most=2)
    assert [once(text) for text in ("a", "bb", "a", "ccc", "bb", "a")] == [1, 2, 1, 3, 2, 1]
    assert made == ["a", "bb", "ccc", "bb", "a"]
    assert ("a" in once, "ccc" in once) == (True, False)


def test_what_could_not_be_made_is_tried_again():
    outcomes = iter([ValueError("cold"), "warm"])

    def make(text: str) -> str:
        outcome = next(outcomes)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    once = Once(make, most=2)
    with pytest.raises(ValueError, match="cold"):
        once("tea")
    assert once("tea") == "warm"
