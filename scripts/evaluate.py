"""Score a checkpoint: `python scripts/evaluate.py [CHECKPOINT] --data FOLDER_OR_FILE [--out FOLDER]`."""

import argparse
from pathlib import Path

from hasila import Tagger, config, dataset, errors, evaluation, formats
from hasila.tagger import DEFAULT


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", nargs="?", type=Path, default=DEFAULT)
    parser.add_argument("--data", type=Path, required=True, help="folder of markup or brat, or .txt .conll .jsonl file")
    parser.add_argument("--out", type=Path, default=config.ROOT / "runs/evaluation")
    parser.add_argument("--device", help="cpu, cuda, mps; default: the fastest here")
    arguments = parser.parse_args()
    articles = [formats.snapped(article) for article in formats.load(arguments.data)]
    tagger = Tagger.from_pretrained(arguments.checkpoint, arguments.device)
    about = evaluation.about(tagger, arguments.checkpoint, arguments.data, articles)
    predictions = list(tagger.tag_all(article.text for article in articles))
    metrics = evaluation.report(articles, predictions, arguments.out, about)
    print(f"encoder: {metrics['encoder']}\n\n{evaluation.table(metrics)}\nwritten: {arguments.out}")
    seen = dataset.seen_in_training(arguments.checkpoint, articles)
    if seen:
        print(f"warning: this checkpoint was trained on {', '.join(seen)}: these are no honest scores")


if __name__ == "__main__":
    errors.run(main)
