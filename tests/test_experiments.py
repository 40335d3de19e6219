"""Experiments in the shop: dealt once, unchanged while they run, counted from what customers did."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import func, insert, select
from typer.testing import CliRunner

import bot
from bot.cli import app
from bot.errors import InputError
from bot.marketing.campaigns.campaigns import Campaigns
from bot.marketing.campaigns.experiment import HOLDOUT, Specification, specification
from bot.marketing.campaigns.plan import Plan
from bot.serving.experiments_api import MOST_A_DAY
from bot.shop.catalogue import Catalogue
from bot.store.campaigns import exposures, unit_events
from bot.store.conversation_tables import conversations
from bot.store.shop import orders
from bot.types import LanguageCode
from tests.api_server import KEY
from tests.shop_data import stocked_shop

NOW = datetime(2026, 6, 1, tzinfo=UTC)
VARIANTS = [
    {"name": "warm", "text": "Hello there!", "text_zh": "您好呀！"},
    {"name": "brief", "text": "Hi.", "text_zh": "您好。"},
]


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(tmp_path, clock) -> Campaigns:
    engine = stocked_shop(tmp_path / "shop.db")
    yield Campaigns(engine, Catalogue(engine), clock)
    engine.dispose()


def greeting(**changes: object) -> Specification:
    return specification({"name": "hello", "slot": "greeting", "variants": VARIANTS, "holdout": 0.2} | changes)


def started(desk: Campaigns, **changes: object) -> None:
    desk.experiments.start(desk.experiments.draft(greeting(**changes)).specification.name)


def test_a_visitor_keeps_the_variant_and_visitors_are_dealt_in_the_planned_shares(desk):
    started(desk)
    serve = desk.experiments.serve
    first = [serve("greeting", f"visitor:{n}") for n in range(600)]
    assert first == [serve("greeting", f"visitor:{n}") for n in range(600)]
    held = first.count(None)
    assert 80 < held < 160 and 190 < sum(bool(one and one.name == "warm") for one in first) < 290
    report = desk.report("hello")
    assert {arm.name: arm.units for arm in report.arms}[HOLDOUT] == held
    assert report.mismatch > 0.001 and report.verdict == "undecided"


def test_what_runs_is_not_changed_but_gets_a_new_version_that_counts_from_zero(desk):
    desk.experiments.draft(greeting())
    assert desk.experiments.change("hello", {"holdout": 0.1}).specification.holdout == 0.1
    desk.experiments.start("hello")
    desk.experiments.serve("greeting", "visitor:1")
    with pytest.raises(InputError, match=r"version 1\) is running and cannot be changed.*--new-version"):
        desk.experiments.change("hello", {"holdout": 0.3})
    after = desk.experiments.change("hello", {"holdout": 0.3}, new_version=True)
    assert (after.version, after.state, after.specification.holdout) == (2, "draft", 0.3)
    assert desk.experiments.find("hello", 1).state == "ended"
    assert sum(arm.units for arm in desk.report("hello").arms) == 0
    assert sum(arm.units for arm in desk.report("hello", 1).arms) == 1


def test_a_difference_is_found_from_events_and_orders_after_the_exposure_alone(desk, clock):
    started(desk, holdout=0.5, variants=VARIANTS[:1], planned_units=600, expected_rate=0.2)
    experiments = desk.experiments
    for n in range(1_200):
        experiments.record(f"u{n}", "purchase", f"before-{n}", 10, NOW - timedelta(days=1))
        shown = experiments.serve("greeting", f"u{n}")
        if n % 10 < (4 if shown else 1):
            assert experiments.record(f"u{n}", "purchase", f"p{n}", 20.0, NOW + timedelta(hours=1))
            assert not experiments.record(f"u{n}", "purchase", f"p{n}", 20.0)
    report = desk.report("hello")
    control, variant = report.arms
    assert (control.rate, variant.rate) == (pytest.approx(0.1, abs=0.03), pytest.approx(0.4, abs=0.05))
    assert variant.low is not None and 0 < variant.low < 0.3 < variant.high and variant.p <= 0.05
    assert report.verdict == "better" and variant.amount == pytest.approx(20 * variant.rate)


def test_an_order_of_a_customer_counts_and_a_guardrail_warns(desk):
    started(desk, holdout=0.5, variants=VARIANTS[:1], planned_units=300)
    arms = {f"c{n}": desk.experiments.serve("greeting", f"c{n}") for n in range(800)}
    for unit, shown in arms.items():
        if shown:
            desk.experiments.record(unit, "unsubscribe", f"{unit}:u")
    row = {"status": "delivered", "items": [], "location": "x", "fingerprint": "x", "total": 50.0}
    times = {"before": "2026-05-30T00:00:00+00:00", "after": "2026-06-02T00:00:00+00:00"}
    buyer = next(unit for unit, shown in arms.items() if shown)
    with desk._engine.begin() as connection:
        for name, placed in times.items():
            order = {"order_key": name, "order_id": name, "customer_id": buyer, "placed_at": placed}
            connection.execute(insert(orders).values(**row, **order))
    report = desk.report("hello")
    assert report.verdict == "harm" and report.arms[1].harms == ("unsubscribe",)
    assert (report.arms[1].reached, report.arms[1].amount * report.arms[1].units) == (1, pytest.approx(50.0))


def test_units_that_are_lost_on_the_way_raise_the_alarm(desk):
    started(desk)
    found = desk.experiments.find("hello")
    rows = [{"experiment": found.id, "unit": f"u{n}", "arm": "warm" if n % 3 else "brief", "at": NOW} for n in range(3_000)]
    with desk._engine.begin() as connection:
        connection.execute(insert(exposures), rows)
    assert desk.report("hello").verdict == "mismatch"


def test_a_bandit_shows_what_does_better_more_often(desk):
    started(desk, mode="bandit", goal="click", holdout=0.0)
    for n in range(400):
        shown = desk.experiments.serve("greeting", f"v{n}")
        if shown is not None and n % 10 < (5 if shown.name == "brief" else 1):
            desk.experiments.record(f"v{n}", "click", f"v{n}:c")
    warm, brief = desk.report("hello").arms
    assert brief.units > 2 * warm.units and (brief.best or 0) > 0.9


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"holdout": 2}, "holdout cannot be '2'"),
        ({"variants": []}, "variants cannot be"),
        ({"variants": [VARIANTS[0], VARIANTS[0]]}, "names of their own"),
        ({"variants": VARIANTS[:1], "holdout": 0}, "only be compared with a holdout"),
        ({"slot": "roof"}, "slot cannot be 'roof'"),
        ({"slot": "message"}, "slot cannot be 'message'"),
    ],
)
def test_an_unusable_experiment_is_refused_in_one_sentence(changes, words):
    with pytest.raises(InputError, match=words) as caught:
        greeting(**changes)
    assert "\n" not in str(caught.value)


def test_two_experiments_do_not_share_a_slot(desk):
    started(desk)
    desk.experiments.draft(greeting(name="other"))
    with pytest.raises(InputError, match="'hello' runs in the slot 'greeting'"):
        desk.experiments.start("other")


STOCKED: dict[LanguageCode, str] = {"en": "40 in stock", "zh": "库存 40"}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_plan_names_customers_who_consented_products_in_stock_and_its_reasons(desk, language):
    plan = desk.planner.draft("sell_stock", language, discount=10, today=NOW.date())
    assert plan.customers == ("C1",) and plan.products[0] == "BP-4" and "BP-3" not in plan.products
    assert (plan.starts, plan.ends) == ("2026-06-08", "2026-06-21") and plan.budget > 0
    assert desk.planner.draft("win_back", language, today=NOW.date()).customers == ()
    kept = desk.keep("June", plan, "ann")
    assert desk.all()[0].plan["products"] == list(plan.products) and kept.name == "June"
    again = Plan.of(desk.all()[0].plan)
    assert again == plan and all(any(told in reason for reason in again.reasons(code)) for code, told in STOCKED.items())
    of_old = Plan.of({**plan.to_dict(), "because": ["kept when there was one language"]})
    assert of_old.reasons("en") == of_old.reasons("zh") == ("kept when there was one language",)


@pytest.mark.parametrize(("goal", "shown"), [("second_order", {"C1"}), ("sell_stock", {"C1", "C2", "conversation"})])
def test_a_campaign_for_some_customers_is_shown_to_them_alone_and_one_for_all_to_everybody(desk, goal, shown):
    plan = replace(desk.planner.draft(goal, "en", today=NOW.date()), customers=("C1",), holdout=0.0)
    begun = desk.begin(desk.keep("June", replace(plan, products=("BP-4",)), "ann").id)
    units = ("C1", "C2", "conversation")
    assert {unit for unit in units if desk.experiments.serve("recommendation", unit) is not None} == shown
    assert sum(arm.units for arm in desk.report(begun.specification.name).arms) == len(shown)


def test_chat_and_recommendations_carry_the_variant_and_nobody_upset_is_advertised_to(api_data, tmp_path):
    data = shutil.copytree(api_data, tmp_path / "data")
    with bot.open(data) as shopdesk:
        experiments = shopdesk.promotion.campaigns.experiments
        line = {"name": "line", "text": "Ask us for a packing list.", "text_zh": "可以向我们要一份打包清单。"}
        for slot in ("chat", "recommendation"):
            variants = [line | {"first": ["TH-3"], "name": slot}]
            experiments.draft(specification({"name": slot, "slot": slot, "variants": variants, "holdout": 0.01}))
            experiments.start(slot)
        shown = shopdesk.reply("Which backpacks do you have under 400 yuan?", customer="C7")
        assert shown.text.endswith("\n\nAsk us for a packing list.") and shown.products[0].sku == "TH-3"
        assert shopdesk.reply("退货期限是多久？", customer="C7").text.endswith("可以向我们要一份打包清单。")
        upset = shopdesk.reply("This is terrible, I hate your returns policy! How long do I have to return it?", customer="C7")
        assert "packing list" not in upset.text
        assert [arm.units for arm in experiments_report(shopdesk, "chat")] == [0, 1]


def experiments_report(shopdesk, name):
    return shopdesk.promotion.campaigns.report(name).arms


def test_a_page_asks_for_its_greeting_and_reports_what_came_of_it(api):
    experiments = api.shopdesk.promotion.campaigns.experiments
    experiments.draft(greeting(name="page", holdout=0.01, goal="click"))
    experiments.start("page")
    try:
        where = f"{api.url}/api/v1/experiments/greeting"
        asked = {"visitor": "abcd-1234", "language": "zh"}
        shown = httpx.get(where, params=asked).json()
        assert shown["variant"] in ("warm", "brief") and shown["text"] in ("您好呀！", "您好。")
        event = {"visitor": "abcd-1234", "event": "click", "key": "click-0001"}
        report, key = f"{api.url}/api/v1/experiments/events", {"Authorization": f"Bearer {KEY}"}
        for forged in ({}, {"Authorization": "Bearer wrong"}, api.customer().headers):
            refused = httpx.post(report, json={**event, "event": "purchase", "amount": 1e6}, headers=forged)
            assert refused.status_code == 401 and "shop's own server" in refused.json()["detail"]
        assert sum(arm.reached for arm in api.shopdesk.promotion.campaigns.report("page").arms) == 0
        for _ in range(2):
            assert httpx.post(report, json=event, headers=key).status_code == 204
        assert sum(arm.reached for arm in api.shopdesk.promotion.campaigns.report("page").arms) == 1
        assert httpx.get(where, params={"visitor": "x"}).status_code == 422
    finally:
        experiments.end("page")


def test_a_conversation_is_greeted_alike_each_time_and_tells_clicks_of_its_own_alone(api):
    experiments, campaigns = api.shopdesk.promotion.campaigns.experiments, api.shopdesk.promotion.campaigns
    assert api.customer().get("/greeting").json() == {"variant": None, "text": "", "first": []}
    experiments.draft(greeting(name="widget", holdout=0.0, goal="click"))
    experiments.start("widget")
    try:
        customers = [api.customer() for _ in range(6)]
        for customer in customers:
            shown = [customer.get(f"/greeting?locale={locale}").json() for locale in ("en-GB", "zh-CN", "zh-TW")]
            assert len({one["variant"] for one in shown}) == 1
            texts = [one["text"] for one in shown]
            assert texts in (["Hello there!", "您好呀！", "您好呀！"], ["Hi.", "您好。", "您好。"])
        assert sum(arm.units for arm in campaigns.report("widget").arms) == 6
        told = {"event": "click", "key": "click:answered"}
        for customer in customers[:2] * 2:
            assert customer.post("/experiment-events", told).status_code == 204
        assert customers[0].post("/experiment-events", {"event": "purchase", "key": "purchase:1"}).status_code == 422
        assert customers[0].http.post(f"{customers[1].path}/experiment-events", json=told).status_code == 401
        for number in range(30):
            assert customers[0].post("/experiment-events", {"event": "cart", "key": f"cart:SKU-{number}"}).status_code == 204
        with campaigns._engine.connect() as connection:
            mine = (unit_events.c.unit == customers[0].id) & (unit_events.c.event == "cart")
            assert connection.scalar(select(func.count()).select_from(unit_events).where(mine)) == MOST_A_DAY
        assert sum(arm.reached for arm in campaigns.report("widget").arms) == 2, "a conversation counts once"
    finally:
        experiments.end("widget")


def test_what_a_customer_buys_counts_for_the_conversation_in_which_they_were_greeted(desk, clock):
    started(desk, holdout=0.0)
    clock.now = NOW + timedelta(days=1)
    with desk._engine.begin() as connection:
        state = {"created_at": NOW, "updated_at": NOW, "state": {}}
        connection.execute(insert(conversations).values(id="talk", customer_id="C1", **state))
    assert desk.experiments.serve("greeting", "talk") is not None
    row = {"status": "paid", "items": [], "location": "x", "fingerprint": "x", "total": 70.0}
    with desk._engine.begin() as connection:
        for name, placed in {"before": "2026-05-30T00:00:00+00:00", "after": "2026-06-03T00:00:00+00:00"}.items():
            order = {"order_key": name, "order_id": name, "customer_id": "C1", "placed_at": placed}
            connection.execute(insert(orders).values(**row, **order))
    (arm,) = (arm for arm in desk.report("hello").arms if arm.units)
    assert (arm.reached, arm.amount) == (1, pytest.approx(70.0))


def test_the_command_drafts_starts_refuses_a_change_and_shows_results(tmp_path):
    def run(*arguments: str) -> str:
        done = CliRunner().invoke(app, ["campaigns", *arguments, "--data", str(tmp_path / "data")])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            return str(done.exception)
        return done.output

    words = ("--variant", "warm=Hello!|您好！", "--variant", "brief=Hi.")
    drafted = json.loads(run("draft", "hello", "--slot", "greeting", *words, "--json"))
    assert (drafted["state"], drafted["variants"][0]["text_zh"]) == ("draft", "您好！")
    assert "running" in run("start", "hello")
    (tmp_path / "new.json").write_text('{"holdout": 0.4}', "utf-8")
    assert "cannot be changed" in run("change", "hello", "--file", str(tmp_path / "new.json"))
    assert json.loads(run("results", "hello", "--json"))["verdict"] == "undecided"
    assert json.loads(run("list", "--json"))["experiments"][0]["name"] == "hello"
    assert json.loads(run("plan", "sell_stock", "--keep", "June", "--json"))["customers"] == []
