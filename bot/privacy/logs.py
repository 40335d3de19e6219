"""What the program logs: one line an event, as text or JSON, without personal data."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Literal

from bot.privacy.masking import blackened

LogFormat = Literal["text", "json"]


class PrivateFormatter(logging.Formatter):
    """Blackens the whole of an event, the traceback's words included."""

    def __init__(self, form: LogFormat = "text") -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._form = form

    def format(self, record: logging.LogRecord) -> str:
        """The event as text with its traceback, or as one JSON object: ``time, level, logger, message``, perhaps ``error``."""
        if self._form == "text":
            return blackened(super().format(record))
        event = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": blackened(record.getMessage()),
        }
        if record.exc_info:
            event["error"] = blackened(self.formatException(record.exc_info))
        return json.dumps(event, ensure_ascii=False)


def log_to_stderr(form: LogFormat) -> None:
    """Sends warnings and what is worse to the standard error output, from all parts of the program."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(PrivateFormatter(form))
    handler.setLevel(logging.WARNING)  # some libraries set their own loggers to less
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
