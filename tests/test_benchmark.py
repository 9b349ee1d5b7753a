"""The arithmetic of the benchmarks, by hand."""

from hasila import benchmark


def test_speeds_leave_out_the_first_round_and_compare_round_by_round() -> None:
    found = benchmark.speed_summary({"small": [1.0, 100.0, 300.0, 90.0], "large": [1.0, 10.0, 20.0, 10.0]})
    assert found["words_a_second"] == {"small": 100.0, "large": 10.0}
    assert found["faster"] == {"median": 10.0, "low": 9.0, "high": 15.0}
    assert found["rounds"] == {"small": [100.0, 300.0, 90.0], "large": [10.0, 20.0, 10.0]}


def test_training_is_compared_within_a_round() -> None:
    runs = {
        "plain": [{"seconds": 20.0, "peak_mb": 5.0}, {"seconds": 30.0, "peak_mb": 6.0}],
        "hasila": [{"seconds": 10.0, "peak_mb": 4.0}, {"seconds": 10.0, "peak_mb": 3.0}],
    }
    found = benchmark.summary(runs)
    assert found["faster"] == {"median": 2.5, "low": 2.0, "high": 3.0}
    assert found["median_seconds"] == {"plain": 25.0, "hasila": 10.0}
    assert found["peak_mb"] == {"plain": 6.0, "hasila": 4.0}


def test_the_stand_in_has_arabert_bases_shape() -> None:
    shape = benchmark.arabert_base(["ACTOR"]).config
    assert (shape.hidden_size, shape.num_hidden_layers, shape.vocab_size, shape.num_labels) == (768, 12, 64_000, 3)
