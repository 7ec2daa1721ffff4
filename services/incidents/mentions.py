"""Mentions: which incidents an article tells of, one main at most and others in the background.

Pure rules over what the enrichers found. Frames (``frames.py``) are gathered into stories by place, day and acting
side; the story of the headline and the first sentences is the main one.
"""

from __future__ import annotations

import re
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from contracts.annotation import CasualtiesPayload, EntitiesPayload, WeaponsPayload
from contracts.article import AssembledArticle, RawArticle
from contracts.casualties import CasualtyClaim, ClaimStatus, Harm, Scope
from contracts.entities import Entity
from contracts.incidents import IncidentType, LinkRole, TollReport
from contracts.places import Place, PlacePrecision
from contracts.spans import Count, Precision, Section, Span, When
from contracts.weapons import WeaponMention
from services.incidents.attacks import parts_of_attack
from services.incidents.days import days_apart
from services.incidents.evidence import blocks, is_figurative, traces
from services.incidents.frames import Frame, frames
from services.incidents.geo import Relation, is_point, kilometres, relation
from services.incidents.kinds import FROM_AFAR, kind_of, kind_of_parts
from services.incidents.records import Mention, reported_at
from services.incidents.roundup import largest_event
from services.incidents.settle import settled
from services.incidents.story import TELLING, Story, gather, is_period, retold
from services.incidents.whereabouts import UNITS, is_outlet, rank_places
from services.text.capitals import find_capitals
from services.text.published import reference_day
from services.text.reading import Reading, Sentence, read, span_of
from services.text.tolls import toll

MENTION_NAMESPACE = uuid.UUID("f2a3b1c8-4b0e-5f0b-8d0c-6f6f1c8a9e21")
RELATED_DAYS = 5
FIRST_SENTENCES = 4
MOST_SPANS = 40
ROUND_UP = 4  # as many street blocks and times of day are those of several events: none of them is the main one
ROUND_UP_TOWNS = 3
SUM = 10  # as many victims, counted together in the opening, are those of several events
SUM_SENTENCES = 2
TALLY = 300  # as many are those of a war
_MANY = re.compile(
    r"\b(?:this|last|the) (?:year|month|week(?:end)?)\b|\bso far\b|\b(?:separate|several|various|\d{1,4}) "
    r"(?:incidents|shootings|attacks|strikes)\b",
    re.IGNORECASE,
)
OPENING = 300
_ELSEWHERE = (Relation.APART, Relation.NEAR)
_REMOTE_KM = 60.0  # farther than any belt of towns that one attack covers
_ROUND_UP = re.compile(
    r"\b(?:round-?up|(?:a )?summary of|at a glance|in brief|(?:the )?week in|week's (?:attacks|strikes|events|news)|"
    r"weekly (?:review|digest|report)|key (?:events|developments)|this week(?=:)|week in review)\b",
    re.IGNORECASE,
)
_SEVERAL = 3  # towns with figures of their own that nearly make a sum
_HURT = frozenset({Harm.KILLED, Harm.INJURED})
_LONG_PAST = timedelta(days=60)
_A_MONTH = timedelta(days=27)
MOST_NEARBY = 4
T = IncidentType


@dataclass(frozen=True)
class Parts:
    """An article and what the enrichers found in it."""

    article: RawArticle
    entities: tuple[Entity, ...] = ()
    places: tuple[Place, ...] = ()
    weapons: tuple[WeaponMention, ...] = ()
    casualties: tuple[CasualtyClaim, ...] = ()

    @classmethod
    def of(cls, assembled: AssembledArticle) -> Parts:
        """Take the parts out of an assembled article; a failed enricher leaves its part empty.

        Claims are at places of the article, or at none.
        """
        named = EntitiesPayload.model_validate(assembled.payload("entities"))
        armed = WeaponsPayload.model_validate(assembled.payload("weapons"))
        harmed = CasualtiesPayload.model_validate(assembled.payload("casualties"))
        claims = settled(assembled.article, harmed.casualties, named.places)
        return cls(assembled.article, named.entities, named.places, armed.weapons, claims)


