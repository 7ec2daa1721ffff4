"""What is known of a name in a text that may be a place."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from contracts.places import PlacePrecision
from services.text.gazetteer import Entry, Name
from services.text.reading import Field, Sentence


@dataclass(frozen=True, slots=True)
class Hint:
    """What a named-entity model took a stretch of the article for."""

    field: Field
    start: int
    end: int
    label: str


@dataclass(slots=True)
class Mention:
    """A stretch of text that may name a place.

    ``evidence`` sums up what speaks for it (above 0) and against it, apart from which places bear the name; ``dotted``
    tells that it is written as an abbreviation; ``kinds`` are what the words beside it call the place ("the state of
    Washington"); ``sense`` is the place that what stands beside it leaves no doubt of, by this ``rule``.
    """

    sentence: Sentence
    start: int
    end: int
    key: str
    name: Name
    words: int
    evidence: float = 0.0
    dotted: bool = False
    kinds: frozenset[PlacePrecision] = frozenset()
    sense: Entry | None = None
    rule: str = ""
    candidates: list[tuple[Entry, float]] = field(default_factory=list)


@dataclass(slots=True)
class Clues:
    """What an article says beside its names of places: keys of persons, votes for countries, its outlet's home."""

    persons: set[str] = field(default_factory=set)
    home: Entry | None = None
    countries: dict[str, float] = field(default_factory=lambda: defaultdict(float))
