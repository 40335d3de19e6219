"""Questions about delivery to a place are answered by what the shop writes of the region around it, never of another."""

from __future__ import annotations

import pytest

import bot
from bot.understanding.places import named, tells_of, widened


@pytest.mark.parametrize(
    ("question", "language", "wide"),
    [
        ("寄到拉萨要多久", "zh", "寄到西藏要多久"),
        ("How much is delivery to Canada?", "en", "how much is delivery to abroad?"),
        ("我在香港，邮费怎么算", "zh", "我在港澳台,邮费怎么算"),
        ("How long to Tibet?", "en", None),
        ("How long does delivery take?", "en", None),
    ],
)
def test_a_town_or_country_is_asked_for_by_its_region_too(question, language, wide):
    assert widened(question, language) == wide


def test_a_place_is_told_of_by_its_own_name_and_by_the_regions_around_it():
    assert named("Do you ship to Hong Kong or the UK?") == {"hong kong", "uk"}
    assert tells_of("拉萨", "新疆、西藏每单另加 15 元") and tells_of("lhasa", "Free delivery in mainland China")
    assert not tells_of("拉萨", "江浙沪 1–2 天") and not tells_of("canada", "Paris and Berlin")
    assert not named("A duke in Eustace's sukiyaki")


def test_a_fault_is_explained_by_the_passage_that_has_its_code_and_delivery_by_the_place(tmp_path):
    files = tmp_path / "files"
    files.mkdir()
    (files / "kocher.zh.md").write_text(
        "# 电饭煲使用说明\n\n## 故障代码\n\n- E1：内胆没放好\n- E2：上盖没盖紧\n- E3：温度传感器故障，请联系维修\n\n"
        "## 第一次使用\n\n内胆用温水洗净擦干，加水煮一次清水倒掉。电饭煲显示时间后再放米。\n",
        "utf-8",
    )
    (files / "faq.csv").write_text(
        "question,answer\n运费怎么算？,中国大陆运费 8 元，满 99 元包邮。\n"
        "港澳台能寄吗？,可以，2 kg 以内运费 45 元，每多 1 kg 加 12 元。\n"
        "几天能收到货？,江浙沪 1–2 天，新疆、西藏 5–8 天。\n",
        "utf-8",
    )
    with bot.open(tmp_path / "data") as shop:
        shop.load([files])
        assert "上盖没盖紧" in shop.reply("电饭煲显示E2是啥意思").text
        hong_kong = shop.reply("我在香港，东西大概4公斤，邮费咋算").text
        assert "45 元" in hong_kong and "99 元" not in hong_kong
        assert "5–8 天" in shop.reply("寄到拉萨要几天？").text
