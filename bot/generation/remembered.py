"""Vectors that are made once: the same passages and words come back in turn after turn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock

import numpy as np
from numpy.typing import NDArray

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
MOST = 8192
"""Texts whose vectors are kept, in 8 MB that are taken at once: what customers say adds no memory later."""


class Remembered:
    """An encoder that encodes no text twice while it is fresh, and lets go of what was asked for longest ago.

    Safe to use from several threads; they wait for each other to look something up, not to encode it.
    """

    def __init__(self, encode: Encode, most: int = MOST) -> None:
        """``encode`` gives a text the same vector whatever stands beside it; ``most`` vectors are kept."""
        self._encode, self._most = encode, most
        self._places: dict[str, int] = {}
        self._texts: list[str] = []
        self._rows: NDArray[np.float32] | None = None
        self._asked = np.zeros(most, dtype=np.int64)
        self._calls = 0
        self._lock = Lock()

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row a text, of which there must be one at least."""
        if len(texts) > self._most:
            return self._encode(texts)
        known = self._recall(texts)
        if known is None and (new := [text for text in dict.fromkeys(texts) if text not in self._places]):
            vectors = self._encode(new)
            with self._lock:
                self._keep(new, vectors)
            known = self._recall(texts)
        return self._encode(texts) if known is None else known  # other threads may have had to make room meanwhile

    def _recall(self, texts: Sequence[str]) -> NDArray[np.float32] | None:
        """The texts' rows, if all are known. Those that are make no room for others in this call."""
        with self._lock:
            self._calls += 1
            places = [place for place in map(self._places.get, texts) if place is not None]
            known = np.array(places, dtype=np.intp)
            self._asked[known] = self._calls
            return self._rows[known] if self._rows is not None and len(places) == len(texts) else None

    def _keep(self, texts: Sequence[str], vectors: NDArray[np.float32]) -> None:
        if self._rows is None:
            self._rows = np.full((self._most, vectors.shape[1]), np.nan, dtype=np.float32)  # written, so that it is taken
        new = [(text, vector) for text, vector in zip(texts, vectors, strict=True) if text not in self._places]
        free = min(len(new), self._most - len(self._texts))
        places = [*range(len(self._texts), len(self._texts) + free)]
        self._texts += [text for text, _ in new[:free]]
        self._asked[places] = self._calls
        for place in np.argsort(self._asked, kind="stable")[: len(new) - free].tolist() if free < len(new) else ():
            del self._places[self._texts[place]]
            places.append(place)
        for place, (text, vector) in zip(places, new, strict=True):
            self._rows[place], self._texts[place], self._places[text] = vector, text, place
        self._asked[places] = self._calls
