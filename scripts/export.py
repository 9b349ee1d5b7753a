"""Write a checkpoint's graph for ONNX Runtime: `python scripts/export.py [CHECKPOINT] [--int8]`."""

import argparse
from pathlib import Path

from hasila import errors
from hasila.export import export
from hasila.tagger import DEFAULT


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", nargs="?", type=Path, default=DEFAULT)
    parser.add_argument("--int8", action="store_true", help="also a quantised graph: faster, a few mentions differ")
    arguments = parser.parse_args()
    print(f"written: {export(arguments.checkpoint, arguments.int8)}")


if __name__ == "__main__":
    errors.run(main)
