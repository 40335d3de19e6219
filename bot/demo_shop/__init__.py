"""The demo shop: Songdell 松谷生活, home and outdoor goods. All of it is invented.

``shop.toml`` is its profile, ``documents/`` what it tells its customers, the tables beside them its own data.
"""

from __future__ import annotations

from pathlib import Path


def directory() -> Path:
    """The folder with the demo shop's content."""
    return Path(__file__).parent


def contents() -> tuple[Path, ...]:
    """What to load: the folder of documents and the tables, without the profile and the documents' sources."""
    tables = ("catalogue.csv", "orders.csv", "customers.csv", "reviews.jsonl", "interactions.csv")
    return (directory() / "documents", *(directory() / name for name in tables))
