"""A small garden shop of Britain, asked in customers' own words for what its pages say in others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import bot
from bot.shopdesk import Shopdesk

DELIVERY = """# Delivery

## Standard delivery

Orders of £50 or more are delivered free in mainland Britain. Below that delivery costs £4.50 and takes 2 to 4 working days.

## Next-day delivery

Next-day delivery costs £7.95, Monday to Thursday. We do not deliver at weekends or on bank holidays.

## Further away

Delivery to the Scottish Highlands and Islands and to Northern Ireland costs £9.95. We cannot send plants to Northern Ireland.

## Abroad

We deliver to the Republic of Ireland for £14.95, tools only. We do not ship to any other country.

## Live plants

Plants leave the nursery on Mondays, in a cardboard sleeve. If nobody is at home, the driver leaves them with a neighbour.

## Collecting

You can collect your order free of charge from our shop, 4 Mill Lane, Ludlow. We keep it for ten days.
"""
GUARANTEE = """# How long things are guaranteed

| Goods | Guarantee |
| --- | --- |
| Hand tools | 25 years against breakage |
| Machines | 3 years |
| Boots and gloves | 12 months |
"""
FAQ = """question,answer
Which payment methods do you take?,Visa and PayPal. We do not take cheques or payment on delivery.
Can you engrave a tool?,We engrave handles with up to 18 letters for £6.
Do you have a shop that I can visit?,"Our shop is at 4 Mill Lane, Ludlow. It is open from 9 am to 5 pm."
Can I change my address?,"Yes, until the order is packed."
Do you sell gift cards?,"Gift cards from £10 to £250, valid for 24 months."
What do you do with my data?,We keep your name and address for three years.
"""
CHINESE = """问题,答案
可以货到付款吗？,不支持货到付款，请在线支付。
周末送货吗？,周末和节假日不送货。
能刻字吗？,手柄可以刻字，最多 18 个字母，6 英镑。
礼品卡有效期多久？,礼品卡 24 个月内有效。
怎么改收货地址？,打包之前都可以改。
"""
CATALOGUE = """sku,title,description,brand,category,price,currency,stock
SE-1,Ferrum Secateurs,Forged blades for live wood.,Ferrum,Secateurs,34,GBP,22
SP-1,Ferrum Digging Spade,"Stainless blade, ash handle.",Ferrum,Spades and forks,62,GBP,11
SE-9,Ferrum Heavy Loppers,For branches of 5 kg.,Ferrum,Secateurs,58,GBP,3
SP-3,Ferrum Digging Fork,"Four tines, ash handle.",Ferrum,Spades and forks,62,GBP,4
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shopdesk]:
    folder: Path = tmp_path_factory.mktemp("garden")
    files = {
        "delivery.md": DELIVERY,
        "faq.csv": FAQ,
        "guarantee.md": GUARANTEE,
        "常见问题.csv": CHINESE,
        "catalogue.csv": CATALOGUE,
    }
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    with bot.open(folder / "data") as shopdesk:
        shopdesk.load([folder / name for name in files])
        yield shopdesk


@pytest.mark.parametrize(
    ("asked", "told", "not_told"),
    [
        ("do you deliver on sundays", "do not deliver at weekends", "£7.95"),
        ("deliver on bank holidays?", "bank holidays", "£7.95"),
        ("周日送货吗", "周末和节假日不送货", "地址"),
        ("can i pay cash when it turns up", "payment on delivery", "address"),
        ("收到货再付钱行吗", "不支持货到付款", "地址"),
        ("can i put her name on a spade", "18 letters", "three years"),
        ("can you put his name on it", "18 letters", "three years"),
        ("能把名字刻上去吗", "18 个字母", "地址"),
        ("can i just come and pick it up", "free of charge", "packed"),
        ("what if im not in when the plants come", "neighbour", "sleeve"),
        ("is there one of your shops near shrewsbury", "4 Mill Lane", "£7.95"),
    ],
)
def test_a_service_is_found_however_a_customer_asks_for_it(shop: Shopdesk, asked: str, told: str, not_told: str):
    text = shop.reply(asked).text
    assert told in text and not_told not in text


