"""What the shop's people ask of the data about customers and market, over the shop's database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import Engine, select

from bot.errors import LoadError
from bot.marketing.customers.histories import read_histories
from bot.marketing.customers.overview import CustomerOverview
from bot.marketing.insight.insights import Progress, find, find_within
from bot.marketing.insight.periods import days_of
from bot.marketing.insight.telling import Teller
from bot.marketing.insight.topics import Encode
from bot.marketing.insight.voices import read_voices
from bot.marketing.market.brief import MarketBrief
from bot.marketing.market.funnel import Funnel
from bot.marketing.market.history import FeedHistory, Reading
from bot.marketing.market.offers import Fetches, read_page, read_table
from bot.shop.catalogue import Catalogue
from bot.shop.customers import contacts
from bot.store.shop import interactions, orders
from bot.types import LanguageCode
from knowledge_base.bulk import Workers
from knowledge_base.load_options import is_address
from knowledge_base.loading.files import list_files
from knowledge_base.loading.sandbox import Sandbox
from knowledge_base.types import Skipped

MOST_REVIEWS = 3000
"""Own reviews that competitors' are held against, the last ones."""


@dataclass(frozen=True, slots=True)
class InsightDesk:
    """``encode`` gives unit vectors in one space for both languages; ``fetcher`` reads pages politely."""

    engine: Engine
    catalogue: Catalogue
    encode: Encode
    fetcher: Callable[[], AbstractContextManager[Fetches]]
    workers: Workers = "processes"
    zone: tzinfo | None = UTC
    """Where a day begins and ends; None for the machine's."""

    @property
    def history(self) -> FeedHistory:
        """What competitors' feeds held each time that they were read."""
        return FeedHistory(self.engine)

    def insights(self, language: LanguageCode, progress: Progress | None = None, period: str = "") -> Teller:
        """Everything found in what customers say, told in ``language``.

        A ``period`` (as :func:`~bot.marketing.insight.periods.days_of` takes it) leaves only its days, beside those before.

        Raises:
            SettingsError: there is no such period.
        """
        days = days_of(period, datetime.now(self.zone).date()) if period else None
        goods = " ".join(f"{product.title} {product.category} {product.brand}" for product in self.catalogue.rows())
        voices, rest = read_voices(self.engine, language, self.zone), (self.encode, self.workers, progress, goods)
        found = find_within(days, voices, *rest) if days else find(voices, *rest)
        return Teller(found, language, lambda sku: self.catalogue.title_of(sku, language))

    def customers(self, language: LanguageCode) -> CustomerOverview:
        """Who the customers are, told in ``language``."""
        categories = {product.sku: product.category for product in self.catalogue.all(language)}
        return CustomerOverview.of(read_histories(self.engine, categories, read_voices(self.engine, language)), language)

    def contacts(self) -> dict[str, tuple[str, str]]:
        """Customer's id → name and e-mail address, of those whom the shop's list holds."""
        return contacts(self.engine)

    def market(self, feeds: Sequence[str], language: LanguageCode, competitor: str = "") -> tuple[MarketBrief, list[str]]:
        """The brief of competitors' ``feeds`` (files and addresses) beside the shop's own data, and what was left out and why.

        Each feed is kept with its date; what is other than before is among the brief's alerts.

        Raises:
            LoadError: a feed cannot be had or is none.
        """
        readings: list[Reading] = []
        skipped: list[str] = []
        addresses = [feed for feed in feeds if is_address(feed)]
        for url in addresses:
            readings.append(self.history.take(url, read_page(url, competitor or urlsplit(url).netloc, self.fetcher())))
        with Sandbox() as sandbox:
            for file in list_files([feed for feed in feeds if feed not in addresses]):
                if isinstance(file, Skipped):
                    raise LoadError(
                        f"{file.source!r} cannot be read: {file.reason}.", zh=f"读不了 {file.source!r}（{file.reason}）。"
                    )
                read, left_out = read_table(file, sandbox, language)
                skipped += left_out
                readings.append(self.history.take(Path(str(file.source)).name, read))
        voices = read_voices(self.engine, language)
        reviews = [(voice.id, voice.text) for voice in voices if voice.source == "review"][-MOST_REVIEWS:]
        offers = [offer for reading in readings for offer in reading.offers]
        return MarketBrief(offers, self.catalogue.rows(), reviews, self._funnel(), language, readings), skipped

    def _funnel(self) -> Funnel:
        with self.engine.connect() as connection:
            steps = connection.execute(select(interactions.c.customer_id, interactions.c.sku, interactions.c.event)).all()
            bought = connection.execute(select(orders.c.customer_id).where(orders.c.customer_id.is_not(None))).scalars().all()
        return Funnel.of([(one, sku, event) for one, sku, event in steps], [str(one) for one in bought])
