"""What a question asks beyond the subject that a passage's head names, and which sentence says it."""

from functools import cache

import hypothesis
import pytest
from hypothesis import strategies as st

from bot.generation.alignment import Alignment, WordVectors
from bot.generation.focus import focus, given, pieces
from bot.generation.selection import Selector
from knowledge_base.static_encoder import StaticEncoder
from tests.briefs import evidence

ENCODER = cache(StaticEncoder.load)
VECTORS = cache(lambda: WordVectors(ENCODER().weighted))


@pytest.mark.parametrize(
    ("question", "title", "opening", "named", "left"),
    [
        ("云朵枕的枕套是什么材质？", "", "云朵枕是一款记忆棉枕头。", "云朵", "套材质"),
        ("雲朵枕多高？", "云朵枕", "记忆棉枕头，高 12 厘米。", "云朵枕", ""),
        ("What colour is the Nimbus kettle?", "", "The Nimbus kettle boils a litre.", ["nimbus"], ["color"]),
        ("Where is it made?", "Kettle", "It boils a litre.", [], ["made"]),
    ],
)
def test_the_subject_that_the_head_names_is_given_and_the_rest_is_the_focus(question, title, opening, named, left):
    known = given(question, title, opening)
    assert set(named) <= known
    assert set(left) <= pieces(question) - known


def test_question_words_and_grammar_are_no_pieces():
    assert pieces("这是什么颜色的？") == frozenset("颜色")
    assert pieces("Which of the colours is it?") == frozenset(("color",))


@pytest.mark.parametrize(
    ("question", "text", "answer"),
    [
        ("云朵枕的枕套是什么材质？", "云朵枕是一款记忆棉枕头，云朵枕很软。适合侧睡。枕套的材质为天丝。", "枕套的材质为天丝。"),
        (
            "云朵枕由哪家工厂生产？",
            "云朵枕是一款记忆棉枕头。它由南通的工厂生产。云朵枕有两种颜色。",
            "它由南通的工厂生产。",
        ),
        (
            "What is the Nimbus kettle made of?",
            "The Nimbus kettle boils a litre of water. Its body is made of steel. The Nimbus kettle has a lamp.",
            "Its body is made of steel.",
        ),
    ],
)
@pytest.mark.parametrize("vectors", [True, False])
def test_a_sentence_that_leaves_out_the_subject_is_found(question, text, answer, vectors):
    selector = Selector(ENCODER().encode, VECTORS()) if vectors else Selector()
    assert selector.ranking(question, [evidence(text, language="zh" if "云" in text else "en")])[0].text == answer


def test_what_the_sentence_before_says_counts_within_a_passage_only():
    texts = ["The lamp flickers.", "Then replace the battery.", "Then replace the battery."]
    near = Alignment("flickering lamp", texts, VECTORS())
    for judged in (focus("flickering lamp", texts, [0, 0, 1], [frozenset()] * 3, near),
                   focus("flickering lamp", texts, [0, 0, 1], [frozenset()] * 3)):  # fmt: skip
        assert judged.before[1] > 0
        assert judged.before[0] == judged.before[2] == 0


def test_nothing_is_missing_where_the_head_gives_every_word():
    judged = focus("云朵枕", ["云朵枕很软。", "可以机洗。"], [0, 0], [pieces("云朵枕")] * 2)
    assert judged.said.tolist() == [1.0, 1.0]


def longest_shared(text: str, other: str) -> str:
    """As it is defined, by trying all."""
    parts = [text[start : start + size] for size in range(len(text), 1, -1) for start in range(len(text) - size + 1)]
    return next((part for part in parts if part in other), "")


@hypothesis.given(st.text("水壶保温杯", min_size=1, max_size=12), st.text("水壶保温杯", max_size=20))
def test_a_subject_is_the_first_of_the_longest_stretches_that_question_and_title_share(asked, title):
    assert given(asked, title, "") == pieces(longest_shared(asked, title))
