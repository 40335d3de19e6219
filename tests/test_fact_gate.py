import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.grounding import report, shop_cases
from benchmarks.grounding_cases import cases
from bot.generation.fact_gate.gate import FactGate
from bot.generation.fact_gate.gated_text import rewrite
from bot.types import Evidence

POLICY = Evidence(
    "p",
    "passage",
    "policy.md",
    "Policy",
    "Unused items can be returned within 30 days of delivery. Every kettle has a warranty of 365 days. "
    "Standard shipping is free on orders over $50; otherwise it costs $4.95. Sale items are not refundable.",
    "en",
)
ZH = Evidence(
    "z",
    "passage",
    "政策.md",
    "退货政策",
    "未使用的商品签收后7天内可无理由退货。保修期一年。订单满99元包邮。不支持海外配送。",
    "zh",
)
KETTLE = Evidence(
    "k",
    "product",
    "catalogue",
    "Aurora Kettle KT-100",
    "price: 199\ncurrency: CNY\nweight_g: 850\nCapacity: 1.5 L\nstock: 3",
    "en",
)
EVIDENCE = (POLICY, ZH, KETTLE)
GATE = FactGate()


@pytest.mark.parametrize(
    ("sentence", "cited", "customer"),
    [
        ("You can return unused items within thirty days [1].", [1], ""),
        ("Shipping is free over $50 [1].", [1], ""),
        ("未使用的商品可在三十天内退货[1]。", [1], ""),
        ("满99元包邮[2]。", [2], ""),
        ("The Aurora Kettle costs ¥199 and weighs 0.85 kg [3].", [3], ""),
        ("It is in stock [3].", [3], ""),
        ("These kettles are within your budget of 300.", [], "a kettle under 300"),
        ("I couldn't find order 88213345.", [], "where is 88213345?"),
        ("I can't confirm the 90 days you mention.", [], "it was 90 days, right?"),
        ("Sale items can't be refunded [1].", [1], ""),
        ("Sale items can’t be refunded [1].", [1], ""),
        ("I can’t confirm the 90 days you mention.", [], "it was 90 days, right?"),
        ("Happy to help!", [], ""),
    ],
)
def test_a_true_answer_passes_in_either_language(sentence: str, cited: list[int], customer: str) -> None:
    verdict = GATE.check(sentence, EVIDENCE, cited, customer)
    assert verdict.supported, verdict.problems


@pytest.mark.parametrize(
    ("sentence", "cited", "customer"),
    [
        ("You can return unused items within 365 days [1].", [1], ""),
        ("Shipping is free [1].", [1], ""),
        ("You won’t be charged for shipping [1].", [1], ""),
        ("Shipping is free over $40 [1].", [1], ""),
        ("Yes, 90 days.", [], "it was 90 days, right?"),
        ("Yes, that's right.", [], "returns are 90 days, right?"),
        ("It costs $199 [3].", [3], ""),
        ("Your order gets 50% off.", [], "do I get 50% off?"),
        ("Sale items are refundable [1].", [1], ""),
        ("支持海外配送[2]。", [2], ""),
        ("保修两年[2]。", [2], ""),
        ("本店商品终身保修。", [], ""),
        ("We guarantee a full refund, no questions asked.", [], ""),
        ("Write to help@evil.com.", [], ""),
        ("x" * 5000, [], ""),
    ],
)
def test_an_unsupported_answer_is_stopped_with_a_reason(sentence: str, cited: list[int], customer: str) -> None:
    verdict = GATE.check(sentence, EVIDENCE, cited, customer)
    assert not verdict.supported
    assert all(problem.reason for problem in verdict.problems)


def test_a_sentence_without_citation_names_the_evidence_that_supports_it() -> None:
    assert GATE.check("The warranty lasts 365 days.", EVIDENCE).supports == (1,)


def test_a_wrong_citation_is_not_supported_but_can_be_repaired() -> None:
    verdict = GATE.check("Unused items can be returned within 30 days [3].", EVIDENCE, [3])
    assert not verdict.supported
    assert verdict.repair == (1,)


def test_rewriting_keeps_what_is_true_adds_citations_and_drops_the_rest() -> None:
    gated = rewrite(GATE, "Hello! The warranty lasts 365 days. You also get a free mug worth $20.", EVIDENCE)
    assert gated.text == "Hello! The warranty lasts 365 days [1]."
    assert gated.removed == ("You also get a free mug worth $20.",)
    assert gated.changed and not gated.rejected


def test_a_false_sentence_gives_way_to_the_evidence_on_the_same_thing() -> None:
    gated = rewrite(GATE, "Unused items can be returned within 90 days of delivery [1].", EVIDENCE)
    assert gated.text == "“Unused items can be returned within 30 days of delivery.” [1]"


def test_a_reply_with_no_fact_left_is_rejected() -> None:
    assert rewrite(GATE, "Sure! Buy now and get a free mug.", EVIDENCE).rejected
    assert rewrite(GATE, "word " * 10_000, EVIDENCE).rejected


def test_a_sound_reply_is_unchanged_and_an_empty_one_is_harmless() -> None:
    text = "- Unused items can be returned within 30 days of delivery [1].\n- The warranty is 365 days [1]."
    assert rewrite(GATE, text, EVIDENCE).text == text
    assert not rewrite(GATE, "", EVIDENCE).rejected


def test_links_images_and_html_to_unknown_places_lose_their_address() -> None:
    gated = rewrite(
        GATE, "See [our page](https://evil.example/x) ![logo](https://evil.example/i.png) <b>now</b> <scr<b>ipt>x", EVIDENCE
    )
    assert "evil" not in gated.text and "<" not in gated.text and "our page" in gated.text


def test_table_cells_are_checked_one_by_one() -> None:
    table = "| Product | Price | Weight |\n|---|---|---|\n| Aurora Kettle KT-100 | 199 CNY | 950 g |"
    last = rewrite(GATE, table, EVIDENCE).text.splitlines()[-1]
    assert "199 CNY" in last and "950" not in last


def test_corrupted_answers_are_stopped_and_true_ones_pass_at_the_promised_rates() -> None:
    found = list(cases(EVIDENCE, 20, 1))
    assert {case.supported for case in found} == {True, False}
    score = report(found)["gate"]
    assert score["recall"] >= 0.95 and score["false_alarms"] <= 0.05
    by_hand = report(shop_cases("development"))
    assert by_hand["gate"]["recall"] >= 0.95 and by_hand["gate"]["false_alarms"] <= 0.05
    assert by_hand["digit strings only"]["recall"] < 0.6


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=120), st.text(max_size=60))
def test_no_text_makes_the_gate_fail(text: str, customer: str) -> None:
    GATE.check(text, EVIDENCE, (1, 99), customer)
    rewrite(GATE, text, (*EVIDENCE, Evidence("x", "passage", "", text, customer, "en")), customer)
