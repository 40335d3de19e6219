"""What the API takes and gives, as its OpenAPI document shows it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from bot.access.identity import LONGEST_TOKEN
from bot.shop.wording import with_prices_told
from bot.store.conversation_tables import LONGEST_FEEDBACK
from bot.store.csat import LONGEST_WORDS, SCORES
from bot.store.handover_log import LONGEST_REASON

LARGEST_TURN = 1_000_000


def whole_characters(value: Any) -> Any:
    """A text whose halves of surrogate pairs are joined, or, where one stands alone, replaced by U+FFFD."""
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if isinstance(value, str) else value


Text = Annotated[str, BeforeValidator(whole_characters)]
Name = Annotated[Text, Field(max_length=200)]
Locale = Annotated[Text, Field(max_length=35)]
TurnNumber = Annotated[int, Field(strict=True, ge=1, le=LARGEST_TURN)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class CartItem(_Body):
    """One line of the customer's cart."""

    sku: Name
    quantity: int = Field(1, ge=1, le=1_000_000)


class PageContext(_Body):
    """What the customer sees. ``sku`` is what "this one" means, ``cart`` is added up; ``page`` is taken and not used yet."""

    sku: Name | None = None
    cart: list[CartItem | Name] = Field(default_factory=list, max_length=200)
    page: Annotated[Text, Field(max_length=2000)] | None = None


class NewMessage(_Body):
    """A customer's message."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"text": "How long do I have to return something?", "locale": "en", "context": {"sku": "TP-2"}}]
        },
    )

    text: Text = Field(description="what the customer typed")
    locale: Locale | None = Field(
        None,
        description="language of the page, such as `en`, `zh-CN` or `zh-TW`: answered in where the message does not tell",
    )
    context: PageContext | None = None


class Beginning(_Body):
    """Where a conversation begins. Pages of a site's origins may leave ``site`` out."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"site": "sd_3f9a0c51b7e24d86a1c0ffee", "locale": "zh-CN"}]}
    )

    site: Annotated[Text, Field(max_length=40)] | None = Field(
        default=None, description="key of the site that the visitor is on"
    )
    locale: Locale | None = Field(default=None, description="language of the page, until the customer's words tell another")


class NewConversation(BaseModel):
    """A conversation that has begun. The token is shown this once; the server keeps its hash only."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "Jx2b0c5V1mS8y4mQ9n3hT7wE",
                    "token": "c3Bq…43 characters…",
                    "expires_at": "2026-12-22T08:00:00Z",
                }
            ]
        }
    )

    id: str
    token: str
    expires_at: datetime = Field(description="when the token stops opening the conversation; every message moves it on")


class Feedback(_Body):
    """A rating of one turn; a later one of the same turn replaces it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"turn": 1, "rating": "down", "reason": "wrong", "text": "It is 30 days."}]},
    )

    turn: TurnNumber
    rating: Literal["up", "down"]
    reason: Annotated[Text, Field(max_length=100)] | None = None
    text: Annotated[Text, Field(max_length=LONGEST_FEEDBACK)] | None = None


class Satisfaction(_Body):
    """How satisfied the customer was with the conversation; a later one replaces it."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"score": 5, "text": "Quick, and it showed me where that stands."}]}
    )

    score: int = Field(strict=True, ge=SCORES[0], le=SCORES[-1], description="1, bad, to 5, great")
    text: Annotated[Text, Field(max_length=LONGEST_WORDS)] | None = None


class HandoverRequest(_Body):
    """A call for a person of the shop."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "requested"}]})

    reason: Annotated[Text, Field(min_length=1, max_length=LONGEST_REASON)] = "requested"


class HandoverState(BaseModel):
    """That a person was called for, why, and who has the conversation (None: nobody yet, so that the assistant answers)."""

    reason: str
    requested_at: datetime
    agent: str | None = None


class Contact(BaseModel):
    """How people of the shop are reached."""

    hours: str | None
    hours_zh: str | None
    email: str | None
    phone: str | None


class HandoverAccepted(BaseModel):
    """The call for a person as it is recorded, and how to reach one meanwhile."""

    handover: HandoverState
    contact: Contact


class StoredTurn(BaseModel):
    """One turn: what the customer typed and the reply object, as ``POST …/messages`` gave it."""

    role: Literal["turn"] = "turn"
    turn: int
    text: str
    reply: Annotated[dict[str, Any], AfterValidator(with_prices_told)]
    rating: Literal["up", "down"] | None
    created_at: datetime


class AgentMessage(BaseModel):
    """What a person of the shop said after the turn ``turn``."""

    role: Literal["agent"] = "agent"
    id: int = Field(description="that of its event in `GET …/events`")
    turn: int
    name: str
    text: str
    at: datetime


class Notice(BaseModel):
    """What else happened after the turn ``turn``, as in ``GET …/events``."""

    role: Literal["notice"] = "notice"
    id: int
    turn: int
    event: Literal["handover", "agent_joined", "agent_left", "agent_unavailable"]
    data: dict[str, Any]
    at: datetime


class History(BaseModel):
    """A conversation in its true order, oldest first.

    ``running`` is the number of the turn that is being answered now; ``last_event`` the ``Last-Event-ID`` from which
    ``GET …/events`` goes on.
    """

    conversation: str
    messages: list[StoredTurn | AgentMessage | Notice]
    running: int | None
    handover: HandoverState | None
    last_event: int


class IdentityToken(_Body):
    """A JSON Web Token that the shop's server has signed for the customer who is logged in there."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"token": "eyJhbGciOiJIUzI1NiJ9.eyJhdWQiOiJzZF8…"}]}
    )

    token: str = Field(min_length=1, max_length=LONGEST_TOKEN)


class Identified(BaseModel):
    """Who speaks in the conversation from now on, and until when."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"customer_id": "C1001", "name": "林晓", "email": "lin.xiao@example.com", "expires_at": "2026-12-22T08:00:00Z"}
            ]
        }
    )

    customer_id: str
    name: str | None
    email: str | None
    expires_at: datetime


class Health(BaseModel):
    """Whether the program answers, and whether it has anything to answer from."""

    status: Literal["ok"]
    empty: bool


class ProblemDetails(BaseModel):
    """An error (RFC 9457). ``detail`` is one sentence."""

    type: str
    title: str
    status: int
    detail: str
