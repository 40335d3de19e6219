import re
from dataclasses import replace

import pytest

from bot.generation.brief import Line
from bot.generation.figure_words import figures_in
from bot.generation.phrases import PhraseError, Phrases, load_phrases, parse_phrases
from bot.generation.writer_builtin import BuiltinWriter
from bot.shop.comparison import ComparisonTable
from bot.types import Evidence, Handover, Message, Product
from tests.briefs import (
    DELIVERY,
    DELIVERY_ZH,
    INVOICE_ZH,
    JACKET_ZH,
    PAYMENT,
    RATES,
    RETURNS,
    RETURNS_ZH,
    SHOP,
    STEPS,
    STEPS_ZH,
    TENT,
    brief,
    evidence,
)  # fmt: skip


def write(given):
    return "".join(BuiltinWriter().write(given))


CANCEL = evidence("You can cancel an order free of charge as long as it has not been shipped.", title="Cancelling")
CANCEL_ZH = evidence("未发货的订单可以随时取消。", title="取消订单", language="zh")
SIZES_ZH = evidence(
    "尺码对照：\n| 尺码 | 身高 | 体重 |\n|---|---|---|\n| M | 165-170cm | 55-65kg |\n| L | 170-175cm | 65-75kg |",
    title="尺码表",
    language="zh",
)
MEMBERS = evidence("Returns are free for club members; all others pay €4.90.", title="Returns")
STORES_ZH = evidence(
    "门店：滨江店\n地址：江南大道588号\n营业时间：10:00—22:00\n停车：免费停2小时", title="门店", kind="row", language="zh"
)
HARM = evidence("It is dangerous for cats to eat grapes.", title="Feeding")
HARM_ZH = evidence("猫吃葡萄有中毒的危险。", title="喂养", language="zh")
UNOPENED_ZH = evidence("未拆封的商品支持7天无理由退货。", title="退货", language="zh")
GIFT = evidence(
    "Yes, you can add a gift message to gift cards at the checkout.",
    kind="qa",
    title="Gifts",
    question="May I write a personal note for my friend?",
)
COUNTRIES = evidence("We deliver to all EU countries and Norway. We currently do not ship to the USA.", title="Countries")


@pytest.mark.parametrize(
    ("given", "said", "not_said"),
    [
        (
            ("How long does delivery take?", "en", [DELIVERY, RETURNS]),
            "takes 2–3 business days and costs €4.90 [1].",
            "30 days",
        ),
        (("Is there free shipping?", "en", [DELIVERY]), "Yes, orders above €50 ship free of charge [1].", "DHL"),
        (("Do you deliver to PO boxes?", "en", [DELIVERY]), "No, we do not deliver to PO boxes [1].", "Express"),
        (("Can I return personalised products?", "en", [RETURNS]), "No. Underwear and personalised products cannot", "However"),
        (("Can I return used items?", "en", [RETURNS]), "unused items within 30 days", "Yes"),
        (
            ("How long does shipping to France take?", "en", RATES),
            "France: standard delivery 4–6 business days [2].",
            "Spain",
        ),
        (("how much is the alpine light tent", "en", [TENT]), "249 EUR [1].", "kg"),
        (("How heavy is the Alpine Light Tent?", "en", [TENT]), "weight: 1.9 kg [1].", "EUR"),
        (("can i cancel my order?", "en", [CANCEL]), "Yes, you can cancel an order free of charge as long as", "No"),
        (("未发货的订单能取消吗", "zh", [CANCEL_ZH]), "未发货的订单可以随时取消[1]。", "抱歉"),
        (("身高172穿什么码", "zh", [SIZES_ZH]), "L：身高170-175cm[1]。", "M"),
        (("Are returns free?", "en", [MEMBERS]), "Returns are free for club members", "Yes"),
        (("滨江店几点关门 怎么停车", "zh", [STORES_ZH]), "滨江店：营业时间10:00—22:00，停车为免费停2小时[1]。", "江南大道"),
        (("猫能吃葡萄吗", "zh", [HARM_ZH]), "猫吃葡萄有中毒的危险[1]。", "可以"),
        (("Can cats eat grapes?", "en", [HARM]), "It is dangerous for cats to eat grapes [1].", "Yes"),
        (("拆封了还能退吗", "zh", [UNOPENED_ZH]), "未拆封的商品支持7天无理由退货[1]。", "可以的"),
        (("Do you sell gift cards at the checkout?", "en", [GIFT]), "You can add a gift message", "Yes"),
        (("Do you ship to Norway?", "en", [COUNTRIES]), "Yes, we deliver to all EU countries and Norway [1].", "USA"),
        (("运费多少钱", "zh", [DELIVERY_ZH]), "满99元包邮，不满99元收取10元运费[1]。", "顺丰"),
        (("定制的可以退吗", "zh", [RETURNS_ZH]), "但定制商品、贴身衣物除外[1]。", "可以的，自"),
        (("能开发票吗", "zh", [INVOICE_ZH]), "我们可以开具电子普通发票[1]。", "您好，亲"),
        (("能开发票吗", "zh", [INVOICE_ZH]), "24小时内发送到您的邮箱[1]。", "感谢您的咨询"),
        (("轻羽冲锋衣多少钱？有现货吗？", "zh", [JACKET_ZH]), "499 元，库存 3 件[1]。", "尼龙"),
    ],
)
def test_an_answer_says_what_was_asked_and_no_more(given, said, not_said):
    text = write(brief("answer", *given))
    assert said in text
    assert not_said not in text


