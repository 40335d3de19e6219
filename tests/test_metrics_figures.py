"""Every figure of the console's metrics page equals a query of its own, written from the figure's definition."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import DateTime, Engine, func, insert, literal, select, text

from bot.store.conversation_tables import conversations, feedback, turns
from bot.store.csat import csat
from bot.store.database import aware, open_database
from bot.store.funnel import STEPS, funnel
from bot.store.handover_log import handovers
from bot.store.model_calls import ModelCalls, model_calls
from bot.store.product_events import product_events
from bot.store.shop import interactions, orders
from bot.store.statistics import Outcomes, Period, Statistics

FIRST, DAYS = date(2026, 3, 1), 12
ALL = Period(FIRST, FIRST + timedelta(days=DAYS - 1))
PERIODS = {
    "all": ALL,
    "some days": Period(FIRST + timedelta(days=3), FIRST + timedelta(days=6)),
    "zh": Period(ALL.first, ALL.last, "zh"),
    "site": Period(ALL.first, ALL.last, channel="site"),
    "page": Period(ALL.first, ALL.last, channel="page"),
    "api in en": Period(ALL.first, ALL.last, "en", channel="api"),
    "nothing": Period(date(2025, 1, 1), date(2025, 1, 2)),
}
ANSWERS = ("answer", "recommend", "guide", "compare", "small_talk", "decline", "handover")
SITES = {"site": ("sd_1", "hash"), "page": (None, None), "api": (None, "hash")}


@pytest.fixture(scope="module")
def engine(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Four hundred made-up conversations of some days more than the periods, with all that is counted."""
    path = shutil.copy(migrated_sqlite, tmp_path_factory.mktemp("figures") / "shop.db")
    opened, chance = open_database(f"sqlite:///{path}"), Random(7)
    rows: dict[str, list[dict[str, Any]]] = {}
    for number in range(400):
        _conversation(rows, f"c{number}", chance)
    for number in range(60):
        _purchase(rows, number, chance)
    none = {"for_conversation": None, "for_turn": None}
    for number in range(200):  # some are for turns that were never finished
        at = _moment(chance)
        cost = chance.choice((None, 0.25, 0.5))
        rows.setdefault("model_calls", []).append(
            {"at": at, "model": chance.choice("ab"), "prompt_tokens": number, "answer_tokens": 2, "cost": cost,
             **chance.choice((none, {"for_conversation": f"c{chance.randrange(60)}", "for_turn": chance.randint(1, 9)}))}
        )  # fmt: skip
    tables = (conversations, turns, feedback, csat, handovers, product_events, orders, interactions, model_calls)
    with opened.begin() as connection:
        for table in tables:
            connection.execute(insert(table), rows[table.name])
    yield opened
    opened.dispose()


def _moment(chance: Random) -> datetime:
    return datetime(2026, 2, 27, tzinfo=UTC) + timedelta(days=chance.uniform(0, DAYS + 4))


def _conversation(rows: dict[str, list[dict[str, Any]]], name: str, chance: Random) -> None:
    began, (site, token) = _moment(chance), chance.choice(list(SITES.values()))
    customer = chance.choice((None, f"u{chance.randrange(40)}"))
    row = {"id": name, "customer_id": customer, "site_key": site, "token_hash": token, "state": {}, "hands": 0}
    rows.setdefault("conversations", []).append({**row, "created_at": began, "updated_at": began})
    for turn in range(1, chance.randint(1, 6)):  # some have begun without a word
        language, action = chance.choice(("en", "en", "zh")), chance.choice(ANSWERS)
        said = {
            "conversation_id": name, "number": turn, "text": chance.choice(("Hello", "hello", "多久能到？", "Why?", "why?")),
            "understanding": {}, "action": action, "reply": {}, "evidence_ids": [], "writer": "builtin", "timings_ms": {},
            "created_at": began + timedelta(minutes=turn), "began": began, "language": language,
            "abstained": action == "decline",
            "intent": chance.choice(("delivery", "stock", "payment")), "total_ms": chance.uniform(5, 50),
            "sentiment": chance.choice(("negative", "neutral", "positive")),
        }  # fmt: skip
        rows.setdefault("turns", []).append(said)
        if chance.random() < 0.3:
            rating = {"conversation_id": name, "turn": turn, "rating": chance.choice(("up", "down")), "created_at": began}
            rows.setdefault("feedback", []).append(rating)
        for sku in "ABC" if action in ("recommend", "guide", "answer") else ():
            for event in ("shown", *(one for one in ("click", "cart", "purchase") if chance.random() < 0.2)):
                seen = {"conversation_id": name, "sku": f"{sku}{turn}", "event": event, "turn": turn}
                rows.setdefault("product_events", []).append({**seen, "at": said["created_at"]})
    if chance.random() < 0.3:
        rows.setdefault("csat", []).append({"conversation_id": name, "score": chance.randint(1, 5), "created_at": began})
    if chance.random() < 0.2:
        reason = chance.choice(("requested", "anger", "repeated_failure"))
        rows.setdefault("handovers", []).append({"conversation_id": name, "reason": reason, "requested_at": began})


