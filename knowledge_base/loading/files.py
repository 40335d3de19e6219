"""What is to be loaded: files, those inside zip archives, and pages that were fetched; and whether one has changed."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from knowledge_base.loading.archive import list_members, read_member
from knowledge_base.loading.formats import ACCEPTED, format_of_suffix
from knowledge_base.loading.parsed import Unreadable
from knowledge_base.types import Skipped

MAX_BYTES = 50 * 1024 * 1024
INSIDE = "!/"
"""Stands between an archive and the name of a file inside it."""


class Source(Protocol):
    """Bytes to be loaded and where they come from.

    ``location`` identifies the document, ``source`` is its short name for customers, ``name`` the file's name without its
    ending and ``suffix`` that ending.
    """

    @property
    def location(self) -> str: ...  # noqa: D102

    @property
    def source(self) -> str: ...  # noqa: D102

    @property
    def name(self) -> str: ...  # noqa: D102

    @property
    def suffix(self) -> str: ...  # noqa: D102

    def read(self) -> bytes:
        """The content. Raises OSError, or :class:`Unreadable` where the archive around it is damaged."""
        ...


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that will be loaded; with ``member``, the one of that name inside the zip archive ``path``. ``size`` in bytes."""

    path: Path
    source: str
    size: int
    member: str | None = None

    @property
    def location(self) -> str:
        """The resolved absolute path, for a member followed by ``!/`` and its name: what identifies the document."""
        return str(self.path) if self.member is None else f"{self.path}{INSIDE}{self.member}"

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return PurePosixPath(self.member).stem if self.member else self.path.stem

    @property
    def suffix(self) -> str:
        """The ending of the file's name."""
        return PurePosixPath(self.member).suffix if self.member else self.path.suffix

    def read(self) -> bytes:
        """The file's bytes."""
        return self.path.read_bytes() if self.member is None else read_member(self.path, self.member)


def container_of(location: str) -> Path:
    """The file on disk that holds the document at ``location``: itself, or the archive that it is in."""
    return Path(location.partition(INSIDE)[0])


def fingerprint(source: Source) -> str:
    """The SHA-256 of the content, in hexadecimal. Raises as :meth:`Source.read` does."""
    if isinstance(source, SourceFile) and source.member is None:
        with source.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    return hashlib.sha256(source.read()).hexdigest()


def list_files(paths: Sequence[str | Path]) -> list[SourceFile | Skipped]:
    """Every file under ``paths``, sorted, each once; a :class:`Skipped` for what can be told from its name and size.

    Directories are walked and zip archives opened; hidden files and directories and the lock files of office programs are
    left out. ``source`` is relative to the parent of a given directory, or the name of a given file.
    """
    found: list[SourceFile | Skipped] = []
    seen: set[str] = set()
    for root in map(Path, paths):
        for path, source in _walk(root) if root.is_dir() else [(root, root.name)]:
            for item in _examine(path, source):
                if isinstance(item, Skipped):
                    found.append(item)
                elif item.location not in seen:
                    seen.add(item.location)
                    found.append(item)
    return found


def _walk(root: Path) -> Iterator[tuple[Path, str]]:
    root = root.resolve()
    for directory, names, files in os.walk(root):
        names[:] = sorted(name for name in names if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith((".", "~$")):
                path = Path(directory, name)
                yield path, path.relative_to(root.parent).as_posix()


def _examine(path: Path, source: str) -> Iterator[SourceFile | Skipped]:
    try:
        resolved = path.resolve()
        status = resolved.stat()
        if not stat.S_ISREG(status.st_mode):
            yield Skipped(source, "is not a file")
        elif status.st_size > MAX_BYTES:
            yield Skipped(source, f"has {status.st_size / 2**20:,.0f} MB, more than {MAX_BYTES // 2**20} MB; split it")
        elif format_of_suffix(path.suffix) is not None:
            yield SourceFile(resolved, source, status.st_size)
        elif path.suffix.casefold() == ".zip":
            yield from _members(resolved, source, status.st_size)
        else:
            suffix = f"has the unknown ending {path.suffix!r}" if path.suffix else "has no ending"
            yield Skipped(source, f"{suffix}; accepted are {ACCEPTED}")
    except Unreadable as error:
        yield Skipped(source, str(error))
    except (OSError, RuntimeError, ValueError) as error:
        missing = isinstance(error, FileNotFoundError)
        yield Skipped(source or str(path), "does not exist" if missing else f"cannot be opened: {reason_of(error)}")


def _members(path: Path, source: str, size: int) -> Iterator[SourceFile | Skipped]:
    members = list_members(path)
    if members is None:  # an office file under another name; its content tells
        yield SourceFile(path, source, size)
        return
    for member in members:
        inside, suffix = f"{source}{INSIDE}{member.name}", PurePosixPath(member.name).suffix
        if member.refused:
            yield Skipped(inside, member.refused)
        elif format_of_suffix(suffix) is None:
            wrong = f"has the unknown ending {suffix!r}" if suffix else "has no ending"
            yield Skipped(inside, f"{wrong}; accepted are {ACCEPTED}")
        else:
            yield SourceFile(path, inside, member.size, member.name)


def reason_of(error: Exception) -> str:
    """The system's own words for an error, without number and path."""
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
