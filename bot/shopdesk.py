"""The whole program as one object, as Python callers, the command line and the server use it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from bot.admin import Admin
from bot.dialogue import DialogueManager
from bot.learning.entry_trial import EntryTrials
from bot.lint.shop_linter import ShopLinter
from bot.loading.loader import Loader, LoadPreview, LoadSummary
from bot.loading.request import LoadRequest
from bot.localisation.clear_words import clear_words
from bot.marketing.desk import InsightDesk
from bot.marketing.promotion import Promotion
from bot.privacy.keeper import Keeper
from bot.running.live import Live
from bot.running.readiness import Readiness
from bot.running.rehearsal import Rehearsal
from bot.settings import Settings
from bot.settings.profile import ShopProfile
from bot.shop.columns import TableKind
from bot.shop.order_layout import OrderLayout
from bot.shop.profile.profiles import Profiles
from bot.store.changes import Changes
from bot.store.conversations import ConversationStore
from bot.store.csat import CsatStore
from bot.store.handovers import HandoverStore
from bot.store.identities import IdentityStore
from bot.store.order_changes import OrderChanges
from bot.store.outbox import Outbox
from bot.store.product_events import ProductEvents
from bot.store.rate_limits import RateLimits
from bot.store.sessions import SessionStore
from bot.store.sites import SiteStore
from bot.store.sources import SourceStore
from bot.store.transcript import Transcript
from bot.takeover.links import TakeoverLinks
from bot.training.desk import TrainingDesk
from bot.turn.hearing import cleaned
from bot.turn.replying import whole
from bot.types import CartLine, LanguageCode, Reply, Script, TurnEvent
from bot.understanding.language import is_wordless
from bot.versions import Versions
from knowledge_base.comparison import AS_USUAL, Rules
from knowledge_base.indexing import Progress
from knowledge_base.knowledge import KnowledgeBase
from knowledge_base.loading.columns import Columns
from knowledge_base.types import NO_METADATA


@dataclass(frozen=True, slots=True)
class Shopdesk:
    """Made by :func:`bot.open`; closing it gives the data directory back. Safe to use from several threads."""

    _live: Live
    conversations: ConversationStore
    sessions: SessionStore
    sites: SiteStore
    identities: IdentityStore
    admin: Admin
    csat: CsatStore
    product_events: ProductEvents
    handovers: HandoverStore
    links: TakeoverLinks
    changes: Changes
    outbox: Outbox
    versions: Versions
    entry_trials: EntryTrials
    linter: ShopLinter
    insight: InsightDesk
    training: TrainingDesk
    rehearsal: Rehearsal
    order_layout: OrderLayout
    profiles: Profiles
    readiness: Readiness
    limits: RateLimits
    keeper: Keeper
    _knowledge: KnowledgeBase
    _loader: Loader
    _order_changes: OrderChanges
    _resources: ExitStack

    @property
    def settings(self) -> Settings:
        """The settings as they are now."""
        return self._live.current().settings

    @property
    def shop(self) -> ShopProfile:
        """The shop's profile as it is now."""
        return self._live.current().shop

    @property
    def promotion(self) -> Promotion:
        """What the shop says by itself, as the settings are now."""
        return self._live.current().promotion

    @property
    def _dialogue(self) -> DialogueManager:
        return self._live.current().dialogue

    def stream(
        self,
        text: str,
        conversation: str | None = None,
        customer: str | None = None,
        page_sku: str | None = None,
        language: LanguageCode | None = None,
        script: Script | None = None,
        cart: Sequence[CartLine] = (),
    ) -> Iterator[TurnEvent]:
        """See :meth:`bot.dialogue.DialogueManager.stream`; where neither words nor page tell a language, it is the shop's."""
        language = language or (self.language if is_wordless(text) else None)
        with clear_words():
            yield from self._dialogue.stream(text, conversation, customer, page_sku, language, script, cart)

    def continue_transcript(self, text: str, transcript: Transcript) -> Iterator[TurnEvent]:
        """One turn after the messages of ``transcript``, as events; nothing is stored. Its state is then the one after it."""
        with clear_words():
            yield from self._dialogue.over(transcript).stream(text)

    def reply(
        self,
        text: str,
        conversation: str | None = None,
        customer: str | None = None,
        language: LanguageCode | None = None,
        script: Script | None = None,
    ) -> Reply:
        """One turn, whole; ``language`` and ``script`` as in :meth:`stream`.

        Raises:
            InputError: for an empty or overlong message, or an unknown conversation.
        """
        return whole(self.stream(text, conversation, customer, language=language, script=script))

    def load(
        self,
        paths: Sequence[str | Path],
        kind: TableKind | None = None,
        language: LanguageCode | None = None,
        progress: Progress | None = None,
        columns: Columns = NO_METADATA,
        rules: Rules = AS_USUAL,
        draft: bool = False,
    ) -> LoadSummary:
        """Loads files, directories, and addresses of pages, sitemaps and feeds.

        Documents go live together when all are loaded, as the next version of the knowledge. What ``progress`` raises ends the
        load: nothing has gone live then, and loading the same again goes on.

        Args:
            paths: what to load.
            kind: what the files are; guessed from each file's content when not given.
            language: of the documents, where the owner knows better than detection.
            progress: called with the number of documents done, and their total where that is known.
            columns: which columns of tables hold what, as in ``{"question": "B", "answer": "Reply"}``, by letter or header.
            rules: what to do with rows that repeat others, contradict them or have changed.
            draft: put documents into a draft, to be replayed and then published or discarded.

        Raises:
            LoadError: when a path does not exist.
            DataDirectoryError: when the data directory cannot be written, or there is a draft and ``draft`` is not set.
        """
        with clear_words():
            return self._loader.load(_request(paths, kind, language, columns, rules, draft), progress)

    def preview(
        self,
        paths: Sequence[str | Path],
        kind: TableKind | None = None,
        language: LanguageCode | None = None,
        progress: Progress | None = None,
        columns: Columns = NO_METADATA,
        rules: Rules = AS_USUAL,
    ) -> LoadPreview:
        """What :meth:`load` would do with the same arguments, row by row; nothing changes. Raises as :meth:`load` does."""
        with clear_words():
            return self._loader.preview(_request(paths, kind, language, columns, rules, False), progress)

    def resume(self, progress: Progress | None = None) -> LoadSummary | None:
        """Goes on with a load that was interrupted; None where none was. Raises as :meth:`load` does."""
        with clear_words():
            return self._loader.resume(progress)

    @property
    def sources(self) -> SourceStore:
        """What has been loaded, to be read again."""
        return self._loader.sources

    def search(self, query: str, k: int = 10) -> list[dict[str, Any]]:
        """The ``k`` best passages, best first, as plain JSON types; ``score`` is the probability that answers go by.

        Raises:
            InputError: for an empty or overlong query.
        """
        with clear_words():
            hits = self._live.current().search.hits(cleaned(query), k)
        return [
            {
                "id": hit.chunk.id,
                "score": round(hit.score, 4),
                "source": hit.chunk.source,
                "title": hit.chunk.question or hit.chunk.heading or hit.chunk.title,
                "text": hit.chunk.text,
                "kind": hit.chunk.kind,
            }
            for hit in hits
        ]

    def order_changes(self, limit: int = 100) -> list[dict[str, Any]]:
        """What was done to orders in conversations, the newest first, as plain JSON types."""
        with clear_words():
            rows = self._order_changes.listed(limit)
        return [asdict(row) | {"at": row.at.isoformat()} for row in rows]

    def rate(
        self,
        conversation: str,
        turn: int,
        rating: Literal["up", "down"],
        reason: str | None = None,
        text: str | None = None,
    ) -> None:
        """Stores a customer's rating of a turn; see :meth:`ConversationStore.rate`."""
        with clear_words():
            self.conversations.rate(conversation, turn, rating, reason, text)

    def rebuild(self, progress: Progress | None = None) -> None:
        """Makes the indexes again from the database."""
        with clear_words():
            self._knowledge.rebuild(progress)

    @property
    def current(self) -> bool:
        """Whether the indexes were made with the encoder that is set; if not, searches fail until :meth:`rebuild`."""
        return self._knowledge.current

    @property
    def empty(self) -> bool:
        """Whether nothing has been loaded yet."""
        return self._knowledge.stats().documents == 0

    @property
    def language(self) -> LanguageCode:
        """The language that most of what is loaded is written in; English while nothing is."""
        return self._knowledge.language() or "en"

    def greeting(self, language: LanguageCode = "en") -> str:
        """The first words of a conversation, in the shop's voice."""
        return self._dialogue.greeting(language)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Closes connections and gives the data directory back. Closing twice does nothing."""
        self._resources.close()


def _request(
    paths: Sequence[str | Path],
    kind: TableKind | None,
    language: LanguageCode | None,
    columns: Columns,
    rules: Rules,
    draft: bool,
) -> LoadRequest:
    return LoadRequest(tuple(map(str, paths)), kind, language, columns, rules, draft)
