"""Gradio without what it does for nobody: hints for editors at every import, and two web applications of each page too many."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fastapi import FastAPI

__all__ = ["gr", "mount", "page"]


@contextmanager
def _no_hints() -> Iterator[None]:
    """Gradio reads and parses the code of each of its components to write such hints, but not of one that lies in no file."""
    file_of = inspect.getfile

    def none_of_gradio(thing: object) -> str:
        if isinstance(thing, type) and thing.__module__.startswith("gradio."):
            raise OSError("of no interest to a program that runs")
        return file_of(thing)  # type: ignore[arg-type]

    vars(inspect)["getfile"] = none_of_gradio
    try:
        yield
    finally:
        vars(inspect)["getfile"] = file_of


with _no_hints():
    import gradio as gr
    from gradio.routes import App


@contextmanager
def page(title: str) -> Iterator[gr.Blocks]:
    """A page, to be put together in the block.

    Gradio makes its web application when the page is begun and anew when it is done; nobody ever asks either, but the one that
    :func:`mount` makes.
    """
    make = App.create_app
    vars_of_app: Any = App
    vars_of_app.create_app = staticmethod(lambda *_, **__: None)
    try:
        with gr.Blocks(title=title, analytics_enabled=False) as begun:
            yield begun
    finally:
        vars_of_app.create_app = staticmethod(make)


def mount(app: FastAPI, whole: gr.Blocks, path: str, **options: Any) -> None:
    """Puts a page into ``app``: no run history, no footer, no words of errors, no server of its own."""
    gr.mount_gradio_app(
        app,
        whole,
        path=path,
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        app_kwargs={"openapi_url": None},
        **options,
    )
    mounted: Any = app.routes[-1]
    whole.app = mounted.app
