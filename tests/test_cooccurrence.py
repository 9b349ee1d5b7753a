"""Embeddings from co-occurrence, on a text small enough to count by hand."""

import numpy as np
import pytest
import torch

from hasila import cooccurrence


def test_counts_fall_off_with_distance_and_keep_the_sides_apart() -> None:
    text = np.array([[0, 1, 2]], dtype=np.uint16)
    right = cooccurrence._counts(text, 4, left=False)
    left = cooccurrence._counts(text, 4, left=True)
    # All four pieces serve as contexts, the more frequent first, equal ones by id: columns are 0, 1, 2, 3.
    assert right.tolist() == pytest.approx(np.array([[0, 1, 0.8, 0], [0, 0, 1, 0], [0] * 4, [0] * 4]))
    assert left.tolist() == right.T.tolist()


def test_information_is_positive_and_zero_where_nothing_was_seen() -> None:
    found = cooccurrence._information(np.array([[4.0, 0.0], [0.0, 4.0], [0.0, 0.0]]))
    assert found == pytest.approx(np.array([[np.log(2), 0], [0, np.log(2)], [0, 0]]))


def test_pieces_in_like_places_get_like_vectors() -> None:
    chance = np.random.default_rng(0)
    frame = chance.integers(0, 41, (400, 12))
    frame[:, 5] = np.where(chance.random(400) < 0.5, 41, 42)  # the same places
    frame[:, 4], frame[:, 6] = 43, 44
    vectors = cooccurrence.embeddings(frame.astype(np.uint16), 50, 8, seed=1)
    assert vectors.shape == (50, 8)
    assert vectors[41] @ vectors[42] > 0.9 > vectors[41] @ vectors[43]
    assert vectors.norm(dim=1)[:45].tolist() == pytest.approx([1.0] * 45, abs=1e-5)
    assert not vectors[45:].any()


def test_log_frequencies_count_one_more_of_each() -> None:
    found = cooccurrence.log_frequencies(np.array([[0, 0, 0, 1]]), 4)
    assert found.exp().tolist() == pytest.approx([0.5, 0.25, 0.125, 0.125])
    assert found.dtype == torch.float32
