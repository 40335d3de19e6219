"""What ratings do to passages: bounded, for like questions, one vote each, and gone when they are forgotten."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache

import pytest
from sqlalchemy import Engine, insert

from benchmarks.ratings import main
from bot.learning.ratings import BOUND, Ratings, moved
from bot.store.conversation_tables import conversations, turns
from bot.store.conversations import ConversationStore
from bot.store.ratings import RatingStore
from knowledge_base.static_encoder import StaticEncoder

ASKED = {"en": "How long does the parcel take?", "zh": "包裹多久能到？"}
ALIKE = {"en": "How long will my parcel take?", "zh": "我的包裹多久能到？"}
OTHER = {"en": "Which shoe size fits me?", "zh": "鞋子该选什么尺码？"}
ENCODE = cache(lambda: StaticEncoder.load().encode)


def vote(engine: Engine, name: str, up: bool, chunks: str = "a", question: str = ASKED["en"], **more: str | None) -> None:
    """A conversation of one turn whose answer cites ``chunks``, rated."""
    now = datetime.now(UTC)
    turn = {
        "conversation_id": name, "number": 1, "text": question, "understanding": {"question": question}, "action": "answer",
        "reply": {"citations": [{"id": chunk} for chunk in chunks]}, "evidence_ids": [], "writer": "builtin", "timings_ms": {},
        "created_at": now,
    }  # fmt: skip
    with engine.begin() as connection:
        row = {"id": name, "state": {}, "created_at": now, "updated_at": now, "customer_id": more.get("customer")}
        connection.execute(insert(conversations), row)
        connection.execute(insert(turns), turn)
    ConversationStore(engine).rate(name, 1, "up" if up else "down", more.get("reason"))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_votes_move_a_passage_for_like_questions_alone_and_never_beyond_the_bound(engine, language):
    ratings = Ratings(RatingStore(engine), ENCODE())
    assert ratings.leads(ASKED[language], "ab") == [0, 0]
    for n in range(12):
        vote(engine, f"up{n}", True, "a", ASKED[language])
        vote(engine, f"down{n}", False, "b", ASKED[language], reason="wrong")
    good, bad = ratings.leads(ALIKE[language], "ab")
    assert 0 < good <= BOUND and -BOUND <= bad < 0
    assert ratings.leads(OTHER[language], "ab") == [0, 0]
    for n in range(40):
        vote(engine, f"hostile{n}", False, "a", ASKED[language], reason="wrong")
        vote(engine, f"glad{n}", True, "c", ASKED[language])
    worse, *_, best = ratings.leads(ASKED[language], "abc")
    assert -BOUND <= worse < 0 < best <= BOUND
    assert {(one.chunk, one.ups, one.downs) for one in ratings.standings()} == {("a", 12, 40), ("b", 0, 12), ("c", 40, 0)}


def test_few_votes_and_impoliteness_move_nothing_and_a_reason_moves_more_than_none(engine):
    ratings = Ratings(RatingStore(engine), ENCODE())
    vote(engine, "one", False)
    for n in range(9):
        vote(engine, f"rude{n}", False, "r", reason="impolite")
        vote(engine, f"wrong{n}", False, "w", reason="wrong")
        vote(engine, f"plain{n}", False, "p")
        vote(engine, f"fine{n}", True, "f")
    one, rude, wrong, plain, fine = ratings.leads(ASKED["en"], "arwpf")
    assert one == rude == 0 and wrong < plain < 0 < fine


def test_who_rates_often_has_one_vote_on_a_passage_and_a_second_thought_replaces_the_first(engine):
    ratings = Ratings(RatingStore(engine), ENCODE())
    for n in range(40):
        vote(engine, f"again{n}", False, customer="C1", reason="wrong")
    assert [(one.ups, one.downs, one.lead) for one in ratings.standings()] == [(0, 1, 0)]
    ConversationStore(engine).rate("again39", 1, "up")
    assert [(one.ups, one.downs) for one in ratings.standings()] == [(1, 0)]


def test_what_was_rated_can_be_forgotten_and_what_comes_later_counts(engine):
    store = RatingStore(engine)
    ratings = Ratings(store, ENCODE())
    for n in range(9):
        vote(engine, f"c{n}", True)
        vote(engine, f"d{n}", False, "b", reason="wrong")
    assert ratings.leads(ASKED["en"], "a")[0] > 0 and store.since() is None
    store.forget("ada")
    assert ratings.leads(ASKED["en"], "ab") == [0, 0] and ratings.standings() == []
    vote(engine, "later", True)
    assert [(one.chunk, one.ups) for one in ratings.standings()] == [("a", 1)]


@pytest.mark.parametrize(
    ("score", "lead", "told"),
    [(0.5, BOUND, 0.5 + BOUND), (0.36, -BOUND, 0.35), (0.99, BOUND, 1.0), (0.0, -BOUND, 0.0), (0.2, 0.0, 0.2)],
)
def test_a_lead_never_carries_a_passage_over_the_threshold_of_answering(score, lead, told):
    assert moved(score, lead, 0.35) == pytest.approx(told)
    assert moved(0.34, BOUND, 0.35) < 0.35


def test_a_clearly_surer_passage_stays_before_whatever_the_votes_say():
    assert moved(0.4 + 2 * BOUND + 0.001, -BOUND, 0.35) > moved(0.4, BOUND, 0.35)


@pytest.mark.slow
def test_the_benchmark_tells_what_honest_and_hostile_votes_do(tmp_path, capsys):
    (tmp_path / "qrels").mkdir()
    texts = [
        "Parcels take 2 to 4 days.",
        "Express parcels take 1 day.",
        "Returns are free for 30 days.",
        "包裹 2 到 4 天送达。",
    ]
    queries = ["How long does a parcel take?", "How fast is express?", "Can I return it?", "包裹多久能到？"]
    for name, lines in (("corpus", texts), ("queries", queries)):
        rows = (json.dumps({"_id": f"{name[0]}{n}", "title": "", "text": line}) for n, line in enumerate(lines))
        (tmp_path / f"{name}.jsonl").write_text("\n".join(rows), "utf-8")
    pairs = "".join(f"q{n}\tc{n}\t1\n" for n in range(len(texts)))
    (tmp_path / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n" + pairs, "utf-8")
    assert main([str(tmp_path), "--json"]) == 0
    [stages] = json.loads(capsys.readouterr().out).values()
    assert list(stages) == ["without", "honest", "a third hostile", "all hostile"]
    assert stages["without"]["rated"] > 0.8 and stages["honest"]["worse"] == 0
