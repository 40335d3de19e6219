"""Memory, threads and descriptors of the real server stay level, and the benchmark tells when they don't."""

from __future__ import annotations

import json

import pytest

from benchmarks.soak import Sample, figures_of, main


@pytest.mark.slow
def test_a_server_that_works_on_holds_its_threads_and_descriptors_and_fails_no_message(capsys):
    main(["--minutes", "1", "--every", "1", "--slope", "100000", "--json"])  # what is kept fills up for longer
    figures = json.loads(capsys.readouterr().out)
    assert figures["leaks"] == [] and figures["errors"] == 0 and figures["messages"] > 50


def samples(memory_mb: float = 0.0, threads: float = 0.0, descriptors: float = 0.0) -> list[Sample]:
    """An hour, by whose end so much has been added."""
    parts = [place / 359 for place in range(360)]
    return [Sample(p * 3600, 500 + memory_mb * p, round(20 + threads * p), round(50 + descriptors * p)) for p in parts]


@pytest.mark.parametrize(
    ("added", "told"),
    [
        ({}, None),
        ({"memory_mb": 0.5, "threads": 3, "descriptors": 8}, None),
        ({"memory_mb": 3.0}, "memory grows by 3.0 MB an hour"),
        ({"threads": 60}, "threads grow"),
        ({"descriptors": 400}, "descriptors grow"),
    ],
)
def test_what_grows_is_told(added, told):
    leaks = figures_of(samples(**added), messages=100, errors=0, grown_kb=10.0).leaks(slope=1.0)
    assert (leaks == []) if told is None else (len(leaks) == 1 and leaks[0].startswith(told))