def find_mentions(parts: Parts) -> tuple[Mention, ...]:
    """Return the article's mentions, main first, then in order of the text; empty without any harm or attack.

    Pure; linear in the length of the text.
    """
    article = parts.article
    reading = read(article)
    published = reference_day(article)
    if is_figurative(article, parts.casualties):
        return ()
    stories = gather(frames(reading, _of_events(parts), parts.weapons, parts.casualties, published))
    stories = retold(stories)
    sums = _sums_up(parts.casualties, reading) or _is_tally(parts.casualties)
    main = None if sums else main_story(stories, reading, published)
    if main:
        stories = absorbed(main, stories)
    told = [
        (story, _mention(parts, reading, story, stories, is_main=story is main))
        for story in ([main] if main else []) + [s for s in stories if s is not main]
    ]
    if main:
        told = [(story, _same_day(mention, story, told[0][1])) for story, mention in told]
        told[0] = main, _without_sums(told[0][1], [mention for _, mention in told[1:]], parts)
    struck, listed = parts_of_attack(main, stories, kind_of)
    attack = _attack(parts, struck, [m for s, m in told if s in struck], listed) if struck else None
    found: dict[str, Mention] = {}
    for story, mention in told:
        if story is not main and story not in struck and _is_nowhere(mention):
            continue
        found.setdefault(mention.mention_id, _part(mention, attack) if attack and story in struck else mention)
    if attack:
        found.setdefault(attack.mention_id, attack)
    return tuple(found.values())


def _is_nowhere(mention: Mention) -> bool:
    """Return whether a mention says neither where, nor when, nor of whom: nothing can be checked against it."""
    return mention.place is None and mention.when.basis != "text" and not (mention.claim_ids or mention.event)


def _attack(parts: Parts, struck: Sequence[Story], told: Sequence[Mention], listed: Sequence[Frame]) -> Mention | None:
    """Return the account of an attack on several towns as a whole: its country, and the figures given for that alone.

    None where nothing says which country or day.
    """
    country = next((m.place.country for m in told if m.place), None)
    place = next((p for p in parts.places if p.precision == PlacePrecision.COUNTRY and p.country == country), None)
    when = next((m.when for m in told if m.exact()), None)
    if country is None or place is None or when is None:
        return None
    article, moment = parts.article, reported_at(parts.article)
    claims = [
        c
        for c in parts.casualties
        if c.place_id == place.place_id and c.scope == Scope.INCIDENT and c.section in TELLING
    ]
    ends: dict[tuple[Literal["title", "text"], int], tuple[int, int]] = {}
    for frame in listed:
        key = (frame.sentence.field, frame.sentence.start)
        first, last = ends.get(key, (frame.start, frame.end))
        ends[key] = (min(first, frame.start), max(last, frame.end))
    return Mention(
        mention_id=str(uuid.uuid5(MENTION_NAMESPACE, f"{article.article_id}|attack|{country}|{when.start}")),
        article_id=str(article.article_id),
        role=LinkRole.BACKGROUND,
        type=kind_of(Story([f for s in struck for f in s.frames])),
        place=place.model_copy(update={"spans": ()}),
        when=when,
        coordinated=True,
        killed=toll(claims, Harm.KILLED),
        injured=toll(claims, Harm.INJURED),
        killed_reports=_reports(parts, claims, Harm.KILLED, moment),
        injured_reports=_reports(parts, claims, Harm.INJURED, moment),
        weapon_ids=tuple(sorted({w for m in told for w in m.weapon_ids})),
        claim_ids=tuple(c.claim_id for c in claims),
        spans=tuple(span_of(article, f, a, b) for (f, _), (a, b) in sorted(ends.items())),
        source=article.source,
        reported_at=moment,
    )


