"""Who the customers are: lifecycle, segments, tags, probabilities; and an honest word where data tell nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score
from typer.testing import CliRunner

from benchmarks.customers import TODAY, made_up
from benchmarks.propensity import main as measure
from benchmarks.tags import main as tags_benchmark
from bot.cli import app
from bot.demo_shop import directory
from bot.marketing.customers.histories import CustomerHistory, Purchase
from bot.marketing.customers.lifecycle import lives
from bot.marketing.customers.overview import CustomerOverview
from bot.marketing.customers.propensity import propensity
from bot.marketing.customers.segments import segments
from bot.marketing.customers.tags import tag_model

DAY = date(2026, 1, 1)


@pytest.fixture(scope="module")
def shop():
    whole, kinds = made_up(400, 1)
    return whole, [one.until(TODAY) for one in whole], kinds


def customer(*days_ago: int, name: str = "C") -> CustomerHistory:
    return CustomerHistory(
        name, tuple(Purchase(DAY - timedelta(days=d), 10.0, ("Tea",)) for d in sorted(days_ago, reverse=True))
    )


def test_the_stage_of_life_follows_the_shops_own_rhythm():
    regulars = [customer(5, 35, 65, name=f"R{n}") for n in range(5)]
    asked = [customer(), customer(10), customer(10, 40), customer(5, 35, 65), customer(70, 100), customer(300)]
    found = lives([*regulars, *asked], DAY)[len(regulars) :]
    assert [life.stage for life in found] == ["prospect", "new", "active", "loyal", "at_risk", "lost"]
    assert found[0].scores == (0, 0, 0) and found[3].scores[1] == 5


def test_segments_stay_when_some_customers_are_left_out_and_follow_the_kinds(shop):
    _, known, kinds = shop
    whole = segments(known, TODAY)
    assert whole is not None and adjusted_rand_score(kinds, whole.own) > 0.4
    part = segments(known[:360], TODAY)
    assert adjusted_rand_score(whole.own[:360], part.own) > 0.6
    named = CustomerOverview("en", tuple(known), TODAY, (), whole, None, None).segment_names()
    assert any("Tea" in name for name in named)


def test_the_same_customers_give_the_same_segments(shop):
    known = shop[1][:60]
    assert np.array_equal(segments(known, TODAY).own, segments(known, TODAY).own)


def test_probabilities_of_buying_again_hold_in_what_follows(shop):
    whole, known, _ = shop
    told = propensity(known, TODAY)
    bought = {one.id: any(purchase.day >= TODAY for purchase in one.purchases) for one in whole}
    likely = [bought[name] for name, chance in told.again.items() if chance >= 0.5]
    unlikely = [bought[name] for name, chance in told.again.items() if chance < 0.2]
    assert np.mean(likely) > 0.5 and np.mean(unlikely) < 0.2
    assert told.brier < told.brier_usual and told.calibration < 0.1


def test_probabilities_are_measured_on_a_set_of_interactions_and_beat_its_base_rate(tmp_path, capsys):
    rows = [
        json.dumps({"u": one.id, "t": int(datetime.combine(purchase.day, time(), UTC).timestamp())})
        for one in made_up(300, 2)[0]
        for purchase in one.purchases
    ]
    (tmp_path / "train.jsonl").write_text("\n".join(rows), "utf-8")
    assert measure([str(tmp_path), "--every", "90", "--json"]) == 0
    [found] = json.loads(capsys.readouterr().out).values()
    assert found["probabilities"] >= 300 and found["brier"] < found["brier_base_rate"] - 0.02
    assert found["auc"] > 0.75 and found["calibration_error"] < 0.1


def test_tags_are_suggested_only_where_they_can_be_told_apart():
    tea = [CustomerHistory(f"T{n}", looked_at=("Tea", "Cups"), tags=("tea",)) for n in range(8)]
    camping = [CustomerHistory(f"K{n}", words=("帐篷 很 轻",), looked_at=("Tents",), tags=("camping",)) for n in range(8)]
    unknown = [CustomerHistory("U1", looked_at=("Tents",)), CustomerHistory("U2", looked_at=("Socks",))]
    found = tag_model([*tea, *camping, *unknown])
    assert found.suggested["U1"][0] == "camping" and "U2" not in found.suggested
    mixed = [CustomerHistory(f"M{n}", looked_at=("Tea",), tags=("a" if n % 2 else "b",)) for n in range(20)]
    assert tag_model(mixed) is None


def test_the_report_shows_how_well_probabilities_held_whom_to_keep_and_which_tags_are_suggested(shop):
    _, known, kinds = shop
    tagged = [
        replace(one, tags=(f"kind {kind}",)) if n % 3 else one for n, (one, kind) in enumerate(zip(known, kinds, strict=True))
    ]
    overview = CustomerOverview.of(tagged, "zh")
    told, page = overview.to_dict(), overview.report().html()
    assert sum(group["customers"] for group in told["calibration"]) > 100
    assert [group["told"] for group in told["calibration"]] == sorted(group["told"] for group in told["calibration"])
    assert "<th>预计再次下单</th>" in page and "<h2>建议标签</h2>" in page
    leaving = page.partition("最可能流失")[2].partition("<h2>")[0]
    assert "有流失风险" in leaving and "已流失" not in leaving


def test_tags_are_measured_beside_the_nearest_customers_and_the_most_frequent_tag(tmp_path, capsys):
    tags_benchmark(["--json", "--wrong", "0"])
    [found] = json.loads(capsys.readouterr().out).values()
    assert found["softmax_accuracy"] > found["most_frequent_accuracy"] + 0.4 and found["suggested_right"] > 0.9
    words = {"tea": "fragrant tea leaves steeped", "tents": "waterproof tent pegs windy"}
    rows = [
        {"user": f"{kind}{n}", "category": kind, "text": text}
        for kind, text in words.items()
        for n in range(8)
        for _ in range(2)
    ]
    (tmp_path / "train.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    tags_benchmark([str(tmp_path), "--json"])
    [found] = json.loads(capsys.readouterr().out).values()
    assert (found["customers"], found["tags"], found["softmax_accuracy"]) == (16, 2, 1.0)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_where_nothing_can_be_told_it_is_said(language):
    for histories in ([], [customer(3)], [customer(5, name=f"C{n}") for n in range(100)]):
        told = CustomerOverview.of(histories, language).to_dict()
        assert told["segments"] == [] and told["notes"]
        assert all(one["buys_again"] is None and one["suggested_tag"] is None for one in told["customers"])


@pytest.mark.slow
def test_the_command_tells_the_demo_shops_customers_apart_and_writes_a_report(tmp_path):
    run, data = CliRunner().invoke, ["--data", str(tmp_path / "data")]
    files = [str(directory() / name) for name in ("catalogue.csv", "customers.csv", "orders.csv", "interactions.csv")]
    assert run(app, ["load", *files, *data]).exit_code == 0
    shown = run(app, ["customers", "--lang", "zh", "--out", str(tmp_path / "out"), *data])
    assert "150 位顾客" in shown.output
    assert "露营装备" in shown.output and "<svg" in (tmp_path / "out" / "customers.html").read_text("utf-8")
