import gzip
import json

import numpy as np
import pytest

from benchmarks.selection import main
from bot.generation.selection import Selector
from bot.text.question_type import question_parts, question_types
from bot.types import Evidence
from tests.briefs import DELIVERY, DELIVERY_ZH, JACKET_ZH, PAYMENT, RATES, RETURNS, RETURNS_ZH, STEPS, TENT, evidence


@pytest.mark.parametrize(
    ("question", "items", "language", "inside", "outside"),
    [
        ("How long does delivery take?", [DELIVERY, RETURNS], "en", "2–3 business days", "30 days"),
        ("When will I get my refund?", [RETURNS, DELIVERY], "en", "5 business days", "original packaging"),
        ("What does delivery to Spain cost?", RATES, "en", "€11.90", "€4.90"),
        ("How heavy is the Alpine Light Tent?", [TENT], "en", "1.9 kg", "249"),
        ("Is there free shipping?", [DELIVERY], "en", "Orders above €50", "DHL and UPS"),
        ("退款多久到账？", [RETURNS_ZH, DELIVERY_ZH], "zh", "1-3个工作日", "48小时"),
        ("運費多少錢", [DELIVERY_ZH], "zh", "满99元包邮", "48小时"),
        ("新疆包邮吗", [DELIVERY_ZH], "zh", "新疆、西藏地区运费另计", "48小时"),
        ("轻羽冲锋衣多少钱", [JACKET_ZH], "zh", "499 元", "尼龙"),
        ("How long do I have to return an item?", [RETURNS_ZH], "en", "7天内", "质量问题"),
    ],
)
def test_the_sentences_that_answer_are_selected_and_the_others_left_out(question, items, language, inside, outside):
    told = " ".join(chosen.text for chosen in Selector().select(question, items, language))
    assert inside in told
    assert outside not in told


@pytest.mark.parametrize(
    ("question", "items", "language"),
    [
        ("Do you offer gift wrapping?", [DELIVERY, RETURNS], "en"),
        ("What is the capital of Mongolia?", [evidence(DELIVERY.text, title="Shipping", score=0.2)], "en"),
        ("你们有宠物寄养服务吗", [DELIVERY_ZH, RETURNS_ZH], "zh"),
        ("How long is the battery life?", [TENT], "en"),
        ("How long does delivery take?", [], "en"),
    ],
)
def test_nothing_is_selected_when_nothing_answers(question, items, language):
    assert Selector().select(question, items, language) == []


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("罗非鱼用多大的钩", [("目标鱼：鲫鱼\n鱼钩：袖钩 3 号", 0.92), ("目标鱼：白条\n鱼钩：袖钩 1 号", 0.7),
                       ("目标鱼：罗非\n鱼钩：伊势尼 4 号", 0.7)]),
        ("Which hook for tilapia fish?", [("Fish: Crucian fish\nHook: sleeve 3", 0.78), ("Fish: Bleak\nHook: sleeve 1", 0.57),
                                          ("Fish: Tilapia\nHook: iseama 4", 0.54)]),
    ],
)  # fmt: skip
def test_the_row_that_a_question_names_answers_where_another_row_seems_surer(question, rows):
    language = "zh" if "鱼" in question else "en"
    items = [Evidence(f"r{n}", "row", "hooks.csv", "hooks", text, language, score) for n, (text, score) in enumerate(rows)]
    assert [chosen.evidence_index for chosen in Selector(threshold=0.3).select(question, items, language)] == [2]


def test_every_span_is_verbatim_in_its_evidence():
    items = [DELIVERY, RETURNS, STEPS, PAYMENT, *RATES]
    for question in (
        "How do I return something?",
        "How long does delivery take and how much does it cost?",
        "Can I pay by card?",
    ):
        for chosen in Selector().select(question, items, "en"):
            start, end = chosen.span
            assert " ".join(chosen.text.split()) in " ".join(items[chosen.evidence_index].text[start:end].split())


def test_an_exception_that_follows_comes_along():
    told = [chosen.text for chosen in Selector().select("定制的可以退吗", [RETURNS_ZH], "zh")]
    assert told == ["自签收之日起7天内，商品完好且不影响二次销售的，可以申请无理由退货。", "但定制商品、贴身衣物除外。"]


