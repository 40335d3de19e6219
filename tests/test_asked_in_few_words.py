"""Questions in few words over one page of a shop that the models never saw: which passage, which row, which size."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import bot
from bot.shopdesk import Shopdesk

PAGE = """# Delivery

| Service | Price | How long |
| --- | --- | --- |
| Standard | £4.95, free from £99 | 3–5 working days |
| Next day | £8.95 | next working day if ordered before 2 pm |
| Large items | £29 | 4–7 working days |

The Highlands take two working days more and cost £6 extra.

## Damaged parcels

Tell us within 48 hours of delivery if the box is damaged, with photos.
"""
RETURNS = """# Returns and refunds

You have 45 days from delivery to send an instrument back, with the original box.

## What cannot be returned

- Reeds and harmonicas once the seal is broken, for hygiene reasons.
- Strings and cables that have been opened.

## How to send something back

1. Ask for a returns label on the page Your account.
2. Pack the instrument as it came; slacken the strings.

## When you get your money

We check returns within 3 working days of their arrival and refund to the card that you paid with.
"""
RENTAL = """# Rent an instrument

Violin £9 a month, cello £19 a month, trumpet £15 a month.
"""
VISIT = """# Visit us

Fret & Reed, 14 Mill Street, Leeds LS9 8AA. Ten minutes on foot from the station.
"""
FAQ = "question,answer\nHow do I delete my account?,Write to us from the address of the account. We delete it within 14 days.\n"
FAQ += "What can I do if an instrument is faulty?,We repair or replace it free of charge.\n"
FAQ += 'Can I pay in instalments?,"Yes, from £250: in three parts without interest."\n'
GUITARS = (
    "sku,title,brand,category,price,currency,stock\n"
    "A1,Yamaha F310 Acoustic Guitar,Yamaha,Acoustic guitars,139,GBP,5\n"
    "C1,Valencia VC203 Classical Guitar,Valencia,Classical guitars,65,GBP,5\n"
    "E1,Squier Sonic Stratocaster,Squier,Electric guitars,169,GBP,5\n"
    "S1,Acoustic Strings,Elixir,Accessories,9,GBP,50\n"
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shopdesk]:
    folder = tmp_path_factory.mktemp("few-words")
    files = {"delivery.md": PAGE, "returns.md": RETURNS, "rental.md": RENTAL, "visit.md": VISIT, "faq.csv": FAQ}
    for name, text in {**files, "catalogue.csv": GUITARS}.items():
        (folder / name).write_text(text, "utf-8")
    with bot.open(folder / "data") as shopdesk:
        shopdesk.load([folder / name for name in (*files, "catalogue.csv")])
        yield shopdesk


@pytest.mark.parametrize(
    ("question", "told", "not_told"),
    [
        ("How long do I have to return something?", "45 days", "3 working days"),
        ("退货期多长", "45", "订单号"),
        ("一个月后还能退吗", "45", "订单号"),
        ("60天后还能退货吗", "45", "订单号"),
        ("delivery cost?", "£4.95", "Highlands"),
        ("how much is postage", "£8.95", "Highlands"),
        ("how long is delivery", "3–5 working days", "48 hours"),
        ("opened strings can i send them back", "What cannot be returned", "label"),
        ("rent a cello price", "£19", "can't help"),
        ("whats ur address", "14 Mill Street", "account"),
        ("installments possible?", "three parts", "couldn't find"),
        ("cheapest guitar", "Valencia VC203", "Strings"),
        ("the tuning peg snapped off, what can i do", "repair or replace", "couldn't find"),
    ],
)
def test_the_passage_that_is_meant_answers(shop: Shopdesk, question: str, told: str, not_told: str) -> None:
    text = shop.reply(question).text
    assert told in text and not_told not in text


def test_nothing_is_called_the_cheapest_of_what_the_shop_does_not_know(shop: Shopdesk) -> None:
    assert "最便宜，" not in shop.reply("最便宜的架子鼓").text


def test_a_list_under_a_heading_that_denies_keeps_the_heading(shop: Shopdesk) -> None:
    assert shop.reply("what can't i return").text.startswith("What cannot be returned:")


@pytest.mark.parametrize(
    ("before", "question", "told"),
    [
        ("show me an acoustic guitar", "can i pay for it in instalments", "in three parts"),
        ("show me an acoustic guitar", "how much is postage for it", "8.95"),
        ("show me an acoustic guitar", "what if it breaks", "repair or replace"),
        ("有木吉他吗", "它的运费多少", "4.95"),
    ],
)
def test_what_holds_for_all_goods_is_told_of_the_one_just_shown(shop: Shopdesk, before: str, question: str, told: str) -> None:
    reply = shop.reply(question, shop.reply(before).conversation)
    assert told in reply.text and not reply.abstained
