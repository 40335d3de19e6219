"""Zip archives of documents: what is inside, and one file of it. Nothing is ever unpacked to the disk."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from knowledge_base.loading.encoding import decode
from knowledge_base.loading.parsed import MAX_UNPACKED, Unreadable

MAX_MEMBERS = 2_000
_OFFICE = ("word/", "xl/", "ppt/", "META-INF/container.xml", "content.xml")
_UTF8_NAME, _ENCRYPTED = 0x800, 0x1


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive: its name as its maker wrote it, its unpacked size in bytes, why it is not read if it is not."""

    name: str
    size: int
    refused: str | None = None


def list_members(path: Path) -> list[Member] | None:
    """The files in the archive, by name; None where it is an office file or book under a wrong name.

    Raises:
        Unreadable: the archive is damaged, has too many files or unpacks to too much.
        OSError: it cannot be opened.
    """
    with _opened(path) as archive:
        infos = [info for info in archive.infolist() if not info.is_dir()]
        if any(info.filename.startswith(_OFFICE) for info in infos):
            return None
        if len(infos) > MAX_MEMBERS:
            raise Unreadable(f"holds {len(infos):,} files, more than {MAX_MEMBERS:,}; split it")
        unpacked = sum(info.file_size for info in infos)
        if unpacked > MAX_UNPACKED:
            raise Unreadable(f"unpacks to {unpacked / 2**20:,.0f} MB, more than {MAX_UNPACKED // 2**20} MB")
        members = (Member(_name(info), info.file_size, _refused(info)) for info in infos)
        return sorted((member for member in members if not _hidden(member.name)), key=lambda member: member.name)


def read_member(path: Path, name: str) -> bytes:
    """The bytes of one file in the archive, never more than it declares.

    Raises:
        Unreadable: the file is not there or its data are damaged.
        OSError: the archive cannot be opened.
    """
    with _opened(path) as archive:
        for info in archive.infolist():
            if _name(info) == name and not _refused(info):
                return archive.read(info)
    raise Unreadable("is no longer in its archive")


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, RuntimeError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable("is a damaged or cut-off archive; pack it again") from None


def _name(info: zipfile.ZipInfo) -> str:
    """The name, whose encoding old archivers do not tell."""
    if info.flag_bits & _UTF8_NAME:
        return info.filename
    try:
        return decode(info.filename.encode("cp437"))[0]
    except UnicodeEncodeError:
        return info.filename


def _refused(info: zipfile.ZipInfo) -> str | None:
    path = PurePosixPath(info.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in info.filename.partition("/")[0]:
        return "has a name that leads out of its archive"
    if info.flag_bits & _ENCRYPTED:
        return "is protected by a password; pack it without one"
    return "is an archive inside an archive; unpack it first" if path.suffix.casefold() == ".zip" else None


def _hidden(name: str) -> bool:
    return any(part.startswith((".", "~$", "__MACOSX")) and part != ".." for part in PurePosixPath(name).parts)
