"""What an article's records add up to, per harm and per harm and party, with the arithmetic shown."""

from collections.abc import Iterable
from dataclasses import dataclass

from hasila.records import Record

NO_PARTY = "–"


@dataclass(frozen=True)
class Toll:
    """A sum; `high` is None where some count has no upper end, `unnumbered` counts mentions without a number.

    `terms` are the records that were added, in the article's order.
    """

    harm: str
    party: str
    low: int
    high: int | None
    unnumbered: int
    terms: tuple[Record, ...]

    @property
    def written(self) -> str:
        """`18..45`, `18..`, `18`, or `?` where no number is known."""
        if len(self.terms) == self.unnumbered:
            return "?"
        if self.high is None or self.unnumbered:
            return f"{self.low}.."
        return str(self.low) if self.low == self.high else f"{self.low}..{self.high}"


def tolls(records: Iterable[Record]) -> list[Toll]:
    """For each harm its toll (party `""`), then one a party; what is part, again or denied is left out."""
    groups: dict[str, dict[str, list[Record]]] = {}
    for record in (record for record in records if record.counted):
        for party in ("", _party(record)):
            groups.setdefault(record.harm, {}).setdefault(party, []).append(record)
    return [_add(harm, party, terms) for harm, parties in groups.items() for party, terms in parties.items()]


def _party(record: Record) -> str:
    return " + ".join(named.ar or named.surface for named in record.party) or NO_PARTY


def _add(harm: str, party: str, terms: list[Record]) -> Toll:
    numbered = [record for record in terms if record.count != "?"]
    highs = [record.high for record in numbered]
    high = None if None in highs else sum(high for high in highs if high is not None)
    low = sum(record.low or 0 for record in numbered)
    return Toll(harm, party, low, high, len(terms) - len(numbered), tuple(terms))
