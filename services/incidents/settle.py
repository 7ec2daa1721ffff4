"""Put claims whose place turned out to be none at a place that the article does name."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from contracts.article import RawArticle
from contracts.casualties import CasualtyClaim
from contracts.places import Place
from services.incidents.geo import is_point
from services.text.scenes import is_beside

_CLOSE = 120  # characters


def settled(article: RawArticle, claims: Sequence[CasualtyClaim], places: Sequence[Place]) -> tuple[CasualtyClaim, ...]:
    """Return the claims, each at one of these places or at none.

    The enricher for casualties reads places without knowing names of people; the one for entities knows that
    "Mahmoud Shadi" is no town. A claim that was put there goes to a place named close by, a point before anything
    larger, else to the last before it, else to the first; never to where the hurt were taken or the article was
    written, as long as there is another. Where no place is known, all stays as it is: then the enricher for entities
    failed.
    """
    known = {place.place_id for place in places}
    if not known or all(claim.place_id is None or claim.place_id in known for claim in claims):
        return tuple(claims)
    spans = sorted(((s.field, s.start, s.end, p) for p in places for s in p.spans), key=lambda n: n[:3])
    set_there = [
        (field, start, place)
        for field, start, end, place in spans
        if not is_beside(field, getattr(article, field), start, end, place)
    ] or [(field, start, place) for field, start, _, place in spans]
    named = [(f, start, p.place_id) for f, start, p in set_there if is_point(p)]
    named = named or [(f, start, p.place_id) for f, start, p in set_there]
    return tuple(
        claim
        if claim.place_id is None or claim.place_id in known
        else claim.model_copy(update={"place_id": _nearest(claim, named)})
        for claim in claims
    )


def _nearest(claim: CasualtyClaim, named: Sequence[tuple[str, int, str]]) -> str:
    at = bisect_left(named, (claim.span.field, claim.span.start, ""))
    around = [n for n in named[max(0, at - 1) : at + 1] if n[0] == claim.span.field]
    close = min(around, key=lambda n: abs(n[1] - claim.span.start), default=None)
    if close and abs(close[1] - claim.span.start) <= _CLOSE:
        return close[2]
    return named[at - 1][2] if at and named[at - 1][0] == claim.span.field else named[0][2]
