"""The axis of a plot that counts things."""

from __future__ import annotations

from collections.abc import Iterable

_WHOLE = 4
"""The least top of the axis at which all its marks are whole numbers."""


def count_axis(counts: Iterable[float]) -> list[float | None]:
    """From where to where the axis goes for these counts, as Gradio's ``y_lim``: there is no half a conversation."""
    return [0, _WHOLE if max(counts, default=0) < _WHOLE else None]
