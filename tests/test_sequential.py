"""Experiments may be looked at every day: the false alarms stay below what was said, and the intervals hold."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.experiments import bandit, dealt, looked_daily, spending
from bot.marketing.campaigns.adjustment import arms_of
from bot.marketing.campaigns.bandit import shares
from bot.marketing.campaigns.sequential import Arm, compare, mixture_variance


@pytest.mark.parametrize("rate", [0.01, 0.05, 0.2])
def test_of_a_thousand_experiments_without_an_effect_at_most_one_in_twenty_alarms_however_often_it_is_looked_at(rate):
    seen = looked_daily(np.random.default_rng(1), 1_000, rate, 0.0)
    assert seen["found"] <= 0.05 < seen["found_by_peeking_t_test"]


@pytest.mark.parametrize("effect", [0.1, 0.4])
def test_the_interval_holds_the_true_effect_at_every_look_together_in_95_of_100_experiments(effect):
    seen = looked_daily(np.random.default_rng(2), 1_000, 0.05, effect)
    assert seen["interval_held"] >= 0.95 and seen["found"] > 0.1


def test_units_that_are_not_dealt_as_planned_are_noticed_and_others_hardly_ever():
    rng = np.random.default_rng(3)
    assert dealt(rng, 1_000, (0.5, 0.5), (0.5, 0.5)) <= 0.01
    assert dealt(rng, 200, (0.53, 0.47), (0.5, 0.5)) > 0.95


def test_what_customers_spent_before_takes_noise_out_and_moves_no_effect():
    seen = spending(np.random.default_rng(4), 30, 0.15)
    assert seen["width_with_cuped"] < 1 and seen["interval_held"][1] >= 0.9
    rng = np.random.default_rng(5)
    before = rng.normal(50, 10, size=(2, 4_000))
    after = before + rng.normal(0, 3, size=before.shape) + np.array([[0.0], [1.0]])
    (control, variant), explained = arms_of(after.tolist(), before.tolist())
    assert explained > 0.8 and variant.mean - control.mean == pytest.approx(1.0, abs=0.2)
    assert control.variance < after[0].var() / 4


def test_a_bandit_shows_the_best_variant_more_and_more_and_loses_less_than_an_even_split():
    seen = bandit(np.random.default_rng(6), 5, (0.04, 0.08))
    assert seen["lost_of_even"] < 0.5 and seen["share_of_best_at_end"] > 0.8
    assert shares([0, 0], [0, 0], 1) == shares([0, 0], [0, 0], 1)


def test_nothing_is_concluded_from_little_data():
    few, planned = Arm.of_rate(50, 0), mixture_variance(0.05, 1_000, 1_000, 0.05)
    seen = compare(few, Arm.of_rate(50, 40), planned)
    assert (float(seen.p), float(seen.low), float(seen.high)) == (1.0, -np.inf, np.inf)