@pytest.mark.parametrize(
    ("question", "language", "items"),
    [
        ("How long does delivery take and how much does it cost?", "en", [DELIVERY, RETURNS, STEPS, PAYMENT, *RATES]),
        ("Can I return something?", "en", [RETURNS, STEPS, DELIVERY]),
        ("我买了衣服不喜欢，可以退吗？运费谁出？", "zh", [RETURNS_ZH, DELIVERY_ZH, STEPS_ZH]),
    ],
)
def test_an_answer_is_short_and_cites_every_sentence(question, language, items):
    text = write(brief("answer", question, language, items))
    if "\n" not in text:
        assert len(text.split()) <= 100 if language == "en" else len(text) <= 180
    for line in text.split("\n"):
        for sentence in re.split(r"(?<=[^\d][.。!])\s*(?=[^\d\s])", line):
            assert not sentence.strip() or re.search(r"\[\d\]", sentence), sentence


def test_an_action_without_a_wording_of_its_own_is_worded_as_an_answer_is():
    told = [evidence("We wrap presents in paper for 5 EUR.", "Wrapping")]
    assert write(brief("wrap", "What does wrapping presents cost?", "en", told)) == write(
        brief("answer", "What does wrapping presents cost?", "en", told)
    )


def test_steps_become_a_numbered_list_with_nothing_else():
    text = write(brief("answer", "怎么退货？", "zh", [STEPS_ZH]))
    assert text.split("\n") == [
        "申请退货的步骤[1]：",
        "1. 打开“我的订单”，找到要退的商品[1]。",
        "2. 点击“申请售后”，选择退货原因[1]。",
        "3. 把商品寄到页面显示的地址[1]。",
    ]  # fmt: skip
    assert "holidays" not in write(brief("answer", "How do I return something?", "en", [STEPS]))


def test_the_days_of_a_plan_are_its_steps():
    plan = evidence("第1、2天：新粮25%。\n第3、4天：新粮50%。\n第7天起：全部新粮。", title="七日换粮法", language="zh")
    lines = write(brief("answer", "新粮怎么加？", "zh", [plan])).split("\n")
    assert lines[1:] == ["1. 第1、2天：新粮25%[1]。", "2. 第3、4天：新粮50%[1]。", "3. 第7天起：全部新粮[1]。"]


def test_what_no_longer_holds_is_told_as_past():
    sale = replace(evidence("全店满199减30。", title="双十一活动", language="zh"), ended="2025-11-11")
    text = write(brief("answer", "全店满199减多少？", "zh", [sale]))
    assert text == "这项内容只到2025年11月11日为止，现在已经结束。当时的内容是：全店满199减30[1]。"


def test_parallel_items_become_bullets():
    text = write(brief("answer", "Which payment methods do you accept?", "en", [PAYMENT]))
    assert text.endswith(":\n- Visa and Mastercard [1]\n- PayPal [1]\n- Bank transfer [1]")


