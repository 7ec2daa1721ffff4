"""Sentences that go on telling of an event of the past, where only the first of them says that it is past."""

from __future__ import annotations

import re
from collections.abc import Sequence

from contracts.casualties import Scope
from services.casualties.statement import Statement

_NEAR = 2  # sentences back that "in that incident" may reach
_LONG = 1000  # characters of a sentence that are looked at
_THAT = re.compile(
    r"\b(?:in|during|from|after|of) that (?:incident|shooting|attack|case|raid|blast|bombing)\b", re.IGNORECASE
)
_OF_THEM = re.compile(r"^\W*(?:(?:one|two|three|four|five|six|some|all|both|\d+) of them|both|they)\b", re.IGNORECASE)

_ASIDE = re.compile(r"(?:^|[\s,])(?:where|whose) (?:[^,;]|(?<=\d),(?=\d))*$")


def is_told_aside(text: str, start: int, end: int, told: int) -> bool:
    """Tell a time of a clause between commas in front of a statement: ``where many died in 2023, a nurse was killed``.

    ``start`` and ``end`` bound the time, and ``told`` is where the statement begins.
    """
    return end < told and "," in text[end:told] and _ASIDE.search(text[:start]) is not None


def stay_past(statements: Sequence[Statement]) -> None:
    """Take what goes on about an event of the past for past: ``In 2012 two were shot there. One of them died``."""
    past = -_NEAR - 1  # the last sentence whose statements are all past
    before: Statement | None = None
    for statement in statements:
        if before is not None and before.number != statement.number and before.scope is Scope.HISTORIC:
            past = before.number
        if statement.scope is Scope.INCIDENT and 0 < statement.number - past <= _NEAR and not statement.dated:
            text = statement.sentence.text[:_LONG]
            next_to = statement.number - past == 1 and before is not None
            next_to = next_to and before is not None and before.sentence.paragraph == statement.sentence.paragraph
            if _THAT.search(text) or (next_to and _OF_THEM.match(text)):
                statement.scope = Scope.HISTORIC
        before = statement
