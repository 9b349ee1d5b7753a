"""Self-training: a tagger marks text that nobody marked, and another one learns from that first.

The student begins where the teacher began, learns from the paragraphs that the teacher was sure of, and then
from the articles (Yarowsky 1995; as done here, Xie et al. 2020, section 2.1, in one round).
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from transformers import PreTrainedModel

from hasila import corpus, training
from hasila.config import TrainConfig
from hasila.encoder import Encoder
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


def fit(
    settings: TrainConfig,
    source: Encoder,
    articles: Sequence[Article],
    texts: Sequence[str],
    begun: PreTrainedModel | None = None,
) -> training.Fitted:
    """`training.fit`, with its own marks on `texts` in between."""
    teacher = training.fit(settings, source, articles, begun=begun).tagger(settings)
    student = training.fit(settings, source, list(sure(teacher, texts)), begun=begun)
    return training.fit(settings, source, articles, begun=student.model)


def sure(teacher: Tagger, texts: Iterable[str]) -> Iterator[Article]:
    """The texts with mentions whose every mention is at least `SURE`."""
    for number, text in enumerate(texts):
        mentions = teacher.tag(text)
        if mentions and min(mention.score for mention in mentions) >= SURE:
            yield Article(f"own-{number}", text, tuple(mentions))
