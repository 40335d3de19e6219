"""Buttons that cannot do anything yet look so, and take no click."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from bot.console.toolkit import gr

Wanted = Literal["every", "some"]
_ENABLED = """(...values) => {
  const given = value => Boolean(Array.isArray(value) ? value.length : String(value ?? "").trim());
  const update = { __type__: "update", interactive: values.%s(given) };
  return %d === 1 ? update : Array(%d).fill(update);
}"""


def enabled_by(fields: Sequence[Any], buttons: Sequence[gr.Button], wanted: Wanted = "every") -> None:
    """Lets the buttons be pressed while ``every`` one of the fields holds something, or ``some`` of them does.

    The browser itself decides, at each change of a field, so that no key that is pressed asks the server.
    """
    for button in buttons:
        button.interactive = False
    script = _ENABLED % (wanted, len(buttons), len(buttons))
    for field in fields:
        field.change(None, [*fields], [*buttons], js=script, api_visibility="private", show_progress="hidden")


def offered(*able: bool) -> tuple[gr.Button, ...]:
    """Buttons of which each can be pressed or not."""
    return tuple(gr.Button(interactive=each) for each in able)
