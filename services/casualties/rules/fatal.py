"""Rules of those whom a deadly event is named after: the victim of a fatal shooting, a homicide victim."""

from __future__ import annotations

from contracts.spans import Count
from services.casualties.lexicon import Trigger, word_set
from services.casualties.phrases import Clause, Phrase
from services.casualties.rules.finding import Finding, behind_of

VICTIMS = word_set("victim victims shootings stabbings")
_KILLINGS = word_set("homicide murder slaying")
_DEADLY = word_set("fatal deadly")
_EVENTS = word_set("shooting stabbing attack beating crash explosion fire robbery ambush")
_SHOT = ("shooting", "gunshot")
_SEVERAL = 2
_BEHIND = 6  # words behind victims in which a verb may say what became of them
_WORDS = 5  # between "fatal" and what was


def slain(clause: Clause, at: int, _trigger: Trigger | None) -> list[Finding]:
    """``the homicide victim was named``, ``a victim of a fatal shooting``, ``the fatal shootings of two men``."""
    if clause.word(at) not in VICTIMS:
        return []
    if not clause.word(at).startswith("victim"):
        named = clause.word(at - 1) in _DEADLY and clause.word(at + 1) == "of"
        return behind_of(clause, at, at + 1, "killed", "killing_of") if named else []
    phrase = clause.ending.get(at + 1)
    before = phrase.first - 1 if phrase is not None else at - 1
    kind = clause.word(at - 1)
    if kind in _KILLINGS:
        dead = not clause.word(at - 2).startswith("attempt")
        phrase = clause.ending.get(at - 1) if phrase is None or phrase.first == at else phrase
    elif kind in ("shooting", "stabbing") and _DEADLY & {clause.word(at - 2), clause.word(before)}:
        dead = True
    else:
        dead = clause.word(at + 1) in ("of", "in") and _is_deadly(clause, at + 2)
    if not dead:
        return _hit(clause, at, phrase) if kind in _SHOT else []
    number = phrase.number if phrase is not None else None
    lead = range(phrase.first - 3, phrase.first) if phrase is not None else ()
    counted = number is not None and kind in _KILLINGS and not any(clause.word(k) == "of" for k in lead)
    if (clause.word(at) == "victims" and not counted) or _is_any(clause, at, phrase):
        return []  # "a vigil for a homicide victim", "five victims of a deadly shooting": not all of them died
    own = phrase if phrase is not None and phrase.last > at else None
    first = min(phrase.first, at) if phrase is not None else at
    return [Finding("killed", number.count if number else Count.exact(1), own, first, at + 1, "slain")]


def _hit(clause: Clause, at: int, phrase: Phrase | None) -> list[Finding]:
    """Count ``four male shooting victims``, where no verb behind them says more."""
    if phrase is not None and phrase.inside is not None and phrase.inside.number and phrase.number:
        whole = phrase.inside.number.count  # "one of three shooting victims has died"
        only = (phrase.number.count.best or _SEVERAL) < (whole.best or 0) and phrase.last == at + 1
        return [Finding("shot", whole, phrase.inside, phrase.inside.first, at + 1, "victims")] if only else []
    count = phrase.number.count if phrase is not None and phrase.number else None
    if phrase is None or count is None or (count.best or 0) < _SEVERAL or phrase.last != at + 1:
        return []
    near = range(at + 1, min(at + _BEHIND, len(clause.items)))
    if any(clause.items[k].trigger or any(clause.says(kind, k) for kind in ("moved", "suffer")) for k in near):
        return []
    return [Finding("shot", count, phrase, phrase.first, at + 1, "victims")]


def _is_any(clause: Clause, at: int, phrase: Phrase | None) -> bool:
    before = clause.word(at - 2) if clause.word(at - 1) in _KILLINGS else ""
    return before in ("a", "an", "any", "every") or (phrase is not None and phrase.determiner == "indefinite")


def _is_deadly(clause: Clause, at: int) -> bool:
    """Tell whether a deadly event is named at an index: ``a deadly New Year's Day shooting``, ``the homicide``."""
    start = next((k for k in range(at, at + 3) if clause.word(k) in _DEADLY), 0)
    if not start:
        end = next((k for k in range(at, at + 3) if clause.word(k) in _KILLINGS), 0)
        return bool(end) and not any(clause.word(k).startswith("attempt") for k in range(at, end))
    return any(clause.word(k) in _EVENTS for k in range(start + 1, start + 1 + _WORDS))
