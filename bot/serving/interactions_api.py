"""What customers do with the products that a conversation showed them, as the widget and a shop's own front end report it."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from bot.errors import InputError
from bot.serving.desk import Admitted, AtDesk
from bot.serving.from_store import from_store
from bot.serving.problems import Problem, openapi_responses
from bot.serving.schemas import Name
from bot.store.product_events import Event

router = APIRouter()


class Interaction(BaseModel):
    """A product was opened (`click`), put into the cart (`cart`) or bought (`purchase`)."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"sku": "TP-2", "event": "cart"}]})

    sku: Name
    event: Event


@router.post(
    "/conversations/{conversation}/interactions", status_code=204, responses=openapi_responses(400, 401, 403, 404, 422, 429)
)
async def note_interaction(admission: Admitted, interaction: Interaction, desk: AtDesk) -> None:
    """Notes what the customer did with a product that the conversation showed; the same again changes nothing.

    It is counted in the operator's figures and has no part in answers.
    """
    try:
        await from_store(desk.shopdesk.product_events.record, admission.conversation, interaction.sku, interaction.event)
    except InputError as error:
        raise Problem(404, f"The conversation showed no product {interaction.sku[:60]!r}.") from error
