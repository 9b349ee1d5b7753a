"""Pre-train an Arabic encoder: `python scripts/pretrain.py [CONFIG] [key=value …]`; goes on where it stopped."""

import argparse

from hasila import config, errors, pretraining


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("settings", nargs="*", metavar="CONFIG key=value", help="default: configs/mini-encoder.yaml")
    chosen = config.command_line(parser.parse_args().settings, "configs/mini-encoder.yaml")
    settings = config.load(config.PretrainConfig, *chosen)
    print(f"encoder saved in {pretraining.pretrain(settings)}")


if __name__ == "__main__":
    errors.run(main)
