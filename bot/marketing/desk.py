"""What the shop's people ask of the data about customers and market, over the shop's database."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine

from bot.marketing.customers.histories import read_histories
from bot.marketing.customers.overview import CustomerOverview
from bot.marketing.insight.insights import Progress, find
from bot.marketing.insight.telling import Teller
from bot.marketing.insight.topics import Encode
from bot.marketing.insight.voices import read_voices
from bot.marketing.insight.workers import Workers
from bot.shop.catalogue import Catalogue
from bot.types import LanguageCode


@dataclass(frozen=True, slots=True)
class InsightDesk:
    """``encode`` gives unit vectors in one space for both languages; ``workers`` says where bulk work is done."""

    engine: Engine
    catalogue: Catalogue
    encode: Encode
    workers: Workers = "processes"

    def insights(self, language: LanguageCode, progress: Progress | None = None) -> Teller:
        """Everything found in what customers say, told in ``language``."""
        found = find(read_voices(self.engine, language), self.encode, self.workers, progress)
        return Teller(found, language, lambda sku: self.catalogue.title_of(sku, language))

    def customers(self, language: LanguageCode) -> CustomerOverview:
        """Who the customers are, told in ``language``."""
        categories = {product.sku: product.category for product in self.catalogue.all(language)}
        return CustomerOverview.of(read_histories(self.engine, categories, read_voices(self.engine, language)), language)
