"""Which places an article names: spans found by the gazetteer, told apart by the company they keep."""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from itertools import pairwise

from contracts.article import RawArticle
from contracts.places import Place, PlacePrecision
from contracts.spans import Span
from services.text.gazetteer import (
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
    fold,
)
from services.text.reading import Field, Reading, Sentence, span_of

_TOKEN = re.compile(r"(?:[^\W\d_]\.){2,}|(?<!\w)[^\W\d_]\.[^\W\d_](?!\w)|[^\W_]+(?:['’ʼ`ʹ][^\W_]+)*")
_JOINS = {" ", "-", "\u00a0", "‐", "‑", "–", ".", ". ", "\n", "\r\n", ".\n"}
_HOST = re.compile(r"^(?:https?://)?[\w.-]{1,200}\.([a-z]{2})(?:[:/]|$)")
_WORLDWIDE = {
    "tv",
    "io",
    "co",
    "me",
    "eu",
    "fm",
    "ai",
    "cc",
    "to",
    "ws",
    "gg",
}  # domains of countries that anybody takes
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
#: What stands between a place and the one that holds it.
_CONTAINED = {", ", " (", ", in ", " in ", ",\n", ", in the ", " in the ", "/"}
_SHARPNESS = 0.6  # how much likelier a name means a place of ten times the people: 10 ** this
_BY_COUNTRY, _BY_UNIT = 3.0, 1.2  # what all other names of an article add to a place of their country, their unit
_BY_NEAR, _NEAR_GAIN, _BY_NEIGHBOURS, _BY_FAME = 0.6, 3.0, 3.5, 2.0
_SMALL = {PlacePrecision.SETTLEMENT, PlacePrecision.ADMIN2, PlacePrecision.DISTRICT, PlacePrecision.SITE}
_LONGEST_WORD = 40
_MOST_WORDS = 8
_ACCEPT = 0.5


@dataclass(slots=True)
class _Token:
    start: int
    end: int
    text: str
    key: str
    capital: bool


@dataclass(slots=True)
class Mention:
    """A stretch of text that may name a place, with what stands around it."""

    sentence: Sentence
    start: int
    end: int
    key: str
    name: Name
    words: int
    evidence: float
    dotted: bool = False
    single_sense: Entry | None = None
    container: Mention | None = None
    candidates: list[tuple[Entry, float]] = field(default_factory=list)


@cache
def _small_words() -> dict[str, frozenset[str]]:
    """Read around.tsv."""
    rows = resources.files("services.text").joinpath("around.tsv").read_text(encoding="utf-8").splitlines()
    cells = (row.split("\t") for row in rows[1:] if not row.startswith("#"))
    return {kind: frozenset(words.split()) for kind, words in cells if kind != "class"}


def place_of(entry: Entry, spans: Iterable[Span], confidence: float) -> Place:
    """Build the message's place from the gazetteer's."""
    return Place(
        place_id=entry.place_id,
        name=entry.name,
        kind=entry.kind,
        country=entry.country,
        admin1=entry.admin1,
        lat=entry.lat,
        lon=entry.lon,
        precision=entry.precision,
        spans=tuple(spans),
        confidence=round(confidence, 3),
    )


@dataclass(frozen=True, slots=True)
class Hint:
    """What a named-entity model took a stretch of the article for."""

    field: Field
    start: int
    end: int
    label: str


def find_places(reading: Reading, gazetteer: Gazetteer, hints: Iterable[Hint] = ()) -> tuple[Place, ...]:
    """Find and resolve the places of an article, each once with all its spans, in order of first mention.

    ``hints`` make doubtful names surer or less sure; none are needed.
    """
    context = Context(gazetteer)
    context.published_in(reading.article)
    mentions = [m for sentence in reading.sentences for m in _mentions(sentence, context)]
    _weigh_hints(mentions, hints)
    context.weigh(mentions)
    found: dict[str, tuple[Entry, list[Span], float]] = {}
    for mention in mentions:
        chosen = context.resolve(mention)
        if chosen is None:
            continue
        entry, confidence = chosen
        span = span_of(reading.article, mention.sentence.field, mention.start, mention.end)
        known = found.get(entry.place_id)
        if known is None:
            found[entry.place_id] = (entry, [span], confidence)
        else:
            known[1].append(span)
            found[entry.place_id] = (entry, known[1], max(known[2], confidence))
    return tuple(place_of(entry, spans, confidence) for entry, spans, confidence in found.values())