def _without_sums(main: Mention, others: Sequence[Mention], parts: Parts) -> Mention:
    """Take a sum over several towns off the main account: "eight killed across Ukraine", five, two and one of them."""
    changed: dict[str, Any] = {}
    wide = {p.place_id for p in parts.places if p.precision in UNITS}
    titled = any(is_point(p) and any(s.field == "title" for s in p.spans) for p in parts.places)
    if main.type == T.SHOOTING:
        return main
    for harm in (Harm.KILLED, Harm.INJURED):
        whole: Count | None = getattr(main, harm.value)
        elsewhere = [m for m in others if not m.event and _is_remote(m.place, main.place)]
        figures = [f.best for m in elsewhere if (f := getattr(m, harm.value)) is not None and f.best]
        if whole is None or not whole.best or not figures:
            continue
        alike = [c for c in parts.casualties if c.harm == harm and c.count.best == whole.best]
        if not any(c.place_id in wide or (c.section == Section.HEADLINE and not titled) for c in alike):
            continue  # nothing says that it is a country's or a province's
        counted = {i for m in elsewhere for i in m.claim_ids}
        mine = [c for c in parts.casualties if c.claim_id in main.claim_ids and c.claim_id not in counted]
        own = toll([c for c in mine if c.count.best != whole.best], harm)
        total = ((own.best or 0) if own else 0) + sum(figures)
        nearly = len(figures) >= _SEVERAL and abs(total - whole.best) <= whole.best // 10  # one figure may be missing
        if (total == whole.best and (own or len(figures) > 1)) or nearly:
            changed[harm.value] = own
            left = {c.place_id for c in mine if own and c.harm == harm and c.count.best == own.best}
            unit = next((p for p in parts.places if left == {p.place_id} and p.precision in UNITS), None)
            if unit is not None and relation(unit, main.place) == Relation.WITHIN:
                changed["place"] = unit.model_copy(update={"spans": ()})  # told of the province, whatever town it names
    return main.model_copy(update=changed) if changed else main


def _is_remote(place: Place | None, main: Place | None) -> bool:
    """Return whether a place lies a day's journey from another, so that no one attack covers both."""
    if place is None or main is None or relation(place, main) not in _ELSEWHERE:
        return False
    return (kilometres(place, main) or 0) > _REMOTE_KM


def _same_day(mention: Mention, story: Story, main: Mention) -> Mention:
    """Give an attack that nothing dates the day of the article's main one: both are the same day's news."""
    alike = main.type in FROM_AFAR and (mention.type in FROM_AFAR or mention.type == T.OTHER)
    dated = main.when.precision in (Precision.DAY, Precision.NIGHT) and main.when.start is not None
    if mention.when.basis != "publication" or not alike or not dated or any(f.other or f.known for f in story.frames):
        return mention
    return mention.model_copy(update={"when": main.when.model_copy(update={"basis": "publication"})})


def _part(mention: Mention, attack: Mention) -> Mention:
    """Mark a mention as that of a part, with the day of the whole where it says none."""
    dated = {} if mention.when.basis == "text" else {"when": attack.when}
    return mention.model_copy(update={"whole": attack.mention_id, **dated})


def main_story(stories: Sequence[Story], reading: Reading, published: date | None = None) -> Story | None:
    """Return the story that the article is about, None where there is none."""
    body = [s for s in reading.sentences if s.section in TELLING]
    if not body:
        return None
    towns = {s.place.place_id for s in stories if s.place and s.weight() >= 1}
    if len(towns) >= ROUND_UP_TOWNS and any(_ROUND_UP.search(s.text[:OPENING]) for s in body[:2]):
        return None
    opening = {(s.field, s.start) for s in body[: FIRST_SENTENCES + (body[0].section == Section.HEADLINE)]}
    total = sum(s.weight() for s in stories)
    best: Story | None = None
    for story in stories:
        told = [f for f in story.frames if f.sentence.section in TELLING]
        if not any(f.strong or f.claims for f in told) or _is_long_past(story, published):
            continue
        opens = any((f.sentence.field, f.sentence.start) in opening for f in told)
        if not opens and story.weight() < 0.5 * total:
            continue
        if best is None or story.weight() > best.weight():
            best = story
    return best


