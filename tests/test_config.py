from dataclasses import replace
from pathlib import Path

import pytest

from hasila.config import ROOT, PretrainConfig, RecipesConfig, Source, TrainConfig, command_line, load, project_path
from hasila.errors import UserError

CONFIGS = sorted((ROOT / "configs").glob("*.yaml"))


def write(folder: Path, content: str | bytes) -> Path:
    path = folder / "own.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_shipped_configs_load(path: Path) -> None:
    kind = {"mini-encoder": PretrainConfig, "recipes": RecipesConfig}.get(path.stem, TrainConfig)
    found = load(kind, path)
    assert getattr(found, "name", path.stem) == path.stem


def test_the_recipes_to_compare_change_keys_that_are_there() -> None:
    found = load(RecipesConfig, ROOT / "configs/recipes.yaml")
    changed = [repr(load(PretrainConfig, ROOT / found.base, recipe.settings)) for recipe in found.recipes]
    assert len({recipe.name for recipe in found.recipes}) == len(set(changed)) == len(changed)


def test_the_default_configs_are_shipped() -> None:
    assert {"arabert", "mini", "mini-encoder"} <= {path.stem for path in CONFIGS}


def test_values_are_typed(tmp_path: Path) -> None:
    path = write(tmp_path, "learning_rate: 5e-5\nwarmup: 0\nheld_out: ['003']\nfallback: null\nhalf: true\n")
    config = load(TrainConfig, path)
    assert config == replace(TrainConfig(), learning_rate=5e-5, warmup=0.0, held_out=["003"], half=True)
    assert isinstance(config.warmup, float)


def test_an_empty_file_is_the_defaults(tmp_path: Path) -> None:
    assert load(TrainConfig, write(tmp_path, "")) == TrainConfig()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("colour: red", "unknown key 'colour'; known: .*epochs"),
        ("epochs: many", "epochs: expected int, got 'many'"),
        ("epochs: 1.5", "epochs: expected int, got 1.5"),
        ("epochs: true", "epochs: expected int, got True"),
        ("epochs:", "epochs: expected int, got None"),
        ("name: 3", "name: expected str, got 3"),
        ("half: 1", "half: expected bool, got 1"),
        ("learning_rate: fast", "learning_rate: expected float, got 'fast'"),
        ("learning_rate: true", "learning_rate: expected float, got True"),
        ("fallback: 3", "fallback: expected str, got 3"),
        ("held_out: '003'", "held_out: expected list.*, got '003'"),
        ("held_out: ['003', 4]", "held_out: expected str, got 4"),
        ("- epochs", "expected `key: value` lines"),
        ("epochs: [1", "not valid YAML"),
        (b"name: \xff", "not valid YAML"),
    ],
)
def test_errors_name_file_and_key(tmp_path: Path, content: str | bytes, message: str) -> None:
    with pytest.raises(UserError, match=rf"^.*own\.yaml: {message}") as caught:
        load(TrainConfig, write(tmp_path, content))
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"own\.yaml: no such config file"):
        load(TrainConfig, tmp_path / "own.yaml")


def test_nested_values(tmp_path: Path) -> None:
    path = write(tmp_path, "sources:\n  - {file: a.txt, share: 2}\n  - file: b.txt\n")
    assert load(PretrainConfig, path).sources == [Source("a.txt", 2.0), Source("b.txt", 1.0)]


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ("a.txt", "expected Source, got 'a.txt'"),
        ("{file: a.txt, weight: 2}", "unknown key 'weight'; known: file, share"),
        ("{file: 3}", "file: expected str, got 3"),
        ("{file: a.txt, share: much}", "share: expected float, got 'much'"),
        ("{share: 2.0}", ".*file"),
    ],
)
def test_errors_in_nested_values(tmp_path: Path, item: str, message: str) -> None:
    with pytest.raises(UserError, match=rf"own\.yaml: sources: {message}"):
        load(PretrainConfig, write(tmp_path, f"sources: [{item}]"))


@pytest.mark.parametrize(
    ("override", "key", "value"),
    [
        ("epochs=3", "epochs", 3),
        ("learning_rate=1e-3", "learning_rate", 1e-3),
        ("name=a=b", "name", "a=b"),
        ("name=[", "name", "["),
        ("half=true", "half", True),
        ("fallback=null", "fallback", None),
        ("fallback=configs/mini.yaml", "fallback", "configs/mini.yaml"),
        ("held_out=['003', '004']", "held_out", ["003", "004"]),
        ("held_out=[]", "held_out", []),
    ],
)
def test_overrides(tmp_path: Path, override: str, key: str, value: object) -> None:
    path = write(tmp_path, "epochs: 7\nfallback: x\nheld_out: [x]\n")
    assert load(TrainConfig, path, [override]) == replace(load(TrainConfig, path), **{key: value})


def test_overrides_of_nested_values(tmp_path: Path) -> None:
    path = write(tmp_path, "sources: [{file: a.txt}]")
    assert load(PretrainConfig, path, ["seed=1"]).sources == [Source("a.txt")]
    assert load(PretrainConfig, path, ["sources=[{file: b.txt, share: 2}]"]).sources == [Source("b.txt", 2.0)]


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("epochs", "'epochs' is not of the form key=value"),
        ("colour=red", "unknown key 'colour'"),
        ("epochs=three", "epochs: expected int, got 'three'"),
        ("name=", "name: expected str"),
    ],
)
def test_broken_overrides(tmp_path: Path, override: str, message: str) -> None:
    with pytest.raises(UserError, match=f"^command line: {message}"):
        load(TrainConfig, write(tmp_path, ""), [override])


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([], (ROOT / "configs/mini.yaml", [])),
        (["own.yaml"], (Path("own.yaml"), [])),
        (["epochs=3", "seed=1"], (ROOT / "configs/mini.yaml", ["epochs=3", "seed=1"])),
        (["own.yaml", "epochs=3"], (Path("own.yaml"), ["epochs=3"])),
    ],
)
def test_command_line(given: list[str], expected: tuple[Path, list[str]]) -> None:
    assert command_line(given, "configs/mini.yaml") == expected


def test_project_paths_start_at_the_root(tmp_path: Path) -> None:
    assert project_path("data/gold") == ROOT / "data" / "gold"
    assert project_path(str(tmp_path)) == tmp_path
