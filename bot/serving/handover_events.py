"""A conversation with what persons said in it: as a history in true order, and as events that go on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from bot.generation.service_text import nobody_came
from bot.serving.desk import Desk
from bot.serving.from_store import from_store
from bot.serving.schemas import AgentMessage, Contact, HandoverState, History, Notice, StoredTurn
from bot.serving.sse import BEGINNING, KEEP_ALIVE, EventStream, data_frame
from bot.store.handover_records import Event, Handover
from bot.types import LanguageCode

if TYPE_CHECKING:
    from bot.settings.profile import ShopProfile

LONGEST_S = 3600.0
MOST_EVENTS = 10_000
LASTING_EVENTS: dict[str, Any] = {
    "text/event-stream": {
        "schema": {"type": "string"},
        "example": "retry: 2000\n\nevent: agent_message\nid: 7\n"
        'data: {"id": 7, "name": "Mia", "text": "Hello, I have looked at it.", "at": "2026-11-22T08:00:00+00:00"}\n\n',
    }
}


async def history(desk: Desk, conversation: str, after: int, limit: int) -> History:
    """At most ``limit`` turns after the turn ``after``, and what happened between them and after the last one."""
    running = desk.turns.running(conversation)  # read first: a turn that ends meanwhile is running or stored, never neither
    stored = await from_store(desk.shopdesk.sessions.turns, conversation, after, limit)
    events = await from_store(desk.shopdesk.handovers.events, conversation, 0, after, MOST_EVENTS)
    handover = await from_store(desk.shopdesk.handovers.current, conversation)
    language = await _language(desk, conversation)
    turns = [StoredTurn(**turn) for turn in stored]
    until = turns[-1].turn if len(turns) == limit else None
    entries: list[tuple[tuple[int, int], StoredTurn | AgentMessage | Notice]] = [((turn.turn, 0), turn) for turn in turns]
    entries += [
        ((event.turn, event.id), _entry(event, desk.shopdesk.shop, language))
        for event in events
        if event.kind != "turn" and (until is None or event.turn <= until)
    ]
    return History(
        conversation=conversation,
        messages=[entry for _, entry in sorted(entries, key=lambda pair: pair[0])],
        running=running,
        handover=state_of(handover) if handover else None,
        last_event=events[-1].id if events else 0,
    )


def customer_events(desk: Desk, conversation: str, last_event_id: str | None) -> Response:
    """The stream of a customer's front end."""
    desk.feed.room(conversation)
    return EventStream(_for_customer(desk, conversation, place(last_event_id)), longest_s=LONGEST_S)


async def _for_customer(desk: Desk, conversation: str, after: int) -> AsyncIterator[bytes]:
    yield BEGINNING
    async with aclosing(desk.feed.follow(conversation, after)) as batches:
        async for batch in batches:
            if await from_store(desk.shopdesk.identities.closed, conversation):
                return
            language = await _language(desk, conversation) if batch else "en"
            told = (event for event in batch if event.kind != "turn")
            yield b"".join(frame(event, data_of(event, desk.shopdesk.shop, language)) for event in told) or KEEP_ALIVE


def frame(event: Event, data: dict[str, Any]) -> bytes:
    """One event, with its id."""
    return data_frame(data, f"event: {event.kind}\nid: {event.id}\n")


def data_of(event: Event, shop: ShopProfile, language: LanguageCode) -> dict[str, Any]:
    """An event's data as plain JSON types."""
    own: dict[str, Any] = {"name": event.name}
    if event.kind == "handover":
        own = {"reason": event.text}
    elif event.kind == "agent_message":
        own = {"id": event.id, "name": event.name, "text": event.text}
    elif event.kind == "agent_unavailable":
        own = {"text": nobody_came(shop, language), "contact": contact(shop).model_dump()}
    return {**own, "at": event.at.isoformat()}


def contact(shop: ShopProfile) -> Contact:
    """How people of the shop are reached."""
    return Contact(hours=shop.hours, hours_zh=shop.hours_zh, email=shop.email, phone=shop.phone)


def state_of(handover: Handover) -> HandoverState:
    """A handover as the customer may see it."""
    return HandoverState(reason=handover.reason, requested_at=handover.requested_at, agent=handover.agent)


def place(last_event_id: str | None) -> int:
    """The id of the last event that a reader has; 0 when none is known."""
    known = last_event_id or ""
    return int(known) if known.isascii() and known.isdigit() and len(known) < 12 else 0


async def _language(desk: Desk, conversation: str) -> LanguageCode:
    state = (await from_store(desk.shopdesk.conversations.open, conversation)).state
    return state.language or desk.shopdesk.language


def _entry(event: Event, shop: ShopProfile, language: LanguageCode) -> AgentMessage | Notice:
    if event.kind == "agent_message":
        return AgentMessage(id=event.id, turn=event.turn, name=event.name or "", text=event.text or "", at=event.at)
    data = data_of(event, shop, language)
    return Notice.model_validate({"id": event.id, "turn": event.turn, "event": event.kind, "data": data, "at": event.at})
