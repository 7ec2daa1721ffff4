"""Who says what a statement says."""

from __future__ import annotations

from bisect import bisect_left

from services.casualties.phrases import Clause, Phrase
from services.casualties.rules.syntax import subjects, verb_group


def claimant_of(clause: Clause, own: Phrase | None, at: int) -> str | None:
    """Return who says what stands at an item: the subject of the nearest verb of saying, or ``according to`` whom."""
    near = bisect_left(clause.sayings, at)
    for verb in sorted(clause.sayings[max(0, near - 3) : near + 3], key=lambda k: abs(k - at)):
        if verb not in clause.speakers:
            clause.speakers[verb] = _speaker(clause, verb)
        phrase = clause.speakers[verb]
        if phrase is None or phrase is own or phrase.number or (phrase.pronoun and phrase.pronoun != "singular"):
            continue
        return clause.text[clause.items[phrase.first].start : clause.items[phrase.last - 1].end]
    return None


def _speaker(clause: Clause, verb: int) -> Phrase | None:
    """Return the phrase that a verb of saying has for its subject, or stands before."""
    found = subjects(clause, verb_group(clause, verb).first) if clause.word(verb) != "according to" else []
    return found[-1] if found else clause.starting.get(verb + 1)
