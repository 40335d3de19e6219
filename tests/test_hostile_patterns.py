"""No regular expression of the program can be kept busy for long by a text made for it, in the length that reaches it."""

from __future__ import annotations

import contextlib
import random
import re
import time

import pytest

from bot.errors import InputError
from bot.turn.hearing import MAX_CHARACTERS, cleaned
from knowledge_base.loading.formats import parse
from knowledge_base.loading.parsed import Unreadable
from tests.hostile_patterns import Used, effort, hostile_texts, patterns, plain_search

PASSAGE = 1_000
"""Characters of a passage, about; whole documents are read in a process of their own that is limited."""
HEADER = 60
"""Characters of a column's name; longer ones are not looked at."""
MOST, MOST_OF_A_PATTERN, MOST_OF_A_TURN = 160, 16, 100
"""In plain searches, see :func:`tests.hostile_patterns.plain_search`: where a search is ended; five times what any pattern
takes; three times what a turn takes."""
LITTLE_OF_A_FILE, GROWTH = 10, 9
"""A file's reading may grow with its length, not with the square: four times as long, at most nine times what a quarter takes,
or what is little (in plain searches), whichever is more."""


def reaching(where: str, pattern: re.Pattern[str]) -> list[str]:
    """The hostile texts as they come to the pattern: a customer's cleaned, others plain."""
    if where.startswith("knowledge_base/loading/tables.py"):
        return list(hostile_texts(pattern, HEADER))
    if where.startswith("knowledge_base/"):
        return list(hostile_texts(pattern, PASSAGE))
    texts = []
    for text in hostile_texts(pattern, MAX_CHARACTERS):
        try:
            texts.append(cleaned(text))
        except InputError:
            continue
    return texts


@pytest.mark.slow
def test_no_pattern_takes_more_than_a_few_plain_searches_on_a_text_that_is_made_for_it():
    known = patterns()
    assert len(known) > 500
    slow = [
        (where, used.pattern.pattern[:80], text[:40])
        for where, used in known.items()
        for text in reaching(where, used.pattern)
        if min(effort(used, text, MOST) for _ in range(3)) > MOST_OF_A_PATTERN
    ]
    assert slow == []


REPEATED = (
    "1元",
    "市",
    "不",
    "for",
    "n't ",
    "我的",
    "地址改成",
    "1-",
    "a@",
    "12 A ",
    "的" * 7 + "吗",
    "kg\n",
    "1,",
    "１",
    ", ",
)


def told_at_length() -> list[str]:
    """Messages of the greatest length: a little again and again, and one word or number without end."""
    chance = random.Random(1)
    endless = [
        "".join(chance.choice(signs) for _ in range(MAX_CHARACTERS)) for signs in ("0123456789", "abcdefgh", "买退货运费的")
    ]
    return [(part * MAX_CHARACTERS)[:MAX_CHARACTERS] for part in REPEATED] + endless


@pytest.mark.slow
@pytest.mark.parametrize("text", told_at_length(), ids=lambda text: text[:8])
def test_a_turn_takes_little_of_the_processor_for_the_longest_message(api, text):
    for ordinary in ("how long does delivery take", "快递几天到"):  # loads what first turns load
        api.shopdesk.reply(ordinary)
    start = time.process_time()
    assert api.shopdesk.reply(text).text
    assert time.process_time() - start < MOST_OF_A_TURN * plain_search()


@pytest.mark.slow
@pytest.mark.parametrize("part", ["a", "的", ", ", "!?", "!" * 39 + "a", " " * 39 + "a", "\u200b", "\n\t", "\ud800"])
def test_a_hundred_thousand_characters_are_refused_at_the_effort_of_a_few_plain_searches(part):
    text, times = (part * FILE)[:FILE], []
    for _ in range(3):
        start = time.process_time()
        with contextlib.suppress(InputError):
            assert len(cleaned(text)) <= MAX_CHARACTERS
        times.append(time.process_time() - start)
    assert min(times) < MOST_OF_A_PATTERN * plain_search()


FILE = 100_000
IN_FILES = (
    *(
        " ",
        "\n",
        "\t",
        "a \n",
        "[",
        "![",
        "[a](",
        "[[]",
        "<",
        "<a ",
        "<div>",
        "<!--",
        "<p>",
        "# ",
        "- ",
        "> ",
        "|a",
        "**a",
        "`",
        "_a",
    ),
    *("[{", "1. ", "* * ", "&amp", "](", "~~~\n", "</details>", "，", "的", '"', '""', ",", "问：", "Q: ", "a:", "--", "1,"),
)


def reading(kind: str, part: str, length: int) -> float:
    """The seconds of this thread that a file takes which repeats a part: other tests' servers work in this process, too."""
    start, text = time.thread_time(), f"Q{part}{(part * length)[:length]}"
    with contextlib.suppress(Unreadable):
        parse(kind, text.encode(), "hostile")
    return time.thread_time() - start


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["md", "txt", "html"])
def test_reading_a_file_that_is_made_for_it_grows_with_its_length_and_not_with_the_square(kind):
    little = LITTLE_OF_A_FILE * plain_search()

    def out_of_hand(part: str) -> bool:
        return reading(kind, part, FILE) > GROWTH * max(reading(kind, part, FILE // 4), little)

    assert [part for part in IN_FILES if out_of_hand(part) and out_of_hand(part)] == []  # twice: a busy machine measures badly


def test_a_pattern_that_explodes_is_caught():
    evil = re.compile(r"(?:a+)+!")
    assert any(effort(Used(evil), text, 4) == float("inf") for text in hostile_texts(evil, 60))


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("How" + " " * 3000 + "much?", "How much?"),
        ("Hello" + "," * 3000 + "you", "Hello,you"),
        ("Wait......", "Wait......"),
        ("a\n\n\nb", "a\n\n\nb"),
        ("-" * 30, "-" * 30),
    ],
)
def test_long_runs_of_blanks_and_signs_are_shortened_and_short_ones_stay(said, read):
    assert cleaned(said) == read
