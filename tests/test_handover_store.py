"""Who speaks in a conversation: whatever happens at the same time, nothing is lost, doubled or said in the midst of another."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select, update

from bot.errors import InputError
from bot.store.conversation_tables import turns
from bot.store.conversations import ConversationStore, Opened
from bot.store.handover_log import HandoverLog, handover_events, handovers, notifications
from bot.store.handover_records import Held, Over
from bot.store.handovers import HandoverStore
from bot.types import DialogueState, Entities, Handover, Intent, LanguageGuess, Reply, Sentiment, Understanding

SECRET, OTHER = "a secret of Mia's browser", "a secret of Bo's browser"
INTENT, SENTIMENT = Intent("product_question", 0.9), Sentiment("neutral", 0.0)


def heard(text: str) -> Understanding:
    return Understanding(text, text, LanguageGuess("en"), INTENT, SENTIMENT, Entities())


@dataclass
class Shop:
    """The stores of one database, and what was done with them."""

    engine: Engine
    conversations: ConversationStore
    handovers: HandoverStore
    asked: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    said_in: list[int] = field(default_factory=list)

    def finish(self, opened: Opened, text: str, reason: str | None = None) -> bool:
        """Stores the turn that was opened, as the assistant does: its own reply, or none while a person speaks."""
        held = opened.with_person
        reply = Reply(
            opened.conversation, opened.turn, "en", INTENT, SENTIMENT, "handover" if held or reason else "answer",
            "" if held else f"to {text}", handover=Handover(reason) if reason else None, writer="agent" if held else "builtin",
        )  # fmt: skip
        return self.conversations.add_turn(heard(text), reply, DialogueState(), (), opened.hands)

    def ask(self, conversation: str, text: str, reason: str | None = None) -> None:
        """A whole turn, begun anew as often as the conversation changed hands meanwhile."""
        while not self.finish(self.conversations.open(conversation), text, reason):
            pass

    def lines(self, conversation: str) -> list[tuple[str, str]]:
        """The conversation in its order: what was asked with what was answered, what persons did and said."""
        with self.engine.connect() as connection:
            rows = connection.execute(
                select(turns.c.number, turns.c.text, turns.c.reply).where(turns.c.conversation_id == conversation)
            ).all()
        told = [((number, 0), ("turn", text, reply["text"])) for number, text, reply in rows]
        told += [((e.turn, e.id), (e.kind, e.text or "", "")) for e in self.handovers.events(conversation)]
        found: list[tuple[str, str]] = []
        for _, (kind, text, reply) in sorted(told):
            found += [(kind, text), ("reply", reply)] if kind == "turn" and text else [(kind, text)]
        return [line for line in found if line[0] != "turn" or line[1]]


def shop_in(engine: Engine, channels: tuple[str, ...] = ()) -> Shop:
    log = HandoverLog(channels)
    return Shop(engine, ConversationStore(engine, log), HandoverStore(engine, log))


@pytest.fixture
def shop(engine) -> Shop:
    return shop_in(engine, ("webhook", "email"))


def called(shop: Shop) -> tuple[str, int]:
    """A conversation in which a person was called for, and the handover's id."""
    conversation = shop.conversations.open(None).conversation
    shop.ask(conversation, "I want a person", "requested")
    handover = shop.handovers.current(conversation)
    assert handover is not None
    return conversation, handover.id


def faithful(shop: Shop, conversation: str) -> None:
    """Every message is there once and in the order in which it was sent, and one speaks at a time."""
    lines = shop.lines(conversation)
    assert sorted(text for kind, text in lines if kind == "turn") == sorted(shop.asked)
    assert [text for kind, text in lines if kind == "agent_message"] == shop.said
    person = False
    for kind, text in lines:
        if kind in ("agent_joined", "agent_left"):
            person = kind == "agent_joined"
        elif kind == "reply":
            assert (text == "") == person
        elif kind == "agent_message":
            assert person


def at_once(*jobs: Callable[[], None]) -> None:
    """Does all at the same time; what one raises is raised here."""
    ready = Barrier(len(jobs))

    def begin(job: Callable[[], None]) -> None:
        ready.wait()
        job()

    with ThreadPoolExecutor(len(jobs)) as pool:
        for done in [pool.submit(begin, job) for job in jobs]:
            done.result()


KINDS = ["begin", "begin", "finish", "finish", "take", "take over", "say", "say again", "release", "call"]
STEPS = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 5)), min_size=8, max_size=40)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_in_whatever_order_turns_and_persons_come_nothing_is_lost_doubled_or_mixed(steps, engine):
    shop = shop_in(engine)
    conversation = shop.conversations.open(None).conversation
    shop.handovers.request(conversation, "requested")
    open_turns: list[tuple[Opened, str]] = []
    for step, which in steps:
        handover = shop.handovers.current(conversation)
        if step == "begin":
            text = f"question {len(shop.asked)}"
            shop.asked.append(text)
            open_turns.append((shop.conversations.open(conversation), text))
        elif step == "finish" and open_turns:
            settle(shop, conversation, open_turns, which % len(open_turns))
        elif step == "call":
            shop.handovers.request(conversation, "requested")
        elif handover is not None:
            act(shop, handover.id, step)
    while open_turns:
        settle(shop, conversation, open_turns, 0)
    faithful(shop, conversation)


