"""Labels that persons of the shop correct: kept with their turns, and learned where that tells more right."""

from __future__ import annotations

from functools import cache

import pytest

from bot.errors import InputError
from bot.learning.labels import Shares, Trial, enough
from bot.settings.own_intents import SHIPPED
from bot.store.corrections import Corrections
from bot.understanding.sentiment import SentimentClassifier
from tests.test_ratings import vote

SENTIMENT = cache(SentimentClassifier.load)
SAID = {
    "en": ("that lamp is sick, well done", "sick service as always", "sick colours on this one", "this lamp is sick"),
    "zh": ("真绝了，下次还来", "这家店绝了", "绝了，包装这么用心", "太绝了这个颜色"),
}


def test_corrections_are_kept_by_turn_replaced_taken_back_and_gone_with_the_words(engine):
    corrections = Corrections(engine)
    for name in ("c1", "c2"):
        vote(engine, name, True, question="fetch the skipper")
    corrections.correct("c1", 1, "delivery", None, "ann", SHIPPED)
    corrections.correct("c2", 1, "human_agent", "negative", "bea", SHIPPED)
    assert corrections.pairs("intent") == (["fetch the skipper"], ["human_agent"])  # of the same words the newest
    assert corrections.of("c2")[1].by == "bea" and corrections.pairs("sentiment")[1] == ["negative"]
    assert corrections.pairs("intent", learned=True) == ([], [])
    corrections.learn("intent", True)
    assert corrections.pairs("intent", learned=True)[1] == ["human_agent"]
    assert corrections.pairs("sentiment", learned=True) == ([], [])
    corrections.learn("intent", False)
    assert corrections.pairs("intent", learned=True) == ([], [])
    for name in ("c1", "c2"):
        corrections.correct(name, 1, None, None, "ann", SHIPPED)
    assert corrections.pairs("intent") == ([], []) and corrections.of("c1") == {}


@pytest.mark.parametrize(
    ("turn", "intent", "sentiment", "said"),
    [
        (7, "delivery", None, "no turn 7"),
        (1, "teleport", None, "no intent 'teleport': choose one of"),
        (1, None, "glum", "no sentiment 'glum': choose one of negative, neutral, positive"),
    ],
)
def test_what_cannot_be_right_is_refused_in_one_sentence(engine, turn, intent, sentiment, said):
    vote(engine, "c", True)
    with pytest.raises(InputError, match=said):
        Corrections(engine).correct("c", turn, intent, sentiment, "ann", SHIPPED)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_few_corrected_messages_turn_what_is_like_them_and_leave_the_rest(language):
    *taught, new = SAID[language]
    adapted = SENTIMENT().adapted(taught * 3, ["positive"] * 9)
    assert adapted.analyse(new).score > SENTIMENT().analyse(new).score
    for text in ("where is my order?", "terrible service, never again", "我的订单在哪里？", "太差了，再也不来了"):
        assert adapted.analyse(text).label == SENTIMENT().analyse(text).label
    assert SENTIMENT().adapted([], []) is SENTIMENT()


@pytest.mark.parametrize(
    ("before", "after", "taken"),
    [
        (None, None, False),
        (Shares(0.2, 0.9), Shares(0.6, 0.9), True),
        (Shares(0.2, 0.9), Shares(0.2, 0.95), False),
        (Shares(0.2, 0.9), Shares(0.6, 0.88), False),
    ],
)
def test_labels_are_learned_only_where_more_is_told_right_and_our_own_examples_hold(before, after, taken):
    assert Trial("intent", 8, before, after).taken is taken


def test_an_intent_needs_three_examples_the_owners_counted():
    corrected = (["a", "b", "c", "d"], ["delivery", "delivery", "engraving", "stock"])
    assert enough(corrected, (["x", "y", "z"], ["engraving", "engraving", "delivery"])) == (["a", "b", "c"], corrected[1][:3])
