"""Statements of "the monks" that take up a figure which the article gives elsewhere, before or after."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.casualties import ClaimStatus
from contracts.spans import Qualifier
from services.casualties.statement import Statement

_ANY = ("people", "men", "women", "children", "relatives", "family", "pair")  # too common to be the same ones


def take_up(statements: Sequence[Statement]) -> None:
    """Silence those that name definite people without a figure where another statement of the harm counts them.

    ``The murder of the monks shocked Lima. Six monks were killed``: the six alone are a claim.
    """
    counted: dict[tuple[str, str], Statement] = {}
    for statement in statements:
        number = statement.finding.count.best
        if number is not None and number > 1 and statement.finding.status is ClaimStatus.REPORTED:
            for key in _keys(statement):
                counted.setdefault(key, statement)
    for statement in statements:
        if statement.silent or not _is_definite(statement):
            continue
        whole = next((counted[key] for key in _keys(statement) if key in counted), None)
        if whole is not None:
            statement.silent, statement.same_as = True, whole


def _keys(statement: Statement) -> list[tuple[str, str]]:
    """Return by what people may be known again: their noun, and the group that it names."""
    phrase, clause = statement.finding.phrase, statement.clause
    if phrase is None or phrase.noun is None or phrase.pronoun or phrase.more:
        return []
    own = clause.items[phrase.head].noun
    keys = [(statement.harm, clause.word(phrase.head))] if own is not None and own.group not in _ANY else []
    return keys + ([(statement.harm, f"group {phrase.noun.group}")] if phrase.noun.group not in _ANY else [])


def _is_definite(statement: Statement) -> bool:
    phrase, count = statement.finding.phrase, statement.finding.count
    vague = count.best is None and count.qualifier is Qualifier.UNSPECIFIED
    return vague and phrase is not None and phrase.determiner == "definite" and statement.part_of is None