def settle(shop: Shop, conversation: str, open_turns: list[tuple[Opened, str]], which: int) -> None:
    """Ends a turn; in other hands, or when another one of the assistant's came first, it is begun anew."""
    opened, text = open_turns.pop(which)
    try:
        stored = shop.finish(opened, text)
    except InputError:
        stored = False
    if not stored:
        open_turns.append((shop.conversations.open(conversation), text))


def act(shop: Shop, handover: int, step: str) -> None:
    """One step of a person, refused or not."""
    text = f"answer {len(shop.said)}"
    try:
        if step == "take":
            shop.handovers.take(handover, "Mia", SECRET)
        elif step == "take over":
            shop.handovers.take(handover, "Bo", OTHER, over=True)
        elif step == "say":
            shop.handovers.say(handover, SECRET, text, key=text)
            shop.said.append(text)
            shop.said_in.append(handover)
        elif step == "say again" and shop.said and shop.said_in[-1] == handover:
            shop.handovers.say(handover, SECRET, shop.said[-1], key=shop.said[-1])
        elif step == "release":
            shop.handovers.release(handover, SECRET)
    except Held:
        pass


def write(shop: Shop, conversation: str, number: int) -> None:
    """A customer's window: six messages, each sent again while another one of the assistant's came first."""
    for count in range(6):
        text = f"question {number}.{count}"
        shop.asked.append(text)
        while True:
            try:
                shop.ask(conversation, text)
                break
            except InputError:
                continue


def come_and_go(shop: Shop, conversation: str) -> None:
    """A person who takes the conversation three times, and says something each time."""
    for visit in range(3):
        shop.handovers.request(conversation, "requested")
        handover = shop.handovers.current(conversation)
        shop.handovers.take(handover.id, "Mia", SECRET)
        for count in range(4):
            shop.handovers.say(handover.id, SECRET, f"answer {visit}.{count}")
            shop.said.append(f"answer {visit}.{count}")
        shop.handovers.release(handover.id, SECRET)


@pytest.mark.parametrize("round", range(3))
def test_many_at_once_never_speak_in_the_midst_of_each_other(shop, round):
    conversation = shop.conversations.open(None).conversation
    at_once(*[partial(write, shop, conversation, number) for number in range(5)], partial(come_and_go, shop, conversation))
    faithful(shop, conversation)
    assert len(shop.said) == 12 and len(shop.asked) == 30


def test_of_many_who_take_a_conversation_at_once_one_has_it(shop):
    _, handover = called(shop)
    won, lost = [], []

    def take(number: int) -> None:
        try:
            won.append(shop.handovers.take(handover, f"agent {number}", f"secret {number}").agent)
        except Held as error:
            lost.append(error.holder)

    at_once(*[partial(take, number) for number in range(8)])
    assert len(won) == 1 and lost == won * 7


def test_a_call_puts_one_notification_for_each_channel_into_the_outbox_with_the_turn_and_only_once(shop):
    conversation, _ = called(shop)
    shop.ask(conversation, "A person, please!", "requested")
    assert not shop.handovers.request(conversation, "requested")
    with shop.engine.connect() as connection:
        rows = connection.execute(select(notifications.c.channel, notifications.c.state)).all()
        assert rows == [("webhook", "waiting"), ("email", "waiting")]
        assert len(connection.execute(select(handovers)).all()) == 1


def test_after_a_handover_is_over_the_next_call_is_a_new_one(shop):
    conversation, first = called(shop)
    shop.handovers.take(first, "Mia", SECRET)
    shop.handovers.release(first, SECRET, "resolved", "Refunded.")
    assert shop.handovers.current(conversation) is None
    for step in (lambda: shop.handovers.take(first, "Mia", SECRET), lambda: shop.handovers.say(first, SECRET, "Hi")):
        with pytest.raises(Over):
            step()
    assert shop.handovers.request(conversation, "requested")
    again = shop.handovers.current(conversation)
    (before,) = shop.handovers.before(again)
    assert again.id != first and (before.agent, before.outcome, before.note) == ("Mia", "resolved", "Refunded.")


def test_what_a_person_said_is_part_of_the_history_that_the_assistant_reads(shop):
    conversation, handover = called(shop)
    shop.handovers.take(handover, "Mia", SECRET)
    shop.handovers.say(handover, SECRET, "Hello, this is Mia.")
    shop.ask(conversation, "Can I return it?")
    shop.handovers.say(handover, SECRET, "You can.")
    shop.handovers.release(handover, SECRET)
    shop.ask(conversation, "Thanks")
    history = shop.conversations.history(conversation)
    assert [(message.role, message.text) for message in history] == [
        ("user", "I want a person"), ("assistant", "to I want a person"), ("agent", "Hello, this is Mia."),
        ("user", "Can I return it?"), ("agent", "You can."), ("user", "Thanks"), ("assistant", "to Thanks"),
    ]  # fmt: skip
    assert [message.text for message in shop.conversations.history(conversation, last=1)] == ["Thanks", "to Thanks"]


