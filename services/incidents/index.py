"""The index of incidents, and the linker that decides over it: plain objects, no I/O.

``MemoryIndex`` is the whole index of ``tocsin enrich`` and of tests; it notes what changed (``changed``, ``shrunk``,
``moved``, ``linked``) for who wants to store it. The one in Postgres (``postgres.py``) loads the slice
that a batch needs into a ``MemoryIndex``, lets ``link`` decide on it and writes back what changed: both decide alike.

What a mention costs is bounded: it is compared with some dozens of incidents at most, and of an incident with many
accounts the oldest and the newest are folded.
"""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol

from contracts.article import RawArticle
from contracts.incidents import Incident, IncidentLink
from services.incidents.fold import fold, revised
from services.incidents.geo import Relation, is_point, relation
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
MOST_ALIKE, MOST_NEAR = 24, 16  # candidates that a mention is compared with, with a trace in common and without
FARTHEST = (10_000_000, 3)
OLDEST_FOLDED, NEWEST_FOLDED = 50, 100
UNDATED_DAYS = 30  # accounts without a date are compared where they were reported within so many days


@dataclass(slots=True)
class Ledger:
    """An incident and the mentions that it is folded from.

    ``mentions`` is None while none have been fetched; unless ``whole``, it need only have those that are folded.
    ``profile.mentions`` counts all.
    """

    incident: Incident
    founded_at: datetime
    profile: Profile
    mentions: dict[str, Mention] | None
    whole: bool = True
    keys: Counter[str] | None = None


@dataclass(frozen=True, slots=True)
class Linked:
    """What became of one article: its links, and the incidents to be published again because of it."""

    article_id: str
    links: tuple[IncidentLink, ...] = ()
    touched: tuple[str, ...] = ()
    superseded: bool = False
    passed_over: int = 0
    events: Counter[str] = field(default_factory=Counter)


def sample(mentions: Iterable[Mention]) -> list[Mention]:
    """Return the mentions that an incident is folded from: all, or the oldest and the newest of very many."""
    ordered = sorted(mentions, key=lambda m: (m.reported_at, m.mention_id))
    if len(ordered) <= OLDEST_FOLDED + NEWEST_FOLDED:
        return ordered
    return ordered[:OLDEST_FOLDED] + ordered[-NEWEST_FOLDED:]


def days_of(mention: Mention) -> tuple[tuple[date, date], ...]:
    """Return the stretches of days under which the index files a mention; none for one without any date."""
    span = mention.days()
    if span is None:
        return ()
    others = tuple((day, day) for day in mention.also)
    if (span[1] - span[0]).days <= LONGEST_STAY:
        return (span, *others)
    return (span[0], span[0]), (span[1], span[1]), *others


def filed(mention: Mention) -> set[tuple[str, date, date]]:
    """Return the blocks and stretches of days under which the index files a mention.

    One without any date is filed by the day of its report, in blocks of their own.
    """
    blocks = {b for place in mention.spots() for b in blocks_of(place)} | _sites(mention)
    days = days_of(mention)
    if not days:
        reported = mention.reported_at.date()
        return {(f"undated:{block}", reported, reported) for block in blocks}
    return {(block, first, last) for block in blocks for first, last in days}


def sought(mention: Mention) -> set[tuple[str, date, date]]:
    """Return the blocks and stretches of days in which the index looks for what a mention may tell of."""
    blocks = {b for place in mention.spots() for b in blocks_near(place)} | _sites(mention)
    days = days_of(mention)
    if not days:
        reported = mention.reported_at.date()
        low, high = _shift(reported, -UNDATED_DAYS), _shift(reported, UNDATED_DAYS)
        return {(f"undated:{block}", low, high) for block in blocks}
    windows = [(_shift(first, -SLACK_DAYS), _shift(last, SLACK_DAYS)) for first, last in days]
    return {(block, low, high) for block in blocks for low, high in windows}


def _sites(mention: Mention) -> set[str]:
    """Return the block of its very place: where there are too many candidates, those there come first."""
    return {f"at:{mention.place.place_id}"} if mention.place and is_point(mention.place) else set()


def _shift(day: date, days: int) -> date:
    return date.fromordinal(min(date.max.toordinal(), max(1, day.toordinal() + days)))


class Store(Protocol):
    """Where the mentions are of incidents that were put into an index without them."""

    def mentions(self, incident_id: str, *, whole: bool) -> Iterable[Mention]:
        """Return all mentions of an incident, or a ``sample`` of them."""

    def articles(self, incident_id: str) -> Iterable[str]:
        """Return the IDs of the articles that tell of an incident."""


