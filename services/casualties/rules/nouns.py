"""Rules of nouns: tolls, lives, deaths, bodies, casualties, the dead, and lists of names."""

from __future__ import annotations

from dataclasses import replace

from contracts.casualties import ClaimStatus
from contracts.spans import Count, Qualifier
from services.casualties.lexicon import Trigger, word_set
from services.casualties.phrases import Clause, Phrase
from services.casualties.rules.finding import MARTYRS, Finding, at_least, behind_of, kept, make
from services.casualties.rules.named import behind_circumstances, carried_out_on, named_besides
from services.casualties.rules.reckoned import figure_before
from services.casualties.rules.syntax import objects, plausible, subjects, verb_group


def toll(clause: Clause, at: int, _trigger: Trigger | None) -> list[Finding]:
    """``the death toll rose from 17 to 41``, ``number of injured: 30``, ``a toll of six``."""
    if not clause.says("toll", at):
        return []
    if clause.word(at) in _COUNTS and not _is_raised(clause, at):
        return []
    if clause.word(at) == "toll" and clause.word(at + 1) == "on":
        return []  # "it takes a toll on many"
    harm = clause.lexicon.said("toll")[clause.word(at)]
    cursor = at + 1
    best: Phrase | None = None
    while cursor < min(at + _AWAY, len(clause.items)):
        phrase = clause.starting.get(cursor)
        if clause.word(cursor) == "on" and (behind := _behind_date(clause, cursor + 1)):
            cursor = behind  # "in the attack on 19 November rose to 34"
        elif phrase is not None and phrase.number:
            if phrase.thing:
                break
            if clause.word(cursor - 1) == "of" and not phrase.person and phrase.last - phrase.first > 1:
                cursor = phrase.last  # "the number of people killed in the explosion of three mines rose to 20"
                continue
            best = phrase
            cursor = phrase.last
            if clause.word(cursor) not in ("to", "from"):
                break
        elif clause.word(cursor) == "," and clause.word(cursor + 1) == "according to":
            near = range(cursor + 2, min(cursor + _SOURCE, len(clause.items)))
            cursor = next((k + 1 for k in near if clause.word(k) == ","), len(clause.items))
        elif clause.word(cursor) in _OTHER_MATTER and "result" not in (
            clause.word(cursor + 1),
            clause.word(cursor + 2),
        ):
            break  # "the toll may rise as dozens were wounded", but "the toll as a result of the attack"
        elif clause.word(cursor) in _SINCE and clause.says("rise", cursor + 1):
            cursor += 1  # "the toll has since climbed to nine"
        elif clause.word(cursor) == "on" and clause.word(cursor + 1) in _DAYS:
            cursor += 2  # "rose on Sunday to 34"
        elif (
            (phrase is None and (not _breaks(clause, cursor) or clause.word(cursor) in _ALLEGED))
            or clause.says("rise", cursor)
            or clause.word(cursor) == "during"
        ):
            cursor += 1
        elif cursor == at + 1 and clause.word(cursor) == "after" and not _numbered(clause, cursor + 1):
            cursor += 1  # "the toll after a strike"
        elif phrase is not None and clause.word(cursor - 1) == "overnight":
            cursor = phrase.last + (clause.word(phrase.last) in _BLOWS)  # "in the overnight drone attack"
        elif (
            phrase is not None
            and clause.says("preposition", cursor - 1 - (clause.word(cursor - 1) in _ALLEGED))
            and (clause.word(cursor - 1) not in ("to", "at") or clause.word(cursor - 2) == "due")
        ):
            cursor = phrase.last + (clause.word(phrase.last) in _BLOWS)  # "from a missile attack rose to"
        else:
            break
    if clause.word(at).startswith("number of") and (found := figure_before(clause, at)):
        phrase, first = found
        count = phrase.count()
        made = Finding(harm, at_least(clause, phrase.last, count), phrase, first, at + 1, "toll") if count else None
        return kept([made])
    if best is None:
        return []
    told = clause.items[best.last].trigger if best.last < len(clause.items) else None
    if told is not None and told.harm in ("injured", "missing", "both") and harm == "killed":
        return []  # "a toll of six people wounded", "a toll of 40 civilian casualties"
    made = make(clause, harm, best, at, "toll")
    if made and made.count.qualifier is Qualifier.UP_TO and made.count.max and clause.word(best.first - 1) in _CLIMBED:
        made.count = Count.exact(made.count.max)  # "climbed up to 21"
    return [made] if made else []


