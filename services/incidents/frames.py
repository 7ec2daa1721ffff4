"""Frames: where in a text an attack or its victims are told, with the place, the day and the side named there."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from itertools import pairwise
from typing import Any, Generic, TypeVar

from ahocorasick_rs import AhoCorasick

from contracts.casualties import CasualtyClaim, ClaimStatus, Harm, Scope
from contracts.incidents import IncidentType
from contracts.places import Place
from contracts.places import PlacePrecision as P
from contracts.spans import Precision, Section, Span, When
from contracts.weapons import WeaponMention, WeaponRole
from services.incidents.days import PROCESS, SINCE, dates, days_apart, days_before, first_since, inside, is_sure
from services.incidents.geo import FINENESS, Relation, is_point, relation
from services.incidents.triggers import Trigger, actor_of, is_done, sides, triggers
from services.incidents.words import lowered, table
from services.text.dates import find_dates, is_since_begun
from services.text.reading import Reading, Sentence
from services.text.scenes import is_beside, is_dateline, is_no_scene

T = TypeVar("T")
LONGEST_SENTENCE = 5000  # what stands behind tells no more than what stands before, and the rules stay linear
LIST_ITEM = 60
SILENT = frozenset({Section.COMMENT, Section.BOILERPLATE})
HARMS = frozenset({Harm.KILLED, Harm.INJURED, Harm.MISSING, Harm.TRAPPED, Harm.ABDUCTED})
ACTIVE = frozenset(
    {WeaponRole.LAUNCHED, WeaponRole.HIT, WeaponRole.DEBRIS, WeaponRole.ATTACK_MEANS, WeaponRole.INTERCEPTED}
)
_FIRED = frozenset({WeaponRole.LAUNCHED, WeaponRole.INTERCEPTED})  # "shot down 33 of 40 drones" tells an attack
_BREAK = re.compile(
    r"[;:,–—]|\s-{1,2}\s|\b(?:a(?:nd|fter|s|mid)|b(?:ut|efore)|wh(?:ile|en|ere|ich|o)|since|following|despite|including)\b"
)
_LOCATIVE = re.compile(
    r"\b(?:in|on|at|near|against|across|outside|of|from|into|towards?|over|around|inside|throughout|hit|struck|shelled|attacked|pounded|"
    r"bombed|targeted|targeting|hitting|striking|pounding|rocked|captured|stormed)\s+(?:(?:the|central|downtown|northern|southern|eastern|western|"
    r"north|south|east|west|north\w+|south\w+|nearby|front-?line|embattled|\w+n|port|black|sea|city|town|village|suburb|capital|settlement|"
    r"neighbou?rhood|district|region|province|area|part|parts|and|of|border)[\s’']+){0,6}$",
    re.IGNORECASE,
)
_ORIGIN = re.compile(r"\b(?:from|of)\s+(?:the\s+)?$", re.IGNORECASE)
_UNREAL = re.compile(
    r"\b(?:could|would|might|if|threat\w*|vow\w*|warn\w*|risk|prevent\w*|avoid|potential|future|drills?|exercises?|simulat\w*|training|"
    r"movie|film|game|ready to|prepar\w+ (?:to|for)|plan(?:s|ned|ning)? to|in case of|calls? (?:for|on)|"
    r"capable of|able to|"
    r"appeal\w*|ceasefire|peace|never|halt|stop(?:ped|s)? |end to|deter\w*|protect\w*|defend against)\b",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"\b(?:another\s(?:(?!killed|wounded|injured|hurt|dead)[\w-]+\s){0,3}(?:attack|strike|shooting|bomb\w*|blast|explosion|raid|assault|"
    r"incident|case|shelling|barrage|massacre|operation|town|village|city|district|region|province|neighbou?rhood|area|part|location|"
    r"site|street|block|front|occasion|day|night)s?\b|"
    r"separate(?:ly)?|unrelated|previous(?:ly)?|earlier (?:this|in|attack|shooting|strike)|elsewhere|"
    r"similar|last (?:week|month|year|summer|winter|spring|fall|autumn)|(?:years?|months?|weeks?) ago|in a different|"
    r"second (?:shooting|attack|strike|incident))\b",
    re.IGNORECASE,
)
_OTHER_SIGNS = (
    "another", "separate", "unrelated", "previous", "earlier", "elsewhere", "similar", "last", "ago", "different",
    "second",
)  # fmt: skip
# A government that speaks from its seat, and the words that it speaks with.
_SPOKEN = re.compile(
    r"(?:\s(?:also|later|has|have|had|again|immediately|quickly|not))*\s(?:accus\w+|admit\w*|announc\w+|ask\w*|blam\w+|call\w*|"
    r"claim\w*|comment\w*|condemn\w*|confirm\w*|declin\w+|den(?:y|ies|ied)|disput\w+|insist\w*|reject\w*|report\w*|said|say|says|"
    r"threaten\w*|told|urg\w+|vow\w*|warn\w*)\b",
)
_SEAT = re.compile(
    r"\b(?:ministry|ministries|ministers?|government|cabinet|embassy|parliament|kremlin|junta|general staff|"
    r"diplomats?|sources?)\b(?:\s(?:of|for)\s\w+){0,2}\s(?:in|from)\s$",
    re.IGNORECASE,
)
# "Ukraine's air force", "Ukraine reportedly shot down", "Israel says it intercepted".
_DOWNS = re.compile(
    r"(?:['’]s)?(?:\s(?:air (?:force|defen[cs]es?)|military|army|forces|(?:has|have|had|it|they|that|on [A-Z]\w+day|"
    r"says?|said|claim(?:s|ed)|report(?:s|ed|edly)|also|again)\b)){0,6}\s(?:downs?\b|downed|sh(?:ot|oots?) down|"
    r"intercept|destroy)"
)
_ROAD = re.compile(
    r"\s(?:Street|St\b\.?|Avenue|Ave\b|Road|Rd\b|Boulevard|Blvd|Drive|Dr\b|Lane|Ln\b|Court|Way|Highway|Parkway)"
)
_AFTER = re.compile(r"(?:after|following|amid|before|despite)\b", re.IGNORECASE)
_VISIT = re.compile(
    r"\b(?:travel\w*|visit\w*|arriv\w*|flew|fly\w*|trip|meet\w*|met|return\w*|born|raised|native of|talks)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Frame:
    """One telling of an event within a sentence; ``start`` and ``end`` are offsets into the article's field."""

    sentence: Sentence
    start: int
    end: int
    types: tuple[IncidentType, ...] = ()
    strong: bool = False
    place: Place | None = None
    inferred: bool = False  # the place does not stand there: the claim takes it from what was said before
    when: When | None = None
    sure: bool = True
    actor: str | None = None
    other: bool = False
    known: str | None = None
    claims: tuple[CasualtyClaim, ...] = ()
    weapons: tuple[WeaponMention, ...] = ()