class MemoryIndex:
    """The index in memory: exact, and gone with the process.

    ``counted`` gives numbers of incidents by trace from elsewhere, to which those added here are counted.
    """

    def __init__(self, store: Store | None = None, counted: Mapping[str, int] | None = None) -> None:
        self.versions: dict[str, Version] = {}
        self.ledgers: dict[str, Ledger] = {}
        self.changed: set[str] = set()
        self.shrunk: set[str] = set()
        self.linked: set[str] = set()
        self.moved: dict[str, tuple[str, Mention] | None] = {}
        self.counts: Counter[str] = Counter(counted or {})
        self._store = store
        self._days: dict[tuple[str, int], set[str]] = defaultdict(set)  # by block and ordinal of the day
        self._keys: dict[str, set[str]] = defaultdict(set)
        self._merged: dict[str, set[str]] = defaultdict(set)

    def version(self, article_id: str) -> Version | None:
        """Return the version of an article that the index holds."""
        return self.versions.get(article_id)

    def ledger(self, incident_id: str, *, whole: bool = False) -> Ledger | None:
        """Return an incident's ledger with its mentions: all of them, or those at least that are folded."""
        found = self.ledgers.get(incident_id)
        if found is None:
            return None
        if found.mentions is None:
            found.mentions = self._stored(incident_id, whole=whole)
            found.whole = found.profile.mentions <= len(found.mentions)
        elif whole and not found.whole:
            gone = {i for i, now in self.moved.items() if now is None or now[0] != incident_id}
            every = self._stored(incident_id, whole=True) | found.mentions
            found.mentions = {i: m for i, m in every.items() if i not in gone}
            found.whole = True
        return found

    def _stored(self, incident_id: str, *, whole: bool) -> dict[str, Mention]:
        assert self._store is not None
        return {m.mention_id: m for m in self._store.mentions(incident_id, whole=whole)}

    def articles(self, incident_id: str) -> set[str]:
        """Return the articles that tell of an incident."""
        ledger = self.ledger(incident_id)
        if ledger is None or ledger.mentions is None:
            return set()
        known = {m.article_id for m in ledger.mentions.values()}
        return known if ledger.whole or self._store is None else known.union(self._store.articles(incident_id))

    def put(self, ledger: Ledger) -> None:
        """Take a stored incident in, without its whereabouts."""
        self.ledgers[ledger.incident.incident_id] = ledger
        if ledger.incident.merged_into:
            self._merged[ledger.incident.merged_into].add(ledger.incident.incident_id)

    def place(self, incident_id: str, block: str, first: date, last: date) -> None:
        """File an incident under a block and a stretch of days."""
        for day in range(first.toordinal(), last.toordinal() + 1):
            self._days[block, day].add(incident_id)

    def key(self, incident_id: str, key: str) -> None:
        """File an incident under a trace that was counted elsewhere."""
        self._keys[key].add(incident_id)

    def candidates(self, mention: Mention) -> tuple[list[str], int]:
        """Return the incidents that a mention may tell of, and how many more there are than are looked at.

        They share a rare trace, or are near in place and time. Of too many, those are kept with the most and the
        rarest traces in common, and those of the nearest days, of the same place and of the same block of the map.
        """
        rarity = rarity_of(self.counts)
        shared: dict[str, float] = defaultdict(float)
        for key in keys_of(mention):
            if finds(key) and self.counts[key] <= COMMON_KEY:
                for incident_id in self._keys.get(key, ()):
                    shared[incident_id] += rarity(key)
        own = {block: 0 if ":at:" in f":{block}" else 1 for block, _, _ in filed(mention)}
        first, last = (day.toordinal() for day in mention.days() or (mention.reported_at.date(),) * 2)
        ranks: dict[str, tuple[int, int]] = {}
        for block, low, high in sought(mention):
            for day in range(low.toordinal(), high.toordinal() + 1):
                if found := self._days.get((block, day)):
                    rank = (max(0, first - day, day - last), own.get(block, 2))
                    for incident_id in found:
                        if rank < ranks.get(incident_id, FARTHEST):
                            ranks[incident_id] = rank
        alike = sorted(shared, key=lambda i: (-shared[i], ranks.get(i, FARTHEST), i))
        near = sorted(ranks.keys() - shared.keys(), key=lambda i: (ranks[i], i))
        kept = alike[:MOST_ALIKE] + near[:MOST_NEAR]
        return kept, len(alike) + len(near) - len(kept)

    def resolve(self, incident_id: str) -> str:
        """Return the incident that an ID stands for now."""
        ledger = self.ledgers.get(incident_id)
        return ledger.incident.merged_into or incident_id if ledger else incident_id

    def merged_into(self, incident_id: str) -> set[str]:
        """Return the incidents that were merged into one."""
        return set(self._merged.get(incident_id, ()))

    def add(self, incident_id: str, mentions: Iterable[Mention]) -> bool:
        """Add mentions to an incident, opening it where there is none; return whether it was opened."""
        told = [m.model_copy(update={"spans": ()}) for m in mentions]
        ledger = self.ledger(incident_id)
        opened = ledger is None
        if ledger is None:
            founded_at = told[0].reported_at
            ledger = Ledger(fold(incident_id, ()), founded_at, profile(incident_id, founded_at, ()), {})
            self.ledgers[incident_id] = ledger
        assert ledger.mentions is not None
        known = _keys(ledger)
        count = ledger.profile.mentions
        for mention in told:
            count += mention.mention_id not in ledger.mentions
            ledger.mentions[mention.mention_id] = mention
            self.moved[mention.mention_id] = (incident_id, mention)
            for key in keys_of(mention):
                self.counts[key] += key not in known
                known[key] += 1
                self._keys[key].add(incident_id)
            for block, first, last in filed(mention):
                self.place(incident_id, block, first, last)
        _sum_up(ledger, count)
        self.changed.add(incident_id)
        return opened

    def remove(self, incident_id: str, mention_ids: set[str]) -> None:
        """Take mentions out of an incident."""
        ledger = self.ledger(incident_id, whole=True)
        if ledger is None or ledger.mentions is None:
            return
        known = _keys(ledger)
        for mention_id in mention_ids & ledger.mentions.keys():
            known.subtract(keys_of(ledger.mentions.pop(mention_id)))
        for key in [key for key, count in known.items() if count <= 0]:
            self.counts[key] -= 1
            self._keys[key].discard(incident_id)
            del known[key]
        _sum_up(ledger, len(ledger.mentions))
        self.moved |= dict.fromkeys(mention_ids)
        self.shrunk.add(incident_id)
        self.changed.add(incident_id)

    def merge(self, winner: str, loser: str) -> set[str]:
        """Move all mentions of one incident into another; return the IDs that point to the winner from now on."""
        source = self.ledger(loser, whole=True)
        assert source is not None
        assert source.mentions is not None
        moved = list(source.mentions.values())
        self.remove(loser, set(source.mentions))
        self.add(winner, moved)
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
            folded = sample(ledger.mentions.values())
            new = fold(incident_id, folded)
            if ledger.profile.mentions > len(folded):
                new = new.model_copy(update=_unfolded(ledger))
            if not ledger.mentions:
                new = new.model_copy(
                    update={name: getattr(ledger.incident, name) for name in ("type", "place", "when")}
                )
            if new.part_of:
                new = new.model_copy(update={"part_of": self._whole_of(incident_id, new.part_of)})
            fresh = ledger.incident.article_count == 0 and ledger.incident.revision == 1
            ledger.incident = new if fresh else revised(ledger.incident, new)
        return ledger.incident

    def _whole_of(self, incident_id: str, part_of: str) -> str | None:
        """Return what an incident is a part of, None where that would lead back to it."""
        seen = whole = self.resolve(part_of)
        for _ in range(len(self.ledgers)):
            if seen == incident_id:
                return None
            ledger = self.ledgers.get(seen)
            if ledger is None or ledger.incident.part_of is None:
                break
            seen = self.resolve(ledger.incident.part_of)
        return whole


