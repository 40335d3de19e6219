"""The owner's tests in the data directory: files of YAML that are read, changed and run from the console."""

from __future__ import annotations

import re
from pathlib import Path

from bot.conversation_tests.cases import Case, parse_cases, read_cases
from bot.errors import LoadError

FOLDER = "tests"
_NAME = re.compile(r"[\w][\w.-]{0,80}\.ya?ml")


class TestFolder:
    """Reads and writes the files of ``tests`` in the data directory, and none elsewhere."""

    __test__ = False

    def __init__(self, data: Path) -> None:
        self._path = data / FOLDER

    def names(self) -> list[str]:
        """The files, newest first."""
        found = [path for path in self._path.glob("*.y*ml") if _NAME.fullmatch(path.name)]
        return [path.name for path in sorted(found, key=lambda path: (-path.stat().st_mtime_ns, path.name))]

    def text(self, name: str) -> str:
        """What a file says.

        Raises:
            LoadError: there is no such file.
        """
        try:
            return self._file(name).read_text("utf-8-sig")
        except FileNotFoundError:
            raise LoadError(f"There is no test {name!r} any more: choose another one.") from None

    def write(self, name: str, text: str) -> None:
        """Writes a file, which may be there already.

        Raises:
            LoadError: the name is unusable, or the text no test; nothing is written then.
        """
        path = self._file(name)
        parse_cases(text, name)
        self._path.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    def remove(self, name: str) -> None:
        """Takes a file away, if it is there."""
        self._file(name).unlink(missing_ok=True)

    def cases(self, name: str | None = None) -> list[Case]:
        """The conversations of one file or of all.

        Raises:
            LoadError: a file holds no tests.
        """
        return [case for each in ([name] if name else self.names()) for case in read_cases(self._file(each))]

    def _file(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise LoadError(f"A test's file has a name of letters, digits, - and _ that ends in .yaml, not {name[:80]!r}.")
        return self._path / name
