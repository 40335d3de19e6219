"""Follow-ups that point at one of several products, and questions about a product as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import bot
from bot.shopdesk import Shopdesk
from bot.types import Reply

CATALOGUE = """sku,title,description,brand,category,price,currency,stock,weight,battery_life,noise,capacity
W3,Pacer 30 GPS Watch,"Pace and heart rate. No maps, no music.",Meridan,Watches,179,GBP,11,38 g,20 h,,
W5,Pacer 50 GPS Watch,Maps and music for 500 songs.,Meridan,Watches,299,GBP,6,47 g,40 h,,
F5,Vacuum Flask 0.5 L,Keeps drinks hot for 12 hours.,Tarn,Flasks,19,GBP,9,0.3 kg,,,0.5 L
F9,Vacuum Flask 1 L,Keeps drinks hot for 18 hours.,Tarn,Flasks,29,GBP,9,0.6 kg,,,1 L
H1,Cool Mist Humidifier,"Cool mist for 20 hours, filled from the top.",Brume,Humidifiers,49,GBP,0,1.4 kg,,28 dB,3 L
V1,桌面风扇,三档风力，可充电。,Brume,风扇,39,GBP,4,0.5 kg,,30 dB,
"""
FAQ = """question,answer
Do students get a discount?,"Yes, 5 % on watches with a student card."
The parcel arrived damaged. What should I do?,Send us a photo of the box within 48 hours of delivery.
My parcel says delivered but I don't have it. What now?,Ask your neighbours and tell us within 3 days.
Which size of humidifier do I need?,"A tank of 3 L is enough for 20 hours in a room of 25 square metres."
What if an item is faulty?,Within 30 days you choose between refund and repair.
"""
RETURNS = """# Returns

## Unworn goods

You can send unworn shoes back within 30 days. Keep the box; shoes must come back in it.

## Refunds

We refund within 5 working days of the parcel's arrival.
"""
PAYMENT = "# Payment\n\n## Methods\n\nVisa and PayPal.\n\n## Instalments\n\nThree instalments free of charge from 60 GBP.\n"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shopdesk]:
    folder: Path = tmp_path_factory.mktemp("pointing")
    (folder / "catalogue.csv").write_text(CATALOGUE, "utf-8")
    (folder / "faq.csv").write_text(FAQ, "utf-8")
    (folder / "payment.md").write_text(PAYMENT, "utf-8")
    (folder / "returns.md").write_text(RETURNS, "utf-8")
    with bot.open(folder / "data") as shopdesk:
        shopdesk.load([folder / "catalogue.csv", folder / "faq.csv", folder / "payment.md", folder / "returns.md"])
        yield shopdesk


def said(shop: Shopdesk, *messages: str) -> Reply:
    conversation = None
    for message in messages:
        reply = shop.reply(message, conversation)
        conversation = reply.conversation
    return reply


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("battery on the cheaper one", "20 h"),
        ("does the cheaper one have maps", "No maps"),
        ("how heavy is the more expensive one", "47 g"),
    ],
)
def test_of_the_cheaper_one_what_is_asked_is_told(shop: Shopdesk, asked: str, told: str):
    reply = said(shop, "whats the difference between the 2 watches", asked)
    assert reply.action == "answer" and told in reply.text


def test_the_other_one_is_still_in_view_after_a_word_on_the_first(shop: Shopdesk):
    opening = ("whats the difference between the 2 watches", "battery on the cheaper one")
    assert [card.sku for card in said(shop, *opening, "i'll take the other one").products] == ["W5"]
    assert [card.sku for card in said(shop, *opening, "i'll take it").products] == ["W3"]


def test_the_cheapest_alone_is_shown_first_of_them(shop: Shopdesk):
    reply = said(shop, "whats the difference between the 2 watches", "whats the cheapest")
    assert reply.action == "recommend" and "£179" in reply.text


@pytest.mark.parametrize("text", ["tell me about the humidifier", "more info on the cool mist humidifier", "介绍一下桌面风扇"])
def test_a_product_that_is_asked_about_as_a_whole_is_described(shop: Shopdesk, text: str):
    reply = said(shop, text)
    assert len(reply.products) == 1 and ("filled from the top" in reply.text or "三档风力" in reply.text)


def test_an_attribute_is_told_by_its_adjective(shop: Shopdesk):
    assert "28 dB" in said(shop, "tell me about the humidifier", "is it quiet").text


def test_a_choice_between_two_measures_of_a_kind_is_compared(shop: Shopdesk):
    reply = said(shop, "whats cheaper, the half litre or the 1 litre flask")
    assert reply.action == "compare" and [card.sku for card in reply.products] == ["F5", "F9"]


def test_a_measure_names_the_one_product_of_its_kind(shop: Shopdesk):
    assert "0.3 kg" in said(shop, "is the half litre flask heavy").text


def test_when_goods_are_back_is_told_by_no_description(shop: Shopdesk):
    sold_out = said(shop, "when will the humidifier be back in stock")
    assert "20 hours" not in sold_out.text and "Cool Mist Humidifier is out of stock" in sold_out.text
    there = said(shop, "when will the 1 litre flask be back in stock")
    assert there.action == "recommend" and [card.sku for card in there.products] == ["F9"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("the flask arrived in bits", "48 hours"),
        ("tracking says deliverd but nothing here", "within 3 days"),
        ("can i pay in 3 goes", "Three instalments"),
        ("sent my shoes back last week wheres my refund", "5 working days"),
        ("what does the pacer 30 set me back", "£179"),
    ],
)
def test_what_is_told_in_other_words_finds_the_rule(shop: Shopdesk, text: str, told: str):
    assert told in said(shop, text).text


def test_a_rule_is_asked_of_goods_that_are_named_now(shop: Shopdesk):
    assert "5 %" in said(shop, "any student discount", "does that count for the watches").text


def test_a_suggestion_compares_no_two_colours_of_one_thing(tmp_path: Path):
    (tmp_path / "catalogue.csv").write_text(
        'sku,title,category,price,currency,stock,color\nT1,"Dome Tent, green",Tents,99,GBP,5,green\n'
        'T2,"Dome Tent, orange",Tents,99,GBP,5,orange\n',
        "utf-8",
    )
    with bot.open(tmp_path / "data") as shopdesk:
        shopdesk.load([tmp_path / "catalogue.csv"])
        reply = shopdesk.reply("a tent please")
    assert len(reply.products) == 2 and not any("compare" in question for question in reply.follow_ups)