_SOURCE = 14  # items that "according to" may take between commas
_COUNTS = word_set("count tally")
_RAISED = word_set("raised raises raising put puts revised updated lifted increased brought")
_CLIMBED = word_set("climbed climbs rose rises risen gone went goes jumped increased")
_AWAY = 24  # items between a toll and its figure
_DAYS = word_set("monday tuesday wednesday thursday friday saturday sunday")
_MONTHS = word_set(
    "january february march april may june july august september october november december jan feb aug sept oct nov dec"
)
_ALLEGED = word_set("suspected alleged apparent")
_OTHER_MATTER = word_set("as because")
_SINCE = word_set("since later")
_BLOWS = word_set("attack attacks strikes hit hits")  # nouns here, that are verbs elsewhere


def _behind_date(clause: Clause, at: int) -> int:
    """Return what follows a day and a month, in either order; 0 where they do not stand there."""
    words = clause.word(at), clause.word(at + 1)
    return at + 2 if any(w in _MONTHS for w in words) and any(w[:1].isdigit() for w in words) else 0


def _numbered(clause: Clause, at: int) -> bool:
    phrase = clause.starting.get(at)
    return phrase is not None and phrase.number is not None


def _is_raised(clause: Clause, at: int) -> bool:
    """Tell a count of the dead, ``raised its count to 86``, from other counts."""
    before = at - 1 - (clause.word(at - 1) in ("death", "casualty"))
    return clause.word(before - 1) in _RAISED and clause.word(at + 1) in ("to", "at", "from")


def _breaks(clause: Clause, at: int) -> bool:
    """Tell whether a word ends the search for a figure; behind an article it is a noun: ``injured in the attack``."""
    return clause.says("breaker", at) and not clause.says("determiner", at - 1)


def lives(clause: Clause, at: int, _trigger: Trigger | None) -> list[Finding]:
    """``claimed the lives of nine people``, ``cost 12 lives``."""
    if not clause.says("lives", at):
        return []
    for cursor in range(at + 1, min(at + 6, len(clause.items))):
        own = clause.ending.get(cursor + 1)
        if own and clause.word(cursor) == "life" and clause.word(cursor - 1).endswith(("'s", "’s")) and own.first > at:
            return [Finding("killed", own.count() or Count.exact(1), own, at, own.last, "lives")]
        if clause.word(cursor) in ("lives", "life"):
            phrase = clause.starting.get(cursor + 2) if clause.word(cursor + 1) == "of" else None
            if phrase is None and clause.word(cursor) == "lives":
                phrase = next(
                    (p for p in clause.phrases if p.first <= cursor < p.last and (p.number or p.inside)), None
                )
                if phrase and phrase.inside and not phrase.number:
                    phrase = phrase.inside
            if phrase is None:
                return []
            if phrase.first <= cursor:
                count = phrase.count()
                return [Finding("killed", count, phrase, at, phrase.last, "lives")] if count else []
            if phrase.determiner and phrase.last == phrase.first + 1 and not phrase.number:
                return []  # "taking the life of another"
            return kept(make(clause, "killed", p, at, "lives") for p in objects(clause, phrase.first))
    return []


