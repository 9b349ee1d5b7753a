"""Score the records: each step on gold mentions, and end to end on a cross-validation's mentions.

`python scripts/score_records.py [CROSSVALIDATION] [--out results/records.json]`; no model that it uses saw the gold.
"""

import argparse
from pathlib import Path

from hasila import config, errors, record_scores


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    default = config.ROOT / "results/crossvalidation-mini.json"
    parser.add_argument("crossvalidation", nargs="?", type=Path, default=default)
    parser.add_argument("--out", type=Path, default=config.ROOT / "results/records.json")
    arguments = parser.parse_args()
    print(record_scores.report(arguments.crossvalidation, arguments.out))


if __name__ == "__main__":
    errors.run(main)