def _is_tally(claims: Sequence[CasualtyClaim]) -> bool:
    """Return whether all that an article counts are running totals, those of a war or of months."""
    told = [c for c in claims if c.section in TELLING and c.harm in _HURT and c.status == ClaimStatus.REPORTED]
    totals = [c.count.best or 0 for c in told if c.scope == Scope.CUMULATIVE]
    return any(n >= TALLY for n in totals) and not any(c.scope == Scope.INCIDENT and c.count.best != 0 for c in told)


def _is_long_past(story: Story, published: date | None) -> bool:
    """Return whether a story is only of an event known by name that is months old: "since the invasion began"."""
    when = story.when or story.frames[0].when
    if published is None or when is None or when.start is None:
        return False
    return all(f.known and not f.claims for f in story.frames) and published - when.start > _LONG_PAST


def _sums_up(claims: Sequence[CasualtyClaim], reading: Reading) -> bool:
    """Return whether an article opens with a sum over many events, as of a year, and with no single one's figure."""
    opening = {"title": len(reading.article.title), "text": 0}
    for sentence in [s for s in reading.sentences if s.field == "text"][:SUM_SENTENCES]:
        opening["text"] = sentence.end
    told = [c for c in claims if c.span.start < opening[c.span.field]]
    if not any(_MANY.search(getattr(reading.article, name)[: min(end, OPENING)]) for name, end in opening.items()):
        return False
    return any(c.scope == Scope.CUMULATIVE and (c.count.best or 0) >= SUM for c in told) and not any(
        c.scope == Scope.INCIDENT for c in told
    )


def absorbed(main: Story, stories: Sequence[Story]) -> list[Story]:
    """Give the main story those that only a place sets apart; return the stories that are left.

    Bombardment strikes many towns on one day; a shooting is one event, and another place named with it is mostly a home
    town, a hospital or a surname.
    """
    kept: list[Story] = []
    for story in stories:
        if story is main or not _is_of(story, main):
            kept.append(story)
            continue
        main.frames += story.frames
    main.frames.sort(key=lambda f: (f.sentence.field != "title", f.start))
    return kept


def _is_of(story: Story, main: Story) -> bool:
    if any(f.known or f.other or f.sentence.section not in TELLING for f in story.frames):
        return False
    if kind_of(main) != T.SHOOTING or kind_of(story) not in (T.SHOOTING, T.OTHER):
        return False
    if story.when is None:
        return True
    return main.when is not None and not is_period(main.when, story.when) and days_apart(main.when, story.when) <= 1


def _mention(parts: Parts, reading: Reading, story: Story, stories: Sequence[Story], *, is_main: bool) -> Mention:
    article = parts.article
    role = LinkRole.MAIN if is_main else LinkRole.BACKGROUND
    claims = _claims(parts, story, is_main=is_main, stories=stories)
    if is_main and kind_of(story) == T.SHOOTING:
        claims = largest_event(claims, reading) or claims
    when, also = _days(story, reference_day(article), is_main=is_main)
    places = rank_places(article, parts.places, reading, story, stories if is_main else None)
    place = places[0] if places else None
    kind = kind_of(story)
    if is_main and kind == T.OTHER:
        kind = kind_of_parts(story, stories)
    telling = _telling(reading, story, is_main=is_main, stories=stories)
    elsewhere = {c.claim_id for s in stories if s is not story for f in s.frames for c in f.claims}
    names = [n for c in claims if c.claim_id not in elsewhere for n in c.victims.names]
    moment = reported_at(article)
    own = {(f.sentence.field, f.sentence.start) for f in story.frames}
    copied = [s for s in telling if (s.field, s.start) in own]
    marks = traces(telling, parts.entities, names, [s.quote for p in parts.places for s in p.spans], copied)
    if min(len(blocks(marks.streets)), len(marks.clock)) >= ROUND_UP:
        role = LinkRole.BACKGROUND
    first = min((f.sentence.field != "title", f.start) for f in story.frames)
    key = f"{article.article_id}|{kind}|{place.place_id if place else ''}|{when.start}|{when.end}"
    if not place or not when.start or when.basis == "publication":
        key += f"|{first}"
    return Mention(
        mention_id=str(uuid.uuid5(MENTION_NAMESPACE, key)),
        article_id=str(article.article_id),
        role=role,
        type=kind,
        place=place,
        nearby=tuple(places[1 : 1 + MOST_NEARBY]) if is_main else (),
        event=story.frames[0].known,
        when=when,
        also=also,
        killed=toll(claims, Harm.KILLED),
        injured=toll(claims, Harm.INJURED),
        killed_reports=_reports(parts, claims, Harm.KILLED, moment),
        injured_reports=_reports(parts, claims, Harm.INJURED, moment),
        weapon_ids=tuple(sorted({w.weapon_id for f in story.frames for w in f.weapons if w.weapon_id})),
        claim_ids=tuple(c.claim_id for c in claims),
        spans=_spans(article, story),
        traces=marks,
        source=article.source,
        reported_at=moment,
    )


