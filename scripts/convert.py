"""Turn annotated articles of one format into another: `python scripts/convert.py FOLDER_OR_FILE --out FOLDER`.

Reads markup, CoNLL, JSONL, brat and Label Studio's JSON export; writes one file an article.
"""

import argparse
from pathlib import Path

from hasila import errors, formats


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="a folder or a file")
    parser.add_argument("--format", choices=formats.ENDINGS, default="markup")
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    arguments = parser.parse_args()
    articles = formats.load(arguments.data)
    formats.write_folder(map(formats.snapped, articles), arguments.format, arguments.out)
    print(f"{len(articles)} articles written: {arguments.out}/")


if __name__ == "__main__":
    errors.run(main)
