"""Messages that ask several things: each is answered by itself, and what stays unanswered is said."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import bot
from bot.shopdesk import Shopdesk
from bot.skills.evidence import Judged
from bot.skills.parts import asked_parts, told_topic
from knowledge_base.retrieval import query_language
from knowledge_base.types import Chunk, SearchHit

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
        (
            "寄新疆要多少运费啊，几天能到",
            "zh",
            [
                ("寄新疆要多少运费啊", "寄新疆要多少运费啊，几天能到"),
                ("新疆几天能到", "几天能到"),
            ],
        ),
        (
            "How much is delivery to Tibet? How many days does delivery take?",
            "en",
            [
                ("How much is delivery to Tibet", "How much is delivery to Tibet? How many days does delivery take?"),
                ("How many days does delivery take to tibet", "How many days does delivery take"),
            ],
        ),
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


GOODS = """sku,title,category,price,currency,stock,language,persons
T-1,Wren Dome Tent for 2,Tents,199,EUR,4,en,2
T-1,雀鸟双人帐篷,帐篷,199,EUR,4,zh,2
T-2,Wren Tunnel Tent for 4,Tents,299,EUR,3,en,4
T-2,雀鸟四人帐篷,帐篷,299,EUR,3,zh,4
K-1,Kite Kettle 1 L,Kettles,39,EUR,5,en,
K-1,风筝水壶 1 L,水壶,39,EUR,5,zh,
"""
RULES = """question,answer,language
How long does delivery take?,Parcels take 3 to 5 days.,en
Which payment methods do you accept?,We accept Visa and Alipay.,en
Can I get an invoice?,An invoice comes by e-mail within 24 hours.,en
How much is delivery within Europe?,Delivery costs 4 EUR and is free from 60 EUR.,en
Who pays the postage?,"When you change your mind you pay the postage of 6 EUR, else we do.",en
运费怎么算？,运费 4 欧元，满 60 欧元包邮。,zh
邮费谁出？,不喜欢退货的邮费 6 欧元由您出，其他情况我们出。,zh
Which carriers do you use?,Parcels travel with DHL.,en
Does the kettle have a timer?,Yes. It can be set up to 12 hours ahead.,en
How long is the warranty?,Kettles have a warranty of 24 months and tents one of 36.,en
多久能送到？,3–5 天送到。,zh
支持哪些付款方式？,支持支付宝和银联卡。,zh
可以开发票吗？,电子发票 24 小时内发到邮箱。,zh
发什么快递？,默认发顺丰。,zh
水壶可以预约吗？,可以，最多提前 12 小时预约。,zh
保修多久？,水壶保修 24 个月，帐篷保修 36 个月。,zh
"""


@pytest.fixture(scope="module")
def tents(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shopdesk]:
    folder: Path = tmp_path_factory.mktemp("tents")
    (folder / "rules.csv").write_text(RULES, "utf-8")
    (folder / "goods.csv").write_text(GOODS, "utf-8")
    with bot.open(folder / "data") as shopdesk:
        shopdesk.load([folder / "rules.csv", folder / "goods.csv"])
        yield shopdesk


@pytest.mark.parametrize(
    ("question", "facts"),
    [
        ("Can I get an invoice and do you take Alipay?", ("within 24 hours", "Alipay")),
        ("Which carriers do you use, and how long does delivery take?", ("DHL", "3 to 5 days")),
        ("Does the kettle have a timer? And how long is the warranty?", ("12 hours", "24 months")),
        ("可以开发票吗，支持支付宝吗", ("24 小时", "支付宝")),
        ("你们发什么快递，多久能送到", ("顺丰", "3–5 天")),
        ("水壶可以预约吗 保修多久", ("12 小时", "24 个月")),
    ],
)
def test_a_second_question_of_another_matter_is_not_lost(tents, question, facts):
    text = tents.reply(question).text
    assert [fact for fact in facts if fact not in text] == []


@pytest.mark.parametrize(
    ("message", "fact", "cheaper"),
    [
        ("Do you have a tent for 4? Also, how long does delivery take?", "3 to 5 days", "anything cheaper?"),
        ("I'm looking for a tent for 4, can I pay with Alipay?", "Alipay", "anything cheaper?"),
        ("有没有四人帐篷，多久能送到？", "3–5 天", "有便宜点的吗"),
        ("想买个四人帐篷，支持支付宝吗", "支付宝", "有便宜点的吗"),
    ],
)
def test_goods_that_are_looked_for_are_shown_beside_the_answer_to_another_question(tents, message, fact, cheaper):
    reply = tents.reply(message)
    assert "T-2" in [product.sku for product in reply.products]
    assert fact in reply.text
    assert {citation.source for citation in reply.citations} > {"T-2"}
    assert tents.reply(cheaper, reply.conversation).action == "recommend"


@pytest.mark.parametrize(
    "message",
    ["I got a tent 12 days ago and only pitched it once. How long is the warranty?", "帐篷买了12天，只搭过一次，保修多久"],
)
def test_who_tells_of_goods_that_they_bought_is_shown_none(tents, message):
    assert tents.reply(message).action == "answer"


@pytest.mark.parametrize(
    ("before", "question", "fee"),
    [
        ("How long is the warranty?", "how much is postage", "4 EUR"),
        ("How much is the kettle?", "how much is postage for it", "4 EUR"),
        ("保修多久？", "邮费多少", "4 欧元"),
        ("水壶多少钱？", "它邮费多少", "4 欧元"),
    ],
)
def test_postage_is_what_delivery_costs_whatever_a_row_on_returns_says_of_it(tents, before, question, fee):
    reply = tents.reply(question, tents.reply(before).conversation)
    assert fee in reply.text
    assert "6" not in reply.text.replace("60", "")


@pytest.mark.parametrize(
    ("question", "language", "beside", "telling"),
    [
        ("退款多久到账", "en", "Unused goods can be returned within 14 days.", "We refund within 3 days."),
        ("how long does a refund take", "zh", "签收 14 天内可退。", "3 个工作日内退款。"),
    ],
)
def test_what_is_written_in_the_other_language_speaks_of_the_same_matter_too(question, language, beside, telling):
    chunks = (Chunk(text, "faq", "faq", "", language, "text", text, "", n, 9) for n, text in enumerate((beside, telling)))
    judged = Judged(tuple(SearchHit(chunk, 0.8, 0.8, 0.0) for chunk in chunks), ())
    kept = judged.about(told_topic(question), query_language(question)).hits
    assert [hit.chunk.text for hit in kept] == [telling]
