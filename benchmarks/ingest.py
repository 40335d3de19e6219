"""``python -m benchmarks ingest PATH``: documents indexed per second, beside LangChain with Chroma and MiniLM in one run.

Opening the stores and loading the models is not counted; parsing files is done before, the same for both.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.corpora import as_document, read_corpus
from benchmarks.knowledge_bases import temporary_knowledge_base
from knowledge_base.encoders import BUILTIN
from knowledge_base.loading import load_documents
from knowledge_base.types import Document


def read_documents(path: Path, limit: int | None) -> list[Document]:
    """The documents of a corpus in the BEIR layout, or of any folder or file that can be loaded."""
    if (path / "corpus.jsonl").exists():
        return [as_document(entry) for entry in read_corpus(path, limit)]
    return [item for item in load_documents([path]) if isinstance(item, Document)][:limit]


def shopdesk_seconds(documents: Sequence[Document], encoder: str) -> float:
    """Time to chunk, embed, store and index all documents on disk, with one commit a batch."""
    with temporary_knowledge_base(encoder) as knowledge:
        knowledge.search("warm up")
        time.sleep(1.1)  # for a second after a search, loading takes smaller steps
        start = time.perf_counter()
        knowledge.sync(documents)
        return time.perf_counter() - start


def peer_seconds(documents: Sequence[Document]) -> float:
    """Time for the peer to embed and store the same documents, one passage each."""
    from benchmarks.peer import Peer

    texts = ["\n".join([document.title, *(section.text for section in document.sections)]) for document in documents]
    with TemporaryDirectory() as folder:
        peer = Peer(Path(folder))
        peer.search("warm up", 1)
        start = time.perf_counter()
        peer.add([document.location for document in documents], texts)
        return time.perf_counter() - start


def main(arguments: list[str]) -> int:
    """Prints documents per second of ours and of the peer."""
    parser = argparse.ArgumentParser("python -m benchmarks ingest", description=__doc__)
    parser.add_argument("path", type=Path, help="directory with corpus.jsonl, or any folder or file of documents")
    parser.add_argument("--limit", type=int, help="take the first so many documents only")
    parser.add_argument("--peer-limit", type=int, default=1000, help="documents for the slower peer at most (default: 1000)")
    parser.add_argument("--encoder", default=BUILTIN, help="encoder of ours, as the setting (default: builtin)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    documents = read_documents(options.path, options.limit)
    if not documents:
        print(f"There is nothing to load in {str(options.path)!r}.", file=sys.stderr)
        return 1
    rows = {}
    for name, part, seconds in (
        ("shopdesk", documents, partial(shopdesk_seconds, encoder=options.encoder)),
        ("peer", documents[: options.peer_limit], peer_seconds),
    ):
        print(f"{name}: {len(part)} documents …", file=sys.stderr)
        taken = seconds(part)
        rows[name] = {"documents": len(part), "seconds": taken, "documents_per_s": len(part) / taken}
    ratio = rows["shopdesk"]["documents_per_s"] / rows["peer"]["documents_per_s"]
    print(json.dumps({**rows, "ratio": ratio}, indent=2) if options.json else _table(rows, ratio))
    return 0


def _table(rows: dict[str, dict[str, float]], ratio: float) -> str:
    lines = [f"{'':<10}{'documents':>10}{'seconds':>10}{'per s':>10}"]
    for name, row in rows.items():
        lines.append(f"{name:<10}{row['documents']:>10}{row['seconds']:>10.2f}{row['documents_per_s']:>10.0f}")
    return "\n".join([*lines, f"{'ratio':<30}{ratio:>10.1f}"])
