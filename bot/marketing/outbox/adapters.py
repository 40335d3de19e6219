"""Sends a message by its channel, and says whether it was surely not taken or perhaps taken."""

from __future__ import annotations

import json
import smtplib
import time
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.utils import formatdate

import httpx
from pydantic import SecretStr

from bot.settings import Settings
from bot.takeover import mail
from bot.takeover.delivery import ask
from bot.takeover.formats import signed

_UNFOLDED = policy.SMTP.clone(max_line_length=998)
"""A link in a header that is folded is encoded, and no mail program finds it."""
_TEMPORARY = (408, 425, 429)
_GATEWAY = (502, 504)
"""The gateway says that it lost the connection to the receiver, who may have taken the message."""


class NotTaken(Exception):
    """Raised when the receiver surely did not take a message; ``final`` when it never will."""

    def __init__(self, reason: str, final: bool = False) -> None:
        super().__init__(reason)
        self.final = final


class PerhapsTaken(Exception):
    """Raised when the connection broke at a moment at which the receiver may have taken the message."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message on its way. ``to`` is an e-mail address or a telephone number; ``id`` is the same at every try."""

    id: str
    channel: str
    customer: str
    to: str
    language: str
    subject: str
    body: str
    unsubscribe: str


def channel_of(settings: Settings, email: str | None, phone: str | None) -> tuple[str, str] | None:
    """By which channel a customer is reached, and where: e-mail before SMS before the shop's own webhook."""
    if settings.smtp_host and settings.smtp_from and email:
        return "email", email
    if settings.sms_url and phone:
        return "sms", phone
    if settings.customer_webhook_url and (email or phone):
        return "webhook", email or phone or ""
    return None


def send(message: Outgoing, settings: Settings) -> None:
    """Sends it once.

    Raises:
        NotTaken: it was not taken.
        PerhapsTaken: nobody knows.
    """
    if message.channel == "email":
        _by_mail(message, settings)
    else:
        _by_http(message, settings)


def _by_mail(message: Outgoing, settings: Settings) -> None:
    written, begun, taken = _mail(message, settings), False, False
    try:
        with mail.connected(settings) as server:
            begun = True
            server.send_message(written)
            taken = True
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as error:
        if not taken:
            raise NotTaken(_reason(error, settings), _final(error)) from error
    except (OSError, ValueError) as error:
        if taken:
            return
        kind = PerhapsTaken if begun and not isinstance(error, ValueError) else NotTaken
        raise kind(_reason(error, settings)) from error


def _mail(message: Outgoing, settings: Settings) -> EmailMessage:
    written, sender = EmailMessage(_UNFOLDED), settings.smtp_from or ""
    written["Subject"] = " ".join(message.subject.split())
    written["From"], written["To"] = sender, message.to
    written["Date"] = formatdate(localtime=False)
    written["Message-ID"] = f"<{message.id}@{sender.partition('@')[2]}>"
    written["List-Unsubscribe"] = f"<{message.unsubscribe}>"
    written["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    written.set_content(message.body)
    return written


def _final(error: smtplib.SMTPException) -> bool:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    refused = isinstance(error, smtplib.SMTPDataError | smtplib.SMTPSenderRefused)
    return refused and isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 500


def _by_http(message: Outgoing, settings: Settings) -> None:
    url, secret = _where(message.channel, settings)
    body = {"to": message.to, "text": f"{message.subject}\n{message.body}"} if message.channel == "sms" else _whole(message)
    post = signed(message.id, json.dumps(body, ensure_ascii=False).encode(), url, secret, time.time())
    try:
        status, _ = ask(post)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.InvalidURL) as error:
        raise NotTaken(_reason(error, settings)) from error
    except (OSError, httpx.HTTPError) as error:
        raise PerhapsTaken(_reason(error, settings)) from error
    if status in _GATEWAY:
        raise PerhapsTaken(f"The answer has the status {status}.")
    if not 200 <= status < 300:
        raise NotTaken(f"The answer has the status {status}.", 400 <= status < 500 and status not in _TEMPORARY)


def _whole(message: Outgoing) -> dict[str, object]:
    told = {name: getattr(message, name) for name in ("id", "customer", "to", "language", "subject", "body", "unsubscribe")}
    return {"type": "customer.message", "data": told}


def _where(channel: str, settings: Settings) -> tuple[str, str | None]:
    named = "sms" if channel == "sms" else "customer_webhook"
    url: SecretStr | None = getattr(settings, f"{named}_url")
    secret: SecretStr | None = getattr(settings, f"{named}_secret")
    if url is None:
        raise NotTaken("The channel is not set up any more.")
    return url.get_secret_value(), secret.get_secret_value() if secret else None


def _reason(error: Exception, settings: Settings) -> str:
    text = f"{type(error).__name__}: {error}"
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if isinstance(value, SecretStr) and value.get_secret_value():
            text = text.replace(value.get_secret_value(), "…")
    return " ".join(text.split())
