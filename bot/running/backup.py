"""A shop's data directory as one archive, taken while it is served, and back again.

The archive holds the database as it was at one moment and the files beside it. Vectors and lexical indexes are left out: they
are made again from the database when the restored directory is opened first.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from bot.errors import DataDirectoryError, InputError
from bot.settings import Settings
from bot.store.copying import copied, sound

DATABASE, MANIFEST, FORMAT = "shopdesk.db", "manifest.json", "shopdesk-backup-1"
_MADE_AGAIN = ("chroma", "lexical", "lexical-draft", "lock")
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Archived:
    """What an archive holds: how many files beside the database, and how many bytes all are."""

    files: int
    bytes: int


def backup(settings: Settings, archive: Path) -> Archived:
    """Writes the archive. Conversations may go on meanwhile; what is said after the database was read is not in it.

    Raises:
        InputError: there is a file of that name, no shop to save, or the database is a server's, which has its own tools.
        DataDirectoryError: something cannot be read or written.
    """
    if settings.database_url and not settings.database_url.startswith("sqlite"):
        raise InputError("The shop's data is on a database server: back that up with its own tools, such as pg_dump.")
    if not settings.database_url and not (settings.data / DATABASE).exists():
        raise InputError(f"{str(settings.data)!r} is no shop's data directory: name one with --data.")
    try:
        with TemporaryDirectory(dir=settings.data, prefix=".backup-") as made:
            copy = copied(settings.sql_url, Path(made) / DATABASE)
            files = {
                DATABASE: copy,
                **{str(path.relative_to(settings.data).as_posix()): path for path in _files(settings.data)},
            }
            return _write(archive, files)
    except FileExistsError as error:
        raise InputError(f"There is a file {str(archive)!r} already: choose another name.") from error
    except OSError as error:
        raise DataDirectoryError(f"The backup cannot be written ({error.strerror or error}): free some space.") from error


def restore(archive: Path, data: Path) -> Archived:
    """Puts the archive's files into the directory ``data``, which must not hold anything; every byte is checked first.

    Raises:
        InputError: there is no such archive, it is damaged, or the directory holds something.
        DataDirectoryError: the directory cannot be written.
    """
    if data.exists() and (not data.is_dir() or any(data.iterdir())):
        raise InputError(f"The directory {str(data)!r} is not empty: restore into a new one with --data.")
    try:
        data.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=data.parent, prefix=".restore-") as made:
            held = _unpacked(archive, Path(made))
            if not sound(Path(made) / DATABASE):
                raise InputError(f"The database in {str(archive)!r} is damaged: take another backup.")
            data.mkdir(exist_ok=True)
            for path in Path(made).iterdir():
                shutil.move(path, data / path.name)
            return held
    except (zipfile.BadZipFile, KeyError, ValueError, EOFError) as error:
        raise InputError(f"{str(archive)!r} is no whole backup of Shopdesk ({error}): take another one.") from error
    except FileNotFoundError as error:
        raise InputError(f"There is no file {str(archive)!r}: give the path of a backup.") from error
    except OSError as error:
        raise DataDirectoryError(f"{str(data)!r} cannot be written ({error.strerror or error}).") from error


def _files(data: Path) -> Iterator[Path]:
    for path in sorted(data.rglob("*")):
        first = path.relative_to(data).parts[0]
        made_again = first in _MADE_AGAIN or first.startswith((DATABASE, ".backup-"))
        if path.is_file() and not path.is_symlink() and not made_again:
            yield path


def _write(archive: Path, files: dict[str, Path]) -> Archived:
    handle = os.open(archive, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)  # it holds what customers said
    try:
        with open(handle, "wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
            sums = {name: _pack(packed, name, path) for name, path in files.items()}
            packed.writestr(MANIFEST, json.dumps({"format": FORMAT, "sha256": sums}, indent=1))
    except BaseException:
        archive.unlink()
        raise
    return Archived(len(files) - 1, archive.stat().st_size)


def _pack(packed: zipfile.ZipFile, name: str, path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as source, packed.open(name, "w", force_zip64=True) as target:
        while piece := source.read(_PIECE):
            digest.update(piece)
            target.write(piece)
    return digest.hexdigest()


def _unpacked(archive: Path, into: Path) -> Archived:
    with zipfile.ZipFile(archive) as packed:
        manifest = json.loads(packed.read(MANIFEST))
        if manifest["format"] != FORMAT:
            raise ValueError(f"its format is {manifest['format']!r}")
        for name, expected in manifest["sha256"].items():
            place = PurePosixPath(name)
            if place.is_absolute() or ".." in place.parts:
                raise ValueError(f"it holds the path {name!r}")
            digest, target = hashlib.sha256(), into / place
            target.parent.mkdir(parents=True, exist_ok=True)
            with packed.open(name) as source, target.open("wb") as file:
                while piece := source.read(_PIECE):
                    digest.update(piece)
                    file.write(piece)
            if digest.hexdigest() != expected:
                raise ValueError(f"{name} differs from what was saved")
        return Archived(len(manifest["sha256"]) - 1, archive.stat().st_size)
