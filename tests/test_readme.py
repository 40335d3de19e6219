"""The READMEs tell the truth: tables are current, links lead somewhere, examples run, both languages say the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.settings.table import filled

ROOT = Path(__file__).parent.parent
ENGLISH, CHINESE = ROOT / "README.md", ROOT / "README.zh-CN.md"
READMES = [pytest.param(ENGLISH, "en", id="en"), pytest.param(CHINESE, "zh", id="zh")]


@pytest.mark.parametrize(("path", "language"), READMES)
def test_the_settings_tables_are_those_of_the_code(path, language):
    text = path.read_text("utf-8")
    assert filled(text, language) == text, f"run: python -m bot.settings.table {path.name}"


@pytest.mark.parametrize(("path", "language"), READMES)
def test_every_link_into_the_repository_leads_somewhere(path, language):
    links = re.findall(r"\]\(([^)#]+)\)", path.read_text("utf-8"))
    assert len(links) > 10
    assert [link for link in links if "://" not in link and not (ROOT / link).exists()] == []


@pytest.mark.parametrize(("path", "language"), READMES)
def test_the_python_example_runs_and_answers_from_the_document(path, language, tmp_path, monkeypatch, capsys):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "returns.csv").write_text(
        "question,answer\n"
        "How long do I have to return something?,You can return any item within 30 days of delivery.\n"
        "买了多久之内可以退货？,签收后 30 天内可以退货。\n",
        "utf-8",
    )
    monkeypatch.chdir(tmp_path)
    [example] = re.findall(r"```python\n(.*?)```", path.read_text("utf-8"), re.DOTALL)
    exec(compile(example, path.name, "exec"), {})
    printed = capsys.readouterr().out
    assert "30" in printed and "returns.csv" in printed


def test_the_two_readmes_show_the_same_commands_and_files():
    def shown(path: Path) -> list[str]:
        text = path.read_text("utf-8")
        return re.findall(r"make \w+|shopdesk \w+(?= )|SHOPDESK_[A-Z_]+|\]\((?:bot|tests|knowledge_base)[^)]*\)", text)

    assert shown(ENGLISH) == shown(CHINESE)


def test_every_command_that_the_readme_names_exists():
    commands = set(re.findall(r"bin/shopdesk (\w+)|`shopdesk (\w+)`", ENGLISH.read_text("utf-8")))
    names = {name for pair in commands for name in pair if name}
    shown = CliRunner().invoke(app, ["--help"]).output
    assert names and all(re.search(rf"\b{name}\b", shown) for name in names)
