"""No regular expression of the program can be kept busy for long by a text made for it, in the length that reaches it."""

from __future__ import annotations

import contextlib
import random
import re
import time

import pytest

from bot.errors import InputError
from bot.hearing import MAX_CHARACTERS, cleaned
from knowledge_base.loading.formats import parse
from knowledge_base.loading.parsed import Unreadable
from tests.hostile_patterns import Used, hostile_texts, patterns, seconds

PASSAGE = 1_000
"""Characters of a passage, about; whole documents are read in a process of their own that is limited."""
HEADER = 60
"""Characters of a column's name; longer ones are not looked at."""
MOST_S = 1.0
MOST_OF_A_PATTERN_S = 0.1
"""Of the processor: five times what any takes, since a busy machine makes all slower."""
MOST_OF_A_TURN_S = 0.6
"""Three times what one takes."""
WORTH_COMPARING_S = 0.01
"""What takes less than that cannot be told from chance."""


def reaching(where: str, pattern: re.Pattern[str], share: float = 1.0) -> list[str]:
    """The hostile texts as they come to the pattern, at a ``share`` of their length: a customer's cleaned, others plain."""
    if where.startswith("knowledge_base/loading/tables.py"):
        return list(hostile_texts(pattern, round(HEADER * share)))
    if where.startswith("knowledge_base/"):
        return list(hostile_texts(pattern, round(PASSAGE * share)))
    texts = []
    for text in hostile_texts(pattern, round(MAX_CHARACTERS * share)):
        try:
            texts.append(cleaned(text))
        except InputError:
            continue
    return texts


@pytest.mark.slow
def test_no_pattern_takes_long_on_a_text_that_is_made_for_it():
    known = patterns()
    assert len(known) > 500
    slow = [
        (where, used.pattern.pattern[:80], text[:40])
        for where, used in known.items()
        for text in reaching(where, used.pattern)
        if min(seconds(used, text, MOST_S) for _ in range(3)) > MOST_OF_A_PATTERN_S
    ]
    assert slow == []


@pytest.mark.slow
def test_no_pattern_takes_sixteen_times_as_long_on_a_text_that_is_four_times_as_long():
    """A ratio of two times on one machine: a pattern whose time grows with the square of its text has one of sixteen."""

    def least(used: Used, text: str, times: int) -> float:
        return min(seconds(used, text, MOST_S, time.perf_counter) for _ in range(times))

    grown = []
    for where, used in patterns().items():
        for short, long in zip(reaching(where, used.pattern, 0.25), reaching(where, used.pattern), strict=False):
            if least(used, long, 2) > WORTH_COMPARING_S and least(used, long, 7) > 11 * least(used, short, 7):
                grown.append((where, used.pattern.pattern[:80], long[:40]))
    assert grown == []


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
    start = time.process_time()
    assert api.shopdesk.reply(text).text
    assert time.process_time() - start < MOST_OF_A_TURN_S


@pytest.mark.slow
@pytest.mark.parametrize("part", ["a", "的", ", ", "!?", "!" * 39 + "a", " " * 39 + "a", "\u200b", "\n\t", "\ud800"])
def test_a_hundred_thousand_characters_are_refused_in_a_tenth_of_a_second(part):
    text, times = (part * FILE)[:FILE], []
    for _ in range(3):
        start = time.process_time()
        with contextlib.suppress(InputError):
            assert len(cleaned(text)) <= MAX_CHARACTERS
        times.append(time.process_time() - start)
    assert min(times) < 0.1


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


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["md", "txt", "html"])
def test_a_file_that_is_made_for_it_is_read_or_refused_soon(kind):
    late = []
    for part in IN_FILES:
        start, text = time.process_time(), f"Q{part}{(part * FILE)[:FILE]}"
        with contextlib.suppress(Unreadable):
            parse(kind, text.encode(), "hostile")
        late += [part] if time.process_time() - start > 3 * MOST_S else []
    assert late == []


def test_a_pattern_that_explodes_is_caught():
    evil = re.compile(r"(?:a+)+!")
    assert any(seconds(Used(evil), text, 0.05) > 0.05 for text in hostile_texts(evil, 60))


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
