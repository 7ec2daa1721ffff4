"""Names of the gazetteer in a sentence: as they stand, in lists of units, in oblique cases, misspelt."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from contracts.places import PlacePrecision
from services.text.gazetteer import COMMON_WORD, DEMONYM, GIVEN_NAME, NO_PLACE, SURNAME, UNIT_WORD, Gazetteer, Name
from services.text.places.cases import UNIT_NOUN, is_unit_noun, nominatives
from services.text.places.line import POSSESSIVES, Line, Token, key_of
from services.text.places.lists import Unit
from services.text.places.words import KINDS, small_words

MISSPELT = 1 << 8  # a flag of names that only a misspelling leads to, beside those of the gazetteer
_WORDS_TOO = COMMON_WORD | GIVEN_NAME | SURNAME | NO_PLACE | MISSPELT
_JOINS = {" ", "-", "\u00a0", "‐", "‑", "–", ".", ". ", "\n", "\r\n", ".\n"}
_HYPHENS = {"-", "‐", "‑"}
_ELIDED = re.compile(r"[dl]['’][^\W\d_]")  # "Cote d'Ivoire"
_MOST_WORDS = 8
_INITIALS = 3
_UNITS = ("oblast", "governorate", "province", "state", "region")
_SHORTEST_TYPO, _LONGEST_TYPO = 7, 20
_SHORTEST_CASE = 4
_SHORTEST_OWNER = 3  # no word of so few letters has a possessive s
_SHORTEST_SPELLING = 5
_CYRILLIC = frozenset("абвгґдежзиіклмнопрстуфхцчшщэюяє")
_LEAST_LED, _LEAST_BARE = 3.5, 5.0  # ranks of inflected names behind a preposition, and without one


class Found(NamedTuple):
    """A name of the gazetteer in a sentence: under which key, of how many words, and the place behind its end."""

    name: Name
    key: str
    words: int
    end: int


def is_only_a_place(name: Name, key: str) -> bool:
    """Tell whether a name is first a place's own, and neither a word nor a person's, nor as short as initials."""
    return len(key) > _INITIALS and not name.flags & _WORDS_TOO and bool(name.places) and not name.places[0][2]


class Names:
    """The names of a gazetteer, to be looked for in sentences."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        self._words = small_words()
        self._starters = self._words["article"] | self._words["direction"]

    def at(self, line: Line, at: int, listed: Mapping[int, Unit]) -> Found | None:
        """Find the name that begins at a word, the longest first; ``listed`` are the names of lists of units."""
        return (
            self._listed(line, at, listed)
            or self._longest(line, at)
            or self._inflected(line, at)
            or self._misspelt(line, at)
        )

    def known(self, key: str) -> Name | None:
        """Return what is known of a key if it names a place or a people."""
        name = self.gazetteer.lookup(key)
        return name if name is not None and (name.places or name.flags & DEMONYM) else None

    def is_only_a_place(self, name: Name, key: str) -> bool:
        """Tell whether a name is only a place's; in a country at war another spelling is as good as the first."""
        if is_only_a_place(name, key):
            return True
        return len(key) >= _SHORTEST_SPELLING and not name.flags & _WORDS_TOO and self.is_at_war(name)

    def country(self, name: Name) -> str | None:
        """Return the country of a name's likeliest place."""
        return self.gazetteer.entry(name.places[0][0]).country if name.places else None

    def is_at_war(self, name: Name) -> bool:
        """Tell whether a name is likeliest that of a place whose country news of wars tells of."""
        return (self.country(name) or "").lower() in self._words["at_war"]

    def unit(self, key: str, name: Name) -> tuple[str, Name]:
        """Return the first-level unit that is called after a town, by its key and name, else what was given."""
        for noun in _UNITS:
            unit = self.known(f"{key} {noun}")
            if unit is not None and self.precision(unit) is PlacePrecision.ADMIN1:
                return f"{key} {noun}", unit
        return key, name

    def flags(self, token: Token) -> int:
        """Return what the gazetteer says of a word."""
        name = self.gazetteer.lookup(token.key)
        return name.flags if name is not None else 0

    def precision(self, name: Name) -> PlacePrecision | None:
        """Return the precision of a name's likeliest place."""
        return self.gazetteer.entry(name.places[0][0]).precision if name.places else None

    def is_country(self, name: Name) -> bool:
        """Tell whether a name is likeliest a country's."""
        return self.precision(name) is PlacePrecision.COUNTRY

    def may_start(self, line: Line, at: int) -> bool:
        """Tell whether a small word before a capital may begin a name: "al-Bab", "the Hague", "eastern Ukraine"."""
        start, end = line.tokens.spans[at]
        word = line.sentence.text[start:end]
        if word.isascii() and word not in self._starters:
            return False  # most words: none of them is made a token
        token = line.tokens[at]
        article, direction = token.key in self._words["article"], token.key in self._words["direction"]
        if not (article or direction):
            return False
        return token.key == "the" or direction or line.sentence.text[token.end : token.end + 1] in _HYPHENS

    def _longest(self, line: Line, at: int) -> Found | None:
        """Find the longest name that begins at a word: (name, key, number of words, end)."""
        tokens = line.tokens
        head = self.gazetteer.lookup(tokens[at].key)
        if head is None and tokens[at].text[-2:] not in POSSESSIVES:
            return None
        if head is not None and head.longest > 1:
            end, last_end = at + 1, min(at + min(head.longest, _MOST_WORDS), len(tokens))
            while end < last_end and line.gap(end) in _JOINS:
                end += 1
            for stop in range(end, at + 1, -1):
                if stop - at > 1 and self._may_end(line, tokens[stop - 1]):
                    start_of_key = " ".join(tokens[k].key for k in range(at, stop - 1))
                    for last, cut in _forms(tokens[stop - 1], bare_first=False):
                        key = f"{start_of_key} {last}"
                        found = self.known(key)
                        if found is not None and not (self._is_direction(tokens[at]) and self._is_town(found)):
                            return Found(found, key, stop - at, tokens[stop - 1].end - cut)
        for key, cut in _forms(tokens[at], bare_first=True):
            found = self.known(key)
            if found is not None:
                return Found(found, key, 1, tokens[at].end - cut)
        return None

    def _listed(self, line: Line, at: int, listed: Mapping[int, Unit]) -> Found | None:
        """Return the unit that a name of a list stands for: "Kharkiv" in "the Kharkiv and Sumy regions"."""
        if at not in listed:
            return None
        end, noun = listed[at]
        bare = " ".join(line.key(k) for k in range(at, end))
        for key in (f"{bare} {noun}", bare):
            name = self.known(key)
            places = (self.gazetteer.entry(index) for index, _, _ in name.places) if name else ()
            if name is not None and any(entry.precision in KINDS[noun] for entry in places):
                return Found(name, key, end - at, line.tokens[end - 1].end)
        return None

    def _is_direction(self, token: Token) -> bool:
        return not token.capital and token.key in self._words["direction"]

    def _is_town(self, name: Name) -> bool:
        """Tell whether a name is likeliest a settlement's: "north Arlington" is a part of Arlington."""
        return self.precision(name) is PlacePrecision.SETTLEMENT

    def _may_end(self, line: Line, token: Token) -> bool:
        """Tell whether a word may end a longer name: one with a capital, or a noun such as "region"."""
        if token.capital or line.loud or line.quiet or token.text[0].isdigit() or _ELIDED.match(token.text):
            return True
        return bool(self.flags(token) & UNIT_WORD)

    def _inflected(self, line: Line, at: int) -> Found | None:
        """Return the place that a Cyrillic word is a case of: "у Дніпрі", "Харьковской области"."""
        token = line.tokens[at]
        if token.key[0] not in _CYRILLIC or len(token.key) < _SHORTEST_CASE or self.flags(token):
            return None
        after = line.tokens[at + 1] if at + 1 < len(line.tokens) and line.gap(at + 1) == " " else None
        unit = after if after is not None and is_unit_noun(after.key) else None
        led = at > 0 and line.tokens[at - 1].key in self._words["before_place"]
        best: tuple[float, Name, str] | None = None
        for nominative in nominatives(token.key):
            key = f"{nominative} {UNIT_NOUN}" if unit else nominative
            name = self.known(key)
            if name is not None and name.places and (best is None or name.places[0][1] > best[0]):
                best = name.places[0][1], name, key
        if best is None or best[0] < (_LEAST_LED if led else _LEAST_BARE):
            return None
        _, name, key = best
        return Found(name, key, 2, unit.end) if unit else Found(name, key, 1, token.end)

    def _misspelt(self, line: Line, at: int) -> Found | None:
        """Return the long name that an unknown word is one letter away from, where such names are kept for that."""
        token = line.tokens[at]
        key = token.key
        plain = token.capital and not line.loud and key.isascii() and key.isalpha() and not self.flags(token)
        if not (plain and _SHORTEST_TYPO <= len(key) <= _LONGEST_TYPO):
            return None
        name = self.gazetteer.nearest(key)
        return Found(Name(1, MISSPELT, name.places), key, 1, token.end) if name is not None else None


def _forms(token: Token, *, bare_first: bool) -> tuple[tuple[str, int], ...]:
    """Return the keys of a word with and without its possessive s, and how many characters that leaves off."""
    full = token.key, 0
    if len(token.text) <= _SHORTEST_OWNER or token.text[-2:] not in POSSESSIVES:
        return (full,)
    bare = key_of(token.text[:-2]), 2
    return (bare, full) if bare_first else (full, bare)
