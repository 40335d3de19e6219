"""No regular expression of the program can be kept busy for long by a text made for it, in the length that reaches it."""

from __future__ import annotations

import re

import pytest

from bot.errors import InputError
from bot.hearing import MAX_CHARACTERS, cleaned
from tests.hostile_patterns import hostile_texts, patterns, seconds

PASSAGE = 1_000
"""Characters of a passage, about; whole documents are read in a process of their own that is limited."""
HEADER = 60
"""Characters of a column's name; longer ones are not looked at."""
MOST_S = 1.0


def reaching(where: str, pattern: re.Pattern[str]) -> list[str]:
    """The hostile texts as they come to the pattern: a customer's cleaned, a passage's as they are."""
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
def test_no_pattern_takes_long_on_a_text_that_is_made_for_it():
    known = patterns()
    assert len(known) > 500
    slow = [
        (where, pattern.pattern[:80], text[:40])
        for where, pattern in known.items()
        for text in reaching(where, pattern)
        if seconds(pattern, text, MOST_S) > MOST_S
    ]
    assert slow == []


def test_a_pattern_that_explodes_is_caught():
    evil = re.compile(r"(?:a+)+!")
    assert any(seconds(evil, text, 0.05) > 0.05 for text in hostile_texts(evil, 60))


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
