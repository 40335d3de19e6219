"""What the shop says by itself: texts, campaigns with their experiments, and messages to customers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from sqlalchemy import Engine

from bot.generation.fact_gate.gate import FactGate
from bot.generation.writer_llm import LlmWriter
from bot.marketing.campaigns.campaigns import Campaigns
from bot.marketing.copy.desk import CopyDesk
from bot.marketing.copy.pages import Pages
from bot.marketing.outbox.outbox import RetentionOutbox
from bot.marketing.outbox.results import RuleResult, results
from bot.marketing.outbox.unsubscribing import Unsubscribing
from bot.marketing.outbox.wording import Wording
from bot.settings import Settings
from bot.settings.profile import ShopProfile
from bot.shop.catalogue import Catalogue
from bot.takeover.links import TakeoverLinks


@dataclass(frozen=True, slots=True)
class Promotion:
    """The desks behind ``shopdesk copy``, ``campaigns`` and ``outbox``, over the database alone."""

    campaigns: Campaigns
    outbox: RetentionOutbox
    copywriting: CopyDesk
    pages: Pages
    _engine: Engine

    @classmethod
    def open(
        cls, engine: Engine, catalogue: Catalogue, settings: Settings, shop: ShopProfile, llm: LlmWriter | None = None
    ) -> Self:
        """Over the shop's database; ``llm`` words texts where there is one."""
        links = TakeoverLinks.open(settings)
        unsubscribing = Unsubscribing(engine, links.secret, links.address)
        wording = Wording(catalogue, shop, FactGate())
        outbox = RetentionOutbox(engine, catalogue, settings, wording, unsubscribing)
        model = (llm.name, lambda text: llm.aside(text, settings.llm_total_s)) if llm is not None else None
        copywriting = CopyDesk(engine, catalogue, shop, settings.own_forbidden_words, model)
        return cls(Campaigns(engine, catalogue), outbox, copywriting, Pages(engine, catalogue, shop), engine)

    def outbox_results(self) -> list[RuleResult]:
        """What the messages brought, by rule."""
        return results(self._engine)
