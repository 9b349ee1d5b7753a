"""Score a recipe over several seeds: leave one article out, or train on all and score `--test` files.

`python scripts/crossvalidate.py [CONFIG] [key=value …] [--seeds 1 2 3] [--workers 2]
[--test FILE … | --baseline]`
"""

import argparse
from pathlib import Path

from hasila import config, crossvalidation, errors


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("settings", nargs="*", metavar="CONFIG key=value", help="default: configs/mini.yaml")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--test", type=Path, nargs="+", default=[], help="files or folders to score instead of folds")
    parser.add_argument("--baseline", action="store_true", help="score the gazetteer instead of a model")
    parser.add_argument("--workers", type=int, default=1, help="processes that share the seeds and the cores")
    parser.add_argument("--out", type=Path, help="default: results/crossvalidation-NAME.json, or results/NAME.json")
    arguments = parser.parse_args()
    settings = config.load(config.TrainConfig, *config.command_line(arguments.settings, "configs/mini.yaml"))
    name = "gazetteer" if arguments.baseline else settings.name
    kind = "" if arguments.test else "crossvalidation-"
    target = arguments.out or config.ROOT / f"results/{kind}{name}.json"
    if arguments.baseline:
        result = crossvalidation.baseline(settings, target)
    elif arguments.test:
        result = crossvalidation.on_tests(settings, arguments.test, arguments.seeds, target, arguments.workers)
    else:
        result = crossvalidation.crossvalidate(settings, arguments.seeds, target, workers=arguments.workers)
    print(f"encoder: {result['encoder']}\n{result['f1']}\nwritten: {target}")


if __name__ == "__main__":
    errors.run(main)
