"""What the authored text is worth (curve, registers), and what pre-training is (pretraining).

`python scripts/worth.py curve|registers|pretraining [CONFIG] [key=value …] [--seeds 1 2 3]`
"""

import argparse
from pathlib import Path

from hasila import config, errors, worth

DEFAULTS = {"curve": "configs/mini.yaml", "registers": "configs/authored.yaml", "pretraining": "configs/gold.yaml"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=list(DEFAULTS))
    parser.add_argument("settings", nargs="*", metavar="CONFIG key=value", help="default: by what is asked")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--shares", type=float, nargs="+", default=[0, 0.125, 0.25, 0.5, 1], help="of curve")
    parser.add_argument("--encoders", type=Path, nargs="+", default=[], help="of pretraining: the folders seen-N")
    parser.add_argument("--out", type=Path, help="default: results/worth-WHAT.json")
    arguments = parser.parse_args()
    chosen = config.command_line(arguments.settings, DEFAULTS[arguments.what])
    settings = config.load(config.TrainConfig, *chosen)
    target = arguments.out or config.ROOT / f"results/worth-{arguments.what}.json"
    if arguments.what == "curve":
        worth.learning_curve(settings, arguments.shares, arguments.seeds, target)
    elif arguments.what == "pretraining":
        worth.pretraining_curve(settings, arguments.encoders, arguments.seeds, target)
    else:
        print(worth.registers(settings, arguments.seeds, target)["f1"])
    print(f"written: {target}")


if __name__ == "__main__":
    errors.run(main)
