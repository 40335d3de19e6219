"""Says within the process that something new happened in a conversation. Other processes see it in the database."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

Listener = Callable[[str], None]


class Changes:
    """Tells listeners the id of each conversation in which something was stored for a person or by one."""

    def __init__(self) -> None:
        self._listeners: tuple[Listener, ...] = ()
        self._lock = Lock()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Calls ``listener``, in the thread that stored, until the result is called. It must be quick and raise nothing."""
        with self._lock:
            self._listeners = (*self._listeners, listener)

        def undo() -> None:
            with self._lock:
                self._listeners = tuple(other for other in self._listeners if other is not listener)

        return undo

    def publish(self, conversation: str) -> None:
        """Tells everybody."""
        for listener in self._listeners:
            listener(conversation)
