"""What is committed for use: the released models, the README's example and its tables."""

import re

import pytest
from transformers import AutoModel, pipeline

from hasila import Tagger, formats, prediction, results, texts
from hasila.config import ROOT
from hasila.encoder import load_tokenizer

SENTENCES = [
    "قتل 12 جنديا وأصيب 7 آخرون في هجوم شنه مسلحون على مقر القوات الحكومية في مأرب",
    "أعلنت وزارة الدفاع السودانية، الجمعة، أسر ثلاثة عناصر من قوات الدعم السريع.",
    "وقال المتحدث باسم حركة حماس إن “الاحتلال” قصف المخيم؛ ما أدى إلى استشهاد خمسة مدنيين بينهم طفلان.",
    "اشتبكت قوات النظام مع فصائل المعارضة على بعد 10كلم من حلب، بحسب المرصد.",
]


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger.from_pretrained(device="cpu")


@pytest.mark.parametrize("text", SENTENCES)
def test_the_pipeline_of_transformers_finds_the_same(tagger: Tagger, text: str) -> None:
    folder = str(ROOT / "models/mini-ner")
    theirs = pipeline("token-classification", model=folder, aggregation_strategy="first", device="cpu")(text)
    found = [(m["start"], m["end"], m["entity_group"]) for m in theirs]
    ours = tagger.tag(text)
    assert found == [(m.start, m.end, m.label) for m in ours]
    assert [m["score"] for m in theirs] == pytest.approx([m.score for m in ours], abs=1e-3)
    assert ours


def test_the_readmes_example_holds(tagger: Tagger) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    given, shown = re.search(r'\$ echo "(.+)" \| python scripts/predict\.py\n    (.+)\n', readme).groups()
    assert formats.to_markup(prediction.mark(tagger, "stdin", given)) == shown


def test_the_readmes_tables_are_those_of_the_results() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for table in results.tables().values():
        assert table in readme


def test_no_generated_part_of_the_readme_is_empty() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    marked = re.findall(r"<!-- (\w+) -->\n(.*?)<!-- /\1 -->", readme, re.DOTALL)
    assert {name for name, _ in marked} == set(results.tables())
    assert all(content.strip() for _, content in marked)


def test_every_published_number_names_its_encoder() -> None:
    for path in results.FOLDER.glob("*.json"):
        assert '"encoder": "' in texts.read(path), path
    assert not any("arabert" in row.lower() for row in results.tables()["scores"].split("\n"))


def test_released_weights_are_small_and_no_pickles() -> None:
    files = [path for path in (ROOT / "models").rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files if path.suffix == ".safetensors") <= 40_000_000
    assert {path.suffix for path in files} <= {".safetensors", ".onnx", ".json", ".md", ".png"}


def test_the_embedded_encoder_loads_as_any_other() -> None:
    folder = ROOT / "models/mini-encoder"
    model = AutoModel.from_pretrained(folder)
    assert len(load_tokenizer(folder)) == model.config.vocab_size == 16_000
