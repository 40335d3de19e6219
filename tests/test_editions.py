"""Editions of a document: the one in force answers, whatever the others still say."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import bot
from bot.generation.validity import of_the_edition_in_force
from knowledge_base.loading.edition import IN_FORCE, in_force, says_only_when
from knowledge_base.types import Chunk, SearchHit, Section


@pytest.mark.parametrize(
    ("head", "day"),
    [
        ("Valid from 1 February 2026.", "2026-02-01"), ("*As of January 2026*", "2026-01-01"),
        ("Last updated: March 3, 2025", "2025-03-03"), ("Effective date: 2025-07-01", "2025-07-01"),
        ("自2026年6月1日起执行，以前的版本作废。", "2026-06-01"), ("更新日期：2025-11-20", "2025-11-20"),
        ("2024年修订版", "2024-01-01"),
        ("We were founded in May 2011.", None), ("2026年春节放假安排", None), ("Valid from 31 February 2026", None),
    ],
)  # fmt: skip
def test_a_document_says_in_its_first_lines_from_when_on_it_holds(head, day):
    assert in_force("Returns", [Section(head), Section("You have 30 days.")]) == day


def test_a_line_that_only_says_when_answers_nothing():
    assert says_only_when("Valid from 1 February 2026.")
    assert not says_only_when("Valid from 1 February 2026. You may send everything back within 30 days.")


def hit(title: str, since: str | None, text: str = "You have some days.") -> SearchHit:
    metadata = {IN_FORCE: since} if since else {}
    return SearchHit(Chunk(text, title, title, title, "en", "text", text, title, 0, 5, metadata=metadata), 0.5, 0.5, 0.5)


def test_of_two_editions_the_latest_that_has_begun_is_kept():
    old, new, coming = hit("Returns 2024", "2024-01-01"), hit("Returns 2026", "2026-01-01"), hit("Returns", "2027-01-01")
    other, undated = hit("Delivery", "2020-01-01"), hit("Returns", None)
    kept = of_the_edition_in_force([old, new, coming, other, undated], date(2026, 6, 1))
    assert kept == [new, other, undated]


def test_a_customer_hears_the_newer_rule_alone(tmp_path: Path):
    for year, days in ((2024, 14), (2026, 30)):
        (tmp_path / f"returns_{year}.md").write_text(
            f"# Returns\n\nValid from 1 March {year}.\n\n## How long\nYou can return unused goods within {days} days.\n"
        )
    with bot.open(tmp_path / "data") as shopdesk:
        shopdesk.load([tmp_path / "returns_2024.md", tmp_path / "returns_2026.md"])
        for question in ("how long do i have to return stuff", "return period"):
            reply = shopdesk.reply(question)
            assert "30 days" in reply.text and "14" not in reply.text
            assert [citation.source for citation in reply.citations] == ["returns_2026.md"]
