"""A vector store that the disk has damaged is told in one sentence and made again by one command."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import bot
from knowledge_base.damage import set_damaged_aside
from tests.served_shop import ROOT


@pytest.mark.parametrize("kept", [0, 5000], ids=["emptied", "cut off"])
def test_a_damaged_store_is_set_aside_and_a_sound_one_is_left(api_data, tmp_path, kept):
    data = Path(shutil.copytree(api_data, tmp_path / "data"))
    assert set_damaged_aside(data) is None
    file = data / "chroma" / "chroma.sqlite3"
    file.write_bytes(file.read_bytes()[:kept])
    assert set_damaged_aside(data) == data / "chroma-damaged-1" and not (data / "chroma").exists()


def test_rubbish_in_its_place_is_one_sentence_and_rebuild_mends_it(api_data, tmp_path, run):
    data = Path(shutil.copytree(api_data, tmp_path / "data"))
    (data / "chroma" / "chroma.sqlite3").write_bytes(b"rubbish" * 1000)
    command = [sys.executable, "-m", "bot", "search", "warranty", "--data", str(data)]  # Chroma keeps a failure in mind
    failed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert failed.returncode == 1 and "Run `shopdesk rebuild`" in failed.stderr and "Traceback" not in failed.stderr
    assert run("rebuild", "--data", str(data), cwd=tmp_path).returncode == 0
    with bot.open(data) as shopdesk:
        assert "24 months" in shopdesk.reply("How long is the warranty?").text
