"""Which of the places that bear a name is meant, and whether any is."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from contracts.places import PlacePrecision
from services.text.gazetteer import ABBREVIATION, Entry, Gazetteer, Name
from services.text.places.mentions import Clues, Mention
from services.text.places.words import small_words

#: What stands between a place and the one that holds it.
_CONTAINED = {", ", " (", ", in ", " in ", ",\n", ", in the ", " in the ", "/"}
_SMALL = {PlacePrecision.SETTLEMENT, PlacePrecision.ADMIN2, PlacePrecision.DISTRICT, PlacePrecision.SITE}
# Weights, beside ranks that are logarithms of inhabitants; tried on public sets of geoparsing.
_SHARPNESS = 0.6  # a place of ten times the people gets 10 ** this times the share of its name's vote
_BY_COUNTRY = 3.0  # for a place of the country that all other names lie in
_BY_UNIT = 1.2  # for each doubling of the other names that may lie in its first-level unit
_BY_NEAR, _NEAR_GAIN = 0.6, 3.0  # the same for its square degree and those around it
_BY_NEIGHBOURS = 3.5  # the most that unit and square degrees add
_BY_FAME = 2.0  # what countries and seas get instead
_FOREIGN, _FAMOUS = 0.02, 5.0  # towns of countries that have no larger share are doubtful, up to this rank
_SETTLED, _FEW = 2.0, 0.05  # votes that make an article's countries plain; that are as good as none
_FAR = 1.0  # a city of so much higher rank is what the bare name that it shares with its unit means
_BY_HOME = 0.5  # votes of an outlet's home
_LONG, _FEWEST_UNITS = 3, 2  # a list of so many names; so many of them make it one of states or countries
_BY_KIND = 3.0  # for a place of the kind that the words beside the name say
_LISTED = {", ", " and ", ", and ", ", or ", " or "}
_KNOWN = 5.3  # the rank from which a town needs no unit behind its name
_PLAIN = 1.8  # evidence that needs no other word for the country
_ACCEPT = 0.5  # the least evidence that makes a name a place


class _Ballot(NamedTuple):
    """A share of a vote, and where it counts how many times: country, first-level unit and square degrees."""

    share: float
    country: str | None
    for_country: float
    unit: int | None
    for_unit: float
    cell: tuple[int, int] | None


def _ballot(entry: Entry, share: float) -> _Ballot:
    unit = _unit(entry)
    cell = _cell(entry) if entry.precision in _SMALL else None
    for_country, for_unit = 2.0 if _is_country(entry) else 1.0, 2.0 if unit == entry.index else 1.0
    return _Ballot(share, entry.country, for_country, unit, for_unit, cell)


class Choice:
    """Choices for the names of one article: each votes for the countries, units and square degrees of its places."""

    def __init__(self, mentions: Sequence[Mention], clues: Clues, gazetteer: Gazetteer) -> None:
        self._persons = clues.persons
        self._countries: defaultdict[str, float] = defaultdict(float, clues.countries)
        self._units: defaultdict[int, float] = defaultdict(float)
        self._cells: defaultdict[tuple[int, int], float] = defaultdict(float)
        self._others = sum(clues.countries.values())  # all votes for countries
        self._senses: dict[
            str, tuple[Entry, str]
        ] = {}  # by key: the place that it means in this article, by which rule
        for mention in mentions:
            mention.candidates = list(_candidates(mention.name, gazetteer))
        for run in _enumerations(mentions):
            self._take_as_units(run)
        for first, second in pairwise(mentions):
            if first.sentence is second.sentence and first.sense is None:
                self._contain(first, second)
        self._at_home(clues.home, mentions)
        voters: dict[str, Mention] = {}
        for mention in mentions:
            if mention.candidates and mention.evidence > -1.0 and mention.key not in self._persons:
                likeliest = mention.candidates[0][0]
                if voters.setdefault(mention.key, mention) is not mention and _is_country(likeliest):
                    self._countries[likeliest.country or ""] += 1.0
                    self._others += 1.0
        self._votes = {key: [_ballot(*vote) for vote in self._vote(mention)] for key, mention in voters.items()}
        for votes in self._votes.values():
            self._count(votes, 1.0)

    def resolve(self, mention: Mention) -> tuple[Entry, float, str] | None:
        """Choose the place of a mention, and say how sure that is (0 to 1) and by which rule.

        None where the name is likely that of no place at all. The rules: "contained" (beside the place that holds it,
        or as that), "listed" (among names of one kind), "kind" (a noun says what it is), "outlet" (at home there),
        "only" (no other place of the name), "likeliest" (the best known), "context" (the other names speak for it).
        """
        if not mention.candidates or (mention.name.flags & ABBREVIATION and not mention.sense and not mention.dotted):
            return None
        votes = self._votes.get(mention.key, [])
        self._count(votes, -1.0)  # only what the other names say counts
        entry, rule = (mention.sense, mention.rule) if mention.sense else self._senses.get(mention.key, (None, ""))
        if entry is None or (mention.sense is None and mention.kinds and entry.precision not in mention.kinds):
            entry, rule = self._likeliest(mention)
            self._senses.setdefault(mention.key, (entry, rule))
        rank = next((rank for candidate, rank in mention.candidates if candidate.index == entry.index), 3.0)
        share, others = self._share(entry), self._others
        evidence = mention.evidence + min(3.0, max(-1.5, rank - 4.0))
        evidence += min(1.0, max(0.0, self._countries[entry.country or ""])) + share
        self._count(votes, 1.0)
        if share < _FOREIGN and others > _SETTLED and entry.precision in _SMALL and rank < _FAMOUS:
            evidence -= 1.5
        elif (
            share < _FOREIGN
            and entry.precision in _SMALL
            and rank < _KNOWN
            and mention.name.places[0][2]
            and (mention.evidence < _PLAIN or (entry.country or "").lower() not in small_words()["at_war"])
        ):
            evidence -= 1.5  # another name of a lesser town, in a country that nothing else speaks of: "Haaland"
        if mention.key in self._persons and mention.sense is None:
            evidence -= 2.0 + 1.0 * (mention.name.places[0][2] and entry.precision in _SMALL)
        return (entry, 1 / (1 + math.exp(-0.9 * evidence)), rule) if evidence >= _ACCEPT else None

    def _likeliest(self, mention: Mention) -> tuple[Entry, str]:
        """Return the place that its rank, other names and words beside the name speak for, and which decides."""
        if len(mention.candidates) == 1:
            return mention.candidates[0][0], "only"
        entry, _ = max(mention.candidates, key=lambda c: self._score(c[0], c[1], mention.kinds))
        if entry.precision in mention.kinds:
            return entry, "kind"
        best, _ = max(mention.candidates, key=lambda c: c[1] + _BY_FAME * _is_country(c[0]))
        return entry, "likeliest" if entry.index == best.index else "context"

    def _take_as_units(self, run: Sequence[Mention]) -> None:
        """Read "Oregon, Washington and Ohio" as the states that most of them are, not as towns in the next.

        The same for countries: "Niger, Nigeria and Togo".
        """
        for mention, entry in zip(run, _shared_kind(run), strict=True):
            mention.sense, mention.rule = entry, "listed"

    def _at_home(self, home: Entry | None, mentions: Iterable[Mention]) -> None:
        """Let the outlet's home vote, and take its name for it unless the article says otherwise."""
        if home is None:
            return
        self._count([_ballot(home, 1.0)], _BY_HOME)
        for mention in mentions:
            if any(entry.index == home.index for entry, _ in mention.candidates):
                self._senses.setdefault(mention.key, (home, "outlet"))

    def _contain(self, first: Mention, second: Mention) -> None:
        """Join "Paris, Texas": the likeliest pair of places of which one holds the other."""
        text, offset = first.sentence.text, first.sentence.start
        gap = text[first.end - offset : second.start - offset]
        if gap not in _CONTAINED or not first.candidates or second.key in self._persons:
            return
        likeliest, likely = first.candidates[0]
        # In "Washington, Oregon" both may be states of a list: a far less likely namesake needs a town beside it.
        least = likely - (4.5 if likeliest.precision is PlacePrecision.SETTLEMENT and "," in gap else 2.5)
        pairs = [
            (rank + outer_rank, inner, outer)
            for outer, outer_rank in second.candidates
            if _is_country(outer) or outer.precision is PlacePrecision.ADMIN1
            for inner, rank in first.candidates
            if rank >= least and _holds(outer, inner)
        ]
        if pairs:
            _, first.sense, outer = max(pairs, key=lambda pair: pair[0])
            second.sense = _seat(outer, second.candidates)
            first.rule = second.rule = "contained"
            first.evidence += 2.5 + 2.0 * ("," in gap)
            second.evidence += 1.5
            self._senses.setdefault(first.key, (first.sense, first.rule))
            self._senses.setdefault(second.key, (second.sense, second.rule))
        elif gap == ", " and likely < _KNOWN and second.candidates[0][0].precision is PlacePrecision.ADMIN1:
            outer = second.candidates[0][0]
            if all(entry.country != outer.country for entry, _ in first.candidates):
                first.evidence -= 4.0  # "Stroud, Ontario", where the gazetteer has only England's

    def _vote(self, mention: Mention) -> list[tuple[Entry, float]]:
        """Share one vote among the places that a name may mean."""
        sense = mention.sense or self._senses.get(mention.key, (None, ""))[0]
        if sense is not None:
            return [(sense, 1.0)]
        if mention.name.flags & ABBREVIATION:
            return []
        weights = [10 ** (_SHARPNESS * rank) for _, rank in mention.candidates]
        total = sum(weights)
        return [(entry, weight / total) for (entry, _), weight in zip(mention.candidates, weights, strict=True)]

    def _count(self, votes: Iterable[_Ballot], sign: float) -> None:
        """Add the votes of a name, or take them away."""
        cells = self._cells
        for share, country, for_country, unit, for_unit, cell in votes:
            weight = sign * share
            if country:
                of_country = weight * for_country
                self._countries[country] += of_country
                self._others += of_country
            if unit is not None:
                self._units[unit] += weight * for_unit
            if cell is not None:
                cells[cell] += weight

    def _score(self, entry: Entry, rank: float, kinds: frozenset[PlacePrecision]) -> float:
        """Add to a rank what the other names say, and the words beside the name."""
        score = rank + _BY_COUNTRY * self._share(entry) + _BY_KIND * (entry.precision in kinds)
        if _is_country(entry) or entry.country is None:
            return score + _BY_FAME
        unit, nearby = _unit(entry), 0.0
        if unit is not None:
            nearby += _BY_UNIT * math.log2(1 + max(0.0, self._units[unit]))
        if entry.precision in _SMALL:
            near = sum(self._cells.get(cell, 0.0) for cell in _around(*_cell(entry)))
            nearby += _BY_NEAR * math.log2(1 + _NEAR_GAIN * max(0.0, near))
        return score + min(_BY_NEIGHBOURS, nearby)

    def _share(self, entry: Entry) -> float:
        """Return the share of a place's country in the votes."""
        if entry.country is None or self._others < _FEW:
            return 0.0
        return max(0.0, self._countries[entry.country]) / self._others


