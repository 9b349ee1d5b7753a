"""Check all marked-up data, write its counts into the dataset card, and export the gold.

`python scripts/prepare_data.py [--out FOLDER] [--against FOLDER]`
"""

import argparse
from pathlib import Path

from hasila import authored, config, corpus, dataset, errors, tables


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=config.ROOT / "runs/data", help="CoNLL, JSONL and brat go here")
    parser.add_argument("--against", type=Path, help="folder of .txt(.xz) that the authored text must not repeat")
    arguments = parser.parse_args()
    gold, own = dataset.validated(config.ROOT / "data"), authored.read(config.ROOT / "data/authored")
    others = corpus.texts(arguments.against) if arguments.against else (article.text for article in gold)
    for name, runs in authored.shared(own, others).items():
        print(f"{name} shares {authored.OVERLAP} words in a row with another text: {'; '.join(runs)}")
    changed = tables.fill(config.ROOT / "data/README.md", {"gold": dataset.counts(gold)} | authored.tables(own))
    dataset.export(gold, arguments.out)
    print(f"data/README.md {'changed' if changed else 'is up to date'}; written: {arguments.out}/")


if __name__ == "__main__":
    errors.run(main)
