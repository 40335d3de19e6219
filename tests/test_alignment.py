"""Words of a question found in a text by their meaning, within a language and across."""

from functools import cache

import pytest

from bot.generation.alignment import Alignment, WordVectors, content_words
from knowledge_base.static_encoder import StaticEncoder

ENCODER = cache(StaticEncoder.load)
VECTORS = cache(lambda: WordVectors(ENCODER().weighted))


def share(question: str, text: str) -> float:
    alignment = Alignment(question, [text], VECTORS())
    return alignment.share(alignment.of(text))


@pytest.mark.parametrize(
    ("question", "near", "far"),
    [
        ("Which courier do you use?", "We ship with two carriers.", "Payment by card is safe."),
        ("邮费多少", "运费 8 元。", "客服每天在线。"),
        ("Can I get an invoice?", "电子发票发到您的邮箱。", "保修两年。"),
        ("Can I pay with bitcoin?", "We accept bitcoin.", "We accept Visa and Alipay."),
    ],
)
def test_a_text_that_means_the_words_speaks_of_more_of_the_question(question, near, far):
    assert share(question, near) > share(question, far) + 0.2


def test_words_of_grammar_are_no_content():
    assert content_words("How long do I have to return it?") == ("return",)
    assert content_words("请问运费怎么算？") == ("运费",)


def test_another_number_is_another_matter():
    assert share("30 grams", "30 grams") == 1.0
    assert Alignment("30", ["31"], VECTORS()).of("31").tolist() == [0.0]


def test_a_question_or_text_without_words_speaks_of_nothing():
    assert share("???", "We ship.") == 0.0
    assert share("delivery", "…") == 0.0


def test_words_that_say_more_weigh_more():
    alignment = Alignment("buy bitcoin", ["anything"], VECTORS())
    weights = dict(zip(alignment.asked, alignment.weights, strict=True))
    assert weights["bitcoin"] > weights["buy"]
