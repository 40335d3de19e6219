"""Requests that end in time, whatever the other side does: httpx's timeouts begin anew with every byte that comes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import httpx

LONGEST_ANSWER = 2_000_000
"""The bytes of an answer that are read; of a longer one the rest is not waited for."""

_OF_THE_BYTES_SENT = ("content-encoding", "content-length", "transfer-encoding")


def answered(
    client: httpx.Client,
    method: str,
    url: str,
    within_s: float,
    clock: Callable[[], float] = time.monotonic,
    **content: Any,
) -> httpx.Response:
    """The whole answer to one request.

    Raises:
        httpx.HTTPError: there was none, or not all of it within ``within_s`` seconds.
    """
    end, told = clock() + within_s, b""
    with client.stream(method, url, timeout=within_s, **content) as answer:
        for piece in answer.iter_bytes():
            told += piece
            if len(told) > LONGEST_ANSWER:
                break
            if clock() > end:
                raise httpx.ReadTimeout(f"The answer was not whole within {within_s:g} s.", request=answer.request)
    headers = {name: value for name, value in answer.headers.items() if name.lower() not in _OF_THE_BYTES_SENT}
    return httpx.Response(answer.status_code, headers=headers, content=told[:LONGEST_ANSWER], request=answer.request)
