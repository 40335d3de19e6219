"""What the order desk works on over the turns of a conversation, in plain JSON types inside the dialogue's state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Self, cast

from bot.order_desk.policy import OperationKind


@dataclass(frozen=True, slots=True)
class WishItem:
    """One item of an order that a wish is about: ``quantity`` pieces (None: not said yet), and what should come instead.

    ``wanted`` are the options asked for by name; ``prefer`` is ``cheapest``, ``dearest`` or ``same``.
    """

    sku: str
    quantity: int | None = None
    wanted: Mapping[str, str] = field(default_factory=dict)
    prefer: str = ""
    new_sku: str | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing that the customer wants done, as far as it is known. ``order_told``: they named its order themselves.

    ``unread`` are their words that could not be read yet, since nobody's orders may be looked at before the proof. ``unclear``
    are the items of which they named one, beside others, without saying which. ``beside`` are the orders that it is not about:
    those spoken of before "my other order".
    """

    kind: OperationKind
    order_id: str | None = None
    order_told: bool = False
    unread: tuple[str, ...] = ()
    items: tuple[WishItem, ...] = ()
    unclear: tuple[str, ...] = ()
    everything: bool = False
    payment: str | None = None
    address: Mapping[str, str] = field(default_factory=dict)
    reason: str | None = None
    title: str | None = None
    beside: tuple[str, ...] = ()

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        """A wish from its JSON."""
        items = tuple(WishItem(**item) for item in stored["items"])
        listed = {name: tuple(stored.get(name, ())) for name in ("unread", "unclear", "beside")}
        return cls(**{**stored, "items": items, **listed})


@dataclass(frozen=True, slots=True)
class Proposal:
    """Operations that wait for the customer's yes. ``digest`` is of everything that they were told of it."""

    key: str
    operations: tuple[Mapping[str, Any], ...]
    digest: str

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        """A proposal from its JSON."""
        return cls(stored["key"], tuple(stored["operations"]), stored["digest"])

    def only(self, name: str) -> bool:
        """Whether every operation is the one of this name."""
        return all(operation["name"] == name for operation in self.operations)


@dataclass(frozen=True, slots=True)
class DeskState:
    """Everything that the desk remembers.

    ``proof`` says how the customer was proved, ``orders`` are orders proved one by one; ``pending`` are the customer's messages
    until then. ``refused`` is the wish just refused, which the next words may put another way. ``done`` is what was done last,
    with the time until which it can be undone.
    """

    customer: str | None = None
    proof: str = ""
    orders: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()
    name: str | None = None
    zip: str | None = None
    wishes: tuple[Wish, ...] = ()
    proposal: Proposal | None = None
    refused: Wish | None = None
    done: tuple[Mapping[str, Any], ...] = ()

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        """The state from the dialogue's JSON; an empty one from an empty mapping."""
        known: dict[str, Any] = {entry.name: stored[entry.name] for entry in fields(cls) if entry.name in stored}
        for name in ("orders", "pending", "done"):
            known[name] = tuple(known.get(name, ()))
        known["wishes"] = tuple(Wish.of(wish) for wish in known.get("wishes", ()))
        known["proposal"] = Proposal.of(known["proposal"]) if known.get("proposal") else None
        known["refused"] = Wish.of(known["refused"]) if known.get("refused") else None
        return cls(**known)

    def to_json(self) -> dict[str, Any]:
        """The state in plain JSON types."""
        return cast(dict[str, Any], _plain(asdict(self)))

    @property
    def busy(self) -> bool:
        """Whether something is wanted that is neither done nor given up."""
        return bool(self.wishes or self.proposal or self.pending)

    @property
    def proved(self) -> bool:
        """Whether the customer has proved anything yet."""
        return bool(self.customer or self.orders)

    def idle(self) -> DeskState:
        """The same customer, with nothing left to do."""
        return replace(self, wishes=(), proposal=None, refused=None, pending=())


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, tuple | list) else value
