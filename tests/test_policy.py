"""The dialogue policy as a table: situation → action."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.policy.decision import after_failure, decide
from bot.policy.doubts import ANSWERED, CERTAINLY_ANSWERED, SURELY_ANSWERED, TOLD
from bot.types import Action, Constraint, DialogueState, Entities, Intent, LanguageGuess, Money, Sentiment, Understanding


def heard(
    text: str = "so many words",
    intent: str = "delivery",
    confidence: float = 0.9,
    sentiment: Sentiment | None = None,
    **entities: object,
) -> Understanding:
    return Understanding(
        text,
        text,
        LanguageGuess("en"),
        Intent(intent, confidence),
        sentiment or Sentiment("neutral", 0.0),
        Entities(**entities),  # type: ignore[arg-type]
    )


ANGRY = Sentiment("negative", -0.9, angry=True)
FRESH = DialogueState()
ASKED_ORDER = DialogueState(last_intent="order_status", last_action="order_status", asks=("order_id", "email"))
SHOWN = DialogueState(last_intent="recommendation", last_action="recommend", skus=("A-1", "A-2"))
IN_TENTS = DialogueState(last_intent="recommendation", last_action="recommend", skus=("A-1", "A-2"), category="tent")
ALONE = DialogueState(last_intent="recommendation", last_action="recommend", skus=("A-1",))
ASKED_BUDGET = DialogueState(last_intent="recommendation", last_action="clarify", asks=("need", "budget"))
ASKED_PRODUCT = DialogueState(last_intent="comparison", last_action="clarify", asks=("product",), skus=("A-1",))

ASKED_MEASURES = DialogueState(last_intent="size_fit", last_action="clarify", asks=("measures",))

SITUATIONS = [
    (
        "hesitates between two sizes",
        heard("the coat in M or L?", "size_fit", skus=("A-1", "A-2")),
        FRESH,
        "answer",
        "size_fit",
    ),
    ("tells the measure asked for", replace(heard("172", "size_fit"), rewritten=True), ASKED_MEASURES, "answer", "size_fit"),
    ("asks for a person", heard(intent="human_agent"), FRESH, "handover", "requested"),
    ("asks for a person while a slot is open", heard(intent="human_agent"), ASKED_ORDER, "handover", "requested"),
    ("is angry", heard(intent="order_status", sentiment=ANGRY), FRESH, "handover", "anger"),
    (
        "angry words but positive",
        heard(intent="praise", sentiment=Sentiment("positive", 0.9, angry=True)),
        FRESH,
        "small_talk",
        "praise",
    ),
    ("greets", heard(intent="greeting"), FRESH, "small_talk", "greeting"),
    ("greets, unsurely", heard(intent="greeting", confidence=0.2), FRESH, "answer", "greeting"),
    ("turns down what was shown", heard("no", "small_talk"), SHOWN, "small_talk", "given_up"),
    ("turns it down, zh", heard("不要", "small_talk"), SHOWN, "small_talk", "given_up"),
    ("asks about shipping", heard(intent="delivery"), FRESH, "answer", "delivery"),
    ("wants a tip", heard(intent="recommendation"), FRESH, "recommend", None),
    ("wants help choosing", heard(intent="purchase_guide"), FRESH, "guide", None),
    ("wants a comparison", heard(intent="comparison"), FRESH, "compare", None),
    (
        "tells of a thing that broke",
        heard("茶壶运输中碎了", "out_of_scope", 0.6, categories=("茶壶",)),
        FRESH,
        "answer",
        "out_of_scope",
    ),
    ("compares a whole kind", heard("这两款盖碗有什么区别", "comparison", categories=("盖碗",)), FRESH, "compare", None),
    ("asks where the parcel is", heard(intent="order_status"), FRESH, "order_status", None),
    ("asks how returns work", heard("How do I return something?", "return_refund"), FRESH, "answer", "return_refund"),
    ("asks how returns work, zh", heard("怎么退货？", "return_refund"), FRESH, "answer", "return_refund"),
    ("asks whether cancelling is possible", heard("可以取消订单吗", "cancel_order"), FRESH, "answer", "cancel_order"),
    (
        "asks whether their order can be cancelled",
        heard("Can I cancel my order?", "cancel_order"),
        FRESH,
        "answer",
        "cancel_order",
    ),
    (
        "asks politely to have it cancelled",
        heard("Could you cancel my order?", "cancel_order"),
        FRESH,
        "order_change",
        "cancel_order",
    ),
    ("wants an order cancelled", heard("Please cancel my order", "cancel_order"), FRESH, "order_change", "cancel_order"),
    ("wants an order cancelled, zh", heard("帮我把订单取消了", "cancel_order"), FRESH, "order_change", "cancel_order"),
    (
        "asks how, naming an order",
        heard("can I return SD1-1?", "return_refund", order_ids=("SD1-1",)),
        FRESH,
        "order_change",
        "return_refund",
    ),
    (
        "gives the order number asked for",
        heard("SD1-1", "order_status", order_ids=("SD1-1",)),
        ASKED_ORDER,
        "order_status",
        "order_status",
    ),
    (
        "gives the e-mail asked for",
        heard("a@b.example", "order_status", emails=("a@b.example",)),
        ASKED_ORDER,
        "order_status",
        "order_status",
    ),
    ("changes the topic while a slot is open", heard("Do you ship to Canada?", "delivery"), ASKED_ORDER, "answer", "delivery"),
    (
        "gives the budget asked for",
        heard("2000以内", "recommendation", amounts=(Money(2000),)),
        ASKED_BUDGET,
        "recommend",
        "recommendation",
    ),
    (
        "narrows the wish behind the products shown",
        heard("not red", "complaint", constraints=(Constraint("color", "=", "red", negated=True),)),
        SHOWN,
        "recommend",
        "recommendation",
    ),
    ("asks for others than those shown", heard("有别的吗", "stock", 0.4), SHOWN, "recommend", "recommendation"),
    ("asks for others, with nothing shown", heard("any other questions?", "small_talk"), FRESH, "small_talk", "small_talk"),
    (
        "asks for stock of a category with wishes",
        heard(intent="stock", categories=("jackets",), constraints=(Constraint("color", "=", "red"),)),
        FRESH,
        "recommend",
        None,
    ),
    ("asks for the price of one product", heard(intent="price_promotion", skus=("A-1",)), FRESH, "answer", "price_promotion"),
    ("asks something else entirely", heard(intent="out_of_scope"), FRESH, "answer", "out_of_scope"),
    (
        "asks for the only one of a kind, in words like small talk",
        heard("do you have a wok", "small_talk", 0.45, categories=("wok",), skus=("W-1",)),
        FRESH,
        "recommend",
        None,
    ),
    (
        "gives thanks for the only one of a kind",
        heard("thanks for the wok", "thanks", categories=("wok",), skus=("W-1",)),
        FRESH,
        "small_talk",
        "thanks",
    ),
    ("sends only marks", heard("???", "complaint", 0.4, ANGRY), FRESH, "small_talk", "empty"),
    ("asks who pays, as a follow-up", heard("And who pays for it?", "return_refund"), FRESH, "answer", "return_refund"),
    ("asks whether a return costs", heard("退货要运费吗？", "return_refund"), FRESH, "answer", "return_refund"),
    ("wants a return", heard("我要退货", "return_refund"), FRESH, "order_change", "return_refund"),
    (
        "names an order and its proof after another topic",
        heard("SD-1001 lin@example.com", "change_order", 0.3, order_ids=("SD-1001",), emails=("lin@example.com",)),
        DialogueState(last_intent="warranty_repair", last_action="answer"),
        "order_status",
        "order_status",
    ),
    (
        "names only an order after wanting a return",
        heard("订单号 SD-1001", "change_order", 0.3, order_ids=("SD-1001",)),
        DialogueState(last_intent="return_refund", last_action="order_change"),
        "order_change",
        "order_status",
    ),
    (
        "asks a fact about a kind of product",
        heard("are the tents rainproof?", "product_question", categories=("Tents",)),
        FRESH,
        "answer",
        "product_question",
    ),
    (
        "asks what a kind costs",
        heard("how much is the tent?", "price_promotion", 0.4, categories=("tent",)),
        FRESH,
        "recommend",
        None,
    ),
    (
        "asks for the cheapest of a kind",
        heard("最便宜的帐篷是哪个", "comparison", 0.4, categories=("帐篷",)),
        FRESH,
        "recommend",
        None,
    ),
    ("names a kind alone", heard("磨豆机", "recommendation", 0.3, categories=("磨豆机",)), FRESH, "recommend", None),
    ("asks whether there is a kind", heard("有没有帐篷", "stock", 0.5, categories=("帐篷",)), FRESH, "recommend", None),
    ("types letters without meaning", heard("asdf qwer", "complaint", 0.2), FRESH, "answer", "complaint"),
    (
        "names a person by chance",
        heard("扫地机器人能拖地吗", "human_agent", 0.4, categories=("robots",)),
        FRESH,
        "answer",
        "human_agent",
    ),
    ("asks when people are there", heard("人工客服几点下班", "human_agent", 0.9), FRESH, "answer", "contact_hours"),
    (
        "would rather have another sort",
        heard("I'd rather have electric", "exchange", 0.45),
        SHOWN,
        "recommend",
        "recommendation",
    ),
    ("finds what is shown too expensive", heard("too expensive", "complaint", 0.5), SHOWN, "recommend", "recommendation"),
    ("asks for the lightest of those shown", heard("哪款最轻？", "recommendation"), SHOWN, "compare", None),
    (
        "says what it is for, at a low confidence",
        heard("something to keep my lunch warm", "complaint", 0.4),
        FRESH,
        "recommend",
        None,
    ),
    ("takes one of those shown", heard("I'll take the second one", "goodbye"), SHOWN, "recommend", "chosen"),
    (
        "wants one for a sum and may name the only one of its kind by that",
        heard("我要一顶帐篷，900以内", "recommendation", skus=("A-1",), budget=(None, 900.0)),
        FRESH,
        "recommend",
        None,
    ),
    (
        "has none of the kind yet",
        heard("第一次买推车，小户型", "recommendation", 0.5, categories=("推车",)),
        FRESH,
        "guide",
        None,
    ),
    ("tells more of the need", heard("we fly a lot with it", "out_of_scope", 0.9), IN_TENTS, "recommend", "recommendation"),
    ("asks something else", heard("how is the weather today?", "out_of_scope", 0.9), IN_TENTS, "answer", "out_of_scope"),
    (
        "names goods with a wish, which sounds like praise",
        heard(
            "powerful blender", "praise", 0.7, categories=("blender",), constraints=(Constraint("feature", "=", "powerful"),)
        ),
        FRESH,
        "recommend",
        None,
    ),
    ("checks out", heard("I'd like to check out", "payment"), SHOWN, "recommend", "chosen"),
    ("wants it in the cart", heard("add it to my cart", "change_order"), SHOWN, "recommend", "chosen"),
    (
        "takes a number of things from an order",
        heard("add it to my order", "change_order"),
        SHOWN,
        "order_change",
        "change_order",
    ),
    ("compares what was shown before", heard("what tells them apart", "comparison"), ALONE, "compare", None),
    ("asks which of those shown is cheaper", heard("which one is cheaper?", "comparison"), SHOWN, "compare", None),
    (
        "is asked which product to compare and asks of a return",
        heard("can i return it if it's too loud?", "return_refund", skus=("A-1",)),
        ASKED_PRODUCT,
        "answer",
        "return_refund",
    ),
    (
        "is asked which product to compare and names one",
        heard("the A-2", "stock", skus=("A-2",)),
        ASKED_PRODUCT,
        "compare",
        "comparison",
    ),
]


@pytest.mark.parametrize(
    ("understanding", "state", "name", "reason"), [row[1:] for row in SITUATIONS], ids=[row[0] for row in SITUATIONS]
)
def test_a_customer_who(understanding, state, name, reason):
    action = decide(understanding, state)
    assert (action.name, action.reason) == (name, reason)


UNLESS_ANSWERED = [
    (
        "How noisy is the 40 mm grinder?",
        heard(
            "How noisy is the 40 mm grinder?",
            "product_question",
            constraints=(Constraint("length", "=", 40.0, "mm"),),
            categories=("grinder",),
        ),
        ANSWERED,
    ),
    (
        "a fact in colloquial words",
        heard("白色的降噪耳机啥时候有货", "stock", 0.9, constraints=(Constraint("color", "=", "白色"),), categories=("耳机",)),
        ANSWERED,
    ),
    (
        "a wish with a budget",
        heard("a tent under 900", "recommendation", 0.5, categories=("tent",), budget=(None, 900.0)),
        None,
    ),
    (
        "whether there is a kind of deal",
        heard("any deal on speakers?", "price_promotion", categories=("speaker",)),
        SURELY_ANSWERED,
    ),
    (
        "a discount on a kind of goods",
        heard("定期买猫砂有没有折扣", "price_promotion", categories=("猫砂",)),
        ANSWERED,
    ),
    ("a discount", heard("is there any student discount on kettles", "price_promotion", categories=("kettles",)), ANSWERED),
    ("discounted goods", heard("有没有优惠的猫砂", "price_promotion", categories=("猫砂",)), CERTAINLY_ANSWERED),
    ("a doubtful wish", heard("which bag for minus ten", "recommendation", 0.6, categories=("bag",)), SURELY_ANSWERED),
    ("a sure wish", heard("recommend a bag", "recommendation", 0.95), CERTAINLY_ANSWERED),
    ("a wish that names no goods and asks", heard("老茶友有什么福利", "recommendation", 0.9), TOLD),
    ("whether goods can do something", heard("薄荷能放阴面吗", "recommendation", 0.5, categories=("薄荷",)), ANSWERED),
    ("a parcel that never came", heard("marked delivered but it never came", "order_status"), ANSWERED),
    ("where the order is", heard("Where is my order?", "order_status"), None),
    ("something that sounds like small talk", heard("Do you lend tools?", "small_talk"), SURELY_ANSWERED),
    ("kinds to be shown side by side", heard("compare the kettles", "comparison", categories=("kettle",)), CERTAINLY_ANSWERED),
    ("a kind of goods alone", heard("kettle", "recommendation", 0.95, categories=("kettle",)), None),
    ("what tells kinds apart", heard("how do kettles differ?", "comparison", categories=("kettle",)), ANSWERED),
    ("small talk that asks nothing", heard("nice weather", "small_talk"), None),
    ("a return, no order named", heard("money back for parcels", "return_refund"), ANSWERED),
]


@pytest.mark.parametrize(
    ("understanding", "surely"), [row[1:] for row in UNLESS_ANSWERED], ids=[row[0] for row in UNLESS_ANSWERED]
)
def test_an_answer_goes_first_where_the_message_may_ask_for_a_fact(understanding, surely):
    assert decide(understanding, FRESH).unless_answered == surely


FAILURES = [
    ("once", heard(), FRESH, None),
    ("for the third time in a row", heard(), DialogueState(failures=2), Action("handover", reason="repeated_failure")),
    ("on what may be a complaint", heard(intent="complaint", confidence=0.3), FRESH, None),
    ("on a complaint", heard(intent="complaint"), FRESH, Action("handover", reason="complaint")),
]


@pytest.mark.parametrize(
    ("understanding", "state", "expected"), [row[1:] for row in FAILURES], ids=[row[0] for row in FAILURES]
)
def test_no_answer_is_found(understanding, state, expected):
    assert after_failure(understanding, state) == expected
