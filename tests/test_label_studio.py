"""Label Studio's tasks: out as predictions, back as annotations, attributes kept."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from conftest import articles
from hypothesis import given

from hasila import formats, label_studio, markup
from hasila.errors import UserError
from hasila.mention import Article

ARTICLE = markup.parse("قتل [[KILLED 3 of=a part|ثلاثة جنود]] من [[ACTOR #a|الجيش]] أمس", "خبر")


def attributes(article: Article) -> list[str]:
    return [markup.head(mention) for mention in article.mentions]


@given(articles())
def test_predictions_come_back(article: Article) -> None:
    back = list(label_studio.read_tasks(label_studio.to_tasks(article), "x.json"))
    assert back == [article]
    assert attributes(back[0]) == attributes(article)


def test_the_labelling_configuration_is_that_of_the_tasks(tmp_path: Path) -> None:
    formats.write_folder([ARTICLE], "label-studio", tmp_path)
    view = ElementTree.parse(tmp_path / "labels.xml").getroot()
    labels, text = view.find("Labels"), view.find("View/Text")
    (task,) = json.loads((tmp_path / "خبر.json").read_text(encoding="utf-8"))
    for region in task["predictions"][0]["result"]:
        assert (region["from_name"], region["to_name"]) == (labels.get("name"), text.get("name"))
        assert region["value"]["labels"][0] in {label.get("value") for label in labels}
    assert text.get("value").removeprefix("$") in task["data"]
    assert formats.load(tmp_path) == [ARTICLE]  # and does not stand in the way


def test_an_annotators_correction_wins_over_the_prediction() -> None:
    task = json.loads(label_studio.to_tasks(ARTICLE))[0]
    regions = task["predictions"][0]["result"]
    corrected = json.loads(json.dumps(regions))
    corrected[0]["value"]["labels"] = ["WOUNDED"]
    added = {"start": 24, "end": 27, "text": "أمس", "labels": ["MISSING"]}
    corrected.append({"type": "labels", "value": added})
    task["annotations"] = [{"result": regions}, {"result": corrected}]
    (back,) = label_studio.read_tasks(json.dumps([task]), "x.json")
    assert [(m.label, m.text) for m in back.mentions] == [
        ("WOUNDED", "ثلاثة جنود"),
        ("ACTOR", "الجيش"),
        ("MISSING", "أمس"),
    ]
    assert back.mentions[0].attributes.count is None  # its note is of the label that it had


def test_a_folder_of_tasks_is_read_and_converted_to_markup(tmp_path: Path) -> None:
    formats.write_folder([ARTICLE], "label-studio", tmp_path / "tasks")
    formats.write_folder(formats.load(tmp_path / "tasks"), "markup", tmp_path / "marked")
    assert (tmp_path / "marked/خبر.txt").read_text(encoding="utf-8") == markup.write(ARTICLE)


@pytest.mark.parametrize(
    "text", ["{", '[{"data": {}}]', '[{"data": {"text": "قال"}, "predictions": [{"result": [{}]}]}]']
)
def test_what_is_no_export_is_one_clear_line(text: str) -> None:
    with pytest.raises(UserError, match=r"x\.json: expected Label Studio tasks"):
        list(label_studio.read_tasks(text, "x.json"))


def test_a_span_outside_the_text_is_an_error() -> None:
    broken = label_studio.to_tasks(ARTICLE).replace('"start": 4', '"start": 400')
    with pytest.raises(UserError, match="no span 400"):
        list(label_studio.read_tasks(broken, "x.json"))
