"""The entity reader for a catalogue that changes: made again after a load, never during a turn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from threading import Lock

from bot.shop.catalogue import Catalogue
from bot.types import Constraint, Entities, LanguageCode
from bot.understanding.entities import CatalogueLexicon, EntityReader
from bot.understanding.foreign_names import Translate, is_of_other, named_across, only_language
from bot.understanding.identifiers import OrderNumbers
from bot.understanding.spelling import Known


class LiveEntityReader:
    """Reads entities with a lexicon of the catalogue's present revision."""

    def __init__(
        self,
        catalogue: Catalogue,
        order_ids: Callable[[], Iterable[str]],
        known: Known = lambda _: True,
        translate: Translate | None = None,
        everyday: Known = lambda _: True,
    ) -> None:
        """``translate`` tells what goods are called in the language that the catalogue does not have, once a text is in it."""
        self._catalogue, self._order_ids, self._known, self._translate = catalogue, order_ids, known, translate
        self._everyday = everyday
        self._revision: int | None = None
        self._chinese: bool | None = None  # the one language of the goods; None: both, or it is known what they are called
        self._reader = EntityReader(CatalogueLexicon.build(()))
        self._lock = Lock()

    def read(self, text: str, language: LanguageCode) -> Entities:
        """See :meth:`EntityReader.read`."""
        return self._for(text).read(text, language)

    def spelt(self, text: str) -> str:
        """See :meth:`bot.understanding.spelling.Speller.spelt`."""
        return self._for(text).spelt(text)

    def variants(self, skus: Sequence[str], constraints: Sequence[Constraint], widely: bool = False) -> tuple[str, ...]:
        """See :meth:`EntityReader.variants`."""
        return self.current().variants(skus, constraints, widely)

    def subjects(self, text: str) -> frozenset[str]:
        """See :meth:`EntityReader.subjects`."""
        return self._for(text).subjects(text)

    def opens_with_goods(self, text: str) -> bool:
        """See :meth:`EntityReader.opens_with_goods`."""
        return self._for(text).opens_with_goods(text)

    def orders(self) -> OrderNumbers:
        """Knows the shop's order numbers."""
        return self.current().orders

    def current(self) -> EntityReader:
        """The reader of the present catalogue."""
        revision = self._catalogue.revision
        with self._lock:
            if revision != self._revision:
                rows = self._catalogue.rows()
                self._reader = EntityReader(CatalogueLexicon.build(rows), self._order_ids(), self._known, self._everyday)
                self._chinese = only_language(rows) if self._translate else None
                self._revision = revision
            return self._reader

    def _for(self, text: str) -> EntityReader:
        """The reader of the present catalogue, which knows what its goods are called in the language of ``text``."""
        reader = self.current()
        if self._translate is None or self._chinese is None or not is_of_other(text, self._chinese):
            return reader
        with self._lock:
            if self._chinese is not None:
                lexicon = named_across(self._reader.lexicon, self._translate)
                self._reader, self._chinese = EntityReader(lexicon, self._order_ids(), self._known, self._everyday), None
            return self._reader
