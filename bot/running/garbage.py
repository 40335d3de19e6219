"""When Python looks for objects that only refer to each other: seldom, and while nobody waits for an answer."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable

SELDOM = 50_000, 10, 10
"""After so many new objects; the default's 700 have a start that makes a million of them spend seconds on looks."""
SERVING = 5_000, 10
NEVER = 1_000_000_000
EVERY_S = 1.0
AT_LATEST_S = 60.0


def look_seldom() -> None:
    """Has Python look after more new objects than it does by default, in the whole process."""
    gc.set_threshold(*SELDOM)


def keep_for_good() -> None:
    """Has Python never look through what there is now, which halts every customer for a third of a second.

    It looks through all when a quarter more has come than there was the last time: the second look has it count anew, else
    what a million objects are a quarter of gathers before anything goes.
    """
    gc.collect()
    gc.freeze()
    gc.collect()


async def look_when_idle(busy: Callable[[], bool], every_s: float = EVERY_S, at_latest_s: float = AT_LATEST_S) -> None:
    """Looks through everything that is not kept for good while nobody is answered, until it is cancelled.

    That halts the process for a tenth of a second. By itself Python does it in the middle of somebody's answer, and of a
    hundred that come at once. If somebody is always being answered, it is done after ``at_latest_s`` seconds all the same.
    """
    before = gc.get_threshold()
    gc.set_threshold(*SERVING, NEVER)
    last = time.monotonic()
    try:
        while True:
            await asyncio.sleep(every_s)
            _, _, looks = gc.get_count()  # at what is not the newest, since the last look through everything
            if looks and (not busy() or time.monotonic() - last >= at_latest_s):
                gc.collect()
                last = time.monotonic()
    finally:
        gc.set_threshold(*before)
