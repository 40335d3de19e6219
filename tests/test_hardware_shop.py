"""A small hardware shop, asked as its customers ask: rows go before products where they are meant, and nothing is claimed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import bot
from bot.shopdesk import Shopdesk

FAQ = """question,answer
Which drill bit do I need for concrete?,"A carbide masonry bit in a hammer drill. From 12 mm take a rotary hammer."
What does shipping cost?,"Parcels cost 5.90 € in Germany, free from 75 €."
Where is your store?,"Our store is at 112 Linden Street in Munich, and you can visit us from Monday to Saturday."
Do you deliver abroad?,"Yes, to Austria for 9 € and to Italy for 12 €."
Do you engrave tools?,Up to 12 letters for 5 €.
Can you mix paint?,We mix more than 6000 shades in 15 minutes. Mixed paint cannot be returned.
"""
CARE = """# Care

Cordless drills may only be wiped with a dry cloth. Step ladders can be hosed down with water.

## Work trousers

| Size | Height of the wearer | Waist |
| --- | --- | --- |
| S | 162–170 cm | 72–78 cm |
| M | 171–180 cm | 79–86 cm |
| L | 181–190 cm | 87–94 cm |
"""
CATALOGUE = """sku,title,description,brand,category,price,currency,stock,weight,noise,max_load,ip_rating
DR-18C,Cordless drill PL18 Compact,Two gears and a 13 mm chuck. Charges in 35 minutes.,PowerLoop,Drills,129,EUR,22,1.4 kg,,,
HD-750,Hammer drill HD 750,Corded with depth stop.,Korvig,Drills,69.90,EUR,18,2.1 kg,,,
RH-26,Rotary hammer RH 26,"SDS-plus, concrete up to 26 mm.",Korvig,Drills,159,EUR,7,3.0 kg,92 dB,,
LV-60,Spirit level 60 cm,Two vials.,Grunwald,Hand tools,24.90,EUR,16,,,,
SP-8,Adjustable spanner 200 mm,Jaws of 24 mm.,Grunwald,Spanners,14.90,EUR,30,,,,
LA-3,Step ladder 5 steps,Reach 3.0 m.,Hochstieg,Ladders,79,EUR,12,5.9 kg,,150 kg,
LI-IP,LED outdoor wall light,Motion sensor.,Lumara,Lights,44.90,EUR,15,,,,IP65
"""
CLOTHES = """sku,title,brand,category,size,color,price,currency,stock
TR-GR-S,"Work trousers, grey, S",Korvig,Workwear,S,grey,49,EUR,3
TR-GR-M,"Work trousers, grey, M",Korvig,Workwear,M,grey,49,EUR,3
TR-GR-L,"Work trousers, grey, L",Korvig,Workwear,L,grey,49,EUR,3
TR-BK-S,"Work trousers, black, S",Korvig,Workwear,S,black,49,EUR,3
TR-BK-M,"Work trousers, black, M",Korvig,Workwear,M,black,49,EUR,3
TR-BK-L,"Work trousers, black, L",Korvig,Workwear,L,black,49,EUR,3
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shopdesk]:
    folder: Path = tmp_path_factory.mktemp("hardware")
    (folder / "faq.csv").write_text(FAQ, "utf-8")
    (folder / "catalogue.csv").write_text(CATALOGUE, "utf-8")
    (folder / "care.md").write_text(CARE, "utf-8")
    with bot.open(folder / "data") as shopdesk:
        (folder / "clothes.csv").write_text(CLOTHES, "utf-8")
        shopdesk.load([folder / name for name in ("faq.csv", "catalogue.csv", "clothes.csv", "care.md")])
        yield shopdesk


