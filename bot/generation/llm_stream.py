"""Streams from a chat model under deadlines, with a circuit breaker; stopping the stream cancels the model's work."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from queue import Empty, Queue
from threading import Lock, Thread
from typing import TYPE_CHECKING

from bot.errors import ModelError
from bot.privacy.masking import Mask, without_cards

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

_END = object()
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
    ) -> None:
        """``spent`` is told the server's own figures, or those of ``count`` where it gives none."""
        self._spent, self._count = spent, count
        self._model, self._deadlines, self._breaker = model, deadlines, breaker or CircuitBreaker()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: Thread | None = None
        self._starting = Lock()
        self._closing_s = closing_s
        self._masking = masking

    def pieces(self, messages: Sequence[BaseMessage], total_s: float | None = None) -> Iterator[str]:
        """The reply's text as it comes; ``total_s`` shortens the total deadline for this call.

        The model sees no card number and, where ``masking``, no personal data in what was said; what it quotes is shown again.

        Raises:
            ModelError: when the model fails, says nothing or is too slow; at once while the breaker is open.
        """
        mask = Mask(self._masking)
        with closing(self._pieces([_hidden(message, mask) for message in messages], total_s)) as pieces:
            yield from mask.show(pieces)

    def _pieces(self, messages: Sequence[BaseMessage], total_s: float | None) -> Generator[str]:
        if not self._breaker.allow():
            raise ModelError("the language model failed several times in a row and is left alone for a while")
        queue: Queue[object] = Queue()
        usage: dict[str, int] = {}
        said: list[str] = []
        started = heard = time.monotonic()
        total = min(total_s or self._deadlines.total_s, self._deadlines.total_s)
        task = asyncio.run_coroutine_threadsafe(self._pump(list(messages), queue, usage), self._running_loop())
        spoke = finished = False
        try:
            while True:
                silence = self._deadlines.first_token_s
                item = _next(queue, *min((heard + silence, silence), (started + total, total)))
                if item is _END:
                    break
                spoke, heard = True, time.monotonic()
                said.append(str(item))
                yield said[-1]
            if not spoke:
                raise ModelError("the language model gave an empty answer")
            finished = True
        except GeneratorExit:
            finished = spoke
            raise
        finally:
            task.cancel()
            self._breaker.record(finished)
            if spoke and self._spent is not None:
                prompt = usage.get("input_tokens") or sum(self._count(str(message.text)) for message in messages)
                self._spent(prompt, usage.get("output_tokens") or self._count("".join(said)))

    async def _pump(self, messages: list[BaseMessage], queue: Queue[object], usage: dict[str, int]) -> None:
        try:
            async for chunk in self._model.astream(messages):
                for name, tokens in (getattr(chunk, "usage_metadata", None) or {}).items():
                    if isinstance(tokens, int):
                        usage[name] = usage.get(name, 0) + tokens
                if text := chunk.text:
                    queue.put(str(text))
            queue.put(_END)
        except Exception as error:
            queue.put(error)

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


def _next(queue: Queue[object], until: float, limit: float) -> object:
    try:
        item = queue.get(timeout=max(until - time.monotonic(), 0.0))
    except Empty:
        raise ModelError(f"the language model did not answer within {limit:g} s") from None
    if isinstance(item, Exception):
        raise ModelError(f"the language model failed: {type(item).__name__}") from item
    return item
