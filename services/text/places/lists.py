"""Lists of units that share one noun: "the Kharkiv and Sumy regions", "Muscogee and Harris counties"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Protocol

#: The plural nouns, and what each of the listed names is called by itself.
SINGULAR: Mapping[str, str] = {
    "regions": "region",
    "oblasts": "oblast",
    "provinces": "province",
    "governorates": "governorate",
    "states": "state",
    "districts": "district",
    "raions": "raion",
    "counties": "county",
    "departments": "department",
}
_BETWEEN = {", ", " and ", ", and ", " or ", ", or ", " & "}
_LONGEST = 12


class Unit(NamedTuple):
    """One name of a list: the word behind its last, and the noun that it shares."""

    end: int
    noun: str


class Words(Protocol):
    """What is asked of a sentence's words."""

    @property
    def count(self) -> int:
        """How many words there are."""

    def gap(self, at: int) -> str:
        """Return what stands between the word before a position and the word at it."""

    def key(self, at: int) -> str:
        """Return a word, folded."""

    def capital(self, at: int) -> bool:
        """Tell whether a word begins with a capital."""


def listed_units(words: Words) -> dict[int, Unit]:
    """Return the names of lists before a plural noun, by their first word; a name alone is no list."""
    found: dict[int, Unit] = {}
    for at in range(2, words.count):
        noun = SINGULAR.get(words.key(at)) if not words.capital(at) and words.gap(at) == " " else None
        if noun is not None:
            units = _before(words, at, noun)
            if len(units) > 1:
                found |= units
    return found


def _before(words: Words, stop: int, noun: str) -> dict[int, Unit]:
    """Walk back over names with capitals, each behind a comma or an "and" that is no name's."""
    units: dict[int, Unit] = {}
    end = stop
    while end > 0 and len(units) < _LONGEST:
        first = end
        while first > 0 and words.capital(first - 1) and (first == end or words.gap(first) in {" ", "-"}):
            first -= 1
        if first == end:
            break
        units[first] = Unit(end, noun)
        joined = first > 1 and words.key(first - 1) in {"and", "or"} and not words.capital(first - 1)
        if joined:
            end = first - 1
        elif first > 0 and words.gap(first) == ", ":
            end = first
        else:
            break
    return units