def test_a_list_of_steps_comes_whole_and_alone():
    chosen = Selector().select("How do I return something?", [STEPS], "en")
    assert [unit.kind for unit in chosen] == ["intro", "step", "step", "step", "step"]


def test_each_part_of_a_question_gets_its_answer():
    told = " ".join(chosen.text for chosen in Selector().select("多久能送到？运费怎么算？", [DELIVERY_ZH, RETURNS_ZH], "zh"))
    assert "3-5天送达" in told and "收取10元运费" in told and "退回" not in told


def test_the_story_around_a_question_does_not_hide_its_answer():
    chosen = Selector().select("我上周买了件衣服老婆说颜色太艳，可以退吗？", [RETURNS_ZH], "zh")
    assert "可以申请无理由退货" in chosen[0].text


def test_evidence_in_the_customers_language_is_preferred():
    english = evidence("You can return items within 7 days.", title="Returns")
    chosen = Selector().select("退货期限是几天？", [english, RETURNS_ZH], "zh")
    assert {unit.evidence_index for unit in chosen} == {1}


def test_an_encoder_finds_an_answer_that_shares_no_word_with_the_question():
    item = evidence("Lodging a grievance is done by post. Our hotline lifts the receiver at nine.", title="Notes", score=0.85)

    def encode(texts):
        return np.array([[1.0, 0.0] if "morning" in text or "hotline" in text else [0.0, 1.0] for text in texts], np.float32)

    assert Selector().select("Earliest talk in the morning?", [item], "en") == []
    chosen = Selector(encode).select("Earliest talk in the morning?", [item], "en")
    assert [unit.text for unit in chosen] == ["Our hotline lifts the receiver at nine."]


def test_no_text_is_encoded_twice_in_a_turn():
    seen = []

    def encode(texts):
        seen.extend(texts)
        return np.ones((len(texts), 1), np.float32)

    selector = Selector(encode)
    selector.select("How long does delivery take and how much is it?", [DELIVERY], "en")
    selector.select("How long does delivery take and how much is it?", [DELIVERY], "en")
    assert len(seen) == len(set(seen)) > 0


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("How long does it take?", "duration"), ("how much is it", "price"), ("Where are you?", "place"),
        ("Can I return it?", "yes_no"),
        ("How do I pay?", "method"), ("Why was it declined?", "reason"), ("多久发货", "duration"), ("多少钱", "price"),
        ("能不能退", "yes_no"),
        ("怎么退货", "method"), ("你们在哪里", "place"), ("几点下班", "date"), ("为什么扣款", "reason"),
        ("how heavy is it", "weight"), ("how much does it weigh", "weight"), ("多少瓦", "power"),
        ("水温要多少度", "temperature"),
        ("how often do I water it", "times"), ("多久浇一次水", "times"), ("泡几次", "times"),
    ],
)  # fmt: skip
def test_a_question_asks_for_one_kind_of_answer_first(question, first):
    assert question_types(question)[0] == first


def test_a_message_is_cut_into_its_questions():
    assert question_parts("How much is it and is it in stock?") == ["How much is it", "is it in stock"]
    assert question_parts("多久能到？运费多少？") == ["多久能到", "运费多少"]
    assert question_parts("return policy") == ["return policy"]


