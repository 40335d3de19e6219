"""Campaigns: a plan that was kept, with its experiment."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, insert, select

from bot.errors import InputError
from bot.marketing.campaigns.experiment import Experiment
from bot.marketing.campaigns.experiments import Experiments
from bot.marketing.campaigns.launch import experiment_of
from bot.marketing.campaigns.plan import Plan, Planner
from bot.marketing.campaigns.results import Report, report
from bot.shop.catalogue import Catalogue
from bot.store.campaigns import campaigns
from bot.store.database import aware
from bot.types import LanguageCode

LANGUAGES: tuple[LanguageCode, ...] = ("en", "zh")


@dataclass(frozen=True, slots=True)
class Campaign:
    """A kept plan, as plain JSON types."""

    id: str
    name: str
    plan: dict[str, Any]
    author: str
    created_at: datetime


class Campaigns:
    """Plans, experiments and what they showed, over the shop's database."""

    def __init__(self, engine: Engine, catalogue: Catalogue, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._engine, self._catalogue, self._clock = engine, catalogue, clock
        self.planner = Planner(engine, catalogue)
        self.experiments = Experiments(engine, clock)

    def keep(self, name: str, plan: Plan, author: str) -> Campaign:
        """Keeps a plan.

        Raises:
            InputError: the name is empty.
        """
        if not name.strip():
            raise InputError("A campaign needs a name.", zh="请给活动起一个名称。")
        row = {"id": secrets.token_hex(6), "name": name.strip()[:200], "plan": plan.to_dict(), "author": author}
        with self._engine.begin() as connection:
            connection.execute(insert(campaigns).values(**row, created_at=self._clock()))
        return self.all()[0]

    def all(self) -> list[Campaign]:
        """Every kept plan, newest first."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(campaigns).order_by(campaigns.c.created_at.desc(), campaigns.c.id)).all()
        return [Campaign(row.id, row.name, row.plan, row.author, aware(row.created_at)) for row in rows]

    def find(self, campaign: str) -> Campaign:
        """The kept plan of that id.

        Raises:
            InputError: there is none.
        """
        found = next((one for one in self.all() if one.id == campaign), None)
        if found is None:
            raise InputError(f"There is no campaign {campaign[:60]!r}: 'shopdesk campaigns list' shows them.")
        return found

    def begin(self, campaign: str) -> Experiment:
        """Starts a kept plan as an experiment of its own, which is drafted first where that was not done.

        Raises:
            InputError: it is unknown, was started before, has no products, or another experiment runs in the same slot.
        """
        found = self.find(campaign)
        mine = self.experiments_of(campaign)
        if not mine:
            titles = {language: self._titles(found.plan["products"], language) for language in LANGUAGES}
            mine = [self.experiments.draft(experiment_of(campaign, found.name, found.plan, titles))]
        return self.experiments.start(mine[0].specification.name)

    def experiments_of(self, campaign: str) -> list[Experiment]:
        """The experiments that a kept plan has, newest first."""
        return [one for one in self.experiments.all() if one.specification.campaign == campaign]

    def _titles(self, skus: Sequence[str], language: LanguageCode) -> list[str]:
        return [self._catalogue.title_of(sku, language) or sku for sku in skus]

    def report(self, name: str, version: int | None = None) -> Report:
        """What an experiment has shown so far.

        Raises:
            InputError: there is none of that name and version.
        """
        return report(self._engine, self.experiments.find(name, version))
