"""The order desk for tests: over a small database, with a policy in a directory and a clock that the test sets."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from bot.order_desk.counter import Counter
from bot.order_desk.policy import PolicyFile
from bot.order_desk.proof import OrderProof
from bot.order_desk.sql_system import SqlOrderSystem
from bot.shop.catalogue import Catalogue
from bot.skills.order_desk import OrderDeskSkill
from bot.understanding.shipped import faults


def skill_of(engine: Engine, directory: Path, clock: Callable[[], float] = time.time) -> OrderDeskSkill:
    """The skill over ``engine`` with the policy of ``directory``; ``clock`` gives seconds since 1970."""
    catalogue = Catalogue(engine)
    system, policy = SqlOrderSystem(engine, catalogue.get), PolicyFile(directory)
    counter = Counter(system, policy, catalogue, lambda: datetime.fromtimestamp(clock(), UTC), fault_of=faults().told)
    return OrderDeskSkill(system, OrderProof(system, engine, clock), policy, counter, catalogue)
