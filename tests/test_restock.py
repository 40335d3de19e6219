"""Who asks to be told when something is back in stock: noted for whom the shop may write to, and told why for others."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.generation.writer_builtin import BuiltinWriter
from bot.policy.decision import decide
from bot.shop.loading import load_table
from bot.skills.outcome import Outcome, brief_for, in_turn
from bot.skills.restock import RestockSkill
from bot.store.retention import unsubscriptions
from bot.understanding.news import asks_for_news, asks_for_restock
from tests.shop_data import CONTEXT, START, finder_of, message, numbered, stocked_shop

PEOPLE = [
    {"customer_id": "Y", "name": "Yi", "email": "yi@example.com", "consent": "yes"},
    {"customer_id": "N", "name": "No", "email": "no@example.com", "consent": "no"},
    {"customer_id": "S", "name": "Silent", "consent": "yes"},
    {"customer_id": "U", "name": "Una", "email": "una@example.com", "consent": "yes"},
]


class Otherwise:
    def prepare(self, understanding, state, context):
        return Outcome(brief_for("decline", understanding, context), state)


@pytest.fixture(scope="module")
def skill(tmp_path_factory):
    engine = stocked_shop(tmp_path_factory.mktemp("restock") / "shop.db")
    load_table(engine, "customers", numbered(PEOPLE), "people.csv")
    with engine.begin() as connection:
        connection.execute(unsubscriptions.insert().values(customer_id="U", at=datetime(2026, 1, 1, tzinfo=UTC)))
    yield in_turn(RestockSkill(finder_of(engine), engine), last=Otherwise())
    engine.dispose()


@pytest.mark.parametrize(
    "text",
    [
        "tell me when it is back",
        "can you let me know once the kettle is in stock again?",
        "email me as soon as it's available",
        "有货了通知我",
        "补货以后告诉我一声",
        "帮我订个到货提醒",
    ],
)
def test_a_wish_to_hear_of_stock_is_no_question_when_it_comes(text):
    assert asks_for_restock(text) and decide(message(text, "stock"), replace(START, skus=("BP-3",))).name == "answer"


@pytest.mark.parametrize("text", ["when is it back in stock?", "什么时候有货", "tell me when my order arrives", "让我换回来"])
def test_other_words_ask_for_no_word_of_stock(text):
    assert not asks_for_restock(text)
    assert asks_for_news(text) == ("arrives" in text)


@pytest.mark.parametrize(
    ("customer", "words"),
    [("Y", "noted"), ("N", "agree to messages"), ("S", "agree to messages"), ("U", "agree to messages"), (None, "logged in")],
)
def test_only_what_can_be_kept_is_promised(skill, customer, words):
    asked = message("tell me when it is back", "stock", skus=("BP-3",))
    brief = skill.prepare(asked, START, replace(CONTEXT, customer=customer)).brief
    said = "".join(BuiltinWriter().write(brief))
    assert words in said and [one.id for one in brief.evidence] == ["product:BP-3"]
    assert ("noted" in said) == (customer == "Y")


def test_what_is_in_stock_needs_no_waiting(skill):
    asked = message("tell me when it is back", "stock", skus=("BP-1",))
    assert skill.prepare(asked, START, replace(CONTEXT, customer="Y")).brief.action == "decline"


@pytest.mark.parametrize(
    ("text", "language", "told"),
    [("when will it be back in?", "en", "no date for when it is back"), ("什么时候有货", "zh", "没有确切的日期")],
)
def test_an_unknown_day_is_said_to_be_unknown(skill, text, language, told):
    brief = skill.prepare(message(text, "stock", language, skus=("BP-3",)), START, CONTEXT).brief
    assert brief.abstained and told in "".join(BuiltinWriter().write(brief))
