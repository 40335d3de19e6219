"""The exceptions of Shopdesk. Each says what is wrong, with the value, and what to do about it."""

from __future__ import annotations

from bot.localisation.chinese import in_chinese
from bot.product import LanguageCode


class ShopdeskError(Exception):
    """Raised where the program cannot go on. The message is one sentence for the owner; shoppers never see it."""

    public = False

    def __init__(self, message: str, zh: str | None = None) -> None:
        """``zh`` says the same in Chinese, for those whom the console speaks Chinese to; else the catalogue may do so."""
        super().__init__(message)
        self._zh = zh

    def said(self, language: LanguageCode) -> str:
        """The sentence in a language; in English where it is written in no other."""
        return str(self) if language == "en" else self._zh or in_chinese(str(self)) or str(self)


class SettingsError(ShopdeskError):
    """Raised when a setting, `shop.toml` or a command-line value is unknown or unusable."""


class DataDirectoryError(ShopdeskError):
    """Raised when the data directory cannot be written, is full, or is owned by another process."""


class LoadError(ShopdeskError):
    """Raised when nothing of what was asked can be loaded. Single bad files and rows are reported, not raised."""


class ModelError(ShopdeskError):
    """Raised when a language model cannot be reached or fails. The built-in writer takes over; shoppers see its answer."""


class InputError(ShopdeskError):
    """Raised when a shopper's message cannot be taken (empty, too long). The message is written for the shopper."""

    public = True


class OrderSystemError(ShopdeskError):
    """Raised when the shop's own order system cannot be reached or gives no usable answer. Nothing was changed then."""
