"""``python -m benchmarks trends [--runs N] [--json]``: planted changes found, and false alarms raised, in made-up shops.

Each run draws the days of a shop's texts (busier and quieter weeks) and series of which text says what, at rates of 0.5 to
20 %, some of them overlapping. Unplanted runs count reports with any alarm; planted runs change one series from a random day
on, or for eight weeks, by a factor, and count whether it is told, whether its start lies within four weeks, and false alarms.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from bot.marketing.insight.trends import Change, changes

FIRST, DAYS, SERIES, NEAR = date(2025, 1, 1), 364, 40, timedelta(days=28)
PLANTED = "series 0"
Run = tuple[list[date], dict[str, list[int]], date]


def made_up(random: np.random.Generator, texts: int, factor: float, lasting: bool) -> Run:
    """Days and series; the rate of ``PLANTED`` (5 %) is ``factor`` times as high from the day that is told."""
    weeks = random.gamma(4.0, size=DAYS // 7)
    days = np.sort(random.choice(DAYS, texts, p=np.repeat(weeks / weeks.sum() / 7, 7)))
    start = int(random.integers(90, 270))
    rates = np.concatenate([[0.05], np.exp(random.uniform(np.log(0.005), np.log(0.2), SERIES - 1))])
    drawn = random.random((SERIES, texts)) < rates[:, None]
    inside = (days >= start) & (lasting | (days < start + 56))
    drawn[0] = random.random(texts) < np.where(inside, min(0.95, rates[0] * factor), rates[0])
    drawn[SERIES // 2] = drawn[1] & (random.random(texts) < 0.7)
    series = {f"series {row}": np.flatnonzero(own).tolist() for row, own in enumerate(drawn)}
    return [FIRST + timedelta(days=day) for day in days.tolist()], series, FIRST + timedelta(days=start)


def run_figures(runs: int, texts: int, factor: float, lasting: bool, seed: int) -> dict[str, float]:
    """Shares over ``runs`` shops."""
    random = np.random.default_rng(seed)
    found = near = false = 0
    for _ in range(runs):
        days, series, start = made_up(random, texts, factor, lasting)
        told = changes(days, series, seed=int(random.integers(1 << 31)))
        right = _planted(told) if factor != 1 else []
        found += bool(right)
        near += any(abs(change.start - start) <= NEAR for change in right)
        false += any(change.series != PLANTED or factor == 1 for change in told)
    shares = {"false alarms": false / runs}
    if factor != 1:
        shares |= {"found": found / runs, "start within 4 weeks": near / runs}
    return {name: round(share, 4) for name, share in shares.items()}


def _planted(told: Sequence[Change]) -> list[Change]:
    return [change for change in told if change.series == PLANTED and change.rising]


def main(arguments: list[str]) -> int:
    """Measures and prints; 0."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks trends", description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--runs", type=int, default=400, help="shops without a planted change, and half as many of each kind with one"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    results = {f"nothing planted, {n} texts": run_figures(given.runs, n, 1, True, given.seed) for n in (250, 3000)}
    for lasting in (True, False):
        for texts, factor in ((1000, 3.0), (3000, 2.0), (3000, 3.0)):
            name = f"×{factor:g} {'from a day on' if lasting else 'for 8 weeks'}, {texts} texts"
            results[name] = run_figures(given.runs // 2, texts, factor, lasting, given.seed + 1)
            if not given.json:
                print(name, results[name], flush=True)
    if given.json:
        print(json.dumps(results, indent=2))
    else:
        print("\n".join(f"{name} {values}" for name, values in results.items() if "nothing" in name))
    return 0
