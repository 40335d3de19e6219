"""The console's pages of texts, campaigns and messages: what their buttons do, to whom, in both languages."""

from __future__ import annotations

import base64
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

import bot
from bot.console.campaigns_page import CampaignsPage
from bot.console.copy_page import CopyPage
from bot.console.customers_page import CustomersPage
from bot.console.insight_page import InsightActions
from bot.console.operator import texts_of
from bot.console.outbox_page import OutboxPage
from bot.console.toolkit import gr
from bot.errors import LoadError
from bot.shop.wording import format_date
from bot.shopdesk import Shopdesk
from tests.signed_in import by, operator


@pytest.fixture(scope="module")
def shopdesk(api_data, tmp_path_factory) -> Iterator[Shopdesk]:
    with bot.open(shutil.copytree(api_data, tmp_path_factory.mktemp("marketing") / "data")) as opened:
        yield opened


def written(page: CopyPage, words: str = "TH-3", language: str = "en", role: str = "editor") -> tuple[Any, ...]:
    sku = page.products(words, language).value
    return page.write(sku, "ad", language, "", "friendly", "long", 10, "2026-12-31", 2, None, by(role))


def test_a_text_is_found_by_title_written_edited_with_forbidden_words_taken_out_and_approved_once(shopdesk):
    page = CopyPage(operator(shopdesk, "copy"))
    shown, number, _, rows, _ = written(page, "school")
    assert all(button.interactive for button in page.offered(number))
    assert not any(button.interactive for button in page.offered(None))
    assert "School Backpack 25 L" in shown and rows[0][1] == "draft"
    shown, _, box, *_ = page.edit(
        number, "The best School Backpack 25 L. It also flies to the moon in 3 days.", None, by("editor")
    )
    assert "<del>best</del>" in shown and "the catalogue does not say so" in shown and "moon" not in box.value
    _, _, _, rows, _ = page.approve(number, "approved", by("editor"))
    assert rows[0][:2] == [number, "approved"] and rows[0][-1] == "editor"
    assert not any(button.interactive for button in page.offered(number))
    with pytest.raises(gr.Error, match=f"text {number} is approved already"):
        page.edit(number, "x", None, by("editor"))


def test_the_owners_own_words_are_taken_out_of_the_next_text_without_a_restart(shopdesk):
    page = CopyPage(operator(shopdesk, "copy", "zh"))
    with pytest.raises(gr.Error, match=texts_of("zh", "console")["forbidden"]):
        page.save_words("双肩包", page.own_words()[1], by("editor"))
    assert page.save_words("双肩包", page.own_words()[1], by("owner"))[0] == "双肩包"
    _, number, *_ = written(page, "TH-3", "zh")
    assert "<del>双肩包</del>" in page.edit(number, "这款双肩包容量 25 升。", None, by("editor"))[0]
    with pytest.raises(gr.Error, match="还没有选择商品"):
        written(page, "no such thing", "zh")


def test_who_only_talks_to_customers_writes_nothing(shopdesk):
    with pytest.raises(gr.Error):
        written(CopyPage(operator(shopdesk, "copy")), role="agent")


def test_an_experiment_is_written_down_started_refused_a_change_and_ended_in_both_languages(shopdesk):
    page = CampaignsPage(operator(shopdesk, "campaigns"))
    rest = (
        "greeting",
        "purchase",
        "test",
        0.5,
        300,
        0.2,
        [["warm", "Hello there!", "您好呀！", "", 1], ["", "", "", "", None]],
    )
    rows, *_ = page.save("hello", *rest, by("editor"))
    assert rows[0][:3] == ["hello", 1, "draft"]
    page.start("hello", by("editor"))
    for n in range(900):
        shown = shopdesk.promotion.campaigns.experiments.serve("greeting", f"u{n}")
        if n % 10 < (5 if shown else 1):
            shopdesk.promotion.campaigns.experiments.record(f"u{n}", "purchase", f"p{n}", 20.0)
    told, arms = page.results("hello")
    assert "A variant is better" in told and "dealt as planned" in told and "<svg" in told and arms[0][0] == "holdout"
    zh = CampaignsPage(operator(shopdesk, "campaigns", "zh"))
    for each, refusal in ((page, "is running and cannot be changed"), (zh, "进行中，不能修改")):
        with pytest.raises(gr.Error, match=refusal):
            each.save("hello", *rest, by("editor"))
    with pytest.raises(gr.Error):
        page.end("hello", by("agent"))
    assert page.end("hello", by("editor"))[0][0][2] == "ended"
    assert {"experiment started", "experiment ended"} <= {one["action"] for one in shopdesk.admin.users.audited()}


