"""Brands that customers name alone, and what they take of one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import bot
from bot.shopdesk import Shopdesk

CATALOGUE = """sku,title,brand,category,price,currency,stock,weight
G1,F310 Acoustic Guitar,Yamaha,Guitars,139,GBP,5,2.5 kg
G2,FG800 Acoustic Guitar,Yamaha,Guitars,239,GBP,5,2.6 kg
G3,VC203 Classical Guitar,Valencia,Guitars,65,GBP,5,1.5 kg
K1,PSR-E273 Keyboard,Yamaha,Keyboards,189,GBP,2,4.0 kg
M1,Clip-on Tuner,Korg,Tuners,15,GBP,20,0.1 kg
"""
FAQ = "question,answer\nHow much is delivery?,Delivery costs £4 and is free from £99.\n"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shopdesk]:
    folder: Path = tmp_path_factory.mktemp("music")
    (folder / "catalogue.csv").write_text(CATALOGUE, "utf-8")
    (folder / "faq.csv").write_text(FAQ, "utf-8")
    with bot.open(folder / "data") as shopdesk:
        shopdesk.load([folder / "catalogue.csv", folder / "faq.csv"])
        yield shopdesk


def said(shop: Shopdesk, *messages: str):
    conversation = None
    for message in messages:
        reply = shop.reply(message, conversation)
        conversation = reply.conversation
    return reply


@pytest.mark.parametrize("text", ["yamaha", "show me yamaha", "got any yamaha stuff", "有Yamaha的吗"])
def test_a_brand_alone_shows_its_goods(shop: Shopdesk, text: str):
    reply = said(shop, text)
    assert reply.action == "recommend" and {card.sku for card in reply.products} == {"G1", "G2", "K1"}


def test_a_brand_beside_a_kind_leaves_other_brands_out(shop: Shopdesk):
    assert {card.sku for card in said(shop, "yamaha guitars").products} == {"G1", "G2"}
    assert {card.sku for card in said(shop, "a guitar but not yamaha please").products} == {"G3"}


def test_what_is_taken_by_its_brand_is_the_one_of_it_that_was_shown(shop: Shopdesk):
    reply = said(shop, "a classical guitar", "il take the valencia")
    assert [card.sku for card in reply.products] == ["G3"] and "£65" in reply.text
    only = said(shop, "I'll take the Korg")
    assert [card.sku for card in only.products] == ["M1"] and "£15" in only.text


def test_a_card_tells_no_price_beside_the_price(shop: Shopdesk):
    reply = said(shop, "a classical guitar under 100")
    assert "£65" in reply.text and "GBP" not in reply.text
    assert reply.products and not any("65" in card.why or "priced" in card.why for card in reply.products)


def test_of_the_first_in_something_all_is_told_that_is_asked(shop: Shopdesk):
    reply = said(shop, "what's your cheapest guitar and is it heavy")
    assert reply.products[0].sku == "G3" and "£65" in reply.text and "1.5 kg" in reply.text


def test_of_a_brand_the_cheapest_may_be_taken(shop: Shopdesk):
    reply = said(shop, "ill have the cheapest yamaha")
    assert [card.sku for card in reply.products] == ["G1"] and "£139" in reply.text


def test_of_a_brand_with_several_goods_it_is_asked_which_is_taken(shop: Shopdesk):
    reply = said(shop, "il take the yamaha")
    assert reply.asks == ("product",) and {card.sku for card in reply.products} == {"G1", "G2", "K1"}