def test_two_sources_are_merged_without_saying_the_same_twice():
    again = evidence("Standard delivery within Germany takes 2–3 business days.", title="Delivery FAQ", score=0.75)
    text = write(brief("answer", "How long does delivery take?", "en", [DELIVERY, again]))
    assert text.count("2–3 business days") == 1


@pytest.mark.parametrize(
    ("question", "language", "item", "figure", "quote"),
    [
        ("How long do I have to return an item?", "en", RETURNS_ZH, "7 days [1].", "自签收之日起7天内"),
        (
            "How much is shipping?",
            "en",
            DELIVERY_ZH,
            "free shipping on orders of ¥99 or more and ¥10 shipping on orders under ¥99 [1].",
            "满99元包邮",
        ),
        ("退货期限是多久？", "zh", RETURNS, "30天[1]。", "within 30 days of delivery"),
        ("多久能到？", "zh", DELIVERY, "2–3个工作日", "takes 2–3 business days"),
    ],
)
def test_evidence_in_the_other_language_is_quoted_after_its_figures(question, language, item, figure, quote):
    text = write(brief("answer", question, language, [item]))
    lead, _, original = text.partition("“")
    assert figure in lead
    assert quote in original and original.endswith("[1]")


@pytest.mark.parametrize(
    ("text", "language", "figures"),
    [
        ("十五天内，满99元包邮，8.5折", "en", ["15 days", "free shipping on orders of ¥99 or more", "15% off"]),
        ("2026年3月1日 9:00-18:00，周一至周五", "en", ["March 1, 2026", "9:00–18:00", "Monday to Friday"]),
        ("会员享95折", "en", ["5% off"]),
        ("运费12元，不参加包邮", "en", ["¥12"]),
        ("3至5个工作日，1个月，20%", "en", ["3–5 business days", "1 month", "20%"]),
        ("within two weeks or 30 calendar days", "zh", ["2周", "30天"]),
        ("$4.99 by March 3, 2026, 10% off, 9 am", "zh", ["4.99美元", "2026年3月3日", "优惠10%", "上午9:00"]),
        ("Mon-Fri, free delivery, 3 to 5 business days", "zh", ["周一至周五", "免运费", "3–5个工作日"]),
    ],
)
def test_figures_are_said_exactly_in_the_other_language(text, language, figures):
    assert figures_in(text, language) == figures


def test_an_unsupported_answer_is_declined_with_ways_to_reach_people():
    text = write(brief("answer", "Do you offer gift wrapping?", "en", [DELIVERY]))
    assert SHOP.email in text and SHOP.phone in text and "[1]" not in text


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (brief("decline", "你们老板是谁", "zh", note="unknown", abstained=True), ["人工客服", SHOP.email, SHOP.hours_zh]),
        (brief("decline", "write a poem", "en", note="out_of_scope", abstained=True), ["Fernweh Outdoor"]),
        (brief("decline", "紫色帐篷", "zh", note="not_found", abstained=True), ["预算"]),
        (brief("small_talk", "hi", "en", note="greeting"), ["Dora", "Fernweh Outdoor"]),
        (brief("small_talk", "你好", "zh", note="greeting"), ["小朵", "远行户外"]),
        (brief("small_talk", "bye", "en", note="goodbye"), ["Fernweh Outdoor"]),
        (
            brief("clarify", "where is my order", "en", asks=("order_id", "email", "name_zip")),
            ["order number", "e-mail address"],
        ),
        (brief("clarify", "a purple tent", "en", asks=("need",), note="not_found"), ["change a wish"]),
        (brief("clarify", "推荐帐篷", "zh", asks=("need", "budget")), ["预算"]),
        (brief("clarify", "yes?", "en", asks=("confirmation",)), ["“yes”"]),
        (brief("handover", "agent", "en", handover=Handover("requested")), [SHOP.hours]),
        (brief("handover", "太差了", "zh", handover=Handover("anger")), ["对不起", SHOP.hours_zh]),
        (brief("order_status", "order", "en", note="not_found"), ["order number"]),
        (brief("order_status", "订单", "zh", note="locked"), ["人工客服"]),
        (brief("order_change", "改地址", "zh", note="locked"), ["已暂停", "人工客服"]),
        (brief("order_change", "cancel", "en", note="not_found", asks=("order_id", "email")), ["find an order"]),
        (brief("order_status", "订单", "zh", note="ask_proof", asks=("order_id", "email")), ["订单号", "邮箱"]),
    ],
)
def test_set_phrases_name_what_the_customer_needs(given, said):
    text = write(given)
    assert all(part in text for part in said), text


