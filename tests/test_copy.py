"""Marketing texts: in variants, true to the catalogue, without forbidden words, approved by a person."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from html import unescape

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.errors import InputError
from bot.marketing.copy.desk import CopyDesk, difference
from bot.marketing.copy.pages import Pages
from bot.marketing.copy.request import LONGEST, copy_request
from bot.marketing.copy.words import cleaned
from bot.marketing.copy.writing import patterns
from bot.settings.profile import ShopProfile
from bot.shop.catalogue import Catalogue
from tests.shop_data import stocked_shop
from tests.small_shop import stocked

SHOP = ShopProfile(name="Norrvik", name_zh="北境")
KINDS = ("introduction", "listing", "ad", "weibo", "xiaohongshu", "moments", "instagram", "email", "slogan")


@pytest.fixture
def engine(tmp_path):
    made = stocked_shop(tmp_path / "shop.db")
    yield made
    made.dispose()


@pytest.fixture
def desk(engine) -> CopyDesk:
    return CopyDesk(engine, Catalogue(engine), SHOP)


def asked(kind: str = "ad", **given: object):
    return copy_request({"kind": kind, "sku": "BP-1", **given})


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("tone", ["friendly", "formal"])
def test_every_kind_is_written_in_both_languages_and_tones_and_no_fact_is_lost_to_the_gate(desk, kind, language, tone):
    offer = {"discount": 10, "until": "2026-06-18", "audience": "hikers" if language == "en" else "徒步爱好者"}
    texts = desk.write(asked(kind, language=language, tone=tone, variants=9, **offer))
    assert texts and all(text.findings == () for text in texts), [text.findings for text in texts]
    assert len({text.text for text in texts}) == len(texts)
    title = "Trail Backpack 30L" if language == "en" else "山径双肩包 30升"
    assert any(title in text.text for text in texts) and all("{" not in text.text for text in texts)


@pytest.mark.parametrize("kind", ["ad", "slogan", "weibo", "moments"])
def test_a_short_text_keeps_to_its_length_without_a_broken_sentence(desk, kind):
    for text in desk.write(asked(kind, length="short")):
        assert len(text.text) <= LONGEST["short"][kind] and text.text[-1] not in ",，:："


def test_what_a_model_makes_up_is_taken_out_with_the_reason_and_the_rest_stays(engine):
    said = "Trail Backpack 30L is the best pack. It holds 30 L. It weighs 0.4 kg. It costs 199 CNY. Now 10% off."
    asked_of: list[str] = []

    def model(prompt: str) -> str:
        asked_of.append(prompt)
        return said

    desk = CopyDesk(engine, Catalogue(engine), SHOP, model=("scripted", model))
    [text] = desk.write(asked(variants=1, discount=10))
    assert text.writer == "scripted" and "30 L" in text.text and "10% off" in text.text
    assert "0.4" not in text.text and "199" not in text.text and "best" not in text.text
    assert {finding.text for finding in text.findings} == {"It weighs 0.4 kg.", "It costs 199 CNY.", "the best"}
    assert "10% off" in asked_of[0] and "Light pack for day hikes" in asked_of[0]
    [alone] = CopyDesk(engine, Catalogue(engine), SHOP, model=("scripted", lambda _: "")).write(asked(variants=1))
    assert alone.writer == "builtin"


@pytest.mark.parametrize(
    ("text", "language", "after"),
    [
        ("全网第一的水壶，最好用", "zh", "优秀的水壶，好用"),
        ("The best kettle, unbeatable.", "en", "A good kettle, good."),
        ("Bestseller of the bestiary", "en", "Bestseller of the bestiary"),
        ("第一次使用请煮沸", "zh", "第一次使用请煮沸"),
        ("最大载重 20 kg", "zh", "最大载重 20 kg"),
        ("史上最好喝的茶", "zh", "很好喝的茶"),
        ("A cushion that cures back pain", "en", "A cushion that back pain"),
        ("Cured ham, secure lid", "en", "Cured ham, secure lid"),
        ("Best before 60 days; best of all teas", "en", "Best before 60 days; good of all teas"),
    ],
)
def test_forbidden_words_are_replaced_and_words_that_only_look_alike_stay(text, language, after):
    changed, findings = cleaned(text, language)
    assert changed == after and bool(findings) == (changed != text)
    assert all(finding.reason for finding in findings)


def test_an_owners_words_go_too_and_a_products_name_stays():
    changed, [finding] = cleaned("Cheap and Perfect Kettle", "en", ("cheap",), ("Perfect Kettle",))
    assert (changed.strip(), finding.reason) == ("and Perfect Kettle", "on the owner's list")


def test_a_draft_is_approved_once_and_history_keeps_what_was_changed(desk):
    first = desk.write(asked())[0]
    assert desk.decide(first.id, "approved", "ann").approved_by == "ann"
    with pytest.raises(InputError, match="is approved already"):
        desk.decide(first.id, "rejected", "bob")
    assert [text.id for text in desk.all("approved")] == [first.id]
    assert list(difference("a best pot", "a good pot")) == [
        ("same", "a "), ("removed", "best"), ("added", "good"), ("same", " pot")
    ]  # fmt: skip


@pytest.mark.parametrize("tone", ["friendly", "formal"])
@pytest.mark.parametrize("kind", KINDS)
def test_what_the_owner_asked_for_stands_in_the_first_texts(desk, kind, tone):
    for language, audience, offer in (
        ("zh", "徒步爱好者", "8.5 折，截至2026年6月18日"),
        ("en", "hikers", "15% off until 18 June 2026"),
    ):
        given = {"language": language, "audience": audience, "discount": 15, "until": "2026-06-18", "tone": tone, "variants": 2}
        texts = [text.text for text in desk.write(asked(kind, **given))]
        assert any(audience in text for text in texts) and any(offer in text for text in texts), texts


def test_chinese_words_stand_apart_from_latin_ones(tmp_path):
    with stocked(tmp_path) as shopdesk:
        [product] = [one for one in shopdesk.insight.catalogue.all("zh") if one.sku == "KT-1"]
        request = copy_request({"kind": "slogan", "sku": "KT-1", "language": "zh"})
        texts = list(patterns(request, replace(product, title="Auvela 水壶 W2"), "北境"))
    assert "好日子，从 Auvela 水壶 W2 开始。" in texts


def test_what_is_unusable_is_refused_in_one_sentence(desk):
    with pytest.raises(InputError, match="no product 'XX'"):
        desk.write(copy_request({"kind": "ad", "sku": "XX"}))
    with pytest.raises(InputError, match="discount cannot be '99'"):
        asked(discount=99)


def test_pages_carry_valid_markup_with_the_catalogues_own_figures(tmp_path):
    with stocked(tmp_path) as shopdesk:
        pages: Pages = shopdesk.promotion.pages
        for language, category in (("en", "Kettles"), ("zh", "电热水壶")):
            faq, guide = (markup(page) for page in (pages.faq(language), pages.guide(category, language)))
            assert faq["@context"] == "https://schema.org" and faq["@graph"][0]["@type"] == "FAQPage"
            assert len(faq["@graph"][0]["mainEntity"]) >= 4
            assert {
                "@type": "Offer",
                "price": "159.00",
                "priceCurrency": "CNY",
                "availability": "https://schema.org/InStock",
            } in [thing["offers"] for thing in guide["@graph"]]
        with pytest.raises(InputError, match="no category 'Cars'"):
            pages.guide("Cars", "en")


def markup(page: str) -> dict:
    [found] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    return json.loads(found)


def test_the_command_writes_lists_and_approves(api_data, tmp_path):
    data = shutil.copytree(api_data, tmp_path / "data")

    def run(*arguments: str) -> list[dict]:
        done = CliRunner().invoke(app, ["copy", *arguments, "--data", str(data), "--json"])
        assert done.exit_code == 0, done.output
        return json.loads(done.output)

    texts = run("write", "ad", "KT-1", "--language", "zh", "--discount", "10")
    assert texts and any("9 折" in text["text"] for text in texts)
    [edited] = run("edit", str(texts[0]["id"]), f"最好的水壶。{texts[0]['text']}", "--by", "ann")
    assert edited["text"].startswith("好的水壶。") and ["removed", "最"] in edited["diff"] and edited["writer"] == "ann"
    assert run("approve", str(texts[0]["id"]))[0]["state"] == "approved"
    assert len(run("list", "--state", "draft")) == len(texts) - 1


def test_a_products_page_shows_what_was_approved_with_its_markup(engine, desk):
    pages = Pages(engine, Catalogue(engine), SHOP)
    [draft] = desk.write(asked("introduction", variants=1))
    assert draft.text.splitlines()[0] not in pages.product("BP-1", "en")
    desk.decide(draft.id, "approved", "mia")
    page = pages.product("BP-1", "en")
    [markup] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    [thing] = json.loads(markup)["@graph"]
    product = Catalogue(engine).get("BP-1", "en")
    assert (thing["@type"], thing["sku"], thing["offers"]["price"]) == ("Product", "BP-1", f"{product.price:.2f}")
    assert page.count(f">{product.title}<") == 1
    assert all(line in unescape(page) for line in draft.text.splitlines() if line)
    assert '<html lang="zh-CN">' in pages.product("BP-1", "zh")
    with pytest.raises(InputError, match="no product 'NONE'"):
        pages.product("NONE", "en")
