"""Cards written from a run, so that they say what happened."""

from typing import Any

from hasila import evaluation
from hasila.config import TrainConfig

SOURCES = {
    "ant_multi": "ANT corpus, BBC, CNN, Al Arabiya, France 24, Sky News in Arabic, 2018; free with citation",
    "ant_jawhara": "ANT corpus, Jawhara FM, Tunisia, 2015–17; Apache 2.0, with citation",
    "saudinewsnet": "SaudiNewsNet, 14 Saudi newspapers, July and August 2015; CC BY-NC-SA 4.0, research",
    "compwiki_ar": "Arabic Wikipedia, January 2017 (comparableWikiCorpus); CC BY-SA 4.0",
    "syrian_archive": "Syrian Archive, investigations of attacks in Syria; CC BY-SA 4.0",
    "fignews_ar": "FIGNEWS 2024, posts on the Gaza war; MIT",
    "pud": "Universal Dependencies Arabic PUD; CC BY-SA 3.0",
}


def encoder(record: dict[str, Any]) -> str:
    """The README.md of a pre-trained encoder."""
    config, text, last = record["config"], record["text"], record["log"][-1]
    sources = "\n".join(
        f"- {s['share']:g} × {SOURCES.get(s['file'].split('.')[0], s['file'])}" for s in config["sources"]
    )
    left_out = ", ".join(f"{count:,} {why}" for why, count in text.items() if why not in ("kept", "windows"))
    kind = {"modernbert": "ModernBERT, full attention", "bert": "BERT"}[config["architecture"]]
    architecture = f"{kind}, {config['layers']} layers × {config['hidden']}, {config['heads']} heads"
    vocabulary = f"{config['vocab_size']:,} WordPieces, spelling folded (alef, marks, tatweel, digits, quotation marks)"
    if config["init"]:
        architecture = vocabulary = f"those of {config['init']}"
    counted = ", embeddings begun from co-occurrence counts" if config["cooccurrence"] else ""
    start = f"from `{config['init']}`" if config["init"] else f"from scratch{counted}"
    return f"""---
language: ar
library_name: transformers
pipeline_tag: fill-mask
---
# {config["name"]}: an Arabic encoder of {record["parameters"] / 1e6:.1f} M parameters

Pre-trained {start} by `python scripts/pretrain.py`; `pretraining.json` holds the whole config, the log and versions.
Loads with `AutoModel.from_pretrained`; raw text goes in, normalisation is inside the tokenizer.

| | |
|---|---|
| architecture | {architecture} |
| vocabulary | {vocabulary} |
| objective | masked language modelling, {config["masking"]:.0%} masked |
| seen | {last["tokens"]:,} word pieces in {last["seconds"] / 60:.0f} minutes on {record["device"]} |
| final loss | {last["held_out"]:.2f} on held-out text ({record["held_out_masking"]:.0%} masked; `pretraining.png`) |
| precision | weights saved in half precision |

## Text

{sources}

Paragraphs that report violence: {config["conflict"]:g} ×. {text["kept"]:,} paragraphs kept; left out: {left_out}.
Excluded by 13-gram overlap: {", ".join(config["exclude"])}.
No text is in this repository. The texts' rights stay with their owners, some for research only: use the weights
likewise.
"""


def _first(run: dict[str, Any] | None) -> str:
    if run is None:
        return ""
    how = f"{run['config']['epochs']} epochs, learning rate {run['config']['learning_rate']:g}"
    unmarked = run["config"].get("unmarked")
    own = (
        f", together with own marks on unmarked news (of {run['config']['paragraphs']:,} paragraphs)"
        if unmarked
        else ""
    )
    return f"First the {len(run['data'])} pieces of `{run['config']['data']}`{own} ({how}), then the articles.\n"


def checkpoint(settings: TrainConfig, about: dict[str, Any], metrics: dict[str, Any]) -> str:
    """The README.md of a fine-tuned checkpoint."""
    scores = "No article was held out: see `results/` for the scores of this recipe.\n"
    if metrics:
        about_scores = f"Exact spans, encoder {about['encoder']}, before any halving of the weights"
        scores = f"{about_scores}, on {', '.join(about['held_out'])} (never trained on):\n\n{evaluation.table(metrics)}"
    return f"""---
language: ar
license: other
library_name: transformers
pipeline_tag: token-classification
---
# {settings.name}: actors and casualties in Arabic conflict news

Encoder: **{about["encoder"]}**. Labels: {", ".join(settings.labels)} (IOB2).

    from hasila import Tagger
    Tagger.from_pretrained("PATH").tag("…")

`transformers.pipeline("token-classification", model="PATH", aggregation_strategy="first")` reads it, too.

## Training

{_first(about["first"])}Articles: {", ".join(about["trained_on"])}.
Seed {about["seed"]}, commit `{about["commit"]}`, {about["device"]}.
{settings.epochs} epochs of batches of {settings.batch_tokens} word pieces, learning rate {settings.learning_rate:g},
windows of {settings.window} pieces.

## Scores

{scores}
## Rights

The weights come from the encoder's and inherit the terms of the texts that it was trained on: see its card.
"""