def test_a_plan_from_the_data_is_kept_under_its_name(shopdesk):
    page = CampaignsPage(operator(shopdesk, "campaigns", "zh"))
    assert "库存" in page.plan("sell_stock", 10, "email")
    with pytest.raises(gr.Error, match="还没有名称"):
        page.keep(" ", "sell_stock", 10, "email", by("editor"))
    assert page.keep("六月", "sell_stock", 10, "email", by("editor"))[1][0][:2] == ["六月", "清理库存"]


@pytest.mark.parametrize(
    ("changes", "en", "zh"),
    [
        ({0: "a b"}, "name cannot be 'a b': write 1 to 60 letters", "名称不能是 'a b'：要写 1 到 60 个字母、数字"),
        ({5: 5}, "planned_units cannot be '5': input should be greater than", "每个方案的顾客数不能是 '5'：须不小于 100"),
        ({4: 0}, "can only be compared with a holdout", "只有一个方案时要有对照组才能比较"),
        ({7: [["warm", "", "", "", 1]]}, "'warm' shows nothing", "方案 'warm' 什么也不显示"),
        ({7: [["warm", "Hi", "", "", -1]]}, "variants.0.weight cannot be '-1'", "方案 1 权重不能是 '-1'：须大于 0"),
    ],
)
def test_what_an_experiment_cannot_be_is_told_in_the_consoles_language(shopdesk, changes, en, zh):
    given = ["refused", "greeting", "purchase", "test", 0.5, 300, 0.2, [["warm", "Hello there!", "您好呀！", "", 1]]]
    given = [changes.get(place, value) for place, value in enumerate(given)]
    for language, words in (("en", en), ("zh", zh)):
        page = CampaignsPage(operator(shopdesk, "campaigns", language))
        with pytest.raises(gr.Error, match=words):
            page.save(*given, by("editor"))


def test_other_refusals_of_the_marketing_pages_are_told_in_chinese_too(shopdesk, tmp_path):
    copy = CopyPage(operator(shopdesk, "copy", "zh"))
    sku = copy.products("TH-3", "zh").value
    with pytest.raises(gr.Error, match="优惠截止日不能是 '明年'：要写成 2026-12-31 这样的日期"):
        copy.write(sku, "ad", "zh", "", "friendly", "long", 10, "明年", 2, None, by("editor"))
    outbox = OutboxPage(operator(shopdesk, "outbox", "zh"))
    rules, *values, stamp, _ = outbox.settings()
    wrong = ["25-9" if value == shopdesk.settings.quiet_hours else value for value in values]
    with pytest.raises(gr.Error, match="'quiet_hours' 不能是 '25-9'：请写两个 0 到 23 之间的钟点"):
        outbox.save(by("owner"), stamp, rules, *wrong)
    with pytest.raises(gr.Error, match="问答的答案要有 1 到"):
        InsightActions(operator(shopdesk, "insight", "zh")).propose("多久送到？", " ", by("editor"))
    (tmp_path / "rivals.csv").write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(LoadError) as told:
        shopdesk.insight.market([str(tmp_path / "rivals.csv")], "zh")
    rows = "competitor,title,price\nRiva,Backpack,cheap\n,Kettle,9\nRiva,Kettle,9\n"
    (tmp_path / "prices.csv").write_text(rows, "utf-8")
    for language, words in (
        ("zh", ("price 是 'cheap'，不是金额", "没有写竞争对手")),
        ("en", ("which is no amount", "no competitor")),
    ):
        _, skipped = shopdesk.insight.market([str(tmp_path / "prices.csv")], language)
        assert all(word in line for word, line in zip(words, skipped, strict=True))
    assert "竞品数据要有竞品（competitor）" in told.value.said("zh") and "a competitor feed needs" in told.value.said("en")


def test_the_outbox_tells_who_is_not_written_to_and_why_and_its_rules_count_at_once(shopdesk):
    page = OutboxPage(operator(shopdesk, "outbox"))
    told, rows, bodies = page.preview()
    assert len(rows) == len(bodies) and (rows or "Nobody is to be written to" in told)
    rules, *values, stamp, ways = page.settings()
    assert "No way to reach customers" in ways and "birthday" in rules
    with pytest.raises(gr.Error):
        page.save(by("editor"), stamp, ["birthday"], *values)
    with pytest.raises(gr.Error, match="No occasion is chosen"):
        page.save(by("owner"), stamp, [], *values)
    assert page.save(by("owner"), stamp, ["birthday"], *values)[0] == ["birthday"]
    assert shopdesk.settings.occasions == ("birthday",)
    assert page.send(None, by("editor"))[0] and shopdesk.admin.users.audited()[0]["action"] == "outbox sent"


