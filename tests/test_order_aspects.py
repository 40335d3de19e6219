"""What of an order a customer asks for, and who waits for it with impatience."""

import pytest

from bot.understanding.order_aspects import hurries, order_aspects


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("when will it arrive?", "expected"), ("how much longer will it take", "expected"), ("what's the eta", "expected"),
        ("when can I expect my parcel to get here", "expected"), ("什么时候能到", "expected"), ("还要多久", "expected"),
        ("几天能送到", "expected"), ("明天能到吗", "expected"),
        ("what did I order?", "items"), ("did you ship both items", "items"),
        ("我都买了啥", "items"), ("里面有哪些东西", "items"),
        ("how much was it in total?", "total"), ("how much did i pay", "total"),
        ("一共多少钱", "total"), ("我付了多少钱", "total"),
        ("whats the tracking number", "tracking"), ("快递单号发我", "tracking"),
        ("which courier is it", "carrier"), ("哪家快递", "carrier"),
        ("when did I order it", "placed"), ("我什么时候下的单", "placed"),
        ("when was it delivered", "delivered"), ("哪天签收的", "delivered"),
        ("which address is it going to", "address"), ("寄到哪里的", "address"),
        ("how did I pay", "payment"), ("我怎么付款的", "payment"),
    ],
)  # fmt: skip
def test_a_fact_of_an_order_is_heard_in_both_languages(text, asked):
    assert asked in order_aspects(text)


@pytest.mark.parametrize("text", ["where is my order", "我的订单怎么样了", "thanks", "多久能退款到账", "ok 那就这样"])
def test_nothing_alone_is_asked_where_all_is_or_nothing(text):
    assert order_aspects(text) == ()


@pytest.mark.parametrize(
    ("text", "impatient"),
    [
        ("why is it so slow", True), ("can you hurry it up", True), ("it still hasn't arrived", True),
        ("it takes way too long", True),
        ("怎么这么慢", True), ("帮我催一下", True), ("还没到啊", True), ("太慢了吧", True),
        ("when will it arrive", False), ("什么时候能到", False), ("thanks, got it", False),
    ],
)  # fmt: skip
def test_impatience_is_told_from_a_question(text, impatient):
    assert hurries(text) is impatient
