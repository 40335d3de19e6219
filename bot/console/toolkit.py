"""Gradio, imported in half of its time: without the hints for editors that it writes into its own folder at every import."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["gr"]


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
