"""Tell statements of different events apart, where each names its town or its day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from math import cos, hypot, radians
from typing import TYPE_CHECKING

from contracts.places import PlacePrecision

if TYPE_CHECKING:
    from services.casualties.statement import Statement

_Setting = tuple[tuple[float, float] | None, tuple[date, date] | None, bool]
_POINTS = (PlacePrecision.SITE, PlacePrecision.DISTRICT, PlacePrecision.SETTLEMENT)
_APART_KM = 40.0  # towns as far apart as this have victims of their own
_KM_A_DEGREE = 111.2


class Settings:
    """Which statements of an article name different towns or days; each pair of settings is looked at once."""

    def __init__(self, statements: Sequence[Statement]) -> None:
        numbers: dict[_Setting, int] = {}
        self._number = {id(s): numbers.setdefault(_setting(s), len(numbers)) for s in statements}
        self._settings = list(numbers)
        self._apart: dict[tuple[int, int], bool] = {}

    def of_one_event(self, statement: Statement, told: list[Statement]) -> list[Statement]:
        """Return those of ``told`` that may speak of the same event as a statement."""
        here = self._number[id(statement)]
        if self._settings[here][:2] == (None, None):
            return told
        return [s for s in told if not self._elsewhere(self._number[id(s)], here)]

    def _elsewhere(self, one: int, other: int) -> bool:
        known = self._apart.get((one, other))
        if known is None:
            known = self._apart[one, other] = _elsewhere(self._settings[one], self._settings[other])
        return known


def _setting(statement: Statement) -> _Setting:
    """Return the point and the days of a statement, None where it has none, and whether it names the point."""
    place, when = statement.place, statement.when
    point = days = None
    if place and place.precision in _POINTS and place.lat is not None and place.lon is not None:
        point = place.lat, place.lon
    if statement.dated and when and when.start is not None:
        days = when.start, when.end or when.start
    return point, days, statement.placed


def _elsewhere(one: _Setting, other: _Setting) -> bool:
    """Tell whether each names a day, or one a town and the other has one, and these differ."""
    (a, its, placed), (b, those, other_placed) = one, other
    if its and those and max((those[0] - its[1]).days, (its[0] - those[1]).days) > 1:
        return True
    if a is None or b is None or not (placed or other_placed):
        return False
    return hypot(a[0] - b[0], (a[1] - b[1]) * cos(radians(a[0]))) * _KM_A_DEGREE > _APART_KM
