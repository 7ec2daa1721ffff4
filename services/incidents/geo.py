"""How two places lie to each other, for the question whether two accounts can be of the same event."""

from __future__ import annotations

from enum import StrEnum
from math import asin, cos, radians, sin, sqrt

from contracts.places import Place, PlacePrecision

P = PlacePrecision
FINENESS = {P.SITE: 0, P.DISTRICT: 1, P.SETTLEMENT: 2, P.ADMIN2: 3, P.ADMIN1: 4, P.REGION: 5, P.COUNTRY: 6}
_POINTS = (P.SITE, P.DISTRICT, P.SETTLEMENT)
EARTH_KM = 6371.0
CITY_KM = 22.0  # a site or district as far as this from a settlement's centre can belong to it
DOUBLE_KM = 4.0  # two gazetteer entries this close are one place
NEXT_TOWN_KM = 30.0
ADMIN2_KM = 60.0
ADMIN1_KM = 60.0


class Relation(StrEnum):
    """What two places are to each other."""

    SAME = "same"
    WITHIN = "within"
    NEAR = "near"
    APART = "apart"
    UNKNOWN = "unknown"


def kilometres(a: Place, b: Place) -> float | None:
    """Return the distance along the great circle in kilometres, None where a place has no coordinates."""
    if a.lat is None or a.lon is None or b.lat is None or b.lon is None:
        return None
    lat_a, lat_b = radians(a.lat), radians(b.lat)
    half = sin((lat_b - lat_a) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin(radians(b.lon - a.lon) / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(half)))


def relation(a: Place | None, b: Place | None) -> Relation:
    """Compare two places, in either order.

    SAME also holds for a site or district and its city; WITHIN is a point inside an oblast, a state or a country.
    """
    if a is None or b is None:
        return Relation.UNKNOWN
    if a.place_id == b.place_id:
        return Relation.SAME
    fine, coarse = sorted((a, b), key=lambda place: FINENESS[place.precision])
    distance = kilometres(a, b)
    if coarse.precision == P.COUNTRY:
        if fine.country is None or coarse.country is None:
            return Relation.UNKNOWN
        return Relation.WITHIN if fine.country == coarse.country else Relation.APART
    if coarse.precision == P.REGION or distance is None:
        return Relation.UNKNOWN
    if coarse.precision == P.ADMIN1:
        if fine.precision == P.ADMIN1:
            return Relation.APART
        named = fine.country == coarse.country and fine.admin1 in (coarse.admin1 or coarse.name, coarse.name)
        return Relation.WITHIN if named or distance <= ADMIN1_KM else Relation.APART
    if coarse.precision == P.ADMIN2:
        return Relation.WITHIN if distance <= ADMIN2_KM and fine.precision != P.ADMIN2 else Relation.APART
    reach = CITY_KM if coarse.precision == P.SETTLEMENT and fine.precision != P.SETTLEMENT else DOUBLE_KM
    if distance <= reach:
        return Relation.SAME
    return Relation.NEAR if distance <= NEXT_TOWN_KM else Relation.APART


def is_point(place: Place | None) -> bool:
    """Return whether a place is a site, a district or a settlement."""
    return place is not None and place.precision in _POINTS