class Placed(Generic[T]):
    """Things with spans, found by the stretch of text that they begin in."""

    def __init__(self, things: Iterable[tuple[Span, T]]) -> None:
        ordered = sorted(things, key=lambda pair: (pair[0].field, pair[0].start, pair[0].end))
        self._keys = [(span.field, span.start) for span, _ in ordered]
        self._things = ordered

    def within(self, sentence: Sentence) -> list[tuple[int, int, T]]:
        """Return the things that begin in a sentence, with offsets into its text."""
        first = bisect_left(self._keys, (sentence.field, sentence.start))
        last = bisect_left(self._keys, (sentence.field, sentence.end))
        return [
            (s.start - sentence.start, min(s.end, sentence.end) - sentence.start, t)
            for s, t in self._things[first:last]
        ]


@cache
def _known_events() -> tuple[AhoCorasick, re.Pattern[str], tuple[tuple[IncidentType, Place, When], ...]]:
    rows = table("events.tsv")
    signs = AhoCorasick([sign for row in rows for sign in row["signs"].split("|")])
    pattern = re.compile("|".join("(" + row["pattern"].replace(" ", r"\s") + ")" for row in rows), re.IGNORECASE)
    return signs, pattern, tuple(
        (
            IncidentType(row["type"]),
            Place(
                place_id=row["place_id"], name=row["name"], kind="event", country=row["country"], lat=float(row["lat"]),
                lon=float(row["lon"]), precision=P(row["precision"]),
            ),
            When(
                start=date.fromisoformat(row["start"]), end=date.fromisoformat(row["end"]),
                precision=Precision.DAY if row["start"] == row["end"] else Precision.RANGE,
            ),
        )
        for row in rows
    )  # fmt: skip


