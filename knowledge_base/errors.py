"""What can go wrong with a knowledge base. Each message is one sentence for the shop's owner."""

from __future__ import annotations


class KnowledgeBaseError(ValueError):
    """Raised when the knowledge base cannot be opened, read or written."""


class KnowledgeBaseLocked(KnowledgeBaseError):
    """Raised when another process has the directory open; two writers would lose data."""


class EncoderChanged(KnowledgeBaseError):
    """Raised by a search while the index was made with another encoder than the one in use."""


class VectorStoreError(KnowledgeBaseError):
    """Raised when Chroma cannot be opened, reached or written."""


class LedgerError(KnowledgeBaseError):
    """Raised when the database of documents and chunks cannot be read or written."""


class DraftOpen(KnowledgeBaseError):
    """Raised when something is to go live while the owner has a draft."""


class NoDraft(KnowledgeBaseError):
    """Raised when there is no draft to publish, read or discard."""


class UnknownVersion(KnowledgeBaseError):
    """Raised for a version that there is not, or no longer."""


class WorkersMissing(KnowledgeBaseError):
    """Raised when bulk work is to be done by workers that are not installed."""
