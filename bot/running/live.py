"""The assistant as the settings and the profile describe it now: made anew when their files change, in one step."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from threading import Lock, Timer

from bot.assistant import Assistant
from bot.errors import SettingsError
from bot.generation.writer_llm import LlmWriter
from bot.settings import FILE, PROFILE, Settings, load_shop, reread
from bot.settings.answers import AnswerSettings
from bot.settings.marketing import MarketingSettings
from bot.settings.profile import ShopProfile

LIVE = (*AnswerSettings.model_fields, *MarketingSettings.model_fields)
"""The settings that count from the next turn and message on; the others count from the next start on."""
OF_MODEL = tuple(name for name in LIVE if name.startswith("llm"))
Stamp = tuple[tuple[int, int] | None, ...]
Assemble = Callable[[Settings, ShopProfile, LlmWriter | None], Assistant]
MakeLlm = Callable[[Settings], LlmWriter | None]
logger = logging.getLogger(__name__)


class Live:
    """Gives each turn the assistant of that moment. A turn goes on with the one that it began with; threads may share it."""

    def __init__(self, settings: Settings, assemble: Assemble, make_llm: MakeLlm) -> None:
        """Begin with ``settings``.

        Raises:
            SettingsError: the profile or the model cannot be used.
        """
        self._assemble, self._make_llm, self._lock = assemble, make_llm, Lock()
        self._files = (settings.data / FILE, settings.data / PROFILE)
        self._stamp = self._stamps()
        self._now = assemble(settings, load_shop(settings.data), make_llm(settings))

    def current(self) -> Assistant:
        """The assistant now. Files that an edit broke are logged and leave the last good ones in force."""
        if self._stamps() != self._stamp:
            with self._lock:
                self._renew()
        return self._now

    def close(self) -> None:
        """Hangs up on the model."""
        if self._now.llm is not None:
            self._now.llm.close()

    def _renew(self) -> None:
        stamp = self._stamps()
        if stamp == self._stamp:
            return
        self._stamp, before = stamp, self._now
        try:
            read = reread(before.settings)
            settings = before.settings.model_copy(update={name: getattr(read, name) for name in LIVE})
            same = all(getattr(settings, name) == getattr(before.settings, name) for name in OF_MODEL)
            llm = before.llm if same else self._make_llm(settings)
            self._now = self._assemble(settings, load_shop(settings.data), llm)
        except SettingsError as error:
            logger.error("%s The settings before stay in force.", error)
            return
        if before.llm is not None and before.llm is not llm:
            closing = Timer(before.settings.llm_total_s, before.llm.close)  # turns that began with it may end with it
            closing.daemon = True
            closing.start()

    def _stamps(self) -> Stamp:
        return tuple(map(_stamp, self._files))


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
