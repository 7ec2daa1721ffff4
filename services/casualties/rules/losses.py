"""Rules of an army's losses, and of harm that is denied together with damage."""

from __future__ import annotations

from contracts.casualties import ClaimStatus
from contracts.spans import Count
from services.casualties.lexicon import Trigger, word_set
from services.casualties.phrases import Clause, Phrase
from services.casualties.rules.finding import Finding, kept
from services.casualties.rules.syntax import finite, objects, verb_group

LOSSES = word_set("loss losses casualties")
_LOST = word_set("lost lose loses losing")
_KIN = word_set("relatives family kin cousins nephews siblings brothers sisters grandchildren")
_ARMED = ("soldiers", "fighters")
_MANY = 100  # of so many lost nobody says how many are dead
_WAR = 500  # casualties that no single blow causes
_AMOUNT = word_set(
    "reach reached reaches exceed exceeded exceeds total totaled totals totalled amount amounted amounts number "
    "numbered hit stand stands stood were are is was have has had already now at to about over approximately around "
    "by yesterday some nearly almost comprised reportedly"
)
_LIST = 40  # items that a list of losses is read on
_BEHIND = 10  # words between "losses" and their figure
_DENIED = 8  # words between "no" and "casualties"


def lost(clause: Clause, at: int, _trigger: Trigger | None) -> list[Finding]:
    """``Russia has lost 883,950 troops``, ``the brigade lost two soldiers``, ``lost up to 340 servicemen``."""
    if clause.word(at) not in _LOST:
        return []
    group = verb_group(clause, at)
    if group.be or group.modal or group.negated:
        return []
    found = [p for p in objects(clause, at + 1)[:1] if p.number and (_is_force(p) or _is_kin(clause, p))]
    if not found or clause.word(found[0].last) in ("killed", "'", "to"):
        return []  # "lost 340 men killed and wounded": the verbs say it
    made = kept(_loss(p, min(at, p.first), p.last, "lost") for p in found)
    return made + _further(clause, made[-1].last) if made else made


def _further(clause: Clause, at: int) -> list[Finding]:
    """Read what a list adds: ``lost up to 90 soldiers near Lyman, 150 servicemen at Torske, and 45 troops in ...``."""
    made: list[Finding] = []
    for cursor in range(at, min(at + _LIST, len(clause.items))):
        word = clause.word(cursor)
        verb = clause.items[cursor].trigger
        if word in (";", ".", ":", "while", "but") or (verb is not None and verb.kind == "verb"):
            break
        if word not in (",", "and"):
            continue
        phrase = clause.starting.get(cursor + 1)
        if phrase is None or phrase.number is None or not _is_force(phrase):
            continue
        if finite(clause, phrase.last):
            break
        made += kept([_loss(phrase, phrase.first, phrase.last, "lost")])
    return made


def losses(clause: Clause, at: int, _trigger: Trigger | None) -> list[Finding]:
    """``their losses have reached 26,000 servicemen``, ``losses amounted to 1,150 personnel``."""
    if clause.word(at) not in LOSSES:
        return []
    verb = clause.word(at + 1) == ":"  # "enemy losses: 124 personnel"
    for cursor in range(at + 1 + verb, min(at + _BEHIND, len(clause.items))):
        phrase = clause.starting.get(cursor)
        if phrase is not None and phrase.number:
            behind = _behind_rise(clause, phrase.last)
            made = _loss(phrase, at, behind, "losses") if verb and (_is_force(phrase) or behind > phrase.last) else None
            return [made] if made else []
        if clause.word(cursor) in _AMOUNT:
            verb = True
        elif verb or clause.word(cursor) in (".", ";", ","):
            return []
    return []


def casualties(clause: Clause, at: int, trigger: Trigger | None) -> list[Finding]:
    """``suffered 1,190 casualties``: an army's or a war's dead and wounded; of few nobody says what they are."""
    if trigger is None or trigger.harm != "both":
        return []
    phrase = clause.ending.get(at) or next((p for p in (clause.ending.get(at + 1),) if p and p.head == at), None)
    if phrase is None or phrase.thing or phrase.number is None or (phrase.number.count.best or 0) < _WAR:
        return []
    last = max(phrase.last, at + 1)
    return [
        Finding(harm, phrase.number.count, phrase, phrase.first, last, "casualties", joint=True)
        for harm in ("killed", "injured")
    ]


def spared(clause: Clause, at: int, trigger: Trigger | None) -> list[Finding]:
    """``no damage or casualties``, ``no hits to infrastructure or injuries were reported``, ``without casualties``."""
    if trigger is None or trigger.kind not in ("counted", "nominal") or not (trigger.plural or trigger.harm == "both"):
        return []
    if clause.ending.get(at + 1) and clause.ending[at + 1].number:
        return []
    before = at - 1
    while clause.word(before) in ("civilian", "human", "any"):
        before -= 1
    if clause.word(before) == "without":
        first = before
    elif clause.word(before) in ("or", "nor"):
        first = _denied(clause, before)
    else:
        return []
    if first < 0:
        return []
    harms = ("killed", "injured") if trigger.harm == "both" else (trigger.harm,)
    joint = trigger.harm == "both"
    return [
        Finding(harm, Count.exact(0), None, first, at + 1, "spared", ClaimStatus.DENIED, joint=joint) for harm in harms
    ]


def _denied(clause: Clause, before: int) -> int:
    """Return where "no" stands in front of things joined to casualties, else -1."""
    for cursor in range(before - 1, max(before - _DENIED, -1), -1):
        item = clause.items[cursor]
        if item.word in ("no", "neither"):
            return cursor
        verb = item.trigger is not None and item.trigger.kind == "verb"
        if verb or item.number or item.word in (".", ";", ":", "report", "reports", "information", "word"):
            return -1
    return -1


def _is_force(phrase: Phrase) -> bool:
    return not phrase.thing and phrase.noun is not None and phrase.noun.group in _ARMED


def _is_kin(clause: Clause, phrase: Phrase) -> bool:
    """Tell ``19 members of his family`` and ``six relatives``."""
    if phrase.thing or phrase.number is None or (phrase.number.count.best or 0) < 2:
        return False
    near = {clause.word(k) for k in range(phrase.first, min(phrase.last + 3, len(clause.items)))}
    return bool(near & _KIN)


def _behind_rise(clause: Clause, at: int) -> int:
    """Return where the noun ends behind a rise in brackets, else ``at``: ``477,430 (+1,160) personnel``."""
    if clause.word(at) != "(":
        return at
    for cursor in range(at + 1, min(at + 5, len(clause.items) - 1)):
        noun = clause.items[cursor + 1].noun
        if clause.word(cursor) == ")" and noun is not None and noun.group in _ARMED:
            return cursor + 2
    return at


def _loss(phrase: Phrase, first: int, last: int, rule: str) -> Finding | None:
    if phrase.number is None:
        return None
    count = phrase.number.count
    joint = (count.best or count.min or 0) >= _MANY
    return Finding("killed", count, phrase, first, last, rule, joint=joint)
