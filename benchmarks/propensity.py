"""``python -m benchmarks propensity DIR… [--every DAYS] [--horizon DAYS] [--json]``: how well told probabilities hold.

DIR holds ``train.jsonl[.gz]`` with ``u`` (a customer) and ``t`` (seconds since 1970) of each thing that they did. A day on
which a customer did something counts as an order. On days of the past, ``--every`` so many, the product learns from what was
before and tells each customer's probability of coming back within ``--horizon`` days (of leaving: one minus that); what then
happened is the truth. Days on which it says nothing, because its own check did not hold, are left out.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np

from bot.marketing.customers.histories import CustomerHistory, Purchase
from bot.marketing.customers.propensity import HORIZON, calibration_error, calibration_groups, propensity


def read_histories(folder: Path) -> list[CustomerHistory]:
    """What each customer of the set did, by days."""
    [file] = sorted(folder.glob("train.jsonl*"))
    days: dict[str, set[date]] = defaultdict(set)
    with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            days[str(row["u"])].add(datetime.fromtimestamp(int(row["t"]), UTC).date())
    return [CustomerHistory(one, tuple(Purchase(day, 0.0, ()) for day in sorted(own))) for one, own in sorted(days.items())]


def figures(histories: list[CustomerHistory], every: int, horizon: int) -> dict[str, float]:
    """Over all days on which something was told: rows, AUC, Brier scores, calibration error."""
    from sklearn.metrics import roc_auc_score  # type: ignore[import-untyped]

    first = min(one.purchases[0].day for one in histories)
    last = max(one.purchases[-1].day for one in histories) - timedelta(days=horizon)
    told, truth, usual, asked = list[float](), list[bool](), list[float](), 0
    recent = list[int]()
    for step in range(1, (last - first).days // every + 1):
        today = first + timedelta(days=every * step)
        known = [before for one in histories if (before := one.until(today)).purchases]
        asked += 1
        if (found := propensity(known, today, horizon)) is None:
            continue
        ends = today + timedelta(days=horizon)
        came = {one.id: any(today <= purchase.day < ends for purchase in one.purchases) for one in histories}
        told += found.again.values()
        truth += [came[one] for one in found.again]
        usual += [found.usual] * len(found.again)
        seen = {one.id: one.purchases[-1].day for one in known}
        recent += [-(today - seen[one]).days for one in found.again]
    if not told:
        return {"days_asked": asked, "days_told": 0}
    chance, happened = np.array(told), np.array(truth)
    return {
        "days_asked": asked, "probabilities": len(chance), "came_back": round(float(happened.mean()), 4),
        "auc": round(float(roc_auc_score(happened, chance)), 4),
        "auc_recency_alone": round(float(roc_auc_score(happened, recent)), 4),
        "brier": round(float(np.mean((chance - happened) ** 2)), 4),
        "brier_base_rate": round(float(np.mean((np.array(usual) - happened) ** 2)), 4),
        "calibration_error": calibration_error(calibration_groups(chance, happened, 10)),
        "calibration_error_base_rate": round(float(abs(np.mean(usual) - happened.mean())), 4),
    }  # fmt: skip


def main(arguments: list[str]) -> int:
    """Measures and prints; 0."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks propensity", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR")
    parser.add_argument("--every", type=int, default=180)
    parser.add_argument("--horizon", type=int, default=HORIZON, help=f"days; the product's are {HORIZON}")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    results = {folder.name: figures(read_histories(folder), given.every, given.horizon) for folder in given.folders}
    if given.json:
        print(json.dumps(results, indent=2))
    else:
        for name, own in results.items():
            print(name, "  ".join(f"{what} {value}" for what, value in own.items()))
    return 0
