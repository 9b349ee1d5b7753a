"""Fit `hasila.linear`: the least cross-entropy with a penalty on the squared weights, by L-BFGS (Nocedal 1980)."""

from collections import Counter
from collections.abc import Sequence

import torch

from hasila.linear import Linear

RARE = 5  # a feature seen less often is left out


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
