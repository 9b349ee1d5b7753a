"""What the authored text is worth, by its size and register (curve), and what pre-training is (pretraining).

`python scripts/worth.py curve|pretraining [CONFIG] [key=value …] [--seeds 1 2 3] [--workers 2]`
"""

import argparse
from pathlib import Path

from hasila import config, errors, worth


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["curve", "pretraining"])
    parser.add_argument("settings", nargs="*", metavar="CONFIG key=value", help="default: configs/authored.yaml")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--shares", type=float, nargs="+", default=[0.125, 0.25, 0.5, 1], help="of curve")
    parser.add_argument("--encoders", type=Path, nargs="+", default=[], help="of pretraining: the folders seen-N")
    parser.add_argument("--workers", type=int, default=1, help="processes that share the work and the cores")
    parser.add_argument("--out", type=Path, help="default: results/worth-WHAT.json")
    arguments = parser.parse_args()
    chosen = config.command_line(arguments.settings, "configs/authored.yaml")
    settings = config.load(config.TrainConfig, *chosen)
    common = arguments.seeds, arguments.out or config.ROOT / f"results/worth-{arguments.what}.json", arguments.workers
    if arguments.what == "curve":
        found = worth.learning_curve(settings, arguments.shares, *common)
    else:
        found = worth.pretraining_curve(settings, arguments.encoders, *common)
    print({name: point["all"] for name, point in found["points"].items()}, f"written: {common[1]}", sep="\n")


if __name__ == "__main__":
    errors.run(main)