@pytest.mark.parametrize(
    ("messages", "told"),
    [
        (["drill bit for concrete"], "carbide masonry bit"),
        (["do i pay shipping if i order for 80 euro"], "free from 75 €"),
        (["where are you located"], "112 Linden Street"),
        (["max load of the step ladder"], "150 kg"),
        (["is the led outdoor light waterproof"], "IP65"),
        (["can i have my initials on the rotary hammer"], "12 letters"),
        (["how heavy is the RH 26", "whats the noise level"], "92 dB"),
        (["Tell me about the Cordless drill PL18 Compact", "how long does it take to charge"], "35 minutes"),
    ],
)
def test_a_fact_is_told_from_where_it_stands(shop: Shopdesk, messages: list[str], told: str):
    conversation = None
    for message in messages:
        reply = shop.reply(message, conversation)
        conversation = reply.conversation
    assert reply.action == "answer" and told in reply.text


def test_what_is_said_of_other_goods_is_no_answer(shop: Shopdesk):
    ladder = shop.reply("can I hose down the step ladder with water")
    assert "hosed down" in ladder.text and "drills" not in ladder.text
    level = shop.reply("can I hose down the spirit level with water")
    assert "hosed" not in level.text and "wiped" not in level.text
    assert level.abstained


def test_the_row_of_a_size_table_is_found_by_the_measure_that_is_told(shop: Shopdesk):
    told = shop.reply("im 176cm tall, which size of work trousers").text
    assert "171–180 cm" in told and "162" not in told and "181" not in told


@pytest.mark.parametrize(
    ("asked", "fitting"),
    [
        ("im 176cm tall, which size of work trousers", {"TR-GR-M", "TR-BK-M"}),
        ("im 185cm tall, which size of the black work trousers", {"TR-BK-L"}),
    ],
)
def test_the_goods_beside_a_size_are_in_that_size(shop: Shopdesk, asked: str, fitting: set[str]):
    assert {product.sku for product in shop.reply(asked).products} == fitting


@pytest.mark.parametrize("asked", ["do you sell wrenches", "有扳手卖吗"])
def test_goods_are_found_by_what_customers_call_them(shop: Shopdesk, asked: str):
    assert [product.sku for product in shop.reply(asked).products] == ["SP-8"]


def test_what_is_said_of_other_countries_is_no_word_on_delivery_here(shop: Shopdesk):
    assert "Austria" not in shop.reply("can you deliver to my office").text
    assert "9 €" in shop.reply("do you deliver to Austria").text
    assert "Austria" in shop.reply("可以寄到哪些国家？").text


def test_goods_of_a_make_that_the_shop_has_none_of_are_not_said_to_be_there(shop: Shopdesk):
    reply = shop.reply("do you have bosch drills")
    assert "bosch" in reply.text and "Yes" not in reply.text
    assert {product.sku for product in reply.products} <= {"DR-18C", "HD-750", "RH-26"}
    assert "Yes" in shop.reply("do you sell cordless drills").text


def test_a_choice_between_two_products_is_compared(shop: Shopdesk):
    reply = shop.reply("HD 750 or RH 26?")
    assert reply.action == "compare" and [product.sku for product in reply.products] == ["HD-750", "RH-26"]


def test_the_cheapest_of_those_shown_is_found_among_all_of_them(shop: Shopdesk):
    shown = shop.reply("show me drills")
    assert len(shown.products) == 3
    reply = shop.reply("which is the cheapest", shown.conversation)
    assert len(reply.products) == 3 and "Hammer drill HD 750 is the cheapest" in reply.text


def test_a_figure_that_was_not_asked_for_is_no_answer_in_another_language(shop: Shopdesk):
    text = shop.reply("调好的油漆能退吗").text
    assert "Mixed paint cannot be returned" in text and "15分钟" not in text


def test_a_message_of_numbers_alone_is_answered_in_the_shops_language(tmp_path: Path):
    (tmp_path / "faq.csv").write_text("问题,答案\n怎么开发票,在订单页申请，24小时内发到邮箱。\n", "utf-8")
    with bot.open(tmp_path / "data") as shopdesk:
        shopdesk.load([tmp_path / "faq.csv"])
        assert shopdesk.reply("XY260501 13807310001").language == "zh"
        assert shopdesk.reply("where is my invoice").language == "en"
