"""Sentences that go on telling of an event of the past, where only the first of them says that it is past."""

from __future__ import annotations

import re
from collections.abc import Sequence

from contracts.casualties import Scope
from services.casualties.statement import Statement
from services.text.reading import Sentence

_NEAR = 2  # sentences back that "in that incident" may reach
_LONG = 1000  # characters of a sentence that are looked at
_THAT = re.compile(
    r"\b(?:in|during|from|after|of) that (?:incident|shooting|attack|case|raid|blast|bombing)\b", re.IGNORECASE
)
_OF_THEM = re.compile(r"^\W*(?:(?:one|two|three|four|five|six|some|all|both|\d+) of them|both|they)\b", re.IGNORECASE)

_WAKES = (
    r"(?:vigils?|funerals?(?! homes?)|wakes?(?! of)|burials?|repasts?|balloon release|"
    r"memorial(?! (?:day|hospital|medical|park|drive|weekend|bridge|stadium|highway|boulevard|avenue|health|regional)))"
)
# "shot at a vigil", "opened fire outside a funeral": those who are mourned there died before.
_AT_A_WAKE = re.compile(
    r"\b(?:shot|shots|shooting|shootings|wounded|injured|hurt|hit|struck|fire|fired|gunfire|gunman|gunmen|attack|attacked|"
    rf"bomb|bomber|bombing|blast|explosion|exploded)\b(?: [\w',-]+){{0,5}}? "
    rf"(?:at|during|outside|near|after|following|leaving) (?:an? |the )?(?:[\w'-]+ ){{0,2}}?{_WAKES}\b",
    re.IGNORECASE,
)
_MOURNED = re.compile(
    rf"\b(?:mourn\w*|remember\w*|honou?r(?:ing|ed)?|memory|gather\w*|{_WAKES})\b[^.;]*"
    r"\b(?:who|whom|where)\b(?:\W+[\w'-]+){0,8}\W*$"
    r"|\b(?:mourn(?:ing|ed)?|mark(?:ing|ed)?|remember(?:ing|ed)?|grieve|grieving)(?:\W+[\w'-]+){0,2}\W*$",
    re.IGNORECASE,
)
_OPENING = 5  # sentences that may say that a wake was attacked, the headline among them

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


def mourn(statements: Sequence[Statement], sentences: Sequence[Sentence]) -> None:
    """Take for past the death that people were mourning when they were attacked.

    ``Two were shot at a vigil``, which was held ``for Max Miller, who was killed on Sunday``.
    """
    dead = [s for s in statements if s.harm == "killed" and s.single and s.scope is Scope.INCIDENT]
    if not dead or not any(_AT_A_WAKE.search(s.text[:_LONG]) for s in sentences[:_OPENING]):
        return
    for statement in dead:
        until = statement.clause.items[statement.finding.at].start
        if _MOURNED.search(statement.clause.text[:until][-_LONG:]):
            statement.scope = Scope.HISTORIC
