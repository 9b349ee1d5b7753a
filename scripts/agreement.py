"""How far two annotators agree: `python scripts/agreement.py A B`, two folders of markup."""

import argparse
from pathlib import Path

from hasila import agreement, errors


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("a", type=Path, nargs="?", default=Path("data/agreement/first"))
    parser.add_argument("b", type=Path, nargs="?", default=Path("data/agreement/second"))
    arguments = parser.parse_args()
    print(agreement.report(arguments.a, arguments.b))


if __name__ == "__main__":
    errors.run(main)
