"""Words of attack: what they tell of, whether it was done, and by which side."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from ahocorasick_rs import AhoCorasick

from contracts.incidents import IncidentType
from services.incidents.words import lowered, table, words_pattern

# What comes right before a word of attack that nobody has carried out, or that is told only as a past of years.
_NOT_DONE = re.compile(
    r"\b(?:(?:threat(?:en(?:s|ed|ing)?|s)?|vow(?:s|ed|ing)?|warn(?:s|ed|ing)?|plan(?:s|ned|ning)?|ready|"
    r"prepar(?:es|ed|ing)|promis(?:es|ed|ing)) "
    r"(?:to|of|against)|(?:could|would|might)|(?:years|decades) of)\s(?:\w+\s){0,1}$",
    re.IGNORECASE,
)
_NOT_YET = re.compile(r"\s(?:could|would|might)\s(?!not\b|have\b)", re.IGNORECASE)  # "such an attack could kill"
# A campaign that only says since when: "since the attacks on ships began in May".
_SINCE_THE = re.compile(r"\bsince\s(?:\w+\s){0,3}$", re.IGNORECASE)
_BEGAN = re.compile(r"[^,.;:]{0,40}\b(?:began|begun|started|broke out)\b", re.IGNORECASE)
_MEANS = (
    r"(?:(?:missiles?|drones?|rockets?|artillery|air|aerial|cruise|ballistic|hypersonic|massive|latest|deadly|recent|large|and|or|"
    r"cross-border|overnight|armed|military|combined|forces|army|troops|bomb|mass|fresh|new|first|the|has|have|again|of|an?|its|"
    r"carried|out|launched|launches|unleashed|unleashes|conducted|staged|fired|largest|heaviest|biggest|worst|series|wave|"
    r"guided|glide|shahed|naval|major)[\s,]+){0,7}$"
)


@dataclass(frozen=True, slots=True)
class Trigger:
    """A word of attack: ``kind`` is noun, verb or weak."""

    start: int
    end: int
    type: IncidentType | None
    kind: str


@cache
def _lexicon() -> tuple[AhoCorasick, re.Pattern[str], tuple[tuple[IncidentType | None, str], ...]]:
    rows = sorted(table("triggers.tsv"), key=lambda row: (row["kind"] != "not", -len(row["form"])))
    parts = [row["form"].replace(" ?", r"[\s-]?").replace(" ", r"\s") for row in rows]
    kinds = tuple((None if row["type"] == "-" else IncidentType(row["type"]), row["kind"]) for row in rows)
    openings = AhoCorasick(sorted({opening for row in rows for opening in _openings(row["form"])}))
    return openings, words_pattern(parts), kinds


def _openings(form: str) -> Iterator[str]:
    """Yield the letters that whatever matches a form begins with."""
    choice = re.match(r"\(\?:([^()]*)\)", form)
    if choice:
        for begun in choice[1].split("|"):
            yield from _openings(begun + form[choice.end() :])
        return
    letters = re.match(r"[a-z]+(?![?*+{])", form)
    if letters is None:
        raise ValueError(f"no letters open {form!r}")
    yield letters[0]


@cache
def sides() -> tuple[re.Pattern[str], re.Pattern[str], dict[str, str]]:
    """Return the patterns of a side before and behind a word of attack, and the sides by their forms."""
    actors = {row["form"]: row["actor"] for row in table("demonyms.tsv")}
    names = "|".join(sorted((re.escape(name) for name in actors), key=len, reverse=True))
    before = re.compile(rf"\b({names})[\s]+(?i:{_MEANS})")
    after = re.compile(rf"\b(?:by|from)\s+(?:the\s+)?({names})\b")
    return before, after, actors


def triggers(text: str) -> list[Trigger]:
    """Find the words of attack in a sentence."""
    openings, pattern, kinds = _lexicon()
    found: list[Trigger] = []
    text, end = lowered(text), 0
    for start in sorted({start for _, start, _ in openings.find_matches_as_indexes(text, overlapping=True)}):
        match = pattern.match(text, start) if start >= end else None
        if match is None:
            continue
        kind_of, end = kinds[int((match.lastgroup or "g0")[1:])], match.end()
        if kind_of[1] != "not":
            found.append(Trigger(match.start(), match.end(), *kind_of))
    return found


def actor_of(text: str, start: int, end: int) -> str | None:
    """Return the side that acts in the attack word at ``start:end``."""
    before, after, actors = sides()
    match = before.search(text[max(0, start - 80) : start])
    match = match or after.match(text[end : end + 40].lstrip())
    return actors[match[1]] if match else None


def is_done(text: str, trigger: Trigger) -> bool:
    """Return whether an attack is told as one: not threatened ("vowed to strike"), no past of years."""
    if trigger.kind == "noun" and _NOT_YET.match(text, trigger.end):
        return False
    before = text[max(0, trigger.start - 60) : trigger.start]
    if _SINCE_THE.search(before) and _BEGAN.match(text, trigger.end):
        return False
    return _NOT_DONE.search(before) is None
