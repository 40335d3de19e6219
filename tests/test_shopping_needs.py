"""From a need to goods as customers go on: what they said first still counts, uses are uses, sets are changed part by part."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

import bot
from bot.shopdesk import Shopdesk
from bot.text.money import read_money
from bot.types import Reply

GOODS = [
    ("TN-2", "Ridge Tent for 2", "双人帐篷", "Tents", "帐篷", 699, 2, "Nylon, for two.", "两人用。"),
    ("TN-3", "Ridge Tent for 3", "三人帐篷", "Tents", "帐篷", 899, 3, "Nylon, for three.", "三人用。"),
    ("TN-6", "Tunnel Tent for 6", "六人隧道帐篷", "Tents", "帐篷", 2599, 6, "Room for six.", "六人用。"),
    ("SB-1", "Summer Sleeping Bag", "夏季睡袋", "Sleeping bags", "睡袋", 199, "", "Light, for camping.", "轻便，露营用。"),
    ("SB-2", "Winter Sleeping Bag", "冬季睡袋", "Sleeping bags", "睡袋", 499, "", "Warm, for camping.", "保暖，露营用。"),
    ("BP-1", "Day Pack 20 L", "日用双肩包", "Packs", "背包", 229, "", "Holds a 14 inch laptop.", "可放 14 寸笔记本电脑。"),
    ("BP-2", "Hiking Pack 35 L", "徒步双肩包", "Packs", "背包", 459, "", "With a rain cover.", "附防雨罩。"),
    ("LS-1", "Laptop Stand", "笔记本电脑支架", "Desk", "桌面", 129, "", "Lifts a laptop.", "抬高笔记本电脑。"),
    ("RC-1", "Mini Rice Cooker", "迷你电饭煲", "Rice cookers", "电饭煲", 239, 2, "For small kitchens.", "小厨房用。"),
    ("RC-2", "Big Rice Cooker", "大电饭煲", "Rice cookers", "电饭煲", 599, 6, "For many.", "人多时用。"),
    ("EM-1", "Travel Espresso Maker", "便携咖啡机", "Coffee", "咖啡机", 599, "", "For one cup.", "一杯的量。"),
    ("EM-2", "Home Espresso Maker", "家用咖啡机", "Coffee", "咖啡机", 899, "", "For two cups.", "两杯的量。"),
    ("HP-1", "Studio Headphones", "录音耳机", "Audio", "音频", 599, "", "Over the ear.", "头戴式。"),
    ("AF-1", "Air Fryer", "空气炸锅", "Air fryers", "空气炸锅", 299, 2, "Crisp and quick.", "又脆又快。"),
]  # fmt: skip
FAQ = (
    "question,answer\nWhich rice cooker is right for two people?,The mini one cooks for two.\n"
    "一家四口用多大的空气炸锅？,一家三五口选 5.5 L 的；3.5 L 够两个人。\n"
    "空气炸锅夏天用会不会热？,夏天一家人用也不热，选有窗的。\n"
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shopdesk]:
    place = tmp_path_factory.mktemp("needs")
    rows = ["sku,title,category,price,currency,stock,language,people,description"]
    for sku, en, zh, kind, kind_zh, price, people, told, told_zh in GOODS:
        stock = 0 if sku == "EM-1" else 9
        rows.append(f'{sku},{en},{kind},{price},CNY,{stock},en,{people},"{told}"')
        rows.append(f'{sku},{zh},{kind_zh},{price},CNY,{stock},zh,{people},"{told_zh}"')
    (place / "goods.csv").write_text("\n".join(rows), "utf-8")
    (place / "faq.csv").write_text(FAQ, "utf-8")
    with bot.open(place / "data") as opened:
        opened.load([place / "goods.csv", place / "faq.csv"])
        yield opened


@pytest.fixture
def talk(shop: Shopdesk) -> Callable[..., list[Reply]]:
    """Says messages one after another; all replies."""

    def said(*messages: str) -> list[Reply]:
        replies: list[Reply] = []
        for message in messages:
            replies.append(shop.reply(message, replies[-1].conversation if replies else None))
        return replies

    return said


def skus(reply: Reply) -> list[str]:
    return [product.sku for product in reply.products]


@pytest.mark.parametrize(
    "wish", ["a bag for a laptop", "something to carry my laptop", "a bag that holds a laptop", "装笔记本电脑的包"]
)
def test_a_use_that_the_kind_named_says_nothing_of_leads_to_what_tells_of_it(talk, wish):
    first, second = talk(wish, "300以内" if "包" in wish else "under 300")
    assert skus(first) == ["BP-1"] and skus(second)[0] == "BP-1" and "LS-1" not in skus(second)


@pytest.mark.parametrize("wish", ["a cover for my bicycle", "an adapter for a TV", "自行车的锁"])
def test_what_is_for_a_thing_that_no_product_tells_of_is_not_made_up(talk, wish):
    (reply,) = talk(wish)
    assert reply.products == () and reply.abstained


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Which rice cooker is right for two people?", "at most 300 please"),
        ("I want a rice cooker", "for two people, small kitchen, at most 300"),
    ],
)
def test_the_kind_that_was_spoken_of_counts_though_a_document_answered(talk, first, second):
    assert skus(talk(first, second)[1]) == ["RC-1"]


def test_who_plainly_wants_a_kind_is_shown_goods(talk):
    (reply,) = talk("I want a rice cooker")
    assert reply.action == "recommend" and set(skus(reply)) == {"RC-1", "RC-2"}


def test_a_guide_gives_no_advice_on_other_goods(talk):
    _, reply = talk("第一次买帐篷，怎么选？", "一家四口，夏天用")
    assert "5.5 L" not in reply.text and "有窗" not in reply.text and set(skus(reply)) <= {"TN-2", "TN-3", "TN-6"}


@pytest.mark.parametrize("wish", ["a tent for six people under 500", "六人用的帐篷，500以内", "tent for 6, max 600 CNY"])
def test_of_wishes_that_contradict_one_another_the_one_that_helps_alone_is_given_up(talk, wish):
    (reply,) = talk(wish)
    assert skus(reply) == ["TN-6"] and ("your budget" in reply.text or "您的预算" in reply.text)


@pytest.mark.parametrize(
    ("wish", "said"), [("a tent for 4 people under 1000", "3 people instead of 4"), ("四个人的帐篷，1000以内", "从 4 调整到 3")]
)
def test_how_many_people_to_give_up_is_said_in_figures(talk, wish, said):
    (reply,) = talk(wish)
    assert said in reply.text and skus(reply)[0] == "TN-3"


@pytest.mark.parametrize(
    ("wish", "changes"),
    [
        (
            "a tent for 3 and a sleeping bag, up to 1500",
            ("swap the tent for a cheaper one", "a different sleeping bag please"),
        ),
        ("三人帐篷加睡袋，一共1500", ("帐篷换个便宜的", "睡袋换一个")),
    ],
)
def test_one_part_of_a_set_is_changed_and_the_others_stay(talk, wish, changes):
    whole, cheaper, other, taken, bill = talk(
        wish,
        *changes,
        *(("put them all in my cart", "what's the total?") if "tent" in wish else ("都加到购物车", "一共多少钱")),
    )
    assert skus(whole)[0] == "TN-3" and skus(cheaper) == ["TN-2", skus(whole)[1]]
    assert skus(other) == ["TN-2", ({"SB-1", "SB-2"} - {skus(whole)[1]}).pop()]
    assert skus(taken) == skus(other) and other.action == "guide"
    assert f"¥{sum(product.price for product in other.products):.0f}" in bill.text


@pytest.mark.parametrize(
    ("wish", "said"), [("swap the tent for a cheaper one", "no cheaper one"), ("帐篷换个便宜的", "没有更便宜的")]
)
def test_a_part_that_is_the_cheapest_of_its_kind_stays_with_the_set(talk, wish, said):
    _, reply = talk("two-person tent and sleeping bag under 1000" if "tent" in wish else "双人帐篷和睡袋，1000以内", wish)
    assert said in reply.text and skus(reply)[0] == "TN-2" and len(reply.products) == 2


@pytest.mark.parametrize(
    ("wish", "said"), [("I'd like the Travel Espresso Maker", "out of stock"), ("我想要便携咖啡机", "没有货")]
)
def test_who_wants_one_product_that_is_sold_out_hears_so_and_sees_what_is_like_it(talk, wish, said):
    (reply,) = talk(wish)
    assert said in reply.text and skus(reply) == ["EM-2"]


@pytest.mark.parametrize(("text", "shown"), [("有账篷吗", "TN-2"), ("想买电饭堡", "RC-1"), ("双人帐蓬多少钱", "TN-2")])
def test_goods_are_found_under_a_chinese_name_written_as_it_sounds(talk, text, shown):
    (reply,) = talk(text)
    assert shown in skus(reply) and "账篷" not in reply.text and "帐蓬" not in reply.text


def test_who_is_asked_for_an_order_number_may_still_put_goods_into_the_cart(talk):
    *_, reply = talk("I'd like the Winter Sleeping Bag", "I want to cancel my order", "add the winter sleeping bag to my cart")
    assert reply.action == "recommend" and skus(reply) == ["SB-2"]


@pytest.mark.parametrize(
    "text", ["a tent under 200 zloty", "帐篷 2000 卢布以内", "tent below 3000 baht", "a tent below 50000 satoshi"]
)
def test_money_of_the_world_is_known_as_such_and_not_taken_for_the_shops(talk, text):
    (reply,) = talk(text)
    assert reply.asks == ("budget",) and not any(words in reply.text for words in ("fits your budget", "符合预算"))


@pytest.mark.parametrize(
    "text", ["headphones under 100 with a long cable", "under 100 which is waterproof", "under 100 would be nice"]
)
def test_the_word_after_a_sum_is_no_unit_of_it(text):
    assert read_money(text)[1] == (None, 100.0)
