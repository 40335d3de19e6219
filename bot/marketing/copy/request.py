"""What a text is to be: its kind, for whom, in which tone and length, with which offer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.errors import InputError
from bot.localisation.validation import complaint
from bot.types import LanguageCode

Kind = Literal["introduction", "listing", "ad", "weibo", "xiaohongshu", "moments", "instagram", "email", "slogan"]
LONGEST: dict[str, dict[str, int]] = {
    "short": {"ad": 90, "slogan": 60, "weibo": 120, "moments": 100},
    "long": {"ad": 150, "slogan": 80, "weibo": 280, "moments": 200},
}
"""Characters at most by length and kind; 300 and 1,500 of the kinds that are not named."""


_NAMES_ZH = {
    "kind": "类型",
    "audience": "面向人群",
    "discount": "优惠",
    "until": "优惠截止日",
    "variants": "条数",
    "tone": "语气",
}


class CopyRequest(BaseModel):
    """One product, one kind of text. ``discount`` is in per cent, ``until`` the offer's last day as ``YYYY-MM-DD``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Kind
    sku: str
    language: LanguageCode = "en"
    audience: str = Field("", max_length=60)
    tone: Literal["friendly", "formal"] = "friendly"
    length: Literal["short", "long"] = "long"
    discount: int | None = Field(None, ge=1, le=90)
    until: str | None = Field(None, pattern=r"^\d{4}-\d{2}-\d{2}$")
    variants: int = Field(3, ge=1, le=10)

    @property
    def longest(self) -> int:
        """Characters at most."""
        return LONGEST[self.length].get(self.kind, 300 if self.length == "short" else 1_500)


def copy_request(given: Mapping[str, Any]) -> CopyRequest:
    """A checked request.

    Raises:
        InputError: naming the first thing that is wrong.
    """
    try:
        return CopyRequest.model_validate(given)
    except ValidationError as error:
        wrong = complaint(error, _NAMES_ZH)
        raise InputError(
            f"{wrong.name} cannot be {wrong.given!r}: {wrong.why}.",
            zh=f"{wrong.name_zh}不能是 {wrong.given!r}：{wrong.why_zh}。",
        ) from error
