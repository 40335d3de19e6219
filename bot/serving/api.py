"""``/api/v1``: conversations over HTTP, for the widget and for a shop's own front end."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Header, Path, Query, Request, Response
from fastapi.responses import JSONResponse

from bot.errors import InputError
from bot.serving import (
    admin_api,
    experiments_api,
    health_api,
    identity,
    interactions_api,
    problems,
    profile_api,
    sites,
    takeover_api,
)
from bot.serving.desk import Admitted, AtDesk, Desk, may_speak, may_use, reply_of
from bot.serving.from_store import from_store
from bot.serving.handover_events import LASTING_EVENTS, contact, customer_events, history, state_of
from bot.serving.limits import address_of
from bot.serving.origins import foreign_origin, may_embed
from bot.serving.problems import Problem, openapi_responses
from bot.serving.resending import again, answered_before, turn_address, wants_json
from bot.serving.schemas import (
    LARGEST_TURN,
    Beginning,
    CartItem,
    Feedback,
    HandoverAccepted,
    HandoverRequest,
    History,
    NewConversation,
    NewMessage,
    PageContext,
    ProblemDetails,
    Satisfaction,
)
from bot.serving.sites import site_of
from bot.serving.sse import EventStream, live, place_after, stored
from bot.serving.takeover_schemas import LeftEmail
from bot.store.sites import Site
from bot.text.script import script_of_locale
from bot.turn.hearing import cleaned
from bot.types import CartLine, LanguageCode, Reply

PREFIX = "/api/v1"
KEPT_KEY = 200
router = APIRouter()
TurnPath = Annotated[int, Path(ge=1, le=LARGEST_TURN)]
EVENTS: dict[str, Any] = {
    "text/event-stream": {
        "schema": {"type": "string"},
        "example": "retry: 2000\n\nevent: token\nid: 1.2\n"
        'data: {"text": "You can return it within 30 days [1].", "reset": false}\n\n',
    }
}


@router.post("/conversations", status_code=201, responses=openapi_responses(400, 403, 404, 413, 422, 429))
async def begin_conversation(
    desk: AtDesk, request: Request, response: Response, where: Beginning | None = None
) -> NewConversation:
    """Begins a conversation. Keep the token: it alone opens the conversation, and it is not shown again.

    It belongs to the site that is named, else to the one that lists the origin of the page which sends this.
    """
    where = where or Beginning()
    site = await _site(desk, request, where)
    key = site.key if site else None
    await may_use(desk, key)
    conversation, token, expires_at = await from_store(desk.shopdesk.sessions.begin, key, _language(where.locale))
    response.headers["Location"] = f"{PREFIX}/conversations/{conversation}/messages"
    response.headers["Cache-Control"] = "no-store"
    return NewConversation(id=conversation, token=token, expires_at=expires_at)


@router.post(
    "/conversations/{conversation}/messages",
    response_model=None,
    responses={
        200: {
            "description": "the turn's events, or with `Accept: application/json` the reply object",
            "model": Reply,
            "content": EVENTS,
        },
        **openapi_responses(400, 401, 403, 404, 409, 413, 422, 429, 503),
    },
)
async def send_message(
    admission: Admitted,
    message: NewMessage,
    desk: AtDesk,
    request: Request,
    accept: Annotated[str, Header()] = "*/*",
    idempotency_key: Annotated[str | None, Header(max_length=KEPT_KEY)] = None,
) -> Response:
    """Answers a message.

    As server-sent events `understanding, token, citations, products, follow_ups, asks, done | error`; `token` with `"reset":
    true` stands in place of all text before it. With `Accept: application/json` as one JSON, the reply object.

    The turn goes on when the connection is lost; its events can be read from the address in `Location`. One message of a
    conversation is answered at a time: another one meanwhile gets 409, is not stored, and can be sent again. The last message,
    sent again with the same `Idempotency-Key`, is not answered twice, though the server was restarted meanwhile.
    """
    await may_speak(desk, admission)
    try:
        text = cleaned(message.text)
    except InputError as error:
        raise Problem(422, str(error)) from error
    if idempotency_key is not None and (past := await answered_before(desk, admission, idempotency_key, text)) is not None:
        return again(admission.conversation, past, wants_json(accept))
    page = message.context or PageContext()
    events = partial(
        desk.shopdesk.stream, text, admission.conversation, admission.customer, page.sku, _language(message.locale),
        script_of_locale(message.locale), [_cart_line(item) for item in page.cart],
    )  # fmt: skip
    lane = address_of(request.scope)
    log = desk.begin(admission.conversation, admission.next_turn, events, idempotency_key, lane)
    where = turn_address(admission.conversation, log.turn)
    if wants_json(accept):
        return JSONResponse((await reply_of(log, request)).to_dict(), headers={**where, "Cache-Control": "no-store"})
    return EventStream(live(log, 0), where)


@router.get(
    "/conversations/{conversation}/messages/{turn}/events",
    response_model=None,
    responses={
        200: {"description": "the turn's events", "content": EVENTS},
        204: {"description": "`Last-Event-ID` was that of the turn's last event"},
        **openapi_responses(401, 403, 404, 422, 429),
    },
)
async def read_events(
    admission: Admitted, turn: TurnPath, desk: AtDesk, last_event_id: Annotated[str | None, Header()] = None
) -> Response:
    """The events of a turn again, those after `Last-Event-ID` when it is given; a running turn is followed to its end.

    Of a turn that ended more than two minutes ago, or in another process, the text comes whole in one `token` event that
    stands in place of what was shown before.
    """
    after = place_after(last_event_id, turn)
    if after is None:
        return Response(status_code=204)
    if (log := desk.turns.find(admission.conversation, turn)) is not None:
        return EventStream(live(log, after))
    past = await from_store(desk.shopdesk.sessions.turn, admission.conversation, turn)
    if past is None:
        raise Problem(404, f"The conversation has no turn {turn}.")
    return EventStream(stored(past))


@router.get("/conversations/{conversation}/messages", responses=openapi_responses(401, 403, 404, 422, 429))
async def read_messages(
    admission: Admitted,
    desk: AtDesk,
    after: Annotated[int, Query(ge=0, le=LARGEST_TURN, description="only what came after this turn")] = 0,
    limit: Annotated[int, Query(ge=1, le=500, description="turns at most")] = 100,
) -> History:
    """The conversation so far, as the server has it: turns, and in their midst what persons of the shop said."""
    return await history(desk, admission.conversation, after, limit)


@router.get(
    "/conversations/{conversation}/events",
    response_model=None,
    responses={200: {"description": "the events", "content": LASTING_EVENTS}, **openapi_responses(401, 403, 404, 429)},
)
async def follow_conversation(
    admission: Admitted, desk: AtDesk, last_event_id: Annotated[str | None, Header()] = None
) -> Response:
    """What persons of the shop do in the conversation, as it happens, after `Last-Event-ID`, or without it from the start.

    Server-sent events `handover {reason}`, `agent_joined {name}` (the assistant is silent from now on), `agent_message
    {id, name, text}`, `agent_left {name}` (the assistant answers again) and `agent_unavailable {text, contact}` (nobody came
    in time), each with the time `at`. A comment every 15 seconds keeps the connection; it ends after an hour: connect again.
    """
    return customer_events(desk, admission.conversation, last_event_id)


@router.post(
    "/conversations/{conversation}/feedback", status_code=204, responses=openapi_responses(400, 401, 403, 404, 422, 429)
)
async def rate_turn(admission: Admitted, feedback: Feedback, desk: AtDesk) -> None:
    """Rates a turn; a later rating of the same turn replaces it."""
    try:
        await from_store(
            desk.shopdesk.rate, admission.conversation, feedback.turn, feedback.rating, feedback.reason, feedback.text
        )
    except InputError as error:
        raise Problem(404, f"The conversation has no turn {feedback.turn} to rate.") from error
    desk.metrics.rated(feedback.rating)


@router.post("/conversations/{conversation}/csat", status_code=204, responses=openapi_responses(400, 401, 403, 404, 422, 429))
async def rate_conversation(admission: Admitted, satisfaction: Satisfaction, desk: AtDesk) -> None:
    """Rates the whole conversation from 1 to 5, perhaps in words; a later rating replaces it."""
    await from_store(desk.shopdesk.csat.rate, admission.conversation, satisfaction.score, satisfaction.text)
    desk.metrics.satisfied(satisfaction.score)


@router.post(
    "/conversations/{conversation}/handover", status_code=202, responses=openapi_responses(400, 401, 403, 404, 422, 429)
)
async def call_person(admission: Admitted, desk: AtDesk, wish: HandoverRequest | None = None) -> HandoverAccepted:
    """Calls a person of the shop, and says how people are reached meanwhile. Calling twice changes nothing."""
    await may_speak(desk, admission)
    reason = wish.reason if wish else "requested"
    if await from_store(desk.shopdesk.handovers.request, admission.conversation, reason):
        desk.metrics.handed_over()
    state = await from_store(desk.shopdesk.handovers.current, admission.conversation)
    if state is None:
        raise Problem(409, "A person has just answered and left: call again if you need one.", {"Retry-After": "1"})
    return HandoverAccepted(handover=state_of(state), contact=contact(desk.shopdesk.shop))


@router.post(
    "/conversations/{conversation}/email", status_code=204, responses=openapi_responses(400, 401, 403, 404, 409, 422, 429)
)
async def leave_email(admission: Admitted, desk: AtDesk, left: LeftEmail) -> None:
    """Leaves an e-mail address for the person who was called, such as when nobody comes. Another one replaces it."""
    await may_speak(desk, admission)
    if not await from_store(desk.shopdesk.handovers.leave_email, admission.conversation, left.email):
        raise Problem(409, "No person was called in this conversation: call one with POST …/handover first.")


class Api(FastAPI):
    """The application, whose OpenAPI document also describes problems."""

    def openapi(self) -> dict[str, Any]:
        """The document, made once."""
        if self.openapi_schema is None:
            super().openapi()["components"]["schemas"]["ProblemDetails"] = ProblemDetails.model_json_schema()
        assert self.openapi_schema is not None
        return self.openapi_schema


def api(desk: Desk) -> FastAPI:
    """The application under ``/api/v1``."""
    app = Api(
        title="Shopdesk",
        version="1",
        description="Customer service and shopping guide for online shops. Every error is `application/problem+json`.",
        docs_url=None,
        redoc_url=None,
    )
    app.state.desk = desk
    app.include_router(router)
    app.include_router(health_api.router)
    app.include_router(sites.router)
    app.include_router(admin_api.router)
    app.include_router(identity.router)
    app.include_router(interactions_api.router)
    app.include_router(profile_api.router)
    app.include_router(takeover_api.router)
    app.include_router(experiments_api.router)
    problems.install(app)
    return app


async def _site(desk: Desk, request: Request, where: Beginning) -> Site | None:
    site: Site | None = None
    if where.site is not None:
        site = await site_of(desk, where.site)
    elif origin := foreign_origin(request):
        site = await from_store(desk.shopdesk.sites.of_origin, origin)
    may_embed(request, site)
    return site


def _cart_line(item: CartItem | str) -> CartLine:
    """A line of the page's cart; a bare SKU is one piece."""
    return CartLine(item) if isinstance(item, str) else CartLine(item.sku, item.quantity)


def _language(locale: str | None) -> LanguageCode | None:
    tag = (locale or "").lower()
    return "zh" if tag.startswith("zh") else "en" if tag.startswith("en") else None
