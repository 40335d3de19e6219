"""The shop over a copy of its data and its loaded orders: nothing tried there changes an order or is taken for a customer."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bot.build import build
from bot.errors import LoadError, SettingsError
from bot.localisation.clear_words import clear_words
from bot.running.rehearsal import Rehearsal
from bot.settings import Settings, load_settings
from knowledge_base.ownership import own


@contextmanager
def copied_shop(settings: Settings, **changes: Any) -> Iterator[Rehearsal]:
    """Opens stages over a copy of the data directory that ``settings`` name, with ``changes`` to the settings.

    Raises:
        SettingsError: the data is not all in the data directory.
        LoadError: there is no such directory.
    """
    if settings.database_url or settings.chroma_url:
        raise SettingsError(
            "Tests run on a copy of the data directory, but 'database_url' or 'chroma_url' keep the data elsewhere:"
            " load the shop into a directory of its own, and name that with --data."
        )
    if not settings.data.exists():
        raise LoadError(f"There is no data directory {str(settings.data)!r}: load the shop first, or name another with --data.")
    with tempfile.TemporaryDirectory(prefix="shopdesk-test-") as folder:
        with clear_words(), own(settings.data):
            copy = shutil.copytree(settings.data, Path(folder) / "data", ignore=shutil.ignore_patterns("lock"))
        with build(load_settings(**{**changes, "data": copy})) as shopdesk:
            yield shopdesk.rehearsal
