"""The linter over one shop: what is live, its catalogue, and what its customers' answers rested on."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from sqlalchemy import Engine

from bot.lint.findings import Finding
from bot.lint.linter import FEWEST_TURNS, lint
from bot.localisation.clear_words import clear_words
from bot.order_desk.policy import PolicyFile
from bot.shop.catalogue import Catalogue
from bot.shop.orders import order_examples
from bot.store.usage import used_passages
from knowledge_base.encoder import Encoder
from knowledge_base.knowledge import KnowledgeBase
from knowledge_base.loading.web.pages import Getter


class ShopLinter:
    """Runs every check on the shop's knowledge as it is now."""

    def __init__(
        self,
        knowledge: KnowledgeBase,
        catalogue: Catalogue,
        engine: Engine,
        encoder: Encoder,
        web: Callable[[], AbstractContextManager[Getter]],
        policy: PolicyFile,
    ) -> None:
        """``web`` gives what fetches the addresses that passages link to."""
        self._knowledge, self._catalogue, self._engine, self._encoder = knowledge, catalogue, engine, encoder
        self._web, self._policy = web, policy

    def findings(self, links: bool = False) -> list[Finding]:
        """Every fault found, the most harmful kinds first; with ``links``, addresses are fetched to find dead ones.

        Raises:
            DataDirectoryError: the database cannot be read.
        """
        with clear_words(), self._web() if links else nullcontext() as getter:
            used = used_passages(self._engine, FEWEST_TURNS)
            policy = self._policy.current() if order_examples(self._engine) else None
            chunks = list(self._knowledge.chunks())
            return lint(chunks, self._catalogue.rows(), self._encoder, used, getter, policy=policy)
