from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from knowledge_base.loading.tables import iso_date, role_of
from knowledge_base.types import Document, Section, Skipped
from tests.one_loader import read


def load(path: Path, content: str | None = None) -> tuple[list[Section], list[tuple[int | None, str]]]:
    if content is not None:
        path.write_text(content)
    items = read(path)
    sections = [section for item in items if isinstance(item, Document) for section in item.sections]
    return sections, [(item.row, item.reason) for item in items if isinstance(item, Skipped)]


@pytest.mark.parametrize(
    "header",
    [
        "question,answer",
        "Question , ANSWER",
        "问题,答案",
        "q,a",
        "提问,回答",
        "标准问,答复",
        "問題,答案",
        "question;answer",
        "Q\tA",
    ],
)
def test_a_table_of_questions_is_known_by_its_columns(tmp_path: Path, header: str) -> None:
    separator = next(sign for sign in ",;\t" if sign in header)
    [section], skipped = load(tmp_path / "faq.csv", f"{header}\nCan I return it?{separator}Yes.\n")
    assert (section.kind, section.question, section.text) == ("qa", "Can I return it?", "Yes.")
    assert skipped == []


def test_further_columns_become_metadata(tmp_path: Path) -> None:
    [section], _ = load(
        tmp_path / "faq.csv", "ID,问题,答案,分类,标签,有效期,渠道\n7,能退吗？,能。,售后,退货,2026年1月2日,微信\n"
    )
    assert section.metadata == {"id": "7", "category": "售后", "tags": "退货", "valid_until": "2026-01-02", "渠道": "微信"}


def test_rows_that_cannot_be_used_are_reported_and_the_others_load(tmp_path: Path) -> None:
    sections, skipped = load(
        tmp_path / "faq.csv",
        "question,answer,language,valid_until\nA?,Yes.,,\n,No.,,\nC?,,,\nD?,Yes.,fr,\nE?,Yes.,,soon\nF?,a,b,c,d\n,,,\nG?,Yes.,,\n",
    )
    assert [section.question for section in sections] == ["A?", "G?"]
    assert [(row, text.split(";")[0]) for row, text in skipped] == [
        (3, "has no question"),
        (4, "has no answer"),
        (5, "has the language 'fr'"),
        (6, "has 'soon' where a date is expected"),
        (7, "has 5 cells where the header has 4"),
    ]


@pytest.mark.parametrize(
    "header", ["question_en,answer_en,question_zh,answer_zh", "Question (English),Answer (English),中文问题,中文答案"]
)
def test_a_bilingual_table_gives_a_section_per_language(tmp_path: Path, header: str) -> None:
    sections, skipped = load(tmp_path / "faq.csv", f"{header}\nFree?,Yes.,免费吗？,是的。\nOnly?,English.,,\n")
    assert [(section.language, section.question, section.text) for section in sections] == [
        ("en", "Free?", "Yes."),
        ("zh", "免费吗？", "是的。"),
        ("en", "Only?", "English."),
    ]
    assert skipped == []


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("size,chest\nM,90 cm\n", "size: M\nchest: 90 cm"),
        ("尺码,胸围,备注\nM,90 厘米,\n", "尺码：M\n胸围：90 厘米"),
    ],
)
def test_a_free_table_gives_a_row_of_column_and_value(tmp_path: Path, content: str, text: str) -> None:
    [section], _ = load(tmp_path / "sizes.csv", content)
    assert (section.kind, section.text) == ("row", text)


def test_passages_with_titles_are_prose(tmp_path: Path) -> None:
    [section], _ = load(tmp_path / "corpus.jsonl", json.dumps({"_id": "d1", "title": "Returns", "text": "Thirty days."}))
    assert (section.kind, section.path, section.text, section.metadata) == ("text", ("Returns",), "Thirty days.", {"id": "d1"})


def test_cells_may_hold_separators_quotes_and_lines(tmp_path: Path) -> None:
    [section], _ = load(tmp_path / "faq.csv", 'question,answer\n"Red, or ""blue""?","First.\nSecond, too."\n')
    assert (section.question, section.text) == ('Red, or "blue"?', "First.\nSecond, too.")


