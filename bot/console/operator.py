"""What every page of the console shares: its texts, who is using it, and how refusals are shown."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from bot.console.toolkit import gr
from bot.errors import ShopdeskError
from bot.localisation.times import minute, zone_told
from bot.store.users import Role, User
from bot.types import LanguageCode

if TYPE_CHECKING:
    from bot.shopdesk import Shopdesk

Texts = dict[str, str]
LANGUAGES = {"zh": "中文", "en": "English"}
"""Each language by its own name."""


@dataclass(frozen=True, slots=True)
class Operator:
    """The shop, and the texts of one page of its console in one language."""

    shopdesk: Shopdesk
    language: LanguageCode
    texts: Texts

    def user(self, request: gr.Request, role: Role = "agent") -> User:
        """Who sent the request.

        Raises:
            gr.Error: the user may not do what ``role`` may.
        """
        user: User = request.state.user
        if not user.may(role):
            raise self.refusal(texts_of(self.language, "console")["forbidden"])
        return user

    @staticmethod
    def refusal(words: str) -> gr.Error:
        """What the page shows in place of what was asked for."""
        return gr.Error(words, print_exception=False)

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """What the program refuses, with its sentence, as a message of the page."""
        try:
            yield
        except ShopdeskError as error:
            raise self.refusal(error.said(self.language)) from None

    def minute(self, at: datetime) -> str:
        """A time as lists show it, in the shop's time zone."""
        return minute(at, self.shopdesk.settings.zone)

    @property
    def zone(self) -> str:
        """The time zone of :meth:`minute`, as the page tells it."""
        return zone_told(self.shopdesk.settings.zone, datetime.now(UTC))

    def record(self, user: User, action: str, **details: object) -> None:
        """Notes in the audit log what the user did."""
        self.shopdesk.admin.users.record(user.name, action, **details)


def texts_of(language: str, page: str) -> Texts:
    """The texts of one page of the console, with the marks that part and join words in its language."""
    return _all_texts()[language]["marks"] | _all_texts()[language][page]


@cache
def _all_texts() -> dict[str, dict[str, Texts]]:
    return tomllib.loads(files("bot.console").joinpath("console_texts.toml").read_text("utf-8"))


def showings(console: gr.Blocks, inside: gr.components.Component) -> list[Callable[..., object]]:
    """When the page that ``inside`` is on comes to be seen: at the start, and whenever its tab is chosen."""
    return [console.load, *([inside.parent.select] if isinstance(inside.parent, gr.Tab) else [])]
