"""Places and the regions around them; what is answered about them stands in the demo shop's conversations."""

from __future__ import annotations

import pytest

from bot.text.places import abroad, home_of, named, tells_of, widened


@pytest.mark.parametrize(
    ("question", "language", "wide"),
    [
        ("寄到拉萨要多久", "zh", ("寄到西藏要多久", "寄到中国大陆要多久")),
        ("How much is delivery to Canada?", "en", ("how much is delivery to abroad?",)),
        ("我在香港，邮费怎么算", "zh", ("我在港澳台,邮费怎么算",)),
        (
            "How much is it to Germany?",
            "en",
            ("how much is it to eu?", "how much is it to europe?", "how much is it to abroad?"),
        ),
        (
            "do you deliver to Bristol",
            "en",
            ("do you deliver to united kingdom", "do you deliver to europe", "do you deliver to abroad"),
        ),
        ("How long to Tibet?", "en", ()),
        ("How long does delivery take?", "en", ()),
    ],
)
def test_a_town_or_country_is_asked_for_by_the_regions_around_it_too(question, language, wide):
    assert widened(question, language) == wide


def test_a_place_is_told_of_by_its_own_name_and_by_the_regions_around_it():
    assert named("Do you ship to Hong Kong or the UK?") == {"hong kong", "uk"}
    assert tells_of("拉萨", "新疆、西藏每单另加 15 元") and tells_of("lhasa", "Free delivery in mainland China")
    assert not tells_of("拉萨", "江浙沪 1–2 天") and not tells_of("canada", "Paris and Berlin")
    assert not named("A duke in Eustace's sukiyaki")


def test_what_is_abroad_depends_on_where_the_shop_is():
    assert abroad("do you ship to London?") and abroad("do you ship to London?", home_of("CNY"))
    assert not abroad("do you ship to London?", home_of("GBP")) and abroad("寄到成都吗", home_of("GBP"))
    assert not abroad("寄到成都吗") and home_of("EUR") is None  # many countries pay in euros
    assert widened("to Inverness?", "en", home_of("GBP")) == ("to highlands and islands?", "to united kingdom?")


def test_a_country_is_no_ware():
    assert named("do you ship to China") == {"china"} and tells_of("zhengzhou", "We deliver to China and Japan.")
    assert not named("is this cup bone china, or made in China? 中国制造")


def test_all_names_of_a_place_are_one_and_the_united_states_are_no_pronoun():
    assert tells_of("加拿大", "We deliver to Canada.") and tells_of("hk", "香港 3–5 天") and not tells_of("canada", "美国")
    assert tells_of(*named("shipping to the US?"), "Orders to the United States are sent with duties prepaid.")
    assert not named("Can you send it to us, or tell the us team?")


def test_a_region_is_told_of_by_the_places_in_it():
    assert tells_of("abroad", "We send tea to Japan and Germany.") and tells_of("欧洲", "Germany: 128 CNY")
    assert not tells_of("europe", "Japan: 68 CNY") and not tells_of("japan", "Germany: 128 CNY")


def test_abroad_is_no_part_of_the_country_whose_parts_the_same_passage_lists() -> None:
    abroad_only, passage = "We do not send bikes abroad.", "To Northern Ireland bikes cost £49. We do not send bikes abroad."
    assert not tells_of("edinburgh", abroad_only, passage)
    assert tells_of("paris", abroad_only, passage) and tells_of("edinburgh", abroad_only)
