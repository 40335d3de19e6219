"""Events of the pages wait for their turn without keeping an idle server busy."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from fastapi import FastAPI

from bot.console.chat_page import chat_page
from bot.console.console_page import console_page
from bot.console.toolkit import gr, mount
from tests.api_server import Api


async def looks_in_a_second(made: Callable[[], gr.Blocks], monkeypatch: pytest.MonkeyPatch) -> int:
    """How often a page looks for events in a second in which none come, told by a clock that nobody waits for."""
    queue = made()._queue
    looks = 0
    for look in (queue.start_processing, queue.start_progress_updates):
        queue.stopped, slept = False, 0.0

        async def sleep(seconds: float) -> None:
            nonlocal looks, slept
            looks, slept = looks + 1, slept + seconds
            queue.stopped = slept >= 1

        with monkeypatch.context() as patched:
            patched.setattr(asyncio, "sleep", sleep)
            await look()
    return looks


def test_a_page_that_nobody_uses_looks_for_events_a_few_dozen_times_a_second(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    for made in (lambda: chat_page(api.shopdesk), lambda: console_page(api.shopdesk, "en")):
        assert 20 <= asyncio.run(looks_in_a_second(made, monkeypatch)) <= 100


def test_a_page_has_one_application_made_where_it_is_mounted(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    made, make = [], gr.routes.App.create_app
    counting = staticmethod(lambda *given, **named: made.append(make(*given, **named)) or made[-1])

    async def mounted() -> tuple[FastAPI, gr.Blocks]:
        app, page = FastAPI(), chat_page(api.shopdesk)
        mount(app, page, "/chat")
        return app, page

    with monkeypatch.context() as patched:
        patched.setattr(gr.routes.App, "create_app", counting)
        app, page = asyncio.run(mounted())
    assert len(made) == 1 and made[0] is app.routes[-1].app is page.app