def nominal(clause: Clause, at: int, trigger: Trigger | None) -> list[Finding]:
    """``the death of a child``, ``the murder of Ana Ruiz``, ``Smith's death``, ``the bodies of six men``."""
    if trigger is None or not (clause.says("nominal", at) or trigger.kind == "counted") or clause.word(at) in MARTYRS:
        return []  # "Martyrs of the Revolution" have a brigade, and "the martyr of the day" a name
    if clause.word(at - 1) == "single" and any(clause.word(k) in ("not", "without", "no") for k in (at - 3, at - 2)):
        return []  # "not a single body of a rebel was found"
    harm = clause.lexicon.said("nominal").get(clause.word(at), trigger.harm)
    of = at + 1
    if clause.says("nominal", at) and clause.word(of) != "of":
        of = behind_circumstances(clause, of)
    if clause.word(of) == "to" and clause.word(of + 1) in _POSSESSIVE:
        return []  # "injuries to his face and hands"
    if clause.word(at) == "death" and clause.word(at - 1) == "the" and (lone := clause.starting.get(at + 1)):
        return kept([make(clause, harm, lone, at, "nominal")] if lone.number and lone.person else [])  # a lost "of"
    if (clause.word(of) == "of" and harm != "both") or (clause.word(of) == "to" and harm == "injured"):
        if clause.word(of) == "to" and clause.word(at - 1) in ("fatal", "mortal"):
            harm = "killed"  # "fatal injuries to two women"
        own = clause.ending.get(at)
        if clause.word(at) in _CORPSES and (lifeless := _lifeless(clause, at, of, harm)):
            return lifeless
        found = behind_of(clause, at, of, harm, "nominal")
        if clause.word(at) in ("execution", "executions"):
            found = [f for f in found if f.phrase and carried_out_on(f.phrase)]
        found += _last_body(clause, at, found[-1].last if found else len(clause.items), harm)
        found += named_besides(clause, at, found[-1].last if found else of, harm)
        if own is not None and own.number and (not found or found[0].phrase is None or found[0].phrase.number is None):
            return []
        return found
    before = clause.ending.get(at) or (clause.ending.get(at - 1) if clause.word(at - 1) in ("'", "’") else None)
    if (
        clause.says("nominal", at)
        and before is not None
        and (before.name or before.noun)
        and clause.word(at) != "homicide"
        and clause.word(at - 1).endswith(("'s", "s'", "'"))
        and not clause.word(at).endswith("s")
    ):
        count = (before.count() if before.noun else None) or Count.exact(1)
        return [Finding(harm, count, before, before.first, at + 1, "possessive")]
    return []


def _lifeless(clause: Clause, at: int, of: int, harm: str) -> list[Finding]:
    """Read whom ``the body of a dead man`` and ``the bodies of deceased women`` call dead twice."""
    start = of + 1 + clause.says("determiner", of + 1)
    phrase = clause.starting.get(start + 1) if clause.word(start) in _DEAD else None
    if phrase is None or phrase.noun is None or phrase.number or phrase.determiner:
        return []
    return kept([make(clause, harm, replace(phrase, first=of + 1), at, "nominal")])


def _last_body(clause: Clause, at: int, end: int, harm: str) -> list[Finding]:
    """Read the nurse of ``the bodies of two men and a nurse were found``: a verb of several has them all."""
    phrase = clause.starting.get(end + 1) if clause.word(end) == "and" and clause.word(at) in _BODIES else None
    if phrase is None or not phrase.noun or not (phrase.number or phrase.determiner == "indefinite"):
        return []
    return kept([make(clause, harm, phrase, at, "nominal")]) if clause.word(phrase.last) in _SEVERAL else []


