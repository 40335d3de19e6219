import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.generation.fact_gate.figure import supports
from bot.generation.fact_gate.figures import extract


def only(text: str):
    figures = extract(text)
    assert len(figures) == 1, figures
    return figures[0]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("30 days", "thirty days"),
        ("30 days", "30天"),
        ("thirty days", "三十天"),
        ("two weeks", "14 days"),
        ("一周", "7天"),
        ("48 hours", "2 days"),
        ("半年", "6 months"),
        ("两个半小时", "2.5 hours"),
        ("a dozen items", "12 items"),
        ("half an hour", "30 minutes"),
        ("two and a half hours", "150 minutes"),
        ("twenty-one days", "21天"),
        ("一年半", "18 months"),
        ("$1,299.00", "US$1299"),
        ("1.299,00 €", "EUR 1299"),
        ("1.5万元", "15000 RMB"),
        ("¥199", "199元"),
        ("八折", "20% off"),
        ("85折", "15% off"),
        ("百分之三十", "30%"),
        ("百分之20", "20%"),
        ("百分之5.5", "5.5%"),
        ("9:00–18:00", "9am to 6pm"),
        ("早上9点到晚上6点", "9:00-18:00"),
        ("周一至周五", "Mon–Fri"),
        ("2026年11月22日", "Nov 22, 2026"),
        ("22/11/2026", "2026-11-22"),
        ("3-5 days", "三到五天"),
        ("between 3 and 5 business days", "3-5个工作日"),
        ("0.85 kg", "850克"),
        ("1.5 L", "1500ml"),
        ("6 inch", "15.24 cm"),
        ("400-820-6688", "400 820 6688"),
        ("+86 138 0013 8000", "138 0013 8000"),
        ("KT-100-BK", "kt-100-bk"),
        ("３０ days", "30 days"),
        ("3\u200b0 days", "30 days"),
        ("24/7", "全天候"),
    ],
)
def test_two_notations_of_one_figure_support_each_other(one: str, two: str) -> None:
    assert supports(only(one), only(two))
    assert supports(only(two), only(one))


@pytest.mark.parametrize(
    ("evidence", "claim"),
    [
        ("a one month period", "30 days"),
        ("3-5 days", "3-6 days"),
        ("3-5 days", "4 days"),
        ("3-5 business days", "3-5 days"),
        ("$50", "€50"),
        ("50元", "$50"),
        ("at least 5 kg", "up to 5 kg"),
        ("Nov 22", "Nov 22, 2026"),
        ("Nov 22 2026", "Nov 23 2026"),
        ("9:00-18:00", "9:00-20:00"),
        ("https://a.example.com/x?id=1", "https://a.example.com/x?id=2"),
        ("KT-100-BK", "KT-101-BK"),
        ("help@shop.com", "help@shop.cn"),
        ("8折", "30% off"),
        ("1.2 L", "1.2 ml"),
        ("周一至周五", "周一至周六"),
    ],
)
def test_another_value_unit_or_wider_range_is_not_supported(evidence: str, claim: str) -> None:
    assert not supports(only(evidence), only(claim))


def test_an_end_of_a_range_is_supported_only_as_that_bound() -> None:
    assert supports(only("3-5 days"), only("up to 5 days"))
    assert not supports(only("3-5 days"), only("up to 3 days"))


@pytest.mark.parametrize(
    "text", ["1. First", "the 2nd one", "第一", "一般", "one of them", "see [3]", "统一发货", "Step 2", "十分满意"]
)
def test_ordinals_list_marks_citations_and_idioms_are_no_figures(text: str) -> None:
    assert extract(text) == ()


@settings(max_examples=150, deadline=None)
@given(
    st.text(
        alphabet=st.sampled_from("0123456789.,-–/:%$¥€ aeno二三十百万年月日点半折个元days at@h[]()#x\n\x00\u200b"), max_size=80
    )
    | st.text(max_size=60)
)
def test_any_text_is_read_without_error(text: str) -> None:
    for figure in extract(text):
        assert figure.start < figure.end