def _purchase(rows: dict[str, list[dict[str, Any]]], number: int, chance: Random) -> None:
    customer, sku, at = f"u{chance.randrange(40)}", f"{chance.choice('ABC')}{chance.randint(1, 3)}", _moment(chance)
    came = {"location": "x", "fingerprint": "x"}
    rows.setdefault("orders", []).append(
        {"order_key": f"o{number}", "order_id": f"o{number}", "customer_id": customer, "status": "paid", **came,
         "placed_at": at.isoformat(), "items": [{"sku": sku, "quantity": 1}]}
    )  # fmt: skip
    rows.setdefault("interactions", []).append(
        {"id": f"i{number}", "customer_id": f"u{chance.randrange(40)}", "sku": sku, "time": at.isoformat(), **came,
         "event": chance.choice(("purchase", "view"))}
    )  # fmt: skip


def began(period: Period) -> str:
    """The period's conversations ``c``, in words of SQL."""
    parts = [f"date(c.created_at) BETWEEN '{period.first}' AND '{period.last}'"]
    if period.channel:
        site, token = SITES[period.channel]
        parts.append(f"c.site_key IS {'NOT NULL' if site else 'NULL'}")
        parts += [] if site else [f"c.token_hash IS {'NOT NULL' if token else 'NULL'}"]
    return " AND ".join(parts)


def talks(period: Period) -> str:
    """Those of them that hold a turn, in the period's language where it has one."""
    language = f" AND t.language = '{period.language}'" if period.language else ""
    holding = f"SELECT t.conversation_id FROM turns t WHERE 1{language}"
    return f"SELECT c.* FROM conversations c WHERE {began(period)} AND c.id IN ({holding})"


SAID = "FROM turns t JOIN ({talks}) c ON c.id = t.conversation_id"
CALLED = "EXISTS (SELECT 1 FROM handovers h WHERE h.conversation_id = c.id)"
HELPED = (
    "EXISTS (SELECT 1 FROM turns t WHERE t.conversation_id = c.id AND NOT t.abstained"
    " AND t.action NOT IN ('small_talk', 'decline', 'handover', 'clarify'))"
    " AND NOT EXISTS (SELECT 1 FROM feedback f WHERE f.conversation_id = c.id AND f.rating = 'down')"
)
AGAIN = (
    "EXISTS (SELECT 1 FROM conversations d WHERE d.customer_id = c.customer_id AND d.id <> c.id"
    " AND julianday(d.created_at) > julianday(c.created_at) AND julianday(d.created_at) <= julianday(c.created_at) + 7)"
)
FIGURES = {
    "conversations": "SELECT count(*) FROM ({talks})",
    "turns": f"SELECT count(*) {SAID}",
    "contained": f"SELECT avg(NOT {CALLED}) FROM ({{talks}}) c",
    "self_served": f"SELECT avg(NOT {CALLED} AND {HELPED}) FROM ({{talks}}) c",
    "unanswered": f"SELECT avg(t.abstained) {SAID}",
    "rated_up": "SELECT avg(f.rating = 'up') FROM feedback f JOIN ({talks}) c ON c.id = f.conversation_id",
    "csat": "SELECT avg(s.score) FROM csat s JOIN ({talks}) c ON c.id = s.conversation_id",
    "returned": f"SELECT avg({AGAIN}) FROM ({{talks}}) c WHERE c.customer_id IS NOT NULL",
    "turns_each": f"SELECT count(*) * 1.0 / nullif(count(DISTINCT c.id), 0) {SAID}",
    "minutes_each": (
        "SELECT avg((SELECT (julianday(max(t.created_at)) - julianday(c.created_at)) * 1440 FROM turns t"
        " WHERE t.conversation_id = c.id)) FROM ({talks}) c"
    ),
    "first_reply_ms": f"SELECT avg(t.total_ms) {SAID} WHERE t.number = 1",
    "reply_ms": f"SELECT avg(t.total_ms) {SAID}",
}
BY_DAY = {
    "conversations": f"SELECT date(c.created_at), count(DISTINCT c.id) {SAID} GROUP BY 1",
    "handed_over": f"SELECT date(c.created_at), count(*) FROM ({{talks}}) c WHERE {CALLED} GROUP BY 1",
    "unanswered": f"SELECT date(c.created_at), sum(t.abstained) {SAID} GROUP BY 1",
    "negative": f"SELECT date(c.created_at), sum(t.sentiment = 'negative') {SAID} GROUP BY 1",
}
DID = (
    "EXISTS (SELECT 1 FROM product_events e"
    " WHERE e.conversation_id = p.conversation_id AND e.sku = p.sku AND e.event = '{did}')"
)
BOUGHT = (
    f"({DID.format(did='purchase')}"
    " OR EXISTS (SELECT 1 FROM orders o, json_each(o.items) i WHERE o.customer_id = c.customer_id"
    " AND json_extract(i.value, '$.sku') = p.sku AND julianday(o.placed_at) BETWEEN julianday(p.at) AND julianday(p.at) + 7)"
    " OR EXISTS (SELECT 1 FROM interactions i WHERE i.customer_id = c.customer_id AND i.sku = p.sku AND i.event = 'purchase'"
    " AND julianday(i.time) BETWEEN julianday(p.at) AND julianday(p.at) + 7))"
)
STEP_HOLDS = {
    "recommended": "1",
    "clicked": DID.format(did="click"),
    "in_cart": DID.format(did="cart"),
    "bought": BOUGHT,
}
SHOWN = (
    "FROM product_events p JOIN conversations c ON c.id = p.conversation_id"
    " JOIN turns t ON t.conversation_id = p.conversation_id AND t.number = p.turn"
    " WHERE p.event = 'shown' AND t.action IN ('recommend', 'guide') AND {began}{language}"
)


