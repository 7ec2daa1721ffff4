"""Rules of those who are taken: hostages, captives, prisoners."""

from __future__ import annotations

from services.casualties.lexicon import Trigger, word_set
from services.casualties.phrases import Clause, Phrase
from services.casualties.rules.finding import Finding, kept, make
from services.casualties.rules.syntax import objects, verb_group

HELD = word_set("hostages captives prisoners hostage captive prisoner")
_SINGLE = word_set("hostage captive prisoner")
_TAKE = word_set("took take takes taking taken seized seizes seizing grabbed")
_TAKEN = word_set("taken seized grabbed")
_WORDS = 8  # between a verb of taking and what its victims become


def held(clause: Clause, at: int, _trigger: Trigger | None) -> list[Finding]:
    """``took some 250 hostages``, ``more than 60 prisoners were taken``, ``took two nurses hostage``."""
    word = clause.word(at)
    if word not in HELD:
        return []
    harm = "captured" if word.startswith("prisoner") else "abducted"
    if word in _SINGLE:
        return _became(clause, at, harm)
    phrase = clause.ending.get(at + 1)
    if phrase is None or not phrase.number:
        return []
    behind = next((k for k in range(at + 1, min(at + 4, len(clause.items))) if clause.word(k) in _TAKEN), None)
    if behind is not None and (group := verb_group(clause, behind)).be and group.first == phrase.last:
        return kept([make(clause, harm, phrase, behind, "held", group)])
    if clause.word(phrase.first - 1) in _TAKE and not _undone(clause, phrase.first - 1):
        return kept([make(clause, harm, phrase, at, "held")])
    return []


def _became(clause: Clause, at: int, harm: str) -> list[Finding]:
    """Read ``took two nurses hostage``."""
    for cursor in range(at - 1, max(at - _WORDS, -1), -1):
        if clause.word(cursor) in _TAKE:
            found: list[Phrase] = objects(clause, cursor + 1)
            whole = bool(found) and found[-1].last in (at, at + 1) and not _undone(clause, cursor)
            return kept(make(clause, harm, p, at, "held") for p in found if p.person) if whole else []
    return []


def _undone(clause: Clause, verb: int) -> bool:
    group = verb_group(clause, verb)
    return group.modal or group.negated or group.infinitive
