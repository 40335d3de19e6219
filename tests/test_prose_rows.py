"""What stands in a sentence: the row of a place, the row that holds a measure, and the things that it names."""

from __future__ import annotations

import pytest

from bot.text.inclusion import sentence_naming
from bot.text.measure_rows import rows_of_measure
from bot.text.place_rows import rows_of_places

CARRIED = "江浙沪订单由顺丰发出，1 到 2 天送达；其他地区 2 到 4 天送达；新疆、西藏 5 到 8 天。下午 3 点前付款当天发货。"
EXCEPTED = "除新疆、西藏外，全国 3 天内送达；新疆、西藏 7 天。"
FEES = "江浙沪满 99 元包邮；新疆、西藏不包邮，运费 25 元；其他地区满 199 元包邮。"
BRITISH = (
    "Delivery takes 2 to 3 days in England and Wales, 4 to 6 days in Scotland and 7 days in Northern Ireland. "
    "Elsewhere in Europe it takes 8 days; anywhere else 12 days."
)
NAMED_FIRST = "To London parcels take 1 day. To the rest of England they take 2 days. Scotland, Wales: 3 days."
LISTED = "We post to Ireland, France and Germany for £14 in 5 days. To Japan it is £20 in 9 days."
VIOLINS = "按身高选：105 厘米以下 1/8，105 到 120 厘米 1/4，120 到 140 厘米 1/2，150 厘米以上 4/4。"
HELMETS = "Helmets: 48 to 52 cm is S, 54 to 58 cm is M.\n\nClothing: S is chest 88 to 94 cm, M 95 to 101 cm."
TEATS = "0-6 个月用 1 段奶嘴，6-12 个月用 2 段，1 岁以上用 3 段。"
DAYS = "大件 5 公斤以下 10 元，5 到 20 公斤 30 元，3 到 5 天送到。"


def said(rows: object, text: str) -> str | None:
    """What the rows found say, as a reply tells it."""
    return rows.of(*rows.whole, text) if rows else None  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "question", "row"),
    [
        (CARRIED, "送到成都要几天", "其他地区 2 到 4 天送达"),
        (CARRIED, "送到苏州要几天", "江浙沪订单由顺丰发出，1 到 2 天送达"),
        (CARRIED, "喀什几天能到", "新疆、西藏 5 到 8 天"),
        (CARRIED, "送到东京要几天", None),
        (CARRIED, "寄到成都运费多少", None),
        (EXCEPTED, "喀什几天能到", "新疆、西藏 7 天"),
        (EXCEPTED, "成都几天能到", "全国 3 天内送达"),
        (FEES, "寄成都包邮吗", "其他地区满 199 元包邮"),
        (FEES, "寄乌鲁木齐运费多少", "新疆、西藏不包邮，运费 25 元"),
        (BRITISH, "how long does delivery to Leeds take", "Delivery takes 2 to 3 days in England and Wales"),
        (BRITISH, "how long to Belfast", "7 days in Northern Ireland"),
        (BRITISH, "how long to Paris", "Elsewhere in Europe it takes 8 days"),
        (BRITISH, "how long to Tokyo", "anywhere else 12 days"),
        (NAMED_FIRST, "how long to Manchester", "To the rest of England they take 2 days"),
        (NAMED_FIRST, "how long to Edinburgh", "Scotland, Wales: 3 days"),
        (LISTED, "how long to Berlin", "We post to Ireland, France and Germany for £14 in 5 days"),
    ],
)
def test_a_place_has_the_row_that_names_it_its_region_or_the_rest(text: str, question: str, row: str | None) -> None:
    assert said(rows_of_places(question, text), text) == row


@pytest.mark.parametrize(
    ("text", "question", "row"),
    [
        (VIOLINS, "孩子 7 岁身高 125 想学小提琴", "按身高选：120 到 140 厘米 1/2"),
        (VIOLINS, "身高一米二五", "按身高选：120 到 140 厘米 1/2"),
        (VIOLINS, "my son is 4 ft tall", "按身高选：120 到 140 厘米 1/2"),
        (VIOLINS, "120 厘米", "按身高选：105 到 120 厘米 1/4，120 到 140 厘米 1/2"),
        (VIOLINS, "身高 105", "按身高选：105 到 120 厘米 1/4"),
        (VIOLINS, "1.6 米高用多大的", "按身高选：150 厘米以上 4/4"),
        (VIOLINS, "孩子 7 岁", None),
        (HELMETS, "my head is 57 cm", "Helmets: 54 to 58 cm is M"),
        (HELMETS, "chest 98", "Clothing: M 95 to 101 cm"),
        (TEATS, "宝宝 8 个月用几段", "6-12 个月用 2 段"),
        (TEATS, "两岁用几段", "1 岁以上用 3 段"),
        (DAYS, "包裹 8 公斤", "5 到 20 公斤 30 元，3 到 5 天送到"),
    ],
)
def test_a_measure_has_the_rows_that_hold_it_in_whatever_unit_it_is_told(text: str, question: str, row: str | None) -> None:
    assert said(rows_of_measure(question, text), text) == row


def test_a_thing_that_only_names_another_in_a_compound_is_not_what_comes_with_it() -> None:
    assert sentence_naming("pedals", "First pedal bike, with a chain guard.") is None
    assert sentence_naming("a chain guard", "First pedal bike, with a chain guard.") is not None
    assert sentence_naming("耳机", "带木质琴架和耳机接口。") is None
