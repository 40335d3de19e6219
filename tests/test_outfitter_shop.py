"""An outfitter's shop: sizes as ranges, measures that a thing must reach, and two matters in one message."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import bot
from bot.shopdesk import Shopdesk

CATALOGUE = """sku,title,description,brand,category,price,currency,stock,language,size,length,battery_life,load
BT-1,Fell Chelsea Boots,Leather boots with elastic sides.,Fell,Boots,69,GBP,22,en,UK 3-11,,,
BT-1,费尔切尔西靴,侧面带松紧的皮靴。,费尔,靴子,69,GBP,22,zh,UK 3-11,,,
BT-2,Fell Rubber Boots,A warm neoprene lining.,Fell,Boots,54,GBP,30,en,EU 36–46,,,
BT-2,费尔雨靴,氯丁橡胶保暖内里。,费尔,靴子,54,GBP,30,zh,EU 36–46,,,
GL-1,Tarn Grip Gloves,Thin gloves with a firm hold.,Tarn,Gloves,16,GBP,40,en,XS–L,,,
GL-1,塔恩防滑手套,薄款，抓握牢。,塔恩,手套,16,GBP,40,zh,XS–L,,,
LT-1,Tarn Head Torch,For dark mornings.,Tarn,Lamps,22,GBP,19,en,,,8 hours,
LT-1,塔恩头灯,适合早起赶路。,塔恩,灯具,22,GBP,19,zh,,,8 小时,
LT-2,Tarn Camp Lantern,A warm light to hang up.,Tarn,Lamps,35,GBP,12,en,,,20 hours,
LT-2,塔恩营地灯,可以挂起来的暖光灯。,塔恩,灯具,35,GBP,12,zh,,,20 小时,
HS-1,Fell Short Hose,For balconies.,Fell,Hoses,18,GBP,9,en,,15 m,,
HS-1,费尔短水管,适合阳台。,费尔,水管,18,GBP,9,zh,,15 米,,
HS-2,Fell Garden Hose,Does not kink.,Fell,Hoses,29,GBP,9,en,,30 m,,
HS-2,费尔花园水管,不打结。,费尔,水管,29,GBP,9,zh,,30 米,,
RK-1,Fell Wall Rack,Folds flat.,Fell,Racks,26,GBP,9,en,,,,15 kg
RK-1,费尔壁架,可以折平。,费尔,架子,26,GBP,9,zh,,,,15 公斤
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shopdesk]:
    folder: Path = tmp_path_factory.mktemp("outfitter")
    (folder / "catalogue.csv").write_text(CATALOGUE, "utf-8")
    with bot.open(folder / "data") as shopdesk:
        shopdesk.load([folder / "catalogue.csv"])
        yield shopdesk


@pytest.mark.parametrize(
    ("asked", "sku", "told"),
    [
        ("do you do the chelsea boots in a uk 8", "BT-1", "Yes, it comes in UK 8"),
        ("chelsea boots in a 12", "BT-1", "don't have it in 12"),
        ("have you got the rubber boots in a 47?", "BT-2", "don't have it in 47"),
        ("rubber boots eu 38?", "BT-2", "Yes, it comes in EU 38"),
        ("rubber boots uk 38?", "BT-2", "don't have it in UK 38"),
        ("do you have the grip gloves in M", "GL-1", "Yes, it comes in M"),
        ("do you have the grip gloves in XXL", "GL-1", "don't have it in XXL"),
        ("费尔雨靴有38码的吗", "BT-2", "尺码里有38码"),
        ("费尔雨靴有47码的吗", "BT-2", "没有47码"),
        ("塔恩防滑手套有M码吗", "GL-1", "尺码里有M码"),
    ],
)
def test_a_range_of_sizes_holds_those_between_its_ends_and_tells_of_no_stock(shop: Shopdesk, asked: str, sku: str, told: str):
    reply = shop.reply(asked)
    assert [product.sku for product in reply.products] == [sku] and told in reply.text
    assert "22" not in reply.text and "in stock" not in reply.text


@pytest.mark.parametrize(
    ("asked", "sku", "told"),
    [
        ("a hose that reaches 25 metres", "HS-2", "length: 30 m"),
        ("need a lamp that lasts 10 hours", "LT-2", "battery life: 20 hours"),
        ("想买能用10小时的灯具", "LT-2", "20 小时"),
        ("要一根够到25米的水管", "HS-2", "30 米"),
    ],
)
def test_goods_that_must_do_a_measure_are_those_whose_attribute_reaches_it(shop: Shopdesk, asked: str, sku: str, told: str):
    reply = shop.reply(asked)
    assert [product.sku for product in reply.products] == [sku] and told in reply.text


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("does the wall rack hold 12kg", "Yes. Fell Wall Rack – load: 15 kg"),
        ("does the wall rack hold 20kg", "No. Fell Wall Rack – load: 15 kg"),
        ("will the head torch last for 10 hours?", "No. Tarn Head Torch – battery life: 8 hours"),
        ("how much does the wall rack hold", "load: 15 kg"),
        ("费尔壁架能承重12公斤吗", "满足的。费尔壁架，承重：15 公斤"),
        ("塔恩头灯能用10小时吗", "不满足。塔恩头灯，续航：8 小时"),
    ],
)
def test_whether_one_thing_does_a_measure_is_answered_by_the_catalogues_figure(shop: Shopdesk, asked: str, told: str):
    reply = shop.reply(asked)
    assert told in reply.text and reply.citations


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (
            "what's the difference between the tarn head torch and the tarn camp lantern",
            ("For dark mornings [", "A warm light to hang up ["),
        ),
        ("塔恩头灯和塔恩营地灯有什么区别", ("适合早起赶路[", "可以挂起来的暖光灯[")),
    ],
)
def test_a_comparison_tells_what_each_is_for(shop: Shopdesk, asked: str, told: tuple[str, str]):
    reply = shop.reply(asked)
    assert (
        reply.action == "compare"
        and all(words in reply.text for words in told)
        and reply.text.index(told[1]) < reply.text.index("|")
    )
