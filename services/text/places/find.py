"""Finds the names of an article that may be places, and what its other words say of them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from services.text.gazetteer import DEMONYM, Gazetteer
from services.text.places.around import Around
from services.text.places.line import Line, is_quiet, line_of
from services.text.places.lists import SINGULAR, Unit, listed_units
from services.text.places.mentions import Clues, Hint, Mention
from services.text.places.names import Found, Names
from services.text.places.outlets import home_of
from services.text.places.told import carry
from services.text.places.words import GOVERNED, KINDS, OFFICES, TITLED, small_words
from services.text.reading import Reading, Sentence

_PLURAL = re.compile(rf"(?:{'|'.join(SINGULAR)})\b")  # at the end of a word: so the search leaps
# A day that a town is called after: "on October 6", "the 6th of October".
_DAY = re.compile(
    r"(?:\d{1,2}(?:st|nd|rd|th)? (?:of )?)?(?:january|february|march|april|may|june|july|august|september|october|"
    r"november|december)(?: \d{1,2}(?:st|nd|rd|th)?)?"
)
_HAS_DIGIT = re.compile(r"\d")
_CALLED = 0.8  # what a noun beside a name says for it: "Kani township"
_LISTED = 1.5  # what the noun of a list of units speaks for each of its names
_UNSURE = 0.4  # what is left of a label against a name that only places bear
_POSTAL = 2  # the length of abbreviations that need no full stop
#: What a label says of a name: (label, covers more than the name).
_HINTS = {
    ("GPE", False): 2.0,
    ("GPE", True): 1.5,
    ("LOC", False): 1.5,
    ("LOC", True): 0.5,
    ("FAC", False): 0.5,
    ("FAC", True): 0.0,
    ("PERSON", False): -1.5,
    ("PERSON", True): -4.0,
    ("ORG", False): -0.5,
    ("ORG", True): -0.7,
    ("NORP", False): -1.0,
}


def find_mentions(reading: Reading, gazetteer: Gazetteer, hints: Iterable[Hint] = ()) -> tuple[list[Mention], Clues]:
    """Find the names of an article that may be places, and the clues to which they are."""
    finder = _Finder(gazetteer, is_quiet(reading))
    finder.clues.home, country = home_of(reading.article, gazetteer)
    if country is not None:
        finder.clues.countries[country] += 1.0
    mentions = [mention for sentence in reading.sentences for mention in finder.mentions(sentence)]
    names = Names(gazetteer)
    finder.clues.persons |= _weigh_hints(mentions, hints, names)
    carry(mentions, finder.clues.persons, names)
    return mentions, finder.clues


def _weigh_hints(mentions: Iterable[Mention], hints: Iterable[Hint], names: Names) -> set[str]:
    """Let the labels of a named-entity model speak for or against names; return the keys that are surnames by them.

    "Haaland" is one if "Erling Haaland" is a person at least half as often as "Haaland" is a place.
    """
    surnames: dict[str, int] = defaultdict(int)
    by_field: dict[str, list[Hint]] = defaultdict(list)
    for hint in sorted(hints, key=lambda h: h.start):
        by_field[hint.field].append(hint)
    for mention in mentions if by_field else ():
        row = by_field[mention.sentence.field]
        at = bisect_right(row, mention.start, key=lambda h: h.start) - 1
        if at >= 0 and row[at].end > mention.start:
            larger = row[at].end - row[at].start > mention.end - mention.start + 4
            label = row[at].label
            if larger and label == "PERSON" and _is_of_a_place(mention, row[at]):
                label = "FAC"
            doubt = _HINTS.get((label, larger), -0.5)
            unheard_of = doubt < 0 and not larger and names.is_only_a_place(mention.name, mention.key)
            mention.evidence += doubt * _UNSURE if unheard_of else doubt
            if mention.words == 1:
                last = larger and label == "PERSON" and row[at].end <= mention.end + 2
                surnames[mention.key] += 2 * last - (label in {"GPE", "LOC"})
        elif mention.words == 1:
            mention.evidence -= 0.3
    return {key for key, times in surnames.items() if times > 0}


def _is_of_a_place(mention: Mention, hint: Hint) -> bool:
    """Tell whether a model took a noun behind a place's name for a part of a person's: "Kunduz mosque"."""
    begin = mention.sentence.start
    rest = mention.sentence.text[mention.end - begin : hint.end - begin].split()
    return hint.start == mention.start and bool(rest) and rest[0] in small_words()["site"]


class _Finder:
    """Finds the candidates of one article, and gathers clues on the way."""

    def __init__(self, gazetteer: Gazetteer, quiet: bool) -> None:
        self._quiet = quiet
        self._names = Names(gazetteer)
        self.clues = Clues()
        self._around = Around(self._names, self.clues)

    def mentions(self, sentence: Sentence) -> Iterator[Mention]:
        """Yield the candidates of a sentence, the longest name first at each word."""
        line = line_of(sentence, quiet=self._quiet)
        capitals, count = line.tokens.capitals, len(line.tokens)
        listed = listed_units(line) if _PLURAL.search(sentence.text) else {}
        begins = [k for k, (own, next_) in enumerate(pairwise([*capitals, False])) if own or next_]
        starts = range(count) if line.quiet else begins
        free = 0
        for at in starts:
            if at < free or not (capitals[at] or line.quiet or self._names.may_start(line, at)):
                continue
            found = self._names.at(line, at, listed)
            if found is None or (_HAS_DIGIT.search(found.key) and _DAY.fullmatch(found.key)):
                continue
            name, _, words, _ = found
            if name.flags & DEMONYM:
                for index, _, _ in name.places[:1]:
                    self.clues.countries[self._names.gazetteer.entry(index).country or ""] += 0.5
            else:
                yield self._mention(line, at, found, listed)
            free = at + words

    def _mention(self, line: Line, at: int, found: Found, listed: Mapping[int, Unit]) -> Mention:
        """Weigh a name that was found at a word."""
        sentence, token = line.sentence, line.tokens[at]
        name, key, words, end = found
        mention = Mention(sentence, sentence.start + token.start, sentence.start + end, key, name, words)
        mention.evidence = self._around.weigh(line, at, mention)
        noun = self._noun(line, at, words)
        mention.kinds = KINDS.get(noun, frozenset())
        mention.evidence += _CALLED * (bool(mention.kinds) and noun not in OFFICES)
        if noun in GOVERNED:
            mention.key, mention.name = self._names.unit(key, name)
        if at in listed and words == listed[at].end - at:
            mention.kinds = KINDS[listed[at].noun]
            mention.evidence += _LISTED
        mention.dotted = "." in token.text or (
            sentence.text[end : end + 1] == "." and (len(key) > _POSTAL or line.gap(at) == ", ")
        )
        return mention

    def _noun(self, line: Line, at: int, words: int) -> str:
        """Return the word beside a name that says what the place is: "the province of", "province", "Governor"."""
        tokens, after = line.tokens, at + words
        if at > 1 and tokens[at - 1].key == "of" and tokens[at - 2].key in KINDS:
            return tokens[at - 2].key
        if after == len(tokens) or line.gap(after) != " ":
            return ""
        noun = tokens[after]
        return "" if noun.capital and noun.key not in TITLED else noun.key
