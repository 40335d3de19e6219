"""Whether Shopdesk itself is in order: its data, its models, its language model, its port."""

from __future__ import annotations

import os
import shutil
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
from sqlalchemy import func, select

from bot.build import build
from bot.doctor.report import Check, failed, ok, tried, warning
from bot.doctor.services import services
from bot.errors import DataDirectoryError
from bot.settings import Settings
from bot.store.database import clear_words, open_database
from bot.store.knowledge_tables import chunks, documents, in_version
from bot.store.schema import HEAD, current_revision
from bot.store.sites import SiteStore
from knowledge_base.counted import counted
from knowledge_base.ledger import LIVE
from knowledge_base.ownership import in_use

SCARCE_BYTES = 500_000_000
SECONDS = 5.0


def installation(settings: Settings) -> Iterator[Check]:
    """Every check, one after the other. Nothing is changed: no data directory is made, no database brought up to date."""
    yield tried("data directory", lambda: _data(settings))
    there = settings.database_url is not None or (settings.data / "shopdesk.db").exists()
    if there:
        database = tried("database", lambda: _database(settings))
        yield database
        if database.state == "ok":
            yield tried("index", lambda: _index(settings))
    else:
        hint = "Load the shop's files: shopdesk load PATH"
        yield warning("database", "nothing is loaded yet", hint)
    yield tried("models", lambda: _models(settings))
    yield from services(settings)
    yield tried("port", lambda: _port(settings))
    if settings.public_url:
        yield _public(settings.public_url)


def _data(settings: Settings) -> Check:
    place, name = settings.data.absolute(), "data directory"
    existing = next(path for path in (place, *place.parents) if path.exists())
    if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
        return failed(name, f"{str(place)!r} cannot be written", "Correct its permissions, or choose another with --data.")
    free = shutil.disk_usage(existing).free
    if free < SCARCE_BYTES:
        return warning(name, f"{str(place)!r} has {free // 1_000_000} MB of space left", "Free some space.")
    return ok(name, f"{str(place)!r}" + ("" if place.exists() else ", which will be made at the first start"))


def _database(settings: Settings) -> Check:
    engine = open_database(settings.sql_url)
    try:
        with clear_words():
            revision = current_revision(engine)
            if revision is not None and revision > HEAD:
                raise DataDirectoryError("It was made by a newer Shopdesk: install that one.")
            if revision != HEAD:
                return warning("database", f"of revision {revision}, newest {HEAD}", "The next start brings it up to date.")
            sites = SiteStore(engine).all()
    finally:
        engine.dispose()
    return ok("database", f"{engine.url.render_as_string()}, up to date; sites that may embed the widget: {len(sites)}")


def _index(settings: Settings) -> Check:
    if not in_use(settings.data):
        with build(settings.model_copy(update={"llm": None})) as shopdesk:
            if not shopdesk.current:
                return failed("index", "made with another encoder", "Make it again: shopdesk rebuild")
            if not shopdesk.empty:
                shopdesk.search("delivery", 1)
    return _counted(settings)


def _counted(settings: Settings) -> Check:
    engine = open_database(settings.sql_url)
    try:
        with clear_words(), engine.connect() as connection:
            files = connection.scalar(select(func.count()).select_from(documents).where(in_version(documents, LIVE))) or 0
            missing = (
                connection.scalar(select(func.count()).select_from(chunks).where(in_version(chunks, LIVE), ~chunks.c.indexed))
                or 0
            )
            passages = connection.scalar(select(func.count()).select_from(chunks).where(in_version(chunks, LIVE))) or 0
    finally:
        engine.dispose()
    if not files:
        return warning("index", "nothing is loaded yet", "Load the shop's files: shopdesk load PATH")
    if missing:
        return warning(
            "index", f"{missing} of {counted(passages, 'passage')} not indexed yet", "Start serve once, or shopdesk rebuild"
        )
    held = in_use(settings.data)
    return ok(
        "index",
        f"{counted(files, 'document or product', 'documents and products')}, {counted(passages, 'passage')}"
        f"{', in use by a running Shopdesk' if held else ''}",
    )


def _models(settings: Settings) -> Check:
    """Asks the whole program one question, in an empty directory."""
    started = time.perf_counter()
    with TemporaryDirectory() as empty:
        apart = {"data": Path(empty), "database_url": None, "chroma_url": None, "llm": None}
        with build(settings.model_copy(update=apart)) as shopdesk:
            shopdesk.reply("Hello, how long does delivery take?")
    return ok("models", f"encoder {settings.encoder!r} and the rest load and answer in {time.perf_counter() - started:.1f} s")


def _port(settings: Settings) -> Check:
    where = f"{settings.host}:{settings.port}"
    try:
        family, _, _, _, address = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0]
        socket.create_server(address[:2], family=family).close()
    except OSError as error:
        if _healthy(settings.model_copy(update={"public_url": None}).address):
            return ok("port", f"Shopdesk answers on {where}")
        remedy = "Stop the program that uses it, or choose another with --port."
        return failed("port", f"{where} is not free ({os.strerror(error.errno or 0)})", remedy)
    return ok("port", f"{where} is free: serve is not running")


def _public(address: str) -> Check:
    if _healthy(address):
        return ok("public address", f"Shopdesk answers at {address}")
    remedy = "Let your proxy pass it on to Shopdesk, and start serve; or correct public_url."
    return failed("public address", f"nobody answers at {address}/api/v1/health", remedy)


def _healthy(address: str) -> bool:
    try:
        return bool(httpx.get(f"{address}/api/v1/health", timeout=SECONDS).json()["status"] == "ok")
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        return False
