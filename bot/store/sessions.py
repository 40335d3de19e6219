"""Conversations as strangers reach them over HTTP: begun with a token, reached with it alone."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, bindparam, func, insert, select, update

from bot.store.conversation_tables import conversations, feedback, turns
from bot.store.database import aware
from bot.types import DialogueState, LanguageCode

_ADMITTING = ("token_hash", "updated_at", "site_key", "customer_id", "identified_until", "message_key", "message_turn")
_ADMIT = (  # asked with every request, so it is built once
    select(*(conversations.c[name] for name in _ADMITTING), func.coalesce(func.max(turns.c.number), 0).label("last"))
    .select_from(conversations.outerjoin(turns))
    .where(conversations.c.id == bindparam("conversation"))
    .group_by(conversations.c.id)
)


@dataclass(frozen=True, slots=True)
class Admission:
    """A conversation that a token opens: the number of its next turn, whether the token has expired, and its site's key.

    ``customer`` is the one whom the shop has vouched for and who is still logged in there; ``closed``: it is a customer's who
    is not. ``message`` is the last message that bore a name of the client's own: that name, and the turn it was to become.
    """

    conversation: str
    next_turn: int
    expired: bool = False
    site: str | None = None
    customer: str | None = None
    closed: bool = False
    message: tuple[str, int] | None = None


class SessionStore:
    """Reads and writes conversations by their token. The database holds the token's SHA-256 only.

    A token has 256 random bits, so a plain hash cannot be searched; it expires ``days`` after the conversation's last message.
    """

    def __init__(self, engine: Engine, days: float) -> None:
        self._engine, self._life = engine, timedelta(days=days)

    def begin(self, site: str | None = None, language: LanguageCode | None = None) -> tuple[str, str, datetime]:
        """Begins a conversation, of a site where one is named; its id, its token and when that expires if nothing more is said.

        ``language`` is answered in until the customer's words tell another.
        """
        conversation, token, now = secrets.token_urlsafe(18), secrets.token_urlsafe(32), datetime.now(UTC)
        state = asdict(DialogueState(language=language))
        row = {"id": conversation, "state": state, "created_at": now, "updated_at": now, "site_key": site}
        with self._engine.begin() as connection:
            connection.execute(insert(conversations).values(**row, token_hash=_hash(token)))
        return conversation, token, now + self._life

    def admit(self, conversation: str, token: str) -> Admission | None:
        """What the token opens; None alike for an unknown conversation and for a token that is not its own."""
        with self._engine.connect() as connection:
            row = connection.execute(_ADMIT, {"conversation": conversation}).one_or_none()
        if not hmac.compare_digest(_hash(token), (row and row.token_hash) or ""):
            return None
        assert row is not None
        now = datetime.now(UTC)
        identified = row.identified_until is not None and now < aware(row.identified_until)
        return Admission(
            conversation,
            row.last + 1,
            expired=now > aware(row.updated_at) + self._life,
            site=row.site_key,
            customer=row.customer_id if identified else None,
            closed=row.customer_id is not None and not identified,
            message=(row.message_key, row.message_turn) if row.message_key is not None else None,
        )

    def claim(self, conversation: str, key: str, turn: int) -> None:
        """Notes that the message which its client calls ``key`` is about to become the turn ``turn``."""
        with self._engine.begin() as connection:
            connection.execute(
                update(conversations).where(conversations.c.id == conversation).values(message_key=key, message_turn=turn)
            )

    def turns(self, conversation: str, after: int = 0, limit: int = 100) -> list[dict[str, Any]]:
        """The turns numbered above ``after``, oldest first: ``turn, text, reply, rating, created_at``."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(turns.c.number, turns.c.text, turns.c.reply, feedback.c.rating, turns.c.created_at)
                .select_from(turns.outerjoin(feedback))
                .where(turns.c.conversation_id == conversation, turns.c.number > after)
                .order_by(turns.c.number)
                .limit(limit)
            ).all()
        names = ("turn", "text", "reply", "rating", "created_at")
        return [dict(zip(names, (*row[:4], aware(row[4])), strict=True)) for row in rows]

    def turn(self, conversation: str, number: int) -> dict[str, Any] | None:
        """One finished turn as ``{"understanding", "reply"}``."""
        with self._engine.connect() as connection:
            row = connection.execute(
                select(turns.c.understanding, turns.c.reply).where(
                    turns.c.conversation_id == conversation, turns.c.number == number
                )
            ).one_or_none()
        return row and {"understanding": row[0], "reply": row[1]}


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
