"""Fixtures that more than one test file uses."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.api_server import KEY, Api, api_server
from tests.served_shop import Served, load_shop, serving
from tests.small_shop import stocked


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A small shop, served by the real program for all tests of the run."""
    directory = tmp_path_factory.mktemp("served")
    load_shop(directory / "data", directory / "files")
    with serving(directory / "data") as server:
        yield server


@pytest.fixture(scope="session")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """A small shop behind the HTTP API, with the built-in writer, for all tests of the run."""
    with stocked(tmp_path_factory.mktemp("api"), api_key=KEY, messages_per_minute=0, requests_per_minute=0) as shopdesk:
        with api_server(shopdesk) as server:
            yield server
