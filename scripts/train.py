"""Fine-tune a tagger: `python scripts/train.py [CONFIG] [key=value …] [--resume]`."""

import argparse

from hasila import config, errors, evaluation, training


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("settings", nargs="*", metavar="CONFIG key=value", help="default: configs/arabert.yaml")
    parser.add_argument("--resume", action="store_true", help="go on with an interrupted run of this name")
    arguments = parser.parse_args()
    chosen = training.overridden(*config.command_line(arguments.settings, "configs/arabert.yaml"))
    run = training.train(*chosen, resume=arguments.resume)
    print(f"\nencoder: {run.record['encoder']}")
    if run.metrics:
        print(f"held out: {', '.join(run.record['held_out'])}\n\n{evaluation.table(run.metrics)}")
    print(f"checkpoint: {run.folder / 'checkpoint'}")


if __name__ == "__main__":
    errors.run(main)