def test_the_benchmark_measures_rows_of_its_documented_layout(tmp_path, capsys):
    rows = [
        {"question": "How long does delivery take?", "context": DELIVERY.text, "answer": "2–3 business days"},
        {"question": "退款多久到账？", "context": RETURNS_ZH.text, "answer": ["1-3个工作日"]},
        {"question": "Unanswered?", "context": "One sentence.", "answer": "nowhere"},
    ]
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    assert main([str(path), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["rows"], report["measured"], report["accuracy_at_1"]) == (3, 2, 1.0)
    assert 0 <= report["bm25_accuracy_at_1"] <= 1


def test_the_benchmark_measures_the_questions_of_a_folder_of_passages(tmp_path, capsys):
    rows = {
        "corpus": [
            {"id": "d0", "title": "Delivery", "text": DELIVERY.text},
            {"id": "d1", "title": "退货", "text": RETURNS_ZH.text},
        ],
        "queries": [
            {"id": "q0", "text": "How long does delivery take?", "answers": ["2–3 business days"]},
            {"id": "q1", "text": "退款多久到账？", "answers": ["1-3个工作日", "三个工作日"]},
            {"id": "q2", "text": "Unanswered?", "answers": []},
        ],
        "qrels": [{"q": "q0", "d": "d0"}, {"q": "q1", "d": "d1"}, {"q": "q2", "d": "d0"}],
    }
    for name, own in rows.items():
        with gzip.open(tmp_path / f"{name}.jsonl.gz", "wt", encoding="utf-8") as file:
            file.write("\n".join(json.dumps(row, ensure_ascii=False) for row in own))
    assert main([str(tmp_path), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["rows"], report["measured"], report["accuracy_at_1"]) == (3, 2, 1.0)


def test_the_benchmark_says_when_a_file_has_no_usable_row(tmp_path, capsys):
    path = tmp_path / "rows.jsonl"
    path.write_text('{"question": "a?", "context": "b.", "answer": "c"}', "utf-8")
    assert main([str(path)]) == 2
    assert "No usable row" in capsys.readouterr().out


@pytest.mark.parametrize(("question", "row"), [("身高85穿多大码", "90"), ("宝宝15斤穿什么码", "66")])
def test_the_row_that_holds_the_number_is_told_wherever_the_table_was_cut(question, row):
    tables = [
        Evidence(name, "passage", "sizes.md", "童装尺码表", text, "zh", score)
        for name, text, score in (
            (
                "b",
                "码数：100；身高（厘米）：90—100；体重（公斤）：13—16\n码数：110；身高（厘米）：100—110；体重（公斤）：16—19",
                0.9,
            ),
            ("a", "码数：66；身高（厘米）：59—66；体重（公斤）：5—8\n码数：90；身高（厘米）：80—90；体重（公斤）：11—13", 0.4),
        )
    ]
    chosen = Selector().select(question, tables, "zh", settled=True)
    assert chosen and all(one.text.startswith(f"码数：{row}") for one in chosen)


JACKETS = Evidence(
    "j", "passage", "sizes.md", "尺码表 › 羽绒服、防雨外套",
    "| 尺码 | 身高 | 体重（斤） | 胸围 |\n|---|---|---|---|\n| M | 168–174 cm | 110–130 | 91–97 cm |\n"
    "| L | 174–181 cm | 130–150 | 98–104 cm |\n\n防雨外套比羽绒服宽 4 cm，两件同码可以叠穿。", "zh", 0.9,
)  # fmt: skip


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("身高172，羽绒服穿什么码", ["M"]),
        ("身高180羽绒服穿什么码", ["L"]),
        ("羽绒服 120斤穿什么码", ["M"]),
        ("羽绒服 70公斤穿什么码", ["L"]),
        ("羽绒服174 120斤穿什么码", ["M"]),  # both tall enough, one heavy enough
        ("胸围97 cm穿什么码", ["M"]),  # which is no size of its own because a range ends there
        ("体重130斤羽绒服穿什么码", ["M", "L"]),  # where one ends and the next begins
    ],
)
def test_the_rows_that_hold_most_of_what_was_measured_go_before_a_sentence_on_the_cut(question, rows):
    chosen = Selector().select(question, [JACKETS], "zh", settled=True)
    assert [one.pairs[0][1] if one.pairs else one.text for one in chosen] == rows


FEEDING = Evidence(
    "f", "passage", "feeding.md", "喂养指南 › 一天喂多少",
    "| 体重 | 成年猫 | 成年犬 |\n| --- | --- | --- |\n| 2 kg | 35 克 | 45 克 |\n| 6 kg | 70 克 | 105 克 |\n"
    "| 10 kg | — | 150 克 |\n| 20 kg | — | 260 克 |", "zh", 0.9,
)  # fmt: skip


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("7公斤的狗吃多少", ["6 kg", "10 kg"]),
        ("how much does a 12 kg dog eat", ["10 kg", "20 kg"]),
        ("6公斤的猫吃多少", ["6 kg"]),
    ],
)
def test_of_a_table_in_steps_the_rows_next_below_and_above_are_told(question, rows):
    chosen = Selector().select(question, [FEEDING], "zh", settled=True)
    assert [one.pairs[0][1] for one in chosen] == rows
