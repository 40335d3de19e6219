from dataclasses import replace

import numpy as np
import pytest

from bot.generation.brief import Line
from bot.generation.follow_ups import suggest
from bot.types import Message, Product
from bot.understanding.confirmation import is_yes
from tests.briefs import DELIVERY, RETURNS, RETURNS_ZH, brief, evidence

ROWS = [
    evidence(answer, kind="qa", question=question, score=0.8 - 0.05 * place)
    for place, (question, answer) in enumerate(
        [
            ("How long does delivery take?", "2–3 business days."),
            ("How fast is the delivery?", "Fast."),
            ("How much is shipping?", "It costs €4.90."),
            ("Do you ship abroad?", "Yes."),
            ("When do I get my refund?", "In 5 days."),
        ]
    )
]  # fmt: skip
ROWS_ZH = [
    evidence(answer, kind="qa", language="zh", question=question, score=0.8)
    for question, answer in (
        ("多久能发货？", "48小时"),
        ("发货要多久", "48小时"),
        ("运费怎么收？", "满99元包邮"),
        ("可以指定快递吗？", "可以"),
    )
]


def test_related_questions_are_suggested_without_the_one_just_asked():
    assert suggest(brief("answer", "How long does delivery take?", "en", [DELIVERY]), ROWS) == (
        "How much is shipping?", "Do you ship abroad?", "When do I get my refund?",
    )  # fmt: skip
    assert suggest(brief("answer", "多久能发货？", "zh"), ROWS_ZH) == ("运费怎么收？", "可以指定快递吗？")


def test_an_order_of_which_nothing_will_come_is_asked_about_its_money_alone():
    order = evidence("Order: SD-1\nStatus: cancelled", kind="order")
    over = brief("order_status", "Where is my parcel, when is the delivery and the refund?", "en", [order])
    assert suggest(over, ROWS) == ("When do I get my refund?",)
    coming = replace(over, evidence=(evidence("Order: SD-1\nStatus: shipped", kind="order"),))
    assert "How long does delivery take?" in suggest(coming, ROWS)


def test_what_was_asked_before_does_not_come_back():
    asked = replace(brief("answer", "Is delivery fast?", "en"), history=(Message("user", "how much is the shipping"),))
    assert "How much is shipping?" not in suggest(asked, ROWS)


def test_two_wordings_of_one_question_come_once():
    told = suggest(brief("answer", "Can I return it?", "en"), ROWS)
    assert "How long does delivery take?" in told and "How fast is the delivery?" not in told


def test_an_encoder_tells_that_two_questions_mean_the_same():
    rows = [
        evidence("a", kind="qa", question="Will my parcel come soon?"),
        evidence("b", kind="qa", question="Is the journey of a parcel quick in winter?"),
    ]
    together = suggest(brief("answer", "A parcel to France, please", "en"), rows)
    same = suggest(brief("answer", "A parcel to France, please", "en"), rows, encode=lambda texts: np.array(
        [[0.5, 0.9] if text == "A parcel to France, please" else [1.0, 0.0] for text in texts], np.float32
    ))  # fmt: skip
    assert (len(together), len(same)) == (2, 1)


def test_a_row_that_shares_a_word_alone_is_no_next_question():
    rows = [evidence("a", kind="qa", question="How long do I have to pay for an order?")]
    asked = brief("answer", "Which order is yours?", "en")
    assert rows[0].question in suggest(asked, rows)
    assert rows[0].question not in suggest(asked, rows, encode=lambda texts: np.eye(len(texts), dtype=np.float32))


def test_a_greeting_is_about_nothing_that_a_row_could_go_on_with():
    assert suggest(brief("small_talk", "Hello", "en"), [evidence("a", kind="qa", question="Is it quick?")]) == ()


def test_only_questions_in_the_customers_language_and_of_a_readable_length_are_suggested():
    long = evidence("x", kind="qa", question="Can I " + "really " * 20 + "ask this?")
    assert suggest(brief("answer", "Hi there, gift cards?", "en"), [long, *ROWS_ZH]) == ()


def test_products_bring_comparison_and_what_the_documents_can_answer():
    products = (Product("A", "Tent A"), Product("B", "Tent B"))
    told = suggest(brief("recommend", "a tent", "en", products=products), [RETURNS])
    assert told == ("How do Tent A and Tent B compare?", "Can I return it?")
    assert suggest(brief("recommend", "帐篷", "zh", products=products[:1]), [RETURNS_ZH]) == ("可以退货吗？",)
    assert suggest(brief("recommend", "a tent", "en", products=products[:1]), []) == ()


@pytest.mark.parametrize("action", ["clarify", "confirm", "order_change", "handover"])
def test_nothing_is_suggested_while_the_customer_is_asked_or_handed_over(action):
    assert suggest(brief(action, "agent", "en"), ROWS) == ()


@pytest.mark.parametrize(("language", "accepted"), [("en", "Yes, please"), ("zh", "好的，麻烦了")])
def test_what_is_offered_can_be_taken_by_pressing_a_yes(language, accepted):
    refused = replace(brief("order_change", "cancel", language), lines=(Line.of("ask_person"),))
    assert suggest(refused, ROWS) == (accepted,) and is_yes(accepted, language)
    assert suggest(replace(refused, lines=(Line.of("deny_undo"),)), ROWS) == ()
