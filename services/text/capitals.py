"""Capitals: the cities that an article means by "Ukraine's capital", "the Syrian capital" or "the capital" alone."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources

from contracts.places import Place, PlacePrecision
from services.text.reading import Field

_WORD = "capital"
# Not money, nor a letter, a sentence of death or what a province has.
_CAPITAL = re.compile(
    r"(?P<article>\b[Tt]he\s(?:(?:besieged|battered|embattled|\w+-(?:held|controlled)|nation['’]s|country['’]s)\s)?)?"
    r"\bcapital\b(?!\s(?:of|punishment|murder|crime|offen[cs]e|letters?|gains?|markets?|investments?|flows?|region)\b)"
    r"(?!,?\s(?:[A-Z][\w’'-]+\s)?(?:province|region|oblast)\b)"
)
_BEFORE = re.compile(r"(?:\b[Tt]he\s)?(?P<word>[A-Z][\w.’'-]*)\s\Z")
# What lies there is not in it: "a suburb of the capital", "40 km north of Ukraine's capital".
_AROUND = re.compile(
    r"\b(?:outside|near|around|from|close to|towards?|"
    r"(?:(?:suburb|outskirt|countryside|edge|north|south|east|west)[\w-]*) of)\s\Z"
)
_LOOK = 40  # characters before the word
_FINE = frozenset({PlacePrecision.SITE, PlacePrecision.SETTLEMENT, PlacePrecision.DISTRICT})


@cache
def _table() -> tuple[dict[str, str], dict[str, str]]:
    """Return the countries' capitals, and the countries by their adjectives."""
    text = resources.files("services.text").joinpath("capitals.tsv").read_text(encoding="utf-8")
    rows = list(csv.DictReader((line for line in text.splitlines() if not line.startswith("#")), delimiter="\t"))
    cities = {row["country"]: row["city"] for row in rows}
    return cities, {word: row["country"] for row in rows for word in row["adjectives"].split("|")}


def find_capitals(texts: Mapping[Field, str], places: Sequence[Place]) -> Iterator[tuple[Field, int, int, Place]]:
    """Find where a capital that is one of these places is meant by that word alone; linear in the length of the texts.

    A bare "the capital" is that of the country which most of the places named lie in. Nothing is found where the city
    itself is never named.
    """
    if not any(_WORD in text for text in texts.values()):
        return
    cities, adjectives = _table()
    known = {p.country: p for p in places if p.country and p.precision in _FINE and cities.get(p.country) == p.name}
    if not known:
        return
    named = Counter(p.country for p in places if p.precision in _FINE for _ in p.spans)
    own = max(named, key=lambda country: (named[country], country or ""))
    ends = {(s.field, s.end): p.country for p in places if p.precision is PlacePrecision.COUNTRY for s in p.spans}
    for field, text in texts.items():
        for match in _CAPITAL.finditer(text):
            start, country = match.start(), own
            if not match["article"]:
                start, country = _whose(text, field, match.start(), ends, adjectives)
            if country in known and not _AROUND.search(text, max(0, start - _LOOK), start):
                yield field, start, match.end(), known[country]


def _whose(
    text: str, field: Field, end: int, ends: Mapping[tuple[Field, int], str | None], adjectives: Mapping[str, str]
) -> tuple[int, str | None]:
    """Return where the words before "capital" begin that say whose it is, and that country; None for a province's."""
    before = _BEFORE.search(text, max(0, end - _LOOK), end)
    if before is None:
        return end, None
    word, start = before["word"], before.start()
    if word in adjectives:
        return start, adjectives[word]
    for sign in ("'s", "’s"):
        if word.endswith(sign):
            return start, ends.get((field, end - 1 - len(sign)))
    return end, None