def _weigh_hints(mentions: Iterable[Mention], hints: Iterable[Hint]) -> None:
    """Let the labels of a named-entity model speak for or against names."""
    by_field: dict[str, list[Hint]] = defaultdict(list)
    for hint in sorted(hints, key=lambda h: h.start):
        by_field[hint.field].append(hint)
    for mention in mentions if by_field else ():
        row = by_field[mention.sentence.field]
        at = bisect_right(row, mention.start, key=lambda h: h.start) - 1
        if at >= 0 and row[at].end > mention.start:
            hint = row[at]
            larger = hint.end - hint.start > mention.end - mention.start + 4
            mention.evidence += _HINTS.get((hint.label, larger), -0.5)
        elif mention.words == 1:
            mention.evidence -= 0.3


def _tokens(sentence: Sentence) -> list[_Token]:
    made = []
    for match in _TOKEN.finditer(sentence.text):
        text = match.group()
        if len(text) <= _LONGEST_WORD:
            made.append(_Token(match.start(), match.end(), text, fold(text), text[0].isupper()))
    return made


def _loud(sentence: Sentence) -> bool:
    """Tell whether a sentence is set in capitals."""
    letters = sum(map(str.isalpha, sentence.text))
    return letters > 12 and sum(map(str.isupper, sentence.text)) > 0.75 * letters


def _titled(text: str, tokens: Sequence[_Token]) -> bool:
    """Tell whether all longer words begin with a capital and no stop ends them, as in many headlines."""
    if text.rstrip().endswith((".", ".”", '."', "?", "!")):
        return False
    long = [t for t in tokens if len(t.text) > 4 and not t.text.isdigit()]
    return len(long) > 3 and sum(t.capital for t in long) > 0.75 * len(long)


def _mentions(sentence: Sentence, context: Context) -> Iterator[Mention]:
    """Yield the candidates of a sentence, longest names first at each word."""
    tokens, lookup = _tokens(sentence), context.gazetteer.lookup
    loud, quiet = _loud(sentence), context.quiet
    titled = loud or _titled(sentence.text, tokens)
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if not (token.capital or quiet or _small_start(sentence.text, tokens, at, context)):
            at += 1
            continue
        found = _longest(sentence.text, tokens, at, context.gazetteer, loose=loud or quiet)
        if found is None:
            if token.capital and not loud:
                known = lookup(token.key)
                if known is None or not known.flags:
                    misspelt = context.misspelt(token.key)
                    if misspelt is not None:
                        yield Mention(sentence, sentence.start + token.start, sentence.start + token.end, token.key, misspelt, 1,
                                      _around(sentence.text, tokens, at, 1, misspelt, context, titled) - 1.5)  # fmt: skip
            at += 1
            continue
        name, key, words, cut = found
        last = tokens[at + words - 1]
        mention = Mention(
            sentence, sentence.start + token.start, sentence.start + last.end - cut, key, name, words, 0.0
        )
        mention.evidence = _around(sentence.text, tokens, at, words, name, context, titled)
        mention.dotted = "." in token.text or (
            sentence.text[last.end : last.end + 1] == "." and sentence.text[token.start - 2 : token.start] == ", "
        )
        mention.evidence -= 1.0 * (loud and words == 1) + 2.0 * quiet
        if name.flags & DEMONYM:
            context.demonym(name)
        else:
            yield mention
        at += words


def _small_start(text: str, tokens: Sequence[_Token], at: int, context: Context) -> bool:
    """Tell whether a small word before a capital may begin a name: "al-Bab", "the Hague", "eastern Ukraine"."""
    token = tokens[at]
    article, direction = token.key in context.words["article"], token.key in context.words["direction"]
    if not (article or direction) or at + 1 >= len(tokens) or not tokens[at + 1].capital:
        return False
    return token.key == "the" or direction or text[token.end : token.end + 1] in {"-", "‐", "‑"}


