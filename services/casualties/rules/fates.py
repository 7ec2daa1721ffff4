"""Rules of what became of people: those who sought help, and those of whom nobody knows."""

from __future__ import annotations

from services.casualties.lexicon import Trigger, word_set
from services.casualties.phrases import Clause
from services.casualties.rules.finding import Finding, kept, make
from services.casualties.rules.syntax import objects, subjects, verb_group

FATES = word_set("fate fates whereabouts sought needed")
_UNKNOWN = word_set("unknown unclear uncertain")
_SEARCH = word_set("sought needed")
_MEDICAL = word_set("medical medics doctors doctor's doctors'")
_HELP = word_set("help attention assistance aid care treatment medics doctors")
_NEAR = 8  # items between a fate and what is said of it
_GROUPS = ("soldiers", "medics")  # who seek help, or are sought, in their trade


def fate_unknown(clause: Clause, at: int, _trigger: Trigger | None) -> list[Finding]:
    """``the fate of one more person remains unknown``, ``the whereabouts of six miners are unclear``."""
    if clause.word(at) not in ("fate", "fates", "whereabouts") or clause.word(at + 1) != "of":
        return []
    found = [p for p in objects(clause, at + 2) if (p.person or p.name) and not p.thing]
    if not found:
        return []
    behind = range(found[-1].last, min(found[-1].last + _NEAR, len(clause.items)))
    if not any(clause.word(k) in _UNKNOWN for k in behind):
        return []
    return kept(make(clause, "missing", p, at, "fate_unknown") for p in found if p.number or not p.plural)


def sought_help(clause: Clause, at: int, _trigger: Trigger | None) -> list[Finding]:
    """``63 residents sought medical help``, ``nine people needed medical attention``."""
    if clause.word(at) not in _SEARCH:
        return []
    window = range(at + 1, min(at + 4, len(clause.items)))
    medical = next((k for k in window if clause.word(k) in _MEDICAL), None)
    if medical is None or (clause.word(medical) not in _HELP and clause.word(medical + 1) not in _HELP):
        return []
    group = verb_group(clause, at)
    if group.be or group.negated or group.modal or group.infinitive:
        return []
    found = [p for p in subjects(clause, group.first) if p.number and not p.thing]
    found = [p for p in found if p.noun is None or p.noun.group not in _GROUPS]
    made = kept(make(clause, "injured", p, at, "sought_help", group) for p in found)
    for finding in made:
        finding.last = medical + 1 + (clause.word(medical + 1) in _HELP)
    return made
