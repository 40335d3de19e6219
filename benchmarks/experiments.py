"""Experiments simulated by the thousand: false alarms under daily looks, intervals that hold, mismatches, CUPED, bandits."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from bot.marketing.campaigns.adjustment import arms_of
from bot.marketing.campaigns.bandit import shares
from bot.marketing.campaigns.sequential import Arm, compare, mismatch, mixture_variance

ALPHA = 0.05
DAYS = 30
RATES = (0.01, 0.05, 0.2)
EFFECTS = (0.0, 0.1, 0.2, 0.4)
"""Relative to the rate of the control."""


def rates(rng: np.random.Generator, runs: int, rate: float, effect: float, a_day: int, sizes: tuple[float, float]) -> Any:
    """Cumulated units and events by run, arm and day; the two arms get ``sizes`` of the day's units."""
    dealt = rng.binomial(a_day, sizes[0] / sum(sizes), size=(runs, DAYS))
    units = np.stack((dealt, a_day - dealt), axis=1)
    chances = np.array((rate, rate * (1 + effect)))[None, :, None]
    return units.cumsum(axis=2), rng.binomial(units, chances).cumsum(axis=2)


def looked_daily(
    rng: np.random.Generator,
    runs: int,
    rate: float,
    effect: float,
    a_day: int = 1_000,
    sizes: tuple[float, float] = (1, 1),
) -> dict[str, Any]:
    """How often a daily look finds a difference, by our test and by a t-test, and how often the interval held all along."""
    units, events = rates(rng, runs, rate, effect, a_day, sizes)
    control, variant = (Arm.of_rate(units[:, arm], events[:, arm]) for arm in (0, 1))
    ends = [a_day * DAYS * size / sum(sizes) for size in sizes]
    planned = mixture_variance(rate * (1 - rate), ends[0], ends[1], ALPHA)
    found = compare(control, variant, planned, ALPHA)
    valid = found.p <= ALPHA
    true = rate * effect
    error = np.sqrt(control.variance / np.maximum(control.units, 1) + variant.variance / np.maximum(variant.units, 1))
    naive = np.abs(found.estimate) > 1.96 * np.maximum(error, 1e-12)
    days = np.where(valid.any(axis=1), valid.argmax(axis=1) + 1, np.nan)
    return {
        "rate": rate,
        "effect": effect,
        "split": f"{sizes[0]:g}:{sizes[1]:g}",
        "found": float(valid.any(axis=1).mean()),
        "found_by_peeking_t_test": float(naive.any(axis=1).mean()),
        "interval_held": float(((found.low <= true) & (true <= found.high)).all(axis=1).mean()),
        "median_day": None if np.isnan(days).all() else float(np.nanmedian(days)),
    }


def spending(rng: np.random.Generator, runs: int, effect: float) -> dict[str, Any]:
    """Amounts spent, skewed and known to differ between customers before: found and held, without and with CUPED."""
    told: dict[str, Any] = {"effect": effect, "runs": runs, "outcome": "amount"}
    held, found, narrowed, explained = np.zeros(2), np.zeros(2), [], []
    days, a_day = 10, 300
    for _ in range(runs):
        habit = rng.gamma(2.0, 30.0, size=(2, days * a_day))
        before = habit * rng.gamma(4.0, 0.25, size=habit.shape)
        after = np.where(rng.random(habit.shape) < 0.4, habit * rng.gamma(4.0, 0.25, size=habit.shape), 0.0)
        after[1] *= 1 + effect
        true = effect * 0.4 * 60.0
        planned = mixture_variance(float(after[0, :a_day].var()), days * a_day, days * a_day, ALPHA)
        widths = []
        for number, history in enumerate((False, True)):
            ok, hit, wide = True, False, 0.0
            for day in range(1, days + 1):
                upto = day * a_day
                past = before[:, :upto].tolist() if history else None
                (control, variant), share = arms_of(after[:, :upto].tolist(), past)
                seen = compare(control, variant, planned, ALPHA)
                ok &= bool(seen.low <= true <= seen.high)
                hit |= bool(seen.p <= ALPHA)
                wide = float(seen.high - seen.low)
            held[number] += ok
            found[number] += hit
            widths.append(wide)
        narrowed.append(widths[1] / widths[0])
        explained.append(share)
    told |= {"found": (found / runs).tolist(), "interval_held": (held / runs).tolist()}
    return told | {"width_with_cuped": float(np.mean(narrowed)), "variance_explained": float(np.mean(explained))}


