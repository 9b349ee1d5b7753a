"""Run the published numbers again and say whether they hold: `python scripts/reproduce.py [NAME …]`."""

import argparse

from hasila import config, errors, results, tables


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help=f"of {', '.join(results.SCORES)}; default: all")
    parser.add_argument("--tables", action="store_true", help="only write the README's tables from results/")
    arguments = parser.parse_args()
    if arguments.tables:
        changed = tables.fill(config.ROOT / "README.md", results.tables())
        print("README.md changed" if changed else "README.md is up to date")
    else:
        print(results.reproduce(arguments.names))


if __name__ == "__main__":
    errors.run(main)
