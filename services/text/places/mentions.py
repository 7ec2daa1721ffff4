"""Names in a text that may be places, weighed by what stands around them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import resources

from contracts.places import PlacePrecision
from services.text.gazetteer import (
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
    fold,
)
from services.text.places.cases import UNIT_NOUN, is_unit_noun, nominatives
from services.text.places.lists import SINGULAR, Unit, listed_units
from services.text.places.outlets import home_of
from services.text.reading import Field, Reading, Sentence

# Initials ("U.S.", "U.S"), then words with apostrophes inside.
_TOKEN = re.compile(r"(?:[^\W\d_]\.){2,}|(?<!\w)[^\W\d_]\.[^\W\d_](?!\w)|[^\W_]+(?:['’ʼ`ʹ][^\W_]+)*")
_JOINS = {" ", "-", "\u00a0", "‐", "‑", "–", ".", ". ", "\n", "\r\n", ".\n"}
_HYPHENS = {"-", "‐", "‑"}
_POSSESSIVES = {"'s", "’s", "'S", "’S"}
_SCORE = re.compile(r" \d{1,2}[-–]\d{1,2}(?![\w-])")
_DESIGNATED = re.compile(r"[-‐‑]\d{1,3}\b(?!st|nd|rd|th)")  # a missile's or an aircraft's number: "Hwasong-19"
_LISTED = 1.5  # what the noun of a list of units speaks for each of its names
_NAMESAKE = -6.0  # the evidence of a thing that is named after a place
_ELIDED = re.compile(r"[dl]['’][^\W\d_]")  # "Cote d'Ivoire"
_LONGEST_WORD = 40
_MOST_WORDS = 8
_SHORT = 4
_SHORTEST_TYPO, _LONGEST_TYPO = 7, 20
_POSTAL = 2  # the length of abbreviations that need no full stop
_P = PlacePrecision
#: Which places a common noun beside a name may stand for.
_KINDS = {
    noun: kinds
    for nouns, kinds in (
        ("state province governorate oblast krai republic region department", frozenset({_P.ADMIN1, _P.ADMIN2})),
        ("county district raion prefecture", frozenset({_P.ADMIN2, _P.ADMIN1, _P.DISTRICT})),
        ("city town village settlement hamlet", frozenset({_P.SETTLEMENT})),
        ("island islands peninsula river lake sea desert", frozenset({_P.REGION})),
    )
    for noun in nouns.split()
}
_PLURAL = re.compile(rf"\b(?:{'|'.join(SINGULAR)})\b")
_CYRILLIC = frozenset("абвгґдежзиіклмнопрстуфхцчшщэюяє")
_LEAST_LED, _LEAST_BARE = 3.5, 5.0  # ranks of inflected names behind a preposition, and without one
_MISSPELT = 1 << 8  # a flag of names that only a misspelling leads to, beside those of the gazetteer
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


@dataclass(slots=True)  # not frozen: that costs a third of all time here
class _Token:
    start: int
    end: int
    text: str
    key: str
    capital: bool


class _Tokens(dict[int, _Token]):
    """The words of a sentence, each made when it is first looked at: most of them never are."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text
        self.spans = [span for m in _TOKEN.finditer(text) if (span := m.span())[1] - span[0] <= _LONGEST_WORD]
        self.capitals = [text[start].isupper() for start, _ in self.spans]

    def __len__(self) -> int:
        return len(self.spans)

    def titled(self) -> bool:
        """Tell whether most of the longer words begin with a capital."""
        longer = [k for k, (start, end) in enumerate(self.spans) if end - start > 4 and not self[k].text.isdigit()]
        return len(longer) > 3 and sum(self.capitals[k] for k in longer) > 0.75 * len(longer)

    def __missing__(self, at: int) -> _Token:
        start, end = self.spans[at]
        text = self._text[start:end]
        token = self[at] = _Token(start, end, text, _key(text), self.capitals[at])
        return token


