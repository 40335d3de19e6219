from __future__ import annotations

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge_base.loading.encoding import decode

SIMPLIFIED = "本店所有商品支持七天无理由退货，请保持吊牌完整。运费由买家承担，质量问题除外；如有疑问，请联系客服小朵。"
TRADITIONAL = "本店所有商品皆可於七天內退換，請保持吊牌完整。運費由買家負擔，品質問題除外；如有疑問，歡迎聯絡客服人員。"
ENGLISH = "Returns are free within 30 days of delivery."
WESTERN = "Café crème für 3 €, señor – déjà vu, “naïve” Größe."


@pytest.mark.parametrize("length", [8, 16, 30, 5000])
@pytest.mark.parametrize(
    ("prose", "encoding"),
    [
        (SIMPLIFIED, "utf-8"),
        (SIMPLIFIED, "gbk"),
        (SIMPLIFIED, "gb18030"),
        (SIMPLIFIED, "utf-16-le"),
        (SIMPLIFIED, "utf-16-be"),
        (TRADITIONAL, "utf-8"),
        (TRADITIONAL, "big5"),
        (TRADITIONAL, "gb18030"),
        (TRADITIONAL, "utf-16-le"),
        (TRADITIONAL, "utf-16-be"),
        (ENGLISH, "utf-8"),
        (ENGLISH, "utf-16-le"),
        (ENGLISH, "utf-16-be"),
        (WESTERN, "cp1252"),
        (WESTERN, "utf-8"),
    ],
)
def test_prose_is_read_in_the_encoding_it_was_written_in(prose: str, encoding: str, length: int) -> None:
    text = (prose * (length // len(prose) + 1))[:length]
    assert decode(text.encode(encoding))[0] == text


@pytest.mark.parametrize(
    ("prose", "encoding"),
    [
        ("退货运费多少", "gbk"),
        ("怎么申请发票", "gbk"),
        ("多久發貨", "big5"),
        ("請問可以換貨嗎", "big5"),
        ("question,answer\n能退货吗,可以的\n", "gbk"),
        ("question,answer\n可以退貨嗎,可以的\n", "big5"),
        ("SKU A-100 价格 59 元", "gbk"),
        ("SKU A-100 價格 59 元", "big5"),
    ],
)
def test_a_few_chinese_words_are_enough(prose: str, encoding: str) -> None:
    assert decode(prose.encode(encoding))[0] == prose


@pytest.mark.parametrize(
    "data",
    [
        codecs.BOM_UTF8 + SIMPLIFIED.encode(),
        SIMPLIFIED.encode("utf-16"),
        codecs.BOM_UTF16_BE + SIMPLIFIED.encode("utf-16-be"),
        SIMPLIFIED.encode("utf-32"),
    ],
)
def test_a_byte_order_mark_decides_and_is_removed(data: bytes) -> None:
    assert decode(data)[0] == SIMPLIFIED


def test_the_name_of_the_encoding_is_told() -> None:
    assert [
        decode(text.encode(name))[1] for text, name in ((SIMPLIFIED, "utf-8"), (SIMPLIFIED, "gbk"), (TRADITIONAL, "big5"))
    ] == [
        "utf-8",
        "gb18030",
        "big5hkscs",
    ]


def test_a_text_cut_in_the_middle_of_a_character_is_still_utf8() -> None:
    assert decode(SIMPLIFIED.encode()[:-1])[0] == SIMPLIFIED[:-1] + "\ufffd"


def test_one_damaged_byte_does_not_change_the_encoding() -> None:
    data = bytearray((SIMPLIFIED * 3).encode())
    data[90] = 0xFF
    text, name = decode(bytes(data))
    assert name == "utf-8"
    assert text.startswith(SIMPLIFIED[:20])


def test_no_bytes_raise() -> None:
    for data in (b"", b"\x80", b"\xff\xfe", b"\x00\x00\x00", bytes(range(256))):
        assert isinstance(decode(data)[0], str)


def test_newlines_of_every_system_become_one() -> None:
    assert decode(b"a\r\nb\rc\n")[0] == "a\nb\nc\n"


SENTENCES = {
    "simplified": (
        "支持七天无理由退货",
        "请保持吊牌完整",
        "运费由买家承担",
        "订单满199元包邮",
        "如有疑问请联系客服",
        "保修期为两年",
        "预售商品十天内发货",
    ),
    "traditional": (
        "支援七天無理由退貨",
        "請保持吊牌完整",
        "運費由買家負擔",
        "訂單滿199元免運",
        "如有疑問請聯絡客服",
        "保固期為兩年",
        "預購商品十天內出貨",
    ),
}
ENCODINGS = {
    "simplified": ("utf-8", "gb18030", "utf-16-le", "utf-16-be"),
    "traditional": ("utf-8", "big5", "utf-16-le", "utf-16-be"),
}


@given(
    st.sampled_from(sorted(SENTENCES)).flatmap(
        lambda script: st.tuples(
            st.sampled_from(ENCODINGS[script]),
            st.lists(st.sampled_from(SENTENCES[script]), min_size=1, max_size=30),
            st.sampled_from(("，", "。\n", "\t", ",", " SKU A-1 ", "\r\n")),
        )
    )
)
@settings(max_examples=300, deadline=None)
def test_any_mix_of_shop_sentences_is_read_in_any_encoding(case: tuple[str, list[str], str]) -> None:
    encoding, sentences, separator = case
    text = separator.join(sentences)
    assert decode(text.encode(encoding))[0] == text.replace("\r\n", "\n")


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r\ufeff\x00"), min_size=1))
@settings(max_examples=300, deadline=None)
def test_any_utf8_text_with_a_mark_is_itself(text: str) -> None:
    assert decode(codecs.BOM_UTF8 + text.encode())[0] == text
