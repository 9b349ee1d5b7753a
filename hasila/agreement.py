"""Two annotators' markup of the same articles, compared.

Span F1 is symmetric (Hripcsak & Rothschild 2005); kappa (Cohen 1960) is over the words and punctuation
marks of the text, each with the label it stands in or O.
"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from hasila import evaluation, markup, metric
from hasila.decode import encode
from hasila.errors import UserError
from hasila.mention import CASUALTIES, Article, Mention
from hasila.words import TOKEN

Pair = tuple[Article, Article]


def report(a: Path, b: Path) -> str:
    """Span F1 per label, kappa, agreement on counts, sources and flags, and every difference in its context.

    Raises `UserError` where the folders hold other files or another text.
    """
    pairs = _pairs(markup.read_folder(a), markup.read_folder(b))
    scores = metric.score([second.mentions for _, second in pairs], [first.mentions for first, _ in pairs])
    sections = [
        f"# Agreement of {a} and {b}\n",
        evaluation.table(scores),
        f"Cohen's kappa over {_tokens(pairs)} tokens: {kappa(pairs):.3f}\n",
        _attributes(pairs),
        "# Differences\n",
        evaluation.errors([first for first, _ in pairs], [second.mentions for _, second in pairs]),
        *_attribute_differences(pairs),
    ]
    return "\n".join(sections)


def _pairs(first: Sequence[Article], second: Sequence[Article]) -> list[Pair]:
    others = {article.id: article for article in second}
    alone = {article.id for article in first} ^ set(others)
    if alone:
        raise UserError(f"only one of the folders has {', '.join(sorted(alone))}")
    for article in first:
        if others[article.id].text != article.text:
            raise UserError(f"{article.id}: the other folder has another text of it")
    return [(article, others[article.id]) for article in first]


def _tokens(pairs: Sequence[Pair]) -> int:
    return sum(len(TOKEN.findall(first.text)) for first, _ in pairs)


def kappa(pairs: Sequence[Pair]) -> float:
    """Cohen's kappa of the label of every token; 1.0 where both give all tokens one label."""
    both = Counter(pair for first, second in pairs for pair in zip(_labels(first), _labels(second), strict=True))
    total = sum(both.values())
    observed = sum(count for (x, y), count in both.items() if x == y) / total
    left, right = Counter(), Counter()  # type: Counter[str], Counter[str]
    for (x, y), count in both.items():
        left[x] += count
        right[y] += count
    expected = sum(left[label] * right[label] for label in left) / total**2
    return 1.0 if expected == 1 else (observed - expected) / (1 - expected)


def _labels(article: Article) -> list[str]:
    spans = [match.span() for match in TOKEN.finditer(article.text)]
    return [tag[2:] or "O" for tag in encode(spans, article.mentions)]


def _shared(pairs: Sequence[Pair]) -> list[tuple[Article, Mention, Mention]]:
    """Mentions that both marked with the same span and label."""
    return [(first, x, y) for first, second in pairs for x in first.mentions for y in second.mentions if x == y]


def _attributes(pairs: Sequence[Pair]) -> str:
    shared = _shared(pairs)
    counted = [(x, y) for _, x, y in shared if x.label in CASUALTIES]
    counts = sum(x.attributes.count == y.attributes.count for x, y in counted)
    sources = sum(x.attributes.by == y.attributes.by for x, y in counted)
    flags = sum(set(x.attributes.flags) == set(y.attributes.flags) for _, x, y in shared)
    return (
        f"Of {len(counted)} shared casualties {counts} have the same count, {sources} the same source; "
        f"of {len(shared)} shared mentions {flags} have the same flags.\n"
    )


def _attribute_differences(pairs: Sequence[Pair]) -> list[str]:
    """Counts, sources, flags and number of parties that differ; names of keys are each annotator's own."""
    lines = ["## other attributes\n"]
    for article, x, y in _shared(pairs):
        a, b = x.attributes, y.attributes
        if (a.count, a.by, set(a.flags), len(a.of)) != (b.count, b.by, set(b.flags), len(b.of)):
            shown = evaluation.context(article.text, x)
            lines.append(f"- {article.id} {x.start}: `{markup.head(x)}` against `{markup.head(y)}`: {shown}")
    return lines