def test_the_preview_begins_with_who_would_be_written_to(api_data, tmp_path):
    data, day = shutil.copytree(api_data, tmp_path / "data"), datetime.now(UTC).strftime("%m-%d")
    rows = [f"P{n},p{n}@example.com,{'yes' if n == 7 else 'no'},{day}" for n in range(9)]
    (tmp_path / "people.csv").write_text("\n".join(["customer_id,email,consent,birthday", *rows]), "utf-8")
    reach = {"customer_webhook_url": "http://127.0.0.1:9/hook", "outbox_holdout": 0.0, "outbox_rules": "birthday"}
    with bot.open(data, **reach) as opened:
        opened.load([tmp_path / "people.csv"])
        told, rows, bodies = OutboxPage(operator(opened, "outbox")).preview()
    assert rows[0][1] == "P7" and "P7" not in {row[1] for row in rows[1:]} and bodies[0] and not any(bodies[1:]), told


@pytest.mark.parametrize(("language", "customer", "kind"), [("en", "C3", "Tents"), ("zh", "C1", "Backpacks")])
def test_a_customer_is_found_corrected_and_given_out_with_the_sources_of_each_line(shopdesk, language, customer, kind):
    page = CustomersPage(operator(shopdesk, "customers", language))
    told, notes, stages, _ = page.read()
    assert "6" in notes and len(stages.choices) >= 2
    assert page.listed(told, customer.lower(), "", "")[1] == [customer] and page.listed(told, "nobody", "", "") == ([], [])
    stage = next(one["stage"] for one in told["customers"] if one["id"] == customer)
    assert customer in page.listed(told, "", stage, "")[1]
    _, shown, consent, *_ = page.shown(customer)
    assert kind in shown and page._texts["from_orders"] in shown and consent.value is False
    _, shown, *_ = page.corrected(customer, "size", "Tents: M", by("editor"))
    assert "Tents: M" in shown and page._texts["from_customer"] in shown
    _, shown, *_ = page.denied(customer, "interest", kind, by("editor"))
    assert page._texts["denied"].split("{")[0] in shown
    assert page.agreed(customer, True, by("editor"))[2].value is True
    link = page.exported(customer, by("editor"))
    assert 'download="customer.json"' in link
    [read] = re.findall(r'download="customer.txt" href="data:text/plain;charset=utf-8;base64,([^"]*)"', link)
    assert customer in base64.b64decode(read).decode().splitlines()[0]
    counted = link.rpartition("</a>")[2].removesuffix("</p>")
    assert ("profile 1" in counted) if language == "en" else re.search("[a-z]", counted) is None, counted
    for refused in (page.corrected, page.denied):
        with pytest.raises(gr.Error):
            refused(customer, "size", "Tents: M", by("agent"))
    with pytest.raises(gr.Error, match="Jackets: M"):
        page.corrected(customer, "size", "M", by("editor"))


def test_a_customer_is_erased_by_an_owner_who_types_the_id_once_more(shopdesk):
    page = CustomersPage(operator(shopdesk, "customers"))
    shopdesk.profiles.correct("C4", "size", "Tents: M")
    for typed, role in (("C4", "editor"), ("C", "owner")):
        with pytest.raises(gr.Error):
            page.erased("C4", typed, by(role))
    told, shown = page.erased("C4", "C4", by("owner"))
    assert "corrections of the profile 1" in told and shown.visible is False
    assert "C4" not in [one["id"] for one in page.read()[0]["customers"]]
    noted = [row for row in shopdesk.admin.users.audited() if row["action"] == "customer erased"]
    assert [row["user"] for row in noted] == [by("owner").state.user.name] and "C4" not in str(noted)


def test_a_kept_plan_is_started_as_an_experiment_and_its_results_stand_with_it(shopdesk):
    page = CampaignsPage(operator(shopdesk, "campaigns"))
    page.keep("Spring, at last", "sell_stock", 10, "email", by("editor"))
    [kept] = [one for one in shopdesk.promotion.campaigns.all() if one.name == "Spring, at last"]
    rows = shopdesk.promotion.campaigns.all()
    chosen, told = page.plan_opened(SimpleNamespace(index=(rows.index(kept), 0)))
    assert chosen == kept.id and "Not started as an experiment yet." in told
    told, rows, *_ = page.begin(chosen, by("editor"))
    name = f"Spring-at-last-{kept.id[:6]}"
    assert f"{name} · " in told and "Nobody has come to it yet" in told and rows[0][0] == name
    given = shopdesk.promotion.campaigns.experiments.find(name).specification
    assert [variant.first for variant in given.variants] == [tuple(kept.plan["products"])] * 2
    offer = given.variants[1]
    begins, ends = (format_date(kept.plan[day], "en") for day in ("starts", "ends"))
    assert offer.words("en").startswith(f"10% off from {begins} to {ends}: ") and offer.text_zh.endswith("立减 10%。")
    with pytest.raises(gr.Error, match="running"):
        page.begin(chosen, by("editor"))
    shopdesk.promotion.campaigns.experiments.end(name)
