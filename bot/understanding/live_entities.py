"""The entity reader for a catalogue that changes: made again after a load, never during a turn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from threading import Lock

from bot.shop.catalogue import Catalogue
from bot.types import Constraint, Entities, LanguageCode
from bot.understanding.entities import CatalogueLexicon, EntityReader
from bot.understanding.identifiers import OrderNumbers
from bot.understanding.spelling import Known


class LiveEntityReader:
    """Reads entities with a lexicon of the catalogue's present revision."""

    def __init__(self, catalogue: Catalogue, order_ids: Callable[[], Iterable[str]], known: Known = lambda _: True) -> None:
        self._catalogue, self._order_ids, self._known = catalogue, order_ids, known
        self._revision: int | None = None
        self._reader = EntityReader(CatalogueLexicon.build(()))
        self._lock = Lock()

    def read(self, text: str, language: LanguageCode) -> Entities:
        """See :meth:`EntityReader.read`."""
        return self.current().read(text, language)

    def spelt(self, text: str) -> str:
        """See :meth:`bot.understanding.spelling.Speller.spelt`."""
        return self.current().spelt(text)

    def variants(self, skus: Sequence[str], constraints: Sequence[Constraint], widely: bool = False) -> tuple[str, ...]:
        """See :meth:`EntityReader.variants`."""
        return self.current().variants(skus, constraints, widely)

    def subjects(self, text: str) -> frozenset[str]:
        """See :meth:`EntityReader.subjects`."""
        return self.current().subjects(text)

    def opens_with_goods(self, text: str) -> bool:
        """See :meth:`EntityReader.opens_with_goods`."""
        return self.current().opens_with_goods(text)

    def orders(self) -> OrderNumbers:
        """Knows the shop's order numbers."""
        return self.current().orders

    def current(self) -> EntityReader:
        """The reader of the present catalogue."""
        revision = self._catalogue.revision
        with self._lock:
            if revision != self._revision:
                self._reader = EntityReader(CatalogueLexicon.build(self._catalogue.rows()), self._order_ids(), self._known)
                self._revision = revision
            return self._reader
