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

## Live plants

Plants leave the nursery on Mondays, in a cardboard sleeve. If nobody is at home, the driver leaves them with a neighbour.

## Collecting

You can collect your order free of charge from our shop, 4 Mill Lane, Ludlow. We keep it for ten days.
"""
FAQ = """question,answer
Which payment methods do you take?,Visa and PayPal. We do not take cheques or payment on delivery.
Can you engrave a tool?,We engrave handles with up to 18 letters for £6.
Do you have a shop that I can visit?,"Our shop is at 4 Mill Lane, Ludlow. It is open from 9 am to 5 pm."
Can I change my address?,"Yes, until the order is packed."
What do you do with my data?,We keep your name and address for three years.
"""
CHINESE = """问题,答案
可以货到付款吗？,不支持货到付款，请在线支付。
周末送货吗？,周末和节假日不送货。
能刻字吗？,手柄可以刻字，最多 18 个字母，6 英镑。
怎么改收货地址？,打包之前都可以改。
"""
CATALOGUE = """sku,title,description,brand,category,price,currency,stock
SE-1,Ferrum Secateurs,Forged blades for live wood.,Ferrum,Secateurs,34,GBP,22
SP-1,Ferrum Digging Spade,"Stainless blade, ash handle.",Ferrum,Spades and forks,62,GBP,11
SP-3,Ferrum Digging Fork,"Four tines, ash handle.",Ferrum,Spades and forks,62,GBP,4
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shopdesk]:
    folder: Path = tmp_path_factory.mktemp("garden")
    files = {"delivery.md": DELIVERY, "faq.csv": FAQ, "常见问题.csv": CHINESE, "catalogue.csv": CATALOGUE}
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