def _claims(parts: Parts, story: Story, *, is_main: bool, stories: Sequence[Story]) -> list[CasualtyClaim]:
    """Return the claims of a story; the main one has those that no other story claims, too."""
    mine = {c.claim_id: c for f in story.frames for c in f.claims}
    if is_main:
        known = {place.place_id: place for place in parts.places}
        apart = [s for s in stories if s is not story and not _leads(s, story) and _apart(s, story, known)]
        others = {c.claim_id for s in apart for f in s.frames for c in f.claims}
        for claim in parts.casualties:
            if claim.claim_id not in others and claim.scope == Scope.INCIDENT:
                mine.setdefault(claim.claim_id, claim)
        mine = {k: c for k, c in mine.items() if c.section in TELLING or c.section == Section.CAPTION}
    else:  # what is past to the article is present to its own story
        mine = {k: c.model_copy(update={"scope": Scope.INCIDENT}) for k, c in mine.items()}
    return sorted(mine.values(), key=lambda c: (c.span.field != "title", c.span.start))


def _leads(story: Story, main: Story) -> bool:
    """Return whether the lead tells what the headline does, whatever street or home town it names with it."""
    headed = any(f.sentence.section == Section.HEADLINE for f in main.frames)
    if not headed or any(f.sentence.section == Section.LEAD for f in main.frames) or kind_of(story) != T.SHOOTING:
        return False
    if any(f.known or f.other for f in story.frames) or not any(
        f.sentence.section == Section.LEAD for f in story.frames
    ):
        return False
    return main.when is None or story.when is None or days_apart(story.when, main.when) <= 1


def _apart(story: Story, main: Story, known: Mapping[str, Place]) -> bool:
    """Return whether a story surely tells of another event.

    It says so; it names another day and another place; or it tells of deaths of its own, a day's journey away.
    """
    if any(f.known for f in story.frames):
        return True
    if story.place is None or main.place is None or relation(story.place, main.place) not in _ELSEWHERE:
        return False
    days = [f.when for f in story.frames if f.when and f.sure]
    told = [main.when] if main.when else [f.when for f in main.frames if f.when]
    later = min((days_apart(when, day) for when in days for day in told), default=0) > 0
    named = any(not f.inferred and f.place and f.place.place_id == story.place.place_id for f in story.frames)
    bombed = named and kind_of(main) in FROM_AFAR  # a shooting is one event, whatever town is named with it
    remote = bombed or _is_remote(story.place, main.place)
    return later or (remote and any(_is_of_its_own(c, story.place, known) for f in story.frames for c in f.claims))


def _is_of_its_own(claim: CasualtyClaim, place: Place, known: Mapping[str, Place]) -> bool:
    """Return whether a claim tells of dead or hurt at a place or its region, and not of some that were told before."""
    told = (
        claim.harm in (Harm.KILLED, Harm.INJURED)
        and claim.status == ClaimStatus.REPORTED
        and (claim.count.min or 0) > 0
    )
    there = relation(known.get(claim.place_id or ""), place) in (Relation.SAME, Relation.WITHIN)
    return told and there and not (claim.same_as or claim.part_of)


