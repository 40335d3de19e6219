"""The child process that parses binary formats: reads requests on stdin, answers on stdout, under its own limits.

A request is a line of JSON (``format``, ``name``, ``size``, ``columns``, ``cpu_seconds``) and ``size`` bytes; an answer is a
line of JSON.
JSON, since nothing that a hostile file may have made of this process is to be unpickled in the parent.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from dataclasses import asdict
from typing import Any

from knowledge_base.loading.formats import parse
from knowledge_base.loading.parsed import Unreadable


def main(memory_mb: int) -> None:
    """Serves until stdin closes."""
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):  # what a native library prints must not mix with the answers
        os.dup2(silence, stream)
    sys.setrecursionlimit(1500)
    _limit_memory(memory_mb << 20)
    while header := requests.readline():
        request = json.loads(header)
        _limit_time(request["cpu_seconds"])
        answers.write(json.dumps(_answer(request, requests.read(request["size"]), memory_mb)).encode() + b"\n")
        answers.flush()


def _answer(request: dict[str, Any], data: bytes, memory_mb: int) -> dict[str, Any]:
    try:
        return asdict(parse(request["format"], data, request["name"], request["columns"]))
    except Unreadable as error:
        return {"error": str(error)}
    except MemoryError:
        return {"error": f"needs more than {memory_mb:,} MB of memory to parse"}
    except Exception as error:  # whatever a library raises on a broken file is the file's fault here
        return {"error": f"is damaged or of an unknown kind ({type(error).__name__}); open it and save it again"}


def _limit_memory(size: int) -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):  # Windows has no such limits
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (size, size))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_time(seconds: int) -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + seconds, hard))
