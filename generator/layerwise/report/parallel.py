"""Work spread over the processors, and not done again for what is known."""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
import threading
from collections.abc import Callable, Hashable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")

MIN_TASKS = 128
"""Pieces of work below which other processes are not worth their start."""
CHUNK = 4
"""Pieces that a process takes at once."""

_work: Callable[[int], Any] | None = None
"""What forked processes find, so that nothing but its results has to be sent."""


def parallel_map(work: Callable[[int], T], keys: Sequence[Hashable], known: dict[Hashable, T]) -> list[T]:
    """The result of ``work(place)`` for each key at its place.

    Results of keys in ``known`` are taken from there; it then holds those of ``keys`` and nothing else. The others are
    worked out by forked processes where the platform has them and no other thread runs, so that results must be
    picklable; elsewhere in turn.
    """
    missing = [place for place, key in enumerate(keys) if key not in known]
    made = dict(zip(missing, parallel_each(work, missing), strict=True))
    results = [made[place] if place in made else known[key] for place, key in enumerate(keys)]
    known.clear()
    known.update(zip(keys, results, strict=True))
    return results


def parallel_each(work: Callable[[int], T], places: Sequence[int]) -> Iterator[T]:
    """Yield ``work(place)`` for each place in order, calculated by forked processes as in ``parallel_map``."""
    global _work  # noqa: PLW0603 - what a forked process knows of its task
    processes = _processors() if len(places) >= MIN_TASKS and _can_fork() else 1
    if processes == 1:
        yield from map(work, places)
        return
    _work = work
    gc.freeze()  # forked processes share what is never collected
    try:
        with ProcessPoolExecutor(processes, multiprocessing.get_context("fork")) as pool:
            yield from pool.map(_do, places, chunksize=CHUNK)
    finally:
        gc.unfreeze()
        _work = None


def _do(place: int) -> Any:
    assert _work is not None  # set before the fork
    return _work(place)


def _can_fork() -> bool:
    """Forking beside other threads can leave their locks held for ever."""
    return sys.platform == "linux" and threading.active_count() == 1


def _processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1
