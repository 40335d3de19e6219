"""The parent's end of the parsing process: starts it when first needed, replaces it when it dies or hangs."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from types import TracebackType
from typing import Any

from knowledge_base.loading.columns import Columns
from knowledge_base.loading.parsed import Parsed, Unreadable
from knowledge_base.types import NO_METADATA, Section

_LONGEST_ANSWER = 200 * 1024 * 1024
_START = "import sys; memory, *sys.path[:] = sys.argv[1:]; from knowledge_base.loading.worker import main; main(int(memory))"


class Sandbox:
    """Parses files of binary formats in one long-lived child process with limits on memory and time.

    Use it as a context manager; leaving it ends the process. Safe to share between threads, one file at a time.
    """

    def __init__(self, cpu_seconds: int = 30, wall_seconds: float = 60.0, memory_mb: int = 1024) -> None:
        self._cpu_seconds = cpu_seconds
        self._wall_seconds = wall_seconds
        self._memory_mb = memory_mb
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Ends the child process, if there is one."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()

    def parse(self, format_name: str, data: bytes, name: str, columns: Columns = NO_METADATA) -> Parsed:
        """What :func:`knowledge_base.loading.formats.parse` makes of ``data``.

        Raises:
            Unreadable: as the loader does, and when the file kills the process or takes too long.
        """
        with self._lock:
            process = self._running()
            late = threading.Event()
            timer = threading.Timer(self._wall_seconds, _stop, (process, late))
            timer.start()
            try:
                request = {"format": format_name, "name": name, "size": len(data), "columns": dict(columns)}
                request["cpu_seconds"] = self._cpu_seconds
                answer = self._ask(process, request, data)
            finally:
                timer.cancel()
            if answer is None:
                code = _end(process)
                self.close()
                raise Unreadable(self._epitaph(code, late.is_set()))
        if "error" in answer:
            raise Unreadable(answer["error"])
        return _parsed(answer)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-c", _START, str(self._memory_mb), *sys.path],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        return self._process

    @staticmethod
    def _ask(process: subprocess.Popen[bytes], request: dict[str, Any], data: bytes) -> dict[str, Any] | None:
        """The child's answer; None where it died over the request."""
        assert process.stdin and process.stdout
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n" + data)
            process.stdin.flush()
            line = process.stdout.readline(_LONGEST_ANSWER)
            answer: dict[str, Any] = json.loads(line)
        except (OSError, ValueError, RecursionError):
            return None
        return answer if isinstance(answer, dict) else None

    def _epitaph(self, code: int, late: bool) -> str:
        if late or -code == getattr(signal, "SIGXCPU", None):
            seconds = self._wall_seconds if late else self._cpu_seconds
            return f"takes more than {seconds:g} seconds to parse; split it into smaller files"
        return "made its parser crash; it is damaged or harmful. Open it and save it again"


def _end(process: subprocess.Popen[bytes]) -> int:
    """The exit code of a child that died; one that lives on with an unusable answer is ended."""
    try:
        return process.wait(1.0)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def _stop(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    process.kill()


def _parsed(answer: dict[str, Any]) -> Parsed:
    sections = [
        Section(
            item["text"],
            tuple(item["path"]),
            item["kind"],
            item["question"],
            item["language"],
            item["metadata"] or NO_METADATA,
            item["row"],
        )
        for item in answer["sections"]
    ]
    skipped = [(int(row), str(reason)) for row, reason in answer["skipped"]]
    return Parsed(answer["title"], sections, skipped, answer["language"], [str(note) for note in answer["notes"]])