def known_events(sentence: Sentence, places: dict[str, Place]) -> list[Frame]:
    """Find events so well known that they go by a name; their place is the article's own where it names it."""
    signs, pattern, rows = _known_events()
    text = sentence.text[:LONGEST_SENTENCE]
    if not signs.find_matches_as_indexes(text.lower()):
        return []
    return [
        Frame(
            sentence, sentence.start + m.start(), sentence.start + m.end(), types=(row[0],), strong=True,
            known=f"{row[1].place_id}@{row[2].start}", place=places.get(row[1].place_id, row[1]), when=row[2],
        )
        for m in pattern.finditer(text)
        for row in [rows[(m.lastindex or 1) - 1]]
    ]  # fmt: skip


@dataclass(slots=True)
class _Segment:
    start: int
    end: int
    triggers: list[Trigger] = field(default_factory=list)
    claims: list[CasualtyClaim] = field(default_factory=list)
    weapons: list[WeaponMention] = field(default_factory=list)
    places: list[tuple[int, int, Place]] = field(default_factory=list)
    dates: list[tuple[bool, When]] = field(default_factory=list)
    frame: Frame | None = None


def frames(
    reading: Reading,
    places: Sequence[Place],
    weapons: Sequence[WeaponMention],
    claims: Sequence[CasualtyClaim],
    published: date | None,
) -> list[Frame]:
    """Find all frames of an article, in order. Linear in its length."""
    placed = Placed((span, place) for place in places for span in place.spans)
    armed = Placed((w.span, w) for w in weapons if w.role in ACTIVE or w.attributive)
    harmed = Placed(
        (c.span, c)
        for c in claims
        if c.harm in HARMS
        and c.scope != Scope.CUMULATIVE
        and c.status in (ClaimStatus.REPORTED, ClaimStatus.FEARED)
        and (c.count.best != 0)
    )
    by_id = {place.place_id: place for place in places}
    found: list[Frame] = []
    for sentence in reading.sentences:
        if sentence.section in SILENT:
            continue
        named = known_events(sentence, by_id)
        found += named
        words = triggers(sentence.text[:LONGEST_SENTENCE])
        around = [(f.start - sentence.start - 20, f.end - sentence.start + 25) for f in named]
        words = [t for t in words if not inside(t.start, around) and is_done(sentence.text, t)]
        victims = harmed.within(sentence)
        if words or victims:
            found += _frames_of(
                sentence,
                _Found(words, victims, armed.within(sentence), placed.within(sentence), around),
                by_id,
                published,
            )
    return found


@dataclass(frozen=True, slots=True)
class _Found:
    """What a sentence holds, with offsets into its text; ``taken`` stretches belong to known events."""

    words: list[Trigger]
    victims: list[tuple[int, int, CasualtyClaim]]
    weapons: list[tuple[int, int, WeaponMention]]
    places: list[tuple[int, int, Place]]
    taken: list[tuple[int, int]]


