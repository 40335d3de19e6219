"""The demo shop in a data directory of its own."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bot.demo_shop import directory
from bot.demo_shop.storefront import catalogue
from bot.errors import DataDirectoryError
from bot.localisation.terminal import in_words
from bot.order_desk.policy import FILE

if TYPE_CHECKING:
    from bot.shopdesk import Shopdesk

CONTENT = ("documents", "catalogue.csv", "orders.csv", "customers.csv", "reviews.jsonl", "interactions.csv")


def copy_profile(data: Path) -> None:
    """Puts the demo shop's profile and order policy into the data directory, unless the owner's own are there.

    Raises:
        DataDirectoryError: when the directory cannot be written.
    """
    try:
        data.mkdir(parents=True, exist_ok=True)
        for name in ("shop.toml", FILE):
            if not (data / name).exists():
                shutil.copyfile(directory() / name, data / name)
    except OSError as error:
        raise DataDirectoryError(
            f"The data directory {str(data)!r} cannot be written ({error.strerror}): choose another with --data."
        ) from error


def load_demo(shopdesk: Shopdesk) -> None:
    """Loads the demo shop's content, products with their pages and pictures; what is loaded already stays as it is."""
    if shopdesk.empty:
        sys.stdout.write(in_words("Loading the demo shop, once …\n"))
        sys.stdout.flush()
    shown = catalogue(shopdesk.settings.data / "demo" / "catalogue.csv", shopdesk.settings.address)
    shopdesk.load([shown if name == shown.name else directory() / name for name in CONTENT])
    _forget_other_installations(shopdesk)


def _forget_other_installations(shopdesk: Shopdesk) -> None:
    """Removes the demo shop's documents where the program was installed before: they are known by where they lie."""
    here = str(directory().resolve())
    others = [
        each.location
        for each in shopdesk.admin.documents()
        if each.location.endswith(f"/{directory().name}/{each.source}") and not each.location.startswith(here)
    ]
    shopdesk.admin.forget_documents(others, "the demo shop's documents of another installation")
