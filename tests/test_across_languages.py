"""English customers in a shop whose data are Chinese, and Chinese customers in one whose data are English."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

import bot
from bot.shopdesk import Shopdesk
from bot.types import DialogueState, Entities, Product
from bot.understanding.entities import EntityReader
from bot.understanding.foreign_names import named_across
from bot.understanding.lexicon import CatalogueLexicon
from bot.understanding.rewriting import rewrite
from knowledge_base.static_encoder import StaticEncoder
from knowledge_base.translation import Translator

CHINESE = {
    "catalogue.csv": """sku,title,description,brand,category,price,currency,stock,language,strings,keys,weight
MG-1,晨歌 A1 民谣吉他,云杉面板，声音明亮。,晨歌,吉他,760,CNY,9,zh,钢弦,,2.0 kg
MG-2,晨歌 A2 古典吉他,雪松面板，声音温暖。,晨歌,吉他,1180,CNY,4,zh,尼龙弦,,1.6 kg
MU-1,晨歌 小岛 尤克里里,相思木，随身带。,晨歌,尤克里里,260,CNY,18,zh,尼龙弦,,0.5 kg
MV-1,松风 小提琴 4/4,枫木背板。,松风,提琴,990,CNY,6,zh,钢弦,,0.5 kg
MV-2,松风 小提琴 1/2,儿童尺寸。,松风,提琴,860,CNY,5,zh,钢弦,,0.4 kg
MK-1,海语 S88 电钢琴,重锤键盘。,海语,键盘,2980,CNY,3,zh,,88键,20 kg
MK-2,海语 L88 电钢琴,半重锤，轻便。,海语,键盘,1750,CNY,7,zh,,88键,9 kg
MK-3,海语 E61 电子琴,带教学功能。,海语,键盘,690,CNY,11,zh,,61键,4 kg
""",
    "faq.csv": """question,answer
可以刻字吗？,吉他和尤克里里可以激光刻字，每件 40 元，最多 12 个字，要多等 3 天。
弦多久换一次？,天天练的话，钢弦两三个月换一次，尼龙弦半年换一次。
孩子学小提琴选多大的？,按身高选：120 厘米以上选 1/2，145 厘米以上选 4/4。
第一次学买哪款吉他？,手大的选民谣吉他，怕手疼的选尼龙弦的古典吉他。
""",
    "配送.md": """# 配送

江浙沪 1 到 2 天送到，其他地方 3 到 4 天送到。上午 11 点前付款的当天发出。

满 150 元包邮，不满的收 10 元运费。不发往海外。

# 付款

支持支付宝、微信支付和银行卡，2000 元以上的商品可以 12 期免息。
""",
    "退换.md": """# 退货

签收后 10 天内没有使用过的可以退货，退货运费由买家承担。退款在收到退货后 4 个工作日内原路退回。

# 保修

吉他和提琴保修 1 年，电钢琴和电子琴保修 3 年。
""",
}
ENGLISH = {
    "catalogue.csv": """sku,title,description,brand,category,price,currency,stock,language,weight,color
BH-1,"Wren Town helmet, grey",With a rear light.,Wren,Helmets,52,GBP,8,en,380 g,grey
BH-2,"Wren Race helmet, white",Light and cool.,Wren,Helmets,88,GBP,3,en,250 g,white
BL-1,Anvil U-lock,Hardened steel.,Anvil,Locks,49,GBP,7,en,1.3 kg,
BL-2,Anvil cable lock,For a quick stop.,Anvil,Locks,14,GBP,20,en,0.3 kg,
BF-1,Heron 16 folding bike,Folds in ten seconds.,Heron,Folding bikes,520,GBP,6,en,11 kg,orange
BG-1,Wren winter gloves,Windproof and lined.,Wren,Gloves,36,GBP,9,en,,black
BP-1,Puffin floor pump,With a gauge.,Puffin,Pumps,31,GBP,12,en,2 kg,
BP-2,Puffin mini pump,Fits a pocket.,Puffin,Pumps,17,GBP,15,en,0.1 kg,
""",
    "faq.csv": """question,answer