def _reports(parts: Parts, claims: Sequence[CasualtyClaim], harm: Harm, moment: datetime) -> tuple[TollReport, ...]:
    """Return who said what: each figure of a claimant once, no parts of a total, no repetitions."""
    seen: set[tuple[Count, str | None]] = set()
    found: list[TollReport] = []
    for claim in claims:
        key = (claim.count, claim.claimant)
        counts = (
            claim.harm == harm and claim.scope == Scope.INCIDENT and claim.part_of is None and claim.same_as is None
        )
        if not counts or claim.status not in (ClaimStatus.REPORTED, ClaimStatus.DENIED) or key in seen:
            continue
        seen.add(key)
        found.append(
            TollReport(
                count=claim.count,
                status=claim.status,
                claimant=claim.claimant,
                source=parts.article.source,
                article_id=str(parts.article.article_id),
                claim_id=claim.claim_id,
                reported_at=moment,
            )
        )
    return tuple(found)


def _days(story: Story, published: date | None, *, is_main: bool) -> tuple[When, tuple[date, ...]]:
    """Choose the day of a story by vote; return it with the other days that the story names, the likeliest first."""
    votes: dict[tuple[date, date], float] = defaultdict(float)
    whens: dict[tuple[date, date], When] = {}
    for order, frame in enumerate(story.frames):
        if frame.when is None or frame.when.start is None:
            continue
        key = (frame.when.start, frame.when.end or frame.when.start)
        worth = (2.0 if frame.strong else 1.0) * (1.0 if frame.sure else 0.2)
        worth *= 2.0 if frame.sentence.section in (Section.HEADLINE, Section.LEAD) else 1.0
        votes[key] += worth / (1 + 0.1 * order) / (1 + 0.2 * (key[1] - key[0]).days)
        whens.setdefault(key, frame.when)
    ranked = sorted(votes, key=lambda k: (-votes[k], k))
    best = whens[ranked[0]] if ranked else None
    if published is None and best and (best.end is None or ranked[0][1] - ranked[0][0] >= _A_MONTH):
        undated = [f for f in story.frames if f.strong and f.when and f.when.start is None and f.when.end is None]
        ranked = [] if undated else ranked  # "the deadliest since 2012 ... on Friday": no publication says which Friday
    if ranked:
        days = [a for a, b in ranked[1:] if a == b and a != ranked[0][0]]
        return whens[ranked[0]].model_copy(update={"basis": "text"}), tuple(days[:MOST_NEARBY])
    if published is None:
        return When(), ()
    if is_main:
        return When(start=published, end=published, precision=Precision.DAY, basis="publication"), ()
    first = published - timedelta(days=RELATED_DAYS)
    return When(start=first, end=published, precision=Precision.RANGE, basis="publication"), ()


def _of_events(parts: Parts) -> list[Place]:
    """Return the places with their spans as capitals, without those in an outlet's name: nothing happened there."""
    article = parts.article
    meant: dict[str, list[Span]] = defaultdict(list)
    for field, start, end, place in find_capitals({"title": article.title, "text": article.text}, parts.places):
        meant[place.place_id].append(span_of(article, field, start, end))
    kept = ((p, (*(s for s in p.spans if not is_outlet(article, s)), *meant[p.place_id])) for p in parts.places)
    return [p if spans == p.spans else p.model_copy(update={"spans": spans}) for p, spans in kept]


def _telling(reading: Reading, story: Story, *, is_main: bool, stories: Sequence[Story]) -> list[Sentence]:
    """Return the sentences whose names and streets belong to a story."""
    own = {(f.sentence.field, f.sentence.start) for f in story.frames}
    if not is_main:
        return [s for s in reading.sentences if (s.field, s.start) in own]
    others = {(f.sentence.field, f.sentence.start) for s in stories if s is not story for f in s.frames} - own
    return [s for s in reading.sentences if s.section in TELLING and (s.field, s.start) not in others]


def _spans(article: RawArticle, story: Story) -> tuple[Span, ...]:
    spans = {(f.sentence.field, f.start, f.end) for f in story.frames}
    ordered = sorted(spans, key=lambda s: (s[0] != "title", s[1], s[2]))
    return tuple(span_of(article, f, a, b) for f, a, b in ordered[:MOST_SPANS])
