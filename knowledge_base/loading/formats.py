"""Which loader reads a file: by its suffix, and by its first bytes where the two disagree."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module

from knowledge_base.loading.columns import Columns
from knowledge_base.loading.encoding import decode
from knowledge_base.loading.parsed import MAX_UNPACKED, Loader, Parsed, Unreadable
from knowledge_base.types import NO_METADATA


@dataclass(frozen=True, slots=True)
class Format:
    """A format: the ``module`` here that loads it, ``shown`` to owners so, its suffixes and the media types of the web.

    ``binary``: it is no text; ``tabular``: its loader takes :data:`Columns` too; ``risky``: it is parsed in a child process.
    """

    module: str
    shown: str
    suffixes: tuple[str, ...]
    media_types: tuple[str, ...] = ()
    binary: bool = False
    tabular: bool = False
    risky: bool = False


_OFFICE = "application/vnd.openxmlformats-officedocument"
FORMATS: Mapping[str, Format] = {
    "md": Format("markdown", "md", (".md", ".markdown"), ("text/markdown",)),
    "txt": Format("plain_text", "txt", (".txt", ".text"), ("text/plain",)),
    "html": Format("html_page", "html", (".html", ".htm", ".xhtml"), ("text/html", "application/xhtml+xml"), risky=True),
    "csv": Format("delimited", "csv, tsv", (".csv", ".tsv"), ("text/csv",), tabular=True),
    "xlsx": Format(
        "spreadsheet",
        "xlsx, xls, ods",
        (".xlsx", ".xlsm", ".xls", ".ods"),
        (f"{_OFFICE}.spreadsheetml.sheet",),
        binary=True,
        tabular=True,
        risky=True,
    ),
    "json": Format("json_records", "json, jsonl", (".json", ".jsonl", ".ndjson"), ("application/json",)),
    "docx": Format("word", "docx", (".docx", ".docm"), (f"{_OFFICE}.wordprocessingml.document",), binary=True, risky=True),
    "pptx": Format("slides", "pptx", (".pptx", ".pptm"), (f"{_OFFICE}.presentationml.presentation",), binary=True, risky=True),
    "pdf": Format("pdf", "pdf", (".pdf",), ("application/pdf",), binary=True, risky=True),
    "epub": Format("book", "epub", (".epub",), ("application/epub+zip",), binary=True, risky=True),
    "xml": Format("feed", "xml (feeds)", (".xml",), risky=True),
    "rows": Format("rows", "", (), tabular=True),  # of a table as they are written: asked for by name
}
ACCEPTED = f"{', '.join(one.shown for one in FORMATS.values() if one.suffixes)} or zip"
_OF_SUFFIX = {suffix: name for name, one in FORMATS.items() for suffix in one.suffixes}
_OF_MEDIA_TYPE = {media_type: one.suffixes[0] for one in FORMATS.values() for media_type in one.media_types}

_MAGIC = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"\x1f\x8b", "a gzip archive; unpack it first"),
    (b"Rar!", "a RAR archive; unpack it first"),
    (b"7z\xbc\xaf", "a 7z archive; unpack it first"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\ufffd]")
_HTML = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)?(?:<!doctype html|<html[\s>])", re.IGNORECASE | re.DOTALL)
_MARKUP = re.compile(r"\s*<(?:table|div|body|head|meta|p)[\s>]", re.IGNORECASE)


def format_of_suffix(suffix: str) -> str | None:
    """The format that a suffix such as ``.CSV`` promises; None where it is not one of ours."""
    return _OF_SUFFIX.get(suffix.casefold())


def suffix_of_media_type(media_type: str) -> str | None:
    """The suffix that stands for a media type such as ``application/pdf``; None where it is not one of ours."""
    return _OF_MEDIA_TYPE.get(media_type)


def loader_of(name: str) -> Loader:
    """The loader of a format; its module is imported at the first use."""
    loader: Loader = import_module(f"knowledge_base.loading.{FORMATS[name].module}").load
    return loader


def parse(name: str, data: bytes, stem: str, columns: Columns = NO_METADATA) -> Parsed:
    """What the loader of format ``name`` makes of the file ``stem``; ``columns`` says which columns of a table hold what."""
    load = loader_of(name)
    return load(data, stem, columns) if FORMATS[name].tabular and columns else load(data, stem)


def recognise(promised: str, data: bytes) -> str:
    """The format that ``data`` really has, given what its suffix promises.

    Raises:
        Unreadable: for content that no loader reads, saying what it is.
    """
    head = data[:1024]
    if not data.strip():
        raise Unreadable("is empty")
    if b"%PDF-" in head:
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return _archive(data)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return _compound(data)
    for magic, what in _MAGIC:
        if data.startswith(magic):
            raise Unreadable(f"is {what}")
    return _text(promised, data)


def _archive(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            names = {member.filename for member in members}
            stated = b""
            if {"mimetype", "content.xml"} <= names and not any(member.flag_bits & 0x1 for member in members):
                stated = archive.open("mimetype").read(100)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, ValueError, OSError):
        raise Unreadable("is a damaged or cut-off archive (an office file, book or zip); open it and save it again") from None
    unpacked = sum(member.file_size for member in members)
    if unpacked > MAX_UNPACKED:
        raise Unreadable(f"unpacks to {unpacked / 2**20:,.0f} MB, more than {MAX_UNPACKED // 2**20} MB")
    if stated and b"spreadsheet" not in stated:
        raise Unreadable("is an OpenDocument file that is no spreadsheet; save it as .docx, .pptx or .pdf")
    if "word/document.xml" in names:
        return "docx"
    if any(member.flag_bits & 0x1 for member in members):
        raise Unreadable("is protected by a password; save it without one")
    if "xl/workbook.xml" in names or "xl/workbook.bin" in names or "content.xml" in names:
        return "xlsx"
    if "ppt/presentation.xml" in names:
        return "pptx"
    if "META-INF/container.xml" in names:
        return "epub"
    raise Unreadable("is a zip archive; name it .zip or unpack it first")


def _compound(data: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise Unreadable("is protected by a password; save it without one")
    if "Workbook".encode("utf-16-le") in data:
        return "xlsx"
    if "WordDocument".encode("utf-16-le") in data:
        raise Unreadable("is an old Word file (.doc); save it as .docx")
    raise Unreadable("is an old Office file; save it in the present format")


def _text(promised: str, data: bytes) -> str:
    sample = decode(data[:8192])[0]
    if len(_CONTROL.findall(sample)) > 0.02 * len(sample):
        raise Unreadable(
            f"is binary data, not {promised}" if not FORMATS[promised].binary else f"is no {promised} file but binary data"
        )
    if promised not in {"json", "html"} and _HTML.match(sample):
        return "html"
    if not FORMATS[promised].binary:
        return promised
    if _MARKUP.match(sample):
        return "html"
    if promised == "xlsx":
        return "csv"
    return "json" if sample.lstrip()[:1] in "[{" else "txt"
