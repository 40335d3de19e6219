"""A message that a client sends again, since no answer came: to this server, to another one, or after a restart."""

from __future__ import annotations

from typing import Any

from fastapi import Response
from fastapi.responses import JSONResponse

from bot.serving.desk import Desk
from bot.serving.from_store import from_store
from bot.serving.sse import EventStream, stored
from bot.store.sessions import Admission


async def answered_before(desk: Desk, admission: Admission, key: str, text: str) -> dict[str, Any] | None:
    """The stored turn that the message ``key`` became, where no log here knows of it any more; else the key is noted."""
    if admission.message is None or admission.message[0] != key:
        await from_store(desk.shopdesk.sessions.claim, admission.conversation, key, admission.next_turn)
        return None
    turn = admission.message[1]
    if turn >= admission.next_turn or desk.turns.find(admission.conversation, turn) is not None:
        return None
    past = await from_store(desk.shopdesk.sessions.turn, admission.conversation, turn)
    return past if past is not None and past["understanding"]["text"] == text else None


def again(conversation: str, past: dict[str, Any], as_json: bool) -> Response:
    """The response of a stored turn once more."""
    where = turn_address(conversation, past["reply"]["turn"])
    if as_json:
        return JSONResponse(past["reply"], headers={**where, "Cache-Control": "no-store"})
    return EventStream(stored(past), where)


def turn_address(conversation: str, turn: int) -> dict[str, str]:
    """The headers that say where a turn's events can be read again."""
    return {"Location": f"/api/v1/conversations/{conversation}/messages/{turn}/events", "Vary": "Accept"}


def wants_json(accept: str) -> bool:
    """Whether the client wants one JSON in place of a stream."""
    return "application/json" in accept and "text/event-stream" not in accept