def _longest(
    text: str, tokens: Sequence[_Token], at: int, gazetteer: Gazetteer, *, loose: bool
) -> tuple[Name, str, int, int] | None:
    """Find the longest name that begins at a word: (name, key, number of words, characters to leave off the end)."""
    first = tokens[at]
    head = gazetteer.lookup(first.key)
    stripped, cut = _without_s(first)
    if head is None and cut:
        bare = gazetteer.lookup(stripped)
        return (bare, stripped, 1, cut) if bare and (bare.places or bare.flags & DEMONYM) else None
    if head is None:
        return None
    if head.longest > 1:
        keys, end = [first.key], at + 1
        while end < len(tokens) and end - at < min(head.longest, _MOST_WORDS):
            if text[tokens[end - 1].end : tokens[end].start] not in _JOINS:
                break
            keys.append(tokens[end].key)
            end += 1
        for words in range(end - at, 1, -1):
            last = tokens[at + words - 1]
            if not (last.capital or loose or last.text[0].isdigit()):
                known_last = gazetteer.lookup(last.key)
                if known_last is None or not known_last.flags & UNIT_WORD:
                    continue
            for key_last, off in ((last.key, 0), _without_s(last)):
                key = " ".join((*keys[: words - 1], key_last))
                known = gazetteer.lookup(key)
                if known and (known.places or known.flags & DEMONYM):
                    return known, key, words, off
                if not off and key_last == last.key and not _without_s(last)[1]:
                    break
    if cut:
        bare = gazetteer.lookup(stripped)
        if bare and (bare.places or bare.flags & DEMONYM):
            return bare, stripped, 1, cut
    return (head, first.key, 1, 0) if head.places or head.flags & DEMONYM else None


def _without_s(token: _Token) -> tuple[str, int]:
    """Return the key of a word without its possessive s, and how many characters that is."""
    if len(token.text) > 3 and token.text[-2:] in {"'s", "’s", "'S", "’S"}:
        return fold(token.text[:-2]), 2
    return token.key, 0


def _around(
    text: str, tokens: Sequence[_Token], at: int, words: int, name: Name, context: Context, titled: bool
) -> float:
    """Weigh what stands before and after a name: places above 0, persons and other things below."""
    lookup, evidence = context.gazetteer.lookup, 0.0
    before = tokens[at - 1] if at else None
    after = tokens[at + words] if at + words < len(tokens) else None
    token = tokens[at]
    gap_before = text[before.end : token.start] if before else ""
    gap_after = text[tokens[at + words - 1].end : after.start] if after else ""
    country = bool(name.places) and context.gazetteer.entry(name.places[0][0]).precision is PlacePrecision.COUNTRY
    if before is not None and gap_before in {" ", "\n", "\u00a0", ". "}:
        known = lookup(before.key)
        flags = known.flags if known else 0
        if before.key in context.words["before_place"]:
            evidence += 1.0
        elif (
            before.key in context.words["before_person"]
            and (before.capital or before.key in {"named", "called"})
            and words == 1
        ):
            evidence -= 3.0
            context.persons.add(token.key)
        elif before.capital and not titled and words == 1 and gap_before != ". ":
            if flags & GIVEN_NAME and not flags & (NO_PLACE | COMMON_WORD) and not country:
                evidence -= 3.0
                context.persons.add(token.key)
            elif at > 1 and not flags & (DEMONYM | COMMON_WORD | NO_PLACE) and not (known and known.places):
                evidence -= 1.5
    elif before is not None and gap_before == "-" and not country:
        evidence -= 0.5
    if after is not None and gap_after == " ":
        known = lookup(after.key)
        if known is not None and known.flags & THING_AFTER:
            evidence -= 3.0
    if name.flags & NO_PLACE:
        evidence -= 6.0
    if words == 1:
        if name.flags & COMMON_WORD and not country:
            evidence -= 2.5 + 1.5 * titled + 1.0 * (before is None)
        if name.flags & GIVEN_NAME and after is not None and after.capital and gap_after == " " and not titled:
            known = lookup(after.key)
            flags = known.flags if known else 0
            if flags & SURNAME and not flags & (NO_PLACE | UNIT_WORD | DEMONYM):
                evidence -= 4.0
                context.persons.add(after.key)
            elif (
                not country
                and not flags & (NO_PLACE | COMMON_WORD | UNIT_WORD | DEMONYM)
                and after.key not in context.words["before_person"]
            ):
                evidence -= 2.0
                context.persons.add(after.key)
        if name.flags & (GIVEN_NAME | SURNAME) and not country:
            evidence -= 0.7
    else:
        evidence += 1.0
    return evidence


