"""Which attribute of a product customers ask for, in their own words."""

import pytest

from bot.shop.asked_attribute import asked_attributes, beside_attribute, tells, told_in
from bot.shop.attributes import label


@pytest.mark.parametrize(
    ("question", "label", "value"),
    [
        ("is it loud", "Noise", "45 dB"), ("声音大不大", "噪音", "45 分贝"), ("防水吗", "防水", "IPX4"),
        ("is the tent waterproof", "Water resistance", "3000 mm"), ("is it waterproof", "ip_rating", "IP65"),
        ("is it 110v", "Voltage", "220 V"), ("does it work in the US?", "Voltage", "220 V"), ("日本能用吗", "电压", "220 V"),
        ("how many grams is it", "Weight", "300 g"), ("消毒器保多久", "保修", "1年"), ("床垫是多大的", "尺寸", "120×65 厘米"),
        ("what is it made of", "Material", "steel"), ("充一次电能用多久", "续航", "8 小时"),
        ("抄网多长", "长度", "2.1 米"), ("桌子多高", "高度", "75 厘米"), ("how wide is it", "Width", "60 cm"),
        ("how many people fit in", "People", "2"), ("is the humidifier quiet", "Noise", "28 dB"),
        ("how much is it and is it heavy", "Weight", "14.8 kg"), ("battery on the Pacer 30", "Battery life", "20 h"),
    ],
)  # fmt: skip
def test_an_attribute_is_asked_for_without_its_name(question, label, value):
    assert tells(label, value, question)


def test_an_attribute_is_asked_for_by_what_the_catalogue_calls_it():
    assert tells("max_load", "150 kg", "max load of the ladder")
    assert tells("drying_time", "4 hours", "what is the drying time")
    assert not tells("高度", "1 m", "很高兴认识你")
    assert not tells("power", "30 W", "does the power bank charge a laptop", "Power Bank 10,000 mAh")


def test_a_letter_does_not_tell_how_big_a_thing_is():
    assert not tells("尺码", "M", "这件多大")


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("9档吸力，45分贝", "噪音大不大"), ("一次放6个奶瓶", "能放几个奶瓶"), ("50片", "一包多少片"),
        ("Grinds 20 grams", "how many grams"),
    ],
)  # fmt: skip
def test_a_description_tells_a_measure_by_its_unit_and_a_count_by_what_is_counted(text, question):
    assert told_in(text, question)


@pytest.mark.parametrize(("text", "question"), [("5瓦", "噪音大不大"), ("6个奶瓶", "能坐几个人"), ("20 g", "how many cups")])
def test_another_measure_or_count_tells_nothing(text, question):
    assert not told_in(text, question)


@pytest.mark.parametrize(
    "question",
    ["is it noise-cancelling", "how much is it", "do you ship to Japan", "多少钱", "能退吗", "多长时间能到"],
)
def test_other_questions_ask_for_no_attribute(question):
    assert asked_attributes(question) == ()


def test_what_else_is_asked_is_told_apart_from_the_attribute():
    assert beside_attribute("is it waterproof enough for the pool").split() == ["is", "it", "enough", "for", "the", "pool"]


def test_storage_is_a_place_for_food_and_a_size_of_devices():
    assert tells("storage", "Refrigerate after opening", "how should i store it?")
    assert not tells("storage", "32GB", "how should i store it?")
    assert label("storage", "zh") == "存储"