def _frames_of(sentence: Sentence, found: _Found, by_id: dict[str, Place], published: date | None) -> list[Frame]:
    words = found.words
    strong = any(t.kind != "weak" for t in words)
    if not found.victims and not strong and not (found.weapons and words):
        return []
    text = sentence.text[:LONGEST_SENTENCE]
    segments = _segments(text)
    starts = [s.start for s in segments]

    def at(offset: int) -> _Segment:
        return segments[max(0, bisect_left(starts, offset + 1) - 1)]

    for trigger in words:
        at(trigger.start).triggers.append(trigger)
    for start, _, claim in found.victims:
        at(start).claims.append(claim)
    for start, _, weapon in found.weapons:
        at(start).weapons.append(weapon)
    opens = sentence.field == "text" and sentence.start < LIST_ITEM
    for start, end, place in found.places:
        if not (opens and is_dateline(text, start, end, place.country)):
            at(start).places.append((start, end, place))
    earlier: list[Frame] = []
    attacked = [(t.start, t.end) for t in words] + [
        (a, b) for a, b, _ in found.victims if not PROCESS.search(text, a, b)
    ]
    named = dates(text, published)
    for start, end, when in named:
        if inside(start, found.taken) or is_since_begun(text, start):
            continue
        since = SINCE.search(text[max(0, start - 12) : end])
        if since is None:
            at(start).dates.append((is_sure(text, attacked, start, end), when))
        elif since.group().lower().startswith("since") and first_since(text, words, start):
            first = max(0, start - 12) + since.start()
            last = next((d.when for d in find_dates(text[first + len(since.group()) : end], published)), when)
            earlier.append(
                Frame(sentence, sentence.start + first, sentence.start + end, strong=True, when=last, other=True)
            )
    for end, when in days_before(text, named, published, found.taken):
        at(end).dates.insert(0, (True, when))
    made = _connected(sentence, segments, by_id, strong=strong, weapons=bool(found.weapons))
    where = next((f.place for f in made if f.place), None)
    cut = earlier[0].start if earlier else sentence.end
    made = [replace(f, end=cut) if f.start < cut < f.end else f for f in made]
    return made + [replace(f, place=where) for f in earlier]


def _connected(
    sentence: Sentence, segments: Sequence[_Segment], by_id: dict[str, Place], *, strong: bool, weapons: bool
) -> list[Frame]:
    """Connect the segments of a sentence that speak of one event; a day holds on until another is named."""
    made: list[Frame] = []
    pending: list[_Segment] = []
    for segment in segments:
        if not _tells(segment, strong=strong, weapons=weapons):
            pending.append(segment)
            continue
        frame = _frame(sentence, segment, by_id)
        if made:
            _grow(made, pending, sentence, by_id)
        else:
            for extra in pending:
                frame = _extended(frame, extra, sentence, by_id)
        if made and not _splits(made[-1], frame):
            made[-1] = _joined(made[-1], frame)
        else:
            made.append(frame)
            if len(made) == 1:
                _list(made, pending, sentence, by_id)
        pending = []
    if made:
        _grow(made, pending, sentence, by_id)
    for i in range(1, len(made)):
        text = sentence.text[made[i].start - sentence.start : made[i].end - sentence.start]
        if made[i].when is None and not made[i].other and not _AFTER.match(text):
            made[i] = replace(made[i], when=made[i - 1].when, sure=made[i - 1].sure)
    return made


def _list(made: list[Frame], pending: Sequence[_Segment], sentence: Sentence, by_id: dict[str, Place]) -> None:
    """Make a frame for each town of a list that stands before the attack: "X, Y and Z were hit"."""
    towns = [s for s in pending if is_point(_frame(sentence, s, by_id).place)]
    if len(towns) > 1:
        _grow(made, towns, sentence, by_id)