@dataclass(frozen=True, slots=True)
class _Line:
    """A sentence as words, and how it is set: ``loud`` in capitals, ``titled`` as a headline, ``quiet`` without any."""

    sentence: Sentence
    tokens: _Tokens
    loud: bool
    titled: bool
    quiet: bool

    @property
    def count(self) -> int:
        return len(self.tokens)

    def key(self, at: int) -> str:
        return self.tokens[at].key

    def capital(self, at: int) -> bool:
        return self.tokens.capitals[at]

    def gap(self, at: int) -> str:
        """Return what stands between the word before a position and the word at it."""
        return self.sentence.text[self.tokens.spans[at - 1][1] : self.tokens.spans[at][0]]


_key = lru_cache(maxsize=1 << 14)(fold)


def find_mentions(reading: Reading, gazetteer: Gazetteer, hints: Iterable[Hint] = ()) -> tuple[list[Mention], Clues]:
    """Find the names of an article that may be places, and the clues to which they are."""
    finder = _Finder(gazetteer, _is_quiet(reading))
    finder.clues.home, country = home_of(reading.article, gazetteer)
    if country is not None:
        finder.clues.countries[country] += 1.0
    mentions = [mention for sentence in reading.sentences for mention in finder.mentions(sentence)]
    finder.clues.persons |= _weigh_hints(mentions, hints)
    return mentions, finder.clues


def _is_loud(text: str) -> bool:
    """Tell whether a sentence is set in capitals."""
    if sum(map(text.count, "aeinorst")) > 0.25 * len(text):  # the same in less time for nearly all sentences
        return False
    letters = sum(map(str.isalpha, text))
    return letters > 12 and sum(map(str.isupper, text)) > 0.75 * letters


def _is_quiet(reading: Reading) -> bool:
    """Tell whether an article has no capitals at all."""
    letters = capitals = 0
    for sentence in reading.sentences:
        capitals += sum(map(str.isupper, sentence.text))
        if capitals > 2:
            return False
        letters += sum(map(str.isalpha, sentence.text))
    return letters > 40 and not capitals


def _weigh_hints(mentions: Iterable[Mention], hints: Iterable[Hint]) -> set[str]:
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
            mention.evidence += _HINTS.get((row[at].label, larger), -0.5)
            if mention.words == 1:
                last = larger and row[at].label == "PERSON" and row[at].end <= mention.end + 2
                surnames[mention.key] += 2 * last - (row[at].label in {"GPE", "LOC"})
        elif mention.words == 1:
            mention.evidence -= 0.3
    return {key for key, times in surnames.items() if times > 0}


