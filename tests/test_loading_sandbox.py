from __future__ import annotations

import io
import os
import re
import signal
import threading
import zipfile
from pathlib import Path

import docx
import openpyxl
import psutil
import pytest

from knowledge_base.loading import load_documents
from knowledge_base.loading.parsed import Unreadable
from knowledge_base.loading.sandbox import Sandbox
from knowledge_base.types import Document, Skipped

PARAGRAPHS = (
    b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    + b"<w:p><w:r><w:t>x</w:t></w:r></w:p>" * 200_000
    + b"</w:body></w:document>"
)


def workbook(rows: int = 2) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Stock")
    for number in range(rows):
        sheet.append([f"name {number}", f"value {number}", "more"])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def word(text: str = "Some text.") -> bytes:
    document = docx.Document()
    document.add_paragraph(text)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, content if part == name else old.read(part))
        if name not in old.namelist():
            new.writestr(name, content)
    return buffer.getvalue()


def load(path: Path, data: bytes) -> Document | Skipped:
    path.write_bytes(data)
    [item] = load_documents([path])
    return item


def test_one_process_parses_all_files() -> None:
    with Sandbox() as sandbox:
        sandbox.parse("xlsx", workbook(), "a")
        first = sandbox._process
        sandbox.parse("docx", word(), "b")
        assert sandbox._process is first is not None
    assert first.poll() is not None


def test_a_process_that_died_is_replaced() -> None:
    with Sandbox() as sandbox:
        sandbox.parse("docx", word(), "a")
        assert sandbox._process is not None
        os.kill(sandbox._process.pid, signal.SIGKILL)
        sandbox._process.wait()
        assert sandbox.parse("docx", word("Again."), "a").sections[0].text == "Again."


def test_a_crash_while_parsing_is_told_in_a_sentence_and_the_next_file_loads() -> None:
    with Sandbox() as sandbox:
        sandbox.parse("docx", word(), "a")
        data = with_part(word(), "word/document.xml", PARAGRAPHS)
        assert sandbox._process is not None
        crash = threading.Timer(0.05, os.kill, (sandbox._process.pid, signal.SIGSEGV))
        crash.start()
        with pytest.raises(Unreadable, match="made its parser crash"):
            sandbox.parse("docx", data, "a")
        crash.join()
        assert sandbox.parse("docx", word("Next."), "a").sections[0].text == "Next."


def test_a_file_that_takes_too_long_is_given_up() -> None:
    with Sandbox(wall_seconds=0.05) as sandbox, pytest.raises(Unreadable, match=r"more than 0\.05 seconds"):
        sandbox.parse("xlsx", workbook(20_000), "a")


def test_a_file_that_eats_the_processor_is_given_up() -> None:
    rows = b"".join(b'<row r="%d"><c r="A%d" t="inlineStr"><is><t>x</t></is></c></row>' % (n, n) for n in range(1, 400_000))
    sheet = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>' + rows
    data = with_part(workbook(), "xl/worksheets/sheet1.xml", sheet + b"</sheetData></worksheet>")
    with Sandbox(cpu_seconds=1) as sandbox, pytest.raises(Unreadable, match="more than 1 seconds"):
        sandbox.parse("xlsx", data, "a")


@pytest.mark.parametrize(("name", "part"), [("a.xlsx", "xl/worksheets/sheet1.xml"), ("a.docx", "word/document.xml")])
def test_a_small_file_that_unpacks_to_a_huge_one_is_skipped_unparsed(tmp_path: Path, name: str, part: str) -> None:
    data = with_part(workbook() if name.endswith("xlsx") else word(), part, bytes(101 << 20))
    assert len(data) < 1 << 20
    before = psutil.Process().memory_info().rss
    item = load(tmp_path / name, data)
    assert psutil.Process().memory_info().rss - before < 50 << 20, "the server's own memory hardly grows"
    assert isinstance(item, Skipped) and re.search(r"unpacks to 10[12] MB, more than 100 MB", item.reason)


def test_xml_entities_are_not_expanded(tmp_path: Path) -> None:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    body = (
        f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "boom">{levels}]>'
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r>'
        "<w:t>Safe &e9; text</w:t></w:r></w:p></w:body></w:document>"
    )
    item = load(tmp_path / "a.docx", with_part(word(), "word/document.xml", body.encode()))
    assert isinstance(item, Skipped) and "damaged Word document" in item.reason


def test_a_file_that_needs_too_much_memory_is_skipped() -> None:
    data = with_part(word(), "word/document.xml", PARAGRAPHS)
    with Sandbox(memory_mb=120) as sandbox:
        with pytest.raises(Unreadable, match=r"damaged|memory"):
            sandbox.parse("docx", data, "a")
        assert sandbox.parse("docx", word("Next."), "a").sections[0].text == "Next."


@pytest.mark.parametrize("keep", [100, 2000, 20_000])
def test_a_truncated_document_is_skipped(tmp_path: Path, keep: int) -> None:
    item = load(tmp_path / "a.docx", word()[:keep])
    assert isinstance(item, Skipped) and "damaged or cut-off" in item.reason


def test_an_office_file_under_a_password_is_told_from_a_damaged_one(tmp_path: Path) -> None:
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512) + "EncryptedPackage".encode("utf-16-le")
    item = load(tmp_path / "a.xlsx", data)
    assert item == Skipped("a.xlsx", "is protected by a password; save it without one")