def _grow(made: list[Frame], pending: Sequence[_Segment], sentence: Sentence, by_id: dict[str, Place]) -> None:
    """Add segments that tell nothing themselves to the frame before them; a list of towns makes a frame for each."""
    for segment in pending:
        extra = _frame(sentence, segment, by_id)
        last = made[-1]
        listed = segment.end - segment.start <= LIST_ITEM and is_point(last.place) and is_point(extra.place)
        listed = listed and not _is_seat(last.place, extra.place)
        if listed and relation(last.place, extra.place) in (Relation.APART, Relation.NEAR):
            made.append(
                replace(extra, types=last.types, strong=last.strong, when=last.when, sure=last.sure, actor=last.actor)
            )
        else:
            made[-1] = _extended(last, segment, sentence, by_id)


def _is_seat(place: Place | None, unit: Place | None) -> bool:
    """Return whether a town behind another stands for the unit that holds it: "Saraqib, Idlib"."""
    return place is not None and unit is not None and place.admin1 == unit.name and place.name != unit.name


def _segments(text: str) -> list[_Segment]:
    cuts = [0] + [m.start() for m in _BREAK.finditer(lowered(text))] + [len(text)]
    return [_Segment(a, b) for a, b in pairwise(cuts) if b > a]


def _tells(segment: _Segment, *, strong: bool, weapons: bool) -> bool:
    if segment.claims:
        return True
    return any(t.kind != "weak" or strong or weapons for t in segment.triggers)


def _frame(sentence: Sentence, segment: _Segment, by_id: dict[str, Place]) -> Frame:
    """Read a segment that has all its parts, once."""
    if segment.frame is None:
        segment.frame = _read(sentence, segment, by_id)
    return segment.frame


def _read(sentence: Sentence, segment: _Segment, by_id: dict[str, Place]) -> Frame:
    text = sentence.text
    piece = text[segment.start : segment.end]
    opens = sentence.section in (Section.HEADLINE, Section.LEAD)
    salvo = opens and bool(segment.triggers) and any(w.role in _FIRED and w.quantity for w in segment.weapons)
    strong = (salvo or any(t.kind != "weak" for t in segment.triggers)) and not _UNREAL.search(piece)
    claimed = next((by_id[c.place_id] for c in segment.claims if c.place_id in by_id), None)
    dated = next((c.when for c in segment.claims if c.when and c.when.start and c.when.basis == "text"), None)
    first = min([t.start for t in segment.triggers], default=segment.start)
    last = max([t.end for t in segment.triggers], default=segment.end)
    dates = sorted(segment.dates, key=lambda pair: not pair[0])
    lead = len(piece) - len(piece.lstrip(" ,;:–—-"))
    place = _best_place(text, segment.places) or _downing(text, segment)
    return Frame(
        sentence,
        sentence.start + segment.start + lead,
        sentence.start + segment.end,
        types=tuple(t.type for t in segment.triggers if t.type),
        strong=strong,
        place=place or claimed,
        inferred=place is None,
        when=dates[0][1] if dates and (dates[0][0] or dated is None) else dated,
        sure=bool(dates) and dates[0][0],
        actor=next((a for t in segment.triggers if (a := actor_of(text, t.start, t.end))), None),
        other=_tells_of_other(text[max(0, first - 60) : last + 30]),
        claims=tuple(segment.claims),
        weapons=tuple(segment.weapons),
    )


def _tells_of_other(text: str) -> bool:
    """Return whether another event than the article's is told; most texts lack the letters of all such words."""
    low = text.lower()
    return any(sign in low for sign in _OTHER_SIGNS) and _OTHER.search(text) is not None


