"""Mark actors and casualties: `python scripts/predict.py article.txt … [--format markup]`."""

import argparse
import sys
from pathlib import Path

from hasila import Tagger, errors, prediction
from hasila.tagger import DEFAULT


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("inputs", nargs="*", help="files, folders, globs; `-` or nothing: standard input")
    parser.add_argument("--format", choices=prediction.FORMATS, default="markup")
    parser.add_argument("--checkpoint", type=Path, default=DEFAULT)
    parser.add_argument("--out", type=Path, help="a file, or for brat a folder; default: standard output")
    arguments = parser.parse_args()
    tagger = Tagger.from_pretrained(arguments.checkpoint)
    made_by = prediction.about(tagger, arguments.checkpoint)
    failed = prediction.predict(tagger, arguments.inputs, arguments.format, arguments.out, made_by)
    if failed:
        sys.exit(2)


if __name__ == "__main__":
    errors.run(main)
