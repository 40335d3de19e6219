"""Tables of the console: read, never written in, and never without a word where nothing stands in them yet."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from bot.console.toolkit import gr


def in_short(text: str, most: int) -> str:
    """The text on one line, of ``most`` characters before "…" where it is longer."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[:most] + "…"


def listing(texts: Mapping[str, str], columns: Mapping[str, int], empty: str = "empty", height: int = 320) -> gr.Dataframe:
    """A table whose ``columns`` (text → per cent of the width) scroll above ``height`` pixels.

    ``empty`` names the text that stands below the headers while there are no rows: what will be there, and what to do for it.
    """
    heads: list[str] = [texts[name] for name in columns]
    widths: list[str | int] = [f"{width}%" for width in columns.values()]
    with gr.Column(elem_classes="listing"):
        table = gr.Dataframe(headers=heads, interactive=False, wrap=True, max_height=height, column_widths=widths)
        gr.HTML(f"<p>{escape(texts[empty])}</p>", elem_classes="empty")
    return table
