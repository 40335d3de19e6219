from __future__ import annotations

import codecs
import hashlib
import io
import os
import zipfile
from pathlib import Path

import openpyxl
import pytest

from knowledge_base.loading import DocumentLoader, SourceFile, fingerprint, list_files, load_documents
from knowledge_base.loading import parsed as limits
from knowledge_base.types import Document, LanguageCode, Skipped
from tests.one_loader import read


def load_one(path: Path, language: LanguageCode | None = None) -> Document:
    [document] = read(path, language)
    assert isinstance(document, Document), document
    return document


def reason(path: Path) -> str:
    [skipped] = read(path)
    assert isinstance(skipped, Skipped), skipped
    assert skipped.row is None
    return skipped.reason


def test_a_directory_is_walked_in_order_and_sources_begin_with_its_name(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    (docs / "zh").mkdir(parents=True)
    (docs / ".git").mkdir()
    for name in ("b.md", "a.md", "zh/c.txt", ".hidden.md", "~$lock.docx", ".git/config.txt"):
        (docs / name).write_text("Some text.")
    documents = [item for item in load_documents([docs]) if isinstance(item, Document)]
    assert [document.source for document in documents] == ["docs/a.md", "docs/b.md", "docs/zh/c.txt"]
    assert documents[0].location == str((docs / "a.md").resolve())


def test_a_single_file_is_called_by_its_name_and_loaded_once(tmp_path: Path) -> None:
    path = tmp_path / "returns.md"
    path.write_text("Text.")
    assert [item.source for item in load_documents([path, path, tmp_path])] == ["returns.md"]


def test_files_are_listed_with_their_size_before_any_is_parsed(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"12345")
    (tmp_path / "b.exe").write_bytes(b"x")
    [found, skipped] = list_files([tmp_path])
    assert isinstance(found, SourceFile) and (found.size, found.location) == (5, str(tmp_path.resolve() / "a.md"))
    assert isinstance(skipped, Skipped) and skipped.source.endswith("b.exe")


def test_a_fingerprint_is_the_hash_of_the_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(b"abc")
    [found] = list_files([path])
    assert isinstance(found, SourceFile) and fingerprint(found) == hashlib.sha256(b"abc").hexdigest()


def workbook() -> bytes:
    """A workbook as it is made, with one empty sheet."""
    file = io.BytesIO()
    openpyxl.Workbook().save(file)
    return file.getvalue()


def archive(kind: str) -> bytes:
    """An OpenDocument file of a kind, as far as it says so."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        packed.writestr("content.xml", "<text>Returns within 30 days.</text>")
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.exe", b"x", "unknown ending '.exe'; accepted are md, txt"),
        ("README", b"x", "no ending; accepted are"),
        ("a.md", b"", "is empty"),
        ("a.txt", b" \n\t ", "is empty"),
        ("a.xlsx", workbook(), "is a workbook in which no sheet holds anything"),
        ("a.ods", archive("text"), "is an OpenDocument file that is no spreadsheet; save it as .docx"),
        ("a.html", b"<html><body><nav>Home</nav></body></html>", "holds no text"),
        ("a.txt", bytes(range(256)) * 20, "binary data"),
        ("a.pdf", bytes(range(256)) * 20, "is no pdf file but binary data"),
        ("a.txt", b"\x89PNG\r\n\x1a\n" + bytes(50), "is a PNG image"),
        ("a.csv", b"\x1f\x8b\x08" + bytes(50), "gzip archive; unpack it"),
        ("a.json", b"{broken", "is not valid JSON: Expecting property name"),
        ("a.jsonl", b"{broken\nnothing", "is not valid JSON, nor a list of JSON records"),
        ("a.json", b"[" * 100_000, "nested too deeply"),
        ("a.json", b"1" * 5000, "a number in it has thousands of digits"),
        ("a.md", b"x" * 5_000_001, "has 5,000,001 characters, more than 5,000,000"),
        ("a.html", b"<div>" * 5000 + b"text", "nested too deeply"),
    ],
)
def test_a_file_that_gives_nothing_is_skipped_with_its_reason(tmp_path: Path, name: str, data: bytes, expected: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert expected in reason(path)


def test_a_page_of_many_elements_that_are_closed_somewhere_or_by_themselves_is_not_taken_for_deep(tmp_path: Path) -> None:
    (tmp_path / "long.html").write_text(
        "<script>" + "'<div>' + " * 600 + "''</script>"
        "<svg>"
        + "<path d='M0 0'/>" * 600
        + "</svg>"
        + "<p>Shipping takes 3 days.<br>" * 600
        + "<div><b>Returns</b></div>" * 600
    )
    document = load_one(tmp_path / "long.html")
    assert "Shipping takes 3 days." in "\n".join(section.text for section in document.sections)


def test_a_file_over_the_size_is_not_even_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(51 * 1024 * 1024)
    assert reason(path) == "has 51 MB, more than 50 MB; split it"


def test_what_is_missing_or_no_file_is_skipped(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "dead.md").symlink_to(tmp_path / "nowhere.md")
    assert reason(tmp_path / "absent.md") == "does not exist"
    assert reason(tmp_path / "pipe.txt") == "is not a file"
    assert reason(tmp_path / "dead.md") == "does not exist"


def test_a_file_removed_after_listing_is_skipped(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("Text.")
    [found] = list_files([path])
    path.unlink()
    assert isinstance(found, SourceFile)
    with DocumentLoader() as loader:
        assert loader.load(found) == [Skipped("a.md", "cannot be read: No such file or directory")]


def test_large_prose_is_parsed_under_limits_and_small_prose_without_a_process(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("Small.")
    (tmp_path / "b.md").write_text("Large.\n\n" * 40_000)
    small, large = list_files([tmp_path])
    assert isinstance(small, SourceFile) and isinstance(large, SourceFile)
    with DocumentLoader() as loader:
        loader.load(small)
        assert loader._sandbox._process is None
        [document] = loader.load(large)
        assert isinstance(document, Document) and document.sections[0].text.startswith("Large.\n\nLarge.")
        assert loader._sandbox._process is not None


def test_a_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7 broken")
    (tmp_path / "b.json").write_bytes(b"{")
    (tmp_path / "c.md").write_text("Good.")
    kinds = [type(item).__name__ for item in load_documents([tmp_path])]
    assert kinds == ["Skipped", "Skipped", "Document"]


@pytest.mark.parametrize(
    ("name", "data", "text"),
    [
        ("a.pdf", b"<!DOCTYPE html><html><body><p>Free returns.</p></body></html>", "Free returns."),
        ("a.csv", b"<html><body><p>Free returns.</p></body></html>", "Free returns."),
        ("a.txt", b"\n<!-- x --><!doctype html><p>Free returns.</p>", "Free returns."),
        ("a.xls", b"name,price\nCup,3\n", "name: Cup\nprice: 3"),
        ("a.docx", b"Free returns.", "Free returns."),
        ("a.xlsx", b"<table><tr><th>name</th></tr><tr><td>Cup</td></tr></table>", "name: Cup"),
    ],
)
def test_a_mislabelled_file_is_loaded_as_what_it_is(tmp_path: Path, name: str, data: bytes, text: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert [section.text for section in load_one(path).sections] == [text]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gbk", "gb18030"])
def test_a_chinese_file_reads_the_same_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "faq.csv"
    path.write_bytes("问题,答案\n能退货吗？,签收后七天内可以退货。\n".encode(encoding))
    [section] = load_one(path).sections
    assert (section.question, section.text, section.language) == ("能退货吗？", "签收后七天内可以退货。", "zh")


def test_a_mark_of_the_wrong_encoding_raises_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(codecs.BOM_UTF16_LE + b"odd")
    assert len(list(load_documents([path]))) == 1


def test_the_language_is_that_of_most_text_and_each_section_has_its_own(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("# 退货\n\n签收后七天内可以退货，请保持 iPhone 吊牌完整。\n\n## English\n\nYou can return it.\n")
    document = load_one(path)
    assert document.language == "zh"
    assert [section.language for section in document.sections] == ["zh", "en"]


def test_a_given_language_overrides_the_looks_but_not_a_row(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("question,answer,language\nA?,Yes.,\nB?,Yes.,en-US\n")
    document = load_one(path, "zh")
    assert document.language == "zh"
    assert [section.language for section in document.sections] == ["zh", "en"]


def test_the_title_falls_back_to_the_file_name(tmp_path: Path) -> None:
    path = tmp_path / "store_hours.txt"
    path.write_text("We are open every day from nine to five, and on Sundays too.")
    assert load_one(path).title == "store hours"


def test_the_limit_of_characters_is_the_documented_one() -> None:
    assert limits.MAX_CHARACTERS == 5_000_000
