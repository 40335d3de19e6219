"""One process owns a knowledge base's directory: two writers would lose data."""

from __future__ import annotations

from pathlib import Path

from filelock import FileLock, Timeout

from knowledge_base.errors import KnowledgeBaseError, KnowledgeBaseLocked


def own(directory: Path) -> FileLock:
    """The lock on ``directory``, which is made where it is not there.

    Raises:
        KnowledgeBaseLocked: another process has it.
        KnowledgeBaseError: it cannot be written.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        lock = FileLock(directory / "lock", thread_local=False)
        lock.acquire(timeout=0)
        return lock
    except Timeout:
        raise KnowledgeBaseLocked(
            f"The directory {str(directory)!r} is in use by another process: stop that one, or choose another directory."
        ) from None
    except OSError as error:
        raise KnowledgeBaseError(
            f"The directory {str(directory)!r} cannot be written ({error.strerror or error}): correct its permissions,"
            " or choose another directory."
        ) from error


def in_use(directory: Path) -> bool:
    """Whether a process has the knowledge base of ``directory`` open."""
    if not (directory / "lock").exists():
        return False
    try:
        own(directory).release()
    except KnowledgeBaseLocked:
        return True
    return False