def test_two_slots_are_asked_at_a_time():
    assert "postcode" not in write(brief("clarify", "order", "en", asks=("order_id", "email", "name_zip")))


def test_a_greeting_in_a_running_conversation_does_not_introduce_again():
    given = replace(brief("small_talk", "hi", "en", note="greeting"), history=(Message("assistant", "Hello!"),))
    assert "Dora" not in write(given)


def test_the_owners_own_greeting_is_used():
    shop = SHOP.model_copy(update={"greeting": "Ahoy!"})
    assert write(brief("small_talk", "hi", "en", note="greeting", shop=shop)) == "Ahoy!"


def test_the_tone_of_the_shop_changes_the_wording():
    formal = SHOP.model_copy(update={"tone": "formal"})
    assert write(brief("small_talk", "hi", "en", note="greeting", shop=formal)).startswith("Welcome to Fernweh Outdoor.")


ORDER = Evidence(
    "order:W1001", "order", "orders", "Order W1001",
    "Order number: W1001\nStatus: shipped\nPlaced on: 3 May 2026\nItem: Alpine Light Tent (green) × 1, 249 EUR\n"
    "Total: 249 EUR\n"
    "Carrier: DHL\nTracking number: JD014600006\nPhone: ****4567", "en",
)  # fmt: skip
ORDER_ZH = Evidence(
    "order:A8891", "order", "orders", "订单 A8891",
    "订单号：A8891\n状态：已签收\n商品：轻羽冲锋衣（蓝色） × 1\n快递公司：顺丰\n快递单号：SF12345\n签收日期：2026年5月4日",
    "zh",
)  # fmt: skip


def test_an_order_is_told_in_words_with_carrier_tracking_items_and_dates():
    text = write(brief("order_status", "where is it", "en", [ORDER]))
    for part in ("W1001 has been shipped [1].", "DHL", "JD014600006", "Alpine Light Tent (green) × 1", "3 May 2026"):
        assert part in text
    assert "****" not in text
    text = write(brief("order_status", "到哪了", "zh", [ORDER_ZH]))
    assert "已经签收了[1]。" in text and "2026年5月4日" in text and "SF12345" not in text


TENTS = (
    Product("TENT-2", "Alpine Light Tent", price=249, currency="EUR"),
    Product("TENT-3", "Basecamp 3", price=289, currency="EUR"),
)
BASECAMP = evidence("Product: Basecamp 3\nPrice: 289 EUR", kind="product", title="Basecamp 3", id="product:TENT-3")


def test_recommended_products_come_with_price_reason_and_citation():
    given = brief("recommend", "a tent", "en", [TENT, BASECAMP], products=TENTS, reasons=("weighs 1.9 kg", "sleeps three"))
    assert "- **Alpine Light Tent**: 249 EUR; weighs 1.9 kg [1]\n- **Basecamp 3**: 289 EUR; sleeps three [2]" in write(given)


def test_a_wish_that_could_not_be_met_is_named():
    given = brief(
        "recommend", "冲锋衣", "zh", [JACKET_ZH], products=(Product("JK-1", "轻羽冲锋衣", price=499, stock=3),),
        reasons=("防水",),
        note="relaxed", relaxed=("300元以内",),
    )  # fmt: skip
    assert "“300元以内”" in write(given) and "仅剩3件" in write(given)


def test_a_comparison_has_a_verdict_and_a_cited_table():
    table = ComparisonTable(
        ("Alpine Light Tent", "Basecamp 3"), (("Price", ("249 EUR", "289 EUR")), ("Weight", ("1.9 kg", "3.1 kg")))
    )
    text = write(brief("compare", "compare", "en", [TENT, BASECAMP], products=TENTS, table=table))
    assert "Alpine Light Tent" in text.split("\n")[0] and "249 EUR" in text.split("\n")[0] and "289" not in text.split("\n")[0]
    assert "| Feature | Alpine Light Tent [1] | Basecamp 3 [2] |" in text and "| Weight | 1.9 kg | 3.1 kg |" in text


