"""Results that are made once, however many threads ask for them at the same time."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Once(Generic[Value]):
    """A function of a text that keeps its latest results. Who asks for one that is being made waits for it."""

    def __init__(self, make: Callable[[str], Value], most: int) -> None:
        """``most`` results are kept; one that could not be made is not."""
        self._make, self._most = make, most
        self._kept: OrderedDict[str, Future[Value]] = OrderedDict()
        self._lock = Lock()

    def __call__(self, text: str) -> Value:
        """The result, made now or before; raises what making it raised."""
        with self._lock:
            kept = self._kept.get(text)
            if kept is not None:
                self._kept.move_to_end(text)
            else:
                future = self._kept[text] = Future()
                if len(self._kept) > self._most:
                    self._kept.popitem(last=False)
        return kept.result() if kept is not None else self._made(text, future)

    def __contains__(self, text: str) -> bool:
        """Whether the result is kept or being made."""
        return text in self._kept

    def __len__(self) -> int:
        """How many results are kept or being made."""
        return len(self._kept)

    def _made(self, text: str, future: Future[Value]) -> Value:
        try:
            future.set_result(self._make(text))
        except BaseException as error:
            with self._lock:
                self._kept.pop(text, None)
            future.set_exception(error)
        return future.result()