Can I pay in instalments?,"Yes, with Klarna in three parts, without interest."
Can I try a bike before I buy it?,"Yes, in the shop, for twenty minutes."
""",
    "delivery.md": """# Delivery

Parcels take 2 to 3 working days. Delivery costs £4.50 and is free from £60.

# Returns

You can send anything unused back within 28 days. Return postage costs £3.
""",
}


class Turn(NamedTuple):
    """What a customer writes, and what the assistant does and says: the goods shown, words told and words not told."""

    text: str
    action: str
    skus: Sequence[str] | None = None
    told: Sequence[str] = ()
    never: Sequence[str] = ()


def opened(folder: Path, files: dict[str, str]) -> Shopdesk:
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    shop = bot.open(folder / "data")
    shop.load([folder / name for name in files])
    return shop


@pytest.fixture(scope="module")
def chinese(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shopdesk]:
    with opened(tmp_path_factory.mktemp("chinese"), CHINESE) as shop:
        yield shop


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shopdesk]:
    with opened(tmp_path_factory.mktemp("english"), ENGLISH) as shop:
        yield shop


def goes(shop: Shopdesk, turns: Sequence[Turn]) -> None:
    """Holds a talk, each of whose turns must go as written."""
    conversation = None
    for turn in turns:
        reply = shop.reply(turn.text, conversation)
        conversation = reply.conversation
        assert reply.action == turn.action, (turn.text, reply.text)
        if turn.skus is not None:
            assert sorted(product.sku for product in reply.products) == sorted(turn.skus), (turn.text, reply.text)
        assert [word for word in turn.told if word not in reply.text] == [], (turn.text, reply.text)
        assert [word for word in turn.never if word in reply.text] == [], (turn.text, reply.text)


IN_ENGLISH = {
    "a kind, and what one of it has": [
        Turn("do you have an acoustic guitar for a beginner", "recommend", ("MG-1", "MG-2")),
        Turn("which strings does it have", "answer", ("MG-2",), ("尼龙弦",)),
        Turn("is it in stock", "answer", ("MG-2",), ("4 in stock",)),
    ],
    "a word without a vector of its own": [
        Turn("do you sell ukuleles", "recommend", ("MU-1",)),
        Turn("how much", "answer", ("MU-1",), ("¥260",)),
    ],
    "what carriage costs, and a return of its own": [
        Turn("how much is shipping to Shanghai", "answer", None, ("¥10",), ("days [1]",)),
        Turn("how long does it take", "answer", None, ("1–2 days",), ("¥10",)),
        Turn("can i return it", "answer", None, ("10 天内",), ("江浙沪",)),
    ],
    "how many of something, and the least of them": [
        Turn("do you have keyboards", "recommend", ("MK-1", "MK-2", "MK-3")),
        Turn("the lightest one with 88 keys", "recommend", ("MK-1", "MK-2"), ("L88 电钢琴 is the lightest at 9 kg",)),
    ],
    "what nothing tells": [Turn("do you rent violins", "decline", None, ("one of our people",))],
    "what came damaged, which a rule on strings does not tell": [
        Turn("the guitar arrived cracked", "decline", None, ("one of our people",), ("弦",)),
    ],
    "instalments": [Turn("can I pay in installments", "answer", None, ("12 期免息",))],
    "who pays, which is no sum": [Turn("who pays for the return postage", "answer", None, ("买家承担",), ("free",))],
    "a size, and what of that size costs": [
        Turn("my son is 8 and 130cm tall, which violin size", "answer", None, ("120 厘米",)),
        Turn("how much is it", "answer", None, ("¥",), ("厘米",)),
    ],
}
IN_CHINESE = {
    "instalments": [Turn("可以分期吗", "answer", None, ("Klarna",))],
    "a return after the delivery": [
        Turn("多久能送到", "answer", None, ("2–3个工作日",), ("英镑",)),
        Turn("能退吗", "answer", None, ("28 days",)),
    ],
    "a kind in one word": [Turn("有头盔吗", "recommend", ("BH-1", "BH-2")), Turn("多少钱", "answer", None, ("£52",))],
    "what compounds end in": [
        Turn("有车锁吗", "recommend", ("BL-1", "BL-2")),
        Turn("最便宜的是哪个", "compare", None, ("£14",)),
    ],
    "a kind of two words": [Turn("有折叠车吗", "recommend", ("BF-1",)), Turn("多重", "answer", ("BF-1",), ("11 kg",))],
    "a kind and its season": [Turn("冬天骑车的手套有吗", "recommend", ("BG-1",))],
    "a kind that the shop calls otherwise": [Turn("打气筒多少钱", "recommend", ("BP-1", "BP-2"))],
}


@pytest.mark.parametrize("turns", IN_ENGLISH.values(), ids=IN_ENGLISH)
def test_an_english_customer_is_served_from_chinese_data(chinese: Shopdesk, turns: Sequence[Turn]) -> None:
    goes(chinese, turns)


@pytest.mark.parametrize("turns", IN_CHINESE.values(), ids=IN_CHINESE)
def test_a_chinese_customer_is_served_from_english_data(english: Shopdesk, turns: Sequence[Turn]) -> None:
    goes(english, turns)


def test_a_number_of_what_a_column_counts_is_a_condition(chinese: Shopdesk) -> None:
    goes(chinese, [Turn("88键里最轻的是哪款", "recommend", ("MK-1", "MK-2"), ("海语 L88 电钢琴最轻",))])
    goes(chinese, [Turn("有61键的电子琴吗", "recommend", ("MK-3",))])


@pytest.mark.parametrize(
    ("intent", "before", "text"),
    [
        ("purchase_guide", "what should a beginner start with", "is it in stock"),
        ("size_fit", "which size for a child of 130 cm", "how much is it"),
        ("delivery", "how much is shipping to Shanghai", "can I return it"),
    ],
)
def test_a_follow_up_with_a_matter_of_its_own_leaves_the_question_before(intent: str, before: str, text: str) -> None:
    state = DialogueState(last_intent=intent, last_action="answer", last_question=before)
    assert rewrite(text, "en", Entities(), (), state, lambda _: None) is None


GUITARS = [Product("G-1", "晨歌 A1 民谣吉他", category="吉他"), Product("V-1", "松风 小提琴", category="提琴")]
HELMETS = [Product("H-1", "Wren Town helmet", category="Helmets"), Product("B-1", "Heron road bike", category="Road bikes")]
ENCODER = StaticEncoder.load()


def across(products: Sequence[Product]) -> EntityReader:
    lexicon = CatalogueLexicon.build(products)
    return EntityReader(named_across(lexicon, lambda names, chinese: Translator(ENCODER, names, chinese)))


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("any guitars?", ("吉他",)),
        ("how long does delivery take", ()),
        ("can I return it within a week", ()),
        ("do you have a helmet", ()),
        ("I'd like a trumpet", ()),
    ],
)
def test_an_english_word_names_a_chinese_kind_only_where_it_means_it(text: str, kinds: tuple[str, ...]) -> None:
    assert across(GUITARS).read(text, "en").categories == kinds


@pytest.mark.parametrize(
    ("text", "kinds"),
    [("头盔有吗", ("Helmets",)), ("公路车", ("Road bikes",)), ("怎么退货", ()), ("多久能送到", ()), ("吉他", ())],
)
def test_a_chinese_word_names_an_english_kind_only_where_it_means_it(text: str, kinds: tuple[str, ...]) -> None:
    assert across(HELMETS).read(text, "zh").categories == kinds


def test_a_catalogue_in_both_languages_is_left_as_it_is() -> None:
    lexicon = CatalogueLexicon.build([*GUITARS, *HELMETS])
    assert named_across(lexicon, lambda names, chinese: Translator(ENCODER, names, chinese)) is lexicon
