"""Parts of the program that commands open alone, beside a running server: only the database is used, which they share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from bot.build import language_model, opened_database
from bot.marketing.promotion import Promotion
from bot.settings import Settings, load_shop
from bot.shop.catalogue import Catalogue
from bot.store.database import clear_words
from bot.store.model_calls import ModelCalls
from bot.store.sites import SiteStore
from bot.store.users import UserStore


@contextmanager
def open_sites(settings: Settings) -> Iterator[SiteStore]:
    """The shop's web sites alone: from the database, which several programs may use at a time, beside a running server too.

    Raises:
        DataDirectoryError: the data directory or the database cannot be used.
    """
    with ExitStack() as resources, clear_words():
        yield SiteStore(opened_database(settings, resources))


@contextmanager
def open_users(settings: Settings) -> Iterator[UserStore]:
    """The people who may sign in to the console alone, as :func:`open_sites` opens the sites.

    Raises:
        DataDirectoryError: the data directory or the database cannot be used.
    """
    with ExitStack() as resources, clear_words():
        yield UserStore(opened_database(settings, resources))


@contextmanager
def open_promotion(settings: Settings, writing: bool = False) -> Iterator[Promotion]:
    """What the shop says by itself alone, as :func:`open_sites` opens the sites; with the language model when ``writing``.

    Raises:
        DataDirectoryError: the data directory or the database cannot be used.
    """
    with ExitStack() as resources, clear_words():
        engine = opened_database(settings, resources)
        llm = language_model(ModelCalls(engine), settings) if writing else None
        if llm is not None:
            resources.callback(llm.close)
        yield Promotion.open(engine, Catalogue(engine), settings, load_shop(settings.data), llm)
