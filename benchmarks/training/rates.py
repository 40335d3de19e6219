"""How learning rates rise and fall over a training run that ends after so many steps or minutes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

WARM_UP = 0.03


def progress(step: int, steps: int, started: float, minutes: float) -> float:
    """The share of the run that is over, by steps or by the clock, whichever is further; ``started`` is monotonic time."""
    return max(step / steps, (time.monotonic() - started) / (60 * minutes))


def set_rates(optimizer: torch.optim.Optimizer, done: float) -> None:
    """Each group's rate rises to its ``peak`` during :data:`WARM_UP` and then falls to nearly zero."""
    for group in optimizer.param_groups:
        group["lr"] = group["peak"] * min(1, done / WARM_UP, (1 - done) / (1 - WARM_UP)) + 1e-7
