"""Follow-ups amid a fault or a return ask what shops answer, not for the postage of an order."""

import pytest

from bot.types import DialogueState, Entities
from bot.understanding.rewriting import rewrite

FAULT = {"zh": ("耳机坏了怎么办", "warranty_repair"), "en": ("my kettle stopped working", "warranty_repair")}
RETURN = {"zh": ("怎么退货", "return_refund"), "en": ("how do I return something", "return_refund")}
DELIVERY = {"zh": ("几天能到", "delivery"), "en": ("how long does delivery take", "delivery")}


def rewritten(text, language, before):
    question, intent = before[language]
    state = DialogueState(language=language, last_question=question, last_intent=intent, last_action="answer")
    return rewrite(text, language, Entities(), (), state, lambda _: None)


@pytest.mark.parametrize(
    ("text", "language", "before", "asks"),
    [
        ("要我出运费吗", "zh", FAULT, "质量问题"), ("运费谁出", "zh", RETURN, "退货运费"),
        ("试过了不行", "zh", FAULT, "质量问题"),
        ("那能换新吗", "zh", FAULT, "质量问题"), ("买了两个月了", "zh", FAULT, "质量问题"),
        ("do i pay for the shiping", "en", FAULT, "faulty"), ("who pays the postage?", "en", RETURN, "return postage"),
        ("still not working", "en", FAULT, "faulty"), ("can't you just send a new one?", "en", FAULT, "faulty"),
    ],
)  # fmt: skip
def test_a_word_amid_a_fault_or_a_return_becomes_its_question(text, language, before, asks):
    assert asks in (rewritten(text, language, before) or "")


@pytest.mark.parametrize(("text", "language"), [("要我出运费吗", "zh"), ("who pays the postage?", "en"), ("那能换新吗", "zh")])
def test_elsewhere_it_stays_what_it_is(text, language):
    question = rewritten(text, language, DELIVERY) or ""
    assert "质量" not in question and "faulty" not in question