def dealt(rng: np.random.Generator, runs: int, true: Sequence[float], planned: Sequence[float]) -> float:
    """How often the mismatch alarm (p ≤ 0.01) goes off at any of the daily looks."""
    counts = rng.multinomial(1_000, true, size=(runs, DAYS)).cumsum(axis=1)
    return float((mismatch(counts, planned) <= 0.01).any(axis=1).mean())


def bandit(rng: np.random.Generator, runs: int, chances: Sequence[float], a_day: int = 300) -> dict[str, float]:
    """Outcomes lost against always showing the best variant: dealt evenly, and by Thompson sampling."""
    lost, best = 0.0, int(np.argmax(chances))
    last = 0.0
    for run in range(runs):
        units, events = np.zeros(len(chances), dtype=int), np.zeros(len(chances), dtype=int)
        for _ in range(DAYS):
            part = shares(units.tolist(), events.tolist(), run)
            today = rng.multinomial(a_day, part)
            lost += float((today * (chances[best] - np.asarray(chances))).sum())
            units, events = units + today, events + rng.binomial(today, chances)
        last += part[best]
    even = runs * DAYS * a_day * float(np.mean(chances[best] - np.asarray(chances)))
    return {"lost_of_even": lost / even, "share_of_best_at_end": last / runs}


def measure(runs: int, seed: int = 7) -> dict[str, Any]:
    """All figures."""
    rng = np.random.default_rng(seed)
    daily = [looked_daily(rng, runs, rate, effect) for rate in RATES for effect in EFFECTS]
    daily += [looked_daily(rng, runs, 0.05, effect, sizes=(1, 9)) for effect in (0.0, 0.2)]
    return {
        "runs": runs,
        "daily": daily,
        "amounts": [spending(rng, max(runs // 5, 20), effect) for effect in (0.0, 0.15)],
        "mismatch": {
            "false_alarms": dealt(rng, runs, (0.1, 0.45, 0.45), (0.1, 0.45, 0.45)),
            "found_52_48_for_50_50": dealt(rng, runs, (0.52, 0.48), (0.5, 0.5)),
        },
        "bandit": bandit(rng, max(runs // 40, 5), (0.04, 0.05, 0.07)),
    }


def main(arguments: Sequence[str]) -> int:
    """Prints the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks experiments", description=__doc__)
    parser.add_argument("--runs", type=int, default=2_000, help="simulated experiments of each kind")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    figures = measure(options.runs)
    if options.json:
        print(json.dumps(figures, indent=2))
        return 0
    print(f"{options.runs} experiments of {DAYS} days each, looked at daily, alpha = {ALPHA}")
    print(f"{'rate':>6}{'effect':>8}{'split':>7}{'found':>9}{'by t-test':>11}{'interval held':>15}{'median day':>12}")
    for row in figures["daily"]:
        day = "" if row["median_day"] is None else f"{row['median_day']:g}"
        print(
            f"{row['rate']:>6.0%}{row['effect']:>8.0%}{row['split']:>7}{row['found']:>9.1%}"
            f"{row['found_by_peeking_t_test']:>11.1%}{row['interval_held']:>15.1%}{day:>12}"
        )
    for row in figures["amounts"]:
        print(
            f"amounts, effect {row['effect']:.0%} ({row['runs']} runs, without / with CUPED): found"
            f" {row['found'][0]:.1%} / {row['found'][1]:.1%}, interval held {row['interval_held'][0]:.1%} /"
            f" {row['interval_held'][1]:.1%}, width × {row['width_with_cuped']:.2f}"
        )
    wrong = figures["mismatch"]
    print(
        f"ratio mismatch: {wrong['false_alarms']:.1%} false alarms; 52:48 for 50:50 found in"
        f" {wrong['found_52_48_for_50_50']:.1%}"
    )
    won = figures["bandit"]
    print(
        f"bandit: loses {won['lost_of_even']:.0%} of what an even split loses; the best has {won['share_of_best_at_end']:.0%}"
    )
    return 0
