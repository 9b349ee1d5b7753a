"""Self-training: a tagger marks text that nobody marked, and another one learns from that, too.

From the paragraphs in which the first one, the teacher, is sure of every mention the second one learns together with
the marked text (Yarowsky 1995; as done here, in one round, Xie et al. 2020, section 2.1).
"""

import random
from collections.abc import Iterable, Iterator
from pathlib import Path

from hasila import corpus
from hasila.errors import UserError
from hasila.mention import Article
from hasila.tagger import Tagger

SURE = 0.8  # the least probability of a mention in a paragraph that is learnt from


def unmarked(folder: Path, count: int, seed: int) -> list[str]:
    """`count` paragraphs that report violence, drawn from the `.txt` and `.txt.xz` files below `folder`.

    `UserError` where there are fewer.
    """
    found = sorted({text for text in corpus.texts(folder) if corpus.usable(text) and corpus.reports_violence(text)})
    if len(found) < count:
        raise UserError(f"{folder}: {len(found)} paragraphs that report violence, fewer than {count}")
    return random.Random(seed).sample(found, count)


def sure(teacher: Tagger, texts: Iterable[str]) -> Iterator[Article]:
    """The texts with mentions whose every mention is at least `SURE`."""
    texts = list(texts)
    for number, (text, mentions) in enumerate(zip(texts, teacher.tag_all(texts), strict=True)):
        if mentions and min(mention.score for mention in mentions) >= SURE:
            yield Article(f"own-{number}", text, tuple(mentions))
