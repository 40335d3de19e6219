"""Delivers notifications, and says what went wrong without naming a secret."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass

import httpx
from pydantic import SecretStr

from bot.errors import SettingsError
from bot.settings import Settings
from bot.takeover import mail
from bot.takeover.formats import FORMATS, Post, refusal
from bot.takeover.notice import Notice

TIMEOUT_S = 10.0
LONGEST_S = 30.0
LONGEST_ANSWER = 65_536


class NotTaken(Exception):
    """Raised when the receiver did not take a notification; one sentence, without addresses and secrets."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """Sends notices by the channels of the settings."""

    settings: Settings

    @classmethod
    def open(cls, settings: Settings) -> Delivery:
        """The delivery that the settings ask for.

        Raises:
            SettingsError: mail is to be sent, and it is not said from whom and to whom.
        """
        if settings.smtp_host and not (settings.smtp_from and settings.smtp_to):
            raise SettingsError("The setting 'smtp_host' needs 'smtp_from' and 'smtp_to': set both, or leave it out.")
        logging.getLogger("httpx").setLevel(logging.WARNING)  # below that it writes addresses, which hold keys, into the log
        return cls(settings)

    def send(self, channel: str, notice: Notice) -> None:
        """Sends the notice once.

        Raises:
            NotTaken: with the reason.
        """
        if channel not in self.settings.channels:
            raise NotTaken("The channel is not set up any more.")
        try:
            if channel == "email":
                mail.send(mail.message(notice, self.settings), self.settings)
                return
            status, body = ask(FORMATS[channel](notice, *self._where(channel), time.time()))
        except (OSError, ValueError, httpx.HTTPError, httpx.InvalidURL) as error:
            raise NotTaken(self._without_secrets(f"{type(error).__name__}: {error}")) from error
        if (reason := refusal(channel, status, body)) is not None:
            raise NotTaken(self._without_secrets(reason))

    def _where(self, channel: str) -> tuple[str, str | None]:
        url: SecretStr = getattr(self.settings, f"{channel}_url")
        secret: SecretStr | None = getattr(self.settings, f"{channel}_secret", None)
        return url.get_secret_value(), secret.get_secret_value() if secret else None

    def _without_secrets(self, text: str) -> str:
        for name in type(self.settings).model_fields:
            value = getattr(self.settings, name)
            if isinstance(value, SecretStr) and value.get_secret_value():
                text = text.replace(value.get_secret_value(), "…")
        return " ".join(text.split())


def ask(post: Post) -> tuple[int, bytes]:
    """Sends a request and gives the status and the beginning of the answer.

    Raises:
        httpx.HTTPError: there was no answer.
    """
    until, body = time.monotonic() + LONGEST_S, b""
    with httpx.stream("POST", post.url, content=post.body, headers=post.headers, timeout=TIMEOUT_S) as answer:
        for piece in answer.iter_bytes():
            body += piece
            if len(body) > LONGEST_ANSWER or time.monotonic() > until:
                break
        return answer.status_code, body
