"""The gazetteer: which places a name may mean, and where they are."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from services.text.gazetteer.fold import fold
from services.text.gazetteer.store import (
    ABBREVIATION,
    COMMON_WORD,
    DEMONYM,
    GIVEN_NAME,
    NO_PLACE,
    SURNAME,
    THING_AFTER,
    UNIT_WORD,
    Entry,
    Gazetteer,
    Name,
)
from services.text.gazetteer.supplement import supplemented

__all__ = [
    "ABBREVIATION",
    "COMMON_WORD",
    "DEMONYM",
    "GIVEN_NAME",
    "NO_PLACE",
    "SURNAME",
    "THING_AFTER",
    "UNIT_WORD",
    "Entry",
    "Gazetteer",
    "Name",
    "fold",
    "load_gazetteer",
]

FILE = Path(__file__).with_name("gazetteer.bin")


@lru_cache(maxsize=1)
def load_gazetteer() -> Gazetteer:
    """Map the compiled gazetteer into memory, with its supplement laid over it, once a process."""
    return supplemented(Gazetteer(FILE))
