"""What a language model takes for a name, or for one of another kind, told by the words around it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from services.text.gazetteer import GIVEN_NAME, Gazetteer, fold
from services.text.places import Hint

_KIND = r"(?:village|town|township|city|hamlet|neighbou?rhood|settlement|municipality)"
_SETTLED = re.compile(rf"\b{_KIND}s? of (?:the )?\Z")
_LISTED = re.compile(rf"\b{_KIND}s of (?:the )?\Z")
_WITHIN = re.compile(r"\b(?:[Ii]n|[Nn]ear|[Oo]utside) \Z")
_ITEM = r"[A-Z][\w'’-]{0,30}(?: [A-Z][\w'’-]{0,30}){0,2}"
_AND = re.compile(rf"(?:(?:,? and |, )(?:{_ITEM}(?=,| and ))?){{1,4}}")  # items that the model took for no names, too
_GUESSED = frozenset({"PERSON", "ORG", "WORK_OF_ART", "FAC", "EVENT", "LAW"})
_LONGEST = 24


@dataclass(frozen=True)
class Doubts:
    """What a field says against the model's labels."""

    text: str
    gazetteer: Gazetteer
    places: frozenset[str]
    surnames: frozenset[str]
    lone: frozenset[str]

    def label(self, start: int, end: int, label: str) -> str | None:
        """Return the label that a name should have: none if it is a common word, a place's in "the village of ..."."""
        name = self.text[start:end]
        if label not in _GUESSED or (label == "FAC" and " " in name):
            return label
        if name.islower():
            return None
        words = name.split()
        if name in self.places:
            return "GPE"
        if len(words) == 1 and name[1:].islower() and self._is_written(name.lower()):
            return None
        if label != "PERSON" and len(words) == 2 and words[1] in self.lone and self._is_given(words[0]):
            return "PERSON"
        within = label == "PERSON" and _WITHIN.search(self.text, max(0, start - _LONGEST), start)
        return "GPE" if within and self._is_nobody(words, end) else label

    def _is_nobody(self, words: list[str], end: int) -> bool:
        possessive = self.text[end : end + 2] in {"'s", "’s"}
        return not possessive and not self._is_given(words[0]) and (len(words) > 1 or words[0] not in self.surnames)

    def _is_given(self, word: str) -> bool:
        known = self.gazetteer.lookup(fold(word))
        return known is not None and bool(known.flags & GIVEN_NAME)

    def _is_written(self, word: str) -> bool:
        return word in self.text and re.search(rf"\b{re.escape(word)}\b", self.text) is not None


def doubts_of(text: str, names: Iterable[Hint], gazetteer: Gazetteer) -> Doubts:
    """Read what a field says of its names: those behind "the villages of" are places, wherever else they stand."""
    places: set[str] = set()
    surnames: set[str] = set()
    lone: set[str] = set()
    list_end = -1
    for n in sorted(names, key=lambda n: n.start):
        words = text[n.start : n.end].split()
        if n.label == "PERSON":
            (surnames if len(words) > 1 else lone).add(words[-1])
        before = max(0, n.start - _LONGEST)
        goes_on = 0 <= list_end < n.start and _AND.fullmatch(text, list_end, n.start) is not None
        if n.label in _GUESSED and (goes_on or _SETTLED.search(text, before, n.start)):
            places.add(text[n.start : n.end])
        list_end = n.end if goes_on or _LISTED.search(text, before, n.start) else -1
    return Doubts(text, gazetteer, frozenset(places), frozenset(surnames), frozenset(lone))