def test_a_guide_gives_criteria_then_products_then_asks():
    advice = evidence(
        "选冲锋衣先看防水指数，登山建议10000 mm以上。其次看透气性，数值越高越不闷。店里周年庆正在进行。",
        title="选购指南",
        language="zh",
    )
    products = (Product("JK-1", "轻羽冲锋衣", price=499),)
    text = write(brief("guide", "怎么挑冲锋衣？", "zh", [advice, JACKET_ZH], products=products, asks=("budget",)))
    assert text.index("透气性") < text.index("轻羽冲锋衣") < text.index("预算")
    assert "周年庆" not in text and "以上[1]。" in text and "[2]" in text


@pytest.mark.parametrize(
    ("language", "order", "yes"), [("en", "I'd cancel order #W123", "“yes”"), ("zh", "将取消订单 #W123", "“是”")]
)
def test_a_change_is_told_in_words_with_its_source_and_waits_for_an_explicit_yes(language, order, yes):
    evidence = [Evidence("order:#W123", "order", "orders", "#W123", "Order number: #W123", language)]
    lines = (Line.of("plan_cancel", order="#W123", items="lamp"), Line(""), Line.of("terms_undo", minutes="30"))
    text = write(replace(brief("confirm", "cancel", language, evidence, asks=("confirmation",)), lines=lines))
    assert order in text and "[1]" in text and "\n\n" in text and yes in text


def test_what_a_line_asks_for_is_not_asked_a_second_time():
    told = (Line.of("which_reason", reasons="mistake"),)
    text = write(replace(brief("order_change", "cancel", "en", asks=("reason",)), lines=told))
    assert text == "What is the reason: mistake?"


def test_a_change_that_was_made_is_not_asked_about_again():
    assert "yes" not in write(brief("order_change", "yes", "en", note="done"))


def test_trouble_is_met_with_an_apology_before_the_answer():
    text = write(brief("answer", "My jacket came torn. When will I get my refund?", "en", [RETURNS], sentiment="negative"))
    assert re.match(r"(?:I'm sorry|Sorry)", text) and "5 business days" in text


def test_a_plain_question_that_only_sounds_bad_is_answered_without_an_apology():
    assert "orry" not in write(brief("answer", "When will I get my refund?", "en", [RETURNS], sentiment="negative"))


def test_the_same_brief_gives_the_same_text_and_other_questions_other_wordings():
    assert write(brief("small_talk", "hi", "en", note="thanks")) == write(brief("small_talk", "hi", "en", note="thanks"))
    assert len({write(brief("small_talk", f"thanks {n}", "en", note="thanks")) for n in range(9)}) > 1


def test_both_languages_have_the_same_phrases_with_the_same_variables():
    english, chinese = load_phrases("en"), load_phrases("zh")
    assert {name: phrase.variables for name, phrase in english.items()} == {name: p.variables for name, p in chinese.items()}


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ('[a]\nvariables = ["x"]\nfriendly = ["no variable"]', "declares ['x']"),
        ('[a]\nfriendly = ["{y}"]', "uses ['y']"),
        ("[a]\nfriendly = []", "no wording"),
        ('[a]\nfriendly = ["b"]\ntone = "c"', "unknown keys ['tone']"),
    ],
)
def test_a_phrase_file_with_a_mistake_is_refused(toml, message):
    with pytest.raises(PhraseError, match=re.escape(message)):
        parse_phrases(toml, "en.toml")


def test_chinese_behind_a_latin_word_stands_apart_from_it():
    assert "水壶 0.7 L 更便宜，99 元" in Phrases("zh").say("rank_cheapest_of_two", title="水壶 0.7 L", value="99 元")


def test_a_missing_or_extra_variable_and_an_unknown_phrase_are_errors():
    phrases = Phrases("en")
    for name, values in (("goodbye", {}), ("goodbye", {"shop": "a", "more": "b"}), ("nonsense", {})):
        with pytest.raises(PhraseError):
            phrases.say(name, **values)
