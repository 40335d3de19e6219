"""What the routes of handovers take and give."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bot.serving.schemas import HandoverState, Text
from bot.store.handover_log import LONGEST_KEY, LONGEST_NAME
from bot.store.handover_records import EMAIL

LONGEST_ANSWER = 4000
LONGEST_NOTE = 2000


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


def _address(value: str) -> str:
    if EMAIL.fullmatch(value) is None:
        raise ValueError("this is no e-mail address")
    return value


class LeftEmail(_Body):
    """Where the shop can write to the customer."""

    model_config = ConfigDict(
        extra="forbid", str_strip_whitespace=True, json_schema_extra={"examples": [{"email": "lin@example.com"}]}
    )

    email: Annotated[Text, Field(max_length=254), AfterValidator(_address)]


class Take(_Body):
    """Who takes the conversation; ``over``: from the person who has it."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, json_schema_extra={"examples": [{"name": "Mia"}]})

    name: Annotated[Text, Field(min_length=1, max_length=LONGEST_NAME)]
    over: bool = False


class Answer(_Body):
    """A person's message. ``key`` is the client's own name for it: sent again with the same one, it is not said twice."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"examples": [{"text": "Hello, this is Mia. I have looked at your order.", "key": "m1"}]},
    )

    text: Annotated[Text, Field(min_length=1, max_length=LONGEST_ANSWER)]
    key: Annotated[Text, Field(min_length=1, max_length=LONGEST_KEY)] | None = None


class Release(_Body):
    """Back to the assistant (``released``), or the matter is closed (``resolved``); the note is for the shop only."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"examples": [{"outcome": "resolved", "note": "Refunded."}]},
    )

    outcome: Literal["released", "resolved"] = "released"
    note: Annotated[Text, Field(max_length=LONGEST_NOTE)] | None = None


class Said(BaseModel):
    """The id of a person's message, as it is in the events."""

    id: int


class NamedProduct(BaseModel):
    """A product that was named or shown."""

    sku: str
    title: str


class Summary(BaseModel):
    """What the conversation is about, gathered by code from what was understood; the texts are the customer's and ours."""

    wants: str | None = Field(description="the message for which a person was called, as the customer wrote it")
    intent: str | None = Field(description="one of the shipped intents")
    language: Literal["zh", "en"]
    sentiment: Literal["negative", "neutral", "positive"]
    angry: bool
    urgent: bool
    orders: list[str]
    products: list[NamedProduct]
    email: str | None = Field(description="where the customer wants to be written to")
    said: list[str] = Field(description="the assistant's last replies, oldest first")
    turns: int


class EarlierHandover(BaseModel):
    """How an earlier handover of the same conversation ended."""

    reason: str
    requested_at: datetime
    agent: str | None
    outcome: Literal["released", "resolved"] | None
    note: str | None


class Takeover(BaseModel):
    """A conversation as the link shows it. ``mine``: the caller's ``Takeover-Person`` has it."""

    conversation: str
    handover: HandoverState
    mine: bool
    summary: Summary
    earlier: list[EarlierHandover]
    shop: str
    shop_zh: str | None


class Suggestion(BaseModel):
    """A reply that could be sent as it is or after a change, with where it comes from."""

    text: str
    source: str
    title: str


class Suggestions(BaseModel):
    """Replies to the customer's last message, best first."""

    question: str | None
    suggestions: list[Suggestion]
