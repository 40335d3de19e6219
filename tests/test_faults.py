"""Customers who tell of a fault are understood, in whatever words, and nobody else is taken to."""

from __future__ import annotations

import pytest

from bot.understanding.examples import fault_examples
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
