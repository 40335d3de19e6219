"""``/v1``: the assistant as a chat model, for every program that speaks to OpenAI's API. Stateless: nothing is stored."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import aclosing
from threading import Lock
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import JSONResponse, Response

from bot.errors import InputError
from bot.serving import problems
from bot.serving.chat_completions import MODEL, ChatCompletionRequest, Continuation, chunk, completion, usage
from bot.serving.desk import KEY, AtDesk, Credentials, Desk, has_key, reply_of
from bot.serving.problems import Problem
from bot.serving.sse import KEEP_ALIVE, EventStream, data_frame
from bot.serving.turns import Full, TurnLog
from bot.store.transcript import Transcript
from bot.turn.hearing import cleaned
from bot.types import DialogueState, Message, TurnEvent

PREFIX = "/v1"
MOST_STATES = 5_000
STATE_S = 3600.0
router = APIRouter()
_CODES = {401: "invalid_api_key", 404: "not_found", 429: "rate_limit_exceeded"}


class States:
    """The dialogue's state after each transcript that was answered here lately, by the transcript's hash.

    A caller who sends the same messages again goes on where they ended: the order that was proved, the products shown. What
    was never answered here, or long ago, begins with what the messages themselves say.
    """

    def __init__(self, most: int = MOST_STATES, seconds: float = STATE_S) -> None:
        self._most, self._seconds = most, seconds
        self._states: OrderedDict[str, tuple[float, DialogueState]] = OrderedDict()
        self._lock = Lock()

    def after(self, messages: Sequence[Message]) -> DialogueState | None:
        """The state after these messages."""
        with self._lock:
            until, state = self._states.get(_digest(messages), (0.0, None))
        return state if time.monotonic() < until else None

    def keep(self, messages: Sequence[Message], state: DialogueState) -> None:
        """Remembers the state after these messages, for a while."""
        digest = _digest(messages)
        with self._lock:
            self._states[digest] = (time.monotonic() + self._seconds, state)
            self._states.move_to_end(digest)
            while len(self._states) > self._most:
                self._states.popitem(last=False)


def _digest(messages: Sequence[Message]) -> str:
    whole = hashlib.sha256()
    for message in messages:
        text = message.text.strip().encode("utf-8", "replace")
        whole.update(f"{message.role} {len(text)} ".encode() + text)
    return whole.hexdigest()


async def with_key(desk: AtDesk, credentials: Annotated[Credentials, Depends(KEY)]) -> None:
    """Lets those in who have the shop's API key; nobody while none is set.

    Raises:
        Problem: 401 without it.
    """
    if desk.shopdesk.settings.api_key is None:
        raise Problem(401, "This API is off: the shop's owner has to set SHOPDESK_API_KEY.", {"WWW-Authenticate": "Bearer"})
    if not has_key(desk, credentials):
        raise Problem(401, "Send the shop's API key: 'Authorization: Bearer KEY'.", {"WWW-Authenticate": "Bearer"})


@router.get("/models", dependencies=[Depends(with_key)])
async def models(desk: AtDesk) -> dict[str, Any]:
    """The one model that there is."""
    return {"object": "list", "data": [_model(desk)]}


@router.get("/models/{model}", dependencies=[Depends(with_key)])
async def model(model: str, desk: AtDesk) -> dict[str, Any]:
    """That model alone."""
    _known(model)
    return _model(desk)


@router.post("/chat/completions", dependencies=[Depends(with_key)], response_model=None)
async def chat_completions(asked: ChatCompletionRequest, desk: AtDesk, request: Request) -> Response:
    """Answers the last message, with those before it as the history. System messages do not override the shop's policy."""
    _known(asked.model)
    try:
        text = cleaned(asked.question)
    except InputError as error:
        raise Problem(422, str(error)) from error
    log = TurnLog()
    try:
        desk.turns.run(log, lambda: _turn(desk, request.app.state.states, asked, text))
    except Full:
        raise desk.full() from None
    id, created = f"chatcmpl-{secrets.token_hex(12)}", int(time.time())
    if asked.stream:
        return EventStream(_chunks(log, asked, id, created))
    return JSONResponse(completion(id, created, asked, await reply_of(log, request)))


def openai_compatible(desk: Desk) -> FastAPI:
    """The application under ``/v1``."""
    app = FastAPI(title="Shopdesk, OpenAI-compatible", version="1", docs_url=None, redoc_url=None)
    app.state.desk, app.state.states = desk, States()
    app.include_router(router)
    problems.install(app, as_openai)
    return app


def as_openai(status: int, sentence: str) -> dict[str, Any]:
    """The member of a problem that OpenAI's clients read."""
    kind = "invalid_request_error" if status < 500 and status != 429 else "server_error" if status >= 500 else "requests"
    return {"error": {"message": sentence, "type": kind, "param": None, "code": _CODES.get(status)}}


def _turn(desk: Desk, states: States, asked: ChatCompletionRequest, text: str) -> Iterator[TurnEvent]:
    history = asked.history
    transcript = Transcript(history, states.after(history) if history else None)
    for event in desk.shopdesk.continue_transcript(text, transcript):
        if event.name == "done":
            said = (Message("user", asked.question), Message("assistant", event.data.text))
            states.keep((*history, *said), transcript.state)
        yield event


async def _chunks(log: TurnLog, asked: ChatCompletionRequest, id: str, created: int) -> AsyncIterator[bytes]:
    said = Continuation()
    yield data_frame(chunk(id, created, {"role": "assistant", "content": ""}))
    async with aclosing(log.follow()) as batches:
        async for batch in batches:
            tokens = [event.data for _, event in batch if event.name == "token"]
            pieces = [piece for data in tokens if (piece := said.add(data["text"], data["reset"]))]
            if pieces:
                yield b"".join(data_frame(chunk(id, created, {"content": piece})) for piece in pieces)
            elif not batch:
                yield KEEP_ALIVE
    if log.reply is None:
        problem = problems.of_failure(log.failure or RuntimeError("The turn ended without a reply."))
        yield data_frame(as_openai(problem.status, problem.detail))
    else:
        yield data_frame(chunk(id, created, {}, "stop", shopdesk=log.reply.to_dict()))
        if asked.wants_usage:
            yield data_frame(chunk(id, created, None, usage=usage(asked, said.sent)))
    yield b"data: [DONE]\n\n"


def _known(name: str) -> None:
    if name != MODEL:
        raise Problem(404, f"There is no model {name[:60]!r}: the one here is {MODEL!r}.")


def _model(desk: Desk) -> dict[str, Any]:
    return {"id": MODEL, "object": "model", "created": 0, "owned_by": desk.shopdesk.shop.name}
