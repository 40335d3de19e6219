"""A conversation that took place as a test: what was said, without personal data, and what each reply was."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from bot.types import PERSON
from bot.understanding.identifiers import OrderNumbers, find_emails, find_phones

EMAIL = "customer@example.com"
_DIGIT = re.compile(r"\d")


def as_test(name: str, turns: Sequence[Mapping[str, Any]], known: Sequence[str] = ()) -> str:
    """YAML of the conversation; ``turns`` hold ``text`` and ``reply``, ``known`` is what else of the customer must not show.

    Addresses of e-mail become one of ``example.com``, the digits of phone and order numbers zeros. Turns that a person
    answered are left out.
    """
    kept = [turn for turn in turns if turn["reply"]["writer"] != PERSON]
    written = [{"say": masked(turn["text"], known), **_expected(turn["reply"])} for turn in kept]
    language = kept[0]["reply"]["language"] if kept else "en"
    case = {"name": masked(name, known), "language": language, "turns": written}
    return yaml.safe_dump([case], allow_unicode=True, sort_keys=False, width=110)


def masked(text: str, known: Sequence[str] = ()) -> str:
    """The text without e-mail addresses, phone and order numbers, and without what is ``known``."""
    emails = find_emails(text)
    phones = find_phones(text)
    orders = OrderNumbers().find(text, [*emails, *phones])
    for span in sorted({*phones, *orders}, key=lambda span: -span.start):
        text = text[: span.start] + _DIGIT.sub("0", text[span.start : span.end]) + text[span.end :]
    for span in sorted(find_emails(text), key=lambda span: -span.start):
        text = text[: span.start] + EMAIL + text[span.end :]
    for words in sorted(filter(None, known), key=len, reverse=True):
        text = re.sub(re.escape(words), "***", text, flags=re.IGNORECASE)
    return text


def _expected(reply: Mapping[str, Any]) -> dict[str, Any]:
    """What must be the same again. Prices and wording are left to the owner, who knows which of them matter."""
    expected: dict[str, Any] = {"action": reply["action"]}
    if reply["abstained"]:
        expected["abstained"] = True
    if reply["handover"]:
        expected["handover"] = reply["handover"]["reason"]
    if sources := sorted({citation["source"] for citation in reply["citations"]}):
        expected["cites"] = sources
    if reply["products"]:
        expected["products"] = [product["sku"] for product in reply["products"]]
    return expected
