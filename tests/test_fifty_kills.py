"""Fifty loads that are killed, in a file of their own: they take minutes, which other tests fill on the other cores."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.test_versions import (
    test_a_load_killed_at_random_moments_loses_nothing_shows_nothing_half_and_is_gone_on_with as killed,
)


@pytest.mark.slow
def test_fifty_kills_lose_nothing(tmp_path: Path) -> None:
    killed(tmp_path, kills=50)
