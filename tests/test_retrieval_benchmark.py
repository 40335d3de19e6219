"""The retrieval benchmark: its measures, and a run from files to figures."""

import json
from math import log2

import pytest

from benchmarks.__main__ import main
from benchmarks.corpora import Entry, TestSet
from benchmarks.ranking import ndcg, recall, reciprocal_rank
from benchmarks.retrieval import sampled


@pytest.mark.parametrize(
    ("ranked", "gains", "expected"),
    [
        (["a", "b"], {"a": 1}, (1.0, 1.0, 1.0)),
        (["b", "a"], {"a": 1}, (1 / log2(3), 1.0, 0.5)),
        (["a", "b"], {"a": 1, "b": 3}, ((1 + 3 / log2(3)) / (3 + 1 / log2(3)), 1.0, 1.0)),
        (["c", "d"], {"a": 1}, (0.0, 0.0, 0.0)),
        ([], {"a": 1}, (0.0, 0.0, 0.0)),
    ],
)
def test_measures_agree_with_their_definitions(ranked, gains, expected):
    assert (ndcg(ranked, gains), recall(ranked, gains), reciprocal_rank(ranked, gains)) == pytest.approx(expected)


def test_a_test_set_on_disk_gives_figures_for_every_system(tmp_path, capsys):
    corpus = {"d0": "Returns are free within 30 days.", "d1": "三天内发货，满99元包邮。", "d2": "Clean it with a soft cloth."}
    queries = {"q0": "free returns", "q1": "包邮吗"}
    rows = [json.dumps({"_id": name, "title": "", "text": text}) for name, text in corpus.items()]
    (tmp_path / "corpus.jsonl").write_text("\n".join(rows), "utf-8")
    (tmp_path / "queries.jsonl").write_text("\n".join(json.dumps({"_id": n, "text": t}) for n, t in queries.items()), "utf-8")
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq0\td0\t1\nq1\td1\t1\nq1\td2\t0\n", "utf-8")
    assert main(["retrieval", str(tmp_path), "--peers", "bm25", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["mean"]["shopdesk"]["ndcg@10"] == figures[tmp_path.name]["bm25"]["mrr@10"] == 1.0


def test_a_sample_asks_the_same_queries_every_time_of_the_whole_corpus():
    queries = {str(number): f"query {number}" for number in range(50)}
    tests = TestSet("shop", (Entry("a", "", "text"),), queries, {query: {"a": 1} for query in queries})
    drawn = sampled(tests, 5)
    assert (len(drawn.judged), drawn.corpus) == (5, tests.corpus)
    assert drawn == sampled(tests, 5)
    assert len(sampled(tests, 500).judged) == 50


def test_an_unknown_benchmark_is_named_with_those_there_are(capsys):
    assert main(["speed"]) == 2
    message = capsys.readouterr().err
    assert "'speed'" in message
    assert "retrieval" in message
