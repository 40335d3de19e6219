"""The nouns of a turn. Every stage passes these on; none of them knows how it was made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from bot.product import LanguageCode as LanguageCode
from bot.product import Product as Product

Script = Literal["Hans", "Hant"]
SentimentLabel = Literal["negative", "neutral", "positive"]
EvidenceKind = Literal["passage", "qa", "row", "product", "order", "shop"]
ActionName = Literal["answer", "recommend", "guide", "compare", "order_status", "order_change", "confirm", "clarify",
                     "small_talk", "handover", "decline"]  # fmt: skip
IntentName = Literal["greeting", "thanks", "goodbye", "small_talk", "product_question", "recommendation", "purchase_guide",
                     "comparison", "price_promotion", "stock", "size_fit", "order_status", "delivery", "change_order",
                     "cancel_order", "return_refund", "exchange", "payment", "invoice", "warranty_repair", "usage_help",
                     "account_membership", "complaint", "praise", "human_agent", "contact_hours", "privacy",
                     "out_of_scope"]  # fmt: skip
Offer = Literal["person", "return", "same"]
Fault = Literal["damaged", "faulty"]
EventName = Literal["understanding", "token", "citations", "products", "follow_ups", "asks", "done", "error"]
PERSON, MEASURES, KIND = "agent", "measures", "kind"
"""The writer of a reply that a person of the shop gives; slots: what a size is told by, what two brands are compared in."""


@dataclass(frozen=True, slots=True)
class LanguageGuess:
    """``code`` is the language to answer in; ``script`` is set for Chinese; ``mixed`` when both languages carry words."""

    code: LanguageCode
    script: Script | None = None
    mixed: bool = False


@dataclass(frozen=True, slots=True)
class Intent:
    """An intent of the shipped set (or one that the owner added) with its calibrated probability in [0, 1]."""

    name: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Sentiment:
    """``score`` runs from -1 (negative) to 1 (positive); ``angry`` and ``urgent`` are flags of their own."""

    label: SentimentLabel
    score: float
    angry: bool = False
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Money:
    """An amount with its ISO 4217 currency, or None where the customer named none."""

    amount: float
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Constraint:
    """What a product must (or, with ``negated``, must not) have: attribute, relation, value with its unit.

    ``attribute`` is a column of the catalogue (``color`` …), ``text`` the customer's wording. ``soft``: what has it goes first.
    """

    attribute: str
    relation: Literal["=", "<=", ">="]
    value: str | float
    unit: str | None = None
    negated: bool = False
    text: str = ""
    soft: bool = False


@dataclass(frozen=True, slots=True)
class Entities:
    """What a message names. ``skus`` are catalogue products that it mentions, best match first.

    ``brands`` are those of the shop's that it compares: a single one is a constraint.
    """

    order_ids: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    amounts: tuple[Money, ...] = ()
    budget: tuple[float | None, float | None] | None = None
    currency: str | None = None
    skus: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    brands: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sensed:
    """A sentence with the likeliest wish about an order (``cancel``, ``return``, ``other``, ``address``, ``payment``).

    ``other`` is another variant of an item; ``probability`` is that of the wish, so it is low where the sentence holds none.
    """

    text: str
    wish: str
    probability: float


@dataclass(frozen=True, slots=True)
class Understanding:
    """Everything read from one message. ``question`` is the message rewritten to stand alone (else equal to ``text``).

    ``sensed`` are sentences that may be about the customer's order, with what they may want done; ``fault`` is of their goods.
    """

    text: str
    question: str
    language: LanguageGuess
    intent: Intent
    sentiment: Sentiment
    entities: Entities
    rewritten: bool = False
    sensed: tuple[Sensed, ...] = ()
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """One line of a conversation, as stored. ``role`` is ``user``, ``assistant`` or ``agent`` (a person of the shop)."""

    role: Literal["user", "assistant", "agent"]
    text: str
    language: LanguageCode = "en"


@dataclass(frozen=True, slots=True)
class Action:
    """What the policy decided: one action name and why.

    ``unless_answered``: an answer that documents give with at least this probability goes first; None: none does.
    """

    name: ActionName
    reason: str | None = None
    unless_answered: float | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A passage that a reply may rest on. ``text`` is verbatim; ``question`` is set for a Q&A row.

    ``ended`` is the day (ISO 8601) until which it was to hold, where that is past.
    """

    id: str
    kind: EvidenceKind
    source: str
    title: str
    text: str
    language: LanguageCode
    score: float = 1.0
    question: str | None = None
    url: str | None = None
    ended: str | None = None


