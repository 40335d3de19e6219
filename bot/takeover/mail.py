"""A notice as an e-mail, by SMTP."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import formatdate

from bot.settings import Settings
from bot.takeover.notice import Notice

TIMEOUT_S = 20.0


def message(notice: Notice, settings: Settings) -> EmailMessage:
    """The e-mail; its id is the same at every try, so that a mail server can tell that it has it already."""
    sender = settings.smtp_from or ""
    mail = EmailMessage()
    mail["Subject"] = " ".join(notice.title.split())
    mail["From"] = sender
    mail["To"] = ", ".join(re.split(r"[\s,]+", (settings.smtp_to or "").strip()))
    mail["Date"] = formatdate(localtime=False)
    mail["Message-ID"] = f"<shopdesk-{notice.id}-{notice.handover.conversation}@{sender.partition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    if notice.handover.email and notice.handover.email.isascii():
        mail["Reply-To"] = notice.handover.email
    facts = "\n".join(f"{name}: {value}" for name, value in notice.facts())
    mail.set_content(f"{facts}\n\n{notice.button}:\n{notice.url}\n\n{notice.valid}\n")
    return mail


def send(mail: EmailMessage, settings: Settings) -> None:
    """Hands the e-mail to the mail server.

    Raises:
        OSError: (of which all SMTP errors are kinds) when it is not taken.
    """
    with connected(settings) as server:
        server.send_message(mail)


@contextmanager
def connected(settings: Settings) -> Iterator[smtplib.SMTP]:
    """The mail server, logged in where the settings name an account.

    Raises:
        OSError: it cannot be reached, or does not let us in.
    """
    host, port = settings.smtp_host or "", settings.smtp_port
    if settings.smtp_security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_S, context=ssl.create_default_context())
    else:
        server = smtplib.SMTP(host, port, timeout=TIMEOUT_S)
    with server:
        if settings.smtp_security == "starttls":
            server.starttls(context=ssl.create_default_context())
        if settings.smtp_user and settings.smtp_password:
            server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
        yield server
