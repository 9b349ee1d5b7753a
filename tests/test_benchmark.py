"""The arithmetic of the benchmarks, by hand."""

from hasila import benchmark, throughput


def test_forms_are_compared_within_a_round() -> None:
    def run(speed: float) -> dict[str, float]:
        return dict.fromkeys(throughput.KEYS, 1.0) | {"words_a_second": speed}

    runs = {
        "default": [run(10), run(20), run(30)],
        "best": [run(20), run(20), run(60)],
        "ours": [run(100), run(100), run(60)],
    }
    found = throughput.summary(runs)["forms"]
    assert [found["ours"][f"faster_than_{name}"] for name in ("default", "best")] == [5.0, 5.0]
    assert found["best"]["faster_than_default"] == 2.0
    assert (found["ours"]["words_a_second"], found["ours"]["low"], found["ours"]["high"]) == (100.0, 60, 100)


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
