"""The market brief: prices, gaps, promotions, alerts and the funnel, each claim with its evidence."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.demo_shop import directory
from bot.errors import LoadError
from bot.marketing.market.brief import MarketBrief
from bot.marketing.market.funnel import Funnel
from bot.marketing.market.offers import Offer, read_page, read_table
from bot.types import Product
from knowledge_base.loading import SourceFile
from knowledge_base.loading.sandbox import Sandbox
from knowledge_base.loading.web.manners import polite_fetcher
from tests.web_site import web_site

FEED = """competitor,title,price,list_price,currency,category,date,promotion,sku,text
Norrland,Hearthly Mini Rice Cooker 1.6 L white,199,239,CNY,Rice cookers,2026-10-01,,,
Norrland,Hearthly Mini Rice Cooker 1.6 L white,179,239,CNY,Rice cookers,2026-11-01,Singles' Day,,
Norrland,Folding kayak,2999,,CNY,Kayaks,2026-11-01,,,
Baltika,Inflatable kayak,1999,,CNY,Kayaks,2026-11-01,,,
Baltika,Broken row,a lot,,CNY,Kayaks,2026-11-01,,,
Baltika,Travel kettle 0.6 L,129,,CNY,Kettles,2026-11-01,,,
Baltika,White noise headphones,699,,CNY,Headphones,2026-11-01,,,
"""
NO_FUNNEL = Funnel.of([], [])
KETTLE = Product(sku="K1", title="电热水壶 1.7 升", language="zh", price=129.0, currency="CNY", category="水壶")


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = tmp_path_factory.mktemp("market")
    files = [str(directory() / name) for name in ("catalogue.csv", "orders.csv", "interactions.csv")]
    assert CliRunner().invoke(app, ["load", *files, "--data", str(folder / "data")]).exit_code == 0
    (folder / "feed.csv").write_text(FEED, "utf-8")
    return folder


def test_the_command_tells_prices_gaps_promotions_and_alerts_with_rows_as_evidence(shop, tmp_path):
    where = ["--out", str(tmp_path), "--data", str(shop / "data")]
    shown = CliRunner().invoke(app, ["market", str(shop / "feed.csv"), "--json", "--lang", "en", *where])
    told = json.loads(shown.output)
    [price] = told["sections"]["price"]
    assert "¥239, 34% more than the cheapest rival (Norrland at ¥179)" in price["text"]
    assert "row 3" in price["evidence"][0] and price["action"]
    [gap] = told["sections"]["gaps"]
    assert "On sale at Baltika, Norrland: Kayaks (offers: 2)" in gap["text"] and len(gap["evidence"]) == 2
    assert gap["command"] == "shopdesk faq propose 'Do you sell Kayaks?' ANSWER --language en"
    assert "Singles' Day" in told["sections"]["promotions"][0]["text"] and len(told["sections"]["promotions"]) == 2
    [moved] = told["sections"]["alerts"]
    assert "from 199 to 179 (-10%)" in moved["text"]
    assert moved["command"] == "shopdesk copy write listing KC-RC16-W --language en"
    assert [reason for reason in told["skipped"] if "row 6" in reason and "a lot" in reason]
    assert told["funnel"][0]["customers"] > told["funnel"][3]["customers"] > 0
    chinese = json.loads(CliRunner().invoke(app, ["market", str(shop / "feed.csv"), "--json", "--lang", "zh", *where]).output)
    [price] = chinese["sections"]["price"]
    assert "feed.csv 第 3 行" in price["evidence"][0]
    assert [reason for reason in chinese["skipped"] if "第 6 行" in reason]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", ("清理库存：", "邮件，优惠 10%", "顾客：", "预算：")),
        ("en", ("sell_stock:", "10 % off", "customers:", "budget:")),
    ],
)
def test_a_plan_is_outlined_in_its_language(shop, language, said):
    arguments = ["campaigns", "plan", "sell_stock", "--discount", "10", "--language", language, "--data", str(shop / "data")]
    shown = CliRunner().invoke(app, arguments).output
    assert all(part in shown for part in said)


def test_a_feed_read_again_alerts_on_what_is_other_than_before_until_it_changes_again(shop, tmp_path):
    reviews = [f"Baltika,,,,,,,,,{'The delivery came on Monday' if n < 6 else 'Bought it twice'} {n}" for n in range(12)]
    later = [f"Baltika,,,,,,,,,{'The delivery came on Monday' if n < 2 else 'Bought it twice'} {n}" for n in range(12)]
    head = FEED.splitlines()[0]
    first = [head, "Norrland,Kettle,100,,CNY,,,,,", "Norrland,Tent,500,,CNY,,,Spring sale,,", "Norrland,Lamp,50,,CNY,,,,,"]
    second = [head, "Norrland,Kettle,80,,CNY,,,,,", "Norrland,Tent,490,,CNY,,,,,", "Norrland,Stove,300,399,CNY,,,,,"]

    def alerts(*rows: str, language: str = "en") -> list[str]:
        (tmp_path / "rivals.csv").write_text("\n".join(rows), "utf-8")
        arguments = ["market", str(tmp_path / "rivals.csv"), "--json", "--lang", language, "--data", str(shop / "data")]
        told = json.loads(CliRunner().invoke(app, arguments).output)["sections"]["alerts"]
        assert all(claim["evidence"] for claim in told)
        return sorted(claim["text"] for claim in told)

    today = str(datetime.now(UTC).date())
    assert alerts(*first, *reviews) == []
    seen = alerts(*second, *later)
    assert seen == sorted([
        f"Baltika: 17% of the reviews speak of delivery; on {today} 50% did.",
        f"Norrland no longer offers Lamp, which was there on {today}.",
        f"Norrland offers Stove, which was not there on {today}.",
        f"Norrland: Kettle costs 80 now; it was 100 on {today} (-20%).",
        f"Norrland: Spring sale on Tent, seen on {today}, has ended.",
    ])  # fmt: skip
    assert alerts(*second, *later) == seen
    assert f"Norrland：Kettle 现价 80，{today} 时为 100（-20%）。" in alerts(*second, *later, language="zh")
    listed = json.loads(CliRunner().invoke(app, ["market", "--history", "--json", "--data", str(shop / "data")]).output)
    assert [row["offers"] for row in listed if row["feed"] == "rivals.csv"] == [15, 15]


def test_without_feeds_the_funnel_alone_is_told_in_chinese(shop, tmp_path):
    arguments = ["market", "--lang", "zh", "--data", str(shop / "data"), "--out", str(tmp_path)]
    shown = CliRunner().invoke(app, arguments)
    assert "没有竞品数据" in shown.output and "\n漏斗\n  流失最多的是" in shown.output and "  funnel" not in shown.output
    assert "<svg" in (tmp_path / "market.html").read_text("utf-8") and (tmp_path / "market.pdf").stat().st_size > 1000


def test_rivals_customers_are_held_against_the_shops_own():
    theirs = [Offer("北岸", f"feed row {n}", text=f"噪音太大了，第 {n} 天就受不了。") for n in range(6)]
    own = [(f"R{n}", f"噪音很小，晚上很安静，第 {n} 次买了。") for n in range(6)]
    [claim] = MarketBrief(theirs, [KETTLE], own, NO_FUNNEL, "zh").topics()
    assert "噪音" in claim.text and "feed row 0" in claim.evidence and "文案" in claim.action


def test_prices_of_another_currency_are_not_compared():
    offers = [Offer("N", "row 1", "电热水壶 1.7 升", 15.0, currency="EUR"), Offer("N", "row 2", "吹风机", 99.0, currency="CNY")]
    assert MarketBrief(offers, [KETTLE], [], NO_FUNNEL, "zh").price() == []


def test_pages_and_feeds_are_read_politely():
    product = {"@type": "Product", "name": "Kettle", "offers": {"@type": "Offer", "price": "99", "priceCurrency": "CNY"}}
    page = f'<html><script type="application/ld+json">{json.dumps(product)}</script></html>'
    rss = "<rss><channel><item><title>Tent now ¥499</title><link>http://n.example/t</link></item></channel></rss>"
    pages = {"/kettle": page, "/feed.xml": rss, "/empty": "<p>hello</p>", "/closed/x": page}
    with web_site(**{**pages, "/robots.txt": "User-agent: *\nDisallow: /closed/"}) as site:

        def read(path: str) -> list[Offer]:
            return read_page(site.address + path, "N", polite_fetcher(allow_private=True, pause=0))

        assert [(offer.title, offer.price, offer.currency) for offer in read("/kettle")] == [("Kettle", 99.0, "CNY")]
        assert [(offer.price, offer.where) for offer in read("/feed.xml")] == [(499.0, "http://n.example/t")]
        with pytest.raises(LoadError, match="shows no product"):
            read("/empty")
        with pytest.raises(LoadError, match=r"robots\.txt"):
            read("/closed/x")


def test_a_feed_may_have_chinese_headers_with_units(tmp_path):
    path = tmp_path / "竞品.csv"
    path.write_text("竞品,商品名,到手价（元）,品类\n甲店,手冲壶,189,小家电\n", "utf-8")
    with Sandbox() as sandbox:
        ((offer,), left_out) = read_table(SourceFile(path, path.name, path.stat().st_size), sandbox)
    assert (offer.competitor, offer.title, offer.price, offer.category, left_out) == ("甲店", "手冲壶", 189, "小家电", [])


@pytest.mark.parametrize("content", ["a,b\n1,2\n", "competitor,price\nN,3\n", ""])
def test_a_feed_with_wrong_columns_is_refused_with_a_remedy(shop, content, tmp_path):
    (tmp_path / "bad.csv").write_text(content, "utf-8")
    shown = CliRunner().invoke(app, ["market", str(tmp_path / "bad.csv"), "--data", str(shop / "data")])
    assert isinstance(shown.exception, LoadError) and "competitor feed" in str(shown.exception)


def test_the_funnel_names_where_most_are_lost_and_nothing_of_a_handful():
    looks = [(f"C{n}", "S", "view") for n in range(100)] + [(f"C{n}", "T", "view") for n in range(90)]
    carts = [(f"C{n}", "S", "cart") for n in range(40)]
    funnel = Funnel.of([*looks, *carts], [f"C{n}" for n in range(4)])
    assert funnel.reached == (100, 90, 40, 4, 0) and funnel.lost_at == "conversion"
    assert Funnel.of(looks[:5], []).lost_at is None
