"""A campaign's plan as an experiment: its products first, with and without words about the offer, beside a holdout."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.errors import InputError
from bot.marketing.campaigns.experiment import LONGEST_TEXT, Specification, specification
from bot.shop.wording import format_date
from bot.types import LanguageCode

LEAST_UNITS = 100
_UNNAMED = re.compile(r"[^\w-]+")
_SAID: Mapping[LanguageCode, tuple[str, str]] = {
    "en": ("{discount}% off from {begins} to {ends}: {titles}.", "Worth a look: {titles}."),
    "zh": ("{titles}，{begins}至{ends}立减 {discount}%。", "值得一看：{titles}。"),
}


def experiment_of(
    campaign: str, name: str, plan: Mapping[str, Any], titles: Mapping[LanguageCode, Sequence[str]]
) -> Specification:
    """What shows whether a kept plan works: recommendations that put its products first, ``offer`` with a line of words.

    ``titles`` are the products' by language.

    Raises:
        InputError: the plan has no products.
    """
    if not plan["products"]:
        raise InputError(f"The campaign {name!r} has no products to show: draft a plan when there is stock.")
    words = {language: _words(language, plan, titles[language]) for language in _SAID}
    first = list(plan["products"])
    return specification(
        {
            "name": f"{_UNNAMED.sub('-', name).strip('-')[:40] or 'campaign'}-{campaign[:6]}",
            "slot": "recommendation",
            "variants": [
                {"name": "products", "first": first},
                {"name": "offer", "first": first, "text": words["en"], "text_zh": words["zh"]},
            ],
            "goal": "purchase",
            "holdout": plan["holdout"],
            "planned_units": max(LEAST_UNITS, len(plan["customers"])),
            "campaign": campaign,
        }
    )


def _words(language: LanguageCode, plan: Mapping[str, Any], titles: Sequence[str]) -> str:
    shape = _SAID[language][0 if plan["discount"] else 1]
    listed = ("、" if language == "zh" else ", ").join(titles)
    begins, ends = (format_date(plan[day], language) for day in ("starts", "ends"))
    return shape.format(discount=plan["discount"], begins=begins, ends=ends, titles=listed)[:LONGEST_TEXT]
