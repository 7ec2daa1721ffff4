"""Whereabouts: where an article's main event was, and those of the background."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence

from contracts.article import RawArticle
from contracts.places import Place, PlacePrecision
from contracts.spans import Section, Span
from contracts.weapons import WeaponRole
from services.incidents.days import days_apart
from services.incidents.frames import Frame, speaks
from services.incidents.geo import Relation, is_point, relation
from services.incidents.story import TELLING, Story
from services.text.reading import Reading
from services.text.scenes import is_dateline, is_no_scene
from services.text.sections import headline_end

UNITS = frozenset({PlacePrecision.ADMIN1, PlacePrecision.ADMIN2, PlacePrecision.COUNTRY})
MOST_VOTED = 40


def rank_places(
    article: RawArticle, places: Sequence[Place], reading: Reading, story: Story, others: Sequence[Story] | None
) -> list[Place]:
    """Rank the places of a story by votes, the likeliest first.

    Of the main one the whole article has a say, save where its ``others`` tell of other days; None for one of the
    background.
    """
    votes: dict[str, float] = defaultdict(float)
    known = {p.place_id: p for p in places}
    for frame in story.frames:
        if frame.place:
            known.setdefault(frame.place.place_id, frame.place)
            votes[frame.place.place_id] += 2.0 if frame.sentence.section in TELLING else 0.5
    whole = None
    if others is not None:
        for place_id, value in _of_the_article(article, places, reading, story, others).items():
            votes[place_id] += value
        whole = _over_all_of(story)
    most = {i: votes[i] for i in sorted(votes, key=lambda i: (-votes[i], i))[:MOST_VOTED]}
    scored = {i: _backed(i, most, known) for i in most}
    ranked = sorted(scored, key=lambda i: (whole is None or i != whole.place_id, -scored[i], i))
    return [known[i].model_copy(update={"spans": ()}) for i in ranked]


def _of_the_article(
    article: RawArticle,
    places: Sequence[Place],
    reading: Reading,
    story: Story,
    others: Sequence[Story],
) -> dict[str, float]:
    """Return the votes that an article casts for the places of its main story by naming them."""
    votes: dict[str, float] = {}
    named = {f.place.place_id for f in story.frames if f.place}
    opening = {(s.field, s.start, s.end) for s in reading.sentences[:3]}
    wide = story.place is not None and story.place.precision in UNITS
    elsewhen = sorted(
        (f.sentence.field, f.start, f.end)
        for other in others
        if other is not story
        for f in other.frames
        if _is_of_another_day(f, story)
    )
    for place in places:
        if wide and place.place_id not in named and not any(s.field == "title" for s in place.spans):
            continue  # a town that is only named in passing, where the attacks on a province are told
        if not is_point(place) and story.place is not None:
            continue
        spans = [s for s in place.spans if not _is_aside(article, s, place) and not _is_inside(s, elsewhen)]
        if spans:
            near = sum(any(f == s.field and a <= s.start < b for f, a, b in opening) for s in spans)
            votes[place.place_id] = place.confidence * (1.0 * near + 0.3 * min(len(spans), 6))
    return votes


def _is_inside(span: Span, stretches: Sequence[tuple[str, int, int]]) -> bool:
    at = bisect_right(stretches, (span.field, span.start + 1)) - 1
    return at >= 0 and stretches[at][0] == span.field and stretches[at][1] <= span.start < stretches[at][2]


def _over_all_of(story: Story) -> Place | None:
    """Return the country that shot down what a story opens with, where no one is hurt: "Ukraine downs 29 drones"."""
    opening = [f for f in story.frames if f.sentence.section in (Section.HEADLINE, Section.LEAD)]
    if not opening or any(f.claims for f in opening):
        return None
    first = opening[0]
    downed = first.weapons and all(w.role == WeaponRole.INTERCEPTED for w in first.weapons)
    points = [f for f in opening if f.place and f.place.precision != PlacePrecision.COUNTRY]
    return first.place if downed and not points else None


def _is_of_another_day(frame: Frame, story: Story) -> bool:
    """Return whether a frame surely tells of another day than a story does."""
    if story.when is None or frame.when is None or not frame.sure:
        return frame.known is not None
    return days_apart(story.when, frame.when) > 0


def _backed(place_id: str, votes: dict[str, float], known: dict[str, Place]) -> float:
    place = known[place_id]
    inside = (Relation.SAME, Relation.WITHIN)
    backing = sum(0.5 * v for i, v in votes.items() if i != place_id and relation(place, known[i]) in inside)
    fine = 1.0 if place.precision == PlacePrecision.SETTLEMENT else 0.8 if is_point(place) else 0.35
    return (votes[place_id] + backing) * fine


def is_outlet(article: RawArticle, span: Span) -> bool:
    """Return whether a place stands in an outlet's name behind the headline, as in "... - KXYZ News, Springfield"."""
    if span.field != "title":
        return False
    return span.start >= headline_end(article.title)


def _is_aside(article: RawArticle, span: Span, place: Place) -> bool:
    """Return whether a name is an outlet's, or says who speaks, where it was written or what missiles came from."""
    if is_outlet(article, span):
        return True
    text = getattr(article, span.field)
    dateline = span.field == "text" and is_dateline(text, span.start, span.end, place.country)
    country = place.precision == PlacePrecision.COUNTRY
    return dateline or is_no_scene(text, span.start, span.end, country=country) or speaks(text, span.end)
