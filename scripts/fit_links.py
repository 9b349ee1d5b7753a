"""Fit whose casualties, flags and source on the authored text, and cross-validate them there.

`python scripts/fit_links.py [--out models/links.json] [--scores results/links.json]`
"""

import argparse
from pathlib import Path
from typing import Any

from hasila import config, errors, files, formats, link_scores, links, parties


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=links.DEFAULT)
    parser.add_argument("--scores", type=Path, default=config.ROOT / "results/links.json")
    arguments = parser.parse_args()
    articles, registry = formats.load(config.ROOT / "data/authored"), parties.registry()
    links.save(links.fit(articles), arguments.out)
    crossed = link_scores.cross_validated(articles, registry)
    about: dict[str, Any] = {"encoder": "none (mentions as marked)", "folds": link_scores.FOLDS}
    about["counts"] = link_scores.counted(articles, crossed)
    files.write_json(arguments.scores, about | link_scores.compare(articles, crossed, registry))
    print(f"written: {arguments.out}, {arguments.scores}")


if __name__ == "__main__":
    errors.run(main)
