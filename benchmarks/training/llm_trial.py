"""The owner's tests with a language model that writes: how many pass, and how often its words were fit to be shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.conversation_tests.cases import Case
from bot.conversation_tests.copied_shop import copied_shop
from bot.conversation_tests.running import run
from bot.generation.writer_llm import PROMPT_OF
from bot.running.rehearsal import Stage
from bot.settings import load_settings
from bot.store.conversations import ConversationStore
from bot.types import LanguageCode, Reply

PATIENT = {"llm_first_token_s": 600.0, "llm_total_s": 600.0}
"""Deadlines of a trial: what the model says counts, however slow this machine is."""


@dataclass
class _Counting:
    """A shop that counts who wrote."""

    shop: Stage
    wordable: int = 0
    by_model: int = 0

    @property
    def conversations(self) -> ConversationStore:
        """Where its conversations are."""
        return self.shop.conversations

    def order_changes(self) -> list[dict[str, Any]]:
        """What was done to orders, the newest first."""
        return self.shop.order_changes()

    def reply(
        self,
        text: str,
        conversation: str | None = None,
        customer: str | None = None,
        language: LanguageCode | None = None,
    ) -> Reply:
        """One turn, whole, counted."""
        reply = self.shop.reply(text, conversation, customer, language)
        self.wordable += reply.action in PROMPT_OF and not reply.abstained
        self.by_model += reply.writer != "builtin"
        return reply


def trial(model: str, data: Path, cases: Sequence[Case]) -> dict[str, int]:
    """The tests on a copy of the shop in ``data``.

    ``tests`` are the conversations and ``passed`` those that went as written; ``wordable`` are replies that a model may word,
    ``by_model`` those that this one worded and the fact gate let through.
    """
    changed = {"llm": f"transformers:{model}", **PATIENT}
    with copied_shop(load_settings(data=data), **changed) as rehearsal, rehearsal.open() as stage:
        shop = _Counting(stage)
        passed = sum(result.failure is None for result in run(shop, cases))
    return {"tests": len(cases), "passed": passed, "wordable": shop.wordable, "by_model": shop.by_model}
