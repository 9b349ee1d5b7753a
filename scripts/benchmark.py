"""Measure speed: `python scripts/benchmark.py train [CONFIG] [key=value …]`."""

import argparse
from pathlib import Path

from hasila import benchmark, config, errors


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["train"])
    parser.add_argument("settings", nargs="*", metavar="CONFIG key=value", help="default: configs/arabert.yaml")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", type=Path, default=config.ROOT / "results/benchmark-train.json")
    arguments = parser.parse_args()
    settings = config.load(config.TrainConfig, *config.command_line(arguments.settings, "configs/arabert.yaml"))
    result = benchmark.train(settings, arguments.rounds, arguments.out)
    print(f"{result['encoder']}: {result['faster']['median']} × the plain recipe, peak {result['peak_mb']} MB")


if __name__ == "__main__":
    errors.run(main)
