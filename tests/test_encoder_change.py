"""What happens to a shop whose indexes were made with another encoder than the one that is set."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from tests.served_shop import load_shop, serving

FORMER = "shopdesk-former-0"


@pytest.fixture
def data(tmp_path) -> Path:
    """A loaded shop whose database says that another encoder made its vectors."""
    load_shop(tmp_path / "data", tmp_path / "files")
    with sqlite3.connect(tmp_path / "data" / "shopdesk.db") as database:
        assert database.execute("UPDATE index_state SET encoder = ?", (FORMER,)).rowcount == 1
    return tmp_path / "data"


def encoder_of(data: Path) -> str:
    with sqlite3.connect(data / "shopdesk.db") as database:
        return str(database.execute("SELECT encoder FROM index_state").fetchone()[0])


def shopdesk(*arguments: str) -> tuple[str, BaseException | None]:
    result = CliRunner().invoke(app, [*arguments])
    return result.output, result.exception


def test_a_search_names_the_command_that_makes_the_indexes_again_and_the_command_does(data):
    _, error = shopdesk("search", "delivery", "--data", str(data))
    assert f"was made with the encoder '{FORMER}'" in str(error)
    assert "run `shopdesk rebuild`, or set the former encoder again." in str(error)
    said, error = shopdesk("rebuild", "--data", str(data))
    assert (error, said) == (None, "The indexes are rebuilt.\n")
    assert "2 to 4 days" in shopdesk("search", "How long does delivery take?", "--data", str(data))[0]
    assert encoder_of(data) != FORMER


@pytest.mark.slow
def test_a_server_makes_the_indexes_again_before_it_answers(data, capfd):
    with serving(data):
        assert encoder_of(data) != FORMER
    assert "making them again, once" in capfd.readouterr().err
    assert "2 to 4 days" in shopdesk("search", "How long does delivery take?", "--data", str(data))[0]
