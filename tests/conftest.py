"""Fixtures that more than one test file uses.

What they need is imported where it is used: the process that only deals the tests out to others needs none of it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import bot
from tests.databases import database, engine, migrated_sqlite, postgres
from tests.shop_page import shop_pages

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from xdist.scheduler import LoadFileScheduling

    from tests.api_server import Api
    from tests.served_shop import Served
    from tests.widget_visit import Mall

__all__ = ["database", "engine", "migrated_sqlite", "postgres"]
os.environ["LC_ALL"] = "C.UTF-8"  # what commands print is compared in English, whatever the terminal speaks
TOGETHER = (
    ("test_chat_page", "test_console", "test_origins", "test_serving", "test_takeover_page"),
    (
        "test_chat_model",
        "test_encoder_training",
        "test_encoders",
        "test_reranker",
        "test_training_export",
        "test_transformer_encoder",
    ),
)
"""Files that one process runs: those of a group share the ``served`` shop, or import torch and transformers."""
_GROUP = {f"tests/{name}.py": names[0] for names in TOGETHER for name in names}


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling | None:
    """Deals the tests out by file, as ``--dist loadfile`` does, but the files of a group to one process."""
    from xdist.scheduler import LoadFileScheduling

    class ByGroup(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = super()._split_scope(nodeid)
            return _GROUP.get(file, file)

    return ByGroup(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A small shop, served by the real program for all tests of the run."""
    from tests.served_shop import load_shop, serving

    directory = tmp_path_factory.mktemp("served")
    load_shop(directory / "data", directory / "files")
    with serving(directory / "data") as server:
        yield server


@pytest.fixture(scope="session")
def api_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data directory of a small shop, loaded and closed, to be copied."""
    from tests.small_shop import stocked

    directory = tmp_path_factory.mktemp("loaded")
    stocked(directory).close()
    return directory / "data"


@pytest.fixture(scope="session")
def api(api_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """The small shop behind the HTTP API, with the built-in writer and no rate limits, for all tests of the run."""
    from tests.api_server import KEY, api_server

    data = shutil.copytree(api_data, tmp_path_factory.mktemp("api") / "data")
    unlimited = {"messages_per_minute": 0, "requests_per_minute": 0, "failed_identities_per_minute": 0}
    with bot.open(data, api_key=KEY, **unlimited) as shopdesk:
        with api_server(shopdesk) as server:
            yield server


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of a file."""
    from tests.browser import chromium

    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def mall(browser: Browser, api: Api) -> Iterator[Mall]:
    """The small shop's server, a site of it, and that site's pages on another origin."""
    from tests.widget_visit import Mall

    with shop_pages() as pages:
        origins = [pages.origin, pages.origin.replace("localhost", "127.0.0.1")]
        yield Mall(browser, api, pages, api.shopdesk.sites.add(origins, "Norrvik"))


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs a command in this process: ``run("ask", "Hello", cwd=directory)``."""
    from bot.cli import main

    def command(*arguments: str, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
        monkeypatch.chdir(cwd)
        monkeypatch.setattr(sys, "argv", ["shopdesk", *arguments])
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        return subprocess.CompletedProcess(arguments, ended.value.code or 0, told.out, told.err)

    return command
