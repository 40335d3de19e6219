"""Who tells how long ago something was bought wants to know the period."""

from __future__ import annotations

import pytest

import bot
from bot.understanding.elapsed import period_asked
from bot.understanding.shipped import faults


@pytest.mark.parametrize(
    ("question", "language", "asked"),
    [
        ("买了十来天了还能退吗，没用过", "zh", "几天内可以退货？"),
        ("收到一个月了还能换货吗", "zh", "几天内可以换货？"),
        ("耳机用了半年坏了能保修吗", "zh", "保修期多久？"),
        ("got a jacket 12 days ago, can i still send it back?", "en", "How long do I have to return something?"),
        ("I bought the kettle two years ago, is it still under warranty?", "en", "How long is the warranty?"),
        ("上周买的锅用了3天就掉漆了能退吗", "zh", None),
        ("It broke 3 weeks ago, can I return it?", "en", None),
        ("几天能收到货？", "zh", None),
        ("Can I return it?", "en", None),
        ("Got it 12 days ago, can I send it back and who pays for that?", "en", None),
        ("买贵了一个月内还能退差价吗", "zh", None),
    ],
)
def test_a_time_since_the_purchase_and_a_wish_ask_for_a_period(question, language, asked):
    assert period_asked(question, language, faults().told(question) is not None) == asked


def test_the_answer_names_the_period_not_what_shares_words(tmp_path):
    (tmp_path / "faq.csv").write_text(
        "question,answer\n几天内可以退货？,签收之日起 15 天内可以无理由退货。\n"
        "退款退多少？,退您实付的货款。用过的积分原数退回，过期的也补 30 天有效期。\n",
        "utf-8",
    )
    with bot.open(tmp_path / "data") as shop:
        shop.load([tmp_path / "faq.csv"])
        told = shop.reply("买了十来天了还能退吗，没用过").text
    assert "15 天" in told and "30 天" not in told
