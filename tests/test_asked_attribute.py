"""Which attribute of a product customers ask for, in their own words."""

import pytest

from bot.shop.asked_attribute import asked_attributes, beside_attribute, tells


@pytest.mark.parametrize(
    ("question", "label"),
    [
        ("is it loud", "Noise"), ("声音大不大", "噪音"), ("is the tent waterproof", "Water resistance"), ("防水吗", "防水"),
        ("is it 110v", "Voltage"), ("does it work in the US?", "Voltage"), ("日本能用吗", "电压"),
        ("how many grams is it", "Weight"),
        ("what is it made of", "Material"), ("充一次电能用多久", "续航"), ("how many people fit in", "People"),
    ],
)  # fmt: skip
def test_an_attribute_is_asked_for_without_its_name(question, label):
    assert tells(label, question)


@pytest.mark.parametrize("question", ["is it noise-cancelling", "how much is it", "do you ship to Japan", "多少钱", "能退吗"])
def test_other_questions_ask_for_no_attribute(question):
    assert asked_attributes(question) == ()


def test_what_else_is_asked_is_told_apart_from_the_attribute():
    assert beside_attribute("is it waterproof enough for the pool").split() == ["is", "it", "enough", "for", "the", "pool"]
