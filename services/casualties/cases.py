"""What kind of case an article is about: a homicide has somebody dead, though no sentence may say who died."""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.casualties.discourse import TOLD, Statement
from services.text.reading import Sentence

_OPENING = 3  # sentences that say what an article is about, the headline among them
_LONG = 1000  # characters of each that are looked at
_DEADLY = re.compile(
    r"\b(?:fatal|deadly) (?:[\w.'’-]+ ){0,4}(?:shooting|stabbing|shootout|beating|attack)\b"
    r"|\b(?:a|the|as|into|first|second|third|\w+th) (?:apparent |possible |suspected )?(?:homicide|murder|slaying)\b"
    r"(?! (?:detectives?|unit|division|bureau|investigators?|squad|charges?|suspects?|attempt|plot|trial|rate))"
    r"|\bhomicide (?:investigation|scene|case|victim)\b|\bmurder (?:investigation|victim)\b",
    re.IGNORECASE,
)
_NOT_SO = re.compile(r"\b(?:attempted|non-?fatal|not|if|no|could|would|may|might)\b[^.;]*$", re.IGNORECASE)


def close_cases(statements: Sequence[Statement], sentences: Sequence[Sentence]) -> None:
    """Count the one who was shot among the dead where an article is about a homicide and names nobody as dead.

    ``Police are investigating a homicide. Ana Ruiz, 35, was found shot in her home.``
    """
    told = [s for s in statements if s.told]
    if any(s.harm == "killed" for s in statements if s.sentence.section in TOLD and s.finding.count.best != 0):
        return
    hit = [s for s in told if s.harm in ("shot", "injured") and s.same_as is None and s.part_of is None]
    if len(hit) != 1 or hit[0].harm != "shot" or not hit[0].single:
        return
    same = [s for s in told if s is hit[0] or s.same_as is hit[0]]
    if any(s.alive or s.condition for s in same) or not _is_deadly(sentences):
        return
    hit[0].harm = "killed"


def _is_deadly(sentences: Sequence[Sentence]) -> bool:
    for sentence in [s for s in sentences if s.section in TOLD][:_OPENING]:
        text = sentence.text[:_LONG]
        found = _DEADLY.search(text)
        if found and not _NOT_SO.search(text, 0, found.start()):
            return True
    return False
