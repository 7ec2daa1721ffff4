"""Rules of how it ended: ``was struck in the chest and later died``, ``did not survive``, whom a coroner identified."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.casualties import ClaimStatus
from contracts.spans import Count
from services.casualties.lexicon import Trigger, word_set
from services.casualties.phrases import Clause
from services.casualties.rules.finding import Finding, kept, make
from services.casualties.rules.syntax import objects, subjects, verb_group

ENDS = word_set("survive make save identified identifies named")
_UNABLE = word_set("unable failed couldn't")
_CORONERS = word_set("coroner coroner's coroners examiner examiner's examiners")
_AHEAD = 8  # words that the coroner may stand before
_CALLED = 14  # words between "identified" and "as"

# Rules whose victims are what the verb before says it of; of "he shot two and died" they are not.
_OF_SUBJECTS = ("passive", "struck", "suffered", "hospital", "with_wounds", "had_wounds", "reflexive")


def died_too(clause: Clause, at: int, trigger: Trigger | None, found: Sequence[Finding]) -> list[Finding]:
    """``a man was struck in the chest and died``, ``she was taken to a clinic but died there``."""
    if trigger is None or trigger.kind != "verb" or trigger.transitive or trigger.harm != "killed":
        return []
    if "past" not in trigger.forms:
        return []
    group = verb_group(clause, at)
    before = next((f for f in reversed(found) if f.at < at), None)
    if clause.word(group.first - 1) not in ("and", "but") or before is None or before.phrase is None:
        return []
    if before.harm not in ("shot", "injured") or before.rule not in _OF_SUBJECTS or group.negated or group.modal:
        return []
    return [Finding("killed", before.count, before.phrase, before.first, at + 1, "died_too", before.status)]


def outlived(clause: Clause, at: int, _trigger: Trigger | None) -> list[Finding]:
    """``a teenager did not survive``, ``two of the men didn't make it``."""
    if clause.word(at) == "make":
        if clause.word(at + 1) != "it" or clause.word(at + 2) not in ("", ".", ",", "and", "but", "out", '"', "”"):
            return []
    elif clause.word(at) != "survive":
        return []
    group = verb_group(clause, at)
    first = group.first - (clause.word(group.first - 1) == "did")
    past = any(clause.word(k) in ("did", "didn't") for k in range(first, at))
    if not group.negated or not past or group.infinitive:
        return []
    found = [p for p in subjects(clause, first) if p.person or p.number or p.name]
    made = kept(make(clause, "killed", p, at, "outlived") for p in found)
    return [f for f in made if f.status is ClaimStatus.REPORTED]


def examined(clause: Clause, at: int, _trigger: Trigger | None) -> list[Finding]:
    """``the coroner identified the victims as Ana Ruiz and Luis Soto``, ``was named by a coroner as Ana Ruiz``."""
    if clause.word(at) not in ("identified", "identifies", "named"):
        return []
    near = (*range(max(0, at - _AHEAD), at), *range(at + 1, min(at + _AHEAD, len(clause.items))))
    if not any(clause.word(k) in _CORONERS for k in near):
        return []
    behind = range(at + 1, min(at + _CALLED, len(clause.items)))
    called = next((k for k in behind if clause.word(k) == "as"), 0)
    if not called or any(clause.items[k].trigger for k in range(at + 1, called)):
        return []  # "identified the man killed as": the verb says it
    found = [p for p in objects(clause, called + 1) if p.name and not (p.plural or p.number or p.thing)]
    return [Finding("killed", Count.exact(1), p, p.first, p.last, "examined") for p in found]


def unsaved(clause: Clause, at: int, _trigger: Trigger | None) -> list[Finding]:
    """``doctors were unable to save a boy``, ``could not save the two women``."""
    before = {clause.word(at - 1), clause.word(at - 2)}
    if clause.word(at) != "save" or not (before & _UNABLE or {"could", "not"} <= before):
        return []
    return kept(make(clause, "killed", p, at, "unsaved") for p in objects(clause, at + 1)[:1] if p.person)
