"""The index of incidents, and the linker that decides over it: plain objects, no I/O.

``MemoryIndex`` is the whole index of ``tocsin enrich`` and of tests; it notes what changed (``changed``, ``shrunk``,
``moved``, ``linked``) for who wants to store it. The one in Postgres (``postgres.py``) loads the slice
that a batch needs into a ``MemoryIndex``, lets ``link`` decide on it and writes back what changed: both decide alike.
"""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from contracts.article import RawArticle
from contracts.incidents import Incident, IncidentLink
from services.incidents.fold import fold, revised
from services.incidents.geo import Relation, relation
from services.incidents.link import (
    Judgement,
    Profile,
    choose,
    crowded,
    finds,
    judge,
    keys_of,
    probability,
    profile,
    rarity_of,
)
from services.incidents.records import Mention, Version, blocks_near, blocks_of, fingerprint, reported_at

INCIDENT_NAMESPACE = uuid.UUID("0f6f3f55-7f0e-5b8a-9d4c-2f1d8f7b7a10")
LONGEST_STAY = 40  # a stretch of more days is filed under its first and last day only
SLACK_DAYS = 2
COMMON_KEY = 20  # a trace of more incidents than these finds none
MERGE_SCORE = 2.0
MERGE_LOOK = -2.0  # another incident that a mention fits less is not looked at
MOST_MERGED = 4
FEW = 4


@dataclass(slots=True)
class Ledger:
    """An incident and the mentions that it is folded from, None while they have not been fetched."""

    incident: Incident
    founded_at: datetime
    profile: Profile
    mentions: dict[str, Mention] | None


@dataclass(frozen=True, slots=True)
class Linked:
    """What became of one article: its links, and the incidents to be published again because of it."""

    article_id: str
    links: tuple[IncidentLink, ...] = ()
    touched: tuple[str, ...] = ()
    superseded: bool = False
    events: Counter[str] = field(default_factory=Counter)


def days_of(mention: Mention) -> tuple[tuple[date, date], ...]:
    """Return the stretches of days under which the index files a mention; none for one without any date."""
    span = mention.days()
    if span is None:
        return ()
    others = tuple((day, day) for day in mention.also)
    if (span[1] - span[0]).days <= LONGEST_STAY:
        return (span, *others)
    return (span[0], span[0]), (span[1], span[1]), *others


