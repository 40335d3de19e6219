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
