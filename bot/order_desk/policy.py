"""The shop's order policy: a table that a shopkeeper edits, read from ``order_policy.toml`` and carried out in code."""

from __future__ import annotations

import logging
import tomllib
from collections.abc import Collection
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from bot.errors import SettingsError
from bot.shop.status import status_code

FILE, ACCOUNT_POLICY = "order_policy.toml", "account_policy.toml"
OperationKind = Literal[
    "cancel", "return", "exchange", "change_items", "change_address", "change_payment", "change_default_address", "invoice"
]  # fmt: skip
Proof = Literal["email", "phone", "name_zip"]
logger = logging.getLogger(__name__)


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class ProofRule(_Table):
    """What proves that an order is the customer's."""

    with_order_number: tuple[Proof, ...] = ("email", "phone", "name_zip")
    without_order_number: tuple[Literal["email", "name_zip"], ...] = ()
    reaches: Literal["customer", "order"] = "customer"


class Exclusion(_Table):
    """Items for which an operation is not done, and the shop's reason in both languages."""

    categories: tuple[str, ...] = ()
    skus: tuple[str, ...] = ()
    en: str
    zh: str


class Reason(_Table):
    """A reason that the customer can give; ``id`` is what is stored."""

    id: str
    zh: str = ""
    words: tuple[str, ...] = ()


class Rule(_Table):
    """When and on which terms one operation is done."""

    how: Literal["yes", "person", "no"] = "yes"
    statuses: tuple[str, ...] = ()
    within_days: Annotated[float, Field(gt=0)] | None = None
    within_days_faulty: Annotated[float, Field(gt=0)] | None = None
    counted_from: Literal["placed_at", "delivered_at"] = "delivered_at"
    person_above: Annotated[float, Field(ge=0)] | None = None
    refund_to: tuple[Literal["original", "gift_card", "any"], ...] = ("original",)
    refund_days: str = ""
    postage: Literal["shop", "customer"] | None = None
    postage_faulty: Literal["shop", "customer"] | None = None
    postage_fee: Annotated[float, Field(ge=0)] = 0
    fee: Annotated[float, Field(ge=0)] = 0
    undo_minutes: Annotated[float, Field(ge=0)] = 0
    reasons: tuple[Reason, ...] = ()
    exclusions: tuple[Exclusion, ...] = Field((), alias="except")

    @field_validator("statuses")
    @classmethod
    def _known(cls, written: tuple[str, ...]) -> tuple[str, ...]:
        codes = [(name, status_code(name)) for name in written]
        if unknown := [name for name, code in codes if code is None]:
            raise ValueError(f"there is no order status {unknown[0]!r}")
        return tuple(str(code) for _, code in codes)


_NEVER = Rule.model_validate({"how": "no"})


class OrderPolicy(_Table):
    """The whole table."""

    proof: ProofRule = ProofRule()
    cancel: Rule = _NEVER
    return_: Rule = Field(_NEVER, alias="return")
    exchange: Rule = _NEVER
    change_items: Rule = _NEVER
    change_address: Rule = _NEVER
    change_payment: Rule = _NEVER
    change_default_address: Rule = _NEVER
    invoice: Rule = _NEVER

    def by_person_but(self, kinds: Collection[OperationKind]) -> Self:
        """The policy where the order system does ``kinds`` alone and takes nothing back: the rest is for a person."""
        changed: dict[str, Rule] = {}
        for kind in get_args(OperationKind):
            rule = self.rule(kind)
            how = "person" if kind not in kinds and rule.how == "yes" else rule.how
            changed["return_" if kind == "return" else kind] = rule.model_copy(update={"how": how, "undo_minutes": 0})
        return self.model_copy(update=changed)

    def rule(self, kind: OperationKind) -> Rule:
        """The rule of one operation."""
        rule: Rule = getattr(self, "return_" if kind == "return" else kind)
        return rule


def parse_policy(text: str, where: str) -> OrderPolicy:
    """The policy that ``text`` (TOML) states.

    Raises:
        SettingsError: naming the first thing wrong, its place and the remedy.
    """
    try:
        return OrderPolicy(**tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{where!r} is not valid TOML ({error}): correct it, or remove it for the default.") from error
    except ValidationError as error:
        raise SettingsError(_sentence(error, where)) from error


def _sentence(error: ValidationError, where: str) -> str:
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        known = ", ".join(("proof", *get_args(OperationKind))) if "." not in name else "those that its comments describe"
        return f"{where!r} has the unknown entry {name!r}: use {known}."
    said: Any = first["msg"].removeprefix("Value error, ")
    return f"{where!r}: {name} cannot be {first['input']!r}: {said[:1].lower()}{said[1:]}."


def default_text(name: str = FILE) -> str:
    """A policy that ships: the default with its comments, or that of another name."""
    return files("bot.order_desk").joinpath(name).read_text("utf-8")


class PolicyFile:
    """The policy of a data directory, read anew when its file changes; the default while there is none."""

    def __init__(self, data: Path, kinds: Collection[OperationKind] | None = None) -> None:
        """``kinds`` are the operations that the order system does, where it does not do all."""
        self._path, self._lock, self._kinds = data / FILE, Lock(), kinds
        self._default = parse_policy(default_text(), FILE)
        self._stamp: tuple[int, int] | None = None
        self._policy = self._default
        self._read()

    def current(self) -> OrderPolicy:
        """The policy now. A file that was broken by an edit is logged and leaves the last good policy in force."""
        with self._lock:
            try:
                self._read()
            except SettingsError as error:
                logger.error("%s The policy before stays in force.", error)
            return self._policy if self._kinds is None else self._policy.by_person_but(self._kinds)

    def _read(self) -> None:
        try:
            status = self._path.stat()
            stamp = (status.st_mtime_ns, status.st_size)
            if stamp == self._stamp:
                return
            self._stamp = stamp
            self._policy = parse_policy(self._path.read_text("utf-8-sig"), str(self._path))
        except (FileNotFoundError, NotADirectoryError):
            self._stamp, self._policy = None, self._default
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"{str(self._path)!r} cannot be read as UTF-8 text: correct it or its permissions.") from error


def write_policy(data: Path, name: str = FILE) -> bool:
    """Puts a policy that ships into a data directory that has none; whether it did."""
    path = data / FILE
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(default_text(name))
    except FileExistsError:
        return False
    return True
