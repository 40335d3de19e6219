"""Bulk work in batches: in this process, on the machine's cores, or on a Ray cluster; the same function, the same results."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib.util import find_spec
from multiprocessing import get_context
from typing import Any, Literal, TypeVar

from knowledge_base.errors import WorkersMissing

Workers = Literal["processes", "ray"]
Given = TypeVar("Given")
Found = TypeVar("Found")
_FEW = 4
"""Batches that are done sooner than processes start."""


def check_workers(workers: Workers) -> None:
    """Nothing, where such workers can be had.

    Raises:
        WorkersMissing: Ray is wanted and is not installed.
    """
    if workers == "ray" and find_spec("ray") is None:
        raise WorkersMissing(
            "The setting 'bulk_workers' is 'ray', which is not installed: pip install 'shopdesk[ray]', or choose 'processes'."
        )


def map_batches(
    function: Callable[[Given], Found], batches: Sequence[Given], workers: Workers = "processes"
) -> Iterator[Found]:
    """``function`` of each batch, in their order, as they are done.

    Raises:
        WorkersMissing: Ray is wanted and is not installed.
    """
    check_workers(workers)
    if workers == "ray":
        yield from _on_ray(function, batches)
    elif len(batches) <= _FEW:
        yield from map(function, batches)
    else:
        with ProcessPoolExecutor(min(os.cpu_count() or 1, len(batches)), get_context("spawn")) as pool:
            yield from pool.map(function, batches)


def _on_ray(function: Callable[[Given], Found], batches: Sequence[Given]) -> Iterator[Found]:
    import ray

    ray.init(ignore_reinit_error=True, include_dashboard=False, log_to_driver=False)  # RAY_ADDRESS names a cluster
    remote: Any = ray.remote(function)
    yield from (ray.get(reference) for reference in [remote.remote(batch) for batch in batches])
