"""What the shop can do about a figure, each with the command that does it."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from bot.marketing.insight.voices import Voice
from bot.shop.cells import language_of
from bot.types import LanguageCode

Json = dict[str, Any]
ACTIONS = ("fix_faq", "fix_listing", "draft_copy", "tell_supplier")


def offers_on_aspect(
    texts: Mapping[str, str], language: LanguageCode, aspect: str, of: str, said: int,
    blaming: Sequence[Voice], praising: Sequence[Voice], ids: str,
) -> list[Json]:  # fmt: skip
    """What to do about ``aspect`` of ``of``, of which ``said`` opinions speak. An empty ``of`` is the whole shop.

    Where the whole shop or a category is spoken of, a command is about the product that most of the voices are about.
    """
    liked = len(praising) > len(blaming)
    told = {"aspect": aspect, "of": of, "blamed": len(blaming), "said": said, "n": len(praising), "ids": ids}
    shop = "" if of else "shop_"
    names = {
        "fix_faq": f"{shop}fix_faq",
        "fix_listing": f"{shop}fix_listing",
        "draft_copy": f"{shop}draft_copy" if liked else f"{shop}draft_copy_without",
        "tell_supplier": f"{shop}tell_supplier_praise" if liked else f"{shop}tell_supplier",
    }
    question = worded(texts, "expect", of).format(aspect=aspect, of=of)
    product = product_of(blaming or praising)
    return _offers({action: texts[name].format(**told) for action, name in names.items()}, question, product, language)


def offers_on(
    texts: Mapping[str, str], language: LanguageCode, kind: str, what: str, question: str, voices: Sequence[Voice]
) -> list[Json]:
    """What to do about a ``topic``, ``change`` or ``wish`` (``kind``), told as ``what``, of which ``voices`` speak."""
    ids = ", ".join(dict.fromkeys(voice.id for voice in voices[:5]))
    told = {action: texts[f"{kind}_{action}"].format(what=what, ids=ids, n=len(voices)) for action in ACTIONS}
    return _offers(told, question, product_of(voices), language)


def worded(texts: Mapping[str, str], name: str, of: str) -> str:
    """The words of that name for a product or category ``of``; those for the whole shop where it is empty."""
    return texts[name if of else f"shop_{name}"]


def faq_command(question: str, language: LanguageCode) -> str:
    """The command that proposes an answer to a question."""
    return f"{_command('faq', 'propose', question)} ANSWER --language {language}"


def product_of(voices: Sequence[Voice]) -> str:
    """The product that most of ``voices`` are about; "" where none is about one."""
    return next((sku for sku, _ in Counter(voice.sku for voice in voices if voice.sku).most_common(1) if sku), "")


def _offers(told: Mapping[str, str], question: str, product: str, language: LanguageCode) -> list[Json]:
    """Each action with its words, and its command where there is a product that it can be about."""
    commands = {
        "fix_faq": faq_command(question, language_of(question)),
        "fix_listing": _command("copy", "write", "listing", product, "--language", language),
        "draft_copy": _command("copy", "write", "introduction", product, "--language", language),
        "tell_supplier": _command("insights", "--supplier", product, "--lang", language),
    }
    return [
        {"action": action, "text": told[action], "command": commands[action] if product or action == "fix_faq" else ""}
        for action in ACTIONS
    ]


def _command(*words: str) -> str:
    return shlex.join(("shopdesk", *words))
