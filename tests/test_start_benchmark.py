"""The benchmark of starts: whether all processes say the same."""

import pytest

from benchmarks.start import starts


@pytest.mark.parametrize(("told", "same"), [("'as ever'", True), ("__import__('os').getpid()", False)])
def test_processes_that_say_other_things_are_told_from_those_that_say_the_same(told, same, tmp_path):
    program = f"from benchmarks.start import digest\nprint(digest([{told}]), 12.5)"
    start = starts(program, tmp_path, "How long does delivery take?", 1)
    assert (start.same, start.megabytes) == (same, 12.5)
