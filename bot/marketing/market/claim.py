"""What a brief says: sentences with their evidence, in one language."""

from __future__ import annotations

import shlex
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from bot.types import LanguageCode, Product


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence with its ``evidence`` (files and rows, addresses, ids) and what to do about it, where there is something.

    ``command`` is the command that does it.
    """

    text: str
    evidence: tuple[str, ...]
    action: str = ""
    command: str = ""


def told_to_look(product: Product | None, language: LanguageCode) -> tuple[str, str]:
    """What to do where a rival's offer of ``product`` moved, and the command that begins it; nothing where there is none."""
    if product is None:
        return "", ""
    action = texts_of(language)["act_alert"].format(title=product.title)
    return action, f"shopdesk copy write listing {shlex.quote(product.sku)} --language {language}"


@cache
def texts_of(language: LanguageCode) -> Mapping[str, str]:
    """The words of the brief."""
    told: Mapping[str, str] = tomllib.loads(files("bot.marketing.market").joinpath("texts.toml").read_text("utf-8"))[language]
    return told
