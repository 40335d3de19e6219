"""Experiments for a shop's own pages: what a visitor is shown in a slot, and what they did since."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from bot.marketing.campaigns.experiment import Event
from bot.serving.desk import AtDesk
from bot.serving.from_store import from_store
from bot.serving.problems import openapi_responses
from bot.serving.schemas import Text

router = APIRouter()
Visitor = Annotated[str, Field(pattern=r"^[\w.:-]{8,64}$")]
VISITOR = "visitor:"


class Shown(BaseModel):
    """A variant; `variant` is null where no experiment runs and for visitors who are held out: show what you always show."""

    variant: str | None = None
    text: str = ""
    first: list[str] = Field([], description="SKUs to show first")


class Reported(BaseModel):
    """Something that a visitor did. The same `key` counts once, however often it is sent."""

    model_config = ConfigDict(extra="forbid")

    visitor: Visitor
    event: Event
    key: Annotated[Text, Field(min_length=8, max_length=64)]
    amount: float = Field(0, ge=0, le=1e9, description="money, of a purchase")


@router.get("/experiments/{slot}", responses=openapi_responses(422, 429))
async def read_slot(
    slot: Literal["greeting", "recommendation"],
    visitor: Annotated[str, Query(pattern=r"^[\w.:-]{8,64}$", description="an id that the page keeps for this visitor")],
    desk: AtDesk,
    language: Literal["en", "zh"] = "en",
) -> Shown:
    """What a visitor is shown in a slot, always the same while the experiment runs; asking counts as showing it."""
    variant = await from_store(desk.shopdesk.promotion.campaigns.experiments.serve, slot, VISITOR + visitor)
    return Shown(variant=variant.name, text=variant.words(language), first=list(variant.first)) if variant else Shown(first=[])


@router.post("/experiments/events", status_code=204, responses=openapi_responses(422, 429))
async def report_event(reported: Reported, desk: AtDesk) -> None:
    """Notes what a visitor did, such as a click on the greeting, or a purchase with its amount."""
    experiments, unit = desk.shopdesk.promotion.campaigns.experiments, VISITOR + reported.visitor
    await from_store(experiments.record, unit, reported.event, f"{unit}:{reported.key}"[:100], reported.amount)
