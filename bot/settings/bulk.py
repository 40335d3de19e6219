"""Where bulk work is done."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from bot.settings.profile import setting


class BulkSettings(BaseModel):
    """The workers of long jobs over many rows."""

    bulk_workers: Literal["processes", "ray"] = setting(
        "processes",
        "who embeds documents and reads reviews in bulk: `processes` of this machine, or `ray` (the cluster of `RAY_ADDRESS`)",
        "批量计算文档向量、阅读评价由谁来做：`processes` 为本机进程，`ray` 为集群（由 `RAY_ADDRESS` 指定）",
    )
