"""How answers read: a row's yes and no, cells, times, originals of the other language, and what is left out."""

from dataclasses import replace

import pytest

from bot.generation.alignment import WordVectors
from bot.generation.brief import Part
from bot.generation.selection import Selector
from bot.generation.writer_builtin import BuiltinWriter
from bot.types import Evidence
from knowledge_base.static_encoder import StaticEncoder
from tests.briefs import brief

ABROAD = Evidence(
    "a", "qa", "faq", "FAQ", "Yes, to 26 countries. It takes 8 to 14 business days.", "en", 0.9, "Do you deliver abroad?"
)
CARDS = Evidence("c", "qa", "faq", "FAQ", "Yes, by e-mail. They are valid for 3 years.", "en", 0.9, "Do you sell gift cards?")
BIRTHDAY = Evidence("b", "qa", "faq", "常见问题", "有。生日当月送 20 元券。", "zh", 0.9, "生日有优惠吗？")
TWICE = Evidence("t", "passage", "pay", "Payment", "- Charged twice? The second charge goes back within 24 hours.", "en", 0.9)
HOURS = Evidence("h", "shop", "shop.toml", "Shop", "Opening hours: Monday from 9:00 to 18:00\nPhone: 400-555", "en")
SIZES = Evidence(
    "s", "passage", "sizes", "尺码表",
    "| 尺码 | 胸围 | 腰围 |\n|---|---|---|\n| M | 91–97 cm | 77–83 cm |\n| XL | 105–112 cm | 92–100 cm |", "zh", 0.9,
)  # fmt: skip
FEES = Evidence(
    "f", "passage", "returns", "Postage",
    "| Reason | Postage to us | Postage back |\n|---|---|---|\n| Change of mind | you | – |\n| Faulty item | we | we |",
    "en", 0.9,
)  # fmt: skip


UNPAID = Evidence("u", "qa", "faq", "常见问题", "30 分钟。取消后券会退回。", "zh", 0.9, "订单多久不付款会取消？")
OPENED = Evidence("o", "qa", "faq", "FAQ", "Opened food, earbuds and gift cards.", "en", 0.9, "Which items can't be returned?")
TEAS = Evidence(
    "y", "passage", "tea", "泡茶",
    "| 茶 | 水温 | 第一泡 | 可泡次数 |\n|---|---|---|---|\n| 绿茶 | 80 ℃ | 1 分钟 | 3 次 |\n"
    "| 乌龙 | 100 ℃ | 10 秒 | 8 次 |", "zh", 0.9,
)  # fmt: skip
KEPT = Evidence("k", "passage", "rules", "退换货规则 › 不能退的", "- 拆封的茶叶\n- 种子（拆封后）\n- 活的植物", "zh", 0.9)
POTS = Evidence(
    "w", "passage", "pots", "内胆",
    "| 型号 | 厚度 | 洗碗机 |\n|---|---|---|\n| RC16 | 1.2 mm | 可以 |\n| RC30 | 1.5 mm | 不可以 |", "zh", 0.9,
)  # fmt: skip
REBATE = Evidence("r", "passage", "gifts", "折扣", "数量: 折扣\n20–49 盒: 95 折\n50–199 盒: 9 折", "zh", 0.9)
CARE = Evidence(
    "g", "passage", "care", "磨豆机的清洁与保养 › 清洁频率",
    "| 部位 | 频率 | 方法 |\n|---|---|---|\n| 出粉口 | 每天 | 毛刷 |\n| 磨芯 | 每包豆子后 | 毛刷加气吹 |\n"
    "| 深度清洁 | 每月 | 磨豆机清洁片 35 g，再用 10 g 旧豆过一遍 |", "zh", 0.9,
)  # fmt: skip
CLEANING = Evidence(
    "n", "passage", "cleaning", "Cleaning the grinder › How often",
    "| Part | Frequency | Method |\n|---|---|---|\n| Chute | daily | brush |\n| Burrs | after each bag | brush and bellows |\n"
    "| Deep cleaning | monthly | 35 g of cleaning tablets, then run 10 g of old beans twice |", "en", 0.9,
)  # fmt: skip
PAN = Evidence(
    "p", "passage", "care", "Cast iron",
    "1. Let the pan cool, then wash it with hot water.\n2. Dry it. Never put it into the dishwasher.\n3. Rub in oil.",
    "en", 0.9,
)  # fmt: skip


def write(question, language, *items):
    encoder = StaticEncoder.load()
    writer = BuiltinWriter(Selector(encoder.encode, WordVectors(encoder.weighted)))
    return "".join(writer.write(brief("answer", question, language, list(items), settled=True)))


