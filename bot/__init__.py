"""Shopdesk: customer service and shopping guide for online shops, answered from evidence.

with bot.open("shopdesk-data") as shopdesk:
    print(shopdesk.reply("How long do I have to return something?").text)
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.shopdesk import Shopdesk


def open(data: str | Path = "shopdesk-data", **settings: Any) -> Shopdesk:
    """Opens the shop in the directory ``data``, which is made when it is not there; ``settings`` as in the settings table.

    Raises:
        SettingsError: a setting is unknown or names something that cannot be used.
        DataDirectoryError: the directory cannot be written, or another process has it open.
    """
    from bot.build import build
    from bot.settings import load_settings

    return build(load_settings(data=Path(data), **settings))
