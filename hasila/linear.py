"""Multinomial logistic regression over named features that are there or not; weights as JSON."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp
from typing import Any, Self

import torch

RARE = 5  # a feature seen less often is left out


@dataclass(frozen=True)
class Linear:
    """`weights[feature]` holds one number a class; every example also has the feature `""`."""

    classes: list[str]
    weights: dict[str, list[float]]

    def probabilities(self, features: Iterable[str]) -> dict[str, float]:
        """Softmax over the classes; unknown features count nothing."""
        rows = [self.weights[name] for name in ("", *features) if name in self.weights]
        logits = [sum(column) for column in zip(*rows, strict=True)]
        powers = [exp(logit - max(logits)) for logit in logits]
        return {name: power / sum(powers) for name, power in zip(self.classes, powers, strict=True)}

    def best(self, features: Iterable[str]) -> tuple[str, float]:
        """The likeliest class and its probability."""
        found = self.probabilities(features)
        name = max(found, key=lambda key: found[key])
        return name, found[name]

    def to_json(self) -> dict[str, Any]:
        """Classes and weights, rounded to three decimals."""
        weights = {name: [round(value, 3) for value in row] for name, row in sorted(self.weights.items())}
        return {"classes": self.classes, "weights": weights}

    @classmethod
    def from_json(cls, saved: dict[str, Any]) -> Self:
        """The inverse of `to_json`."""
        return cls(saved["classes"], saved["weights"])


def fit(examples: Sequence[tuple[Sequence[str], str]], penalty: float = 3.0) -> Linear:
    """Fit on (features, class) pairs; `penalty` is that of the squared weights, the intercept's aside."""
    classes = sorted({name for _, name in examples})
    counts = Counter(feature for features, _ in examples for feature in set(features))
    names = ["", *sorted(name for name, count in counts.items() if count >= RARE)]
    place = {name: i for i, name in enumerate(names)}
    rows = [[0, *sorted({place[f] for f in features if f in place})] for features, _ in examples]
    flat = torch.tensor([i for row in rows for i in row])
    offsets = torch.tensor([0, *(len(row) for row in rows[:-1])]).cumsum(0)
    wanted = torch.tensor([classes.index(name) for _, name in examples])
    weights = _minimise(flat, offsets, wanted, (len(names), len(classes)), penalty)
    return Linear(classes, {name: weights[i].tolist() for name, i in place.items()})


def _minimise(
    flat: torch.Tensor, offsets: torch.Tensor, wanted: torch.Tensor, shape: tuple[int, int], penalty: float
) -> torch.Tensor:
    """Weights (features, classes) of the least regularised loss; `flat` and `offsets` are an embedding bag's."""
    weights = torch.zeros(shape, requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=100, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        logits = torch.nn.functional.embedding_bag(flat, weights, offsets, mode="sum")
        total = (
            torch.nn.functional.cross_entropy(logits, wanted, reduction="sum")
            + penalty / 2 * weights[1:].square().sum()
        )
        total.backward()
        return total

    optimizer.step(loss)
    return weights.detach()
