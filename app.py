"""Shopdesk with its demo shop, on one port: ``python app.py``."""

from __future__ import annotations

import sys

from bot.errors import ShopdeskError
from bot.serving.server import run
from bot.settings import demo_data

if __name__ == "__main__":
    try:
        run(demo_data(), demo=True)
    except ShopdeskError as error:
        sys.exit(f"shopdesk: {error}")