class MemoryIndex:
    """The index in memory: exact, and gone with the process.

    ``fetch`` brings the mentions of an incident that was put in without them; ``counted`` gives numbers of incidents by
    trace from elsewhere, to which those added here are counted.
    """

    def __init__(
        self, fetch: Callable[[str], Iterable[Mention]] | None = None, counted: dict[str, int] | None = None
    ) -> None:
        self.versions: dict[str, Version] = {}
        self.ledgers: dict[str, Ledger] = {}
        self.changed: set[str] = set()
        self.shrunk: set[str] = set()
        self.linked: set[str] = set()
        self.moved: dict[str, tuple[str, Mention] | None] = {}
        self.counts: Counter[str] = Counter(counted or {})
        self._fetch = fetch
        self._days: dict[tuple[str, date | None], set[str]] = defaultdict(set)
        self._keys: dict[str, set[str]] = defaultdict(set)
        self._merged: dict[str, set[str]] = defaultdict(set)

    def version(self, article_id: str) -> Version | None:
        """Return the version of an article that the index holds."""
        return self.versions.get(article_id)

    def ledger(self, incident_id: str) -> Ledger | None:
        """Return an incident's ledger, with its mentions."""
        found = self.ledgers.get(incident_id)
        if found is not None and found.mentions is None:
            assert self._fetch is not None
            found.mentions = {m.mention_id: m for m in self._fetch(incident_id)}
        return found

    def put(self, ledger: Ledger) -> None:
        """Take a stored incident in, without its whereabouts."""
        self.ledgers[ledger.incident.incident_id] = ledger
        if ledger.incident.merged_into:
            self._merged[ledger.incident.merged_into].add(ledger.incident.incident_id)

    def place(self, incident_id: str, block: str, first: date | None, last: date | None) -> None:
        """File an incident under a block and a stretch of days, both None for no date."""
        for day in _each(first, last, 0):
            self._days[block, day].add(incident_id)

    def key(self, incident_id: str, key: str) -> None:
        """File an incident under a trace that was counted elsewhere."""
        self._keys[key].add(incident_id)

    def candidates(self, mention: Mention) -> set[str]:
        """Return the incidents that a mention may tell of: near in place and time, or sharing a rare trace."""
        found: set[str] = set()
        for block in {b for place in mention.spots() for b in blocks_near(place)}:
            for first, last in days_of(mention) or ((None, None),):
                for day in _each(first, last, SLACK_DAYS):
                    found |= self._days.get((block, day), set())
        for key in keys_of(mention):
            if finds(key) and self.counts[key] <= COMMON_KEY:
                found |= self._keys.get(key, set())
        return {self.resolve(i) for i in found if i in self.ledgers}

    def resolve(self, incident_id: str) -> str:
        """Return the incident that an ID stands for now."""
        ledger = self.ledgers.get(incident_id)
        return ledger.incident.merged_into or incident_id if ledger else incident_id

    def merged_into(self, incident_id: str) -> set[str]:
        """Return the incidents that were merged into one."""
        return set(self._merged.get(incident_id, ()))

    def add(self, incident_id: str, mention: Mention) -> bool:
        """Add a mention to an incident, opening it where there is none; return whether it was opened."""
        ledger = self.ledger(incident_id)
        opened = ledger is None
        if ledger is None:
            blank = profile(incident_id, mention.reported_at, ())
            ledger = Ledger(fold(incident_id, ()), mention.reported_at, blank, {})
            self.ledgers[incident_id] = ledger
        assert ledger.mentions is not None
        known = {k for m in ledger.mentions.values() for k in keys_of(m)}
        mention = mention.model_copy(update={"spans": ()})
        ledger.mentions[mention.mention_id] = mention
        self.moved[mention.mention_id] = (incident_id, mention)
        ledger.profile = profile(incident_id, ledger.founded_at, ledger.mentions.values())
        for key in keys_of(mention):
            self.counts[key] += key not in known
            self._keys[key].add(incident_id)
        for first, last in days_of(mention) or ((None, None),):
            for block in {b for place in mention.spots() for b in blocks_of(place)}:
                self.place(incident_id, block, first, last)
        self.changed.add(incident_id)
        return opened

    def remove(self, incident_id: str, mention_ids: set[str]) -> None:
        """Take mentions out of an incident."""
        ledger = self.ledger(incident_id)
        if ledger is None or ledger.mentions is None:
            return
        before = {k for m in ledger.mentions.values() for k in keys_of(m)}
        ledger.mentions = {i: m for i, m in ledger.mentions.items() if i not in mention_ids}
        ledger.profile = profile(incident_id, ledger.founded_at, ledger.mentions.values())
        for key in before - {k for m in ledger.mentions.values() for k in keys_of(m)}:
            self.counts[key] -= 1
            self._keys[key].discard(incident_id)
        self.moved |= dict.fromkeys(mention_ids)
        self.shrunk.add(incident_id)
        self.changed.add(incident_id)

    def merge(self, winner: str, loser: str) -> set[str]:
        """Move all mentions of one incident into another; return the IDs that point to the winner from now on."""
        source, target = self.ledger(loser), self.ledger(winner)
        assert source is not None
        assert target is not None
        assert source.mentions is not None
        moved = list(source.mentions.values())
        self.remove(loser, set(source.mentions))
        for mention in moved:
            self.add(winner, mention)
        pointing = {loser} | self._merged.pop(loser, set())
        for incident_id in pointing:
            ledger = self.ledgers[incident_id]
            ledger.incident = ledger.incident.model_copy(
                update={"merged_into": winner, "revision": ledger.incident.revision + 1}
            )
        self._merged[winner] |= pointing
        self.changed |= pointing | {winner}
        return pointing

    def refold(self, incident_id: str) -> Incident:
        """Bring an incident's record up to date with its mentions; its revision rises if anything changed."""
        ledger = self.ledger(incident_id)
        assert ledger is not None
        assert ledger.mentions is not None
        if ledger.incident.merged_into is None:
            new = fold(incident_id, ledger.mentions.values())
            if not ledger.mentions:
                new = new.model_copy(
                    update={name: getattr(ledger.incident, name) for name in ("type", "place", "when")}
                )
            fresh = ledger.incident.article_count == 0 and ledger.incident.revision == 1
            ledger.incident = new if fresh else revised(ledger.incident, new)
        return ledger.incident