def counted(clause: Clause, at: int, trigger: Trigger | None) -> list[Finding]:
    """``six deaths``, ``no casualties``, ``17 fatalities``, ``several injuries``, ``two bodies``."""
    own = clause.ending.get(at)
    deeds = clause.says("nominal", at) and clause.word(at).endswith("s") and own and own.determiner != "definite"
    if trigger is None or not (trigger.kind in ("counted", "nominal") or deeds):
        return []
    phrase = clause.ending.get(at) or _headed(clause, at)
    if phrase is None or phrase.thing or not (phrase.number or phrase.determiner == "none"):
        return []
    if trigger.kind == "nominal" and not (trigger.plural and trigger.harm in ("killed", "injured")):
        return []
    told = clause.word(at) in _DEATHS  # "60 civilian deaths"
    if phrase.last == at and ((phrase.noun and not told) or phrase.last - phrase.first > 3):
        return []
    count = phrase.count()
    if count is None:
        return []
    if trigger.harm == "both" and count.best != 0:
        return []  # "38 casualties": nobody says how many of them are dead
    shared = trigger.harm == "killed" and clause.word(at + 1) in ("and", "or") and clause.word(at + 2) in _HURT
    if shared and clause.word(at) in MARTYRS and not clause.says("be", at + 3):
        return [Finding("killed", count, phrase, phrase.first, at + 3, "counted", joint=True)]
    harms = ("killed", "injured") if trigger.harm == "both" else (trigger.harm,)
    status = ClaimStatus.DENIED if count.best == 0 else ClaimStatus.REPORTED
    return [
        Finding(
            harm, count, phrase, phrase.first, max(phrase.last, at + 1), "counted", status, joint=trigger.harm == "both"
        )
        for harm in harms
    ]


def _headed(clause: Clause, at: int) -> Phrase | None:
    """Return the phrase whose head is at an index: ``two bodies``, ``a total of two bodies``."""
    phrase = clause.ending.get(at + 1)
    inside = phrase.inside if phrase is not None else None
    if phrase is None or inside is None or phrase.head == at:
        return phrase if phrase is not None and phrase.head == at else None
    return inside if inside.head == at and clause.word(phrase.head) == "total" else None


def charges(clause: Clause, at: int, _trigger: Trigger | None) -> list[Finding]:
    """``charged with three counts of murder``: as many dead; an attempt is none."""
    if clause.word(at) not in _CHARGES:
        return []
    for start in range(at - 1, max(at - 8, -1), -1):
        word = clause.word(start)
        if word.startswith("attempt") or word in ("assault", "and", ","):
            return []
        if word in ("counts", "count", "charges") and clause.word(start + 1) == "of":
            phrase = clause.ending.get(start + 1)
            if phrase is None or phrase.number is None:
                return []
            return [Finding("killed", phrase.number.count, None, phrase.first, at + 1, "charges")]
    return []


_BODIES = word_set("bodies corpses deaths")
_CORPSES = word_set("body bodies corpse corpses")
_DEAD = word_set("dead deceased killed murdered lifeless")
_SEVERAL = word_set("were have are")
_DEATHS = word_set("deaths fatalities injuries")
_POSSESSIVE = word_set("his her their its my our")
_HURT = word_set("injured wounded")
_CHARGES = word_set("murder homicide manslaughter")
_WITH_SUICIDE = word_set("murder-suicide murder-suicides")
_UNDONE = word_set("not no attempted attempt failed thwarted isn't wasn't rule ruled")
_DOUBT = 6  # words before it that may deny it
_FOLD = {"double": 2, "triple": 3, "quadruple": 4, "quintuple": 5, "sextuple": 6}


def folded(clause: Clause, at: int, _trigger: Trigger | None) -> list[Finding]:
    """``a triple homicide``, ``the double slaying``, ``a quadruple shooting``; ``a double murder-suicide``: 3."""
    number = _FOLD.get(clause.word(at - 1))
    if clause.word(at) in _WITH_SUICIDE:
        doubtful = any(clause.word(k) in _UNDONE for k in range(max(0, at - _DOUBT), at))
        count = Count.exact(number + 1) if number else Count(best=2, min=2, qualifier=Qualifier.AT_LEAST)
        return [] if doubtful else [Finding("killed", count, None, at - bool(number), at + 1, "folded")]
    if number is None or clause.word(at) not in _MANIFOLD:
        return []
    harm = "shot" if clause.word(at) == "shooting" else "killed"
    number += clause.word(at) == "murder-suicide"  # and who killed them
    return [Finding(harm, Count.exact(number), None, at - 1, at + 1, "folded")]


