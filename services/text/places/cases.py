"""Names of places in the oblique cases of Ukrainian and Russian, led back to the nominative that a gazetteer has."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from importlib import resources

_LONGEST_ENDING, _SHORTEST_STEM = 6, 2
#: The noun of a first-level unit, in any case, and as it stands in the gazetteer.
UNIT_NOUN, _UNIT_NOUNS = "область", frozenset({"область", "області", "областю", "области", "областью"})


def nominatives(key: str) -> Iterator[str]:
    """Yield the keys that a folded Cyrillic word may be a case of, those with the longest endings first."""
    for length in range(min(_LONGEST_ENDING, len(key) - _SHORTEST_STEM), 0, -1):
        for ending in _endings().get(key[-length:], ()):
            yield (key[:-length] + ending).replace("~", f" {UNIT_NOUN}")


def is_unit_noun(key: str) -> bool:
    """Tell whether a folded word is a case of "область"."""
    return key in _UNIT_NOUNS


@cache
def _endings() -> dict[str, tuple[str, ...]]:
    """Read cases.tsv by ending."""
    text = resources.files(__package__).joinpath("cases.tsv").read_text(encoding="utf-8")
    table = csv.DictReader((line for line in text.splitlines() if not line.startswith("#")), delimiter="\t")
    found: dict[str, tuple[str, ...]] = {}
    for row in table:
        made = tuple("" if ending == "-" else ending for ending in row["nominatives"].split())
        for ending in row["ending"].split():
            found[ending] = (*found.get(ending, ()), *made)
    return found
