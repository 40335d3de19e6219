"""The console's pages of what the assistant learns from: what their buttons do, to whom, in both languages."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

import bot
from bot.console.gaps_page import GapDesk
from bot.console.operator import Operator, texts_of
from bot.shopdesk import Shopdesk
from bot.store.users import User


@pytest.fixture(scope="module")
def shopdesk(api_data, tmp_path_factory) -> Iterator[Shopdesk]:
    with bot.open(shutil.copytree(api_data, tmp_path_factory.mktemp("learning") / "data")) as opened:
        yield opened


def by(role: str) -> Any:
    return SimpleNamespace(state=SimpleNamespace(user=User(role, role, datetime.now(UTC))))


def operator(shopdesk: Shopdesk, page: str, language: str = "en") -> Operator:
    return Operator(shopdesk, language, texts_of(language, page))


def test_a_gap_is_drafted_by_a_click_approved_and_told_to_be_closed_in_both_languages(shopdesk):
    asked = shopdesk.reply("Do you sell gift vouchers?")
    desk, zh = GapDesk(operator(shopdesk, "gaps")), GapDesk(operator(shopdesk, "gaps", "zh"))
    [row], found, _, _ = desk.listed(30)
    assert (row[0], row[-1], zh.listed(30)[0][0][-1]) == ("Do you sell gift vouchers?", "open", "未补")
    chosen = SimpleNamespace(index=[0, 0])
    known, question, _, language, about, turns, _, _ = desk.gap(found, chosen)
    assert (known, turns) == (None, [[asked.conversation, 1]]) and "gift vouchers" in about

    with pytest.raises(gr.Error):
        desk.draft("documents", question, language, turns, by("agent"))
    with pytest.raises(gr.Error, match="nobody answered it"):
        desk.draft("person", question, language, turns, by("editor"))
    answer, drafted, note = desk.draft("documents", "Who pays for the return?", language, turns, by("editor"))
    assert "12 yuan" in answer and "returns.en.md" in note
    known, *_ = desk.propose(None, question, answer, language, turns, drafted, 30, by("editor"))
    assert desk.listed(30)[0][0][-1] == "proposed"
    known, [row], *_ = desk.approve(known, question, "Vouchers start at 50 yuan.", language, turns, None, 30, by("editor"))
    assert row[-1] == "closed" and zh.listed(30)[0][0][-1] == "已补上"
    assert "50 yuan" in shopdesk.reply("Do you sell gift vouchers?").text
    entry = shopdesk.admin.entries.get(known[0])
    assert (entry.author, entry.approved_by, entry.drafted) == ("editor", "editor", drafted)
