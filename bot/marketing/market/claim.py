"""What a brief says: sentences with their evidence, in one language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from bot.types import LanguageCode


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence with its ``evidence`` (files and rows, addresses, ids) and what to do about it, where there is something.

    ``command`` is the command that does it.
    """

    text: str
    evidence: tuple[str, ...]
    action: str = ""
    command: str = ""


@cache
def texts_of(language: LanguageCode) -> Mapping[str, str]:
    """The words of the brief."""
    told: Mapping[str, str] = tomllib.loads(files("bot.marketing.market").joinpath("texts.toml").read_text("utf-8"))[language]
    return told
