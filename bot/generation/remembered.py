"""Vectors that are made once: the same passages and words come back in turn after turn."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from threading import Lock

import numpy as np
from numpy.typing import NDArray

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
MOST = 8192
"""Texts whose vectors are kept, in 8 MB that are taken at once: what customers say adds no memory later."""


class Remembered:
    """An encoder that encodes no text twice while it is fresh, and lets go of what was asked for longest ago.

    Safe to use from several threads, one at a time.
    """

    def __init__(self, encode: Encode, most: int = MOST) -> None:
        """``encode`` gives a text the same vector whatever stands beside it; ``most`` vectors are kept."""
        self._encode, self._most = encode, most
        self._places: OrderedDict[str, int] = OrderedDict()
        self._rows: NDArray[np.float32] | None = None
        self._lock = Lock()

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row a text, of which there must be one at least."""
        asked = dict.fromkeys(texts)
        if len(asked) > self._most:
            return self._encode(texts)
        with self._lock:
            places = self._places
            for text in asked:
                if text in places:
                    places.move_to_end(text)  # first, so that none of them makes room for a new one
            if new := [text for text in asked if text not in places]:
                self._keep(new, self._encode(new))
            assert self._rows is not None
            return self._rows[[places[text] for text in texts]]

    def _keep(self, texts: Sequence[str], vectors: NDArray[np.float32]) -> None:
        if self._rows is None:
            self._rows = np.full((self._most, vectors.shape[1]), np.nan, dtype=np.float32)  # written, so that it is taken
        for text, vector in zip(texts, vectors, strict=True):
            full = len(self._places) == self._most
            place = self._places.popitem(last=False)[1] if full else len(self._places)
            self._rows[place] = vector
            self._places[text] = place
