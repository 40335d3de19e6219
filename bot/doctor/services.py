"""Whether what the settings name outside of this machine answers: the language model, the order system, the mail server."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator, Mapping

from bot.doctor.report import Check, failed, ok, tried, warning
from bot.generation.model_check import Problem, check_model
from bot.order_desk.connectors import connector
from bot.order_desk.platform import PlatformOrders
from bot.settings import Settings
from bot.store.database import open_database
from bot.store.order_changes import OrderChanges
from bot.takeover.mail import connected

_NO_ORDER = "SHOPDESK-DOCTOR"
"""A number that no order has."""
_MODEL: Mapping[Problem, tuple[str, str]] = {
    "settings": ("cannot be used", "Correct llm, llm_base_url and llm_api_key."),
    "unreachable": ("no server answers", "Start the model's server, or correct llm_base_url."),
    "key": ("the server refuses the key", "Correct llm_api_key."),
    "not_found": ("the server knows no such model", "Correct llm, or llm_base_url, which ends in /v1."),
    "busy": ("the server takes no more requests now", "Wait, or look at the limits of your account there."),
    "slow": ("the server does not answer in time", "Look at its load, or raise llm_first_token_s and llm_total_s."),
    "failed": ("the server fails", "Look at its log."),
}


def services(settings: Settings) -> Iterator[Check]:
    """A check for each that is set; nothing is sent to customers and no order is changed."""
    yield tried("language model", lambda: _language_model(settings))
    if settings.orders_url:
        url = settings.orders_url
        yield tried("order system", lambda: _order_system(settings, url))
    if settings.smtp_host:
        yield _mail(settings)


def _language_model(settings: Settings) -> Check:
    name = "language model"
    if settings.llm is None:
        return ok(name, "none is set; the built-in writer answers")
    called = check_model(settings)
    if called.problem is None:
        return ok(name, f"{settings.llm} says its first word after {(called.first_ms or 0) / 1000:.1f} s")
    found, remedy = _MODEL[called.problem]
    detail = f" ({called.detail})" if called.detail else ""
    return failed(name, f"{settings.llm}: {found}{detail}", f"{remedy} Until then the built-in writer answers.")


def _order_system(settings: Settings, url: str) -> Check:
    name, engine = "order system", open_database("sqlite://")
    system = connector(settings, url, OrderChanges(engine))
    try:
        system.read(_NO_ORDER)
        missing = system.missing_rights() if isinstance(system, PlatformOrders) else ()
    finally:
        system.close()
        engine.dispose()
    if missing:
        return warning(name, f"{url!r} answers, but its token lacks {', '.join(missing)}", "Give it these scopes.")
    return ok(name, f"{url!r} answers; no order was changed")


def _mail(settings: Settings) -> Check:
    name, where = "mail server", f"{settings.smtp_host}:{settings.smtp_port}"
    try:
        with connected(settings):
            return ok(name, f"{where} lets us in; nothing was sent")
    except smtplib.SMTPAuthenticationError:
        return failed(name, f"{where} refuses the account", "Correct smtp_user and smtp_password.")
    except OSError as error:
        remedy = "Correct smtp_host, smtp_port and smtp_security. Until then mails wait and are tried again."
        return failed(name, f"{where} cannot be used ({error.strerror or error})", remedy)
