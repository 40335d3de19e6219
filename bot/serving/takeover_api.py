"""``/api/v1/takeover``: what the link's page does. The link's token is the bearer token; it is in no address here."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Response
from fastapi.security import HTTPBearer

from bot.errors import InputError
from bot.serving.desk import AtDesk, Credentials, Desk
from bot.serving.from_store import from_store
from bot.serving.handover_events import LASTING_EVENTS, LONGEST_S, data_of, frame, history, place, state_of
from bot.serving.problems import Problem, openapi_responses
from bot.serving.schemas import LARGEST_TURN, History, StoredTurn
from bot.serving.sse import BEGINNING, KEEP_ALIVE, EventStream
from bot.serving.takeover_schemas import Answer, EarlierHandover, Release, Said, Suggestion, Suggestions, Take, Takeover
from bot.serving.takeover_schemas import Summary as ShownSummary
from bot.store.handover_records import Event, Handover, Held, Over
from bot.takeover.links import Expired
from bot.takeover.suggestions import suggest
from bot.takeover.summary import summarise
from bot.turn.hearing import cleaned

router = APIRouter(prefix="/takeover", tags=["takeover"])
LINK = HTTPBearer(auto_error=False, scheme_name="takeover token")
GONE = "This link opens nothing any more: the conversation was given back or closed, or the link is too old."
Person = Annotated[
    str | None,
    Header(
        alias="Takeover-Person",
        min_length=16,
        max_length=64,
        description="a random secret of the person's browser, by which the server knows who has the conversation",
    ),
]


async def opened(desk: AtDesk, credentials: Annotated[Credentials, Depends(LINK)]) -> Handover:
    """The handover that the link's token opens.

    Raises:
        Problem: 401 without a token or with a wrong one, 410 when it is too old or the handover is over.
    """
    challenge = {"WWW-Authenticate": 'Bearer realm="takeover"'}
    if credentials is None:
        raise Problem(401, "Send the link's token: 'Authorization: Bearer TOKEN'.", challenge)
    try:
        handover = await from_store(desk.shopdesk.links.read, credentials.credentials, desk.shopdesk.handovers)
    except Expired:
        raise Problem(410, GONE) from None
    if handover is None:
        raise Problem(401, "This is no token of a takeover link: open the link of the notification again.", challenge)
    return handover


OpenedByLink = Annotated[Handover, Depends(opened)]


@router.get("", responses=openapi_responses(401, 410, 429))
async def read_handover(handover: OpenedByLink, desk: AtDesk, response: Response, person: Person = None) -> Takeover:
    """Who has the conversation, what it is about, and how earlier handovers of it ended."""
    response.headers["Cache-Control"] = "no-store"
    return await _shown(desk, handover, person)


@router.get("/messages", responses=openapi_responses(401, 410, 422, 429))
async def read_conversation(
    handover: OpenedByLink,
    desk: AtDesk,
    after: Annotated[int, Query(ge=0, le=LARGEST_TURN)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 500,
) -> History:
    """The whole conversation in its true order."""
    return await history(desk, handover.conversation, after, limit)


@router.get(
    "/events",
    response_model=None,
    responses={200: {"description": "the events", "content": LASTING_EVENTS}, **openapi_responses(401, 410, 429)},
)
async def follow_handover(
    handover: OpenedByLink, desk: AtDesk, last_event_id: Annotated[str | None, Header()] = None
) -> Response:
    """What happens in the conversation, as it happens: the customer's events, and `turn` with each new turn as in `messages`.

    The stream ends when the conversation is given back or closed.
    """
    desk.feed.room(handover.conversation)
    return EventStream(_events(desk, handover, place(last_event_id)), longest_s=LONGEST_S)


@router.post("/take", responses=openapi_responses(400, 401, 409, 410, 422, 429))
async def take(handover: OpenedByLink, desk: AtDesk, wish: Take, person: Person = None) -> Takeover:
    """Takes the conversation: the assistant is silent from now on. 409 when another person has it and `over` is not set."""
    secret = _known(person)
    taken = await _change(desk, desk.shopdesk.handovers.take, handover.id, _clean(wish.name), secret, wish.over)
    return await _shown(desk, taken, secret)


@router.post("/messages", status_code=201, responses=openapi_responses(400, 401, 409, 410, 422, 429))
async def answer(handover: OpenedByLink, desk: AtDesk, said: Answer, person: Person = None) -> Said:
    """Says something to the customer, in the person's name. 409 when the caller does not have the conversation."""
    text = _clean(said.text)
    return Said(id=await _change(desk, desk.shopdesk.handovers.say, handover.id, _known(person), text, said.key))