def moved_back(shop: Shop, **columns: timedelta) -> None:
    """Lets some time of the only handover lie further in the past."""
    with shop.engine.begin() as connection:
        row = connection.execute(select(handovers)).one()
        values = {name: getattr(row, name).replace(tzinfo=UTC) - by for name, by in columns.items()}
        connection.execute(update(handovers).values(**values))


def test_a_customer_to_whom_nobody_comes_is_told_once(shop):
    conversation, _ = called(shop)
    wait = timedelta(minutes=5)
    assert shop.handovers.tell_nobody_came(wait) == []
    moved_back(shop, requested_at=timedelta(minutes=6))
    assert [late.conversation for late in shop.handovers.tell_nobody_came(wait)] == [conversation]
    assert shop.handovers.tell_nobody_came(wait) == []
    assert [event.kind for event in shop.handovers.events(conversation)] == ["handover", "agent_unavailable"]


def test_a_customer_of_whom_a_person_has_taken_care_is_not_told_that_nobody_came(shop):
    _, handover = called(shop)
    shop.handovers.take(handover, "Mia", SECRET)
    moved_back(shop, requested_at=timedelta(days=1))
    assert shop.handovers.tell_nobody_came(timedelta(minutes=5)) == []


def test_a_conversation_that_a_person_forgot_goes_back_to_the_assistant_and_can_be_taken_again(shop):
    conversation, handover = called(shop)
    shop.handovers.take(handover, "Mia", SECRET)
    idle = timedelta(minutes=30)
    moved_back(shop, active_at=timedelta(hours=2))
    assert shop.handovers.release_forgotten(idle) == []  # the customer waits for nothing
    shop.ask(conversation, "Are you there?")
    assert shop.handovers.release_forgotten(idle) == []  # not for so long
    with shop.engine.begin() as connection:
        connection.execute(update(turns).where(turns.c.number == 2).values(created_at=datetime.now(UTC) - timedelta(hours=1)))
    assert [gone.agent for gone in shop.handovers.release_forgotten(idle)] == ["Mia"]
    with pytest.raises(Held):
        shop.handovers.say(handover, SECRET, "Sorry!")
    shop.ask(conversation, "Hello?")
    assert shop.lines(conversation)[-2:] == [("turn", "Hello?"), ("reply", "to Hello?")]
    assert shop.handovers.take(handover, "Bo", OTHER).agent == "Bo"


def test_a_call_whose_link_is_too_old_to_open_ends_so_that_a_person_can_be_called_anew(shop):
    conversation, handover = called(shop)
    life = timedelta(hours=72)
    assert shop.handovers.end_expired(life) == []
    moved_back(shop, requested_at=timedelta(hours=73))
    assert [over.id for over in shop.handovers.end_expired(life)] == [handover]
    assert shop.handovers.current(conversation) is None and shop.handovers.request(conversation, "requested")


def test_an_address_left_is_told_to_the_owner_and_none_is_taken_where_nobody_was_called(shop):
    conversation, handover = called(shop)
    assert shop.handovers.leave_email(conversation, "lin@example.com") and shop.handovers.leave_email(
        conversation, "lin@example.com"
    )
    assert shop.handovers.find(handover).email == "lin@example.com"
    with shop.engine.connect() as connection:
        kinds = connection.execute(select(notifications.c.kind, notifications.c.channel)).all()
    assert kinds[2:] == [("email", "webhook"), ("email", "email")]
    assert not shop.handovers.leave_email(shop.conversations.open(None).conversation, "lin@example.com")


def test_the_database_keeps_no_secret_of_a_person(shop):
    _, handover = called(shop)
    shop.handovers.take(handover, "Mia", SECRET)
    with shop.engine.connect() as connection:
        stored = str([connection.execute(select(table)).all() for table in (handovers, handover_events)])
    assert SECRET not in stored


def test_a_turn_in_other_hands_than_it_was_opened_in_leaves_no_trace(shop):
    conversation, handover = called(shop)
    opened = shop.conversations.open(conversation)
    shop.handovers.take(handover, "Mia", SECRET)
    assert not shop.finish(opened, "How much?") and not shop.conversations.same_hands(opened)
    assert [line for line in shop.lines(conversation) if line[1] == "How much?"] == []
    held = shop.conversations.open(conversation)
    shop.handovers.release(handover, SECRET)
    assert not shop.finish(held, "How much?")
    shop.ask(conversation, "How much?")
    assert shop.lines(conversation)[-1] == ("reply", "to How much?")
