"""The console's pages of what the assistant learns from: what their buttons do, to whom, in both languages."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

import bot
from bot.console.conversations_page import correct, step_in, whole
from bot.console.editing import change_settings, stamp_of
from bot.console.gaps_page import GapDesk
from bot.console.ratings_page import RatingsPage
from bot.console.toolkit import gr
from bot.settings import FILE
from bot.shopdesk import Shopdesk
from bot.store.database import aware
from tests.signed_in import by, operator


@pytest.fixture(scope="module")
def shopdesk(api_data, tmp_path_factory) -> Iterator[Shopdesk]:
    with bot.open(shutil.copytree(api_data, tmp_path_factory.mktemp("learning") / "data")) as opened:
        yield opened


def test_a_gap_is_drafted_by_a_click_approved_and_told_to_be_closed_in_both_languages(shopdesk):
    asked = shopdesk.reply("Do you sell gift vouchers?")
    desk, zh = GapDesk(operator(shopdesk, "gaps")), GapDesk(operator(shopdesk, "gaps", "zh"))
    [row], found, _, _ = desk.listed(30)
    assert (row[0], row[-1], zh.listed(30)[0][0][-1]) == ("Do you sell gift vouchers?", "open", "未补")
    chosen = SimpleNamespace(index=[0, 0])
    assert (row[3], zh.listed(30)[0][0][3]) == ("not answered: 1", "未能回答：1")
    known, question, _, language, about, turns, *_ = desk.gap(found, chosen)
    assert (known, turns) == (None, [[asked.conversation, 1]]) and "gift vouchers" in about

    with pytest.raises(gr.Error):
        desk.draft("documents", question, language, turns, by("agent"))
    with pytest.raises(gr.Error, match="nobody answered it"):
        desk.draft("person", question, language, turns, by("editor"))
    answer, drafted, note = desk.draft("documents", "Who pays for the return?", language, turns, by("editor"))
    assert "12 yuan" in answer and "returns.en.md" in note
    known, *_ = desk.propose(None, question, answer, language, turns, drafted, 30, by("editor"))
    assert desk.listed(30)[0][0][-1] == "proposed"
    vouchers = (question, "Vouchers start at 50 yuan.", language, turns)
    with pytest.raises(gr.Error, match="Look at the preview"):
        desk.approve(known, None, *vouchers, None, 30, by("editor"))
    with pytest.raises(gr.Error):
        desk.preview(known, *vouchers, by("agent"))
    shown, previewed, publish = desk.preview(known, *vouchers, by("editor"))
    assert "now answered: 1, changed: 0, unchanged: " in shown and "<ins>Vouchers" in shown and publish.interactive
    assert "现在答得上：1、有变化：0、不变：" in zh.preview(known, *vouchers, by("editor"))[0]
    assert shopdesk.reply(question).abstained
    with pytest.raises(gr.Error, match="Look at the preview"):
        desk.approve(known, previewed, question, "Vouchers start at 5 yuan.", language, turns, None, 30, by("editor"))
    known, [row], *_, undo = desk.approve(known, previewed, *vouchers, None, 30, by("editor"))
    assert undo.interactive
    assert row[-1] == "closed" and zh.listed(30)[0][0][-1] == "已补上"
    with pytest.raises(gr.Error, match="get this entry already"):
        desk.propose(known, question, "Vouchers start at 20 yuan.", language, turns, None, 30, by("editor"))
    assert "50 yuan" in shopdesk.reply(question).text
    known, [row], *_, undo = desk.undo(known, 30, by("editor"))
    assert (row[-1], undo.interactive) == ("proposed", False) and shopdesk.reply(question).abstained
    known, *_ = desk.approve(known, previewed, *vouchers, None, 30, by("editor"))
    entry = shopdesk.admin.entries.get(known[0])
    assert (entry.author, entry.approved_by, entry.drafted) == ("editor", "editor", drafted)


def test_ratings_turn_the_order_of_two_answers_until_they_are_switched_off_or_forgotten(shopdesk, tmp_path):
    for name, answer in (("old", "Wash the rug at 30 degrees."), ("new", "Wash the rug at 40 degrees.")):
        (tmp_path / f"{name}.csv").write_text(f"question,answer\nCan I wash the rug?,{answer}\n", "utf-8")
    shopdesk.load([tmp_path])
    question = "Can the rug be washed?"

    def first() -> str:
        return shopdesk.search(question, 3)[0]["text"]

    before = first()
    for asked, rating in ((question, "down"), ("How long is the warranty?", "up")):
        for _ in range(12):
            shopdesk.rate(shopdesk.reply(asked).conversation, 1, rating, "wrong" if rating == "down" else None)
    page, zh = RatingsPage(operator(shopdesk, "ratings")), RatingsPage(operator(shopdesk, "ratings", "zh"))
    after = first()
    assert after != before and shopdesk.reply(question).citations[0].quote in after
    rows, note, on = page.listed()
    assert ["-" if before in row[0] else "+" for row in rows] == [row[-1][0] for row in rows] and len(rows) > 1
    assert on and "8 percentage points" in note and "8 个百分点" in zh.listed()[1]

    with pytest.raises(gr.Error):
        page.switch(False, by("editor"))
    assert page.switch(False, by("owner"))[2] is False and first() == before
    assert page.switch(True, by("owner"))[2] is True and first() == after
    assert page.forget(by("owner"))[0] == [] and first() == before


def test_a_conversation_that_nobody_called_a_person_to_is_taken_over_from_the_console(shopdesk):
    page, talk = operator(shopdesk, "conversations", "zh"), shopdesk.reply("How long is the warranty?").conversation
    shown = whole(page, talk)
    assert "接管对话" not in shown and "识别为：保修与维修（" in shown and " 毫秒" in shown
    step_in(page, talk, by("agent").state.user)
    handover = shopdesk.handovers.current(talk)
    assert (
        handover is not None and handover.reason == "step_in" and f'href="{shopdesk.links.path(handover)}"' in whole(page, talk)
    )
    search = shopdesk.admin.conversations
    assert [found.id for found in search.find(outcome="waiting")] == [talk] and search.waiting() == 1
    assert shopdesk.handovers.leave_email(talk, "lin@example.com") and "邮箱：lin@example.com" in whole(page, talk)
    shopdesk.handovers.take(handover.id, "Mei", "secret")
    assert shopdesk.reply("Hello?", conversation=talk).text == ""
    shopdesk.handovers.say(handover.id, "secret", "It is <b>two</b> years.")
    shopdesk.handovers.release(handover.id, "secret")
    read = re.sub(r"<[^>]*>", " ", whole(page, talk))
    parts = (
        "已呼叫人工：店员主动介入",
        "Mei加入了对话",
        "Hello?",
        "Mei",
        "It is &lt;b&gt;two&lt;/b&gt; years.",
        "Mei离开了对话",
    )
    assert re.search(".*".join(map(re.escape, parts)), read, re.DOTALL) and search.waiting() == 0
    assert shopdesk.admin.users.audited()[0]["action"] == "handover requested"


@pytest.mark.parametrize(
    ("words", "asked", "source"),
    [
        ("Your voucher code is NORD10, for 5 % off.", "What was the voucher code again?", "what our colleague wrote"),
        ("您的优惠码是 NORD10，可减 5%。", "刚才说的优惠码是多少？", "同事的回复"),
    ],
)
def test_what_a_person_said_is_told_again_to_who_asks_for_it_and_to_nobody_else(shopdesk, words, asked, source):
    talk, other = (shopdesk.reply(text).conversation for text in ("Hello", "Hi"))
    shopdesk.handovers.request(talk, "requested")
    handover = shopdesk.handovers.current(talk)
    assert handover is not None
    shopdesk.handovers.take(handover.id, "Mei", "secret")
    shopdesk.handovers.say(handover.id, "secret", words)
    shopdesk.handovers.release(handover.id, "secret")
    told = shopdesk.reply(asked, conversation=talk)
    assert "NORD10" in told.text and [cited.source for cited in told.citations] == [source]
    assert "two years" not in told.text and "NORD10" not in shopdesk.reply(asked, conversation=other).text
    warranty = shopdesk.reply("How long is the warranty?", conversation=talk)
    assert "NORD10" not in warranty.text and warranty.action == "answer"


@pytest.mark.slow
def test_labels_corrected_in_the_console_are_learned_by_the_command_and_forgotten_again(shopdesk, run, tmp_path):
    said = ("fetch the skipper", "is the skipper in", "get me the skipper please", "can the skipper call me")
    said += ("叫船长来", "船长在吗", "我要找船长", "让船长回电话")
    page = operator(shopdesk, "conversations")
    for text in said:
        conversation = shopdesk.reply(text).conversation
        with pytest.raises(gr.Error):
            correct(page, conversation, 1, "teleport", None, by("editor").state.user)
        correct(page, conversation, 1, "human_agent", None, by("editor").state.user)
        assert "corrected: a person, please (editor)" in whole(page, conversation)
    data = shutil.copytree(shopdesk.settings.data, tmp_path / "data", ignore=shutil.ignore_patterns("lock"))
    told = run("labels", "train", "--data", str(data), cwd=tmp_path).stdout.splitlines()[-2:]
    assert told[0].startswith("intent: of 8 corrected") and told[0].endswith("Learned, from the next start on.")
    assert told[1].startswith("sentiment: 0 corrected messages are too few")
    with bot.open(data) as learned:
        assert learned.reply("please fetch the skipper").intent.name == "human_agent"
        assert learned.reply("How long is the warranty?").intent.name == "warranty_repair"
    assert "Forgotten" in run("labels", "forget", "--data", str(data), cwd=tmp_path).stdout
    assert len(json.loads(run("labels", "list", "--json", "--data", str(data), cwd=tmp_path).stdout)["intent"]) == 8


def test_times_stand_in_the_shops_time_zone_which_the_page_tells_once(shopdesk):
    page, zh, talk = (
        operator(shopdesk, "conversations"),
        operator(shopdesk, "console", "zh"),
        shopdesk.reply("Hello").conversation,
    )
    at = aware(shopdesk.admin.conversations.whole(talk)[0]["at"])
    for zone, told in (("Asia/Kolkata", "Asia/Kolkata UTC+05:30"), ("UTC", "UTC")):
        change_settings(shopdesk.settings, {"time_zone": zone}, stamp_of(shopdesk.settings.data, FILE))
        assert f"· {at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}<" in whole(page, talk)
        assert page.zone == zh.zone == told
    change_settings(shopdesk.settings, {"time_zone": None}, stamp_of(shopdesk.settings.data, FILE))
    assert f"· {at.astimezone():%Y-%m-%d %H:%M}<" in whole(page, talk) and page.zone.startswith("UTC")
