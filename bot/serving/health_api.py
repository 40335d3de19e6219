"""What whoever runs the server asks it: whether it lives, whether customers can be sent to it, and its counters."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from bot.serving.desk import KEY, AtDesk, Credentials, has_key, is_local
from bot.serving.from_store import from_store
from bot.serving.metrics import CONTENT_TYPE
from bot.serving.problems import Problem, openapi_responses
from bot.serving.schemas import Health

router = APIRouter()
OperatorKey = Annotated[Credentials, Depends(KEY)]


@router.get("/health")
async def health(desk: AtDesk) -> Health:
    """Whether the program answers, and whether it has anything to answer from."""
    return Health(status="ok", empty=await from_store(lambda: desk.shopdesk.empty))


@router.get("/ready", responses=openapi_responses(503))
async def ready(request: Request, desk: AtDesk, credentials: OperatorKey) -> Health:
    """Whether customers can be sent here: models and index are loaded, and the database takes what is written.

    Else 503; the reason is told to this machine, to whoever has the API key, and in the log.
    """
    reason = await from_store(desk.shopdesk.readiness.reason)
    if reason is not None:
        told = is_local(request) or has_key(desk, credentials)
        raise Problem(503, str(reason) if told else "The server is not ready; its log says why.", {"Retry-After": "5"})
    return await health(desk)


@router.get("/metrics", response_model=None, responses={200: {"content": {"text/plain": {}}}, **openapi_responses(401)})
async def metrics(request: Request, desk: AtDesk, credentials: OperatorKey) -> Response:
    """Counters for Prometheus: to this machine, and to whoever has the API key."""
    if not is_local(request) and not has_key(desk, credentials):
        raise Problem(401, "Metrics need the API key: 'Authorization: Bearer KEY'.", {"WWW-Authenticate": "Bearer"})
    return Response(desk.metrics.text(), media_type=CONTENT_TYPE)
