"""How likely a place is meant by its name, all else equal."""

from __future__ import annotations

import math

_BASE = {"country": 8.5, "region": 5.5, "site": 5.0, "district": 4.5}
_WIDE = frozenset({"sea", "ocean", "gulf", "continent"})
_FEWEST, _LARGE_UNIT = 300, 500_000


def rank_of(kind: str, precision: str, population: int) -> float:
    """Return a logarithm, as of inhabitants, with what stands in for it where there are none."""
    base = _BASE.get(precision, 0.0) + 3.0 * (kind in _WIDE)
    people = math.log10(max(population, _FEWEST))
    if precision == "admin2":
        people = min(people, 5.0)
    elif precision == "admin1" and population > _LARGE_UNIT:
        people += 2.0
    return max(base, people)
