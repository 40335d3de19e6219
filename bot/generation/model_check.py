"""Whether a language model answers: one real call, and what went wrong in words that an owner can act on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from bot.errors import ModelError, SettingsError
from bot.generation.chat_model import chat_model
from bot.generation.llm_stream import Deadlines, ModelStream
from bot.settings import Settings

Problem = Literal["settings", "unreachable", "key", "not_found", "busy", "slow", "failed"]
BY_STATUS: dict[int, Problem] = {401: "key", 403: "key", 404: "not_found", 429: "busy"}
SAID = "Reply with the word: ready"
MOST = 200


@dataclass(frozen=True, slots=True)
class ModelCheck:
    """How a call went: its ``text`` and milliseconds to the first words and in all, or the ``problem`` with its detail."""

    first_ms: float | None = None
    total_ms: float | None = None
    text: str = ""
    problem: Problem | None = None
    detail: str = ""


def check_model(settings: Settings) -> ModelCheck:
    """Calls the model of the settings under their deadlines. No key is in what comes back, whatever the server says."""
    try:
        stream = ModelStream(chat_model(settings), Deadlines(settings.llm_first_token_s, settings.llm_total_s))
    except SettingsError as error:
        return ModelCheck(problem="settings", detail=_without_key(str(error), settings))
    started = time.perf_counter()
    try:
        return _called(stream, started)
    except ModelError as error:
        cause, seconds = error.__cause__, time.perf_counter() - started
        problem = _problem(cause, seconds >= settings.llm_first_token_s)
        detail = "" if problem == "key" else _without_key(str(cause or error), settings)  # servers repeat parts of a wrong key
        return ModelCheck(total_ms=1000 * seconds, problem=problem, detail=detail)
    finally:
        stream.close()


def _called(stream: ModelStream, started: float) -> ModelCheck:
    from langchain_core.messages import HumanMessage

    first, pieces = None, []
    for piece in stream.pieces([HumanMessage(SAID)]):
        first = first or 1000 * (time.perf_counter() - started)
        pieces.append(piece)
    return ModelCheck(first, 1000 * (time.perf_counter() - started), "".join(pieces).strip()[:MOST])


def _problem(cause: BaseException | None, late: bool) -> Problem:
    names = " ".join(type(error).__name__ for error in _chain(cause))
    if "Timeout" in names or (cause is None and late):
        return "slow"
    if "Connect" in names:
        return "unreachable"
    return BY_STATUS.get(getattr(cause, "status_code", 0), "failed")


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def _without_key(text: str, settings: Settings) -> str:
    key = settings.llm_api_key.get_secret_value() if settings.llm_api_key else ""
    shown = " ".join((text.replace(key, "…") if key else text).split())
    return shown[:MOST]
