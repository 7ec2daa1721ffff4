"""Fold an incident from its mentions: a pure function, whatever order they came in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache

from contracts.casualties import ClaimStatus
from contracts.incidents import Incident, IncidentType, LinkRole, Toll, TollReport
from contracts.places import Place
from contracts.spans import Count, When
from services.incidents.geo import FINENESS, Relation, relation
from services.incidents.records import Mention
from services.incidents.words import table


def fold(incident_id: str, mentions: Iterable[Mention]) -> Incident:
    """Build the incident of these mentions, at revision 1; without mentions an empty one.

    Figures, dates and places of main mentions go before those told in the background. Equal input, in any order, gives
    an equal incident.
    """
    ordered = sorted(mentions, key=lambda m: (m.reported_at, m.mention_id))
    main = [m for m in ordered if m.role == LinkRole.MAIN] or ordered
    if not ordered:
        return Incident(incident_id=incident_id, type=IncidentType.OTHER)
    return Incident(
        incident_id=incident_id,
        type=_type(main),
        place=_place(main) or _place(ordered),
        when=_when(main) or _when(ordered) or When(),
        killed=toll_of([r for m in ordered for r in m.killed_reports], [m for m in main if m.killed], "killed"),
        injured=toll_of([r for m in ordered for r in m.injured_reports], [m for m in main if m.injured], "injured"),
        weapons=tuple(sorted({w for m in ordered for w in m.weapon_ids})),
        article_count=len({m.article_id for m in ordered}),
        sources=tuple(sorted({m.source for m in ordered if m.source})),
        first_reported_at=ordered[0].reported_at,
        updated_at=ordered[-1].reported_at,
        part_of=_part_of(incident_id, ordered),
    )


def _part_of(incident_id: str, mentions: Sequence[Mention]) -> str | None:
    """Return the attack that most accounts call it a part of, the smaller ID of equals."""
    votes = Counter(m.part_of for m in mentions if m.part_of and m.part_of != incident_id)
    return min(votes, key=lambda i: (-votes[i], i), default=None)


def revised(old: Incident | None, new: Incident) -> Incident:
    """Return the new state, its revision one above the old one's where something changed, else the old state."""
    if old is None:
        return new
    return (
        old
        if new.model_copy(update={"revision": old.revision}) == old
        else new.model_copy(update={"revision": old.revision + 1})
    )


def toll_of(reports: Sequence[TollReport], told: Sequence[Mention], harm: str) -> Toll:
    """Return a toll with its history and its current best.

    The current best is that of the newest day of reports, on that day the newest of an article that quotes an official
    source, else of any: tolls rise, and an official figure of the first morning must not outlive them. Only an official
    source takes more than half of a toll back: the two who are buried are some of the 41. Parts of a total are in
    neither, denied figures in the history alone.
    """
    history = sorted(reports, key=lambda r: (r.reported_at, r.article_id, r.claim_id or ""))
    counted = [r for r in history if r.status == ClaimStatus.REPORTED]
    official = {r.article_id for r in counted if is_official(r.claimant)}
    chosen: Count | None = None
    order = sorted(told, key=lambda m: (m.reported_at.date(), m.article_id in official, m.reported_at, m.mention_id))
    for mention in order:
        count: Count | None = getattr(mention, harm)
        if mention.article_id in official or 2 * _figure(count) >= _figure(chosen):
            chosen = count
    return Toll(current=chosen, history=tuple(history))


def _figure(count: Count | None) -> int:
    return (count.best or count.min or 0) if count else 0


def is_official(claimant: str | None) -> bool:
    """Return whether a claimant speaks with authority."""
    return claimant is not None and any(word in claimant.lower() for word in _official())


@cache
def _official() -> tuple[str, ...]:
    return tuple(row["words"] for row in table("words.tsv") if row["kind"] == "official")


def _type(mentions: Sequence[Mention]) -> IncidentType:
    votes = Counter(m.type for m in mentions)
    if len(votes) > 1:
        votes.pop(IncidentType.OTHER, None)
    order = list(IncidentType)
    return max(votes, key=lambda t: (votes[t], -order.index(t)))


def _place(mentions: Sequence[Mention]) -> Place | None:
    votes: Counter[str] = Counter(m.place.place_id for m in mentions if m.place)
    if not votes:
        return None
    known = {m.place.place_id: m.place for m in reversed(mentions) if m.place}

    def backing(place_id: str) -> int:
        inside = (Relation.SAME, Relation.WITHIN)
        return sum(n for other, n in votes.items() if relation(known[place_id], known[other]) in inside)

    best = max(votes, key=lambda i: (backing(i), votes[i], -FINENESS[known[i].precision], i))
    return known[best].model_copy(update={"spans": ()})


def _when(mentions: Sequence[Mention]) -> When | None:
    dated = [m.when for m in mentions if m.when.start]
    said = [w for w in dated if w.basis == "text"] or dated
    if not said:
        return None
    votes: Counter[tuple[date, date]] = Counter((w.start, w.end or w.start) for w in said if w.start)
    exact = {days: n for days, n in votes.items() if days[0] == days[1]} or votes
    best = max(exact, key=lambda days: (exact[days], -(days[1] - days[0]).days, days))
    return next(w for w in said if (w.start, w.end or w.start) == best)
