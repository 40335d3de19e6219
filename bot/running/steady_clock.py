"""Whether the machine's clock can be trusted with what cannot be taken back: deleting by age, writing to customers by date."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

JUMP_S = 600.0
"""A difference that no correction by a time server makes at once."""
CALM_S = 3600.0
"""How long a clock that jumped is not trusted: time to set it right."""
logger = logging.getLogger(__name__)


class SteadyClock:
    """Compares the clock of the day, which may be set at any time, with the one that only counts seconds."""

    def __init__(self, of_day: Callable[[], float] = time.time, counting: Callable[[], float] = time.monotonic) -> None:
        self._of_day, self._counting = of_day, counting
        self._apart = of_day() - counting()
        self._trusted_from = counting()

    def trusted(self) -> bool:
        """Whether the clock of the day has neither jumped nor stood still in the last hour, as far as it was looked at."""
        now, apart = self._counting(), self._of_day() - self._counting()
        if abs(apart - self._apart) > JUMP_S:
            logger.error(
                "The clock jumped by %.0f s. If it is wrong, set it right within an hour: until then nothing is deleted by its"
                " age and no message to customers is sent.", apart - self._apart,
            )  # fmt: skip
            self._trusted_from = now + CALM_S
        self._apart = apart
        return now >= self._trusted_from
