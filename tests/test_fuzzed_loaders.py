"""Loaders of text, fed with what atheris finds by following the code that runs: nothing but a document or a sentence."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SEEDS = {
    "md": "# Returns\n\n**Q:** How long?\n\n**A:** 30 days\n\n| a | b |\n|---|---|\n| 1 | 2 |\n",
    "txt": "退换货\n\n1. 七天内可退。\n2. 运费由买家承担。\n\nQ: 多久？\nA: 三天\n",
    "html": "<h1>FAQ</h1><details><summary>How long?</summary><p>30 days</p></details><table><tr><td>1</td></tr></table>",
    "csv": "question,answer\n多久？,三天\n",
    "json": '{"question": "How long?", "answer": "30 days"}\n',
}


@pytest.mark.slow
@pytest.mark.skipif(find_spec("atheris") is None, reason="atheris is not made for this Python or system")
@pytest.mark.parametrize("kind", SEEDS)
def test_nothing_that_is_found_by_following_the_code_breaks_a_loader(tmp_path, kind):
    (tmp_path / "seed").write_text(SEEDS[kind], "utf-8")
    # The most memory that a process ever had is told of what it was forked from, too: of all tests before this one.
    bounds = (
        "-max_total_time=8",
        "-max_len=1500",
        "-seed=1",
        "-rss_limit_mb=0",
        f"-artifact_prefix={tmp_path}/",
        str(tmp_path),
    )
    command = [sys.executable, "-m", "tests.fuzz_loaders", kind, *bounds]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, errors="replace", timeout=120)
    assert ended.returncode == 0 and "Done" in ended.stderr, ended.stderr[-3000:]
