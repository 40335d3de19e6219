"""Vectors that are made once: the same passages and words come back in turn after turn."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
MOST = 8192
"""Texts whose vectors are kept, 8 MB of them."""


class Remembered:
    """An encoder that encodes no text twice while it is fresh. Safe to use from several threads."""

    def __init__(self, encode: Encode) -> None:
        """``encode`` gives a text the same vector whatever stands beside it."""
        self._encode = encode
        self._known: dict[str, NDArray[np.float32]] = {}

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row a text, of which there must be one at least."""
        known = self._known
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if len(known) + len(new) > MOST:  # begins anew: what other threads hold stays as it is
            known, new = {}, list(dict.fromkeys(texts))
        if new:
            known.update(zip(new, self._encode(new), strict=True))
            self._known = known
        return np.concatenate([known[text] for text in texts]).reshape(len(texts), -1)
