"""Customers who tell of an accident: nothing of another thing or act reassures them, and what must be done at once is said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import bot
from bot.shopdesk import Shopdesk
from bot.text.danger import accident

FAQ = """question,answer,language
Can dogs eat cat food?,"Not for long. It makes them fat, but a stolen mouthful does no harm.",en
How long do the batteries last?,Batteries last 12 months and come with the collar.,en
狗狗能吃猫粮吗？,不建议长期吃，偶尔偷吃一口没关系。,zh
项圈的电池能用多久？,电池能用 12 个月。,zh
"""
FEEDING = """# Feeding guide

## Never feed

Chocolate, onions and grapes are toxic to cats and dogs. If they ate any, see a vet at once.

# 喂养指南

## 不能吃的

巧克力、洋葱、葡萄对猫狗有毒。误食请立刻去医院，不要等。
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shopdesk]:
    folder: Path = tmp_path_factory.mktemp("danger")
    (folder / "faq.csv").write_text(FAQ, "utf-8")
    english, chinese = FEEDING.split("# 喂养指南")
    (folder / "feeding.md").write_text(english, "utf-8")
    (folder / "喂养指南.md").write_text(f"# 喂养指南{chinese}", "utf-8")
    (folder / "data").mkdir()
    (folder / "data" / "shop.toml").write_text('name = "Paws"\nemail = "paws@example.com"\n', "utf-8")
    with bot.open(folder / "data") as shopdesk:
        shopdesk.load([folder / "faq.csv", folder / "feeding.md", folder / "喂养指南.md"])
        yield shopdesk


@pytest.mark.parametrize(
    ("message", "warning", "urged", "reassurance"),
    [
        ("my dog ate some chocolate what should i do", "toxic", "vet at once", "no harm"),
        ("our cat has eaten a grape!! is it poisonous", "toxic", "vet at once", "no harm"),
        ("狗偷吃了巧克力怎么办", "有毒", "立刻去医院", "没关系"),
        ("猫吃了葡萄有事吗", "有毒", "立刻去医院", "没关系"),
        ("猫吃了洋葱有毒吗", "有毒", "立刻去医院", "没关系"),
    ],
)
def test_what_warns_of_the_very_thing_answers_and_says_what_to_do_at_once(shop, message, warning, urged, reassurance):
    reply = shop.reply(message)
    assert reply.action == "answer"
    assert warning in reply.text
    assert urged in reply.text
    assert reassurance not in reply.text


@pytest.mark.parametrize(
    ("message", "who"),
    [
        ("my son swallowed one of the batteries, what now?", "doctor"),
        ("The collar is smoking!", "unplug"),
        ("孩子把项圈的电池吞下去了怎么办", "医生"),
        ("项圈冒烟了", "断电"),
    ],
)
def test_an_accident_that_nothing_warns_of_is_not_judged_and_a_person_offered(shop, message, who):
    reply = shop.reply(message)
    assert reply.abstained
    assert who in reply.text
    assert "paws@example.com" in reply.text
    assert "12" not in reply.text


@pytest.mark.parametrize(
    "question",
    [
        "Is the lunch box non-toxic?",
        "Do you sell a rash guard?",
        "is there a carbon monoxide alarm in stock",
        "Are the blocks a choking hazard?",
        "a smoking gun for cocktails",
        "插座有漏电保护吗",
        "有没有一氧化碳报警器",
        "有防烫伤的杯子吗",
    ],
)
def test_goods_that_keep_from_harm_are_no_accident(question):
    assert accident(question) is None


@pytest.mark.parametrize("question", ["How long do the batteries last?", "项圈的电池能用多久？"])
def test_an_ordinary_question_of_the_same_thing_is_answered(shop, question):
    assert "12" in shop.reply(question).text
