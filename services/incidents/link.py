"""Link: how well a mention fits an incident, as a sum of named evidence.

``WEIGHTS`` are log odds (nats), fitted on public reports and rounded; a mention joins the incident with the highest sum
if that is above ``THRESHOLD``. Nothing here looks at the order of anything, so equal input gives equal answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import exp, log

from pydantic import AwareDatetime, Field

from contracts.incidents import Evidence, IncidentType, LinkRole
from contracts.model import Model
from contracts.places import Place
from contracts.spans import Count
from services.incidents.evidence import blocks, fold_name, headline_rarity
from services.incidents.geo import Relation, is_point, relation
from services.incidents.records import Mention

T = IncidentType
THRESHOLD = 0.0
MOST_KEPT = 80
DAYS_OF_DOUBT, MOST_DIFFERENT = 120, 2.5  # a day that far off speaks twice as much against one event as one close by
ENOUGH_PERSONS = 3  # of two long lists of names a third must be the same: a namesake is found in many
COMMON = 64  # a trace that this many incidents share tells nothing

WEIGHTS: dict[str, float] = {
    "prior": -0.8,
    "place_same": 1.5,
    "place_wide": 1.5,
    "place_within": -0.5,
    "place_named": -0.7,
    "event_named": 8.0,
    "place_unknown": -1.7,
    "place_near": -1.4,
    "place_apart": -3.1,
    "day_same": 1.9,
    "day_next": -2.5,
    "day_differs": -4.4,
    "day_named": 0.4,
    "day_vague": -0.8,
    "day_unknown": -1.5,
    "day_outside": -1.4,
    "period_same": 3.0,
    "type_same": 0.6,
    "type_other": -1.5,
    "toll_same": 1.7,
    "toll_falls": -0.5,
    "person_shared": 3.5,
    "persons_differ": -0.9,
    "street_shared": 0.4,
    "block_shared": 2.3,
    "streets_differ": -1.9,
    "blocks_differ": -1.9,
    "venue_shared": 0.5,
    "headline_shared": 2.0,
    "name_shared": 0.3,
    "site_elsewhere": 1.8,
    "age_shared": 0.0,
    "ages_differ": -1.7,
    "clock_same": 0.6,
    "copy_shared": 1.8,
    "circumstance_shared": 1.7,
    "circumstances_differ": -1.5,
    "side_story": -0.3,
    "bombardment": -0.3,
    "recurs": -2.0,
    "victims_differ": -2.0,
    "toll_differs": -1.0,
    "sites_differ": -0.8,
    "clock_differs": -0.8,
    "part_and_whole": -3.0,
    "crowded": -1.0,
    "nothing_telling": -1.2,
}
# Bombardment recurs, day after day, in one town and the next: where the day is open or differs, or the town does, only
# what singles an event out can speak for one event, and what such attacks have in common counts little.
RECURRING = frozenset({
    T.MISSILE_STRIKE, T.AIR_STRIKE, T.DRONE_ATTACK, T.SHELLING, T.GROUND_ASSAULT, T.NAVAL_ATTACK, T.CHEMICAL_ATTACK,
})  # fmt: skip
DATED = frozenset({"day_same", "day_named", "period_same", "event_named"})
CONFLICTS = frozenset({
    "day_next", "day_differs", "day_vague", "day_outside", "place_near", "place_apart", "place_named",
})  # fmt: skip
NAMED = frozenset({"person_shared", "block_shared", "copy_shared"})
SOFT = frozenset({"toll_same", "age_shared", "clock_same", "circumstance_shared", "headline_shared", "name_shared"})
ORDINARY = frozenset({"circumstance_shared", "name_shared"})  # homes, schools and hospitals are hit every day
DAMPED = 0.3
# Reports of any kind have them.
COMMON_MARKS = frozenset({"friend", "argument", "house", "store", "prison", "media"})
TELLING = frozenset({
    "person_shared", "street_shared", "block_shared", "venue_shared", "site_elsewhere", "copy_shared", "clock_same",
    "age_shared", "event_named", "period_same",
})  # fmt: skip
# Types that witnesses and agencies take for one another.
ALIKE: tuple[frozenset[IncidentType], ...] = (
    frozenset({T.MISSILE_STRIKE, T.AIR_STRIKE, T.DRONE_ATTACK, T.SHELLING, T.NAVAL_ATTACK}),
    frozenset({T.IED_BOMBING, T.SUICIDE_BOMBING, T.MINE_EXPLOSION, T.SABOTAGE}),
    frozenset({T.SHOOTING, T.GROUND_ASSAULT, T.MASSACRE}),
    frozenset({T.AIR_STRIKE, T.CHEMICAL_ATTACK, T.MASSACRE, T.SHELLING}),
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """How well a mention fits an incident: the weight of each piece of evidence, and their sum."""

    incident_id: str
    score: float
    weights: tuple[tuple[str, float], ...] = ()

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """Return the evidence as it is published."""
        return tuple(Evidence(feature=name, weight=round(weight, 3)) for name, weight in self.weights if weight)


class Stay(Model):
    """Days that accounts give for the event, and how many do."""

    first: date
    last: date
    exact: bool
    count: int = 1


class Spot(Model):
    """A place that accounts give, and how many do."""

    place: Place
    count: int = 1


class Profile(Model):
    """What is known of an incident, as far as linking needs it: bounded, and a pure function of its mentions."""

    incident_id: str
    founded_at: AwareDatetime
    places: tuple[Spot, ...] = ()
    days: tuple[Stay, ...] = ()
    types: dict[IncidentType, int] = Field(default_factory=dict)
    killed: tuple[Count, ...] = ()
    injured: tuple[Count, ...] = ()
    persons: tuple[str, ...] = ()
    streets: tuple[str, ...] = ()
    venues: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    headline: tuple[str, ...] = ()
    ages: tuple[int, ...] = ()
    clock: tuple[int, ...] = ()
    copies: tuple[str, ...] = ()
    circumstances: tuple[str, ...] = ()
    also: tuple[date, ...] = ()
    nearby: tuple[Spot, ...] = ()
    events: tuple[str, ...] = ()
    coordinated: bool = False
    mentions: int = 0


def profile(incident_id: str, founded_at: AwareDatetime, mentions: Iterable[Mention]) -> Profile:
    """Sum mentions up, in any order."""
    ordered = sorted(mentions, key=lambda m: (m.reported_at, m.mention_id))
    spots: dict[str, Spot] = {}
    others: dict[str, Spot] = {}
    stays: dict[tuple[date, date, bool], int] = {}
    types: dict[IncidentType, int] = {}
    for mention in ordered:
        if mention.place:
            spot = spots.get(mention.place.place_id)
            spots[mention.place.place_id] = Spot(
                place=spot.place if spot else mention.place, count=spot.count + 1 if spot else 1
            )
        if span := mention.days():
            key = (*span, mention.exact())
            stays[key] = stays.get(key, 0) + 1
        types[mention.type] = types.get(mention.type, 0) + 1
        for place in mention.nearby:
            near = others.get(place.place_id)
            others[place.place_id] = Spot(place=near.place if near else place, count=near.count + 1 if near else 1)
    places = sorted(spots.values(), key=lambda s: (-s.count, s.place.place_id))
    days = sorted(stays, key=lambda k: (not k[2], -stays[k], k))
    return Profile(
        incident_id=incident_id,
        founded_at=founded_at,
        places=tuple(places[:8]),
        days=tuple(Stay(first=a, last=b, exact=e, count=stays[a, b, e]) for a, b, e in days[:8]),
        types=dict(sorted(types.items())),
        killed=_distinct(m.killed for m in ordered),
        injured=_distinct(m.injured for m in ordered),
        persons=_most([m.traces.persons for m in ordered]),
        streets=_most([m.traces.streets for m in ordered]),
        venues=_most([m.traces.venues for m in ordered]),
        names=_most([m.traces.names for m in ordered]),
        headline=_most([m.traces.headline for m in ordered if m.role == LinkRole.MAIN]),
        ages=_most([m.traces.ages for m in ordered]),
        clock=_most([m.traces.clock for m in ordered]),
        copies=_most([m.traces.copies for m in ordered]),
        circumstances=_most([m.traces.circumstances for m in ordered], share=0.3),
        also=_most([m.also for m in ordered]),
        nearby=tuple(sorted(others.values(), key=lambda s: (-s.count, s.place.place_id))[:12]),
        events=tuple(sorted({m.event for m in ordered if m.event})),
        coordinated=any(m.coordinated for m in ordered),
        mentions=len(ordered),
    )


def _distinct(counts: Iterable[Count | None]) -> tuple[Count, ...]:
    return tuple(
        sorted(
            {c for c in counts if c and (c.best or c.min)}, key=lambda c: (c.best or c.min or 0, c.model_dump_json())
        )
    )[:12]


def _most(lists: Sequence[Sequence], share: float = 0.0) -> tuple:  # type: ignore[type-arg]
    votes: dict = {}  # type: ignore[type-arg]
    for values in lists:
        for value in values:
            votes[value] = votes.get(value, 0) + 1
    often = [v for v in votes if votes[v] >= share * len(lists)]
    kept = sorted(often, key=lambda v: (-votes[v], v))[:MOST_KEPT]
    return tuple(sorted(kept))


def features(mention: Mention, known: Profile, rarity: Callable[[str], float]) -> dict[str, float]:
    """Compare a mention with an incident: the name of each piece of evidence, and how strong it is.

    ``rarity(key)`` says how much a trace tells, from 1 (nobody else has it) to 0 (many incidents have it).
    """
    found: dict[str, float] = {"prior": 1.0}
    recurs = _recurs(mention, known)
    _compare_places(mention, known, found)
    _compare_days(mention, known, found)
    _compare_types(mention, known, found)
    _compare_tolls(mention, known, found)
    _compare_traces(mention, known, rarity, found)
    if mention.role == LinkRole.BACKGROUND:
        found["side_story"] = 1.0
    if recurs:
        _compare_blows(mention, known, found)
    if mention.coordinated != known.coordinated and "place_within" in found:
        found["part_and_whole"] = 1.0
    if NAMED & found.keys() and "day_differs" in found:
        found["day_differs"] = 1.0  # of accounts that share these, one dates the event by its own day
    if not _telling(found):
        found["nothing_telling"] = 1.0
    return found


def _recurs(mention: Mention, known: Profile) -> bool:
    """Return whether a mention tells of bombardment, or may do so of an incident that is one."""
    return mention.type != T.SHOOTING and bool(RECURRING & {mention.type, *known.types})


def _compare_blows(mention: Mention, known: Profile, found: dict[str, float]) -> None:
    """Tell one blow from the next, where several fall on one town."""
    ours = mention.traces
    found["bombardment"] = 1.0
    if not DATED & found.keys():
        found["recurs"] = 1.0
    if "persons_differ" in found:
        found["victims_differ"] = min(2.0, 0.75 + 0.25 * min(len(ours.persons), len(known.persons)))
    if "toll_falls" in found:
        found["toll_differs"] = 1.0
    if ours.venues and known.venues and not set(ours.venues) & set(known.venues):
        found["sites_differ"] = 1.0
    if ours.clock and known.clock and "clock_same" not in found:
        found["clock_differs"] = 1.0
    if "headline_shared" in found:
        found["headline_shared"] *= DAMPED
    conflict = bool(CONFLICTS & found.keys())
    for name in (SOFT if conflict else ORDINARY) & found.keys():
        found[name] *= DAMPED


def _telling(found: Mapping[str, float]) -> bool:
    """Return whether there is evidence beyond place, day and type."""
    return (
        any(name in found for name in TELLING)
        or found.get("toll_same", 0) > 0.5
        or found.get("circumstance_shared", 0) > 1
    )


def judge(mention: Mention, known: Profile, rarity: Callable[[str], float]) -> Judgement:
    """Weigh the evidence that a mention tells of an incident."""
    weights = tuple((name, WEIGHTS[name] * value) for name, value in features(mention, known, rarity).items())
    return Judgement(known.incident_id, sum(weight for _, weight in weights), weights)


def crowded(judgements: Sequence[Judgement]) -> list[Judgement]:
    """Discount place and day where several incidents share them: there they do not say which one is meant."""
    there = [{"place_same", "day_same"} <= {name for name, _ in j.weights} for j in judgements]
    discount = WEIGHTS["crowded"] * log(max(1, sum(there)))
    if not discount:
        return list(judgements)
    return [
        Judgement(j.incident_id, j.score + discount, (*j.weights, ("crowded", discount))) if is_there else j
        for j, is_there in zip(judgements, there, strict=True)
    ]


def probability(score: float) -> float:
    """Turn log odds into a probability."""
    return 1.0 / (1.0 + exp(-max(-30.0, min(30.0, score))))


def choose(judgements: Iterable[Judgement]) -> Judgement | None:
    """Return the best judgement above the threshold, the smaller ID where two are equal."""
    good = [j for j in judgements if j.score > THRESHOLD]
    return min(good, key=lambda j: (-j.score, j.incident_id), default=None)


def _compare_places(mention: Mention, known: Profile, found: dict[str, float]) -> None:
    if mention.event and mention.event in known.events:
        found["event_named"] = 1.0
    if mention.place is None or not known.places:
        found["place_unknown"] = 1.0
        return
    backed = [s.place for s in known.places if 2 * s.count >= known.places[0].count]
    relations = {relation(mention.place, place) for place in backed}
    if Relation.SAME in relations:
        found["place_same" if is_point(mention.place) else "place_wide"] = 1.0
    elif Relation.WITHIN in relations:
        found["place_within"] = 1.0
    elif (mention.role == LinkRole.MAIN and not _recurs(mention, known)) and (
        _named(mention.nearby, backed) or _named([s.place for s in known.nearby], [mention.place])
    ):
        found["place_named"] = 1.0
    elif Relation.NEAR in relations:
        found["place_near"] = 1.0
    elif Relation.APART in relations:
        found["place_apart"] = 1.0


def _named(some: Iterable[Place], others: Iterable[Place]) -> bool:
    return any(relation(a, b) == Relation.SAME for a in some for b in others)


def _compare_days(mention: Mention, known: Profile, found: dict[str, float]) -> None:
    span = mention.days()
    if span is None or not known.days:
        found["day_unknown"] = 1.0
        return
    exact = [s for s in known.days if s.exact]
    exact = [s for s in exact if 3 * s.count >= exact[0].count]  # sorted: the day that most accounts give comes first
    gaps = {(_gap(span, (s.first, s.last)), s.exact) for s in (exact or known.days)}
    gap, sharp = min(gaps)
    if mention.exact() and sharp:
        exact_days = {s.first for s in exact}
        named = bool(exact_days & set(mention.also) or span[0] in known.also)
        found["day_same" if gap == 0 else "day_named" if named else "day_next" if gap == 1 else "day_differs"] = 1.0
        if found.get("day_differs"):
            found["day_differs"] = min(MOST_DIFFERENT, 1.0 + gap / DAYS_OF_DOUBT)
    elif any(not s.exact and (s.first, s.last) == span for s in known.days) and mention.when.basis == "text":
        found["period_same"] = 1.0
    elif gap == 0:
        found["day_vague"] = 1.0
    else:
        found["day_outside"] = min(2.0, 0.5 + gap / 14)


def _gap(a: tuple[date, date], b: tuple[date, date]) -> int:
    return max(0, (b[0] - a[1]).days, (a[0] - b[1]).days)


def _compare_types(mention: Mention, known: Profile, found: dict[str, float]) -> None:
    if mention.type in known.types:
        found["type_same"] = 1.0
    elif T.OTHER not in (mention.type, *known.types):
        alike = any(mention.type in group and any(t in group for t in known.types) for group in ALIKE)
        if not alike:
            found["type_other"] = 1.0


def _compare_tolls(mention: Mention, known: Profile, found: dict[str, float]) -> None:
    same = falls = 0.0
    for ours, theirs in ((mention.killed, known.killed), (mention.injured, known.injured)):
        figure = ours and ours.best
        figures = [c.best for c in theirs if c.best]
        if not figure or not figures:
            continue
        if figure in figures:
            same += 1.0 if figure >= 5 else 0.2 * figure
        elif figure < min(figures) / 2 or figure > 3 * max(figures) + 2:
            falls += 1.0
    if same:
        found["toll_same"] = same
    if falls:
        found["toll_falls"] = falls


def _compare_traces(mention: Mention, known: Profile, rarity: Callable[[str], float], found: dict[str, float]) -> None:
    ours = mention.traces
    shared = _shared_persons(ours.persons, known.persons)
    fewer = min(len(ours.persons), len(known.persons))
    if shared:
        told = min(1.0, ENOUGH_PERSONS * len(shared) / fewer)
        found["person_shared"] = min(3.0, sum(rarity(f"person:{p}") for p in shared)) * told
    if fewer and ENOUGH_PERSONS * len(shared) < fewer:
        found["persons_differ"] = 1.0
    apart = "place_apart" in found
    streets = set(ours.streets) & set(known.streets)
    numbered = blocks(streets)
    if numbered and not apart:
        found["block_shared"] = 1.0
    if streets and not apart:
        found["street_shared"] = min(2.0, sum(rarity(f"street:{s}") for s in streets - numbered))
    if ours.streets and known.streets and not streets:
        found["streets_differ"] = 1.0
        if blocks(ours.streets) and blocks(known.streets):
            found["blocks_differ"] = 1.0
    venues = set(ours.venues) & set(known.venues)
    if venues and not apart:
        found["venue_shared"] = min(2.0, sum(rarity(f"venue:{v}") for v in venues))
    if apart and (numbered or venues):
        found["site_elsewhere"] = min(2.0, len(numbered) + sum(rarity(f"venue:{v}") for v in venues))
    named = set(ours.names) & set(known.names)
    if named and not apart:
        found["name_shared"] = min(4.0, sum(rarity(f"name:{n}") for n in named))
    title = set(ours.headline) & (set(known.headline) | set(known.names)) if mention.role == LinkRole.MAIN else set()
    if "place_same" in found and mention.type != T.SHOOTING:  # other attacks recur there
        title -= _place_words(mention, known)
    if title:
        found["headline_shared"] = min(3.0, sum(headline_rarity(w) for w in title))
    ages = set(ours.ages) & set(known.ages)
    if ages:
        found["age_shared"] = min(3.0, float(len(ages)))
    elif ours.ages and known.ages:
        found["ages_differ"] = 1.0
    if any(abs(a - b) <= 15 for a in ours.clock for b in known.clock):
        found["clock_same"] = 1.0
    marks, theirs = set(ours.circumstances), set(known.circumstances)
    if marks and theirs:
        both = _told_by(marks & theirs)
        found["circumstance_shared"] = min(2.0, 4 * both / _told_by(marks | theirs)) * min(1.0, both / 3)
        found["circumstances_differ"] = (min(_told_by(marks), _told_by(theirs)) - both) / 4
    copied = set(ours.copies) & set(known.copies)
    if copied:
        rare = sum(rarity(f"copy:{c}") for c in copied)
        found["copy_shared"] = min(2.0, 0.5 * rare + rare / len(ours.copies))


def _place_words(mention: Mention, known: Profile) -> set[str]:
    """Return the words of the names of places that either account gives."""
    places = [p for p in mention.spots() if p] + [s.place for s in (*known.places, *known.nearby)]
    return {word for place in places for word in fold_name(place.name).split()}


def _told_by(marks: Iterable[str]) -> float:
    """Count circumstances, the common ones half."""
    return sum(0.5 if mark in COMMON_MARKS else 1.0 for mark in marks)


def _shared_persons(ours: Sequence[str], theirs: Sequence[str]) -> list[str]:
    """Return our names that are also theirs: the same last name and first name or initial, or a slip of the pen."""
    by_last: dict[str, list[str]] = {}
    for name in theirs:
        by_last.setdefault(name.split()[-1], []).append(name.split()[0])
    exact = set(theirs)
    shared = []
    for name in ours:
        first, last = name.split()[0], name.split()[-1]
        if (
            name in exact
            or any(f[0] == first[0] for f in by_last.get(last, ()))
            or any(_slip(name, other) for other in theirs)
        ):
            shared.append(name)
    return shared


def _slip(a: str, b: str) -> bool:
    """Return whether two long names differ by one letter."""
    if a == b or abs(len(a) - len(b)) > 1 or min(len(a), len(b)) < 8:
        return a == b
    start = 0
    while start < min(len(a), len(b)) and a[start] == b[start]:
        start += 1
    return a[start + 1 :] == b[start + 1 :] or a[start + 1 :] == b[start:] or a[start:] == b[start + 1 :]


def keys_of(mention: Mention) -> tuple[str, ...]:
    """Return the traces under which the index counts an incident and, where few share one, finds it anywhere."""
    told = mention.traces
    kinds = {
        "person": told.persons,
        "street": told.streets,
        "venue": told.venues,
        "name": told.names,
        "copy": told.copies,
    }
    return tuple(sorted({f"{kind}:{value}" for kind, values in kinds.items() for value in values}))


def finds(key: str) -> bool:
    """Return whether a trace finds candidates; single words that bear a name only count."""
    return not key.startswith(("name:", "headline:")) or " " in key


def rarity_of(counts: Mapping[str, int]) -> Callable[[str], float]:
    """Return the rarity rule for known numbers of incidents by trace."""
    return lambda key: max(0.0, 1.0 - log(max(1, counts.get(key, 0))) / log(COMMON))