def _keys(ledger: Ledger) -> Counter[str]:
    """Return how many of an incident's mentions have each trace, kept from then on."""
    if ledger.keys is None:
        ledger.keys = Counter(key for m in (ledger.mentions or {}).values() for key in keys_of(m))
    return ledger.keys


def _sum_up(ledger: Ledger, count: int) -> None:
    folded = sample((ledger.mentions or {}).values())
    known = profile(ledger.incident.incident_id, ledger.founded_at, folded)
    ledger.profile = known if count == known.mentions else known.model_copy(update={"mentions": count})


def _unfolded(ledger: Ledger) -> dict[str, object]:
    """Return what an incident with more mentions than are folded has of all: their number, outlets and weapons."""
    mentions = (ledger.mentions or {}).values()
    old = None if ledger.whole else ledger.incident
    return {
        "article_count": ledger.profile.mentions,
        "sources": tuple(sorted({*(old.sources if old else ()), *(m.source for m in mentions if m.source)})),
        "weapons": tuple(sorted({*(old.weapons if old else ()), *(w for m in mentions for w in m.weapon_ids)})),
    }


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
    told = tuple(at_moment(mention, moment) for mention in mentions)
    mark = fingerprint(told)
    if held and held.content_hash == article.content_hash and held.fingerprint == mark:
        again = tuple(_resolved(index, found) for found in held.links)
        return Linked(article_id, again, tuple(sorted({*held.touched, *(x.incident_id for x in again)})))
    touched: set[str] = set()
    past: dict[str, Profile] = {}
    for old in held.links if held else ():
        incident_id = index.resolve(old.incident_id)
        ledger = index.ledger(incident_id)
        if ledger is not None:
            past.setdefault(incident_id, ledger.profile)
            index.remove(incident_id, {old.mention_id})
            touched.add(incident_id)
    state = _Linking(past, touched)
    links: tuple[IncidentLink, ...] = ()
    for mention in sorted(told, key=lambda m: not m.coordinated):  # a part says what it is a part of
        found = _link_mention(index, mention, state)
        state.used.add(index.resolve(found.incident_id))
        if mention.coordinated:
            state.wholes[mention.mention_id] = found.incident_id
        links += (found,)
    order = {mention.mention_id: number for number, mention in enumerate(told)}
    links = tuple(_resolved(index, found) for found in sorted(links, key=lambda x: order[x.mention_id]))
    for incident_id in sorted(touched):
        index.refold(incident_id)
    touched |= set(held.touched) if held else set()  # they may not have been published yet
    index.linked.add(article_id)
    index.versions[article_id] = Version(
        article_id=article_id, content_hash=article.content_hash, reported_at=moment, fingerprint=mark, links=links,
        ingested_at=max(article.ingested_at, held.ingested_at) if held else article.ingested_at,
        touched=tuple(sorted(touched)),
    )  # fmt: skip
    return Linked(article_id, links, tuple(sorted(touched)), passed_over=state.passed_over, events=state.events)


