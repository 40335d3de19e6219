"""The encoder that the settings choose, for single texts and for bulk work."""

from __future__ import annotations

from bot.errors import SettingsError
from bot.settings import Settings
from knowledge_base.bulk import check_workers
from knowledge_base.cluster_encoder import ClusterEncoder
from knowledge_base.encoder import Encoder
from knowledge_base.encoders import load_encoder
from knowledge_base.errors import KnowledgeBaseError


def chosen_encoder(settings: Settings) -> Encoder:
    """The encoder of ``settings.encoder``.

    Raises:
        SettingsError: there is no such model, or it cannot be read.
    """
    try:
        return load_encoder(settings.encoder)
    except ValueError as error:
        raise SettingsError(str(error)) from error


def for_bulk(encoder: Encoder, settings: Settings) -> Encoder:
    """The same encoder for documents: on a cluster where the settings say so.

    Raises:
        SettingsError: the workers that are set are not installed.
    """
    try:
        check_workers(settings.bulk_workers)
    except KnowledgeBaseError as error:
        raise SettingsError(str(error)) from error
    return ClusterEncoder(encoder, settings.encoder) if settings.bulk_workers == "ray" else encoder
