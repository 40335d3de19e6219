"""The console's pages without a browser: who is signed in, and what a page works with."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from bot.console.operator import Operator, texts_of
from bot.shopdesk import Shopdesk
from bot.store.users import User


def by(role: str) -> Any:
    """A request of somebody signed in with this role, whose name is that too."""
    return SimpleNamespace(state=SimpleNamespace(user=User(role, role, datetime.now(UTC))))


def operator(shopdesk: Shopdesk, page: str, language: str = "en") -> Operator:
    """What the console's page works with."""
    return Operator(shopdesk, language, texts_of(language, page))
