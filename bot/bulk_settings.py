"""Where bulk work is done."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from bot.profile import setting


class BulkSettings(BaseModel):
    """The workers of long jobs over many rows."""

    bulk_workers: Literal["processes", "ray"] = setting(
        "processes",
        "where many reviews are read: `processes` on this machine's cores, or `ray` (the cluster that `RAY_ADDRESS` names)",
        "批量阅读评价在哪里进行：`processes` 为本机各核，`ray` 为 Ray 集群（由 `RAY_ADDRESS` 指定）",
    )
