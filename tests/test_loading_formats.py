"""Presentations, books, archives, percentages, tables of PDFs, and columns that headers do not tell."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import openpyxl
import pytest
from pptx import Presentation
from pptx.util import Inches
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Table

from knowledge_base.types import Document, Skipped
from tests.one_loader import read

BOOK = {
    "META-INF/container.xml": '<container xmlns="urn:c"><rootfile full-path="OPS/book.opf"/></container>',
    "OPS/book.opf": '<package xmlns="urn:o" xmlns:dc="urn:d"><metadata><dc:title>Tea care</dc:title><dc:language>en-GB'
    '</dc:language></metadata><manifest><item id="n" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
    '<item id="b" href="text/b%20two.xhtml" media-type="application/xhtml+xml"/><item id="a" href="text/a.xhtml"'
    ' media-type="application/xhtml+xml"/></manifest><spine><itemref idref="n"/><itemref idref="a"/><itemref idref="b"/>'
    "</spine></package>",
    "OPS/nav.xhtml": "<html><body><p>Table of contents</p></body></html>",
    "OPS/text/a.xhtml": "<html><body><h1>Storing</h1><p>Keep green tea cold and dry.</p></body></html>",
    "OPS/text/b two.xhtml": "<html><body><h1>Brewing</h1><p>Brew green tea at 80 degrees.</p></body></html>",
}


def packed(files: dict[str, bytes | str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def loaded(path: Path, data: bytes, columns: dict[str, str] | None = None) -> list[Document | Skipped]:
    path.write_bytes(data)
    return read(path, columns=columns or {})


def sheets(**rows: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, lines in rows.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(line)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def pdf(*parts: object) -> bytes:
    buffer = io.BytesIO()
    SimpleDocTemplate(buffer).build(list(parts))
    return buffer.getvalue()


def paragraph(text: str, style: str = "Normal") -> Paragraph:
    return Paragraph(text, getSampleStyleSheet()[style])


def test_a_presentation_is_read_slide_by_slide_with_its_tables_and_without_its_notes(tmp_path: Path) -> None:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "Warranty"
    slide.placeholders[1].text = "Kettles have two years."
    slide.notes_slide.notes_text_frame.text = "Do not show this to customers."
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "Repair prices"
    table = slide.shapes.add_table(3, 2, Inches(1), Inches(2), Inches(4), Inches(2)).table
    for row, cells in enumerate([("Part", "Price"), ("Lid", "12 yuan"), ("Handle", "20 yuan")]):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    buffer = io.BytesIO()
    deck.save(buffer)
    [document] = loaded(tmp_path / "a.pptx", buffer.getvalue())
    assert isinstance(document, Document) and document.title == "Warranty"
    told = {section.path[-1]: section.text for section in document.sections}
    assert told == {
        "Warranty": "Kettles have two years.",
        "Repair prices": "Part: Lid; Price: 12 yuan\nPart: Handle; Price: 20 yuan",
    }
    assert "customers" not in str(document)


def test_a_book_is_read_in_the_order_of_its_spine_without_its_contents_page(tmp_path: Path) -> None:
    [book] = loaded(tmp_path / "b.epub", packed(BOOK))
    assert isinstance(book, Document) and (book.title, book.language) == ("Tea care", "en")
    assert [section.text for section in book.sections] == ["Keep green tea cold and dry.", "Brew green tea at 80 degrees."]
    [locked] = loaded(tmp_path / "c.epub", packed({**BOOK, "META-INF/encryption.xml": "<e/>"}))
    assert locked == Skipped("c.epub", "is copy-protected; save it without protection")


def test_every_document_of_an_archive_is_loaded_under_its_name_and_the_rest_is_reported(tmp_path: Path) -> None:
    files = {
        "help/returns.md": "# Returns\n\nWithin 30 days.",
        "faq.csv": "question,answer\nShip abroad?,No.\n",
        "inner.zip": packed({"x.md": "x"}),
        "../evil.md": "out",
        "/etc/evil.md": "out",
        "note.exe": b"MZ",
        "__MACOSX/._returns.md": b"\x00",
    }
    found = loaded(tmp_path / "all.zip", packed(files))
    documents = {item.source: item for item in found if isinstance(item, Document)}
    assert set(documents) == {"all.zip!/help/returns.md", "all.zip!/faq.csv"}
    assert documents["all.zip!/faq.csv"].sections[0].question == "Ship abroad?"
    reasons = {item.source.partition("!/")[2]: item.reason for item in found if isinstance(item, Skipped)}
    assert reasons["inner.zip"] == "is an archive inside an archive; unpack it first"
    assert reasons["../evil.md"] == reasons["/etc/evil.md"] == "has a name that leads out of its archive"
    assert reasons["note.exe"].startswith("has the unknown ending '.exe'")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["all.zip"]


def test_chinese_names_of_old_archives_are_read(tmp_path: Path) -> None:
    data = packed({"XXXX.md": "七天内可以退货。"})
    named = data.replace(b"XXXX.md", "退货".encode("gbk") + b".md")
    [document] = loaded(tmp_path / "a.zip", named)
    assert document.source == "a.zip!/退货.md"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (packed({"a.txt": bytes(101 << 20)}), "unpacks to 101 MB, more than 100 MB"),
        (packed({f"{n}.md": "x" for n in range(2001)}), "holds 2,001 files, more than 2,000"),
        (packed({"a.md": "text" * 50})[:60], "is a damaged or cut-off archive"),
        (b"", "is a damaged or cut-off archive"),
    ],
    ids=["bomb", "many files", "cut", "empty"],
)
def test_a_harmful_or_broken_archive_is_one_sentence(tmp_path: Path, data: bytes, reason: str) -> None:
    [item] = loaded(tmp_path / "a.zip", data)
    assert isinstance(item, Skipped) and reason in item.reason


def test_a_file_of_an_archive_under_a_password_is_told(tmp_path: Path) -> None:
    data = bytearray(packed({"a.md": "secret"}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.index(signature) + offset
        data[place : place + 2] = struct.pack("<H", struct.unpack("<H", data[place : place + 2])[0] | 1)
    [item] = loaded(tmp_path / "a.zip", bytes(data))
    assert item == Skipped("a.zip!/a.md", "is protected by a password; pack it without one")


@pytest.mark.parametrize("ending", [".pdf", ".csv", ".zip", ".md"])
def test_what_a_file_is_is_told_by_its_content_and_not_by_its_ending(tmp_path: Path, ending: str) -> None:
    [document] = loaded(tmp_path / f"a{ending}", sheets(FAQ=[["question", "answer"], ["Ship abroad?", "No."]]))
    assert isinstance(document, Document) and document.sections[0].question == "Ship abroad?"


def test_all_sheets_are_read_and_percentages_as_they_are_shown(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(
        io.BytesIO(sheets(会员=[["等级", "折扣"], ["金卡", 0.15], ["银卡", 0.075]], Prices=[["Item", "Share"], ["Lid", 0.5]]))
    )
    book["会员"]["B2"].number_format = "0%"
    book["会员"]["B3"].number_format = "0.00%"
    buffer = io.BytesIO()
    book.save(buffer)
    [document] = loaded(tmp_path / "a.xlsx", buffer.getvalue())
    assert isinstance(document, Document)
    assert [(section.path, section.text) for section in document.sections] == [
        (("会员",), "等级：金卡\n折扣：15%"),
        (("会员",), "等级：银卡\n折扣：7.5%"),
        (("Prices",), "Item: Lid\nShare: 0.5"),
    ]


def test_rows_of_a_table_in_a_pdf_can_be_understood_alone(tmp_path: Path) -> None:
    rows = [
        ["Zone", "Days", "Fee (CNY)"],
        ["Zhejiang", "1 to 2", "8"],
        ["Tibet and Xinjiang", "5 to 8", ""],
        ["Hong Kong", "4 to 6", "45"],
    ]
    data = pdf(
        paragraph("Delivery", "Title"),
        paragraph("We ship from Hangzhou. " * 12),
        Table(rows),
        paragraph("Parcels leave daily."),
    )
    [document] = loaded(tmp_path / "a.pdf", data)
    assert isinstance(document, Document)
    text = "\n".join(section.text for section in document.sections)
    assert "Fee (CNY): 8\nZone: Tibet and Xinjiang; Days: 5 to 8\nZone: Hong Kong; Days: 4 to 6; Fee (CNY): 45" in text
    assert text.startswith("We ship from Hangzhou.") and text.endswith("Parcels leave daily.")


def test_questions_in_a_table_of_a_pdf_become_questions(tmp_path: Path) -> None:
    rows = [["Question", "Answer"], ["Do you ship abroad?", "No, within China only."], ["Can I pay later?", "Yes, in 14 days."]]
    [document] = loaded(tmp_path / "a.pdf", pdf(Table(rows)))
    assert isinstance(document, Document)
    assert [(s.question, s.text) for s in document.sections] == [tuple(row) for row in rows[1:]]


def test_prose_in_two_columns_is_no_table(tmp_path: Path) -> None:
    left = paragraph("Kettles are descaled with citric acid every month, more often where the water is hard. " * 3)
    right = paragraph("Teapots are rinsed with hot water only, since soap leaves a taste that stays for weeks. " * 3)
    [document] = loaded(tmp_path / "a.pdf", pdf(Table([[left, right]])))
    assert isinstance(document, Document) and ";" not in document.sections[0].text


def test_a_scanned_pdf_is_reported_as_having_no_text(tmp_path: Path) -> None:
    [item] = loaded(tmp_path / "a.pdf", pdf(PageBreak(), PageBreak()))
    assert isinstance(item, Skipped) and item.reason.startswith("has no text (a scan?)")


def test_columns_of_unknown_names_are_guessed_from_what_they_hold_and_the_guess_is_told(tmp_path: Path) -> None:
    rows = ["nr,customer says,we say"]
    rows += [
        f"{n},How long is the warranty of part {n}?,The warranty of part {n} is {n} months from delivery." for n in range(1, 6)
    ]
    [document] = loaded(tmp_path / "a.csv", "\n".join(rows).encode())
    assert isinstance(document, Document)
    assert (document.sections[0].question, document.sections[0].text) == (
        "How long is the warranty of part 1?",
        "The warranty of part 1 is 1 months from delivery.",
    )
    assert document.sections[0].metadata == {"nr": "1"}
    assert document.notes == (
        "read column B (customer says) as question and column C (we say) as answer, guessed from the content;"
        " --columns says otherwise",
    )


@pytest.mark.parametrize("answer", ["C", "Long text", "long  text"])
def test_the_owner_says_which_columns_hold_what(tmp_path: Path, answer: str) -> None:
    data = sheets(S=[["title", "Short text", "Long text"], ["Delivery", "2 days", "It takes 2 to 4 days."]])
    [document] = loaded(tmp_path / "a.xlsx", data, {"question": "A", "answer": answer})
    assert isinstance(document, Document)
    assert (document.sections[0].question, document.sections[0].text) == ("Delivery", "It takes 2 to 4 days.")


def test_a_column_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    [item] = loaded(tmp_path / "a.csv", b"title,text\na,b\n", {"question": "Frage", "answer": "B"})
    assert item == Skipped("a.csv", "has no column 'Frage'; its columns are title, text")


def test_a_table_of_plain_rows_is_not_taken_for_questions(tmp_path: Path) -> None:
    data = b"zone,days,fee\nZhejiang,1 to 2,8\nTibet,5 to 8,15\nHong Kong,4 to 6,45\nMacau,4 to 6,45\n"
    [document] = loaded(tmp_path / "a.csv", data)
    assert isinstance(document, Document) and {section.kind for section in document.sections} == {"row"}
    assert document.notes == (
        "none of its column names (zone, days, fee) is known, so each row is a passage of its own; if they are questions and"
        " answers, load it with --columns question=A,answer=B; if they are products, with --as catalogue --columns"
        " sku=A,title=B,price=C",
    )


def test_two_columns_of_unknown_names_are_read_as_subjects_with_what_is_said_of_them(tmp_path: Path) -> None:
    data = b"Thema,Inhalt\nDelivery,Parcels arrive in 2 to 4 days.\nReturns,Within 30 days.\nWarranty,36 months on kettles.\n"
    [document] = loaded(tmp_path / "a.csv", data)
    assert isinstance(document, Document)
    assert (document.sections[1].question, document.sections[1].text) == ("Returns", "Within 30 days.")
    assert document.notes == (
        "read column A (Thema) as question and column B (Inhalt) as answer, guessed from the content; --columns says otherwise",
    )


@pytest.mark.parametrize(
    "rows", ["Tibet,5 to 8\nHong Kong,4 to 6\nMacau,4 to 6\n", "A,It is.\nA,It was.\nB,It goes.\n", "Tea,It is green.\n"]
)
def test_two_columns_that_tell_nothing_are_told_with_what_to_type_and_known_names_are_not(tmp_path: Path, rows: str) -> None:
    [document] = loaded(tmp_path / "a.csv", f"Thema,Inhalt\n{rows}".encode())
    assert isinstance(document, Document)
    assert [note.partition("; ")[2] for note in document.notes] == [
        "if they are questions and answers, load it with --columns question=A,answer=B"
    ]
    [known] = loaded(tmp_path / "b.csv", f"title,text\n{rows}".encode())
    assert isinstance(known, Document) and known.notes == ()


@pytest.mark.parametrize("name", ["word/document.xml", "ppt/presentation.xml", "META-INF/container.xml", "xl/workbook.xml"])
def test_outside_entities_are_never_read(tmp_path: Path, name: str) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the-secret-of-the-house")
    xml = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]><x>&e;</x>'
    suffix = {"w": "docx", "p": "pptx", "M": "epub", "x": "xlsx"}[name[0]]
    assert "the-secret" not in str(loaded(tmp_path / f"a.{suffix}", packed({name: xml})))


@pytest.mark.parametrize("suffix", ["md", "txt", "html", "csv", "xlsx", "json", "docx", "pptx", "pdf", "epub", "zip"])
@pytest.mark.parametrize("data", [b"", b"\x00" * 500, b"PK\x03\x04" + b"\xff" * 300, b"%PDF-1.7\n\xff\xfe", b"\xff\xfe<x"])
def test_rubbish_under_any_name_is_told_in_one_sentence(tmp_path: Path, suffix: str, data: bytes) -> None:
    (tmp_path / f"a.{suffix}").write_bytes(data)
    for item in read(tmp_path / f"a.{suffix}"):
        assert isinstance(item, Document) or (len(item.reason) < 200 and "Traceback" not in item.reason)
