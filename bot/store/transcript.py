"""A conversation that the caller keeps: its messages come with every turn, and nothing of it is stored."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from bot.store.conversations import Opened
from bot.types import DialogueState, Message, Reply, Understanding


class Transcript:
    """Stands in for the stored conversation during one turn. After the turn, ``state`` is the one to go on from.

    The id is new for every turn: nobody's failed proofs of an order count for somebody who said the same words.
    """

    def __init__(self, messages: Sequence[Message], state: DialogueState | None = None) -> None:
        self._messages, self.state = tuple(messages), state or DialogueState()

    def open(self, conversation: str | None, customer: str | None = None) -> Opened:
        """A fresh id, the state and the number of the next turn."""
        return Opened(secrets.token_urlsafe(18), self.state, 1 + sum(message.role == "user" for message in self._messages))

    def same_hands(self, opened: Opened) -> bool:
        """True: nobody can take over what the caller keeps."""
        return True

    def history(self, conversation: str, last: int = 12) -> tuple[Message, ...]:
        """The messages of the ``last`` turns, oldest first."""
        return self._messages[-2 * last :]

    def add_turn(
        self,
        understanding: Understanding,
        reply: Reply,
        state: DialogueState,
        evidence_ids: tuple[str, ...],
        hands: int = 0,
        declined: str | None = None,
    ) -> bool:
        """Keeps the state after the turn."""
        self.state = state
        return True
