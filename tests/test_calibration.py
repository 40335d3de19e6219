"""Fusing what the two legs say, query by query, and fitting the weights of it on training data."""

import gzip
import json
from dataclasses import fields, replace

import numpy as np
import pytest

from benchmarks.corpora import PREFIX
from benchmarks.training.retrieval_calibration import Lists, fit_fusion, fit_level, quality
from benchmarks.training.retrieval_sets import TEXTS, as_test_set, parallel_sets
from knowledge_base.calibration import FALLBACK, FEATURES, SIGNALS, Calibration, path_of, signals
from knowledge_base.retrieval import Candidate
from knowledge_base.types import Chunk

EVEN = Calibration([0.0] * len(SIGNALS), 0.0, 0.4, 0.2, [0.0] * len(FEATURES), 0.0)


def candidate(number, dense, lexical, *, exact=0.0, language="en", same_language=True):
    chunk = Chunk(f"id{number}", f"{PREFIX}{number}", "here", "", language, "text", "text", "", number, 4)
    return Candidate(chunk, dense, lexical, lexical, exact, language, same_language, 4.0)


def test_the_shipped_calibrations_hold_a_weight_for_every_signal_and_feature():
    for path in path_of(FALLBACK).parent.glob("*.json"):
        stored = json.loads(path.read_text("utf-8"))
        assert set(stored) == {field.name for field in fields(Calibration)}
        assert (len(stored["share"]), len(stored["coefficients"])) == (len(SIGNALS), len(FEATURES))


def test_an_encoder_without_a_calibration_of_its_own_gets_the_generic_one():
    assert Calibration.load("some/encoder of an owner") == Calibration.load(FALLBACK)


def test_the_fused_score_is_a_mean_of_both_legs_and_more_for_an_exact_code():
    fused = EVEN.fuse([candidate(0, 0.8, 0.2), candidate(1, 0.8, 0.2, exact=1.0)])
    assert fused == pytest.approx([0.5, 0.7])


def test_terms_missing_from_a_chunk_in_the_other_language_are_not_held_against_it():
    fused = EVEN.fuse([candidate(0, 0.8, 0.0), candidate(1, 0.8, 0.0, same_language=False)])
    assert fused == pytest.approx([0.4, 0.4 + 0.5 * 0.4 * 0.8])


def test_fusing_nothing_gives_nothing():
    assert EVEN.fuse([]).shape == (0,)


def test_the_signals_tell_language_and_how_far_each_leg_sets_its_best_apart():
    found = [candidate(number, 0.9 - number / 100, 0.5 if number else 0.8, language="zh") for number in range(20)]
    assert signals(found) == pytest.approx([1.0, 0.09, 0.3])


@pytest.mark.parametrize(("language", "first"), [("zh", 1), ("en", 0)])
def test_the_share_of_the_cosine_depends_on_the_query(language, first):
    weights = [-9.0 if name == "chinese" else 0.0 for name in SIGNALS]
    calibration = replace(EVEN, share=weights, share_intercept=4.0)
    fused = calibration.fuse([candidate(0, 0.9, 0.1, language=language), candidate(1, 0.1, 0.9, language=language)])
    assert int(np.argmax(fused)) == first


def judged(queries, trusted):
    """Queries in two languages; of the Chinese ones the terms know the answer, of the English ones the cosine, or as given."""
    generator = np.random.default_rng(0)
    found = []
    for number in range(queries):
        language = "zh" if number % 2 else "en"
        right, noise = generator.uniform(0.3, 0.6, 10), generator.uniform(0, 0.9, 10)
        right[3] = 0.65
        legs = (right, noise) if trusted[language] == "dense" else (noise, right)
        pairs = np.stack(legs, axis=1).tolist()
        candidates = [candidate(place, dense, lexical, language=language) for place, (dense, lexical) in enumerate(pairs)]
        found.append(("query", candidates, {"3": 1}))
    return found


def test_the_fit_trusts_in_each_language_the_leg_that_knows_the_answer():
    sets = [judged(60, {"en": "dense", "zh": "lexical"})]
    fitted = fit_fusion(EVEN, sets)
    assert quality(fitted, sets[0]) > quality(EVEN, sets[0])
    assert fitted.share_intercept > 0 > fitted.share[SIGNALS.index("chinese")]
    assert fit_fusion(EVEN, sets) == fitted, "the same data give the same weights"


def test_the_level_of_the_share_is_set_in_each_language_by_what_ranks_best_there():
    mixed = judged(60, {"en": "lexical", "zh": "dense"})
    english, chinese = mixed[::2], mixed[1::2]
    start = replace(EVEN, share=[-1.0, 0.5, -0.5])
    levelled = fit_level(start, [english, chinese])
    assert levelled.share_intercept < 0 < levelled.share_intercept + levelled.share[0]
    assert levelled.share[1:] == [0.5, -0.5]
    assert fit_level(start, [chinese]).share_intercept == start.share_intercept


def test_queries_without_a_relevant_candidate_teach_the_fusion_nothing():
    known = judged(4, {"en": "dense", "zh": "dense"})
    hopeless = [(query, found, {"not among them": 1}) for query, found, _ in known]
    assert Lists.of([known, known + hopeless]).weights == pytest.approx(np.full(8, 1 / 8))


def test_pairs_become_a_test_set_whose_queries_may_have_several_answers():
    tests = as_test_set("en/shop/train", [("return", "within 30 days"), ("return", "by post"), ("pay", "by card")])
    answers = {query: {entry.text for entry in tests.corpus if entry.id in gains} for query, gains in tests.judged}
    assert answers == {"return": {"within 30 days", "by post"}, "pay": {"by card"}}
    assert len(as_test_set("en/many", [(f"q{number}", f"a{number}") for number in range(2 * TEXTS)]).corpus) == TEXTS


def test_parallel_pairs_ask_in_each_language_for_texts_of_the_other(tmp_path):
    for name in ("doc_vant", "ui_saleor_dashboard", "tatoeba_cmn"):
        (tmp_path / "parallel" / name).mkdir(parents=True)
        with gzip.open(tmp_path / "parallel" / name / "pairs.jsonl.gz", "wt", encoding="utf-8") as lines:
            for number in range(40):
                lines.write(json.dumps({"en": f"A sentence long enough to count, {number}", "zh": f"第{number}句"}) + "\n")
    tests = parallel_sets(tmp_path)[0]
    asked_in_chinese = sum(query.startswith("第") for query in tests.queries.values())
    assert 0 < asked_in_chinese < len(tests.queries)
    texts = {entry.id: entry.text for entry in tests.corpus}
    assert all(texts[text].startswith("第") != query.startswith("第") for query, gains in tests.judged for text in gains)
