"""``/api/v1/admin``: what the console shows, for the shop's own programs; open to whoever is signed in to the console."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from bot.serving.desk import AtDesk
from bot.serving.from_store import from_store
from bot.serving.problems import Problem, openapi_responses
from bot.store.conversation_search import Outcome, Rating
from bot.store.statistics import Channel, Period
from bot.types import SentimentLabel

router = APIRouter(prefix="/admin", responses=openapi_responses(401, 422))
Language = Annotated[Literal["zh", "en"] | None, Query(description="only conversations in this language")]
Days = Annotated[int, Query(ge=1, le=3660, description="the last days, today counted")]


class Figures(BaseModel):
    """The figures of a period; shares lie in [0, 1] and are null where there is nothing to divide by."""

    first: date
    last: date
    conversations: int
    turns: int
    contained: float | None = Field(description="share of conversations that no person was called to")
    self_served: float | None = Field(description="share with an answer, no person called and no turn rated down")
    unanswered: float | None = Field(description="share of turns in which the assistant said that it does not know")
    rated_up: float | None = Field(description="share of up among the ratings of turns")
    csat: float | None = Field(description="mean of the marks at the end, 1 to 5")
    returned: float | None = Field(description="share of known customers' conversations with another within seven days")
    turns_each: float | None
    minutes_each: float | None
    first_reply_ms: float | None
    reply_ms: float | None
    by_day: list[dict[str, Any]]
    intents: dict[str, int] = Field(description="turns of each intent, commonest first")
    handover_reasons: dict[str, int]
    funnel: dict[str, Any] = Field(
        description="recommended products that were clicked, put into the cart and bought: `products` and `conversations` at"
        " each step, and `rows` by day, language of the reply and channel"
    )
    models: list[dict[str, Any]] = Field(
        description="calls, tokens and cost of each language model on these days, in all and by turn and conversation"
    )


class Listed(BaseModel):
    """A conversation in a list."""

    id: str
    began_at: datetime
    language: str
    question: str = Field(description="the customer's first message")
    turns: int
    handed_over: bool
    unanswered: int
    ratings: str
    customer: str | None


class GapListed(BaseModel):
    """Questions asked in vain that ask the same."""

    question: str
    language: str
    cost: float
    asked: int
    wordings: list[str]


@router.get("/figures")
async def read_figures(
    desk: AtDesk,
    days: Days = 30,
    language: Language = None,
    channel: Annotated[Channel | None, Query(description="only conversations by this channel")] = None,
) -> Figures:
    """The figures of the last days."""
    statistics, zone = desk.shopdesk.admin.statistics, desk.shopdesk.settings.zone
    period = Period.of_days(days, language, channel=channel, zone=zone)

    def read() -> dict[str, Any]:
        outcomes, by_day = statistics.figures(period)
        return {
            **outcomes.to_dict(),
            "first": period.first,
            "last": period.last,
            "by_day": by_day,
            "intents": dict(statistics.counts(period, "intent", limit=100)),
            "handover_reasons": dict(statistics.handover_reasons(period)),
            "funnel": desk.shopdesk.admin.funnel(period).to_dict(),
            "models": [model.to_dict() for model in desk.shopdesk.admin.model_calls.by_model(period)],
        }

    return Figures.model_validate(await from_store(read))


@router.get("/conversations")
async def find_conversations(
    desk: AtDesk,
    text: Annotated[str, Query(max_length=200)] = "",
    language: Language = None,
    intent: Annotated[str | None, Query(max_length=100)] = None,
    outcome: Outcome | None = None,
    sentiment: SentimentLabel | None = None,
    rating: Rating | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> list[Listed]:
    """Conversations that fit, newest first."""
    search = desk.shopdesk.admin.conversations
    found = await from_store(search.find, text, language, intent, outcome, limit, offset, sentiment, rating)
    return [Listed.model_validate(asdict(one)) for one in found]


@router.get("/conversations/{conversation}", responses=openapi_responses(404))
async def read_conversation(conversation: str, desk: AtDesk) -> list[dict[str, Any]]:
    """Every turn with what led to it."""
    turns = await from_store(desk.shopdesk.admin.conversations.whole, conversation[:64])
    if not turns:
        raise Problem(404, "There is no such conversation, or nothing was said in it.")
    return turns


@router.get("/gaps")
async def read_gaps(desk: AtDesk, days: Days = 30) -> list[GapListed]:
    """What customers asked in vain, the costliest first."""
    return [
        GapListed(
            question=gap.question,
            language=gap.language,
            cost=gap.cost,
            asked=len(gap.misses),
            wordings=list(dict.fromkeys(miss.question for miss in gap.misses)),
        )
        for gap in await from_store(desk.shopdesk.admin.gaps, days)
    ]
