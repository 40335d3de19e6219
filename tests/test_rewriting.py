"""Follow-ups become questions of their own; a yes is a yes; a message is read as a whole."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.understanding import score_rewriting
from bot.types import DialogueState, Entities, Intent, Message, Product, Sentiment
from bot.understanding.confirmation import agreed_with_more, is_no, is_yes
from bot.understanding.entities import CatalogueLexicon, EntityReader
from bot.understanding.reader import MessageReader
from bot.understanding.rewriting import rewrite

ROWS = [
    json.loads(line)
    for line in (Path(__file__).parent.parent / "benchmarks/data/rewriting.jsonl").read_text("utf-8").splitlines()
]
KETTLES = {"KT-1": "Aurora Kettle Blue", "KT-2": "Aurora Kettle Steel"}
COOKERS = {"RC-1": "小熊智能电饭煲 4L", "RC-2": "苏泊尔球釜电饭煲"}
TITLES = {**KETTLES, **COOKERS}
PRICES = {"KT-1": 39.0, "KT-2": 49.0, "RC-1": 399.0, "RC-2": 299.0}
SHOWN = {
    "en": DialogueState(language="en", skus=tuple(KETTLES), last_question="How much is the Aurora Kettle Steel?",
    last_intent="price_promotion", category="Kettles"),
    "zh": DialogueState(language="zh", skus=tuple(COOKERS), last_question="小熊智能电饭煲 4L多少钱",
    last_intent="price_promotion", category="电饭煲"),
}  # fmt: skip


@pytest.mark.parametrize("code", ["zh", "en"])
def test_the_measured_dialogues_come_out_as_claimed(code):
    score = score_rewriting([row for row in ROWS if row["language"] == code])
    assert score.resolved >= 0.95 * score.follow_ups
    assert score.left_alone == score.standing


def test_the_measured_set_has_sixty_dialogues_in_each_language():
    assert all(sum(row["language"] == code for row in ROWS) >= 60 for code in ("zh", "en"))


EXACT = [
    ("en", "and how much is the blue one?", "how much is Aurora Kettle Blue?"),
    ("en", "is the second one quiet?", "is Aurora Kettle Steel quiet?"),
    ("en", "what about the first one?", "How much is the Aurora Kettle Blue?"),
    ("en", "Can I return it?", "Can I return Aurora Kettle Steel?"),
    ("en", "the cheaper one", "Aurora Kettle Blue"),
    ("en", "is the most expensive one in stock?", "is Aurora Kettle Steel in stock?"),
    ("zh", "第二个多少钱", "苏泊尔球釜电饭煲多少钱"), ("zh", "那个便宜的那款有货吗", None),
    ("zh", "最便宜的那款有货吗", "苏泊尔球釜电饭煲有货吗"),
    ("zh", "这款电饭煲保修多久", "小熊智能电饭煲 4L保修多久"), ("zh", "這個防水嗎", "小熊智能电饭煲 4L防水吗"),
    ("zh", "前者有货吗", "小熊智能电饭煲 4L有货吗"),
    ("zh", "有3L的吗", "小熊智能电饭煲 3L 有货吗"),
    ("zh", "这个尺寸有货吗", "小熊智能电饭煲 4L 有货吗"), ("zh", "收起来多大", "小熊智能电饭煲 4L 收起来多大"),
]  # fmt: skip


def test_a_number_alone_takes_the_place_of_the_one_that_was_asked_about():
    state = DialogueState(language="zh", last_question="飞浪3000有现货吗", last_intent="stock")
    assert rewrite("那4000的呢", "zh", Entities(), (), state, TITLES.get) == "飞浪4000有现货吗"


@pytest.mark.parametrize(("language", "text", "expected"), [case for case in EXACT if case[2]])
def test_what_a_follow_up_points_at_is_put_in_its_place(language, text, expected):
    assert rewrite(text, language, Entities(), (), SHOWN[language], TITLES.get, PRICES.get) == expected


SWAPS = [
    ("en", "Do you ship to Germany?", "what about Canada?", "Do you ship to Canada?"),
    ("en", "Can I pay with PayPal?", "and Apple Pay?", "Can I pay with Apple Pay?"),
    ("en", "Are you open on Saturday?", "how about Sunday", "Are you open on Sunday?"),
    ("zh", "能发货到德国吗", "加拿大呢", "能发货到加拿大吗"),
    ("zh", "可以用支付宝付款吗", "那微信呢？", "可以用微信付款吗"), ("zh", "怎么申请退货？", "那换货呢", "怎么申请换货?"),
    ("zh", "周六上班吗", "周日呢", "周日上班吗"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "question", "text", "expected"), SWAPS)
def test_what_about_keeps_the_frame_of_the_last_question(language, question, text, expected):
    assert rewrite(text, language, Entities(), (), DialogueState(last_question=question), TITLES.get) == expected


FEES = [
    ("怎么退货？", "return_refund", "退货 运费多少"),
    ("对比一下两个电饭煲", "comparison", None),
    ("compare the cookers", "comparison", None),
]


@pytest.mark.parametrize(("question", "intent", "expected"), FEES)
def test_what_carriage_costs_follows_a_return_and_no_other_matter(question, intent, expected):
    state = DialogueState(last_question=question, last_intent=intent)
    assert rewrite("运费多少", "zh", Entities(), (), state, TITLES.get) == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "how much is it?"),
        ("en", "what about Canada?"),
        ("zh", "第二个多少钱"),
        ("zh", "那退货呢"),
        ("zh", "多久能到"),
        ("en", "why?"),
    ],
)
def test_without_a_conversation_nothing_is_rewritten(language, text):
    assert rewrite(text, language, Entities(), (), DialogueState(), TITLES.get) is None


def test_the_last_user_message_serves_where_the_state_has_no_question():
    history = [Message("user", "Do you ship to Germany?"), Message("assistant", "Yes, we do.")]
    assert rewrite("and to Canada?", "en", Entities(), history, DialogueState(), TITLES.get) == "Do you ship to Canada?"


def test_a_product_that_left_the_catalogue_is_not_pointed_at():
    state = DialogueState(skus=("GONE",), last_question="Do you ship to Germany?")
    assert rewrite("is the first one in stock?", "en", Entities(), (), state, TITLES.get) is None


@pytest.mark.parametrize("language", ["zh", "en"])
@given(text=st.text(max_size=130))
def test_rewriting_never_raises(language, text):
    result = rewrite(text, language, Entities(), (), SHOWN[language], TITLES.get)
    assert result is None or isinstance(result, str)


@pytest.mark.parametrize("seed", ["it ", "the one ", "这个", "what about ", "呢", "and ", "第二个", "my a "])
def test_hostile_repetition_is_left_alone(seed):
    for language in ("zh", "en"):
        assert rewrite(seed * (100_000 // len(seed)), language, Entities(), (), SHOWN[language], TITLES.get) is None


YES = [
    ("yes please", "en"), ("Yes, go ahead!", "en"), ("sure, that works", "en"), ("ok", "en"), ("Yep", "en"),
    ("yesss", "en"), ("okk do it", "en"),
    ("please do", "en"), ("I confirm", "en"), ("that's correct, thanks", "en"),
    ("👍", "en"), ("sounds good", "en"), ("y", "en"), ("ok thank you", "en"), ("好的确认", "zh"), ("是的，没问题", "zh"),
    ("嗯嗯好的", "zh"), ("可以", "zh"), ("確認", "zh"), ("好的谢谢", "zh"),
    ("确认！", "zh"), ("行吧", "zh"), ("ok", "zh"), ("没错，就这样", "zh"), ("👌", "zh"), ("对的", "zh"),
    ("麻烦你了，好的", "zh"), ("同意", "zh"), ("那就这样吧", "zh"), ("yes", "zh"),
    ("all correct", "en"), ("cool, do it", "en"), ("yes, that is what I want", "en"), ("yes to both", "en"),
    ("对，改", "zh"), ("就是这个", "zh"), ("确定换", "zh"), ("两个都退吧，谢谢", "zh"),
    ("cheers, go on then", "en"), ("I said yes", "en"), ("没毛病", "zh"), ("就这么定了", "zh"),
]  # fmt: skip
NO = [
    ("no", "en"), ("no thanks", "en"), ("never mind", "en"), ("No, don't do it.", "en"), ("nope", "en"), ("wait", "en"),
    ("I changed my mind", "en"), ("hold on", "en"), ("👎", "en"), ("nooo", "en"),
    ("不用了", "zh"), ("算了", "zh"), ("不要了谢谢", "zh"), ("不用了，谢谢", "zh"), ("先不了", "zh"), ("不是", "zh"),
    ("再想想", "zh"), ("等一下", "zh"), ("不可以", "zh"), ("不，算了吧", "zh"), ("no", "zh"),
]  # fmt: skip
NEITHER = [
    ("yes but change the address", "en"), ("yes?", "en"), ("thanks", "en"), ("maybe", "en"),
    ("yes, and how long does it take", "en"), ("", "en"), ("no, change the size instead", "en"),
    ("ok what about the other one", "en"), ("are you sure", "en"), ("not sure", "en"), ("correct the address", "en"),
    ("confirm my order status", "en"), ("好的，不过地址改一下", "zh"),
    ("可以吗", "zh"), ("谢谢", "zh"), ("确认收货了吗", "zh"), ("是多少钱", "zh"), ("不是这个", "zh"),
    ("is that correct", "en"), ("do it tomorrow", "en"), ("取消", "zh"), ("对，但是换红的", "zh"),
    ("对了我想问一下", "zh"), ("好用吗", "zh"), ("行不行", "zh"), ("可以便宜点吗", "zh"), ("不确定尺码", "zh"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "language"), YES)
def test_a_plain_yes_is_told(text, language):
    assert is_yes(text, language)
    assert not is_no(text, language)


@pytest.mark.parametrize(("text", "language"), NO)
def test_a_plain_no_is_told(text, language):
    assert is_no(text, language)
    assert not is_yes(text, language)


@pytest.mark.parametrize(("text", "language"), NEITHER)
def test_a_yes_or_no_with_something_else_is_neither(text, language):
    assert not is_yes(text, language)
    assert not is_no(text, language)


@pytest.mark.parametrize("text", ["嗯，我再想想", "嗯，再说吧", "ok let me think", "yes, maybe later", "Oh no"])
def test_who_thinks_it_over_has_not_agreed(text):
    assert agreed_with_more(text) is None


@pytest.mark.parametrize(
    ("text", "language"),
    [("ok keep it", "en"), ("okay, never mind", "en"), ("ok forget it", "en"), ("right, leave it as it is", "en"),
     ("好的，算了", "zh"), ("好吧算了", "zh"), ("嗯 不用了", "zh"), ("行吧 不退了", "zh")],
)  # fmt: skip
def test_a_no_may_begin_like_a_yes(text, language):
    assert is_no(text, language)
    assert not is_yes(text, language)


@pytest.mark.parametrize(("text", "rest"), [("Oh yes, thank you so much", "thank you so much"), ("对对对，撤掉", "撤掉")])
def test_what_is_said_beside_a_yes_is_told_apart(text, rest):
    assert agreed_with_more(text) == rest


@given(st.text(max_size=120), st.sampled_from(["zh", "en"]))
def test_confirmation_never_raises_and_never_says_both(text, language):
    assert not (is_yes(text, language) and is_no(text, language))


WORDS = {
    "refund": "return_refund",
    "退": "return_refund",
    "ship": "delivery",
    "发货": "delivery",
    "much": "price_promotion",
    "多少钱": "price_promotion",
    "human": "human_agent",
}


class KeywordIntents:
    """A classifier that knows a few words: enough to see which text was classified."""

    def classify(self, text: str) -> Intent:
        return next((Intent(name, 0.9) for word, name in WORDS.items() if word in text), Intent("out_of_scope", 0.3))


class CalmSentiments:
    def analyse(self, text: str) -> Sentiment:
        return Sentiment("negative" if "!" in text else "neutral", -0.5 if "!" in text else 0.0)


PRODUCTS = [
    Product(sku, title, category="电饭煲" if "煲" in title else "Kettles", price=PRICES[sku]) for sku, title in TITLES.items()
]
READER = MessageReader(
    KeywordIntents(),
    CalmSentiments(),
    EntityReader(CatalogueLexicon.build(PRODUCTS)),
    lambda sku, language: TITLES.get(sku),
    PRICES.get,
)


def test_a_first_message_is_read_as_it_stands():
    understanding = READER.read("How much is the Aurora Kettle Blue?!", (), DialogueState())
    assert (understanding.question, understanding.rewritten) == (understanding.text, False)
    assert understanding.entities.skus[0] == "KT-1"
    assert (understanding.intent.name, understanding.sentiment.label) == ("price_promotion", "negative")


def test_a_follow_up_is_classified_by_its_whole_question_and_names_the_shown_product():
    understanding = READER.read("第二款呢", (), SHOWN["zh"])
    assert (understanding.question, understanding.rewritten) == ("苏泊尔球釜电饭煲多少钱？", True)
    assert understanding.intent.name == "price_promotion"
    assert understanding.entities.skus == ("RC-2",)


def test_what_about_a_place_takes_the_intent_of_the_last_question():
    understanding = READER.read(
        "what about Canada?", (), DialogueState(last_question="Do you ship to Germany?", last_intent="delivery")
    )
    assert (understanding.intent.name, understanding.text) == ("delivery", "what about Canada?")


@pytest.mark.parametrize(
    ("asks", "text"),
    [
        (("order_id",), "100234"), (("order_id",), "SD20261103-0042"), (("order_id", "email"), "ann@example.com"),
    (("confirmation",), "yes"), (("confirmation",), "确认"),
        (("confirmation",), "算了"), (("budget",), "2000以内"), (("budget",), "2000"), (("name_zip",), "Ann Lee, 10115"),
    (("address",), "上海市静安区南京西路100号"),
        (("payment_method",), "the gift card"), (("reason",), "it doesn't fit"), (("option",), "第二个"),
    ],
)  # fmt: skip
def test_a_bare_answer_keeps_the_intent_of_the_conversation(asks, text):
    state = DialogueState(last_intent="exchange", last_question="I want to exchange my kettle", asks=asks)
    understanding = READER.read(text, (), state)
    assert (understanding.intent.name, understanding.rewritten) == ("exchange", False)


def test_bare_answers_fill_their_slots():
    waiting = DialogueState(last_intent="order_status", asks=("order_id",))
    assert READER.read("1042", (), waiting).entities.order_ids == ("1042",)
    shopping = DialogueState(last_intent="recommendation", asks=("budget",))
    assert READER.read("2000", (), shopping).entities.budget == (None, 2000.0)
    assert READER.read("around $80", (), shopping).entities.budget == (64.0, 96.0)


@pytest.mark.parametrize(
    ("asks", "text", "intent"),
    [
        (("order_id",), "how much is shipping?", "delivery"),
        (("confirmation",), "how much would the refund be?", "return_refund"),
        (("reason",), "let me talk to a human", "human_agent"),
        (("email",), "什么时候发货", "delivery"), (("budget",), "能退吗", "return_refund"),
    ],
)  # fmt: skip
def test_a_question_instead_of_the_answer_changes_the_topic(asks, text, intent):
    state = DialogueState(last_intent="exchange", asks=asks)
    assert READER.read(text, (), state).intent.name == intent


def test_the_language_of_a_neutral_answer_is_the_conversations():
    assert (
        READER.read(
            "SD20261103-0042", (), DialogueState(language="zh", asks=("order_id",), last_intent="order_status")
        ).language.code
        == "zh"
    )


@given(st.text(max_size=120))
def test_reading_a_message_never_raises(text):
    assert READER.read(text, (), SHOWN["zh"]).text == text
