"""What persons of the shop do in a conversation, as the chat page shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.errors import InputError
from bot.generation.service_text import nobody_came
from bot.store.handover_records import EMAIL

if TYPE_CHECKING:
    from bot.shopdesk import Shopdesk

View = dict[str, Any]


def person_view(shopdesk: Shopdesk, conversation: str | None, after: object) -> View:
    """What happened after the event ``after``.

    ``events`` have ``id, kind, turn, name, text``; ``last`` is the place to go on from; ``open`` while more may come.
    """
    if conversation is None:
        return {"events": [], "last": 0, "open": False}
    place = after if isinstance(after, int) and 0 <= after < 2**31 else 0
    new = shopdesk.handovers.events(conversation, place)
    events = [event for event in new if event.kind not in ("turn", "handover")]
    told = nobody_came(shopdesk.shop, shopdesk.conversations.open(conversation).state.language or "en") if events else ""
    return {
        "events": [
            {
                "id": event.id,
                "kind": event.kind,
                "turn": event.turn,
                "name": event.name,
                "text": told if event.kind == "agent_unavailable" else event.text,
            }
            for event in events
        ],
        "last": new[-1].id if new else place,
        "open": shopdesk.handovers.current(conversation) is not None,
    }


def left(shopdesk: Shopdesk, conversation: str | None, email: object) -> bool:
    """Keeps the customer's address for the person who is called; False when it is none, or nobody is called."""
    if conversation is None or not isinstance(email, str) or EMAIL.fullmatch(email) is None:
        return False
    try:
        return shopdesk.handovers.leave_email(conversation, email)
    except InputError:
        return False
