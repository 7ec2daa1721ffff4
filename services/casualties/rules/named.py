"""Rules that find victims by a noun or a participle: killers of, the slain, one of those murdered."""

from __future__ import annotations

from services.casualties.lexicon import Trigger, word_set
from services.casualties.phrases import Clause, Phrase
from services.casualties.rules.finding import Finding, behind_of, kept, make
from services.casualties.rules.syntax import objects, plausible

_CIRCUMSTANCES = 8  # words that may part a death from its "of"
_TIMES = word_set(
    "yesterday today overnight monday tuesday wednesday thursday friday saturday sunday january february march april "
    "may june july august september october november december last this morning afternoon evening night week month "
    "year early late"
)
_LED = word_set("on in at near during by")
_BESIDES = word_set("especially particularly including like with and")
KILLERS = word_set("murderer murderers killer killers assassin assassins slayer slayers")
_DONE_IN = word_set("killed murdered assassinated slain executed massacred")
_FAR = 12


def behind_circumstances(clause: Clause, at: int) -> int:
    """Return the index of "of" behind when and where, else ``at``: ``the murder on 3 May in Lima of two judges``."""
    cursor = at
    while cursor < min(at + _CIRCUMSTANCES, len(clause.items)):
        phrase = clause.starting.get(cursor)
        word = clause.word(cursor)
        if word == "of":
            return cursor if not clause.says("realm", cursor - 1) else at  # "the third murder in the city of Lima"
        if word in _LED or word in _TIMES or word.isdigit():
            cursor += 1
        elif phrase is not None and clause.word(cursor - 1) in _LED and not phrase.person:
            cursor = phrase.last
        else:
            break
    return at


def carried_out_on(phrase: Phrase) -> bool:
    """Tell people from plans and orders, which are executed, too."""
    several = phrase.noun is not None and phrase.head == phrase.last - 1
    return bool(phrase.number or several or phrase.aged or (phrase.name and not phrase.determiner))


def named_besides(clause: Clause, at: int, start: int, harm: str) -> list[Finding]:
    """Read ``the murders of judges, and especially that of Ana Ruiz``: ``that`` is a murder, too."""
    for cursor in range(start, min(start + _FAR, len(clause.items))):
        if clause.word(cursor) in ("that", "those") and clause.word(cursor + 1) == "of":
            if clause.word(cursor - 1) not in _BESIDES:
                return []
            made = kept(make(clause, harm, p, cursor, "nominal") for p in objects(clause, cursor + 2) if p.name)
            for finding in made:
                finding.at = at
            return made
        if clause.items[cursor].trigger is not None and cursor > at:
            return []
    return []


def killers_of(clause: Clause, at: int, _trigger: Trigger | None) -> list[Finding]:
    """``the murderers of the six monks``, ``the killers of Ana Ruiz``."""
    if clause.word(at) not in KILLERS or clause.word(at + 1) != "of":
        return []
    return [f for f in behind_of(clause, at, at + 1, "killed", "killers_of") if f.phrase and told_apart(f.phrase)]


def told_apart(phrase: Phrase) -> bool:
    """Tell whether a phrase is of certain people, not of a kind of them."""
    return bool(phrase.number or phrase.name or phrase.determiner == "definite")


def the_slain(clause: Clause, at: int, trigger: Trigger | None) -> list[Finding]:
    """``the assassinated Ana Ruiz``, ``the slain leader Luis Soto``, ``honoured murdered Senator Soto``."""
    if trigger is None or clause.word(at) not in _DONE_IN or "participle" not in trigger.forms:
        return []
    phrase = clause.starting.get(at + 1)
    if phrase is None or phrase.number or phrase.determiner or phrase.plural or not phrase.name or phrase.thing:
        return []
    definite = clause.word(at - 1) in ("the", "their", "his", "her", "its", "our")
    called = phrase.noun is not None and phrase.head < phrase.last - 1 and clause.ending.get(at) is None
    bare = called and not any(
        clause.says(kind, at - 1) for kind in ("be", "have", "pronoun", "relative", "conjunction")
    )
    if not definite and not (bare and clause.word(at) in ("slain", "murdered", "assassinated") and at > 0):
        return []
    made = make(clause, "killed", phrase, at, "the_slain")
    return [made] if made else []


def one_of_them(clause: Clause, phrase: Phrase) -> Phrase | None:
    """Return the name that ``one of the six monks`` follows: ``Ana Ruiz, one of the two nuns murdered``."""
    if clause.word(phrase.first - 1) != ",":
        return None
    before = clause.ending.get(phrase.first - 1)
    return before if before is not None and before.name and not before.plural and plausible(clause, before) else None


def among_those(clause: Clause, at: int, trigger: Trigger | None) -> list[Finding]:
    """``among the monks murdered was Ana Ruiz``, ``one of those killed was a nurse``."""
    if trigger is None or trigger.kind != "verb" or "participle" not in trigger.forms or not clause.says("be", at + 1):
        return []
    phrase = clause.ending.get(at)
    if phrase is None or clause.word(phrase.first - 1) not in ("among", "amongst"):
        return []
    return kept(
        make(clause, trigger.harm, p, at, "among_those") for p in objects(clause, at + 2) if plausible(clause, p)
    )


def identified(clause: Clause, at: int, _trigger: Trigger | None) -> list[Finding]:
    """``the dead were identified as Ana Ruiz and Luis Soto``, ``those wounded are ...``: one for each name."""
    harm = _STATES.get(clause.word(at))
    if harm is None or clause.word(at - 1) not in ("the", "those") or clause.word(at - 2) in ("among", "of"):
        return []
    cursor = at + 1
    while clause.word(cursor) in _NAMED or clause.says("be", cursor) or clause.says("have", cursor):
        cursor += 1
    if cursor == at + 1 or clause.word(cursor - 1) in ("been", "being"):
        return []
    found = objects(clause, cursor)
    called = [p for p in found if p.name and not p.plural and not p.number]
    if not called and clause.word(at) in _THE_DEAD:  # "the deceased were a couple aged 72 and 69"
        some = [p for p in found if not p.thing and clause.word(p.last) != "of"]
        called = [p for p in some if p.number or (p.person and (p.pair or p.determiner == "indefinite"))]
    return kept(make(clause, harm, p, at, "identified") for p in called)


_STATES = {
    "dead": "killed",
    "killed": "killed",
    "deceased": "killed",
    "slain": "killed",
    "wounded": "injured",
    "injured": "injured",
}
_THE_DEAD = word_set("dead deceased slain")
_NAMED = word_set("identified named listed as")
