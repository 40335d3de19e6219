"""An experiment: its variants, how units are dealt among them, and what makes a specification unusable."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from bot.errors import InputError
from bot.localisation.validation import Unfit, complaint
from bot.types import LanguageCode

Slot = Literal["greeting", "chat", "recommendation"]
Mode = Literal["test", "bandit"]
Event = Literal["click", "cart", "purchase", "unsubscribe", "handover", "complaint"]
State = Literal["draft", "running", "ended"]
EVENTS: tuple[str, ...] = get_args(Event)
GUARDRAILS: tuple[Event, ...] = ("unsubscribe", "handover", "complaint")
"""Events of which no variant may bring more."""
HOLDOUT = "holdout"
LONGEST_TEXT = 300
_NAMES_ZH = {
    "name": "名称", "slot": "展示位置", "variants": "方案", "goal": "目标", "mode": "方式", "holdout": "对照比例",
    "planned_units": "每个方案的顾客数", "expected_rate": "目前达成目标的比例", "text": "英文文字", "text_zh": "中文文字",
    "first": "优先的 SKU", "weight": "权重",
}  # fmt: skip


class Variant(BaseModel):
    """One of the things shown: a text by language, and the SKUs that are put first among what is recommended anyway."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[\w-]{1,60}$")
    text: str = Field("", max_length=LONGEST_TEXT)
    text_zh: str = Field("", max_length=LONGEST_TEXT)
    first: tuple[str, ...] = ()
    weight: float = Field(1.0, gt=0, le=100)

    def words(self, language: LanguageCode) -> str:
        """The text in a language; that of the other one where it has none."""
        return (self.text_zh or self.text) if language == "zh" else (self.text or self.text_zh)


class Specification(BaseModel):
    """What an owner decides before an experiment begins. ``planned_units`` are those of each arm, roughly."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[\w-]{1,60}$")
    slot: Slot
    variants: tuple[Variant, ...] = Field(min_length=1, max_length=8)
    goal: Event = "purchase"
    mode: Mode = "test"
    holdout: float = Field(0.1, ge=0, le=0.9)
    planned_units: int = Field(5_000, ge=100, le=100_000_000)
    expected_rate: float = Field(0.05, gt=0, lt=1)
    campaign: str | None = None

    @field_validator("variants")
    @classmethod
    def _named_once(cls, variants: tuple[Variant, ...]) -> tuple[Variant, ...]:
        names = [variant.name for variant in variants]
        if len(set(names)) < len(names) or HOLDOUT in names:
            raise Unfit(
                "variants need names of their own, and none is called 'holdout'", "各个方案要有不同的名称，且不能叫 holdout"
            )
        return variants

    @model_validator(mode="after")
    def _comparable(self) -> Specification:
        if len(self.variants) == 1 and not self.holdout:
            raise Unfit(
                "one variant alone can only be compared with a holdout: set one, or add a variant",
                "只有一个方案时要有对照组才能比较：请设置对照组，或再加一个方案",
            )
        return self


@dataclass(frozen=True, slots=True)
class Experiment:
    """A specification with its version and state. A version that ran is never changed."""

    id: int
    version: int
    specification: Specification
    salt: str
    state: State
    created_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def arms(self) -> tuple[str, ...]:
        """The names of the arms, the one that the others are compared with first: the holdout where there is one."""
        names = tuple(variant.name for variant in self.specification.variants)
        return (HOLDOUT, *names) if self.specification.holdout else names

    @property
    def shares(self) -> tuple[float, ...]:
        """How units are dealt among the arms while nothing is learnt."""
        weights = [variant.weight for variant in self.specification.variants]
        held = self.specification.holdout
        dealt = tuple((1 - held) * weight / sum(weights) for weight in weights)
        return (held, *dealt) if held else dealt

    def variant(self, arm: str) -> Variant | None:
        """The variant of an arm; None for the holdout."""
        return next((variant for variant in self.specification.variants if variant.name == arm), None)


def specification(given: Mapping[str, Any]) -> Specification:
    """A checked specification.

    Raises:
        InputError: naming the first thing that is wrong.
    """
    try:
        checked = Specification.model_validate(given)
    except ValidationError as error:
        wrong = complaint(error, _NAMES_ZH)
        raise InputError(
            f"{wrong.name or 'the experiment'} cannot be {wrong.given!r}: {wrong.why}.",
            zh=f"{wrong.name_zh or '实验'}不能是 {wrong.given!r}：{wrong.why_zh}。",
        ) from error
    for variant in checked.variants:
        if not (variant.text or variant.text_zh or variant.first):
            raise InputError(
                f"The variant {variant.name!r} shows nothing: give it a text, or SKUs to put first.",
                zh=f"方案 {variant.name!r} 什么也不显示：请填写文字，或优先的 SKU。",
            )
    return checked


def place(salt: str, unit: str) -> float:
    """Where a unit stands in [0, 1): the same for ever, evenly spread, unrelated between experiments."""
    return int.from_bytes(hashlib.sha256(f"{salt}\n{unit}".encode()).digest()[:8]) / 2**64


def dealt(arms: Sequence[str], shares: Sequence[float], salt: str, unit: str) -> str:
    """The arm at the unit's place."""
    left = place(salt, unit)
    for arm, share in zip(arms, shares, strict=True):
        left -= share
        if left < 0:
            return arm
    return arms[-1]
