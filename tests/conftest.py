"""Fixtures that more than one test file uses."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import bot
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
def api_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data directory of a small shop, loaded and closed, to be copied."""
    directory = tmp_path_factory.mktemp("loaded")
    stocked(directory).close()
    return directory / "data"


@pytest.fixture(scope="session")
def api(api_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """The small shop behind the HTTP API, with the built-in writer and no rate limits, for all tests of the run."""
    data = shutil.copytree(api_data, tmp_path_factory.mktemp("api") / "data")
    with bot.open(data, api_key=KEY, messages_per_minute=0, requests_per_minute=0) as shopdesk:
        with api_server(shopdesk) as server:
            yield server
