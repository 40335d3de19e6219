"""Everything that can be set: read in one place and told in one table; the console changes it."""

from bot.settings.reading import (
    FILE,
    PROFILE,
    demo_data,
    is_secret,
    load_intents,
    load_settings,
    load_shop,
    read_toml,
    reread,
    sentence,
    terminal_language,
)
from bot.settings.settings import Settings

__all__ = [
    "FILE",
    "PROFILE",
    "Settings",
    "demo_data",
    "is_secret",
    "load_intents",
    "load_settings",
    "load_shop",
    "read_toml",
    "reread",
    "sentence",
    "terminal_language",
]
