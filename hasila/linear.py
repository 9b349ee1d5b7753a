"""Multinomial logistic regression over named features that are there or not: what was fitted; weights as JSON."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import exp
from typing import Any, Self


@dataclass(frozen=True)
class Linear:
    """`weights[feature]` holds one number a class; every example also has the feature `""`."""

    classes: list[str]
    weights: dict[str, list[float]]

    def probabilities(self, features: Iterable[str]) -> dict[str, float]:
        """Softmax over the classes; unknown features count nothing."""
        rows = [row for row in map(self.weights.get, dict.fromkeys(("", *features))) if row]
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
