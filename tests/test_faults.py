"""Customers who tell of a fault are understood, in whatever words, and nobody else is taken to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import bot
from bot.shopdesk import Shopdesk
from bot.understanding.examples import fault_examples
from bot.understanding.faults import LONGEST
from bot.understanding.shipped import faults

DAMAGED = [
    "bottle was smashed when i opened the parcel",
    "box was crushed and the cups inside are in bits",
    "cream had already been opened when it arrived",
    "打开快递瓶子是碎的",
    "收到的书封面撕了",
    "水果烂了一半",
]
FAULTY = [
    "the zip came off after a week",
    "my headphones only play on one side",
    "lamp flickers all the time",
    "SO-2231 jo@example.com the strap snapped first day",
    "Bought it in May. The pump leaks. What can I do?",
    "拉链用了一周就掉了",
    "充一晚上电还是只有一半",
    "你好，上个月买的。灯一直闪。能修吗？",
    "把手掉下来了，我要退货",
    "音量自己变大",
    "毛衣起球起得没法看",
]
NONE = [
    "what if it breaks?",
    "does the kettle leak?",
    "anything with a crack resistant screen",
    "i broke my old one and need a new kettle",
    "you sent me the wrong size",
    "got a jacket 12 days ago, only tried it on. can i still send it back?",
    "discount code does not work",
    "水壶会漏水吗",
    "玻璃杯耐摔吗",
    "发错尺码了",
    "旧的坏了想买个新水壶",
    "太大了能换吗",
    "优惠券点了没反应",
    "机械键盘声音大不大",
    "两单下重了，退一单",
]


@pytest.mark.parametrize(
    ("message", "fault"),
    [*((one, "damaged") for one in DAMAGED), *((one, "faulty") for one in FAULTY), *((one, None) for one in NONE)],
)
def test_a_fault_is_told_by_what_a_message_means(message: str, fault: str | None) -> None:
    assert faults().told(message) == fault


def test_none_of_these_messages_was_learnt() -> None:
    learnt = set(fault_examples()[0])
    assert learnt.isdisjoint([*DAMAGED, *FAULTY, *NONE])


TRANSIT = {
    "en": "# Delivery\n\nDamaged in transit? Report it to us within 48 hours, with photos of the box.\n\nTracking stands "
    "still? We ask the carrier.\n",
    "zh": "# 送货\n\n运输途中破损的商品，请在 48 小时内连外箱一起拍照发给我们。\n\n物流不动了？我们去问承运方。\n",
}
REMEDY = {
    "en": "# Returns\n\n### Faulty items\n\nOh no. Send a photo within 30 days and we send a replacement or refund you. "
    "Bobbles on wool are no fault.\n",
    "zh": "# 售后\n\n### 质量问题\n\n真抱歉。30 天内发照片给我们，换新或退款都可以。\n",
}


def open_shop(folder: Path, *pages: dict[str, str]) -> Shopdesk:
    opened = bot.open(folder / "data")
    for place, page in enumerate(pages):
        for language, text in page.items():
            (folder / f"page{place}.{language}.md").write_text(text, "utf-8")
    opened.load(sorted(folder.glob("*.md")))
    return opened


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shopdesk]:
    with open_shop(tmp_path_factory.mktemp("faults"), TRANSIT, REMEDY) as opened:
        yield opened


@pytest.mark.parametrize(
    ("message", "says", "not_said"),
    [
        ("the zip on my jacket came off after a week", "replacement or refund", "Bobbles"),
        ("extension lead went dead overnight", "replacement or refund", "Oh no."),
        ("外套拉链一周就掉了", "换新或退款", "真抱歉"),
        ("插线板一夜就没电了，坏的", "换新或退款", "外箱"),
        ("the mirror arrived shattered", "48 hours", "Tracking"),
    ],
)
def test_the_remedy_is_told_and_no_other_sentence_beside_it(shop: Shopdesk, message: str, says: str, not_said: str) -> None:
    told = shop.reply(message).text
    assert says in told and not_said not in told


@pytest.mark.parametrize("message", ["my cable stopped working", "充电线不能用了"])
def test_a_rule_for_damage_on_the_way_is_none_for_what_broke_later(tmp_path: Path, message: str) -> None:
    with open_shop(tmp_path, TRANSIT) as opened:
        assert "48" not in opened.reply(message).text


def test_the_first_sentences_of_a_long_story_are_read() -> None:
    story = "My kettle leaks from the base. " + "We had guests and I told them about it at length. " * 30
    assert len(story) > LONGEST and faults().told(story) == "faulty"
    assert faults().told("1元" * LONGEST) is None
