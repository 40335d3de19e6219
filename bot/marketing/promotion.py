"""What the shop says by itself: campaigns with their experiments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from sqlalchemy import Engine

from bot.marketing.campaigns.campaigns import Campaigns
from bot.shop.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Promotion:
    """The desks behind ``shopdesk campaigns``; they need the database alone, and work beside a running server."""

    campaigns: Campaigns

    @classmethod
    def open(cls, engine: Engine, catalogue: Catalogue) -> Self:
        """Over the shop's database."""
        return cls(Campaigns(engine, catalogue))
