"""The documentation tells the truth: tables are current, links lead somewhere, examples run, both languages say the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.settings.table import TABLES, filled
from tests.documentation import PAGES, ROOT, in_chinese, page_named

FILES = [
    pytest.param(path, language, id=path.name) for both in PAGES for path, language in zip(both, ("en", "zh"), strict=True)
]
PAIRS = [pytest.param(*both, id=both.english.stem) for both in PAGES]


@pytest.mark.parametrize(("path", "language"), FILES)
def test_the_settings_tables_are_those_of_the_code(path, language):
    text = path.read_text("utf-8")
    assert filled(text, language) == text, f"run: python -m bot.settings.table {path}"


@pytest.mark.parametrize("language", [0, 1], ids=["en", "zh"])
def test_every_settings_table_stands_on_one_page(language):
    text = "".join(both[language].read_text("utf-8") for both in PAGES)
    assert sorted(re.findall(r"<!-- table (.*?) -->", text)) == sorted(TABLES)


def anchors(path: Path) -> set[str]:
    """What a link can name of a page, as GitHub makes it of headings."""
    headings = re.findall(r"^#+ (.*)$", path.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize(("path", "language"), FILES)
def test_every_link_into_the_repository_leads_somewhere(path, language):
    links = [link for link in re.findall(r"\]\(([^)]+)\)", path.read_text("utf-8")) if "://" not in link]
    assert len(links) > 1
    for link in links:
        name, _, anchor = link.partition("#")
        target = path.parent / name if name else path
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize(("english", "chinese"), PAIRS)
def test_the_readme_and_both_languages_lead_to_each_page(english, chinese):
    readme = page_named("README")
    if english == readme.english:
        return
    for path, home, other in ((english, readme.english, chinese), (chinese, readme.chinese, english)):
        up = "../" * (len(path.relative_to(ROOT).parts) - 1)
        assert f"]({path.relative_to(ROOT).as_posix()})" in home.read_text("utf-8")
        assert f"]({up}{home.name}) · " in path.read_text("utf-8") and f"]({other.name})" in path.read_text("utf-8")


@pytest.mark.parametrize(("path", "language"), FILES[:2])
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


@pytest.mark.parametrize(("english", "chinese"), PAIRS)
def test_both_languages_show_the_same_commands_and_files(english, chinese):
    def shown(path: Path) -> list[str]:
        text = path.read_text("utf-8")
        return re.findall(
            r"make \w+|shopdesk \w+(?= )|SHOPDESK_[A-Z_]+|\]\((?:\.\./)?(?:bot|tests|knowledge_base)[^)]*\)", text
        )

    assert shown(english) == shown(chinese)
    assert english.read_text("utf-8").count("\n#") == chinese.read_text("utf-8").count("\n#")


def test_every_command_that_the_documentation_names_exists():
    text = "".join(both.english.read_text("utf-8") for both in PAGES)
    commands = set(re.findall(r"bin/shopdesk (\w+)|`shopdesk (\w+)`", text))
    names = {name for pair in commands for name in pair if name}
    shown = CliRunner().invoke(app, ["--help"]).output
    assert len(names) > 20 and all(re.search(rf"\b{name}\b", shown) for name in names)


def test_no_chinese_page_lacks_its_english_one():
    pages = {path for path in (ROOT / "docs").rglob("*.zh-CN.md")}
    assert pages == {in_chinese(both.english) for both in PAGES[1:]}
