"""What people would rather see than read, as PNG files."""

import io
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

from hasila.files import write_bytes


def _save(figure: plt.Figure, path: Path) -> None:
    data = io.BytesIO()
    figure.savefig(data, format="png", dpi=120, bbox_inches="tight", metadata={"Software": None})
    plt.close(figure)
    write_bytes(path, data.getvalue())


def confusion(counts: Counter[tuple[str, str]], path: Path, encoder: str) -> None:
    """Gold labels down, predicted ones across."""
    labels = sorted({label for pair in counts for label in pair}, key=lambda label: (label.startswith("("), label))
    matrix = np.array([counts[gold, predicted] for gold in labels for predicted in labels])
    matrix = matrix.reshape(len(labels), len(labels))
    figure, axes = plt.subplots(figsize=(1.5 + len(labels), 1 + len(labels)))
    axes.imshow(np.log1p(matrix), cmap="Blues")
    for (row, column), count in np.ndenumerate(matrix):
        dark = count > counts.most_common(1)[0][1] / 3
        axes.text(column, row, str(count), ha="center", va="center", color="white" if dark else "black")
    axes.set_xticks(range(len(labels)), labels, rotation=40, ha="right")
    axes.set_yticks(range(len(labels)), labels)
    axes.set(xlabel="predicted", ylabel="gold", title=f"Spans by label\nencoder: {encoder}")
    _save(figure, path)


def curves(lines: Mapping[str, Sequence[tuple[float, float]]], path: Path, labels: tuple[str, str], title: str) -> None:
    """Lines through (x, y) points, each named in the legend if there are several."""
    figure, axes = plt.subplots(figsize=(6, 4))
    axes.set_prop_cycle(color=plt.colormaps["tab10" if len(lines) <= 10 else "tab20"].colors)
    for name, points in lines.items():
        axes.plot(*zip(*points, strict=True), marker=".", linewidth=1, label=name)
    axes.set(xlabel=labels[0], ylabel=labels[1], title=title)
    axes.grid(alpha=0.3)
    if len(lines) > 1:
        axes.legend(fontsize="small")
    _save(figure, path)
