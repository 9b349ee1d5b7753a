"""Fit whose casualties, flags and source on the authored text: `python scripts/fit_links.py [--out FILE]`."""

import argparse
from pathlib import Path

from hasila import config, errors, formats, links


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=links.DEFAULT)
    arguments = parser.parse_args()
    links.save(links.fit(formats.load(config.ROOT / "data/authored")), arguments.out)
    print(f"written: {arguments.out}")


if __name__ == "__main__":
    errors.run(main)
