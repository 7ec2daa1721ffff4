"""Which places an article names: spans found by the gazetteer, told apart by the company they keep."""

from __future__ import annotations

from collections.abc import Iterable

from contracts.places import Place
from contracts.spans import Span
from services.text.gazetteer import Entry, Gazetteer
from services.text.places.choice import Choice
from services.text.places.find import find_mentions
from services.text.places.mentions import Hint
from services.text.reading import Reading, span_of

__all__ = ["Hint", "find_places", "place_of"]


def find_places(reading: Reading, gazetteer: Gazetteer, hints: Iterable[Hint] = ()) -> tuple[Place, ...]:
    """Find and resolve the places of an article, each once with all its spans, in order of first mention.

    ``hints`` make doubtful names surer or less sure; none are needed. Linear in the length of the text.
    """
    mentions, clues = find_mentions(reading, gazetteer, hints)
    choice = Choice(mentions, clues, gazetteer)
    found: dict[str, tuple[Entry, list[Span], float, str]] = {}
    for mention in mentions:
        chosen = choice.resolve(mention)
        if chosen is None:
            continue
        entry, confidence, rule = chosen
        span = span_of(reading.article, mention.sentence.field, mention.start, mention.end)
        _, spans, surest, first_rule = found.setdefault(entry.place_id, (entry, [], 0.0, rule))
        spans.append(span)
        best = max((surest, first_rule), (confidence, rule), key=lambda pair: pair[0])
        found[entry.place_id] = (entry, spans, *best)
    return tuple(place_of(*place) for place in found.values())


def place_of(entry: Entry, spans: Iterable[Span], confidence: float, rule: str | None = None) -> Place:
    """Build the message's place from the gazetteer's; the rule is that of its surest mention."""
    return Place(
        place_id=entry.place_id,
        name=entry.name,
        kind=entry.kind,
        country=entry.country,
        admin1=entry.admin1,
        city=entry.city,
        lat=entry.lat,
        lon=entry.lon,
        precision=entry.precision,
        spans=tuple(spans),
        confidence=round(confidence, 3),
        rule=rule,
    )
