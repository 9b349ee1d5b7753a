"""Piece embeddings from co-occurrence counts, for an encoder to begin with.

A count over all of the text takes a minute and says what masked-language modelling needs millions
of pieces to find out. Positive pointwise mutual information with smoothed contexts, factorised
(Levy, Goldberg and Dagan 2015, sections 3.1 and 3.3: harmonic weights over the window, exponent 0.75 for
contexts, square root of the singular values).
"""

import numpy as np
import torch

REACH = 5  # pieces to each side
CONTEXTS = 4096  # the most frequent pieces serve as contexts, left and right apart
SMOOTHING = 0.75


def embeddings(windows: np.ndarray, vocab_size: int, size: int, seed: int) -> torch.Tensor:
    """One unit vector a piece, (vocab_size, size), zeros for pieces never seen; `windows` holds piece ids."""
    counts = np.concatenate([_counts(windows, vocab_size, side) for side in (False, True)], axis=1)
    torch.manual_seed(seed)
    vectors, values, _ = torch.svd_lowrank(torch.from_numpy(_information(counts)), q=size + 16, niter=4)
    found = (vectors * values.sqrt())[:, :size]
    return torch.nn.functional.normalize(found, dim=1)


def log_frequencies(windows: np.ndarray, vocab_size: int) -> torch.Tensor:
    """Logarithm of each piece's share of the text, one added to every count: (vocab_size,)."""
    counts = np.bincount(windows.ravel(), minlength=vocab_size) + 1.0
    return torch.from_numpy(np.log(counts / counts.sum())).float()


def _counts(windows: np.ndarray, vocab_size: int, left: bool) -> np.ndarray:
    """Weighted counts of contexts on one side of each piece: (vocab_size, contexts)."""
    width = min(CONTEXTS, vocab_size)
    frequent = np.argsort(-np.bincount(windows.ravel(), minlength=vocab_size), kind="stable")[:width]
    place = np.full(vocab_size, width)
    place[frequent] = np.arange(width)
    total = np.zeros(vocab_size * (width + 1), dtype=np.float32)
    for distance in range(1, REACH + 1):
        pair = windows[:, :-distance], windows[:, distance:]
        centre, context = pair[::-1] if left else pair
        cells = centre.astype(np.int64) * (width + 1) + place[context]
        weight = np.float32(1 - (distance - 1) / REACH)
        total += np.bincount(cells.ravel(), minlength=len(total)).astype(np.float32) * weight
    return total.reshape(vocab_size, width + 1)[:, :width]


def _information(counts: np.ndarray) -> np.ndarray:
    """Positive pointwise mutual information of rows and columns."""
    rows = counts.sum(axis=1, keepdims=True)
    columns = counts.sum(axis=0, keepdims=True) ** SMOOTHING
    expected = rows * (columns / columns.sum())
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.nan_to_num(np.maximum(np.log(counts / expected), 0.0), nan=0.0, posinf=0.0, neginf=0.0)
