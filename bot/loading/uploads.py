"""Files that the shop's people send through the console: kept in the data directory, where they can be loaded again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import RLock

from bot.errors import InputError


class Uploads:
    """A folder of files by their names. A file of a known name takes its place, so that it is the same document, changed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = RLock()

    @contextmanager
    def kept(self, files: Sequence[Path]) -> Iterator[list[Path]]:
        """The files in their places, where they stay unless the block fails: then all is as it was.

        Raises:
            InputError: two files have one name, or a name is unusable.
        """
        with self._lock, ExitStack() as undo:
            yield self._put(files, undo)
            undo.pop_all()

    @contextmanager
    def on_trial(self, files: Sequence[Path]) -> Iterator[list[Path]]:
        """The files in their places during the block; afterwards all is as it was.

        Raises:
            InputError: as for :meth:`kept`.
        """
        with self._lock, ExitStack() as undo:
            yield self._put(files, undo)

    def remove(self, file: Path) -> None:
        """Deletes a file that is kept here; any other one stays."""
        with self._lock:
            if file.parent == self._folder.resolve():
                file.unlink(missing_ok=True)

    def _put(self, files: Sequence[Path], undo: ExitStack) -> list[Path]:
        places = self._places(files)
        self._folder.mkdir(parents=True, exist_ok=True)
        for file, place in zip(files, places, strict=True):
            undo.callback(_put_back, place, place.read_bytes() if place.exists() else None)
            shutil.copyfile(file, place)
        return places

    def _places(self, files: Sequence[Path]) -> list[Path]:
        names = [file.name for file in files]
        for name in names:
            if name.startswith(".") or not name.isprintable():
                raise InputError(f"A file cannot be called {name[:80]!r}: give it another name.")
            if names.count(name) > 1:
                raise InputError(f"Two files are called {name[:80]!r}: give one another name.")
        return [self._folder / name for name in names]


def _put_back(place: Path, content: bytes | None) -> None:
    if content is None:
        place.unlink(missing_ok=True)
    else:
        place.write_bytes(content)
