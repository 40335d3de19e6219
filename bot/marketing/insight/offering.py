"""What the shop can do about a figure, each with the command that does it."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from bot.marketing.insight.voices import Voice
from bot.types import LanguageCode

Json = dict[str, Any]


def offers_of(
    texts: Mapping[str, str], language: LanguageCode, aspect: str, of: str, said: int,
    blaming: Sequence[Voice], praising: Sequence[Voice], ids: str,
) -> list[Json]:  # fmt: skip
    """What to do about ``aspect`` of ``of``, of which ``said`` opinions speak: ``action``, ``text`` and ``command``.

    An empty ``of`` is the whole shop.

    Where the whole shop or a category is spoken of, a command is about the product that most of the voices are about; without
    any there is none.
    """
    numbers = {"aspect": aspect, "of": of, "blamed": len(blaming), "said": said, "n": len(praising), "ids": ids}
    worst, best = _product(blaming), _product(praising)
    commands = {
        "fix_faq": faq_command(worded(texts, "expect", of).format(aspect=aspect, of=of), language),
        "fix_listing": _command("copy", "write", "listing", worst, "--language", language) if worst else "",
        "tell_supplier": _command("insights", "--supplier", worst, "--lang", language) if worst else "",
        "draft_copy": _command("copy", "write", "introduction", best, "--language", language) if best else "",
    }
    actions: tuple[str, ...] = ("fix_faq", "fix_listing", "tell_supplier") if blaming else ()
    actions += ("draft_copy",) if len(praising) > len(blaming) else ()
    return [
        {"action": action, "text": worded(texts, action, of).format(**numbers), "command": commands[action]}
        for action in actions
    ]


def worded(texts: Mapping[str, str], name: str, of: str) -> str:
    """The words of that name for a product or category ``of``; those for the whole shop where it is empty."""
    return texts[name if of else f"shop_{name}"]


def faq_command(question: str, language: LanguageCode) -> str:
    """The command that proposes an answer to a question."""
    return f"{_command('faq', 'propose', question)} ANSWER --language {language}"


def _command(*words: str) -> str:
    return shlex.join(("shopdesk", *words))


def _product(voices: Sequence[Voice]) -> str:
    return next((sku for sku, _ in Counter(voice.sku for voice in voices if voice.sku).most_common(1) if sku), "")
