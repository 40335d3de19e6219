"""Fixtures that more than one test file uses."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.served_shop import Served, load_shop, serving


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A small shop, served by the real program for all tests of the run."""
    directory = tmp_path_factory.mktemp("served")
    load_shop(directory / "data", directory / "files")
    with serving(directory / "data") as server:
        yield server
