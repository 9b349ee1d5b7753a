"""Articles as Label Studio tasks (labelstud.io, "Label Studio JSON format"): predictions out, annotations back in.

Offsets are characters, as ours. A region's attributes stand in its meta text, as markup has them before the bar.
"""

import json
from collections.abc import Iterator
from typing import Any

from hasila import markup
from hasila.errors import UserError
from hasila.mention import LABELS, Article, Attributes, Mention

# The labelling configuration of a project for these tasks.
LABELLING = "\n".join(
    (
        "<View>",
        '  <Labels name="label" toName="text">',
        *(f'    <Label value="{label}"/>' for label in LABELS),
        "  </Labels>",
        '  <View style="direction: rtl">',
        '    <Text name="text" value="$text"/>',
        "  </View>",
        "</View>",
        "",
    )
)


def to_tasks(article: Article) -> str:
    """A JSON list with the article as its one task, the mentions as its prediction."""
    regions = [_region(number, mention) for number, mention in enumerate(article.mentions, 1)]
    task = {"data": {"id": article.id, "text": article.text}}
    task["predictions"] = [{"model_version": "hasila", "result": regions}]
    return json.dumps([task], ensure_ascii=False, indent=1) + "\n"


def _region(number: int, mention: Mention) -> dict[str, Any]:
    value = {"start": mention.start, "end": mention.end, "text": mention.text, "labels": [mention.label]}
    region = {"id": f"m{number}", "from_name": "label", "to_name": "text", "type": "labels", "value": value}
    return region | {"score": round(mention.score, 4), "meta": {"text": [markup.head(mention)]}}


def read_tasks(text: str, name: str) -> Iterator[Article]:
    """Articles of an export: of each task the newest annotation, or its prediction where nobody annotated it."""
    try:
        for number, task in enumerate(json.loads(text), 1):
            found = (task.get("annotations") or task.get("predictions") or [{"result": []}])[-1]["result"]
            source = task["data"]["text"]
            mentions = (_mention(region, source) for region in found if region["type"] == "labels")
            yield Article(str(task["data"].get("id", number)), source, tuple(sorted(mentions)))
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise UserError(f"{name}: expected Label Studio tasks with text and labels ({error!r})") from None


def _mention(region: dict[str, Any], text: str) -> Mention:
    value, notes = region["value"], region.get("meta", {}).get("text", [])
    start, end, label = value["start"], value["end"], value["labels"][0]
    if not 0 <= start < end <= len(text):
        raise ValueError(f"no span {start}–{end} in {len(text)} characters")
    # A note that begins with the region's label holds attributes; where the label was changed it no longer does.
    note = next((note for note in notes if note.split(" ")[0] == label), None)
    attributes = markup.attributes(note) if note else Attributes()
    return Mention(start, end, label, text[start:end], region.get("score", 1.0), attributes)
