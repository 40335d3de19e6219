"""Every error of the API is one sentence in ``application/problem+json`` (RFC 9457)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from bot.errors import ShopdeskError

logger = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"
LONGEST_SHOWN = 60
Extension = Callable[[int, str], dict[str, Any]]
"""Further members of a problem's body, from its status and sentence."""


class Problem(Exception):
    """Raised where a request cannot be answered; ``detail`` is one sentence for whoever wrote the client.

    ``kind`` is for the client itself, where its status alone does not tell what to do; it becomes the problem's ``type``.
    """

    def __init__(self, status: int, detail: str, headers: Mapping[str, str] | None = None, kind: str | None = None) -> None:
        super().__init__(detail)
        self.status, self.detail, self.headers, self.kind = status, detail, dict(headers or {}), kind


def of_failure(error: Exception) -> Problem:
    """What a client is told of a turn that failed: what a customer may see, else that the fault is ours."""
    if isinstance(error, ShopdeskError) and error.public:
        return Problem(409, str(error), {"Retry-After": "1"})
    log("A turn failed", error)
    return Problem(503, "The assistant cannot answer just now: send the message again in a moment.", {"Retry-After": "5"})


def log(what: str, error: Exception) -> None:
    """Notes a failure: in its own sentence where it says what is wrong, else with where it happened."""
    if isinstance(error, ShopdeskError):
        logger.error("%s: %s", what, error)  # a disk that is full must not be filled by one traceback a request
    else:
        logger.error(what, exc_info=error)


def response(
    status: int,
    detail: str,
    headers: Mapping[str, str] | None = None,
    extension: Extension | None = None,
    kind: str | None = None,
) -> JSONResponse:
    """The problem as a response."""
    body = {
        "type": f"urn:shopdesk:{kind}" if kind else "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    more = extension(status, detail) if extension else {}
    return JSONResponse({**body, **more}, status, dict(headers or {}), MEDIA_TYPE)


PROTECTION = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
"""Of the one response that no middleware sees: the one to a failure that got past them all."""


def install(app: FastAPI, extension: Extension | None = None) -> None:
    """Makes problems of everything that goes wrong in ``app``; ``extension`` adds members to each."""

    def of_problem(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, Problem)
        return response(error.status, error.detail, error.headers, extension, error.kind)

    def of_http(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        return response(error.status_code, _sentence_of_status(request, error), error.headers, extension)

    def of_validation(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        first = error.errors()[0]
        return response(400 if first["type"] == "json_invalid" else 422, sentence(first), None, extension)

    def of_shop(_: Request, error: Exception) -> JSONResponse:
        log("A request failed", error)
        sorry = "The shop's data cannot be read or written just now: try again in a moment."
        return response(503, sorry, {"Retry-After": "5"}, extension)

    def of_fault(_: Request, error: Exception) -> JSONResponse:
        logger.error("A request failed", exc_info=error)
        return response(500, "The server failed at this request; its log says why.", PROTECTION, extension)

    app.add_exception_handler(Problem, of_problem)
    app.add_exception_handler(HTTPException, of_http)
    app.add_exception_handler(RequestValidationError, of_validation)
    app.add_exception_handler(ShopdeskError, of_shop)
    app.add_exception_handler(Exception, of_fault)


def sentence(error: Mapping[str, Any]) -> str:
    """One of pydantic's errors as a sentence that names the field and, where it is short, the value."""
    if error["type"] == "json_invalid":
        return f"The body is not valid JSON: {error['ctx']['error']} at character {error['loc'][-1]}."
    where, *path = error["loc"]
    name = ".".join(str(part) for part in path)
    place = f"{name!r} in the {where}" if name else f"The {where}"
    message = error["msg"].removeprefix("Value error, ").rstrip(".")
    return f"{place}{_shown(error.get('input'))}: {message[:1].lower()}{message[1:]}."


def _shown(value: object) -> str:
    """The value where it is short and holds no text that the customer may have typed by mistake into another field."""
    if isinstance(value, bool | int | float | str):
        shown = repr(value)
        return f" cannot be {shown}" if len(shown) <= LONGEST_SHOWN else ""
    return ""


def _sentence_of_status(request: Request, error: HTTPException) -> str:
    if error.status_code == HTTPStatus.NOT_FOUND:
        return "There is nothing at this address; /api/v1/openapi.json lists what there is."
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        return f"{request.method[:20]} is not answered at this address; /api/v1/openapi.json lists what is."
    if error.status_code == HTTPStatus.BAD_REQUEST:
        return "The body cannot be read as JSON in UTF-8, or did not come in time."
    return f"{str(error.detail).rstrip('.')}."


def openapi_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What FastAPI's ``responses`` says of these problems."""
    example = {"type": "about:blank", "title": "Not Found", "status": 404, "detail": "There is no such conversation."}
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {
                MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}, "example": _named(example, status)}
            },
        }
        for status in statuses
    }


def _named(example: dict[str, Any], status: int) -> dict[str, Any]:
    phrase = HTTPStatus(status).phrase
    return {**example, "title": phrase, "status": status, "detail": f"One sentence that says what to do ({phrase})."}
