"""Totals that an ordinal gives away: with "a third person has died" three are dead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from contracts.spans import Count
from services.casualties.statement import Statement

_LEAST = {"killed": 2, "injured": 3, "shot": 3}  # a second one who is hurt has been told of already
_MOST = 20
_ANYBODY = ("people", "men", "women", "children")
_DYING = ("intransitive", "outlived")  # "a third man was killed" may be of another event
_HURT = ("passive", "suffered", "hospital", "struck")


def totals(statements: Sequence[Statement]) -> list[Statement]:
    """Return the statements with a total before each that tells of an n-th victim, whom it makes a part of it."""
    made: list[Statement] = []
    for statement in statements:
        total = _total(statement, statements)
        if total is not None:
            statement.part_of, statement.adds_to = total, None
            made.append(total)
        made.append(statement)
    return made


def _with_those_before(statement: Statement) -> int:
    """Count a victim with those to whom he is added."""
    step: Statement | None = statement
    found = 0
    for _ in range(_MOST):
        if step is None:
            break
        found += step.finding.count.best or 0
        step = step.adds_to
    return found


def _total(statement: Statement, statements: Sequence[Statement]) -> Statement | None:
    phrase, finding = statement.finding.phrase, statement.finding
    if phrase is None or not 2 <= phrase.ordinal <= _MOST or not (statement.told and statement.single):
        return None
    rules = _DYING if finding.harm == "killed" else _HURT
    least = _LEAST.get(finding.harm)
    bare = phrase.determiner in (None, "indefinite") and not phrase.name and not phrase.number
    if least is None or phrase.ordinal < least or finding.rule not in rules or not bare:
        return None
    if phrase.noun is None or phrase.noun.group not in _ANYBODY or phrase.noun.plural:
        return None
    harm = "killed" if finding.harm == "killed" else "shot"
    harms = ("killed",) if harm == "killed" else ("injured", "shot", "killed")
    told = [s for s in statements if s is not statement and s.told and s.harm in harms and s.same_as is not statement]
    if any((s.finding.count.best or 0) >= phrase.ordinal for s in told):
        return None  # counted already
    dead = max((s.finding.count.best or 0 for s in told if s.harm == "killed"), default=0) if harm == "shot" else 0
    if dead + _with_those_before(statement) >= phrase.ordinal:
        return None
    count = Count.exact(phrase.ordinal)
    whole = replace(finding, count=count, harm=harm, rule="ordinal", total=None)
    return replace(
        statement, finding=whole, harm=harm, rule="ordinal", names=(), age=0, same_as=None, adds_to=None, siblings=()
    )