@pytest.mark.parametrize("asked", ["can you deliver to my office", "能送到我公司吗"])
def test_what_tells_of_no_other_address_is_no_word_on_delivery_to_work(shop: Shopdesk, asked: str):
    reply = shop.reply(asked)
    assert reply.abstained and "packed" not in reply.text and "打包" not in reply.text


@pytest.mark.parametrize(
    ("asked", "told", "not_told"),
    [
        ("do you send roses to belfast", "cannot send plants", "Republic"),
        ("do you deliver to inverness", "£9.95", "any other country"),
        ("do you deliver to manchester", "mainland Britain", "any other country"),
        ("do you ship to dublin", "Republic of Ireland", "any other country"),
        ("do you ship to shanghai", "any other country", "mainland Britain"),
    ],
)
def test_a_town_is_at_home_or_abroad_as_the_shop_sees_it(shop: Shopdesk, asked: str, told: str, not_told: str):
    text = shop.reply(asked).text
    assert told in text and not_told not in text


STORY = (
    "so we moved in last month and the garden is a jungle, my brother bought a strimmer elsewhere that died after two goes and"
    " the neighbours are already moaning about the hedge being over their fence. {} thanks"
)
STORY_ZH = (
    "上个月搬了新家，院子里全是杂草，老公在别处买了个割草机，用了两天就坏了，邻居一直抱怨树篱长到他们那边去了，真头疼。{}"
)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (STORY.format("do you do gift cards and how long are they valid?"), "24 months"),
        (STORY.format("i would rather ask before i order anything do you deliver at weekends"), "do not deliver at weekends"),
        (STORY_ZH.format("请问你们的礼品卡有效期多久？"), "24 个月"),
        (STORY_ZH.format("想先问一下，你们周末送货吗？谢谢"), "周末和节假日不送货"),
    ],
)
def test_the_question_at_the_end_of_a_long_story_is_answered(shop: Shopdesk, asked: str, told: str):
    reply = shop.reply(asked)
    assert reply.action == "answer" and told in reply.text and "sorry" not in reply.text


def test_a_story_that_asks_nothing_for_itself_is_read_whole(shop: Shopdesk):
    angry = shop.reply(STORY.format("THIS IS OUTRAGEOUS AND YOU ARE USELESS!!! do you deliver at weekends?"))
    assert angry.action == "handover"
    hurt = shop.reply(STORY.format("now my son has swallowed a battery. what have you got against slugs?"))
    assert "doctor" in hurt.text or "emergency" in hurt.text


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("i hav a question how long dose delivry take", "2 to 4 working days"),
        ("how long shud it take to recieve my order", "2 to 4 working days"),
        ("wat is the delivry cost", "£4.50"),
        ("whats the adress of ur shop", "4 Mill Lane"),
    ],
)
def test_plain_words_may_be_misspelt(shop: Shopdesk, asked: str, told: str):
    assert told in shop.reply(asked).text


def test_a_no_before_what_is_wanted_instead_asks_for_nothing_without_it(shop: Shopdesk):
    before = shop.reply("i want to buy the digging spade")
    reply = shop.reply("actually no i want the fork instead", before.conversation)
    assert [product.sku for product in reply.products] == ["SP-3"] and "Leaving out" not in reply.text


def test_pounds_are_money_where_goods_are_sold_for_pounds(shop: Shopdesk):
    reply = shop.reply("need secateurs for my gran, about 35 pounds")
    assert [product.sku for product in reply.products] == ["SE-1"] and "Nothing" not in reply.text


def test_what_snapped_after_years_is_a_matter_of_the_guarantee(shop: Shopdesk):
    assert "25 years" in shop.reply("my spade handle snapped after 3 years am i covered").text
