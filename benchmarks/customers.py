"""``python -m benchmarks customers [--customers N] [--shops N] [--json]``: segments and propensity on made-up histories.

Customers of four kinds buy at rates of their own until each drops out at a rate of its own (the model behind BG/NBD, Fader,
Hardie and Lee 2005). Segments: agreement with the kinds, of re-runs, and when a tenth of the customers is left out. Propensity:
the probabilities told for the sixty days that follow, against what then happened, beside recency alone.
"""

from __future__ import annotations

import argparse
import json
from datetime import date, timedelta

import numpy as np

from bot.marketing.customers.histories import CustomerHistory, Purchase
from bot.marketing.customers.propensity import HORIZON, calibration_error, calibration_groups, propensity
from bot.marketing.customers.segments import cluster, features, segments

FIRST, DAYS = date(2025, 1, 1), 540
TODAY = FIRST + timedelta(days=DAYS)
KINDS = ((0.04, 40.0, 0.001, "Tea"), (0.012, 220.0, 0.002, "Tents"), (0.006, 60.0, 0.004, "Lamps"), (0.025, 90.0, 0.02, "Pans"))
"""Orders a day, money an order, chance a day of leaving, and the category liked, of each kind."""


def made_up(number: int, seed: int) -> tuple[list[CustomerHistory], list[int]]:
    """Histories that go on for ``HORIZON`` days after ``TODAY``, and each customer's kind."""
    random = np.random.default_rng(seed)
    found, kinds = [], []
    for place in range(number):
        kind = int(random.integers(len(KINDS)))
        rate, money, leaving, liked = KINDS[kind]
        own_rate, day = rate * random.gamma(4, 0.25), float(random.integers(0, DAYS))
        end = min(day + random.geometric(leaving), DAYS + HORIZON)
        purchases: list[Purchase] = []
        while day < end:
            category = liked if random.random() < 0.8 else KINDS[int(random.integers(len(KINDS)))][3]
            amount = round(money * float(random.lognormal(0, 0.3)), 2)
            purchases.append(Purchase(FIRST + timedelta(days=int(day)), amount, (category,)))
            day += max(1.0, random.exponential(1 / own_rate))
        found.append(CustomerHistory(f"C{place:05d}", tuple(purchases)))
        kinds.append(kind)
    return found, kinds


def shop_figures(number: int, seed: int) -> dict[str, float]:
    """One made-up shop."""
    from sklearn.metrics import adjusted_rand_score, roc_auc_score  # type: ignore[import-untyped]

    whole, kinds = made_up(number, seed)
    known = [one.until(TODAY) for one in whole]
    values: dict[str, float] = {}
    if (found := segments(known, TODAY)) is not None:
        table = features(known, TODAY)[1]
        size = len(found.traits)
        part = np.random.default_rng(seed).random(number) < 0.9
        values |= {
            "segments": size, "ari_kinds": adjusted_rand_score(kinds, found.own),
            "ari_rerun": adjusted_rand_score(found.own, cluster(table, size, seed + 7)),
            "ari_without_a_tenth": adjusted_rand_score(found.own[part], cluster(table[part], size, seed + 8)),
        }  # fmt: skip
    if (told := propensity(known, TODAY)) is not None:
        bought = {one.id: any(p.day >= TODAY for p in one.purchases) for one in whole}
        truth = np.array([bought[name] for name in told.again])
        chance = np.array(list(told.again.values()))
        recent = [-(TODAY - one.purchases[-1].day).days for one in known if one.purchases]
        values |= {
            "auc": roc_auc_score(truth, chance), "auc_recency_alone": roc_auc_score(truth, recent),
            "brier": float(np.mean((chance - truth) ** 2)), "brier_plain_share": float(truth.mean() * (1 - truth.mean())),
            "calibration_error": calibration_error(calibration_groups(chance, truth)),
        }  # fmt: skip
    return values


def main(arguments: list[str]) -> int:
    """Measures and prints means over shops; 0."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks customers", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--customers", type=int, default=1000)
    parser.add_argument("--shops", type=int, default=10)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    shops = [shop_figures(given.customers, seed) for seed in range(given.shops)]
    names = list(dict.fromkeys(name for shop in shops for name in shop))
    results = {name: round(float(np.mean([shop[name] for shop in shops if name in shop])), 4) for name in names}
    print(json.dumps(results, indent=2) if given.json else "\n".join(f"{name} {value}" for name, value in results.items()))
    return 0
