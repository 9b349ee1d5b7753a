"""The parts of a corpus on many processes or machines, by Ray Data (docs.ray.io): `hasila.bulk` does the work.

Each worker loads the model once. A worker that dies is replaced, and its part is done again by another.
"""

import os
from collections.abc import Sequence
from typing import Any

from hasila.bulk import Job, Part, mark_part
from hasila.errors import UserError


class Worker:
    """One loaded model, with as many threads as the worker has processors."""

    def __init__(self, job: Job, parts: Sequence[Part], cpus: int) -> None:
        os.environ["OMP_NUM_THREADS"] = str(cpus)
        self.job, self.parts = job, {part.number: part for part in parts}
        self.tagger = job.tagger()

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        """Do the part of a number; how many of its texts failed."""
        return {"part": row["part"], "failed": mark_part(self.tagger, self.job, self.parts[row["part"]])}


def run(job: Job, parts: Sequence[Part], workers: int, cpus: int, gpus: float) -> int:
    """Do all parts on `workers` workers with so many processors and GPUs each; how many texts could not be read."""
    try:
        import ray
    except ImportError:
        raise UserError("--engine ray needs Ray: pip install -r requirements-ray.txt") from None
    if not parts:
        return 0
    ray.init(ignore_reinit_error=True, logging_level="warning")  # or the cluster that RAY_ADDRESS names
    rows = ray.data.from_items([{"part": part.number} for part in parts], override_num_blocks=len(parts))
    done = rows.map(
        Worker,
        fn_constructor_args=(job, parts, cpus),
        compute=ray.data.ActorPoolStrategy(size=min(workers, len(parts))),
        num_cpus=cpus,
        num_gpus=gpus,
    )
    return sum(row["failed"] for row in done.iter_rows())