@router.post("/release", status_code=204, responses=openapi_responses(400, 401, 409, 410, 422, 429))
async def release(handover: OpenedByLink, desk: AtDesk, wish: Release, person: Person = None) -> None:
    """Gives the conversation back to the assistant, or closes the matter. The link opens nothing any more."""
    await _change(desk, desk.shopdesk.handovers.release, handover.id, _known(person), wish.outcome, wish.note)


@router.get("/suggestions", responses=openapi_responses(401, 410, 429))
async def read_suggestions(handover: OpenedByLink, desk: AtDesk) -> Suggestions:
    """Replies to the customer's last message, from what the shop has loaded."""
    question, found = await from_store(suggest, desk.shopdesk, handover.conversation)
    return Suggestions(question=question, suggestions=[Suggestion(**asdict(one)) for one in found])


async def _change(desk: Desk, change: Any, *arguments: object) -> Any:
    try:
        return await from_store(change, *arguments)
    except Held as error:
        raise Problem(409, str(error)) from None
    except Over:
        raise Problem(410, GONE) from None


def _clean(text: str) -> str:
    """The text without control characters, like a customer's."""
    try:
        return cleaned(text)
    except InputError as error:
        raise Problem(422, str(error)) from error


def _known(person: str | None) -> str:
    if person is None:
        raise Problem(422, "Send the header 'Takeover-Person' with a random secret of 16 to 64 characters.")
    return person


async def _shown(desk: Desk, handover: Handover, person: str | None) -> Takeover:
    shopdesk = desk.shopdesk
    turns = await from_store(shopdesk.handovers.turns, handover.conversation)
    called = await from_store(shopdesk.handovers.called_after, handover.id)
    before = await from_store(shopdesk.handovers.before, handover)
    summary = asdict(summarise(turns, called, shopdesk.language))
    summary["products"] = [{"sku": sku, "title": title} for sku, title in summary["products"]]
    return Takeover(
        conversation=handover.conversation,
        handover=state_of(handover),
        mine=person is not None and handover.held_by(person),
        summary=ShownSummary(**summary, email=handover.email),
        earlier=[
            EarlierHandover(
                reason=one.reason, requested_at=one.requested_at, agent=one.agent, outcome=one.outcome, note=one.note
            )
            for one in before
        ],
        shop=shopdesk.shop.name,
        shop_zh=shopdesk.shop.name_zh,
    )


async def _events(desk: Desk, handover: Handover, after: int) -> AsyncIterator[bytes]:
    yield BEGINNING
    async with aclosing(desk.feed.follow(handover.conversation, after)) as batches:
        async for batch in batches:
            yield b"".join([frame(event, await _data(desk, handover, event)) for event in batch]) or KEEP_ALIVE
            now = await from_store(desk.shopdesk.handovers.find, handover.id) if batch else handover
            if now is None or now.released_at is not None:
                return


async def _data(desk: Desk, handover: Handover, event: Event) -> dict[str, Any]:
    if event.kind != "turn":
        return data_of(event, desk.shopdesk.shop, "en")
    turns = await from_store(desk.shopdesk.sessions.turns, handover.conversation, event.turn - 1, 1)
    return StoredTurn(**turns[0]).model_dump(mode="json") if turns else {"turn": event.turn}
