from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.sentences import sentence_spans, sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("支持七天无理由退货。运费由谁承担？我们承担！", ["支持七天无理由退货。", "运费由谁承担？", "我们承担！"]),
        ("退款原路返回；一般三天到账。", ["退款原路返回；", "一般三天到账。"]),
        ("他说：“可以退。”然后挂了电话。", ["他说：“可以退。”", "然后挂了电话。"]),
        ("满99；不满10元", ["满99；", "不满10元"]),
        ("真的吗？！当然……请放心。", ["真的吗？！", "当然……", "请放心。"]),
        ("支持退货（特价商品除外；请先咨询客服）。谢谢", ["支持退货（特价商品除外；请先咨询客服）。", "谢谢"]),
        ("运费10元.满99元包邮.", ["运费10元.", "满99元包邮."]),
        ("It weighs 3.5 kg. It costs $19.99. Buy it!", ["It weighs 3.5 kg.", "It costs $19.99.", "Buy it!"]),
        ("See https://shop.example/a.html?x=1. Then call us.", ["See https://shop.example/a.html?x=1.", "Then call us."]),
        ("Mr. Li and Dr. J. Smith, e.g. on Monday. Done.", ["Mr. Li and Dr. J. Smith, e.g. on Monday.", "Done."]),
        ("Can I? No. You need order No. 5 first.", ["Can I?", "No.", "You need order No. 5 first."]),
        ("Open until 5 p.m. on weekdays, approx. 9 hours.", ["Open until 5 p.m. on weekdays, approx. 9 hours."]),
        ("Free for 30 days. [1] You pay later [2]. Bye", ["Free for 30 days. [1]", "You pay later [2].", "Bye"]),
        ("You can:\n- return it\n- swap it. Or keep it.", ["You can:", "- return it", "- swap it.", "Or keep it."]),
        ("1. Open the box.\n2. Wait.", ["1. Open the box.", "2. Wait."]),
        ("| Size | Chest |\n| M. | 90. Yes |", ["| Size | Chest |", "| M. | 90. Yes |"]),
        ("尺码：M；胸围：90 厘米；腰围：80 厘米", ["尺码：M；胸围：90 厘米；腰围：80 厘米"]),
        ("", []),
        (" \n\n ", []),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@given(st.text(alphabet="aA1 .!?。！？；…\n“”()（）[]-|：é中文", max_size=80))
def test_spans_are_in_order_and_leave_out_only_white_space(text: str) -> None:
    position = 0
    for start, end in sentence_spans(text):
        assert start >= position and end > start
        assert not text[position:start].strip()
        assert text[start:end] == text[start:end].strip()
        position = end
    assert not text[position:].strip()