def _candidates(name: Name, gazetteer: Gazetteer) -> Iterator[tuple[Entry, float]]:
    """Yield the places of a name with their ranks; a country not by a name that is first a larger unit's."""
    unit_first = bool(name.places) and gazetteer.entry(name.places[0][0]).precision is PlacePrecision.ADMIN1
    for index, rank, alternate in name.places:
        entry = gazetteer.entry(index)
        if not (unit_first and alternate and _is_country(entry)):
            yield entry, rank


def _shared_kind(run: Sequence[Mention]) -> list[Entry | None]:
    """Return the country, or the unit of one country, that each name of an enumeration stands for, if most do."""
    likeliest = [mention.candidates[0][0] for mention in run]
    kinds = Counter(
        (entry.precision, None if _is_country(entry) else entry.country)
        for entry in likeliest
        if _is_country(entry) or entry.precision is PlacePrecision.ADMIN1
    )
    (precision, country), number = kinds.most_common(1)[0] if kinds else ((None, None), 0)
    if number < _FEWEST_UNITS or 2 * number < len(run):
        return [None] * len(run)
    return [
        next((e for e, _ in mention.candidates if e.precision is precision and country in {None, e.country}), None)
        for mention in run
    ]


def _enumerations(mentions: Iterable[Mention]) -> Iterator[list[Mention]]:
    """Yield the runs of names with commas and "and" between them."""
    run: list[Mention] = []
    for mention in mentions:
        if not mention.candidates or mention.name.flags & ABBREVIATION:
            continue
        if run and run[-1].sentence is mention.sentence:
            offset = mention.sentence.start
            if mention.sentence.text[run[-1].end - offset : mention.start - offset] in _LISTED:
                run.append(mention)
                continue
        if len(run) >= _LONG:
            yield run
        run = [mention]
    if len(run) >= _LONG:
        yield run


