"""How the events of a Gradio page wait for their turn."""

from __future__ import annotations

from bot.console.toolkit import gr

LOOK_S, PROGRESS_S = 0.02, 0.1


def take_turns(page: gr.Blocks, at_once: int | None) -> None:
    """Lets so many events of one kind run at once, any number with None, and looks for new ones fifty times a second.

    Gradio would look a thousand times: an idle server with three pages took the sixteenth part of a core for it. Its ``queue``
    sets the number, too, but makes the page's whole application anew.
    """
    queue = page._queue
    queue.default_concurrency_limit = at_once
    queue.sleep_when_free, queue.progress_update_sleep_when_free = LOOK_S, PROGRESS_S
