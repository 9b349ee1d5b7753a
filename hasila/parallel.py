"""Independent pieces of work on the cores of one machine, each process with its share of the threads."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from typing import Any, TypeVar

import torch

T = TypeVar("T")


def each(work: Callable[..., T], tasks: Sequence[tuple[Any, ...]], workers: int) -> Iterator[T]:
    """`work(*task)` of all tasks as they are done; in this process, and in order, if there is one worker.

    With more, `work` and the tasks must be picklable, and a KeyboardInterrupt loses what is unfinished.
    """
    if workers == 1:
        yield from (work(*task) for task in tasks)
        return
    threads = max(1, (os.cpu_count() or 1) // workers)
    with ProcessPoolExecutor(workers, get_context("spawn"), _bound, (threads,)) as pool:
        yield from (done.result() for done in as_completed([pool.submit(work, *task) for task in tasks]))


def _bound(threads: int) -> None:
    torch.set_num_threads(threads)