class Context:
    """What an article says about where it plays: the countries and first-level units of its sure names."""

    def __init__(self, gazetteer: Gazetteer, *, quiet: bool = False) -> None:
        self.gazetteer = gazetteer
        self.quiet = quiet
        self.words = _small_words()
        self.persons: set[str] = set()
        self.countries: defaultdict[str, float] = defaultdict(float)
        self.units: defaultdict[int, float] = defaultdict(float)
        self.cells: defaultdict[tuple[int, int], float] = defaultdict(float)
        self._votes: dict[str, list[tuple[Entry, float]]] = {}
        self._chosen: dict[str, Entry | None] = {}

    def published_in(self, article: RawArticle) -> None:
        """Count the country of the outlet, where its domain has one."""
        host = _HOST.search(article.url or article.source or "")
        if host is not None and host[1] not in _WORLDWIDE:
            self.countries[{"uk": "GB"}.get(host[1], host[1].upper())] += 1.0

    def demonym(self, name: Name) -> None:
        """Count the country of a people."""
        for index, _, _ in name.places[:1]:
            self.countries[self.gazetteer.entry(index).country or ""] += 0.5

    def misspelt(self, key: str) -> Name | None:
        """Return the name that a word is one letter away from, if it is a long one of the countries that have such names here."""
        if not 7 <= len(key) <= 20 or not key.isascii() or not key.isalpha():
            return None
        for variant in (key, *(key[:n] + key[n + 1 :] for n in range(len(key)))):
            name = self.gazetteer.lookup(f"~{variant}")
            if name is not None:
                return name
        return None

    def weigh(self, mentions: Sequence[Mention]) -> None:
        """Pair names with what contains them, and let every name vote for the countries and units of its places."""
        for mention in mentions:
            mention.candidates = [(self.gazetteer.entry(index), rank) for index, rank, _ in mention.name.places]
        for first, second in pairwise(mentions):
            if first.sentence is second.sentence:
                self._contain(first, second)
        by_key: dict[str, Mention] = {}
        for mention in mentions:
            if mention.candidates and mention.evidence > -1.0 and mention.key not in self.persons:
                known = by_key.setdefault(mention.key, mention)
                if mention.candidates[0][0].precision is PlacePrecision.COUNTRY and known is not mention:
                    self.countries[mention.candidates[0][0].country or ""] += 1.0
        self._votes = {key: self._vote(mention) for key, mention in by_key.items()}
        for votes in self._votes.values():
            self._count(votes)

    def _count(self, votes: Iterable[tuple[Entry, float]]) -> None:
        """Add the votes of a name for countries, units and square degrees."""
        for entry, weight in votes:
            if entry.country:
                self.countries[entry.country] += weight * (2.0 if entry.precision is PlacePrecision.COUNTRY else 1.0)
            unit = entry.index if entry.precision is PlacePrecision.ADMIN1 else entry.unit
            if unit is not None:
                self.units[unit] += weight * (2.0 if unit == entry.index else 1.0)
            if entry.precision in _SMALL:
                for cell in _cells(entry):
                    self.cells[cell] += weight

    def _best(self, mention: Mention) -> Entry:
        """Choose among the places of a name by rank and neighbours."""
        own = {e.index: weight for e, weight in self._votes.get(mention.key, ())}
        return max(mention.candidates, key=lambda item: self._score(item[0], item[1], own))[0]

    def _vote(self, mention: Mention) -> list[tuple[Entry, float]]:
        """Share one vote among the places that a name may mean."""
        sense = mention.single_sense or self._chosen.get(mention.key)
        if sense is not None:
            return [(sense, 1.0)]
        if mention.name.flags & ABBREVIATION:
            return []
        weights = [10 ** (_SHARPNESS * rank) for _, rank in mention.candidates]
        total = sum(weights)
        return [(entry, weight / total) for (entry, _), weight in zip(mention.candidates, weights, strict=True)]

    def _contain(self, first: Mention, second: Mention) -> None:
        """Join "Paris, Texas": the pair of candidates of which one holds the other."""
        text = first.sentence.text
        gap = text[first.end - first.sentence.start : second.start - first.sentence.start]
        if gap not in _CONTAINED or not first.candidates or second.key in self.persons:
            return
        likeliest, likely = first.candidates[0]
        least = likely - (4.5 if likeliest.precision is PlacePrecision.SETTLEMENT and "," in gap else 2.5)
        best, pair = -math.inf, None
        for outer, rank2 in second.candidates:
            country = outer.precision is PlacePrecision.COUNTRY
            if not country and outer.precision is not PlacePrecision.ADMIN1:
                continue
            for inner, rank in first.candidates:
                held = inner.country == outer.country if country else inner.unit == outer.index
                within = held and inner.index != outer.index and inner.precision is not PlacePrecision.COUNTRY
                if within and rank >= least and rank + rank2 > best:
                    best, pair = rank + rank2, (inner, outer)
        if pair is not None:
            first.single_sense, second.single_sense = pair
            first.evidence += 2.5 + 2.0 * ("," in gap)
            second.evidence += 1.5
            self._chosen[first.key], self._chosen[second.key] = pair

    def resolve(self, mention: Mention) -> tuple[Entry, float] | None:
        """Choose the place of a mention and how sure that is; None where it is likely no place at all."""
        if mention.name.flags & ABBREVIATION and mention.single_sense is None and not mention.dotted:
            return None
        entry = mention.single_sense or self._chosen.get(mention.key)
        if entry is None:
            if not mention.candidates:
                return None
            entry = self._chosen[mention.key] = self._best(mention)
        rank = next((rank for candidate, rank in mention.candidates if candidate.index == entry.index), 3.0)
        own_weight = next((weight for e, weight in self._votes.get(mention.key, ()) if e.index == entry.index), 0.0)
        evidence = mention.evidence + min(3.0, max(-1.5, rank - 4.0))
        evidence += 1.0 * min(1.0, self.countries[entry.country or ""] - own_weight) + self._share(
            entry.country, own_weight
        )
        if mention.key in self.persons and mention.single_sense is None:
            evidence -= 2.0
        if evidence < _ACCEPT:
            return None
        return entry, 1 / (1 + math.exp(-0.9 * evidence))

    def _share(self, country: str | None, own: float) -> float:
        """Return the share of a country in the votes of the other names."""
        others = sum(self.countries.values()) - own
        return max(0.0, self.countries[country] - own) / others if others > 0 and country else 0.0

    def _score(self, entry: Entry, rank: float, own: dict[int, float]) -> float:
        mine = own.get(entry.index, 0.0)
        score = rank + _BY_COUNTRY * self._share(entry.country, mine)
        if entry.precision is PlacePrecision.COUNTRY or entry.country is None:
            return score + _BY_FAME
        unit = entry.index if entry.precision is PlacePrecision.ADMIN1 else entry.unit
        nearby = 0.0
        if unit is not None:
            nearby += _BY_UNIT * math.log2(1 + max(0.0, self.units[unit] - mine))
        if entry.precision in _SMALL:
            near = self.cells[math.floor(entry.lat), math.floor(entry.lon)]
            nearby += _BY_NEAR * math.log2(1 + _NEAR_GAIN * max(0.0, near - mine))
        return score + min(_BY_NEIGHBOURS, nearby)


def _cells(entry: Entry) -> Iterator[tuple[int, int]]:
    """Yield the square degree of a place and those around it."""
    lat, lon = math.floor(entry.lat), math.floor(entry.lon)
    for north in (lat - 1, lat, lat + 1):
        for east in (lon - 1, lon, lon + 1):
            yield north, east
