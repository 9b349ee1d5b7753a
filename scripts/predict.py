"""Mark actors and casualties: `python scripts/predict.py article.txt … [--format markup]`.

With `--engine` a corpus of any size, part by part into the folder `--out`: texts, JSONL or Parquet (`text`, `id`) in
folders or at URLs; an interrupted run goes on where it stopped.
"""

import argparse
import os
import sys
from pathlib import Path

from hasila import Tagger, errors, prediction
from hasila.config import shown
from hasila.tagger import BACKENDS, DEFAULT, DTYPES


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("inputs", nargs="*", help="files, folders, globs; `-` or nothing: standard input")
    parser.add_argument("--format", choices=[*prediction.FORMATS, "parquet"], default="markup")
    parser.add_argument("--checkpoint", type=Path, default=DEFAULT)
    parser.add_argument("--out", help="a file, or for brat and --engine a folder; default: standard output")
    parser.add_argument("--backend", choices=BACKENDS, default="auto")
    parser.add_argument("--dtype", choices=DTYPES, default="fp32")
    parser.add_argument("--engine", choices=["local", "ray"], help="for a corpus: here, or on a Ray cluster")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="of ray; default: one a processor")
    parser.add_argument("--cpus", type=int, default=1, help="processors a worker of ray")
    parser.add_argument("--gpus", type=float, default=0, help="GPUs a worker of ray")
    arguments = parser.parse_args()
    sys.exit(2 if (bulk if arguments.engine else few)(arguments) else 0)


def few(arguments: argparse.Namespace) -> int:
    """Mark some articles into one output; how many failed."""
    if arguments.format == "parquet":
        raise errors.UserError("--format parquet: name the --engine")
    tagger = Tagger.from_pretrained(arguments.checkpoint, backend=arguments.backend, dtype=arguments.dtype)
    made_by = prediction.about(tagger, arguments.checkpoint)
    out = Path(arguments.out) if arguments.out else None
    return prediction.predict(tagger, arguments.inputs, arguments.format, out, made_by)


def bulk(arguments: argparse.Namespace) -> int:
    """Mark a corpus part by part; how many texts failed."""
    from hasila import bulk, ray_engine  # Arrow takes a second to import

    if arguments.format not in bulk.FORMATS or not arguments.out:
        raise errors.UserError(f"--engine: needs a folder --out and --format {' or '.join(bulk.FORMATS)}")
    form = {"backend": arguments.backend, "dtype": arguments.dtype}
    job = bulk.Job(arguments.out, arguments.format, shown(arguments.checkpoint.resolve()), **form)
    parts = bulk.begin(job, bulk.plan(arguments.inputs))
    if arguments.engine == "local":
        return bulk.run(job, parts)
    return ray_engine.run(job, parts, arguments.workers, arguments.cpus, arguments.gpus)


if __name__ == "__main__":
    errors.run(main)