@pytest.fixture(params=list(PERIODS))
def period(request: pytest.FixtureRequest) -> Period:
    """Each of the periods in turn."""
    return PERIODS[request.param]


def asked(engine: Engine, query: str, period: Period) -> list[tuple[Any, ...]]:
    language = f" AND t.language = '{period.language}'" if period.language else ""
    with engine.connect() as connection:
        filled = query.format(talks=talks(period), began=began(period), language=language)
        return [tuple(row) for row in connection.execute(text(filled))]


def test_there_is_something_to_count(engine):
    figures = Statistics(engine).figures(ALL).outcomes
    assert figures.conversations > 200 and all(value for value in figures.to_dict().values())
    assert all(number > 20 for number in funnel(engine, ALL).products.values())


def test_every_card_has_a_query():
    assert list(FIGURES) == list(Outcomes.__dataclass_fields__) and list(STEP_HOLDS) == list(STEPS)


@pytest.mark.parametrize("name", FIGURES)
def test_a_card_equals_its_query(engine, period, name):
    [(told,)] = asked(engine, FIGURES[name], period)
    assert getattr(Statistics(engine).figures(period).outcomes, name) == (pytest.approx(told) if told is not None else None)


@pytest.mark.parametrize("name", BY_DAY)
def test_a_line_equals_its_query_on_every_day(engine, period, name):
    counted = dict(asked(engine, BY_DAY[name], period))
    told = {row["day"]: row[name] for row in Statistics(engine).figures(period).by_day}
    days = (period.last - period.first).days + 1
    assert told == {
        str(period.first + timedelta(days=n)): counted.get(str(period.first + timedelta(days=n)), 0) for n in range(days)
    }


@pytest.mark.parametrize("what", ["intent", "language", "sentiment", "action"])
def test_bars_of_turns_equal_their_query(engine, period, what):
    assert dict(Statistics(engine).counts(period, what)) == dict(
        asked(engine, f"SELECT t.{what}, count(*) {SAID} GROUP BY 1", period)
    )


def test_bars_of_handovers_and_the_table_of_messages_equal_their_queries(engine, period):
    reasons = "SELECT h.reason, count(*) FROM handovers h JOIN ({talks}) c ON c.id = h.conversation_id GROUP BY 1"
    assert dict(Statistics(engine).handover_reasons(period)) == dict(asked(engine, reasons, period))
    words = f"SELECT min(t.text), count(*), sum(t.abstained) {SAID} GROUP BY lower(t.text)"
    assert sorted(Statistics(engine).questions(period)) == sorted(asked(engine, words, period))


