"""``python -m benchmarks grounding [PATH …]``: how many corrupted answers the fact gate stops, and how many true ones it harms.

``PATH`` is a BEIR directory, a folder or file of documents, or a JSONL of ``{"evidence": [...], "reply": "…"}`` rows, whose
replies are taken as true and corrupted. The shop cases written by hand are always reported, their held-out half apart. A naive
gate (each digit string of the answer must stand in its evidence) runs beside.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.grounding_cases import Case, cases
from bot.generation.fact_gate.gate import FactGate
from bot.types import Evidence

SHOP_CASES = Path(__file__).parent / "data" / "grounding_shop.jsonl"
Judge = Callable[[Case], bool]


def main(arguments: list[str]) -> int:
    """Prints the report; 0, or 2 when nothing can be read from a path."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks grounding", description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path)
    parser.add_argument("--limit", type=int, default=300, help="sentences with a figure taken from each path")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--errors", type=int, default=0, help="wrong verdicts to print for each set (never the held-out ones)")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    sets: dict[str, list[Case]] = {}
    for path in options.paths:
        passages = list(_passages(path))
        if not passages:
            print(f"No passages in {str(path)!r}; give a BEIR directory, documents, or JSONL with evidence.", file=sys.stderr)
            return 2
        sets[path.name] = list(cases(passages, options.limit, options.seed))
    for part in ("development", "held_out"):
        sets[f"shop cases, {part.replace('_', ' ')}"] = list(shop_cases(part))
    reports = {name: report(found) for name, found in sets.items() if found}
    if options.json:
        print(json.dumps(reports, ensure_ascii=False, indent=1))
        return 0
    for name, figures in reports.items():
        _print(name, figures)
        if options.errors and "held" not in name:
            _print_errors(sets[name], options.errors)
    return 0


def gate_judge() -> Judge:
    """The fact gate's verdict; a citation that it would correct counts as stopped."""
    gate = FactGate()
    return lambda case: gate.check(case.reply, case.evidence, case.cited, case.customer).supported


def naive_judge() -> Judge:
    """The peer: passes when each digit string of the answer stands somewhere in the evidence."""

    def judge(case: Case) -> bool:
        known = set(re.findall(r"\d+", " ".join(f"{e.title} {e.text}" for e in case.evidence)))
        return set(re.findall(r"\d+", re.sub(r"\[\d+\]", "", case.reply))) <= known

    return judge


def report(found: Iterable[Case]) -> dict[str, Any]:
    """Precision and recall on corrupted answers, false alarms on true ones, recall by kind, checks a second; both gates."""
    found = list(found)
    return {"cases": len(found), "gate": _score(found, gate_judge()), "digit strings only": _score(found, naive_judge())}


def _score(found: list[Case], judge: Judge) -> dict[str, Any]:
    started = time.perf_counter()
    passed = [judge(case) for case in found]
    seconds = time.perf_counter() - started
    kinds: dict[str, list[bool]] = defaultdict(list)
    for case, ok in zip(found, passed, strict=True):
        kinds[case.kind or "true"].append(ok == case.supported)
    stopped = sum(not ok for ok in passed)
    caught = sum(not ok and not case.supported for case, ok in zip(found, passed, strict=True))
    wrong = sum(not case.supported for case in found)
    right = len(found) - wrong
    return {
        "precision": round(caught / stopped, 4) if stopped else None,
        "recall": round(caught / wrong, 4) if wrong else None,
        "false_alarms": round((stopped - caught) / right, 4) if right else None,
        "correct_by_kind": {kind: [sum(oks), len(oks)] for kind, oks in sorted(kinds.items())},
        "checks_per_second": round(len(found) / seconds),
    }


def shop_cases(part: str) -> Iterator[Case]:
    """The cases written by hand, of one ``part``."""
    shops: dict[str, tuple[Evidence, ...]] = {}
    for line in SHOP_CASES.read_text("utf-8").splitlines():
        row = json.loads(line)
        if "evidence" in row:
            shops[row["shop"]] = tuple(_evidence(item, at) for at, item in enumerate(row["evidence"]))
        elif row["part"] == part:
            cited = tuple(int(n) for n in re.findall(r"\[(\d+)\]", row["reply"]))
            yield Case(row["reply"], shops[row["shop"]], cited, row["supported"], row.get("kind", ""), row.get("customer", ""))


def _evidence(item: dict[str, Any] | str, at: int) -> Evidence:
    fields: dict[str, Any] = {"text": item} if isinstance(item, str) else item
    text = fields["text"]
    zh = len(re.findall(r"[\u4e00-\u9fff]", text)) * 4 > len(text)
    given: dict[str, Any] = {name: fields[name] for name in ("question", "url") if name in fields}
    language = fields.get("language", "zh" if zh else "en")
    return Evidence(str(at), fields.get("kind", "passage"), "", fields.get("title", ""), text, language, **given)


def _passages(path: Path) -> Iterator[Evidence]:
    corpus = path / "corpus.jsonl"
    if corpus.exists():
        rows = (json.loads(line) for line in corpus.open(encoding="utf-8"))
        yield from (
            _evidence({"text": row["text"], "title": row.get("title", "")}, at) for at, row in enumerate(rows) if row["text"]
        )
    elif path.suffix == ".jsonl" and '"evidence"' in path.open(encoding="utf-8").readline():
        for line in path.open(encoding="utf-8"):
            yield from (_evidence(item, at) for at, item in enumerate(json.loads(line).get("evidence", ())))
    else:
        from knowledge_base.loading import load_documents
        from knowledge_base.types import Skipped

        for document in load_documents([path]):
            if isinstance(document, Skipped):
                continue
            for at, section in enumerate(document.sections):
                yield _evidence({"text": section.text, "title": document.title, "question": section.question}, at)


def _print(name: str, figures: dict[str, Any]) -> None:
    print(f"\n{name}: {figures['cases']} cases")
    gate, naive = figures["gate"], figures["digit strings only"]
    for label, key in (
        ("precision", "precision"),
        ("recall", "recall"),
        ("false alarms", "false_alarms"),
        ("checks/s", "checks_per_second"),
    ):
        print(f"  {label:<14} gate {gate[key]!s:<8} digit strings only {naive[key]}")
    for kind, (right, total) in gate["correct_by_kind"].items():
        print(f"    {kind:<26} {right}/{total}  ({naive['correct_by_kind'][kind][0]}/{total})")


def _print_errors(found: list[Case], limit: int) -> None:
    gate = FactGate()
    shown = 0
    for case in found:
        verdict = gate.check(case.reply, case.evidence, case.cited, case.customer)
        if verdict.supported != case.supported and shown < limit:
            shown += 1
            print(f"  {'false alarm' if case.supported else 'missed'} ({case.kind}): {case.reply}")
            print(
                "     ", "; ".join(f"{p.text!r} {p.kind}: {p.reason}" for p in verdict.problems) or case.evidence[0].text[:300]
            )
