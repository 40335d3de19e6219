"""The language of a message: script first, neutral texts keep what was spoken before."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.phrases import plain
from bot.understanding.language import detect, script_of

CHINESE = [
    "你好", "这个多少钱", "我想退货", "好的", "请问你们几点下班？", "我的 iPhone 15 还没到", "WH-1000XM5 有货吗",
    "想买一台65寸的电视",
    "订单 SD20261103-0042 到哪了", "USB-C 充电器支持快充吗", "嗯", "发到 a.b@example.com 可以吗",
    "https://example.com/p/1 这个有货吗",
    "XL码还有吗", "T恤有黑色的吗", "支付宝可以吗😀", "尺码 M 合适吗", "４２码有吗",
]  # fmt: skip
ENGLISH = [
    "Where is my order?", "hello there friend", "do you ship to Canada", "Can I return the Aurora Kettle?",
    "¿Dónde está mi pedido?",
    "Où est ma commande ?", "Wo ist meine Bestellung?", "これはいくらですか", "注文はどこですか", "주문이 어디에 있나요",
    "Где мой заказ?",
    "my order A123 hasn't arrived", "refund please", "I'd like a refund for #W1234567",
]  # fmt: skip
MIXED = [
    ("这个 warranty 多久", "zh"), ("我的order还没到", "zh"), ("请问 return policy 是什么", "zh"),
    ("can you check 订单 for me", "en"),
    ("do you have 电饭煲 in stock", "en"), ("我想要 wireless headphones", "zh"), ("这个 size 偏大吗", "zh"),
    ("what does 保修 mean", "en"),
    ("麻烦 cancel 一下", "zh"),
]  # fmt: skip
NEUTRAL = [
    "ok",
    "OK!",
    "A123",
    "👍",
    "12345",
    "",
    "   ",
    "...",
    "#W1234567",
    "a@b.co",
    "iPhone",
    "Sony WH-1000XM5",
    "thx",
    "🙏🙏",
    "https://example.com/x",
]
TRADITIONAL = ["請問這個多少錢", "我要退貨", "訂單什麼時候會到", "可以開發票嗎", "運費怎麼算", "這件有黑色的嗎", "謝謝您的幫忙"]
SIMPLIFIED = ["请问这个多少钱", "我要退货", "订单什么时候会到", "可以开发票吗", "运费怎么算", "你好", "在吗", "谢谢您的帮忙"]


@pytest.mark.parametrize("text", CHINESE)
@pytest.mark.parametrize("previous", [None, "en", "zh"])
def test_chinese_text_is_answered_in_chinese_whatever_was_spoken_before(text, previous):
    guess = detect(text, previous)
    assert (guess.code, guess.script, guess.mixed) == ("zh", "Hans", False)


@pytest.mark.parametrize("text", ENGLISH)
def test_latin_and_other_scripts_are_answered_in_english(text):
    guess = detect(text)
    assert (guess.code, guess.script) == ("en", None)


@pytest.mark.parametrize("text", [text for text in ENGLISH if len(text.split()) > 2])
def test_a_sentence_in_english_switches_a_chinese_conversation(text):
    assert detect(text, "zh").code == "en"


@pytest.mark.parametrize(("text", "code"), MIXED)
def test_mixed_text_is_answered_in_the_language_of_its_frame(text, code):
    guess = detect(text)
    assert guess.code == code
    assert guess.mixed


@pytest.mark.parametrize("text", NEUTRAL)
@pytest.mark.parametrize("previous", ["zh", "en"])
def test_text_without_words_of_its_own_keeps_the_previous_language(text, previous):
    assert detect(text, previous).code == previous


@pytest.mark.parametrize("text", NEUTRAL)
def test_neutral_text_at_the_start_counts_as_english(text):
    assert detect(text).code == "en"


@pytest.mark.parametrize("text", TRADITIONAL)
def test_traditional_characters_are_told_apart(text):
    assert detect(text).script == script_of(text) == "Hant"


@pytest.mark.parametrize("text", SIMPLIFIED)
def test_simplified_and_shared_characters_count_as_simplified(text):
    assert detect(text).script == "Hans"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("请说英文", "en"), ("能用英语回答吗？", "en"), ("Could you please reply in Chinese?", "zh"),
        ("speak Chinese please", "zh"), ("please speak English", "en"), ("请讲中文吧", "zh"), ("有英文说明书吗", "zh"),
        ("Do you have a Chinese tea set?", "en"),
    ],
)  # fmt: skip
def test_who_asks_for_a_language_is_answered_in_it_and_who_asks_for_goods_in_it_is_not(text, code):
    assert detect(text, "en" if code == "zh" else "zh").code == code


@given(st.text(max_size=200), st.sampled_from([None, "zh", "en"]))
def test_detection_never_raises(text, previous):
    assert detect(text, previous).code in ("zh", "en")


@given(st.text(st.characters(), max_size=100))
def test_plain_text_holds_no_broken_characters(text):
    plain(text).encode("utf-8")


@pytest.mark.parametrize("text", ["\ud800", "\x00\x07", "a" * 100_000, "我" * 100_000, "\u200b" * 500, "ﷺ" * 5_000])
def test_odd_and_huge_text_is_read(text):
    assert detect(text).code in ("zh", "en")
    assert len(plain(text)) <= 2_000
