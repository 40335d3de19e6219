"""Conversations of customers with the demo shop about its products and their orders, in both languages.

Each turn is the customer's words and what the reply must be: its action, and as far as given the products shown (in their
order, ``{…}`` for any order), words of the text, slots asked for.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import bot
from bot.shopdesk import Shopdesk

DEMO = Path(bot.__file__).parent / "demo_shop"


@dataclass(frozen=True)
class Turn:
    text: str
    action: str
    skus: Collection[str] | None = None
    says: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    asks: tuple[str, ...] | None = None


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shopdesk]:
    data = tmp_path_factory.mktemp("demo")
    shutil.copy(DEMO / "shop.toml", data)
    with bot.open(data) as shopdesk:
        shopdesk.load([DEMO / name for name in ("documents", "catalogue.csv", "orders.csv", "reviews.jsonl")])
        yield shopdesk


def check(shop: Shopdesk, turns: list[Turn]) -> None:
    conversation = None
    for turn in turns:
        reply = shop.reply(turn.text, conversation=conversation)
        conversation = reply.conversation
        said = f"{turn.text!r} → {reply.action}: {reply.text}"
        assert reply.action == turn.action, said
        shown = [card.sku for card in reply.products]
        if isinstance(turn.skus, set):
            assert set(shown) == turn.skus, said
        elif turn.skus is not None:
            assert shown == list(turn.skus), said
        assert all(words in reply.text for words in turn.says), said
        assert not any(words in reply.text for words in turn.never), said
        assert turn.asks is None or reply.asks == turn.asks, said


PROOF_EN = ("e-mail address or phone number",)
PROOF_ZH = ("邮箱或手机号",)

ENGLISH = {
    "a wish of four parts is met as far as it can be": [
        Turn("a quiet rice cooker for 4 under 400, not black", "recommend", ["KC-RC30-W"], ("329 CNY", "“quiet”")),
        Turn("anything cheaper?", "recommend", ["KC-RC30-W"], ("nothing cheaper",)),
    ],
    "a first tent is advised from the shop's guide": [
        Turn("first tent for a family of 4, what should I look at?", "guide", ["TN-F4-E", "TN-T6-G"], ("matters", "1499 CNY")),
        Turn(
            "which one is lighter?", "compare", ["TN-F4-E", "TN-T6-G"], ("The Norrpeak Family Tent for 4 is lighter at 9.5 kg",)
        ),
    ],
    "a number and its colours": [
        Turn("how much is KC-RC40-W", "answer", ["KC-RC40-W"], ("599 CNY",)),
        Turn("does it come in black?", "recommend", ["KC-RC40-B"], ("Yes", "black")),
    ],
    "a colour that there is not": [
        Turn(
            "does the rain jacket come in blue?",
            "recommend",
            {"OC-RJ-L-S", "OC-RJ-L-M", "OC-RJ-L-L"},
            ("don't have it in blue",),
        )
    ],
    "two sides of a comparison named loosely": [
        Turn(
            "what's the difference between the 3 L rice cooker and the 4L IH rice cooker",
            "compare",
            ["KC-RC30-B", "KC-RC40-B"],
            ("3 L against 4 L", "329 CNY"),
        ),
    ],
    "titles that share words are told apart": [
        Turn("compare the dome tent for 3 with the family tent", "compare", ["TN-D3-G", "TN-F4-E"]),
        Turn("which of the two is heavier?", "compare", ["TN-D3-G", "TN-F4-E"], ("Family Tent for 4 is heavier at 9.5 kg",)),
    ],
    "a kind, then one of several": [
        Turn("how much is the rice cooker?", "recommend", None, ("several", "Which one")),
        Turn("the 4 litre white one", "recommend", ["KC-RC40-W"]),
    ],
    "a misspelt name of what is sold out": [
        Turn("do u have gooseneck kettel in white", "recommend", None, ("out of stock", "Gooseneck Kettle 0.8 L, black"))
    ],
    "a greeting with a wish, then one of those shown": [
        Turn("hey, got any tents for two?", "recommend", {"TN-D2-G", "TN-D2-O", "TN-D3-G"}, ("Yes",)),
        Turn("which is lighter?", "compare", None, ("lightest at 1.9 kg",)),
        Turn("ok is the orange one in stock", "recommend", ["TN-D2-O"]),
        Turn("how much?", "answer", ["TN-D2-O"], ("699 CNY",)),
    ],
    "a bound in kilograms": [Turn("tent lighter than 1 kg", "recommend", ["TN-U1-Y"], ("0.98 kg",))],
    "cold is read as a temperature": [
        Turn("I'm looking for a sleeping bag for -10 degrees", "recommend", ["SB-D15-R-M"], ("-15 °C",)),
        Turn("size L", "recommend", ["SB-D15-R-L", "SB-D15-R-M"], ("out of stock",)),
    ],
    "the cheapest and the dearest": [
        Turn("ur cheapest tent", "recommend", {"TN-D2-G", "TN-D2-O", "TN-D3-G"}, ("cheapest at 699 CNY",)),
        Turn("the most expensive one?", "recommend", None, ("Tunnel Tent for 6 is the most expensive at 2599 CNY",)),
    ],
    "a change of mind between kinds": [
        Turn("coffee grinder", "recommend"),
        Turn("I'd rather have electric", "recommend", ["CT-EG40-B"]),
        Turn("actually I changed my mind, show me kettles instead", "recommend", None, ("Kettle",), ("Grinder",)),
        Turn("under 200", "recommend", {"SA-EK15-W", "SA-EK15-G", "SA-TK05-Y"}),
    ],
    "a budget below every price": [
        Turn("do you have a red tent under 200?", "recommend", None, ("“red” and your budget", "699 CNY"))
    ],
    "a thing that the shop does not sell": [Turn("a laptop", "decline", [], ("couldn't find anything like that",))],
    "thanks in the middle": [
        Turn("show me speakers", "recommend", None, ("249 CNY",)),
        Turn("thanks!", "small_talk", []),
        Turn("too expensive", "recommend"),
    ],
    "letters without meaning": [Turn("asdfgh qwerty", "decline", [])],
    "a product pointed at before any was shown": [Turn("is the blue one in stock?", "clarify", [], asks=("product",))],
    "an order over several messages": [
        Turn("Where is my order?", "order_status", [], PROOF_EN, asks=("order_id", "email")),
        Turn("SD20260905-0007", "order_status", [], PROOF_EN, asks=("email",)),
        Turn("138 0000 0101", "order_status", [], ("complete", "6 September 2026")),
    ],
    "somebody else's order": [
        Turn(
            "where's order SD20260908-0031, my mail is lin.xiao@example.com",
            "order_status",
            [],
            ("couldn't find",),
            ("complete",),
        )
    ],
    "a cancellation that comes too late is refused with the order's status": [
        Turn("cancel my order SD20260908-0031", "order_change", [], PROOF_EN),
        Turn("wrong@example.com", "order_change", [], ("couldn't find",), ("24 September",)),
        Turn("emma.clarke@example.com", "order_change", [], ("can't be cancelled", "completed")),
    ],
}

CHINESE = {
    "四个条件的需求": [
        Turn("推荐一款适合四个人的电饭煲，要静音的，400以内，不要黑色", "recommend", ["KC-RC30-W"], ("329 元", "“静音”")),
        Turn("还有便宜点的吗", "recommend", ["KC-RC30-W"], ("没有更便宜的",)),
    ],
    "第一次露营": [
        Turn("四口之家第一次露营，帐篷怎么选", "guide", ["TN-F4-E", "TN-T6-G"]),
        Turn("哪款最轻？", "compare", ["TN-F4-E", "TN-T6-G"], ("更轻，9.5 kg",)),
        Turn("对比一下前两款", "compare", ["TN-F4-E", "TN-T6-G"], ("1499 元",)),
    ],
    "编号和颜色": [
        Turn("KC-RC40-W 多少钱", "answer", ["KC-RC40-W"], ("599 元",)),
        Turn("有黑色的吗", "recommend", ["KC-RC40-B"], ("有的",)),
    ],
    "没有的颜色": [Turn("防雨外套有蓝色的吗", "recommend", {"OC-RJ-L-S", "OC-RJ-L-M", "OC-RJ-L-L"}, ("没有蓝色的",))],
    "对比两款，第二款省略了名称": [
        Turn("3L 电饭煲和 4L 的有什么区别", "compare", ["KC-RC30-B", "KC-RC40-B"], ("3 L / 4 L",)),
    ],
    "预算内的一类商品，再问其中一个": [
        Turn("2000元以内的露营装备", "recommend", None, ("符合预算",)),
        Turn("那第二个有现货吗", "answer", None, ("库存",)),
    ],
    "给家人的礼物": [Turn("给我妈买个礼物 300 左右", "recommend", None, ("符合预算",))],
    "不要黑色，还要别的": [
        Turn("想买个耳机上班用，预算500", "recommend"),
        Turn("不要黑色的", "recommend", None, (), ("黑色",)),
        Turn("谢谢", "small_talk", []),
        Turn("哪个续航最长？", "compare", None, ("续航最长：30 h",)),
    ],
    "缺货的商品给替代": [Turn("SA-TP17-W 有货吗", "recommend", None, ("目前没有货", "水壶"))],
    "有没有，然后问其中一个": [
        Turn("有双人帐篷吗", "recommend", {"TN-D2-G", "TN-D2-O"}, ("有的",)),
        Turn("橙色的有货吗", "recommend", ["TN-D2-O"]),
        Turn("多少钱", "answer", ["TN-D2-O"], ("699",)),
    ],
    "重量的上限": [Turn("有没有轻于1公斤的帐篷", "recommend", ["TN-U1-Y"], ("0.98 kg",))],
    "电饭锅就是电饭煲": [
        Turn("电饭锅多少钱", "recommend", None, ("好几款", "哪一款")),
        Turn("4升白色那款", "recommend", ["KC-RC40-W"]),
    ],
    "最便宜和最贵": [
        Turn("最便宜的帐篷是哪个", "recommend", None, ("最便宜的是", "699 元")),
        Turn("最贵的呢", "recommend", None, ("隧道六人帐篷最贵，2599 元",)),
    ],
    "嫌大": [
        Turn("60升的背包", "recommend", ["BP-H60-G"]),
        Turn("太大了", "recommend", None, ("35 L",), ("60 L",)),
    ],
    "改主意": [
        Turn("磨豆机", "recommend"),
        Turn("要电动的", "recommend", ["CT-EG40-B"]),
        Turn("算了，我想看看茶具", "recommend", None, ("茶具",), ("磨豆机",)),
    ],
    "店里没有的东西": [Turn("笔记本电脑有吗", "decline", [], ("暂时没有这样的商品",))],
    "没有意义的话": [Turn("阿巴阿巴", "decline", [])],
    "分几次查订单": [
        Turn("查订单", "order_status", [], PROOF_ZH, asks=("order_id", "email")),
        Turn("SD20260905-0007", "order_status", [], PROOF_ZH, asks=("email",)),
        Turn("13800000101", "order_status", [], ("已完成", "2026年9月6日")),
    ],
    "别人的订单": [
        Turn("订单SD20260908-0031到哪了，邮箱 lin.xiao@example.com", "order_status", [], ("没有查到",), ("已完成",))
    ],
    "改地址：已完成的订单按规则说明不能改": [
        Turn("把地址改成上海市徐汇区", "order_change", [], PROOF_ZH),
        Turn("SD20260912-0018", "order_change", [], PROOF_ZH),
        Turn("13800000111", "order_change", [], ("已完成", "不能办理修改收货地址")),
    ],
}


@pytest.mark.parametrize("turns", ENGLISH.values(), ids=ENGLISH.keys())
def test_a_customer_is_served_in_english(shop: Shopdesk, turns: list[Turn]) -> None:
    check(shop, turns)


@pytest.mark.parametrize("turns", CHINESE.values(), ids=CHINESE.keys())
def test_a_customer_is_served_in_chinese(shop: Shopdesk, turns: list[Turn]) -> None:
    check(shop, turns)
