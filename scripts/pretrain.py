"""Pre-train an Arabic encoder: `python scripts/pretrain.py [CONFIG] [key=value …]`."""

import argparse
from pathlib import Path

from hasila import config, errors, pretraining


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("config", nargs="?", type=Path, default=config.ROOT / "configs/mini-encoder.yaml")
    parser.add_argument("overrides", nargs="*", metavar="key=value")
    arguments = parser.parse_args()
    settings = config.load(config.PretrainConfig, arguments.config, arguments.overrides)
    print(f"encoder saved in {pretraining.pretrain(settings)}")


if __name__ == "__main__":
    errors.run(main)
