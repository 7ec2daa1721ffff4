"""Running totals that are spelt out behind the sentence that gives them: in a list, or in the next sentence."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from contracts.casualties import Scope
from services.casualties.statement import Statement
from services.casualties.sums import RUNNING
from services.text.reading import Sentence

_BULLET = re.compile(r"\s*(?:[•*‣▪·●◦►]|[-–—]\s|\d{1,2}[.)]\s)")
_HEAD = re.compile(r"[A-Z“\"][^.:;!?]{2,60}: ")
_GOES_ON = re.compile(
    r"(?:In addition|Additionally|Furthermore|Moreover|Besides|"
    r"(?:Of|Among) (?:the|that|this) (?:overall )?(?:total|number|figure|toll))\b"
)
_THESE = re.compile(
    r"[Tt](?<!\w.)hese (?:\w+ )?(?:operations|attacks|strikes|incidents|explosions|assassinations|raids|bombings)\b"
)
_LONG = 2000  # characters of a sentence that are looked at


def run_on(statements: Sequence[Statement], sentences: Sequence[Sentence]) -> None:
    """Take the figures that spell out a running total for such totals themselves.

    ``Since May mines have killed 40 people, as follows: - Homs: 31 dead``; ``... In addition, 60 people were wounded``;
    ``The group has made 20 attacks since May. These attacks left nine dead``.
    """
    if not any(s.scope is Scope.CUMULATIVE or _THESE.search(s.sentence.text[:_LONG]) for s in statements):
        return
    by_number: defaultdict[int, list[Statement]] = defaultdict(list)
    for statement in statements:
        by_number[statement.number].append(statement)
    total = listing = False  # the last figures were a running total's; a list of its parts goes on
    paragraph = -1  # of the list's last item
    for number, sentence in enumerate(sentences):
        told = by_number.get(number, [])
        before = sentences[number - 1] if number else None
        beside = before is not None and before.paragraph == sentence.paragraph
        led = listing or (before is not None and before.text.rstrip().endswith(":"))
        opens = not beside and bool(_BULLET.match(sentence.text) or (led and _HEAD.match(sentence.text)))
        if (total or listing) and (opens or (listing and sentence.paragraph == paragraph)):
            listing, paragraph = True, sentence.paragraph
            _widen(told)
            continue
        if listing:
            total = listing = False
        more = total and beside and bool(_GOES_ON.match(sentence.text))
        if more or (before is not None and _is_of_these(before, sentence)):
            _widen(told)
        if told:
            total = all(s.scope is Scope.CUMULATIVE for s in told)
        elif not sentence.text.rstrip().endswith(":"):
            total = False


def _is_of_these(before: Sentence, sentence: Sentence) -> bool:
    """Tell whether a sentence counts the victims of attacks that the one before it counts over a period."""
    return bool(_THESE.search(sentence.text[:_LONG]) and RUNNING.search(before.text[:_LONG].lower()))


def _widen(told: Sequence[Statement]) -> None:
    for statement in told:
        if statement.scope is Scope.INCIDENT:
            statement.scope = Scope.CUMULATIVE