def _each(first: date | None, last: date | None, slack: int) -> Iterator[date | None]:
    if first is None or last is None:
        yield None
        return
    for day in range(first.toordinal() - slack, last.toordinal() + slack + 1):
        if 1 <= day <= date.max.toordinal():
            yield date.fromordinal(day)


def link(index: MemoryIndex, article: RawArticle, mentions: Iterable[Mention]) -> Linked:
    """Link an article's mentions, replacing those of an older version of it.

    The same version again gives the same answer and changes nothing; an older version than the one held changes nothing
    and is ``superseded``.
    """
    article_id = str(article.article_id)
    held = index.version(article_id)
    moment = reported_at(article)
    if held and (held.ingested_at, held.content_hash) > (article.ingested_at, article.content_hash):
        return Linked(article_id, superseded=True)
    if held and held.content_hash == article.content_hash:
        moment = min(moment, held.reported_at)
    told = tuple(_at(mention, moment) for mention in mentions)
    mark = fingerprint(told)
    if held and held.content_hash == article.content_hash and held.fingerprint == mark:
        again = tuple(x.model_copy(update={"incident_id": index.resolve(x.incident_id)}) for x in held.links)
        return Linked(article_id, again, tuple(sorted({*held.touched, *(x.incident_id for x in again)})))
    touched: set[str] = set()
    past: dict[str, Profile] = {}
    for old in held.links if held else ():
        incident_id = index.resolve(old.incident_id)
        ledger = index.ledger(incident_id)
        if ledger is not None and ledger.mentions is not None:
            past.setdefault(incident_id, ledger.profile)
            index.remove(incident_id, {old.mention_id})
            touched.add(incident_id)
    state = _Linking(past, touched)
    links: tuple[IncidentLink, ...] = ()
    for mention in told:
        found = _link_mention(index, mention, state)
        state.used.add(index.resolve(found.incident_id))
        links += (found,)
    links = tuple(found.model_copy(update={"incident_id": index.resolve(found.incident_id)}) for found in links)
    for incident_id in sorted(touched):
        index.refold(incident_id)
    touched |= set(held.touched) if held else set()  # they may not have been published yet
    index.linked.add(article_id)
    index.versions[article_id] = Version(
        article_id=article_id, content_hash=article.content_hash, reported_at=moment, fingerprint=mark, links=links,
        ingested_at=max(article.ingested_at, held.ingested_at) if held else article.ingested_at,
        touched=tuple(sorted(touched)),
    )  # fmt: skip
    return Linked(article_id, links, tuple(sorted(touched)), events=state.events)


def _at(mention: Mention, moment: datetime) -> Mention:
    if mention.reported_at == moment:
        return mention
    reports = {
        name: tuple(r.model_copy(update={"reported_at": moment}) for r in getattr(mention, name))
        for name in ("killed_reports", "injured_reports")
    }
    return mention.model_copy(update={"reported_at": moment, **reports})


@dataclass(slots=True)
class _Linking:
    """What linking one article goes by and leads to: the incidents it left, used and changed."""

    past: dict[str, Profile]
    touched: set[str]
    used: set[str] = field(default_factory=set)
    events: Counter[str] = field(default_factory=Counter)


