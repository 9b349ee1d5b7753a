"""Measure: `python scripts/benchmark.py train [CONFIG] [key=value …]`, `… predict` (speed) or `… stream` (memory)."""

import argparse
from pathlib import Path

from hasila import benchmark, config, errors, streaming, throughput


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["train", "predict", "stream"])
    parser.add_argument(
        "settings", nargs="*", metavar="CONFIG key=value", help="of train; default: configs/arabert.yaml"
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--articles", type=int, default=100_000, help="of stream")
    parser.add_argument("--device", default="cpu", help="of predict")
    parser.add_argument("--out", type=Path, help="default: results/benchmark-WHAT.json")
    arguments = parser.parse_args()
    target = arguments.out or config.ROOT / f"results/benchmark-{arguments.what}.json"
    if arguments.what == "predict":
        throughput.measure(arguments.rounds, target, arguments.device)
        return print(f"written: {target}")
    if arguments.what == "stream":
        return print(streaming.measure(arguments.articles, target))
    settings = config.load(config.TrainConfig, *config.command_line(arguments.settings, "configs/arabert.yaml"))
    result = benchmark.train(settings, arguments.rounds, target)
    print(f"{result['encoder']}: {result['faster']['median']} × the plain recipe, peak {result['peak_mb']} MB")


if __name__ == "__main__":
    errors.run(main)
