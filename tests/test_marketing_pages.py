"""The console's pages of texts, campaigns and messages: what their buttons do, to whom, in both languages."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

import bot
from bot.console.copy_page import CopyPage
from bot.console.operator import Operator, texts_of
from bot.shopdesk import Shopdesk
from bot.store.users import User


@pytest.fixture(scope="module")
def shopdesk(api_data, tmp_path_factory) -> Iterator[Shopdesk]:
    with bot.open(shutil.copytree(api_data, tmp_path_factory.mktemp("marketing") / "data")) as opened:
        yield opened


def by(role: str) -> Any:
    return SimpleNamespace(state=SimpleNamespace(user=User(role, role, datetime.now(UTC))))


def operator(shopdesk: Shopdesk, page: str, language: str = "en") -> Operator:
    return Operator(shopdesk, language, texts_of(language, page))


def written(page: CopyPage, words: str = "TH-3", language: str = "en", role: str = "editor") -> tuple[Any, ...]:
    sku = page.products(words, language).value
    return page.write(sku, "ad", language, "", "friendly", "long", 10, "2026-12-31", 2, None, by(role))


def test_a_text_is_found_by_title_written_edited_with_forbidden_words_taken_out_and_approved_once(shopdesk):
    page = CopyPage(operator(shopdesk, "copy"))
    shown, number, _, rows, _ = written(page, "school")
    assert "School Backpack 25 L" in shown and rows[0][1] == "draft"
    shown, _, box, *_ = page.edit(
        number, "The best School Backpack 25 L. It also flies to the moon in 3 days.", None, by("editor")
    )
    assert "<del>best</del>" in shown and "the catalogue does not say so" in shown and "moon" not in box.value
    _, _, _, rows, _ = page.approve(number, "approved", by("editor"))
    assert rows[0][:2] == [number, "approved"] and rows[0][-1] == "editor"
    with pytest.raises(gr.Error, match=f"text {number} is approved already"):
        page.edit(number, "x", None, by("editor"))


def test_the_owners_own_words_are_taken_out_of_the_next_text_without_a_restart(shopdesk):
    page = CopyPage(operator(shopdesk, "copy", "zh"))
    with pytest.raises(gr.Error, match=texts_of("zh", "console")["forbidden"]):
        page.save_words("双肩包", page.own_words()[1], by("editor"))
    assert page.save_words("双肩包", page.own_words()[1], by("owner"))[0] == "双肩包"
    _, number, *_ = written(page, "TH-3", "zh")
    assert "<del>双肩包</del>" in page.edit(number, "这款双肩包容量 25 升。", None, by("editor"))[0]
    with pytest.raises(gr.Error, match="还没有选择商品"):
        written(page, "no such thing", "zh")


def test_who_only_talks_to_customers_writes_nothing(shopdesk):
    with pytest.raises(gr.Error):
        written(CopyPage(operator(shopdesk, "copy")), role="agent")
