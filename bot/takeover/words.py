"""The words of notifications and of the takeover page, from ``words.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from bot.store.handover_records import Event
from bot.types import LanguageCode


@cache
def words(language: LanguageCode) -> dict[str, Any]:
    """All texts of a language; ``intents`` and ``page`` are tables of their own."""
    loaded: dict[str, Any] = tomllib.loads(files("bot.takeover").joinpath("words.toml").read_text("utf-8"))[language]
    return loaded


def event_words(event: Event, language: LanguageCode) -> str:
    """What happened to the conversation, but for what was said in it, in words for the shop's people."""
    page = words(language)["page"]
    reason = reason_words(event.text or "", language) if event.kind == "handover" else ""
    return str(page[f"event_{event.kind}"].format(name=event.name, reason=reason))


def reason_words(reason: str, language: LanguageCode) -> str:
    """Why a person was called, in words."""
    known = words(language)
    return str(known.get(f"reason_{reason}") or known["reason_other"].format(reason=reason))