def _is_country(entry: Entry) -> bool:
    return entry.precision is PlacePrecision.COUNTRY


def _holds(outer: Entry, inner: Entry) -> bool:
    """Tell whether a country or first-level unit holds a place that is not itself one of its kind."""
    if inner.index == outer.index or _is_country(inner):
        return False
    return inner.country == outer.country if _is_country(outer) else inner.unit == outer.index


def _seat(outer: Entry, candidates: Sequence[tuple[Entry, float]]) -> Entry:
    """Return the far better known city that a unit shares its bare name with ("Moscow"), else the unit."""
    rank = next(rank for entry, rank in candidates if entry.index == outer.index)
    towns = [(r, e) for e, r in candidates if e.precision is PlacePrecision.SETTLEMENT and e.unit == outer.index]
    best = max(towns, key=lambda town: town[0], default=(0.0, outer))
    return best[1] if best[0] > rank + _FAR else outer


def _unit(entry: Entry) -> int | None:
    return entry.index if entry.precision is PlacePrecision.ADMIN1 else entry.unit


def _cell(entry: Entry) -> tuple[int, int]:
    return math.floor(entry.lat), math.floor(entry.lon)


@lru_cache(maxsize=1 << 13)
def _around(lat: int, lon: int) -> tuple[tuple[int, int], ...]:
    """Return a square degree and those around it."""
    return tuple((north, east) for north in (lat - 1, lat, lat + 1) for east in (lon - 1, lon, lon + 1))
