"""What kind of case an article is about: a homicide has somebody dead, though no sentence may say who died."""

from __future__ import annotations

import re
from collections.abc import Sequence

from contracts.spans import Count, Qualifier
from services.casualties.lexicon import Lexicon
from services.casualties.phrases import Clause
from services.casualties.rules.finding import Finding
from services.casualties.statement import TOLD, Statement
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
# A case that is named after one who died.
_CASE = re.compile(
    r"\b(?:fatal|deadly) (?:[\w.'’-]+ ){0,4}(?:shooting|stabbing|shootout|beating|gunfight)\b(?!s)"
    r"|\b(?:charged with|charges? of|wanted for|guilty (?:of|to|in)|convicted of|sentenced for|"
    r"indicted (?:on|for|in)|arrested (?:for|in)) (?:[\w.'’-]+[ -]){0,4}(?:murder|manslaughter|homicide)\b",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"\b(?:attempt\w*|conspir\w*|weapon|previous\w*|another|other|earlier|last year|assault with)\b", re.IGNORECASE
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


def deadly_alone(statements: Sequence[Statement], sentences: Sequence[Sentence], lexicon: Lexicon) -> Statement | None:
    """Return that somebody died where only the name of the case says so, and no sentence tells who.

    ``Third man pleads guilty in fatal bar shooting``, ``A man was charged with murder after a party in Lima``.
    """
    if any(s.harm == "killed" for s in statements):
        return None
    opening = [(n, s) for n, s in enumerate(sentences) if s.section in TOLD][:_OPENING]
    for number, sentence in opening:
        text = sentence.text[:_LONG]
        found = _CASE.search(text)
        if found is None or _NOT_SO.search(text, 0, found.start()) or _OTHER.search(text):
            continue
        clause = Clause(text, lexicon)
        within = [k for k, i in enumerate(clause.items) if i.start < found.end() and i.end > found.start()]
        if within:
            count = Count(best=1, min=1, qualifier=Qualifier.AT_LEAST)
            finding = Finding("killed", count, None, within[0], within[-1] + 1, "deadly", at=within[0])
            return Statement(finding, clause, sentence, number, harm="killed", rule="deadly")
    return None


def _is_deadly(sentences: Sequence[Sentence]) -> bool:
    for sentence in [s for s in sentences if s.section in TOLD][:_OPENING]:
        text = sentence.text[:_LONG]
        found = _DEADLY.search(text)
        if found and not _NOT_SO.search(text, 0, found.start()):
            return True
    return False
