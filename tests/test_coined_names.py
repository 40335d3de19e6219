"""A shop whose goods have names of their own, some in many sizes: asked about by these names, and by what is done to them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import bot
from bot.shopdesk import Shopdesk

JUMPERS = "".join(
    f"JM-{size}-{colour[0]},Brodick wool jumper {colour} {size},Crew neck.,Arran,Knitwear,95,GBP,{stock},{colour},{size},,\n"
    for size, stock in (("S", 4), ("M", 0), ("L", 2))
    for colour in ("navy", "moss")
)
CATALOGUE = f"""sku,title,description,brand,category,price,currency,stock,colour,size,battery life,weight
{JUMPERS}VS-1,Kilmory wool vest,Sleeveless v-neck.,Arran,Knitwear,62,GBP,11,green,M,,
DR-1,Sannox linen dress,Midi dress with pockets.,Arran,Dresses,89,GBP,5,rust,12,,
JN-1,Corrie straight jeans,Dark denim.,Arran,Trousers,110,GBP,4,indigo,32,,
SP-1,Lagg round speaker,Floats.,Pladda,Speakers,59,GBP,16,coral,,14 h,420 g
SP-2,Hall party speaker,With lights.,Pladda,Speakers,219,GBP,3,black,,18 h,6400 g
PB-1,Machrie slim power bank,Fits a pocket.,Pladda,Power banks,35,GBP,60,black,,,205 g
"""
DOCUMENTS = {
    "returns.md": """# Returns

Changed your mind? You have 28 days from the day you receive your order to send things back. Items need to be unworn and
unwashed. Trying something on at home is fine of course; wearing it to a wedding isn't. In-ear earbuds can't be returned.

## Faulty or wrong item

Send a photo to help@arran.example within 30 days and we will send a replacement or refund you. You don't pay for the return.
""",
    "warranty.md": """# Warranty

| Product | Warranty |
| --- | --- |
| Clothes | 1 year |
| Power banks | 2 years |
| Speakers | 3 years |

Warranty covers faults in material and manufacture. It does not cover drops, water, worn parts and
cracked screens. To make a claim, write to us with your order number.
""",
    "faq.csv": """question,answer
"When are you open?","Tuesday to Saturday 10-6, Sunday 11-4. Closed on Mondays."
Can you shorten trousers?,"Yes, we shorten trousers bought from us for £12. Altered pieces can't be returned."
Do you rewax jackets?,"Yes, jackets bought from us, for £35."
How much do you pay for old phones?,"Up to £100. If you don't take our offer, we send the phone back free of charge."
How much is delivery to Spain?,Delivery to Spain costs £12.95.
How much is delivery to Italy?,Delivery to Italy costs £13.50.
""",
    "shop.toml": 'name = "Arran"\ncurrency = "GBP"\n',
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shopdesk]:
    folder: Path = tmp_path_factory.mktemp("coined")
    (folder / "data").mkdir()
    for name, text in {**DOCUMENTS, "catalogue.csv": CATALOGUE}.items():
        (folder / ("data/shop.toml" if name == "shop.toml" else name)).write_text(text, encoding="utf-8")
    with bot.open(folder / "data") as shopdesk:
        shopdesk.load([folder / name for name in ("returns.md", "warranty.md", "faq.csv", "catalogue.csv")])
        yield shopdesk


TALKS: tuple[tuple[str, str, tuple[str, ...], tuple[str, ...]], ...] = (
    # a name that no language has is a product's
    ("how heavy is the lagg", "answer", ("420 g",), ()),
    ("kilmory|how much is it", "answer", ("£62",), ()),
    ("is the brodick thicker than the kilmory", "compare", ("Brodick", "Kilmory"), ()),
    # a jumper in six variants is one product
    ("what's the difference between the brodick jumper and the kilmory vest", "compare", ("Brodick", "Kilmory"), ()),
    # a table of guarantees has kinds, and no titles
    ("warranty on the lagg", "answer", ("3 years",), ("2 years", "1 year")),
    ("how long is the warranty on the machrie", "answer", ("2 years",), ("3 years", "1 year")),
    ("my lagg speaker fell and broke, is that covered?", "answer", ("does not cover drops",), ()),
    # goods of a kind go back as all goods do
    ("can i return jeans", "answer", ("28 days",), ("wedding",)),
    ("can i return a dress", "answer", ("28 days",), ("wedding",)),
    ("can i return the brodick if it dont fit", "answer", ("28 days",), ()),
    ("sannox dress|can i still return it then", "answer", ("28 days",), ()),
    ("can i return altered trousers", "answer", ("Altered pieces can't be returned",), ("28 days",)),
    # what came with a fault is no praise and no matter of its own
    ("my jumper arrived with a hole in it", "answer", ("Send a photo",), ("lovely",)),
    ("the dress has a stain", "answer", ("Send a photo",), ()),
    # what the shop does is told of kinds
    ("can you shorten jeans", "answer", ("£12",), ()),
    # customers end no question with a mark
    ("how much is delivery to spain|and italy", "answer", ("13.50",), ()),
    ("how heavy is the lagg|and the machrie", "answer", ("205 g",), ()),
    ("open on mondays?|and sundays", "answer", ("11-4",), ()),
    # a condition asks for the rule, and changes no order
    ("do you rewax jackets|and if i didn't buy it from you", "answer", ("bought from us",), ("order number",)),
    # what goods shown are for narrows them, and the most of something is no praise
    ("show me speakers|for parties", "recommend", (), ("Goodbye",)),
    ("loudest speaker", "recommend", ("speaker",), ()),
    ("show me speakers|how long does the battery last", "recommend", ("14 h", "18 h"), ()),
)


@pytest.mark.parametrize(("talk", "action", "says", "says_not"), TALKS, ids=[talk for talk, *_ in TALKS])
def test_what_is_asked_of_goods_with_names_of_their_own(
    shop: Shopdesk, talk: str, action: str, says: tuple[str, ...], says_not: tuple[str, ...]
) -> None:
    conversation = None
    for said in talk.split("|"):
        reply = shop.reply(said, conversation)
        conversation = reply.conversation
    assert reply.action == action, reply.text
    assert all(one in reply.text for one in says), reply.text
    assert not any(one in reply.text for one in says_not), reply.text
