"""A headline's figure that is the sum of what the text tells of several towns."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.casualties import ClaimStatus, Scope
from contracts.places import PlacePrecision
from contracts.spans import Section
from services.casualties.statement import TOLD, Statement

_LEAST = 3  # smaller figures are sums by chance
_TOWNS = 5  # so many at most are added up
_POINTS = (PlacePrecision.SITE, PlacePrecision.DISTRICT, PlacePrecision.SETTLEMENT)


def total_up(statements: Sequence[Statement]) -> None:
    """Take a headline's figure for a total over several attacks where it adds up what towns are told to have lost.

    ``Strikes kill 11``, and the text: eight died in one town, three in another. No body gives the 11 for one of them.
    """
    for harm in ("killed", "injured"):
        told = [s for s in statements if _counts(s, harm)]
        heads = [s for s in told if s.sentence.section is Section.HEADLINE]
        rest = [s for s in told if s.sentence.section is not Section.HEADLINE]
        figures = {s.finding.count.best for s in rest}
        for head in heads:
            parts = _parts(head.finding.count.best or 0, rest)
            wide = head.placed and head.place is not None and head.place.precision not in _POINTS
            if head.finding.count.best in figures or not parts or wide:  # "kill 11 in Donetsk Oblast" is of all of it
                continue
            head.scope, head.place = Scope.CUMULATIVE, None
            for part in parts:
                part.part_of, part.same_as = head, None


def _counts(statement: Statement, harm: str) -> bool:
    told = statement.harm == harm and statement.sentence.section in TOLD and not statement.silent
    firm = statement.finding.status is ClaimStatus.REPORTED and statement.scope is Scope.INCIDENT
    firm = firm and statement.part_of is None and not statement.finding.joint
    return told and firm and bool(statement.finding.count.best)


def _parts(figure: int, told: Sequence[Statement]) -> list[Statement]:
    """Return the first statements of the first towns that add up to a figure, else none."""
    first: dict[str, Statement] = {}
    for statement in told:
        place = statement.place
        if statement.placed and place is not None and place.precision in _POINTS:
            first.setdefault(place.place_id, statement)
    found, whole = [], 0
    for statement in list(first.values())[:_TOWNS]:
        found.append(statement)
        whole += statement.finding.count.best or 0
        if whole == figure and len(found) > 1:
            return found if figure >= _LEAST else []
    return []
