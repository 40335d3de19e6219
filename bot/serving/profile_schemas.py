"""What the profile's routes take and give, as the OpenAPI document shows it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from bot.serving.schemas import Text
from bot.shop.profile.model import LONGEST_VALUE, Correctable, TraitName

_EXAMPLE: dict[str, Any] = {
    "customer_id": "C1001",
    "consent": True,
    "stage": "active",
    "segment": "regular",
    "traits": [
        {"name": "language", "value": "zh", "label": "zh", "weight": 2.4, "sources": ["conversations"], "seen": "2026-11-20"},
        {"name": "size", "value": "Jackets: M", "label": "Jackets: M", "weight": 1.0, "sources": ["customer"], "seen": None},
    ],
    "denied": [{"name": "interest", "value": "Tents"}],
}


class NamedValue(BaseModel):
    """One thing that is true of the customer, or is not: a `budget` as `100-300 CNY`, a `size` as `Jackets: M`."""

    model_config = ConfigDict(extra="forbid")

    name: Correctable
    value: Annotated[Text, Field(min_length=1, max_length=LONGEST_VALUE)]


class TraitShown(BaseModel):
    """One thing known: `sources` tell where from, `weight` halves every 90 days without a sign, `seen` is its last day.

    `label` is the value as it reads in the language asked for, with the catalogue's name of a kind of goods.
    """

    name: TraitName
    value: str
    label: str
    weight: float
    sources: list[str]
    seen: date | None


class ProfileShown(BaseModel):
    """What is known of the customer, whether it may be used, and what they took out (`denied`)."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    customer_id: str
    consent: bool
    stage: str
    segment: str
    traits: list[TraitShown]
    denied: list[NamedValue]


class ProfileChange(BaseModel):
    """What the customer decides: `consent` to the use, values that are true of them (`set`), values that are not (`remove`)."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "consent": True,
                    "set": [{"name": "size", "value": "Jackets: M"}],
                    "remove": [{"name": "interest", "value": "Tents"}],
                }
            ]
        },
    )

    consent: bool | None = Field(None, strict=True)
    set: list[NamedValue] = Field([], max_length=20)
    remove: list[NamedValue] = Field([], max_length=20)