@pytest.mark.parametrize("step", STEPS)
def test_a_step_of_the_funnel_equals_its_query(engine, period, step):
    counted = asked(engine, f"SELECT count(*), count(DISTINCT c.id) {SHOWN} AND {STEP_HOLDS[step]}", period)
    told = funnel(engine, period)
    assert (told.products[step], told.conversations[step]) == counted[0]
    channel = "CASE WHEN c.site_key IS NOT NULL THEN 'site' WHEN c.token_hash IS NOT NULL THEN 'api' ELSE 'page' END"
    rows = asked(
        engine,
        f"SELECT date(c.created_at), t.language, {channel}, count(*) {SHOWN} AND {STEP_HOLDS[step]} GROUP BY 1, 2, 3",
        period,
    )
    assert {(*list(row.values())[:3], row[step]) for row in told.rows if row[step]} == set(rows)


def test_the_models_table_equals_its_query(engine, period):
    language, calls = f"t.language = '{period.language}'" if period.language else "1", "date(m.at) BETWEEN {first} AND {last}"
    channel = began(period).partition(" AND '")[2].partition(" AND ")[2]  # the day is that of the call
    channel = f"c.id IS NOT NULL AND {channel}" if channel else "1"
    joined = (
        "(SELECT m.*, m.for_turn AS number, m.prompt_tokens + m.answer_tokens AS tokens, m.for_conversation AS talk"
        " FROM model_calls m"
        " LEFT JOIN turns t ON t.conversation_id = m.for_conversation AND t.number = m.for_turn"
        " LEFT JOIN conversations c ON c.id = m.for_conversation"
        f" WHERE {calls.format(first=repr(str(period.first)), last=repr(str(period.last)))} AND {language} AND {channel}) j"
    )
    query = (
        "SELECT model, count(*), sum(prompt_tokens), sum(answer_tokens), sum(cost), count(DISTINCT talk || ' ' || number),"
        " count(DISTINCT talk), sum(iif(talk IS NULL, NULL, tokens)) * 1.0 / nullif(count(DISTINCT talk || number), 0),"
        " sum(iif(talk IS NULL, NULL, cost)) / nullif(count(DISTINCT iif(cost IS NULL, NULL, talk || number)), 0),"
        " sum(iif(talk IS NULL, NULL, cost)) / nullif(count(DISTINCT iif(cost IS NULL, NULL, talk)), 0)"
        f" FROM {joined} GROUP BY 1 ORDER BY 1"
    )
    told = [tuple(row.to_dict().values()) for row in ModelCalls(engine).by_model(period)]
    assert told == [pytest.approx(row) for row in asked(engine, query, period)]
    assert told or period.first.year == 2025 or period.channel


def test_days_begin_and_end_where_the_shop_is(engine):
    zone = ZoneInfo("America/New_York")
    period = Period(ALL.first, ALL.last, zone=zone)
    with engine.connect() as connection:
        talks_of = select(turns.c.conversation_id, func.min(turns.c.began)).group_by(turns.c.conversation_id)
        days = Counter(str(aware(at).astimezone(zone).date()) for _, at in connection.execute(talks_of))
    figures = Statistics(engine).figures(period)
    assert {row["day"]: row["conversations"] for row in figures.by_day} == {
        row["day"]: days[row["day"]] for row in figures.by_day
    }
    assert figures.by_day != Statistics(engine).figures(ALL).by_day
    assert {row["day"] for row in funnel(engine, period).rows} <= {row["day"] for row in figures.by_day}


@pytest.mark.parametrize("changed", [date(2026, 3, 29), date(2026, 10, 25)])
def test_no_hour_of_the_day_on_which_clocks_are_changed_counts_for_another_day(engine, changed):
    zone = ZoneInfo("Europe/Berlin")
    period = Period(changed - timedelta(days=1), changed + timedelta(days=1), zone=zone)
    begins = datetime.combine(period.first, datetime.min.time(), zone).astimezone(UTC)
    times = [begins + timedelta(minutes=20 * n) for n in range(3 * 71)]
    days = select(*(period.day_of(literal(at, DateTime(timezone=True)), "sqlite") for at in times))
    with engine.connect() as connection:
        assert [*connection.execute(days).one()] == [str(at.astimezone(zone).date()) for at in times]
