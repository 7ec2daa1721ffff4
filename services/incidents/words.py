"""Tables and patterns of words that incidents are read by."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from importlib import resources


def table(name: str) -> list[dict[str, str]]:
    """Read one of the word lists beside this module."""
    text = resources.files("services.incidents").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader((line for line in text.splitlines() if not line.startswith("#")), delimiter="\t"))


def words_pattern(parts: Sequence[str]) -> re.Pattern[str]:
    """Compile a list of patterns for words in lower case, each a group; those with the same first letter together."""
    tried: dict[str, list[str]] = {}
    for number, part in enumerate(parts):
        tried.setdefault(part[0] if part[0].isalpha() else "", []).append(f"(?P<g{number}>{part})")
    grouped = (f"(?={letter})(?:{'|'.join(some)})" for letter, some in tried.items())
    return re.compile(rf"(?<![\w-])(?:{'|'.join(grouped)})(?![\w])")


def lowered(text: str) -> str:
    """Lower the case letter for letter, so that offsets hold; it makes for faster patterns than ``re.IGNORECASE``."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