_MANIFOLD = word_set("homicide murder slaying killing shooting fatality murder-suicide")
_OF_THE = {
    "dead": "killed",
    "killed": "killed",
    "deceased": "killed",
    "slain": "killed",
    "injured": "injured",
    "wounded": "injured",
    "missing": "missing",
}


def among(clause: Clause, at: int, trigger: Trigger | None) -> list[Finding]:
    """``among the dead was Ana Ruiz``, ``two children were among the injured``, ``five of the dead``."""
    harm = _OF_THE.get(clause.word(at))
    if trigger is not None and harm is not None and (some := _among_the_counted(clause, at, harm)):
        return some
    if trigger is None or harm is None or clause.word(at - 1) not in ("the", "those"):
        return []
    before = clause.word(at - 2)
    if before in ("among", "amongst"):
        group = verb_group(clause, at - 2)
        if group.be and (found := subjects(clause, group.first)):
            return kept(make(clause, harm, p, at, "among", group) for p in found)
        cursor = at + 1
        while cursor < min(at + 10, len(clause.items)) and not clause.says("be", cursor):
            cursor += 1
        while clause.says("be", cursor) or clause.says("adverb", cursor):
            cursor += 1
        return kept(make(clause, harm, p, at, "among") for p in objects(clause, cursor) if plausible(clause, p))
    if before == "of":
        phrase = clause.ending.get(at - 2) or clause.ending.get(at)
        if phrase is not None and (phrase.number or phrase.pronoun == "one"):
            called = at + 1 < len(clause.items) and clause.items[at + 1].noun is not None
            behind = at + 1 + called
            while clause.says("preposition", behind) and (where := clause.starting.get(behind + 1)):
                behind = where.last + (clause.word(where.last) in _BLOWS)  # "one of those injured in the strike died"
            while (
                clause.says("adverb", behind)
                or clause.says("have", behind)
                or clause.word(behind) in _SINCE
                or clause.word(behind).endswith("ly")
            ):
                behind += 1
            died = clause.items[behind].trigger if behind < len(clause.items) else None
            if died is not None and died.kind == "verb" and died.harm == "killed" and not died.transitive:
                if called:
                    return []  # "two of the wounded rebels died": the verb says it
                made = make(clause, "killed", phrase, behind, "of_the_dead")
                return [made] if made else []
            made = make(clause, harm, phrase, at, "of_the_dead")
            return [made] if made else []
    if clause.says("breaker", at + 1) and clause.word(at + 1).startswith("includ"):
        return kept(make(clause, harm, p, at, "dead_include") for p in objects(clause, at + 2) if plausible(clause, p))
    return []


def _among_the_counted(clause: Clause, at: int, harm: str) -> list[Finding]:
    """Read ``14 soldiers were among the 26 dead``: the whole and its part."""
    whole = clause.ending.get(at + 1) or clause.ending.get(at)
    if whole is None or not whole.number or whole.determiner != "definite" or clause.word(whole.first - 1) != "among":
        return []
    group = verb_group(clause, whole.first - 1)
    count = whole.count()
    if not group.be or group.negated or count is None:
        return []
    total = Finding(harm, count, whole, whole.first, at + 1, "counted", at=at)
    parts = kept(make(clause, harm, p, at, "among", group) for p in subjects(clause, group.first))
    for part in parts:
        part.total, part.last = total, whole.first - 1
    return [total, *parts] if parts else []


def roster(clause: Clause, at: int, trigger: Trigger | None) -> list[Finding]:
    """``The victims were named as: Ana Ruiz 34 years old female killed ...``: one for each entry of a list of names."""
    if not clause.roster or trigger is None or trigger.kind != "verb" or clause.says("be", at - 1):
        return []
    phrase = clause.ending.get(at)
    if phrase is None or not phrase.person:
        return []
    return [Finding(trigger.harm, Count.exact(1), phrase, phrase.first, at + 1, "roster")]
