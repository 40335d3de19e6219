"""Finding the files to load, and telling whether one has changed."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge_base.loading.formats import ACCEPTED, format_of_suffix
from knowledge_base.types import Skipped

MAX_BYTES = 50 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that will be loaded. ``source`` is its short name for customers, ``size`` is in bytes."""

    path: Path
    source: str
    size: int

    @property
    def location(self) -> str:
        """The resolved absolute path: what identifies the document."""
        return str(self.path)


def fingerprint(path: str | Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal. Raises OSError where it cannot be read."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def list_files(paths: Sequence[str | Path]) -> list[SourceFile | Skipped]:
    """Every file under ``paths``, sorted, each once; a :class:`Skipped` for what can be told from its name and size.

    Directories are walked; hidden files and directories and the lock files of office programs are left out. ``source`` is
    relative to the parent of a given directory, or the name of a given file.
    """
    found: list[SourceFile | Skipped] = []
    seen: set[Path] = set()
    for root in map(Path, paths):
        for path, source in _walk(root) if root.is_dir() else [(root, root.name)]:
            item = _examine(path, source)
            if isinstance(item, Skipped):
                found.append(item)
            elif item.path not in seen:
                seen.add(item.path)
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


def _examine(path: Path, source: str) -> SourceFile | Skipped:
    try:
        resolved = path.resolve()
        status = resolved.stat()
    except (OSError, RuntimeError, ValueError) as error:
        missing = isinstance(error, FileNotFoundError)
        return Skipped(source or str(path), "does not exist" if missing else f"cannot be opened: {reason_of(error)}")
    if not stat.S_ISREG(status.st_mode):
        return Skipped(source, "is not a file")
    if format_of_suffix(path.suffix) is None:
        suffix = f"has the unknown ending {path.suffix!r}" if path.suffix else "has no ending"
        return Skipped(source, f"{suffix}; accepted are {ACCEPTED}")
    if status.st_size > MAX_BYTES:
        return Skipped(source, f"has {status.st_size / 2**20:,.0f} MB, more than {MAX_BYTES // 2**20} MB; split it")
    return SourceFile(resolved, source, status.st_size)


def reason_of(error: Exception) -> str:
    """The system's own words for an error, without number and path."""
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