def link_all(index: MemoryIndex, items: Sequence[tuple[RawArticle, Sequence[Mention]]]) -> list[Linked]:
    """Link articles that arrived together in the order of their reports, then of their IDs; return one answer each.

    In which order they stand among each other changes nothing.
    """
    order = sorted(range(len(items)), key=lambda i: _turn(items[i][0]))
    linked = {i: link(index, *items[i]) for i in order}
    return [linked[i] for i in range(len(items))]


def _turn(article: RawArticle) -> tuple[datetime, str, datetime, str]:
    return reported_at(article), str(article.article_id), article.ingested_at, article.content_hash


def _resolved(index: MemoryIndex, found: IncidentLink) -> IncidentLink:
    """Bring the IDs of a link up to date; nothing is a part of itself."""
    incident_id = index.resolve(found.incident_id)
    whole = index.resolve(found.part_of) if found.part_of else None
    return found.model_copy(update={"incident_id": incident_id, "part_of": None if whole == incident_id else whole})


def at_moment(mention: Mention, moment: datetime) -> Mention:
    """Return a mention as reported at a moment, with its reports."""
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
    passed_over: int = 0
    events: Counter[str] = field(default_factory=Counter)
    wholes: dict[str, str] = field(default_factory=dict)


def _link_mention(index: MemoryIndex, mention: Mention, state: _Linking) -> IncidentLink:
    """Link one mention; what an article tells apart never comes to one incident."""
    if mention.whole in state.wholes:
        mention = mention.model_copy(update={"part_of": index.resolve(state.wholes[mention.whole])})
    rarity = rarity_of(index.counts)
    known: dict[str, Profile] = {}
    found, more = index.candidates(mention)
    state.passed_over += more
    near = {index.resolve(i) for i in found if i in index.ledgers}
    for incident_id in (near | {index.resolve(i) for i in state.past}) - state.used:
        ledger = index.ledgers[incident_id]
        known[incident_id] = ledger.profile if ledger.profile.mentions else state.past.get(incident_id, ledger.profile)
    judged = crowded([judge(mention, known[i], rarity) for i in sorted(known) if known[i].mentions])
    best = choose(judged)
    incident_id = best.incident_id if best else _new_id(index, mention)
    opened = index.add(incident_id, [mention])
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
        part_of=mention.part_of,
        spans=mention.spans,
        confidence=round(probability(best.score), 4) if best else 1.0,
        evidence=best.evidence if best else (),
    )


def founds(mention: Mention, incident_id: str) -> bool:
    """Tell whether an incident is named after a mention, the one that opened it."""
    return str(uuid.uuid5(INCIDENT_NAMESPACE, mention.mention_id)) == incident_id


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
    if other.score <= MERGE_SCORE:
        index.ledger(other.incident_id)
        told = sorted((b.mentions or {}).values(), key=lambda m: m.mention_id)
        if len(told) > FEW or sum(judge(m, a.profile, rarity).score for m in told) <= MERGE_SCORE * len(told):
            return False
    return b.profile.mentions > 0 and not index.articles(incident_id) & index.articles(other.incident_id)


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
