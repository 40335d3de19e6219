"""Conversations in SQL: what is stored comes back as it was, whole or not at all."""

from __future__ import annotations

from dataclasses import replace
from threading import Thread

import pytest
from sqlalchemy import event, select, update

from bot.errors import InputError
from bot.store.conversation_tables import conversations, feedback, turns
from bot.store.conversations import ConversationStore, Opened
from bot.store.database import open_database, writing
from bot.store.schema import upgrade
from bot.types import (
    Citation,
    Constraint,
    DialogueState,
    Entities,
    Intent,
    LanguageGuess,
    Money,
    PromptStamp,
    Reply,
    Sentiment,
    Understanding,
)

STATE = DialogueState(
    language="zh",
    last_intent="recommendation",
    last_action="recommend",
    last_question="推荐双肩包",
    asks=("budget",),
    order_id="SD-1",
    verified_order="SD-1",
    budget=(None, 250.0),
    currency="CNY",
    category="双肩包",
    constraints=(Constraint("color", "=", "红色", negated=True, text="不要红色"), Constraint("capacity", ">=", 20.0, "L")),
    skus=("A-1", "A-2"),
    failures=1,
)
HEARD = Understanding(
    "不要红色的😀",
    "推荐双肩包，不要红色",
    LanguageGuess("zh", "Hans"),
    Intent("recommendation", 0.9),
    Sentiment("neutral", 0.0),
    Entities(amounts=(Money(250.0, "CNY"),), constraints=STATE.constraints),
    rewritten=True,
)


@pytest.fixture
def store(engine) -> ConversationStore:
    return ConversationStore(engine)


def said(conversation: str, turn: int = 1, text: str = "好的 [1]。") -> Reply:
    citation = Citation(1, "c1", "a.md", "标题", "好的")
    return Reply(
        conversation, turn, "zh", HEARD.intent, HEARD.sentiment, "recommend", text, (citation,), follow_ups=("还有吗？",),
        prompt=PromptStamp("recommend.zh", "abc123"), writer="openai:x", timings_ms={"total": 1.5},
    )  # fmt: skip


def test_state_and_number_of_the_next_turn_come_back_as_they_were(store):
    conversation, state, turn, _ = store.open(None, "C1")
    assert (state, turn) == (DialogueState(), 1) and len(conversation) >= 24
    store.add_turn(HEARD, said(conversation), STATE, ("c1",))
    assert store.open(conversation) == (conversation, STATE, 2, 0)


def test_ids_are_never_the_same(store):
    assert len({store.open(None)[0] for _ in range(50)}) == 50


def test_a_turn_keeps_all_that_explains_it(store):
    conversation = store.open(None, "C1").conversation
    store.add_turn(HEARD, said(conversation), STATE, ("c1", "c2"))
    with store._engine.connect() as connection:
        row = connection.execute(select(turns)).mappings().one()
        owner = connection.execute(select(conversations.c.customer_id)).scalar_one()
    assert owner == "C1"
    assert (row["text"], row["action"], row["writer"], row["evidence_ids"]) == (
        HEARD.text,
        "recommend",
        "openai:x",
        ["c1", "c2"],
    )
    assert (row["prompt_name"], row["prompt_hash"], row["timings_ms"]) == ("recommend.zh", "abc123", {"total": 1.5})
    assert (
        row["understanding"]["question"] == HEARD.question and row["understanding"]["entities"]["amounts"][0]["amount"] == 250
    )
    assert row["reply"] == said(conversation).to_dict()


def test_history_gives_the_last_turns_oldest_first(store):
    conversation = store.open(None).conversation
    for number in range(1, 6):
        store.add_turn(replace(HEARD, text=f"question {number}"), said(conversation, number, f"answer {number}"), STATE, ())
    lines = store.history(conversation, last=2)
    assert [(line.role, line.text) for line in lines] == [
        ("user", "question 4"), ("assistant", "answer 4"), ("user", "question 5"), ("assistant", "answer 5"),
    ]  # fmt: skip
    assert [turn["reply"]["turn"] for turn in store.replies(conversation)] == [1, 2, 3, 4, 5]


def test_two_messages_at_the_same_time_do_not_mix(store):
    conversation, _, turn, _ = store.open(None)
    store.add_turn(HEARD, said(conversation, turn, "first"), STATE, ())
    with pytest.raises(InputError, match="send yours again"):
        store.add_turn(HEARD, said(conversation, turn, "second"), DialogueState(), ())
    assert [turn["reply"]["text"] for turn in store.replies(conversation)] == ["first"]
    assert store.open(conversation)[1] == STATE


def test_conversations_do_not_see_each_other(store):
    one, other = store.open(None)[0], store.open(None)[0]
    store.add_turn(HEARD, said(one), STATE, ())
    assert store.history(other) == () and store.replies(other) == [] and store.open(other)[1] == DialogueState()


@pytest.mark.parametrize("conversation", ["nowhere", "", "x" * 10_000, "' OR 1=1 --"])
def test_an_unknown_conversation_is_refused_briefly(store, conversation):
    with pytest.raises(InputError, match="There is no conversation") as caught:
        store.open(conversation)
    assert len(str(caught.value)) < 200


def test_a_later_rating_replaces_the_former(store):
    conversation = store.open(None).conversation
    store.add_turn(HEARD, said(conversation), STATE, ())
    store.rate(conversation, 1, "down", "wrong", "x" * 100_000)
    store.rate(conversation, 1, "up", "y" * 1000)
    with store._engine.connect() as connection:
        row = connection.execute(select(feedback)).mappings().one()
    assert (row["rating"], row["reason"], row["text"]) == ("up", "y" * 100, None)
    assert store.ratings(conversation) == {1: "up"}


@pytest.mark.parametrize(
    ("turn", "rating", "words"), [(2, "up", "has no turn 2"), (1, "great", "'great'"), (0, "up", "no turn 0")]
)
def test_a_rating_needs_a_turn_and_a_direction(store, turn, rating, words):
    conversation = store.open(None).conversation
    store.add_turn(HEARD, said(conversation), STATE, ())
    with pytest.raises(InputError, match=words):
        store.rate(conversation, turn, rating)
    assert store.ratings(conversation) == {}


def test_writers_of_one_process_queue_up_where_the_file_lets_only_one_write(tmp_path):
    engine = open_database(f"sqlite:///{tmp_path / 'shop.db'}")
    upgrade(engine)
    engine.dispose()
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout=0"))
    begun: list[Opened] = []
    customer = Thread(target=lambda: begun.append(ConversationStore(engine).open(None)))
    with writing(engine) as connection:
        connection.execute(update(conversations).values(customer_id=None))
        customer.start()
        customer.join(0.2)
    customer.join(30)
    assert len(begun) == 1
    engine.dispose()
