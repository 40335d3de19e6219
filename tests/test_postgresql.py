"""The whole shop over a real PostgreSQL server: what customers, agents, owners and the law ask of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

import bot
from bot.access.identity import SigningKey
from bot.errors import InputError
from bot.order_desk.sql_system import SqlOrderSystem
from bot.order_desk.system import Command
from bot.shop.catalogue import Catalogue
from bot.store.database import open_database
from bot.store.order_changes import OrderChanges
from bot.store.statistics import Period
from bot.types import Operation
from tests.small_shop import PROFILE, write_files


@pytest.fixture(scope="module")
def shop(postgres, tmp_path_factory):
    folder = tmp_path_factory.mktemp("on-postgresql")
    (folder / "data").mkdir()
    (folder / "data" / "shop.toml").write_text(PROFILE, "utf-8")
    with postgres.database() as url, bot.open(folder / "data", database_url=url) as opened:
        opened.load([write_files(folder / "files")])
        yield opened


def test_a_shop_is_loaded_once_and_answers_in_both_languages(shop):
    again = shop.load([shop.settings.data.parent / "files"])
    assert not again.changed
    english, chinese = shop.reply("How long do I have to return an item?"), shop.reply("退货期限是多久？")
    assert "30 days" in english.text and "30 天" in chinese.text and english.citations and chinese.citations
    assert shop.reply("Which backpack under 250 yuan?").products


def test_what_was_said_is_found_counted_and_rated(shop):
    first = shop.reply("Do you ship to Antarctica with penguins?")
    shop.reply("I want to talk to a person", first.conversation)
    shop.rate(first.conversation, 1, "down", text="no")
    found = shop.admin.conversations.find("penguins", outcome="rated_down")
    assert [(one.id, one.turns, one.handed_over, one.ratings) for one in found] == [(first.conversation, 2, True, "down")]
    period = Period.of_days(2)
    figures = shop.admin.statistics.figures(period).outcomes
    assert figures.conversations == sum(day["conversations"] for day in shop.admin.statistics.figures(period).by_day) > 0
    assert shop.admin.gaps()


def test_a_conversation_of_the_last_hour_counts_for_today_in_utc_whatever_the_servers_own_zone(shop):
    shop.reply("hello")
    assert shop.admin.statistics.figures(Period.of_days(1)).by_day[0]["conversations"] > 0
    zone = ZoneInfo("America/New_York")  # a year holds both days on which its clocks are changed
    here, there = (Period.of_days(370, zone=each) for each in (zone, UTC))
    counted = [sum(day["conversations"] for day in shop.admin.statistics.figures(each).by_day) for each in (here, there)]
    assert counted[0] == counted[1] > 0 and shop.admin.funnel(here).products == shop.admin.funnel(there).products
    site = shop.sites.add(["https://shop.example"], "Norrvik")
    shop.sites.signing_keys.add(site.key, SigningKey("k1", "HS256", "a" * 43))
    (key,) = shop.sites.signing_keys.listed(site.key)
    assert key["created_at"][:16] >= site.created_at.isoformat()[:16] and key["created_at"].endswith("+00:00")


def test_of_many_who_confirm_a_change_at_once_one_carries_it_out(shop):
    engine = open_database(shop.settings.sql_url)
    system = SqlOrderSystem(engine, Catalogue(engine).get)
    cancel = Operation("cancel_pending_order", {"order_id": "SD-1003", "reason": "no longer needed"})

    def apply(_: int) -> str:
        return system.apply(Command("the same yes", cancel, "SD-1003", "C3", "talk", "email")).outcome

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(apply, range(8)))
    rows = OrderChanges(engine).listed()
    engine.dispose()
    assert "done" in outcomes and [row.order_id for row in rows] == ["SD-1003"]


def test_everything_on_a_customer_is_given_out_and_erased(shop):
    reply = shop.reply("Where is my order SD-1002? bob@example.com", customer="C2")
    assert "25" in reply.text
    assert {"orders", "conversations", "profile"} <= set(shop.keeper.export("C2"))
    assert shop.keeper.erase("C2")["orders"] == 1
    with pytest.raises(InputError, match="Nothing is kept"):
        shop.keeper.export("C2")


def test_rows_with_overlong_cells_are_taken_or_refused_one_by_one(shop, tmp_path):
    long = "x" * 300
    (tmp_path / "orders.csv").write_text(
        "order_id,customer_id,email,status,placed_at,total,currency,items\n"
        f"SD-1,{long},a@b.example,{long},{long},1,{long},[]\n"
        f"{long},C9,a@b.example,shipped,2026-03-01,1,CNY,[]\n"
        "SD-2,C9,a@b.example,shipped,2026-03-01,1,CNY,[]\n"
    )
    (tmp_path / "reviews.csv").write_text(
        f"id,sku,rating,text,date,language\n{long},{long},5,Good,{long},{long}\nr1,s1,5,Good,,en\n"
    )
    (tmp_path / "catalogue.csv").write_text(
        f"sku,title,price,currency,sale_price,language\n{long},Big,3,{long},1,{long}\nA1,Small,3,CNY,,en\n"
    )
    summary = shop.load([tmp_path / name for name in ("orders.csv", "reviews.csv", "catalogue.csv")])
    assert {kind: report.added for kind, report in summary.reports.items()} == {"orders": 1, "reviews": 1, "catalogue": 1}


def test_a_word_with_a_null_character_is_stored_without_it(shop):
    reply = shop.reply("return\x00 policy?")
    assert [turn["text"] for turn in shop.conversations.replies(reply.conversation)] == ["return policy?"]
