"""Check all marked-up data, print what it holds, and export it: `python scripts/prepare_data.py [--out FOLDER]`."""

import argparse
from pathlib import Path

from hasila import config, dataset, errors


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=config.ROOT / "runs/data", help="CoNLL, JSONL and brat go here")
    arguments = parser.parse_args()
    articles = dataset.validated(config.ROOT / "data")
    print(dataset.counts(articles))
    dataset.export(articles, arguments.out)
    print(f"written: {arguments.out}/gold.conll, gold.jsonl, brat/")


if __name__ == "__main__":
    errors.run(main)
