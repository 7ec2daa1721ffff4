"""Figures that stand apart from their harm: ``the number of villagers who were killed in raids has risen to 16``."""

from __future__ import annotations

from services.casualties.lexicon import Trigger, word_set
from services.casualties.phrases import Clause, Phrase
from services.casualties.rules.finding import Finding, at_least

_NUMBER = 20  # items between "the number of" and the harm
_AFTER = 100  # items between the harm and the figure
_BRACKET = 24  # items that a bracket may hold
_BEFORE = 6  # items between a verb of rising and its figure
_ROSE = word_set(
    "rose risen rises rising climbed climbs climbing increased increases reached reaches stands stood jumped"
)
_PERIODS = word_set("days weeks months years year month week since")
_AHEAD = 14  # items behind the harm in which a period is named
_RAISED = word_set("raised raises raising brought brings bringing")
_PUT = word_set("put puts putting placed estimated")
_AIMS = word_set("to at by")
_AUXILIARY = word_set("has have had now already thus")


def reckoned(clause: Clause, at: int, trigger: Trigger | None) -> list[Finding]:
    """``It rose to 62, the number of people killed``, ``raised the number of the wounded to 48``."""
    if trigger is None or trigger.harm not in ("killed", "injured"):
        return []
    of = _number_of(clause, at)
    if of is None:
        return []
    found = figure_before(clause, of - 1) or _raised(clause, of - 1, at) or _behind(clause, at)
    if found is None:
        return []
    phrase, first = found
    count = phrase.count()
    if count is None:
        return []
    made = Finding(trigger.harm, at_least(clause, phrase.last, count), phrase, first, phrase.last, "reckoned")
    made.habitual = phrase.last <= of and runs_on(clause, at)
    return [made]


def _number_of(clause: Clause, at: int) -> int | None:
    """Return where ``number of`` stands whose people the harm befell: no other figure and no full stop between."""
    if "number" not in clause.vocabulary:
        return None
    for cursor in range(at - 1, max(at - _NUMBER, 0), -1):
        if clause.word(cursor) == "of" and clause.word(cursor - 1) == "number":
            return cursor
        if clause.items[cursor].number is not None or clause.word(cursor) in (";", ":"):
            return None
    return None


def runs_on(clause: Clause, at: int) -> bool:
    """Tell a total of days or years: ``brings to 46 the number of villagers killed in three days``."""
    return any(clause.word(k) in _PERIODS for k in range(at, min(at + _AHEAD, len(clause.items))))


def figure_before(clause: Clause, number: int) -> tuple[Phrase, int] | None:
    """Read ``it rose to 62 at least,`` and ``that brings to 62`` before ``the number of``."""
    end = number - (clause.word(number - 1) in ("the", "a"))
    raised = clause.ending.get(end)
    if raised is not None and raised.number and not raised.thing and clause.word(raised.first - 1) == "to":
        return (raised, raised.first) if clause.word(raised.first - 2) in _RAISED else None
    if clause.word(end - 1) not in (",", ")"):
        return None
    end -= clause.word(end - 1) == ","
    if clause.word(end - 1) == ")":
        end = next((k for k in range(end - 2, max(end - _BRACKET, 0), -1) if clause.word(k) == "("), end)
    end -= clause.word(end - 1) == "at least"
    phrase = clause.ending.get(end)
    if phrase is None or phrase.number is None or phrase.thing:
        return None
    rise = next(
        (k for k in range(phrase.first - 1, max(phrase.first - _BEFORE, -1), -1) if clause.word(k) in _ROSE), None
    )
    return (phrase, rise) if rise is not None else None


def _raised(clause: Clause, number: int, at: int) -> tuple[Phrase, int] | None:
    """Read ``raised the number of ... to 48``, ``put the number of civilians killed since the war began at 314``."""
    verbs = [clause.word(k) for k in range(max(0, number - 3), number)]
    aim = "to" if _RAISED & set(verbs) else "at" if _PUT & set(verbs) else None
    if aim is None:
        return None
    for cursor in range(at + 1, min(at + _NUMBER, len(clause.items))):
        phrase = clause.starting.get(cursor + 1) if clause.word(cursor) == aim else None
        if phrase is not None and phrase.number is not None and not phrase.thing:
            return phrase, cursor + 1
    return None


def _behind(clause: Clause, at: int) -> tuple[Phrase, int] | None:
    """Read ``... has risen to at least 16`` behind the harm: the first verb of rising there has the figure."""
    for rise in range(at + 1, min(at + _AFTER, len(clause.items))):
        if clause.word(rise) not in _ROSE:
            continue
        cursor = rise + 1
        while clause.word(cursor) in _AIMS or clause.says("breaker", cursor) or clause.word(cursor) == "on":
            cursor += 1
        phrase = clause.starting.get(cursor)
        if phrase is None or phrase.number is None or phrase.thing:
            return None
        return phrase, rise - (clause.word(rise - 1) in _AUXILIARY)
    return None