@pytest.mark.parametrize(
    ("question", "language", "item", "told", "left_out"),
    [
        ("Do you deliver abroad?", "en", ABROAD, "Yes, to 26 countries", "Yes, Yes"),
        ("Do you deliver to Brazil?", "en", ABROAD, "About “Do you deliver abroad?”: Yes, to 26 countries", "Yes, Yes"),
        ("How long are gift cards valid?", "en", CARDS, "3 years", "Yes"),
        ("过生日有什么福利", "zh", BIRTHDAY, "20 元券[1]。", "[1]。生日"),
        ("I was charged twice", "en", TWICE, "within 24 hours", "?"),
        ("What are your opening hours?", "en", HOURS, "from 9:00 to 18:00", "9: 00"),
        ("胸围95穿什么码", "zh", SIZES, "M：", "XL"),
        ("下单后一直没付款会怎么样", "zh", UNPAID, "关于“订单多久不付款会取消？”：30 分钟", "抱歉"),
        (
            "I opened the earbuds, can I send them back?",
            "en",
            OPENED,
            "About “Which items can't be returned?”: Opened",
            "Yes",
        ),
        ("泡绿茶多少度的水", "zh", TEAS, "绿茶：水温 80 ℃[1]。", "分钟"),
        ("绿茶可以泡几次", "zh", TEAS, "可泡次数 3 次[1]。", "℃"),
        ("磨豆机多久清理一次", "zh", CARE, "出粉口：每天；磨芯：每包豆子后；深度清洁：每月[1]。", "旧豆"),
        ("磨豆机的磨芯多久清理一次", "zh", CARE, "磨芯：每包豆子后[1]。", "每月"),
        ("磨豆机怎么清洁", "zh", CARE, "出粉口：毛刷；磨芯：毛刷加气吹；深度清洁：磨豆机清洁片", "每月"),
        (
            "How often should I clean the grinder?",
            "en",
            CLEANING,
            "Chute: daily; Burrs: after each bag; Deep cleaning: monthly [1]",
            "beans",
        ),
        ("How often should I clean the burrs of the grinder?", "en", CLEANING, "Burrs: after each bag [1].", "monthly"),
        ("3升的内胆能放洗碗机吗", "zh", POTS, "RC16：洗碗机可以；RC30：洗碗机不可以[1]。", "mm"),
        ("种子拆开了能退吗", "zh", KEPT, "不能退的：种子（拆封后）[1]。", "茶叶"),
        ("怎么打95折", "zh", REBATE, "20–49 盒：95 折", "：；"),
        ("Can the pan go into the dishwasher?", "en", PAN, "Never put it into the dishwasher", "1."),
        ("Who pays the postage for a change of mind?", "en", FEES, "you", "–"),
    ],
)
def test_an_answer_reads_as_a_person_would_write_it(question, language, item, told, left_out):
    text = write(question, language, item)
    assert told in text
    assert left_out not in text


def test_headings_of_a_text_in_the_other_language_are_not_quoted_as_sentences():
    pets = Evidence(
        "p", "passage", "herbs", "Herbs", "Pets\nLavender is poisonous to cats.\n\nHardiness\nIt survives frost.", "en", 0.9
    )
    assert "“Lavender is poisonous to cats.”" in write("薰衣草对猫有毒吗", "zh", pets)


def test_what_both_languages_tell_is_told_in_the_customers():
    other = Evidence("z", "qa", "faq", "常见问题", "可以，寄往 26 个国家。", "zh", 0.95, "能寄到国外吗？")
    assert "26 个国家" not in write("Do you deliver abroad?", "en", ABROAD, other)


def test_a_settled_brief_is_answered_even_when_no_sentence_is_sure():
    assert "valid for 3 years" in write("validity of the plastic things?", "en", CARDS)


def test_a_row_on_what_is_not_possible_says_no_yes():
    text = write("can i return opened coffee", "en", replace(OPENED, text="Opened food such as coffee is excluded."))
    assert text.startswith("About “Which items can't be returned?”: Opened food") and "Yes" not in text


@pytest.mark.parametrize("mark", ["'", "’"])
def test_a_denial_with_either_apostrophe_is_no_yes_and_no_yes_to_another_question_stands_above_it(mark):
    denied = f"Cut fabric can{mark}t be returned."
    said = write("Can cut fabric be returned?", "en", Evidence("d", "passage", "returns", "Returns", denied, "en", 0.9))
    row = f"Yes, fabric is sold by the half metre. Cut fabric can{mark}t be returned unless it is faulty."
    told = write(
        "can I return cut fabric", "en", Evidence("c", "qa", "faq", "FAQ", row, "en", 0.9, "Do you cut fabric to length?")
    )
    assert said.startswith("No") and f"can{mark}t be returned unless" in told and "Yes" not in told


def test_an_item_of_a_list_of_what_is_not_possible_is_told_with_the_sentence_above_it():
    rules = "The item is unused.\n\nThese cannot be returned:\n\n- opened food such as coffee beans\n- gift cards"
    told = write(
        "can i return opened coffee", "en", Evidence("r", "passage", "returns", "Returns › Conditions", rules, "en", 0.9)
    )
    assert "These cannot be returned: Opened food such as coffee beans" in told


def test_what_stands_under_a_heading_that_denies_it_is_told_with_the_heading():
    kept = Evidence("k", "passage", "returns", "Returns › What cannot be returned", "Mixed paint and opened glue.", "en", 0.9)
    assert "What cannot be returned: Mixed paint and opened glue" in write("opened glue return?", "en", kept)


def test_a_later_question_is_told_though_its_topic_finds_what_the_first_was_told():
    text = "前 2 个月每周用 1 次，之后每月 1 次。肤色很深、晒伤、有文身的地方不能用。灯头能打 50 万发。"
    item = Evidence("i", "passage", "devices", "脱毛仪 IPL-3", text, "zh", 0.8)
    first, later = "脱毛仪一周用几次", "有纹身能用吗"
    asked = brief("answer", f"{first}，{later}", "zh", [item], settled=True)
    parts = (Part(first, first, {0: 0.8}), Part(later, f"{first}，{later}", {0: 0.6}))
    encoder = StaticEncoder.load()
    writer = BuiltinWriter(Selector(encoder.encode, WordVectors(encoder.weighted)))
    told = "".join(writer.write(replace(asked, parts=parts)))
    assert "每周用 1 次" in told and "有文身的地方不能用" in told and "50 万发" not in told
