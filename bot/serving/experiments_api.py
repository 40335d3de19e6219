"""Experiments: what a visitor is shown in a slot, and what they did since.

The widget speaks for its own conversation, with the conversation's token, and reports clicks and carts alone. A shop's pages
show variants to visitors of their own naming; what came of it, purchases above all, is taken from the shop's server, which
has its API key: a result is worth nothing when anybody can make it.
"""

from __future__ import annotations

from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from bot.generation.script import in_script
from bot.marketing.campaigns.experiment import Event, Variant
from bot.serving.desk import KEY, Admitted, AtDesk, Credentials, has_key
from bot.serving.from_store import from_store
from bot.serving.problems import Problem, openapi_responses
from bot.serving.schemas import Text
from bot.text.script import script_of_locale
from bot.types import LanguageCode, Script

router = APIRouter()
Visitor = Annotated[str, Field(pattern=r"^[\w.:-]{8,64}$")]
VISITOR = "visitor:"
MOST_A_DAY = 20
"""Events of a kind that are noted of one conversation."""
OfPages = Literal["greeting", "recommendation"]
Key = Annotated[Text, Field(min_length=8, max_length=64)]


class Shown(BaseModel):
    """A variant; `variant` is null where no experiment runs and for visitors who are held out: show what you always show."""

    variant: str | None = None
    text: str = ""
    first: list[str] = Field([], description="SKUs to show first")


class Told(BaseModel):
    """Something that the customer of a conversation did. The same `key` counts once, however often it is sent."""

    model_config = ConfigDict(extra="forbid")

    event: Literal["click", "cart"] = Field(description="`click`: answered the greeting, or pressed what was shown")
    key: Key


class Reported(BaseModel):
    """Something that a visitor did. The same `key` counts once, however often it is sent."""

    model_config = ConfigDict(extra="forbid")

    visitor: Visitor
    event: Event
    key: Key
    amount: float = Field(0, ge=0, le=1e9, description="money, of a purchase")


async def of_the_shop(desk: AtDesk, credentials: Annotated[Credentials, Depends(KEY)]) -> None:
    """Lets the shop's own server pass.

    Raises:
        Problem: 401 without its API key.
    """
    if not has_key(desk, credentials):
        raise Problem(
            401,
            "What came of an experiment is taken from the shop's own server alone: set 'api_key' and send it as "
            "'Authorization: Bearer KEY'.",
            {"WWW-Authenticate": 'Bearer realm="API key"'},
        )


@router.get("/conversations/{conversation}/greeting", responses=openapi_responses(401, 403, 404, 422, 429))
async def read_greeting(
    admission: Admitted,
    desk: AtDesk,
    locale: Annotated[str, Query(max_length=35, description="language of the page, such as `en` or `zh-TW`")] = "en",
) -> Shown:
    """The greeting of a conversation, always the same while an experiment runs; asking counts as showing it."""
    experiments = desk.shopdesk.promotion.campaigns.experiments
    variant = await from_store(experiments.serve, "greeting", admission.conversation)
    script = script_of_locale(locale)
    return _shown(variant, "zh" if script else "en", script)


@router.post(
    "/conversations/{conversation}/experiment-events", status_code=204, responses=openapi_responses(401, 403, 404, 422, 429)
)
async def tell_event(admission: Admitted, told: Told, desk: AtDesk) -> None:
    """Notes what the customer of this conversation did, 20 of a kind a day; what they buy is known from the shop's orders.

    In the results a conversation counts once, however often it did the same.
    """
    experiments, unit = desk.shopdesk.promotion.campaigns.experiments, admission.conversation
    note = partial(experiments.record, most=MOST_A_DAY)
    await from_store(note, unit, told.event, f"{unit}:{told.key}"[:100])


@router.get("/experiments/{slot}", responses=openapi_responses(422, 429))
async def read_slot(
    slot: OfPages,
    visitor: Annotated[str, Query(pattern=r"^[\w.:-]{8,64}$", description="an id that the page keeps for this visitor")],
    desk: AtDesk,
    language: LanguageCode = "en",
) -> Shown:
    """What a visitor is shown in a slot, always the same while the experiment runs; asking counts as showing it."""
    variant = await from_store(desk.shopdesk.promotion.campaigns.experiments.serve, slot, VISITOR + visitor)
    return _shown(variant, language)


@router.post(
    "/experiments/events", status_code=204, responses=openapi_responses(401, 422, 429), dependencies=[Depends(of_the_shop)]
)
async def report_event(reported: Reported, desk: AtDesk) -> None:
    """Notes what a visitor did, such as a click on the greeting, or a purchase with its amount. Needs the shop's API key."""
    experiments, unit = desk.shopdesk.promotion.campaigns.experiments, VISITOR + reported.visitor
    await from_store(experiments.record, unit, reported.event, f"{unit}:{reported.key}"[:100], reported.amount)


def _shown(variant: Variant | None, language: LanguageCode, script: Script | None = None) -> Shown:
    if variant is None:
        return Shown(first=[])
    return Shown(variant=variant.name, text=in_script(variant.words(language), script), first=list(variant.first))
