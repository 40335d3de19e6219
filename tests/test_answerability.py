"""When the shop's passages answer a question, and when the assistant had better say that it does not know."""

from functools import cache

import numpy as np
import pytest

from bot.generation.alignment import WordVectors
from bot.generation.answerability import FEATURES, READ, Found, shipped
from bot.generation.passage_judge import PassageJudge
from bot.generation.remembered import Remembered
from bot.settings import Settings
from bot.types import Evidence
from knowledge_base.static_encoder import StaticEncoder
from knowledge_base.types import Chunk, SearchHit

ENCODER = cache(StaticEncoder.load)
JUDGE = cache(lambda: PassageJudge(ENCODER().encode, WordVectors(ENCODER().weighted)))
ROWS = {
    "en": (
        ("How long do I have to return something?", "You have 15 days from delivery. The item must be unused."),
        ("Which payment methods do you accept?", "Alipay, WeChat Pay, UnionPay, Visa, Mastercard and Apple Pay."),
        ("How much is delivery within mainland China?", "Delivery costs 8 CNY and is free from 99 CNY."),
        ("Where is your store?", "18 Lindong Road, Hangzhou. It is open Tuesday to Sunday from 10:00 to 20:00."),
        ("Which carriers do you use?", "Orders of 299 CNY or more go with SF Express, smaller ones with ZTO."),
    ),
    "zh": (
        ("几天内可以退货？", "签收之日起 15 天内可以无理由退货。"),
        ("支持哪些付款方式？", "支付宝、微信支付、银联、Visa。不支持货到付款。"),
        ("运费怎么算？", "中国大陆运费 8 元，满 99 元包邮。"),
        ("门店在哪里？", "杭州市西湖区林东路 18 号，周二到周日 10:00–20:00。"),
    ),
}


def best(question, language, aside=0.0, rows=None, judge=None):
    judge = judge or JUDGE()
    rows = ROWS[language] if rows is None else rows
    texts = [f"{asked}\n{answer}" for asked, answer in rows]
    vectors = ENCODER().encode([question, *texts])
    passages = [Evidence(str(n), "qa", "faq", "FAQ", told, language, 1.0, asked) for n, (asked, told) in enumerate(rows)]
    hits = [
        SearchHit(Chunk(str(n), "faq", "faq", "FAQ", language, "qa", told, "FAQ", n, 20, asked), 0.5, float(cosine), 0.0)
        for n, ((asked, told), cosine) in enumerate(zip(rows, vectors[1:] @ vectors[0], strict=True))
    ]
    probabilities = judge.probabilities(question, language, [Found(hits, passages)], aside)
    return int(np.argmax(probabilities)), max(probabilities)


@pytest.mark.parametrize(
    ("question", "language", "row"),
    [
        ("how long can I return it", "en", 0),
        ("do you take visa", "en", 1),
        ("what does shipping cost?", "en", 2),
        ("which courier do you use", "en", 4),
        ("多久可以退货", "zh", 0),
        ("能用微信付款吗", "zh", 1),
        ("邮费多少", "zh", 2),
    ],
)
def test_a_question_that_the_shop_answers_is_answered_by_the_right_passage(question, language, row):
    place, probability = best(question, language)
    assert place == row
    assert probability >= Settings.model_fields["answer_threshold"].default


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Do you have an affiliate programme?", "en"),
        ("Can I pay with bitcoin?", "en"),
        ("What's the weather tomorrow?", "en"),
        ("有没有加盟政策", "zh"),
        ("你们上市了吗，股票代码多少", "zh"),
    ],
)
def test_a_question_that_the_shop_says_nothing_of_is_not(question, language):
    assert best(question, language)[1] < Settings.model_fields["answer_threshold"].default


def test_a_fact_told_twice_is_no_less_sure():
    once = best("what does shipping cost?", "en")[1]
    twice = best("what does shipping cost?", "en", rows=(*ROWS["en"], ROWS["en"][2]))[1]
    assert twice > once - 0.15


def test_a_question_that_seems_none_for_a_shop_needs_more():
    assert best("what does shipping cost?", "en", aside=0.9)[1] < best("what does shipping cost?", "en")[1]


def test_a_place_makes_no_passage_surer_that_is_about_something_else():
    rows = (("How long does delivery take?", "Parcels to Shanghai take 1 to 2 days, to Tibet 5 to 8."),)
    about = best("How soon does a parcel get to Lhasa?", "en", rows=rows)[1]
    assert about > best("How soon does a parcel get to Lhasa?", "en", aside=0.95, rows=rows)[1]
    assert best("Do you have a store in Shanghai?", "en", rows=rows)[1] < Settings.model_fields["answer_threshold"].default


def test_what_is_hardly_a_question_for_a_shop_must_be_answered_surely():
    asked = "How much is delivery?"
    assert best(asked, "en", aside=0.89)[1] - best(asked, "en", aside=0.95)[1] > 0.1


def test_no_passages_have_no_probabilities():
    assert JUDGE().probabilities("delivery", "en", [Found([], [])], 0.0) == []


def test_every_feature_has_its_weight():
    assert len(shipped("seen").coefficients) == len(FEATURES)
    assert len(shipped("read").coefficients) == len(READ)


class Scripted:
    """A reader that finds every passage as sure as it is told, and remembers what it was given."""

    def __init__(self, logit):
        self.logit, self.read = logit, []

    def logits(self, question, passages):
        self.read.append(len(passages))
        return np.full(len(passages), self.logit, dtype=np.float32)


def test_reading_tells_whether_a_likely_passage_answers():
    doubtful = "is delivery insured"
    judges = [PassageJudge(ENCODER().encode, WordVectors(ENCODER().weighted), reader=Scripted(logit)) for logit in (-5.0, 5.0)]
    no, yes = (best(doubtful, "en", judge=judge)[1] for judge in judges)
    assert no < 0.5 * yes


def test_only_few_passages_are_read_and_none_where_nothing_is_likely():
    reader = Scripted(0.0)
    judge = PassageJudge(ENCODER().encode, WordVectors(ENCODER().weighted), reader=reader)
    best("is delivery insured", "en", judge=judge)
    best("qwertz", "en", judge=judge)
    assert len(reader.read) == 1
    assert 1 <= reader.read[0] <= 3


def test_goods_that_the_shop_does_not_have_make_an_answer_about_others_unlikely():
    goods = {"toaster": frozenset({"?toaster"}), "fryer": frozenset({"SA-AF35"})}

    def subjects(text):
        return frozenset().union(*(found for name, found in goods.items() if name in text.lower()))

    rows = (("How loud is the air fryer?", "52 dB, about as loud as a quiet conversation."),)
    knowing = PassageJudge(ENCODER().encode, WordVectors(ENCODER().weighted), subjects)
    question = "how loud is the toaster"
    assert best(question, "en", rows=rows, judge=knowing)[1] < best(question, "en", rows=rows)[1]


def test_what_was_learnt_of_passages_is_not_made_again_for_a_question():
    encoded: list[str] = []

    def encode(texts):
        encoded.extend(texts)
        return ENCODER().encode(texts)

    judge = PassageJudge(Remembered(encode), WordVectors(ENCODER().weighted))
    judge.learn([Evidence(str(n), "qa", "faq", "FAQ", told, "en", 1.0, asked) for n, (asked, told) in enumerate(ROWS["en"])])
    encoded.clear()
    assert best("do you take visa", "en", judge=judge)[0] == 1
    assert encoded == ["do you take visa"]