def _link_mention(index: MemoryIndex, mention: Mention, state: _Linking) -> IncidentLink:
    """Link one mention; what an article tells apart never comes to one incident."""
    rarity = rarity_of(index.counts)
    known: dict[str, Profile] = {}
    for incident_id in (index.candidates(mention) | set(state.past)) - state.used:
        ledger = index.ledgers[incident_id]
        known[incident_id] = ledger.profile if ledger.profile.mentions else state.past.get(incident_id, ledger.profile)
    judged = crowded([judge(mention, known[i], rarity) for i in sorted(known) if known[i].mentions])
    best = choose(judged)
    incident_id = best.incident_id if best else _new_id(index, mention)
    opened = index.add(incident_id, mention)
    state.events["opened" if opened else "joined"] += 1
    state.touched.add(incident_id)
    for other in sorted(judged, key=lambda j: (-j.score, j.incident_id))[:MOST_MERGED]:
        if other.incident_id != incident_id and _are_one(index, incident_id, other, rarity):
            incident_id, merged = _merge(index, incident_id, other.incident_id)
            state.touched |= {incident_id, *merged}
            state.events["merged"] += 1
    return IncidentLink(
        incident_id=incident_id,
        mention_id=mention.mention_id,
        role=mention.role,
        type=mention.type,
        place_id=mention.place.place_id if mention.place else None,
        when=mention.when if mention.when.start else None,
        killed=mention.killed,
        injured=mention.injured,
        weapon_ids=mention.weapon_ids,
        claim_ids=mention.claim_ids,
        spans=mention.spans,
        confidence=round(probability(best.score), 4) if best else 1.0,
        evidence=best.evidence if best else (),
    )


def _new_id(index: MemoryIndex, mention: Mention) -> str:
    """Name a new incident after its founding mention; an ID that stands for something else is never used again."""
    name = mention.mention_id
    while True:
        incident_id = str(uuid.uuid5(INCIDENT_NAMESPACE, name))
        ledger = index.ledger(incident_id)
        if ledger is None or (not ledger.mentions and not ledger.incident.merged_into):
            return incident_id
        name += "+"


def _are_one(index: MemoryIndex, incident_id: str, other: Judgement, rarity: Callable[[str], float]) -> bool:
    """Return whether the incident that a mention came to and another that it may tell of are one.

    They are where the mention fits both well, or where the other one's accounts fit the first, as it is known now;
    never where an article tells them apart or place or day speak against it.
    """
    a, b = index.ledgers[incident_id], index.ledgers[other.incident_id]
    if other.score < MERGE_LOOK or not _agree(a.profile, b.profile):
        return False
    index.ledger(incident_id), index.ledger(other.incident_id)
    assert a.mentions is not None
    assert b.mentions is not None
    if not b.mentions or {m.article_id for m in a.mentions.values()} & {m.article_id for m in b.mentions.values()}:
        return False
    if other.score > MERGE_SCORE:
        return True
    told = sorted(b.mentions.values(), key=lambda m: m.mention_id)
    return len(told) <= FEW and sum(judge(m, a.profile, rarity).score for m in told) > MERGE_SCORE * len(told)


def _agree(a: Profile, b: Profile) -> bool:
    places = [(x.place, y.place) for x in a.places[:1] for y in b.places[:1]]
    if any(relation(x, y) == Relation.APART for x, y in places):
        return False
    days = [(x, y) for x in a.days[:1] for y in b.days[:1] if x.exact and y.exact]
    return all(x.first - timedelta(days=1) <= y.last and y.first - timedelta(days=1) <= x.last for x, y in days)


def _merge(index: MemoryIndex, a: str, b: str) -> tuple[str, set[str]]:
    """Merge two incidents, the older one winning; return it and the IDs that now point to it."""
    winner, loser = sorted((a, b), key=lambda i: (index.ledgers[i].founded_at, i))
    return winner, index.merge(winner, loser)
