"""How customers word what they want of their orders: goods of their own, comparisons, words written short or wrong."""

from __future__ import annotations

import pytest

from bot.order_desk.items import Named, likeness, mentions
from bot.order_desk.options import asked_options
from bot.order_desk.owning import speaks_as_owner
from bot.order_desk.state import DeskState, Wish
from bot.shop.records import OrderItem
from bot.types import Product

OWNERS = [
    "The bottle's too small for my hikes, I'd rather have the 1000ml one. PayPal.",
    "so the skateboard... maple's too soft, bamboo please, keep the graphic",
    "gold looks silly on me, put the black one on my gift card instead",
    "Is it too late to get the speaker with the longer battery? Gift card is fine.",
    "平板有点大，7寸的就好，内存颜色不用变",
    "The helmet I picked is gloomy. Red?",
]
SHOPPERS = [
    "do you still have the large size in red",
    "I'm looking for a quiet kettle in black, not too big",
    "which one is better for my back, the mesh or the leather chair?",
    "can I pay with PayPal?",
    "my card was declined",
    "有没有黑色的保温杯，500毫升左右",
    "想买个大一点的平板，推荐哪款？",
]


@pytest.mark.parametrize("text", OWNERS)
def test_who_has_the_goods_is_told_by_several_signs_together(text):
    assert speaks_as_owner(text, (), ())


@pytest.mark.parametrize("text", SHOPPERS)
def test_who_looks_for_goods_is_not_taken_for_somebody_who_has_them(text):
    assert not speaks_as_owner(text, (), ())


def _family(**values: list[str]) -> list[Product]:
    count = max(map(len, values.values()))
    return [
        Product(f"P{n}", "Thing", attributes={name.replace("_", " "): told[n % len(told)] for name, told in values.items()})
        for n in range(count)
    ]


SPEAKERS = _family(battery_life=["10 hours", "20 hours"], water_resistance=["yes", "no"])
HELMETS = _family(size=["S", "M", "L"], ventilation=["low", "medium", "high"])
WEIGHTS = _family(weight_range=["5-25 lbs", "30-50 lbs", "55-75 lbs"], material=["rubber", "iron"])
THERMOSTATS = _family(compatibility=["Amazon Alexa", "Google Assistant", "Apple HomeKit"])


@pytest.mark.parametrize(
    ("text", "current", "family", "wanted"),
    [
        ("the one with the longer battery", {"battery life": "10 hours"}, SPEAKERS, {"battery life": "20 hours"}),
        ("one size up please", {"size": "S", "ventilation": "low"}, HELMETS, {"size": "M"}),
        ("大一号的", {"size": "S", "ventilation": "low"}, HELMETS, {"size": "M"}),
        ("with more ventilation", {"size": "S", "ventilation": "medium"}, HELMETS, {"ventilation": "high"}),
        ("with more ventilation", {"size": "S", "ventilation": "low"}, HELMETS, {}),
        ("iron ones, 55 to 75", {"weight range": "30-50 lbs", "material": "rubber"}, WEIGHTS,
         {"weight range": "55-75 lbs", "material": "iron"}),
        ("one that works with Alexa", {"compatibility": "Google Assistant"}, THERMOSTATS, {"compatibility": "Amazon Alexa"}),
        ("irn ones", {"weight range": "30-50 lbs", "material": "rubber"}, WEIGHTS, {}),
        ("ventilaton low", {"size": "S", "ventilation": "high"}, HELMETS, {"ventilation": "low"}),
    ],
)  # fmt: skip
def test_options_are_asked_for_by_comparison_in_part_and_misspelt(text, current, family, wanted):
    assert dict(asked_options(text, current, family).wanted) == wanted


@pytest.mark.parametrize(
    ("text", "skus"),
    [
        ("the glasses are scratched", ["sun"]),
        ("the helmit is too big", ["helmet"]),
        ("one made of glass", []),
        ("the board", []),
    ],
)
def test_goods_are_named_by_their_ending_or_with_a_slip(text, skus):
    titles = {"sun": "Sunglasses", "helmet": "Cycling Helmet", "skate": "Skateboard", "keys": "Keyboard"}
    named = [Named(OrderItem(sku, 1, title=title), (title,)) for sku, title in titles.items()]
    assert [sku for mention in mentions(text, named) for sku in mention.skus] == skus


def test_half_of_a_name_tells_less_of_an_order_than_a_whole_one():
    text = "two speakers, the green one for a red one with water resistance"
    bottle, speaker = (
        [Named(OrderItem(sku, 1, title=title), (title,))] for sku, title in (("b", "Water Bottle"), ("s", "Bluetooth Speaker"))
    )
    assert likeness(text, speaker) > likeness(text, bottle) > (0, 0, 0)


def test_the_orders_that_a_wish_is_not_about_are_remembered():
    desk = DeskState(wishes=(Wish("cancel", beside=("#1",)),))
    assert DeskState.of(desk.to_json()) == desk
