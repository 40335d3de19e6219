"""Customers of the real server notice little of a language model whose server fails, in each way that servers fail."""

from __future__ import annotations

import json

import pytest

from benchmarks.faults import FAULTS, Figures, Times, main

NORMAL = {"behaviour": "500", "replies": 8, "grounded": 8, "first_words_s": 0.1, "whole_s": 0.2, "after_opening_s": 0.1}
ASKED = {"asked": 5, "asked_after": 0, "recovered_s": 30.5}


@pytest.mark.slow
def test_whatever_the_model_does_replies_are_grounded_and_in_time_and_the_breaker_opens_and_closes(capsys):
    status = main(["--first", "2", "--total", "5", "--pause", "2", "--json"])
    rows = json.loads(capsys.readouterr().out)
    assert [row["behaviour"] for row in rows] == [fault.behaviour for fault in FAULTS]
    assert [row for row in rows if row["above"]] == [] and status == 0
    assert all(row["grounded"] == row["replies"] == 8 for row in rows)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"grounded": 7}, "1 replies not grounded"),
        ({"asked_after": 1}, "the breaker did not open"),
        ({"recovered_s": float("inf")}, "recovered_s"),
        ({"first_words_s": 5.0}, "first_words_s"),
        ({"whole_s": 40.0}, "whole_s"),
    ],
)
def test_a_figure_above_its_limit_is_told(wrong, said):
    [fault] = [fault for fault in FAULTS if fault.behaviour == "500"]
    assert Figures(**NORMAL, **ASKED).broken(fault, Times()) == []
    assert said in " ".join(Figures(**{**NORMAL, **ASKED, **wrong}).broken(fault, Times()))