@cache
def _small_words() -> dict[str, frozenset[str]]:
    """Read around.tsv."""
    text = resources.files(__package__).joinpath("around.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return {kind: frozenset(words.split()) for kind, words in rows}


class _Finder:
    """Finds the candidates of one article, and gathers clues on the way."""

    def __init__(self, gazetteer: Gazetteer, quiet: bool) -> None:
        self.gazetteer = gazetteer
        self.quiet = quiet
        self.words = _small_words()
        self.clues = Clues()

    def mentions(self, sentence: Sentence) -> Iterator[Mention]:
        """Yield the candidates of a sentence, the longest name first at each word."""
        line = self._line(sentence)
        capitals, count = line.tokens.capitals, len(line.tokens)
        listed = listed_units(line) if _PLURAL.search(sentence.text) else {}
        at = 0
        while at < count:
            if not (capitals[at] or line.quiet):
                before_capital = at + 1 < count and capitals[at + 1]
                if not (before_capital and self._small_start(line, at)):
                    at += 1
                    continue
            token = line.tokens[at]
            found = (
                self._listed(line, at, listed)
                or self._longest(line, at)
                or self._inflected(line, at)
                or self._misspelt(line, at)
            )
            if found is None:
                at += 1
                continue
            name, key, words, end = found
            if name.flags & DEMONYM:
                for index, _, _ in name.places[:1]:
                    self.clues.countries[self.gazetteer.entry(index).country or ""] += 0.5
            else:
                mention = Mention(sentence, sentence.start + token.start, sentence.start + end, key, name, words)
                mention.evidence = self._weigh(line, at, mention)
                mention.kinds = self._kinds(line, at, words)
                if at in listed and words == listed[at].end - at:
                    mention.kinds = _KINDS[listed[at].noun]
                    mention.evidence += _LISTED
                mention.dotted = "." in token.text or (
                    sentence.text[end : end + 1] == "." and (len(key) > _POSTAL or line.gap(at) == ", ")
                )
                yield mention
            at += words

    def _kinds(self, line: _Line, at: int, words: int) -> frozenset[PlacePrecision]:
        """Return what the words beside a name call the place: "the province of", "province"."""
        tokens, after = line.tokens, at + words
        if at > 1 and tokens[at - 1].key == "of" and tokens[at - 2].key in _KINDS:
            return _KINDS[tokens[at - 2].key]
        if after < len(tokens) and line.gap(after) == " " and not tokens[after].capital:
            return _KINDS.get(tokens[after].key, frozenset())
        return frozenset()

    def _line(self, sentence: Sentence) -> _Line:
        tokens = _Tokens(sentence.text)
        loud = _is_loud(sentence.text)
        stopped = sentence.text.rstrip().endswith((".", ".”", '."', "?", "!"))
        titled = loud or (not stopped and tokens.titled())
        return _Line(sentence, tokens, loud, titled, self.quiet)

    def _small_start(self, line: _Line, at: int) -> bool:
        """Tell whether a small word before a capital may begin a name: "al-Bab", "the Hague", "eastern Ukraine"."""
        token = line.tokens[at]
        article, direction = token.key in self.words["article"], token.key in self.words["direction"]
        if not (article or direction):
            return False
        return token.key == "the" or direction or line.sentence.text[token.end : token.end + 1] in _HYPHENS

    def _longest(self, line: _Line, at: int) -> tuple[Name, str, int, int] | None:
        """Find the longest name that begins at a word: (name, key, number of words, end)."""
        tokens = line.tokens
        head = self.gazetteer.lookup(tokens[at].key)
        if head is None and tokens[at].text[-2:] not in _POSSESSIVES:
            return None
        if head is not None and head.longest > 1:
            end = at + 1
            while end < len(tokens) and end - at < min(head.longest, _MOST_WORDS) and line.gap(end) in _JOINS:
                end += 1
            for stop in range(end, at + 1, -1):
                if stop - at > 1 and self._may_end(line, tokens[stop - 1]):
                    start_of_key = " ".join(tokens[k].key for k in range(at, stop - 1))
                    for last, cut in _forms(tokens[stop - 1], bare_first=False):
                        key = f"{start_of_key} {last}"
                        found = self._known(key)
                        if found is not None and not (self._is_direction(tokens[at]) and self._is_town(found)):
                            return found, key, stop - at, tokens[stop - 1].end - cut
        for key, cut in _forms(tokens[at], bare_first=True):
            found = self._known(key)
            if found is not None:
                return found, key, 1, tokens[at].end - cut
        return None

    def _listed(self, line: _Line, at: int, listed: Mapping[int, Unit]) -> tuple[Name, str, int, int] | None:
        """Return the unit that a name of a list stands for: "Kharkiv" in "the Kharkiv and Sumy regions"."""
        if at not in listed:
            return None
        end, noun = listed[at]
        bare = " ".join(line.key(k) for k in range(at, end))
        for key in (f"{bare} {noun}", bare):
            name = self._known(key)
            places = (self.gazetteer.entry(index) for index, _, _ in name.places) if name else ()
            if name is not None and any(entry.precision in _KINDS[noun] for entry in places):
                return name, key, end - at, line.tokens[end - 1].end
        return None

    def _known(self, key: str) -> Name | None:
        """Return what is known of a key if it names a place or a people."""
        name = self.gazetteer.lookup(key)
        return name if name is not None and (name.places or name.flags & DEMONYM) else None

    def _is_direction(self, token: _Token) -> bool:
        return not token.capital and token.key in self.words["direction"]

    def _is_town(self, name: Name) -> bool:
        """Tell whether a name is likeliest a settlement's: "north Arlington" is a part of Arlington."""
        return self._precision(name) is PlacePrecision.SETTLEMENT

    def _may_end(self, line: _Line, token: _Token) -> bool:
        """Tell whether a word may end a longer name: one with a capital, or a noun such as "region"."""
        if token.capital or line.loud or line.quiet or token.text[0].isdigit() or _ELIDED.match(token.text):
            return True
        return bool(self._flags(token) & UNIT_WORD)

    def _flags(self, token: _Token) -> int:
        name = self.gazetteer.lookup(token.key)
        return name.flags if name is not None else 0

    def _inflected(self, line: _Line, at: int) -> tuple[Name, str, int, int] | None:
        """Return the place that a Cyrillic word is a case of: "у Дніпрі", "Харьковской области"."""
        token = line.tokens[at]
        if token.key[0] not in _CYRILLIC or len(token.key) <= _POSTAL + 1 or self._flags(token):
            return None
        after = line.tokens[at + 1] if at + 1 < len(line.tokens) and line.gap(at + 1) == " " else None
        unit = after if after is not None and is_unit_noun(after.key) else None
        led = at > 0 and line.tokens[at - 1].key in self.words["before_place"]
        best: tuple[float, Name, str] | None = None
        for nominative in nominatives(token.key):
            key = f"{nominative} {UNIT_NOUN}" if unit else nominative
            name = self._known(key)
            if name is not None and name.places and (best is None or name.places[0][1] > best[0]):
                best = name.places[0][1], name, key
        if best is None or best[0] < (_LEAST_LED if led else _LEAST_BARE):
            return None
        return (best[1], best[2], 2, unit.end) if unit else (best[1], best[2], 1, token.end)

    def _misspelt(self, line: _Line, at: int) -> tuple[Name, str, int, int] | None:
        """Return the long name that an unknown word is one letter away from, where such names are kept for that."""
        token = line.tokens[at]
        key = token.key
        plain = token.capital and not line.loud and key.isascii() and key.isalpha() and not self._flags(token)
        if not (plain and _SHORTEST_TYPO <= len(key) <= _LONGEST_TYPO):
            return None
        for shortened in (key, *(key[:n] + key[n + 1 :] for n in range(len(key)))):
            name = self.gazetteer.lookup(f"~{shortened}")
            if name is not None:
                return Name(1, _MISSPELT, name.places), key, 1, token.end
        return None

    def _weigh(self, line: _Line, at: int, mention: Mention) -> float:
        """Sum up what stands before, in and after a name."""
        evidence = self._weigh_before(line, at, mention) + self._weigh_after(line, at, mention)
        if mention.words > 1:
            evidence += 0.4 if mention.name.flags & COMMON_WORD else 1.0
        elif mention.name.flags & COMMON_WORD and not self._is_country(mention.name):
            evidence -= 2.5 + 1.5 * line.titled + 1.0 * (at == 0)
        if mention.name.flags & NO_PLACE:
            evidence -= 6.0
        if line.loud and mention.name.flags & COMMON_WORD and (mention.words > 1 or len(mention.key) <= _SHORT):
            evidence -= 3.0  # "CUT OFF", "CAR"
        if mention.name.flags & _MISSPELT:
            evidence -= 1.5
        return evidence - 1.0 * (line.loud and mention.words == 1) - 1.2 * line.quiet

    def _precision(self, name: Name) -> PlacePrecision | None:
        """Return the precision of a name's likeliest place."""
        return self.gazetteer.entry(name.places[0][0]).precision if name.places else None

    def _is_country(self, name: Name) -> bool:
        return self._precision(name) is PlacePrecision.COUNTRY

    def _weigh_before(self, line: _Line, at: int, mention: Mention) -> float:
        """Weigh the word before a name: "in" speaks for a place, "Mr" and "Abraham" for a person."""
        if at == 0:
            return 0.0
        before, gap = line.tokens[at - 1], line.gap(at)
        if gap == "-":
            return -0.5 * (not self._is_country(mention.name))
        if gap not in {" ", "\n", "\u00a0", ". "}:
            return 0.0
        vessel = before.key in self.words["vessel"]
        if vessel:
            self.clues.persons.add(mention.key)
        if vessel or before.key in self.words["before_place"]:
            return _NAMESAKE if vessel else 1.0
        if before.key == "the":
            return self._weigh_with_article(line, at, mention)
        return self._weigh_person_before(line, at, mention) if mention.words == 1 else 0.0

    def _weigh_person_before(self, line: _Line, at: int, mention: Mention) -> float:
        """Weigh the word before a name as part of a person's: a title, a given name, another word with a capital."""
        before = line.tokens[at - 1]
        if before.capital and before.key in self.words["club"]:
            return -4.0
        if before.key in self.words["before_person"] and (before.capital or before.key in {"named", "called"}):
            self.clues.persons.add(mention.key)
            return -3.0
        if not before.capital or line.titled or line.gap(at) == ". ":
            return 0.0
        flags = self._flags(before)
        if flags & GIVEN_NAME and not flags & (NO_PLACE | COMMON_WORD) and not self._is_country(mention.name):
            self.clues.persons.add(mention.key)
            return -3.0
        explained = flags & (DEMONYM | COMMON_WORD | NO_PLACE) or self._known(before.key) is not None
        return 0.0 if at == 1 or explained else -1.5

    def _weigh_with_article(self, line: _Line, at: int, mention: Mention) -> float:
        """Weigh "the" before a name: against a town, unless a noun behind it needs the article."""
        if self._is_before(line, at, mention):
            return 0.5
        if self._precision(mention.name) is not PlacePrecision.SETTLEMENT:
            return 0.0
        return -1.5 - 3.0 * self._is_old_name_of_works(line, at, mention)

    def _is_before(self, line: _Line, at: int, mention: Mention) -> bool:
        """Tell whether a noun stands behind a name that only a place's takes with "the": "the Kupiansk axis"."""
        after = at + mention.words
        return after < len(line.tokens) and line.gap(after) == " " and line.tokens[after].key in self.words["around_it"]

    def _is_old_name_of_works(self, line: _Line, at: int, mention: Mention) -> bool:
        """Tell whether a name that a town bears beside another is that of works: "the Ordzhonikidze shipyard"."""
        after = at + mention.words
        beside = after < len(line.tokens) and line.gap(after) == " " and line.tokens[after].key in self.words["works"]
        return beside and mention.name.places[0][2]

    def _is_of_sport(self, line: _Line, next_at: int, end: int) -> bool:
        """Tell whether a name is a team's: a score stands behind it, or "City" in a sentence with a score."""
        text = line.sentence.text
        if _SCORE.match(text, end):
            return True
        after = line.tokens[next_at] if next_at < len(line.tokens) and line.gap(next_at) == " " else None
        named = after is not None and after.capital and after.key in self.words["club_after"]
        return named and _SCORE.search(text) is not None

    def _weigh_after(self, line: _Line, at: int, mention: Mention) -> float:
        """Weigh the word after a name: "virus" makes it a thing, "Hilton" a person."""
        next_at, country = at + mention.words, self._is_country(mention.name)
        after = line.tokens[next_at] if next_at < len(line.tokens) and line.gap(next_at) == " " else None
        end = mention.end - line.sentence.start
        if _DESIGNATED.match(line.sentence.text, end):
            return _NAMESAKE
        before = line.tokens[at - 1].key if at else ""
        led = before in self.words["before_place"] and before != "to"  # "lost to Luton 1-5"
        if not led and self._is_of_sport(line, next_at, end):
            return _NAMESAKE
        evidence = 0.0
        if mention.words == 1 and mention.name.flags & (GIVEN_NAME | SURNAME) and not country:
            evidence -= 2.0 if mention.name.places and mention.name.places[0][2] else 0.7
        if after is None:
            return evidence
        flags = self._flags(after)
        if after.key in self.words["disease"] or (flags & THING_AFTER and after.capital):
            evidence -= 3.0
        if mention.words > 1 or not mention.name.flags & GIVEN_NAME or not after.capital or line.titled:
            return evidence
        surname = flags & SURNAME and not flags & (NO_PLACE | UNIT_WORD | DEMONYM)
        unheard_of = self.gazetteer.lookup(after.key) is None and after.key not in self.words["before_person"]
        other = flags & (NO_PLACE | COMMON_WORD | UNIT_WORD | DEMONYM) or after.key in self.words["before_person"]
        if surname or unheard_of:
            evidence -= 5.0 if country else 4.0
        elif not country and not other:
            evidence -= 2.0
        else:
            return evidence
        self.clues.persons.add(after.key)
        return evidence


def _forms(token: _Token, *, bare_first: bool) -> Iterator[tuple[str, int]]:
    """Yield the keys of a word with and without its possessive s, and how many characters that leaves off."""
    possessive = len(token.text) > 3 and token.text[-2:] in _POSSESSIVES
    if possessive and bare_first:
        yield _key(token.text[:-2]), 2
    yield token.key, 0
    if possessive and not bare_first:
        yield _key(token.text[:-2]), 2
