"""Run work in forked processes where the platform has them."""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

T = TypeVar("T")

MIN_TASKS = 128
"""Number of tasks below which other processes are not worth their start."""
CHUNK = 4
"""Number of tasks that a process gets at a time."""

COLLECT_AFTER = 50_000
"""Number of new objects after which a process looks for cycles. The objects of a network, tens of thousands, have none:
looking after every 700, as Python does, takes a sixth of the time."""

_work: Callable[[int], Any] | None = None
"""The work of forked processes, which find it here, so that only places and results are sent."""


def parallel_map(work: Callable[[int], T], places: Iterable[int]) -> list[T]:
    """Return ``work(place)`` for each place, which must be picklable.

    Forked processes do the work if the platform has them and no other thread runs, this process otherwise.
    """
    return list(parallel_each(work, places))


def parallel_each(work: Callable[[int], T], places: Iterable[int]) -> Iterator[T]:
    """Yield ``work(place)`` for each place in order, calculated as in ``parallel_map``."""
    global _work  # noqa: PLW0603 - forked processes inherit it
    places = list(places)
    processes = _processors() if len(places) >= MIN_TASKS and _can_fork() else 1
    if processes == 1:
        yield from map(work, places)
        return
    import multiprocessing  # noqa: PLC0415 - a browser, which starts no process, need not load them
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415

    _work = work
    gc.freeze()  # forked processes share what is never collected
    try:
        with ProcessPoolExecutor(processes, multiprocessing.get_context("fork"), _start) as pool:
            yield from pool.map(_do, places, chunksize=CHUNK)
    finally:
        gc.unfreeze()
        _work = None


def _start() -> None:
    gc.set_threshold(COLLECT_AFTER, *gc.get_threshold()[1:])


def _do(place: int) -> Any:
    assert _work is not None  # set before the fork
    return _work(place)


def _can_fork() -> bool:
    """Return True if forking is safe: no lock of another thread can stay held in the child."""
    return sys.platform == "linux" and threading.active_count() == 1


def _processors() -> int:
    """The number of processors this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1
