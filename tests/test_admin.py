"""What the shop's people work with: users, figures that equal plain counting, search, gaps and the entries that close them."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime, timedelta
from itertools import zip_longest
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

import bot
from bot.console.overview import plain_cell
from bot.errors import InputError
from bot.learning.drafting import Drafter
from bot.learning.gaps import Miss, entry_of, gaps
from bot.learning.most_said import most_said
from bot.shopdesk import Shopdesk
from bot.store.conversation_tables import conversations, turns
from bot.store.database import open_database
from bot.store.entries import Drafted
from bot.store.handover_records import Event
from bot.store.statistics import Period
from bot.types import Evidence
from bot.understanding.identifiers import OrderNumbers
from knowledge_base.encoders import builtin

FAQ = (
    "question,answer\nHow long does delivery take?,Standard delivery takes 2 to 4 days.\n多久可以送到？,标准快递2至4天送达。\n"
)
TESTED = "Yes, it is tested to EN 1388."
ASKED = (
    ("How long does delivery take?", "thanks"),
    ("Can you engrave my initials on the pot?", "I want to talk to a person"),
    ("do u engrave initials on a pot", "How long does delivery take?"),
    ("可以在壶上刻上我名字的首字母吗？", "多久可以送到？"),
)


@pytest.fixture(scope="module")
def shopdesk(tmp_path_factory: pytest.TempPathFactory) -> Shopdesk:
    folder = tmp_path_factory.mktemp("admin")
    (folder / "faq.csv").write_text(FAQ, "utf-8")
    with bot.open(folder / "data") as opened:
        opened.load([folder / "faq.csv"])
        for messages in ASKED:
            first = opened.reply(messages[0])
            opened.reply(messages[1], first.conversation)
        opened.rate(first.conversation, 2, "up")
        yield opened


def counted(shopdesk: Shopdesk, query: str) -> int:
    engine = open_database(shopdesk.settings.sql_url)
    with engine.connect() as connection:
        number = connection.execute(text(query)).scalar_one()
    engine.dispose()
    return int(number)


def test_the_figures_of_a_period_equal_plain_counting(shopdesk):
    figures = shopdesk.admin.statistics.figures(Period.of_days(7)).outcomes
    handed_over = counted(shopdesk, "SELECT count(DISTINCT conversation_id) FROM handovers")
    unanswered = counted(shopdesk, "SELECT count(*) FROM turns WHERE json_extract(reply, '$.abstained')")
    assert (figures.conversations, figures.turns) == (len(ASKED), 2 * len(ASKED))
    assert handed_over > 0
    assert unanswered > 0
    assert figures.contained == 1 - handed_over / len(ASKED)
    assert figures.unanswered == unanswered / figures.turns
    assert (figures.rated_up, figures.csat, figures.returned) == (1.0, None, None)
    assert figures.reply_ms > 0


def test_figures_can_be_of_one_language_or_another_time(shopdesk):
    statistics = shopdesk.admin.statistics
    assert statistics.figures(Period.of_days(7, "zh")).outcomes.conversations == 1
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    assert statistics.figures(Period(yesterday, yesterday)).outcomes.conversations == 0
    days = statistics.figures(Period.of_days(3)).by_day
    assert [day["conversations"] for day in days] == [0, 0, len(ASKED)]
    assert sum(number for _, number in statistics.counts(Period.of_days(3), "intent")) == 2 * len(ASKED)


def test_what_is_written_most_often_equals_plain_counting(shopdesk):
    asked = shopdesk.admin.statistics.questions(Period.of_days(7))
    assert asked[0] == ("How long does delivery take?", 2, 0)
    assert sum(number for _, number, _ in asked) == counted(shopdesk, "SELECT count(*) FROM turns")
    assert sum(vain for _, _, vain in asked) == counted(shopdesk, "SELECT count(*) FROM turns WHERE abstained")


def test_what_is_written_most_often_is_shown_without_what_is_personal_and_without_what_is_nothing_else():
    counted = [
        ("My phone is 13912345678, call me", 3, 1),
        ("SD-1002", 9, 0),
        ("13800138000", 8, 0),
        ("my phone is 13800138000, call me", 2, 2),
        ("mia@example.com", 7, 0),
        ("Where is order SD-1003?", 2, 0),
        ("你们几点开门？", 4, 0),
        ("4111 1111 1111 1111", 1, 0),
        ("B-20417.", 5, 0),
    ]
    assert most_said(counted, OrderNumbers(["SD-1001"]), 3) == [
        ("My phone is [phone], call me", 5, 3),
        ("你们几点开门？", 4, 0),
        ("Where is order [order]?", 2, 0),
    ]


def test_figures_can_be_of_one_channel(shopdesk):
    numbers = {
        channel: shopdesk.admin.statistics.figures(Period.of_days(7, channel=channel)).outcomes.conversations
        for channel in ("site", "page", "api")
    }
    assert numbers == {"site": 0, "page": len(ASKED), "api": 0}


@pytest.mark.parametrize("words", ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "  =1", "＝1"])
def test_nobodys_words_are_a_formula_in_the_exported_table(words):
    assert plain_cell(words) == f"'{words}"
    assert (plain_cell("a = b"), plain_cell(-1)) == ("a = b", -1)


def test_a_customer_who_comes_back_within_a_week_is_counted(shopdesk):
    first, second = shopdesk.reply("hello", customer="c-1"), shopdesk.reply("hello again", customer="c-1")
    engine = open_database(shopdesk.settings.sql_url)
    with engine.begin() as connection:
        before = datetime.now(UTC) - timedelta(days=40)
        for conversation, at in ((first.conversation, before), (second.conversation, before + timedelta(days=6))):
            connection.execute(update(conversations).where(conversations.c.id == conversation).values(created_at=at))
            connection.execute(update(turns).where(turns.c.conversation_id == conversation).values(created_at=at))
    engine.dispose()
    began = before.date()
    assert shopdesk.admin.statistics.figures(Period(began, began)).outcomes.returned == 1.0
    assert (
        shopdesk.admin.statistics.figures(Period(began + timedelta(days=6), began + timedelta(days=6))).outcomes.returned == 0.0
    )


def test_conversations_are_found_by_words_language_and_outcome(shopdesk):
    search = shopdesk.admin.conversations
    assert {found.question for found in search.find("ENGRAVE")} == {ASKED[1][0], ASKED[2][0]}
    assert [found.question for found in search.find(language="zh")] == ["可以在壶上刻上我名字的首字母吗？"]
    assert [found.question for found in search.find(outcome="handed_over")] == [ASKED[1][0]]
    assert search.find("100%") == search.find("_") == []
    assert {found.question for found in search.find(rating="up")} == {ASKED[3][0]} and search.find(rating="down") == []
    of_each = {mood: {found.id for found in search.find(sentiment=mood)} for mood in ("negative", "neutral", "positive")}
    assert of_each["negative"] == {found.id for found in search.find(outcome="negative")} and of_each["neutral"]
    [found] = search.find("标准快递2至4天")
    whole = search.whole(found.id)
    assert [turn["text"] for turn in whole] == list(ASKED[3])
    assert (found.ratings, whole[1]["rating"], found.turns) == ("up", "up", 2)


@pytest.mark.parametrize("words", ["DELIVERY takes 2", "标准快递2", "nobody said this", "100%", 'a "quote"'])
def test_a_search_finds_what_replies_hold_letter_for_letter(shopdesk, words):
    engine = open_database(shopdesk.settings.sql_url)
    with engine.connect() as connection:
        said = connection.execute(select(turns.c.conversation_id, turns.c.text, turns.c.reply)).all()
    engine.dispose()
    holding = {row[0] for row in said if words.lower() in f"{row[1]}\n{row[2]['text']}".lower()}
    assert {found.id for found in shopdesk.admin.conversations.find(words)} == holding


def test_the_same_question_in_other_words_and_another_language_is_one_gap_and_an_approved_entry_closes_it(shopdesk):
    gap = shopdesk.admin.gaps()[0]
    assert {miss.question for miss in gap.misses} == {ASKED[1][0], ASKED[2][0], ASKED[3][0]}
    assert gap.cost == 3.0

    asked = [(miss.conversation, miss.turn) for miss in gap.misses]
    entries = shopdesk.admin.entries
    entry = entries.propose("Do you engrave pots?", "Yes, we engrave initials for 5 EUR within 3 days.", "en", "ann", asked)
    assert shopdesk.reply(ASKED[1][0]).abstained
    assert shopdesk.admin.finds(entry, ["Do you engrave pots?"]) == []
    live = entries.approve(entry.id, "bea")
    assert shopdesk.admin.finds(entry, ["Do you engrave pots?", "What is your phone number?"]) == ["Do you engrave pots?"]
    assert entry_of(gap, entries.all()) == live
    reply = shopdesk.reply("Do you engrave pots?")
    assert "5 EUR" in reply.text
    assert reply.citations[0].source == "FAQ of the shop"
    assert (live.state, live.author, live.approved_by, len(live.asked_in)) == ("live", "ann", "bea", 3)

    entries.change(entry.id, entry.question, "Yes, we engrave initials for 8 EUR within 3 days.", live.changed_at)
    assert "8 EUR" in shopdesk.reply("Do you engrave pots?").text
    with pytest.raises(InputError, match="Somebody else changed"):
        entries.change(entry.id, entry.question, "No.", live.changed_at)
    assert shopdesk.admin.missed_since() == {entry.id: 0}
    again = shopdesk.reply("do u engrave initials on a pot for my mum")
    shopdesk.rate(again.conversation, 1, "down")
    assert shopdesk.admin.missed_since() == {entry.id: 1}
    entries.withdraw(entry.id, "bea")
    assert entry_of(gap, entries.all()) is None
    assert shopdesk.reply("Do you engrave pots?").abstained


@pytest.mark.parametrize("order", [1, -1])
def test_questions_that_share_a_word_and_ask_for_different_things_are_gaps_of_their_own(order):
    wanted = [
        ("Do you offer gift wrapping?", "Is gift wrapping possible?", "可以包装成礼品吗？", "能包装成礼品吗"),
        ("Do you sell gift vouchers?", "Do you have gift vouchers?", "有礼品卡卖吗？", "礼品卡怎么买"),
    ]
    questions = [question for group in zip_longest(*wanted) for question in group if question][::order]
    now = datetime.now(UTC)
    missed = [
        Miss(str(number), 1, question, "en" if question.isascii() else "zh", "unanswered", now)
        for number, question in enumerate(questions)
    ]
    found = [{miss.question for miss in gap.misses} for gap in gaps(missed, builtin().encode)]
    assert not [group for group in found if sum(bool(group & {*each}) for each in wanted) > 1]
    assert len(found) <= 4


def test_what_a_person_answered_is_the_draft_of_the_entry(shopdesk):
    asked = shopdesk.reply("Is the clay of the pots food safe?")
    shopdesk.handovers.request(asked.conversation, "requested")
    handover = shopdesk.handovers.take(shopdesk.handovers.current(asked.conversation).id, "Ann", "a-secret")
    shopdesk.handovers.say(handover.id, "a-secret", "Hello!")
    shopdesk.handovers.say(handover.id, "a-secret", TESTED)
    gap = next(gap for gap in shopdesk.admin.gaps() if "clay" in gap.question)
    turns = [(miss.conversation, miss.turn) for miss in gap.misses]
    drafter = shopdesk.admin.drafter(shopdesk.handovers.events)
    draft = drafter.draft("model", gap.question, "en", turns)  # no model is set: what is built in drafts
    assert (draft.answer, draft.drafted) == (TESTED, Drafted("person", (f"conversation:{asked.conversation}",)))
    assert drafter.draft("person", gap.question, "en", []) is None
    entry = shopdesk.admin.entries.propose(gap.question, draft.answer, "en", "ann", turns, draft.drafted)
    assert shopdesk.admin.entries.get(entry.id).drafted == draft.drafted


@pytest.mark.parametrize(
    ("question", "language", "answer"),
    [("delivery takes how long", "en", "Standard delivery takes 2 to 4 days."), ("送货要多久", "zh", "标准快递2至4天送达。")],
)
def test_the_nearest_passage_is_the_draft_from_documents(shopdesk, question, language, answer):
    draft = shopdesk.admin.drafter(shopdesk.handovers.events).draft("documents", question, language, [])
    assert (draft.answer, draft.drafted) == (answer, Drafted("documents", ("faq.csv",)))


@pytest.mark.parametrize(
    ("language", "said", "kept", "removed"),
    [
        ("en", "The clay is tested to EN 1388 [1]. It is guaranteed for 25 years [1].", "The clay is tested to EN 1388.", "25"),
        ("zh", "陶土通过 EN 1388 检测[1]。质保25年[1]。", "陶土通过 EN 1388 检测。", "25"),
    ],
)
def test_a_model_drafts_from_what_persons_said_and_passages_and_no_figure_of_its_own_stays(language, said, kept, removed):
    spoken = "Hi Bo, the clay is tested to EN 1388." if language == "en" else "您好，陶土通过 EN 1388 检测。"
    passage = Evidence("p", "passage", "care.md", "Care", "Rinse the pot before use.", language)
    prompts = []

    def say(prompt: str) -> str:
        prompts.append(prompt)
        return said

    event = Event(1, "agent_message", 1, "Ann", spoken, datetime.now(UTC))
    drafter = Drafter(lambda _question, _k: [passage], lambda _conversation: [event], ("openai:m", say))
    draft = drafter.draft("model", "Is the clay safe?", language, [("c1", 1)])
    assert (draft.answer, draft.drafted.by, draft.drafted.sources) == (kept, "openai:m", ("conversation:c1",))
    assert len(draft.removed) == 1 and removed in draft.removed[0]
    assert spoken in prompts[0] and passage.text in prompts[0]


@pytest.mark.parametrize("said", ["", "NONE", "None.", "It is guaranteed for 25 years."])
def test_where_a_model_fails_or_says_nothing_supported_the_draft_is_the_built_in_one(said):
    passage = Evidence("p", "passage", "care.md", "Care", "Rinse the pot before use.", "en")
    drafter = Drafter(lambda _question, _k: [passage], lambda _conversation: [], ("openai:m", lambda _prompt: said))
    draft = drafter.draft("model", "Is the clay safe?", "en", [("c1", 1)])
    assert (draft.answer, draft.drafted) == (passage.text, Drafted("documents", ("care.md",)))


@pytest.mark.parametrize(("question", "answer"), [("", "Yes."), ("Why?", "  "), ("x" * 301, "Yes."), ("Why?", "x" * 4001)])
def test_an_entry_needs_a_question_and_an_answer_of_some_length(shopdesk, question, answer):
    with pytest.raises(InputError, match="has 1 to"):
        shopdesk.admin.entries.propose(question, answer, "en", "ann")


def test_a_user_signs_in_with_the_password_alone_and_a_new_one_signs_them_out(shopdesk):
    users = shopdesk.admin.users
    password = users.add("ann", "editor")
    token = users.sign_in("ann", password)
    user = users.signed_in(token)
    assert (user.name, user.role, user.may("agent"), user.may("owner")) == ("ann", "editor", True, False)
    assert users.sign_in("ann", password + "x") is users.sign_in("nobody", password) is users.signed_in("forged") is None
    assert users.sign_in("ann", users.set_password("ann"))
    assert users.signed_in(token) is None
    stored = counted(shopdesk, f"SELECT count(*) FROM users WHERE password LIKE '%{password}%'")
    assert stored == 0


def test_the_last_owner_stays(shopdesk):
    users = shopdesk.admin.users
    users.add("olga", "owner")
    with pytest.raises(InputError, match="last owner"):
        users.remove("olga")
    with pytest.raises(InputError, match="last owner"):
        users.set_role("olga", "agent")
    users.add("otto", "owner")
    users.remove("olga")
    assert "olga" not in {user.name for user in users.all()}


def test_another_role_counts_for_those_who_are_signed_in(shopdesk):
    users = shopdesk.admin.users
    token = users.sign_in("rita", users.add("rita", "agent"))
    users.set_role("rita", "editor")
    assert users.signed_in(token).role == "editor"
    with pytest.raises(InputError, match="no user 'ruth'"):
        users.set_role("ruth", "agent")
    with pytest.raises(InputError, match="owner, editor, agent"):
        users.set_role("rita", "king")


@pytest.mark.parametrize(
    ("name", "role", "password", "said"),
    [
        ("a b", "agent", None, "no spaces"),
        ("", "agent", None, "1 to 60"),
        ("zoe", "king", None, "owner, editor, agent"),
        ("zoe", "agent", "short", "10 characters"),
    ],
)
def test_an_unusable_user_is_refused_in_one_sentence(shopdesk, name, role, password, said):
    with pytest.raises(InputError, match=said):
        shopdesk.admin.users.add(name, role, password)


def test_users_are_managed_from_the_command_line(tmp_path: Path, run):
    def user(*words: str) -> subprocess.CompletedProcess[str]:
        return run("user", *words, "--data", "data", cwd=tmp_path)

    made = json.loads(user("add", "ann", "--role", "owner", "--json").stdout)
    assert len(made["password"]) >= 10
    assert json.loads(user("list", "--json").stdout) == [{"name": "ann", "role": "owner"}]
    assert "'ann' is the last owner" in user("role", "ann", "agent").stderr
    assert user("password", "ann").stdout.startswith("user ann, password ")
    refused = user("add", "ann")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "already" in refused.stderr