@dataclass(frozen=True, slots=True)
class CartLine:
    """A product in the customer's cart, as their page tells it."""

    sku: str
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class DialogueState:
    """What a conversation remembers between turns.

    ``asks`` are the slots waited for, ``skus`` the products last shown, ``kinds`` what each is of where they were a set,
    ``taken`` those chosen, ``told`` the ids of the passages told last, ``fault`` one that is spoken of; the owner of
    ``verified_order`` has proved it; ``failures`` counts turns in a row without help; ``offered`` is what a plain yes takes
    up, ``desk`` a :class:`bot.order_desk.state.DeskState` as JSON.
    """

    language: LanguageCode | None = None
    last_intent: str | None = None
    last_action: ActionName | None = None
    last_question: str | None = None
    asks: tuple[str, ...] = ()
    order_id: str | None = None
    email: str | None = None
    phone: str | None = None
    verified_order: str | None = None
    budget: tuple[float | None, float | None] | None = None
    currency: str | None = None
    category: str | None = None
    constraints: tuple[Constraint, ...] = ()
    skus: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    fault: Fault | None = None
    failures: int = 0
    offered: Offer | None = None
    handed_over: bool = False
    desk: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Citation:
    """``[n]`` of the reply's text: ``quote`` is a verbatim span of the evidence ``id``."""

    n: int
    id: str
    source: str
    title: str
    quote: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class ProductCard:
    """A product as shown beside a reply. ``why`` says in the reply's language, from facts, why it is there.

    ``price_text`` is the price as the reply's text writes it; empty where there is none.
    """

    sku: str
    title: str
    price: float | None
    currency: str | None
    stock: int | None
    url: str | None
    why: str = ""
    image: str | None = None
    price_text: str = ""


@dataclass(frozen=True, slots=True)
class Handover:
    """The conversation goes to a person, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One write that the customer's yes would carry out."""

    name: str
    kwargs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PromptStamp:
    """The prompt that a reply was written with: its file name and the hash of its text."""

    name: str
    hash: str


@dataclass(frozen=True, slots=True)
class Reply:
    """The reply object of the contract: what `ask --json`, the HTTP API and ``Shopdesk.reply`` give."""

    conversation: str
    turn: int
    language: LanguageCode
    intent: Intent
    sentiment: Sentiment
    action: ActionName
    text: str
    citations: tuple[Citation, ...] = ()
    products: tuple[ProductCard, ...] = ()
    follow_ups: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    proposed_change: tuple[Operation, ...] | None = None
    handover: Handover | None = None
    abstained: bool = False
    writer: str = "builtin"
    prompt: PromptStamp | None = None
    timings_ms: Mapping[str, float] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """The reply as plain JSON types, keys in the contract's order."""
        return asdict(self, dict_factory=lambda pairs: {key: [*v] if isinstance(v, tuple) else v for key, v in pairs})


@dataclass(frozen=True, slots=True)
class TurnEvent:
    """One step of a turn, as every front end consumes it, with its ``data`` by ``name``.

    ``understanding`` the understanding; ``token`` ``{"text", "reset"}`` (``reset``: discard what was shown before);
    ``citations``, ``products``, ``follow_ups``, ``asks`` lists; ``done`` the reply object; ``error`` ``{"message"}``.
    """

    name: EventName
    data: Any
