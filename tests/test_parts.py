"""Messages that ask several things: each is answered by itself, and what stays unanswered is said."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import bot
from bot.shopdesk import Shopdesk
from bot.skills.parts import asked_parts

FAQ = """question,answer,language
How long does engraving take?,Engraving takes 2 business days.,en
What does engraving cost?,Engraving costs 39 CNY a piece.,en
Do you wrap gifts?,Yes for 12 CNY an item.,en
礼品包装多少钱？,每件 12 元，附手写贺卡。,zh
包装要多久？,包装当天完成。,zh
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shopdesk]:
    folder: Path = tmp_path_factory.mktemp("parts")
    (folder / "faq.csv").write_text(FAQ, "utf-8")
    with bot.open(folder / "data") as shopdesk:
        shopdesk.load([folder / "faq.csv"])
        yield shopdesk


@pytest.mark.parametrize(
    ("question", "language", "ways"),
    [
        ("How long do I have?", "en", [("How long do I have?",)]),
        ("It broke. Can I return it?", "en", [("It broke. Can I return it?",)]),
        (
            "It broke. Can I return a cracked lamp?",
            "en",
            [("It broke. Can I return a cracked lamp?", "Can I return a cracked lamp")],
        ),
        (
            "what does engraving cost and how long does it take",
            "en",
            [
                ("what does engraving cost", "what does engraving cost and how long does it take"),
                ("engraving: how long does it take",),
            ],
        ),
        ("保温杯刻字多少钱，要多久", "zh", [("保温杯刻字多少钱", "保温杯刻字多少钱，要多久"), ("保温杯刻字，要多久",)]),
        ("退货要几天之内", "zh", [("退货要几天之内", "几天内可以无理由退货？")]),
        ("退款几天到账", "zh", [("退款几天到账",)]),
        (
            "同城急送多久到，配送费多少",
            "zh",
            [("同城急送多久到", "同城急送多久到，配送费多少"), ("同城急送多久到，配送费多少", "配送费多少")],
        ),
    ],
)
def test_every_question_of_a_message_is_searched_for_with_its_topic(question, language, ways):
    assert [part.ways for part in asked_parts(question, language)] == ways


def test_a_later_question_is_asked_of_the_product_named_then_by_itself():
    _, later = asked_parts("Tidewell 绿茶 100 g有货吗?多久能到", "zh", subject="Tidewell 绿茶 100 g")
    assert later.ways == ("Tidewell 绿茶 100 g，多久能到", "多久能到")


def test_a_first_question_that_names_no_topic_is_asked_with_the_story_before_it():
    first, _ = asked_parts("最近想换货，怎么操作？运费呢", "zh")
    assert first.ways[0] == "最近想换货，怎么操作"


@pytest.mark.parametrize(
    ("question", "facts"),
    [
        ("What does engraving cost, and how long does it take?", ("39 CNY", "2 business days")),
        ("礼品包装多少钱，要多久？", ("12 元", "当天")),
    ],
)
def test_both_questions_of_a_message_are_answered(shop, question, facts):
    reply = shop.reply(question)
    assert reply.action == "answer"
    assert all(fact in reply.text for fact in facts)


@pytest.mark.parametrize(
    ("question", "fact", "unknown"),
    [
        ("What does engraving cost, and who founded your company?", "39 CNY", "“who founded your company”"),
        ("礼品包装多少钱？你们的创始人是谁？", "12 元", "“你们的创始人是谁”"),
    ],
)
def test_what_is_known_is_answered_and_what_is_not_is_named(shop, question, fact, unknown):
    reply = shop.reply(question)
    assert reply.action == "answer"
    assert fact in reply.text
    assert unknown in reply.text
    assert reply.text.index(fact) < reply.text.index(unknown)


def test_a_comma_in_a_title_ends_no_question():
    title = "Rice Cooker 3 L, black"
    parts = asked_parts(f"Is the {title} in stock? How long does delivery take?", "en", subject=title)
    assert [part.text for part in parts] == [f"Is the {title} in stock", "How long does delivery take"]
