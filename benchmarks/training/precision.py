"""In which numbers a training computes: half as wide ones where the processor has them, since imitated they are slower."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


def mixed_precision() -> torch.autocast:
    """Within it, matrix products are in bfloat16 where the processor multiplies that, else in float32 as everything."""
    import torch

    found = torch.cpu.get_capabilities()
    native = any(found.get(name) for name in ("amx_bf16", "avx512_bf16", "bf16"))
    return torch.autocast("cpu", dtype=torch.bfloat16, enabled=native)