def test_a_quote_that_is_never_closed_costs_its_own_row_only(tmp_path: Path) -> None:
    rows = "".join(f"Q{number}?,Yes.\n" for number in range(300))
    sections, skipped = load(tmp_path / "faq.csv", f'question,answer\nFirst?,Yes.\nBad?,"No\n{rows}')
    assert [section.question for section in sections][:3] == ["First?", "Q0?", "Q1?"]
    assert len(sections) == 301
    assert skipped == [(3, "has an opening quote that is never closed")]


def test_two_bare_columns_of_questions_need_no_header(tmp_path: Path) -> None:
    sections, _ = load(tmp_path / "faq.csv", "能退吗？,能。\n包邮吗？,包邮。\n")
    assert [section.question for section in sections] == ["能退吗？", "包邮吗？"]


@pytest.mark.parametrize(
    "content",
    [
        '[{"question": "A?", "answer": "Yes."}]',
        '{"faqs": [{"question": "A?", "answer": "Yes."}], "version": 2}',
        '{"question": "A?", "answer": "Yes."}\n{"question": "B?", "answer": "No."}\n',
        '[{"问题": "A?", "答案": "Yes."}]',
    ],
)
def test_json_records_are_a_table(tmp_path: Path, content: str) -> None:
    sections, skipped = load(tmp_path / "faq.json", content)
    assert (sections[0].kind, sections[0].question, sections[0].text) == ("qa", "A?", "Yes.")
    assert skipped == []


def test_nested_json_is_flattened(tmp_path: Path) -> None:
    [section], _ = load(
        tmp_path / "a.json", '[{"sku": "A1", "size": {"w": 3, "h": null}, "colors": ["red", "blue"], "new": true}]'
    )
    assert section.text == "sku: A1\nsize.w: 3\ncolors: red, blue\nnew: yes"


def test_bad_lines_of_json_lines_are_reported_by_number(tmp_path: Path) -> None:
    sections, skipped = load(tmp_path / "a.jsonl", '{"question": "A?", "answer": "Yes."}\n{oops\n\n[1]\n')
    assert len(sections) == 1
    assert [row for row, _ in skipped] == [2, 4]
    assert "not valid JSON" in skipped[0][1] and "a record like {…} is expected" in skipped[1][1]


def test_every_sheet_is_read_below_its_title_lines(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    faq = book.active
    for row in (["售后常见问题"], [], ["问题", "答案", "有效期"], ["能退吗？", "能。", date(2026, 1, 2)], [None, "多余"]):
        faq.append(row)
    sizes = book.create_sheet("Sizes")
    for row in (["Range", "Size", "Chest"], ["Adult", "M", 90], [None, "L", 96.5]):
        sizes.append(row)
    sizes.merge_cells("A2:A3")
    book.save(tmp_path / "shop.xlsx")
    sections, skipped = load(tmp_path / "shop.xlsx")
    assert [(section.kind, section.path, section.question, section.text) for section in sections] == [
        ("qa", (), "能退吗？", "能。"),
        ("row", ("Sizes",), None, "Range: Adult\nSize: M\nChest: 90"),
        ("row", ("Sizes",), None, "Range: Adult\nSize: L\nChest: 96.5"),
    ]
    assert sections[0].metadata == {"valid_until": "2026-01-02"}
    assert skipped == [(5, "has no question; fill it in or delete the row (sheet 'Sheet')")]


def test_a_spreadsheet_called_csv_is_read_as_one(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["question", "answer"])
    book.active.append(["A?", "Yes."])
    book.save(tmp_path / "faq.xlsx")
    (tmp_path / "faq.xlsx").rename(tmp_path / "faq.csv")
    assert load(tmp_path / "faq.csv")[0][0].question == "A?"


@pytest.mark.parametrize(("column", "role"), [("Valid Until", "valid_until"), (" 标准 问题 ", "question"), ("colour", None)])
def test_a_role_is_found_whatever_the_case_and_spaces(column: str, role: str | None) -> None:
    assert role_of(column) == role


@pytest.mark.parametrize("text", ["2026-12-31", "2026/12/31", "2026.12.31", "2026年12月31日", "2026-12-31 00:00:00"])
def test_dates_come_out_in_one_form(text: str) -> None:
    assert iso_date(text) == "2026-12-31"


def test_a_day_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="'2026-02-30' where a date"):
        iso_date("2026-02-30")