def _best_place(text: str, places: list[tuple[int, int, Place]]) -> Place | None:
    best: tuple[float, Place] | None = None
    for start, end, place in places:
        before = text[max(0, start - 70) : start]
        located = bool(_LOCATIVE.search(before)) and not (place.precision == P.COUNTRY and _ORIGIN.search(before))
        if _ROAD.match(text[end : end + 20]) or is_no_scene(text, start, end, country=place.precision == P.COUNTRY):
            continue  # a street that is named after a town
        if is_beside("title", text, start, end, place):
            continue  # datelines are taken out before
        if speaks(text, end) and (_SEAT.search(before) if located else is_point(place)):
            continue
        if not located and text[start:end] in sides()[2]:
            continue  # a capital that stands for its government
        modifies = is_point(place) and bool(triggers(text[end : end + 40].split(",", maxsplit=1)[0]))
        if not located and not modifies and not is_point(place):
            continue
        value = 2.0 * located + 1.0 * modifies - 0.3 * FINENESS[place.precision]
        if best is None or value > best[0]:
            best = (value, place)
    return best[1] if best else None


def _downing(text: str, segment: _Segment) -> Place | None:
    """Return the country that shoots down what was fired at it: "Ukraine says it downed 29 drones"."""
    if not any(w.role == WeaponRole.INTERCEPTED for w in segment.weapons):
        return None
    named = (p for _, end, p in segment.places if p.precision == P.COUNTRY and _DOWNS.match(text[end : end + 80]))
    return next(named, None)


def _splits(left: Frame, right: Frame) -> bool:
    if left.actor and right.actor and left.actor != right.actor:
        return True
    if parted(left.place, right):
        return True
    if (
        left.strong
        and right.strong
        and right.actor
        and _AFTER.match(right.sentence.text, right.start - right.sentence.start)
    ):
        return True
    return (
        (right.strong or bool(right.claims))
        and left.when is not None
        and right.when is not None
        and left.sure
        and right.sure
        and days_apart(left.when, right.when) > 1
    )


def speaks(text: str, end: int) -> bool:
    """Return whether the name that ends at ``end`` speaks: "Kyiv said"."""
    return _SPOKEN.match(text[end : end + 60]) is not None


def parted(place: Place | None, frame: Frame) -> bool:
    """Return whether a frame speaks of another place; a claim's place may be the city that a suburb belongs to."""
    where = relation(place, frame.place)
    return where == Relation.APART or (where == Relation.NEAR and not frame.inferred)


def _joined(left: Frame, right: Frame) -> Frame:
    return replace(
        left,
        end=right.end,
        types=left.types + right.types,
        strong=left.strong or right.strong,
        place=_finer(left.place, right.place) if left.inferred or not right.inferred else left.place or right.place,
        inferred=left.inferred and right.inferred,
        **_day(left, right),
        actor=left.actor or right.actor,
        other=left.other or right.other,
        claims=left.claims + right.claims,
        weapons=left.weapons + right.weapons,
    )


def _day(left: Frame, right: Frame) -> dict[str, Any]:
    """Return the surer of two days, the first where they are equally so."""
    taken = right if left.when is None or (right.when is not None and right.sure and not left.sure) else left
    return {"when": taken.when, "sure": taken.sure}


def _finer(a: Place | None, b: Place | None) -> Place | None:
    if a is None or b is None:
        return a or b
    return b if FINENESS[b.precision] < FINENESS[a.precision] else a


def _extended(frame: Frame, segment: _Segment, sentence: Sentence, by_id: dict[str, Place]) -> Frame:
    extra = _frame(sentence, segment, by_id)
    place = frame.place
    moved = _VISIT.search(sentence.text[segment.start : segment.end])
    if moved is None and (place is None or relation(place, extra.place) in (Relation.SAME, Relation.WITHIN)):
        place = _finer(place, extra.place)
    told = bool(extra.place or extra.when or extra.weapons)
    return replace(
        frame,
        inferred=frame.inferred if place is frame.place else extra.inferred,
        start=min(frame.start, extra.start) if told else frame.start,
        end=max(frame.end, extra.end) if told else frame.end,
        place=place,
        **_day(frame, extra),
        weapons=frame.weapons + extra.weapons,
    )
