"""What customers want next, learned from interactions alone: followers, neighbours, new items, new customers."""

from __future__ import annotations

import json

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from benchmarks import recommend
from benchmarks.recommendation_sets import read_sets
from bot.recommendation.factors import Factors
from bot.recommendation.histories import Histories, Step
from bot.recommendation.model import SIGNALS, RecommendationModel
from bot.recommendation.one_thread import one_thread


def steps(*items: str) -> list[Step]:
    return [Step(item) for item in items]


def campers_and_cooks(customers: int = 40) -> dict[str, list[Step]]:
    """Two kinds of customers who never meet: each walks through its own five products in order."""
    random = np.random.default_rng(1)
    camping, cooking = ("tent", "mat", "bag", "lamp", "stove"), ("pan", "pot", "knife", "board", "bowl")
    made = {}
    for number in range(customers):
        own = camping if number % 2 else cooking
        begun = int(random.integers(0, 2))
        made[f"c{number}"] = steps(*own[begun : begun + int(random.integers(3, 6))])
    return made


@pytest.fixture(scope="module")
def model() -> RecommendationModel:
    histories = Histories.of(campers_and_cooks(), None)
    words = [("kitchen",) if item in ("pan", "pot", "knife", "board", "bowl") else ("outdoor",) for item in histories.items]
    return RecommendationModel.fit(histories, words)


def test_a_customer_is_offered_what_others_like_them_took_next(model):
    assert [item for item, _ in model.recommend(steps("tent", "mat"), 1)] == ["bag"]
    assert {item for item, _ in model.recommend(steps("pan"), 3)} <= {"pot", "knife", "board", "bowl"}


def test_what_the_customer_had_and_what_the_shop_leaves_out_is_not_offered(model):
    offered = [item for item, _ in model.recommend(steps("tent"), 20, without=("bag", "no such thing"))]
    assert "tent" not in offered
    assert "bag" not in offered
    assert len(offered) == 8


def test_a_stranger_is_offered_something_and_unknown_products_change_nothing(model):
    assert len(model.recommend([], 3)) == 3
    assert model.recommend(steps("tent", "never heard of"), 3) == model.recommend(steps("tent"), 3)


def test_a_new_item_is_found_by_its_words():
    histories = Histories.of(
        campers_and_cooks(), ("tent", "mat", "bag", "lamp", "stove", "pan", "pot", "knife", "board", "hammock")
    )
    words = [("outdoor", "sleep")] * 3 + [("outdoor",)] * 2 + [("kitchen",)] * 4 + [("outdoor", "sleep")]
    model = RecommendationModel.fit(histories, words)
    content = model.signals.of(np.array([0], np.int32), np.ones(1, np.float32))[SIGNALS.index("content 1")]
    assert content[histories.items.index("hammock")] == pytest.approx(1)
    assert content[histories.items.index("pan")] == 0


def test_the_lines_of_a_basket_have_no_order_but_moments_have():
    basket = {"c": [Step(item, time="2026-01-01") for item in "abcdefgh"]}
    listed = Histories.of(basket, tuple("abcdefgh")).sequences[0].tolist()
    assert sorted(listed) == list(range(8))
    assert listed != list(range(8))
    dated = {"c": [Step(item, time=f"2026-01-0{day}") for day, item in enumerate("abcd", 1)]}
    assert Histories.of(dated, tuple("abcd")).sequences[0].tolist() == [0, 1, 2, 3]


def test_biased_factorisation_foretells_ratings_better_than_the_mean():
    random = np.random.default_rng(0)
    taste, kind = random.choice([-1, 1], 60), random.choice([-1, 1], 30)
    generous = random.normal(0, 0.3, 60)
    sequences, values, later = [], [], []
    for customer in range(60):
        items = random.permutation(30).astype(np.int32)
        stars = (3 + taste[customer] * kind[items] + generous[customer]).astype(np.float32)
        sequences.append(items[:20])
        values.append(stars[:20])
        later.append((items[20:], stars[20:]))
    histories = Histories(tuple(map(str, range(30))), tuple(sequences), tuple(values))
    factors = Factors.fit(histories, tuple(values), size=4, unseen=0.0, penalty=(1.0, 1.0))
    errors = [
        then - factors.scores(own, told)[items] for own, told, (items, then) in zip(sequences, values, later, strict=True)
    ]
    plain = [then - factors.mean for _, then in later]
    assert np.sqrt(np.mean(np.square(errors))) < 0.3 * np.sqrt(np.mean(np.square(plain)))


def test_the_benchmark_splits_by_time_and_measures_all_recommenders_in_one_run(tmp_path, capsys):
    rows = [{"u": name, "items": [step.item for step in own]} for name, own in campers_and_cooks(30).items()]
    (tmp_path / "shop_train.jsonl").write_text("\n".join(map(json.dumps, rows)))
    data = next(read_sets(tmp_path))
    assert data.name == "shop"
    assert all(len(case.next) == 1 and case.steps == data.steps[name] for name, case in _by_steps(data).items())
    assert recommend.main([str(tmp_path), "--json"]) == 0
    (figures,) = json.loads(capsys.readouterr().out).values()
    assert {"ours", "popularity", "item-kNN", "EASE", "implicit ALS 64"} <= figures.keys()
    assert figures["ours"]["ndcg@10"] > figures["popularity"]["ndcg@10"]


def _by_steps(data) -> dict:
    return {name: case for case in data.cases for name, own in data.steps.items() if own is case.steps}


def test_the_benchmark_says_what_it_needs_where_there_is_nothing(tmp_path, capsys):
    assert recommend.main([str(tmp_path)]) == 2
    assert "train.jsonl" in capsys.readouterr().err


def test_linear_algebra_has_one_thread_until_the_last_who_wants_it_is_out():
    def threads() -> set[int]:
        return {one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"}

    before = threads()
    with one_thread():
        with one_thread():
            assert threads() == {1}
        assert threads() == {1}
    assert threads() == before
