"""What a language model may take in a day: for one conversation and for the shop; what is over, the built-in writer answers."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from bot.store.model_calls import ModelCalls, model_calls
from tests.test_composer import worded

ENGLISH = "How long is the warranty?"
WORDS = "Every electric kettle comes with a warranty of 24 months [1]."


@pytest.mark.parametrize("limit", ["llm_conversation_tokens", "llm_shop_tokens"])
def test_when_the_tokens_are_used_up_the_builtin_writer_answers_the_conversation_or_everybody(
    api_data, tmp_path, monkeypatch, limit
):
    monkeypatch.setattr("bot.store.model_calls.LOOK_EVERY_S", 0.0)
    data = shutil.copytree(api_data, tmp_path / "data")
    with worded(data, WORDS, **{limit: 300}) as (shop, server):
        first = shop.reply(ENGLISH)
        assert first.writer.startswith("openai:")
        asked = len(server.requests)
        over = shop.reply("Do you issue invoices?", first.conversation)
        assert over.writer == "builtin" and "24 hours" in over.text and len(server.requests) == asked
        other = shop.reply(ENGLISH)
        assert other.writer == (first.writer if limit == "llm_conversation_tokens" else "builtin")


def test_what_was_taken_more_than_a_day_ago_counts_no_more(engine):
    calls = ModelCalls(engine)
    calls.record("m", 900, 100, (None, None), ("talk", 1))
    assert not calls.may(1000, 0, ("talk", 2)) and calls.may(1001, 0, ("talk", 2))
    assert calls.may(1000, 0, ("another", 1)) and calls.may(1, 0, None) and calls.may(0, 0, ("talk", 2))
    assert not ModelCalls(engine).may(0, 1000, None) and ModelCalls(engine).may(0, 1001, None)
    with engine.begin() as connection:
        connection.execute(update(model_calls).values(at=datetime.now(UTC) - timedelta(hours=25)))
    assert calls.may(1000, 0, ("talk", 3))
