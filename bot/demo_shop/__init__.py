"""The demo shop: Songdell 松谷生活, home and outdoor goods. All of it is invented.

``shop.toml`` is its profile, ``documents/`` what it tells its customers, the tables beside them its own data.
"""

from __future__ import annotations

from pathlib import Path


def directory() -> Path:
    """The folder with the demo shop's content."""
    return Path(__file__).parent
