"""What a load would change, row by row, before anything goes live, and what becomes of rows by rule or one by one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bot.console.load_plan import LoadPlan
from bot.shopdesk import Shopdesk
from knowledge_base.comparison import Rules
from tests.small_shop import open_shop

BASE = """question,answer
Do you ship abroad?,"No, within China only."
How long is the warranty?,It is 24 months.
Do you issue invoices?,"Yes, by e-mail."
Can I pay later?,"Yes, within 14 days."
"""
CHANGED = """question,answer,valid_until
Do you ship abroad?,"No, within China only.",
How long is the warranty?,It is 36 months.,
Is the lid dishwasher safe?,"Yes, up to 60 degrees.",
do you issue invoices ?,"Yes, by e-mail.",
Do you issue invoices?,Only on paper.,
Can I visit you?,,
When do you open?,At nine.,soon
"""
OTHER = 'question,answer\nDo you ship abroad?,"Yes, to forty countries."\nHow long is the warranty?,It is 24 months.\n'


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shopdesk]:
    (tmp_path / "faq.csv").write_text(BASE)
    with open_shop(tmp_path / "data", encoder="builtin-static") as shopdesk:
        shopdesk.load([tmp_path / "faq.csv"])
        yield shopdesk


def rows(preview: Any) -> list[tuple[str, int | None, str]]:
    return [(row["status"], row["row"], row["action"]) for row in preview.to_dict()["rows"]]


def texts(shop: Shopdesk) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for hit in shop.search("Do you ship abroad? How long is the warranty?", 50):
        found.setdefault(hit["title"], []).append(hit["text"])
    return {question: sorted(answers) for question, answers in found.items()}


def test_every_row_of_a_changed_table_is_shown_with_what_becomes_of_it_and_nothing_changes(
    shop: Shopdesk, tmp_path: Path
) -> None:
    (tmp_path / "faq.csv").write_text(CHANGED)
    before = texts(shop)
    preview = shop.preview([tmp_path / "faq.csv"])
    assert rows(preview) == [
        ("unchanged", 2, "keep"),
        ("changed", 3, "keep"),
        ("new", 4, "keep"),
        ("changed", 5, "keep"),
        ("conflicting", 6, "keep"),
        ("removed", None, "remove"),
        ("invalid", 7, "skip"),
        ("invalid", 8, "skip"),
    ]
    told = preview.to_dict()
    assert told["counts"] == {"conflicting": 1, "invalid": 2, "changed": 2, "removed": 1, "new": 1, "unchanged": 1}
    changed = told["rows"][1]
    assert changed["other"]["text"] == "It is 24 months." and changed["text"] == "It is 36 months."
    assert told["rows"][4]["reason"] == "answers the question of row 5 otherwise"
    assert "has 'soon' where a date is expected" in told["rows"][7]["reason"]
    assert "  conflicting faq.csv, row 6 [" in preview.text() and "1 new" in preview.text()
    assert texts(shop) == before and [version.number for version in shop.versions.all()] == [1]


def test_rows_that_meet_those_of_another_file_are_duplicates_or_conflicts(shop: Shopdesk, tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text(OTHER)
    conflict, duplicate = shop.preview([tmp_path / "other.csv"]).to_dict()["rows"]
    assert (conflict["status"], conflict["reason"]) == ("conflicting", "answers the question of faq.csv otherwise")
    assert (duplicate["status"], duplicate["other"]["source"]) == ("duplicate", "faq.csv")


@pytest.mark.parametrize(
    ("rules", "abroad", "warranty", "documents"),
    [
        (Rules(), ["No, within China only.", "Yes, to forty countries."], 2, 2),
        (Rules(conflicts="skip", duplicates="skip"), ["No, within China only."], 1, 2),
        (Rules(conflicts="overwrite", duplicates="skip"), ["Yes, to forty countries."], 1, 2),
    ],
)
def test_rules_say_which_of_two_answers_stays(
    shop: Shopdesk, tmp_path: Path, rules: Rules, abroad: list[str], warranty: int, documents: int
) -> None:
    (tmp_path / "other.csv").write_text(OTHER)
    shop.load([tmp_path / "other.csv"], rules=rules)
    stored = [(chunk.question, chunk.text) for chunk in shop._knowledge.chunks()]
    assert sorted(text for question, text in stored if question == "Do you ship abroad?") == abroad
    assert sum(question == "How long is the warranty?" for question, _ in stored) == warranty
    assert shop._knowledge.stats().documents == documents
    assert shop.load([tmp_path / "other.csv"], rules=rules).version is None


def test_a_change_can_be_skipped_by_rule_and_taken_later(shop: Shopdesk, tmp_path: Path) -> None:
    (tmp_path / "faq.csv").write_text(BASE.replace("24 months", "36 months"))
    shop.load([tmp_path / "faq.csv"], rules=Rules(changed="skip"))
    assert texts(shop)["How long is the warranty?"] == ["It is 24 months."]
    shop.load([tmp_path / "faq.csv"])
    assert texts(shop)["How long is the warranty?"] == ["It is 36 months."]


def test_rows_that_meet_no_other_can_be_left_out_and_single_ones_taken(shop: Shopdesk, tmp_path: Path) -> None:
    (tmp_path / "more.csv").write_text("question,answer\nDo you mend lids?,Yes.\nDo you mend pots?,No.\n")
    plan = LoadPlan(shop.preview([tmp_path / "more.csv"]).to_dict()["rows"])
    assert plan.counts == {"new": 2} and plan.rules == Rules()
    plan.decide(0, "skip")
    plan.decide_all("new", "skip")
    plan.decide(1, "keep")
    assert [plan.decision(row) for row in plan.rows] == ["skip", "keep"]
    shop.load([tmp_path / "more.csv"], rules=plan.rules)
    asked = shop.search("Do you mend lids and pots?", 50)
    assert [hit["title"] for hit in asked if "mend" in hit["title"]] == ["Do you mend pots?"]


def test_the_operators_decisions_become_the_rules_of_the_load(shop: Shopdesk, tmp_path: Path) -> None:
    (tmp_path / "faq.csv").write_text(CHANGED)
    plan = LoadPlan(shop.preview([tmp_path / "faq.csv"]).to_dict()["rows"])
    assert plan.counts == {"new": 1, "changed": 2, "conflicting": 1, "invalid": 2, "removed": 1, "unchanged": 1}
    plan.decide_all("changed", "skip")
    plan.decide_all("conflicting", "overwrite")
    assert plan.rules == Rules(conflicts="overwrite", changed="skip")
    [(number, row), _], count = plan.page("changed", 0)
    assert (plan.decision(row), count) == ("skip", 2)
    plan.decide(number, "keep")
    shop.load([tmp_path / "faq.csv"], rules=plan.rules)
    assert texts(shop)["How long is the warranty?"] == ["It is 36 months."]


def test_one_row_can_be_decided_against_the_rules(shop: Shopdesk, tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text(OTHER)
    conflict, duplicate = shop.preview([tmp_path / "other.csv"]).to_dict()["rows"]
    decided = Rules(duplicates="skip", rows={conflict["key"]: "overwrite", duplicate["key"]: "keep"})
    assert [row[2] for row in rows(shop.preview([tmp_path / "other.csv"], rules=decided))] == ["overwrite", "keep"]
    shop.load([tmp_path / "other.csv"], rules=decided)
    stored = [(chunk.question, chunk.text) for chunk in shop._knowledge.chunks()]
    assert [text for question, text in stored if question == "Do you ship abroad?"] == ["Yes, to forty countries."]
    assert sum(question == "How long is the warranty?" for question, _ in stored) == 2


def test_prose_removed_files_and_the_shops_tables_are_previewed_too(shop: Shopdesk, tmp_path: Path) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "a.md").write_text("# Care\n\nDescale the kettle every month.")
    (folder / "b.md").write_text("# Gifts\n\nCards last two years.")
    shop.load([folder])
    (folder / "b.md").unlink()
    (folder / "c.md").write_text("# Again\n\nDescale the kettle every month.")
    (folder / "catalogue.csv").write_text("sku,title,price,currency\nA-1,Lamp,10,CNY\nA-2,,1,CNY\n")
    told = shop.preview([folder]).to_dict()
    assert [(row["status"], row["source"]) for row in told["rows"]] == [("duplicate", "docs/c.md"), ("removed", "docs/b.md")]
    assert (told["tables"]["catalogue"]["added"], len(told["tables"]["catalogue"]["skipped"])) == (1, 1)
    assert not any(hit["kind"] == "product" for hit in shop.search("lamp"))


def test_a_large_table_is_previewed_without_making_a_vector(
    shop: Shopdesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [f"What is the weight of model {n}?,Model {n} weighs {n} grams." for n in range(3000)]
    (tmp_path / "large.csv").write_text("\n".join(["question,answer", *lines]))
    monkeypatch.setattr(shop._knowledge._encoder, "encode", None)
    told: list[float] = []
    preview = shop.preview([tmp_path / "large.csv"], progress=lambda done, total: told.append(done))
    assert preview.documents is not None and preview.documents.counts == {"new": 3000} and told[-1] == 1


def test_rows_of_a_workbook_are_told_apart_by_their_sheets(shop: Shopdesk, tmp_path: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    for sheet, question in ((book.create_sheet("FAQ"), "Do you mend lids?"), (book.create_sheet("门店"), "门店几点开门？")):
        for row in (("question", "answer"), (question, "Yes, 9.")):
            sheet.append(row)
    book.save(tmp_path / "book.xlsx")
    preview = shop.preview([tmp_path / "book.xlsx"])
    assert [(row["section"], row["row"]) for row in preview.to_dict()["rows"]] == [("FAQ", 2), ("门店", 2)]
    assert "book.xlsx, 门店, row 2" in preview.text()


POLICY = "# Returns\n\nReturn it within 14 days. The parcel costs 6 EUR. Gifts too.\n\n# Money\n\nIt is back in 5 days. Ask us."


@pytest.mark.parametrize(
    ("name", "text", "other"),
    [
        ("faq copy.csv", BASE, "faq.csv"),
        ("faq-new.csv", BASE.replace("24 months", "36 months").replace("14 days", "30 days"), "faq.csv"),
        ("returns-2.md", POLICY.replace("14 days", "30 days").replace("Ask us.", "Write to us."), "returns.md"),
        ("shorter.csv", "question,answer\nDo you ship abroad?,Yes.\nIs there a lid?,Yes.\nMay I visit you?,Yes.\n", None),
        ("money.md", "# Money\n\nWe take cards. It is back in 5 days.\n\nCash is fine, too. So are cheques.", None),
    ],
)
def test_a_document_that_is_loaded_again_under_another_name_is_told_once_and_loaded_all_the_same(
    shop: Shopdesk, tmp_path: Path, name: str, text: str, other: str | None
) -> None:
    (tmp_path / "returns.md").write_text(POLICY)
    shop.load([tmp_path / "returns.md"])
    (tmp_path / name).write_text(text)
    notes = [f"{name}: says much the same as {other}, and both will answer"] if other else []
    previewed, loaded = shop.preview([tmp_path / name]).to_dict()["notes"], shop.load([tmp_path / name])
    told = loaded.reports["documents"].notes
    assert [note.partition(" customers")[0] for note in told] == notes and previewed == told
    assert len(shop.admin.documents()) == 3 and shop.load([tmp_path / name]).reports["documents"].notes == []


def test_a_file_with_another_name_in_its_directory_and_a_new_edition_are_no_second_copy(shop: Shopdesk, tmp_path: Path) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "returns.md").write_text(POLICY)
    shop.load([folder])
    (folder / "returns.md").rename(folder / "our returns.md")
    assert shop.load([folder]).reports["documents"].notes == []
    for year in (2024, 2025):
        (folder / f"{year}.md").write_text(f"Valid from 1 February {year}.\n\nParcels are 5 EUR. Gifts are wrapped. Eat cake.")
        assert shop.load([folder]).reports["documents"].notes == []
