"""Logistic regression over named features."""

import pytest

from hasila import regression
from hasila.linear import Linear

EXAMPLES = [(["نفى", "x"], "no")] * 6 + [(["أكد", "x"], "yes")] * 6 + [(["مرة"], "yes")]


def test_what_decides_is_learnt_and_what_is_rare_or_common_is_not() -> None:
    model = regression.fit(EXAMPLES, penalty=0.1)
    assert model.best(["نفى"])[0] == "no"
    assert model.best(["أكد"])[0] == "yes"
    assert set(model.weights) == {"", "x", "نفى", "أكد"}  # مرة is seen once


def test_probabilities_by_hand() -> None:
    model = Linear(["no", "yes"], {"": [0.0, 0.0], "a": [0.0, 1.0986123]})
    assert model.probabilities(["a", "never seen"]) == pytest.approx({"no": 0.25, "yes": 0.75})
    assert model.probabilities(["a", "a"]) == model.probabilities(["a"])  # a feature is there or not, as in fitting
    assert model.probabilities([]) == pytest.approx({"no": 0.5, "yes": 0.5})


def test_weights_come_back_from_json() -> None:
    model = regression.fit(EXAMPLES)
    again = Linear.from_json(model.to_json())
    assert again.classes == model.classes
    assert again.weights["نفى"] == pytest.approx(model.weights["نفى"], abs=0.0005)
