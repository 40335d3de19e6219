"""Streams from a chat model under deadlines, with a circuit breaker; stopping the stream cancels the model's work."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Generator, MutableMapping, Sequence
from concurrent.futures import Future
from contextlib import closing, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from queue import Empty, Queue
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any, Protocol

from bot.errors import ModelError
from bot.privacy.masking import Mask, without_cards
from bot.turn.audience import audience
from bot.turn.giving_way import about_to_wait

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

_END = object()
_GONE = "nobody waits for the language model's words any more"
_SENDING_S = 0.01
"""How long a caller leaves the processor to a request, so that the model thinks while the caller does something else."""
_asking: ContextVar[_Call] = ContextVar("asking")
Spent = Callable[[int, int], None]
"""Hears of the tokens of a call: of the prompt, and of the answer as far as it came."""
CountTokens = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Seconds to the first words, which no later silence may exceed either, and to the last words."""

    first_token_s: float
    total_s: float


class CircuitBreaker:
    """Opens after ``limit`` failures in a row; after ``pause_s`` it lets one attempt through."""

    def __init__(self, limit: int = 5, pause_s: float = 30.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit, self._pause, self._clock = limit, pause_s, clock
        self._failures, self._retry_at, self._lock = 0, 0.0, Lock()

    def allow(self) -> bool:
        """Whether an attempt may be made now."""
        with self._lock:
            if self._failures < self._limit:
                return True
            if self._clock() < self._retry_at:
                return False
            self._retry_at = self._clock() + self._pause
            return True

    def record(self, success: bool) -> None:
        """Counts the outcome of an attempt."""
        with self._lock:
            self._failures = 0 if success else self._failures + 1
            self._retry_at = self._clock() + self._pause


@dataclass(slots=True)
class _Call:
    """A request that the model's event loop is at: its words, and what the server says that they cost."""

    queue: Queue[object] = field(default_factory=Queue)
    usage: dict[str, int] = field(default_factory=dict)
    sent: Event = field(default_factory=Event)
    started: float = field(default_factory=time.monotonic)
    task: Future[None] | None = None
    over: bool = False

    def hang_up(self) -> None:
        """Ends the request."""
        self.over = True
        if self.task is not None:
            self.task.cancel()


class Request(Protocol):
    """An HTTP client's request; one of its ``extensions`` hears of the steps in which it is sent."""

    extensions: MutableMapping[str, Any]


async def watch_sending(request: Request) -> None:
    """The hook by which an HTTP client tells that a model's request is on its way."""
    call = _asking.get(None)
    if call is None:
        return

    async def trace(step: str, _told: object) -> None:
        if step.endswith("send_request_body.complete"):
            call.sent.set()

    request.extensions["trace"] = trace


class ModelStream:
    """Runs a model's asynchronous stream on one background event loop, so that a deadline can cut it off at once."""

    def __init__(
        self,
        model: BaseChatModel,
        deadlines: Deadlines,
        breaker: CircuitBreaker | None = None,
        closing_s: float = 5.0,
        masking: bool = False,
        spent: Spent | None = None,
        count: CountTokens = len,
        allowed: Callable[[], bool] = lambda: True,
    ) -> None:
        """``spent`` is told the server's own figures, else those of ``count``; ``allowed`` is asked before each call."""
        self._spent, self._count, self._allowed = spent, count, allowed
        self._model, self._deadlines, self._breaker = model, deadlines, breaker or CircuitBreaker()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: Thread | None = None
        self._starting = Lock()
        self._closing_s = closing_s
        self._masking = masking

    def pieces(self, messages: Sequence[BaseMessage], total_s: float | None = None) -> Generator[str]:
        """The reply's text as it comes; ``total_s`` shortens the total deadline for this call.

        The model is asked at once, so that it thinks while the caller gets ready to read; closing the pieces hangs up on it.
        It sees no card number and, where ``masking``, no personal data in what was said; what it quotes is shown again.

        Raises:
            ModelError: at once while the breaker is open, no call is allowed or nobody waits for the answer any more; from
                the pieces when the model fails, says nothing or is too slow, or all who waited have gone.
        """
        if audience().gone:
            raise ModelError(_GONE)
        if not self._allowed():
            raise ModelError("the tokens of the last 24 hours are used up: see 'llm_conversation_tokens' and 'llm_shop_tokens'")
        if not self._breaker.allow():
            raise ModelError("the language model failed several times in a row and is left alone for a while")
        mask = Mask(self._masking)
        hidden = [_hidden(message, mask) for message in messages]
        call = _Call()
        call.task = asyncio.run_coroutine_threadsafe(self._pump(hidden, call), self._running_loop())
        call.task.add_done_callback(lambda _: call.queue.put(ModelError(_GONE)))  # the last word of one who was hung up on
        call.sent.wait(_SENDING_S)
        return _shown(self._words(hidden, call, min(total_s or self._deadlines.total_s, self._deadlines.total_s)), mask)

    def _words(self, messages: Sequence[BaseMessage], call: _Call, total: float) -> Generator[str]:
        said: list[str] = []
        heard, silence = call.started, self._deadlines.first_token_s
        finished, waiting = False, audience()
        try:
            with waiting.waiting(call.hang_up):
                while True:
                    item = _next(call.queue, *min((heard + silence, silence), (call.started + total, total)))
                    if item is _END:
                        break
                    heard = time.monotonic()
                    said.append(str(item))
                    yield said[-1]
            if not said:
                raise ModelError("the language model gave an empty answer")
            finished = True
        except GeneratorExit:
            finished = bool(said)
            raise
        finally:
            call.hang_up()
            if finished or not waiting.gone:
                self._breaker.record(finished)
            if said and self._spent is not None:
                prompt = call.usage.get("input_tokens") or sum(self._count(str(message.text)) for message in messages)
                self._spent(prompt, call.usage.get("output_tokens") or self._count("".join(said)))

    async def _pump(self, messages: list[BaseMessage], call: _Call) -> None:
        _asking.set(call)
        try:
            async for chunk in self._model.astream(messages):
                if call.over:  # Python 3.11 may lose a cancellation that meets the next words (asyncio.wait_for)
                    raise asyncio.CancelledError
                for name, tokens in (getattr(chunk, "usage_metadata", None) or {}).items():
                    if isinstance(tokens, int):
                        call.usage[name] = call.usage.get(name, 0) + tokens
                if text := chunk.text:
                    call.queue.put(str(text))
            call.queue.put(_END)
        except Exception as error:
            call.queue.put(error)
        finally:
            call.sent.set()

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        with self._starting:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = Thread(target=self._loop.run_forever, name="language-model", daemon=True)
                self._thread.start()
            return self._loop

    def close(self) -> None:
        """Hangs up, closes the model's connections and ends the event loop."""
        with self._starting:
            loop, self._loop = self._loop, None
        if loop is None or self._thread is None:
            return
        with suppress(TimeoutError):  # a model that will not let go must not keep the rest from being closed
            asyncio.run_coroutine_threadsafe(self._wind_up(), loop).result(self._closing_s)
        loop.call_soon_threadsafe(loop.stop)
        self._thread.join(self._closing_s)
        if not loop.is_running():
            loop.close()

    async def _wind_up(self) -> None:
        running = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        client = getattr(self._model, "http_async_client", None)
        if client is not None:
            await client.aclose()
        await asyncio.get_running_loop().shutdown_asyncgens()


def _hidden(message: BaseMessage, mask: Mask) -> BaseMessage:
    """A message as the model may see it; the program's own instructions and the shop's passages lose card numbers only."""
    text = str(message.content)
    return message.model_copy(update={"content": without_cards(text) if message.type == "system" else mask.hide(text)})


def _shown(words: Generator[str], mask: Mask) -> Generator[str]:
    with closing(words):
        yield from mask.show(words)


def _next(queue: Queue[object], until: float, limit: float) -> object:
    about_to_wait()
    try:
        item = queue.get(timeout=max(until - time.monotonic(), 0.0))
    except Empty:
        raise ModelError(f"the language model did not answer within {limit:g} s") from None
    if isinstance(item, ModelError):
        raise item
    if isinstance(item, Exception):
        raise ModelError(f"the language model failed: {type(item).__name__}") from item
    return item
