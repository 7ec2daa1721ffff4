"""What a rule finds, and how victims and a trigger become it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from contracts.casualties import ClaimStatus
from contracts.spans import Count, Qualifier
from services.casualties.lexicon import Trigger
from services.casualties.phrases import Clause, Phrase
from services.casualties.rules.syntax import VerbGroup, objects, plausible

MARTYRS = ("martyr", "martyrs")
_SHARES = frozenset("% percent cent half third thirds quarter quarters fifth fifths tenth majority".split())
_OWNERS = 4  # words between "of" and a figure: "80% of the town's 5,000 people"
VAGUE = (Qualifier.UNSPECIFIED, Qualifier.SOME, Qualifier.SEVERAL)  # "several were killed and wounded" says both


@dataclass(slots=True)
class Finding:
    """A casualty statement in one sentence, over ``items[first:last]``."""

    harm: str
    count: Count
    phrase: Phrase | None
    first: int
    last: int
    rule: str
    status: ClaimStatus = ClaimStatus.REPORTED
    joint: bool = False
    total: Finding | None = None
    habitual: bool = False
    at: int = -1  # the trigger


def make(
    clause: Clause,
    harm: str,
    phrase: Phrase,
    at: int,
    rule: str,
    group: VerbGroup | None = None,
    *,
    joint: bool = False,
) -> Finding | None:
    """Turn victims and a trigger into a finding; None where the words name no victims."""
    if phrase.thing or clause.word(phrase.head) in ("it", "itself", "most"):
        return None
    if phrase.number and not phrase.noun and phrase.determiner == "both":
        return None  # "Ana and Luis Ruiz, both 23,"
    if harm != "killed" and clause.word(phrase.head) in MARTYRS:
        return None  # "nine martyrs and 12 injured"
    if clause.word(phrase.head) == "number" and phrase.determiner == "definite":
        return None  # "the number of miners killed": it is not said
    count = phrase.count(plural=group.plural if group else None)
    if count is None or (rule != "reduced" and _is_share(clause, phrase)):
        return None
    if count.best == 1 and clause.word(phrase.first) == "all" and not phrase.name:
        count = Count(min=2, qualifier=Qualifier.UNSPECIFIED)  # "killing all aboard"
    count = at_least(clause, phrase.last, count)
    status = group.status if group else ClaimStatus.REPORTED
    single = phrase.number or clause.word(phrase.first + 1) == "single"
    if count.best == 1 and single and clause.word(phrase.first - 1) == "not":
        count = Count.exact(0)  # "not one child was hurt"
    if count.best == 0:
        status = ClaimStatus.DENIED
    elif status is ClaimStatus.DENIED:
        return (
            None
            if count.max == 1
            else Finding(harm, count, phrase, min(phrase.first, at), max(phrase.last, at + 1), rule, status)
        )
    first, last = min(phrase.first, at), max(phrase.last, at + 1)
    joint = (joint or bool(group and group.joint)) and count.qualifier not in VAGUE
    return Finding(harm, count, phrase, first, last, rule, status, joint=joint)


def at_least(clause: Clause, behind: int, count: Count) -> Count:
    """Read ``at least`` behind a figure: ``killed 8 people at least``."""
    if count.qualifier is not Qualifier.EXACT or clause.word(behind) != "at least" or count.best is None:
        return count
    if clause.word(behind + 1)[:1].isdigit() or clause.starting.get(behind + 1):
        return count  # "shot him at least 20 times"
    return Count(best=count.best, min=count.best, qualifier=Qualifier.AT_LEAST)


def kept(made: Iterable[Finding | None]) -> list[Finding]:
    """Return the findings that name victims."""
    return [finding for finding in made if finding is not None]


def strict(trigger: Trigger) -> bool:
    """Tell whether the verb is said of things as well as of people."""
    return trigger.weak or trigger.harm in ("captured", "displaced")


def fits(trigger: Trigger, phrase: Phrase) -> bool:
    """Tell whether the verb may be said of a phrase."""
    if phrase.thing:
        return False
    if strict(trigger):
        return phrase.person or (
            phrase.number is not None and phrase.head == phrase.last - 1 and phrase.last - phrase.first == 1
        )
    return True


def _is_share(clause: Clause, phrase: Phrase) -> bool:
    """Tell a share of so many, which is not counted: ``80% of its 2,000 residents``, ``half of the 900 pupils``."""
    if clause.word(phrase.head) in _SHARES and clause.word(phrase.last) == "of":
        return True
    before = range(phrase.first - 1, phrase.first - 1 - _OWNERS, -1)
    of = next((at for at in before if clause.word(at) == "of"), None)
    return of is not None and clause.word(of - 1) in _SHARES


def chain_end(clause: Clause, at: int) -> tuple[int, bool]:
    """Skip ``and wounded`` behind a verb: the next verb shares the object."""
    cursor, joint = at + 1, False
    while clause.word(cursor) in ("and", "or", "/", ",") and cursor + 1 < len(clause.items):
        look = cursor + 1
        while clause.says("adverb", look) or clause.word(look).endswith("ly"):
            look += 1
        trigger = clause.items[look].trigger if look < len(clause.items) else None
        if trigger is None or trigger.kind != "verb":
            break
        own = clause.items[at].trigger
        if own and not own.forms & trigger.forms:
            break
        if clause.word(cursor) == "," and (
            trigger.harm != "killed" or look > cursor + 1 or clause.items[-1].word == "."
        ):
            break  # in headlines alone: "two shot, killed in Lima"
        cursor, joint = look + 1, joint or own is None or trigger.harm != own.harm
    return cursor, joint


def said_again(clause: Clause, at: int) -> bool:
    """Tell whether another verb says it of the same people: ``man shot, injured``, ``shot and killed``."""
    if chain_end(clause, at)[1]:
        return True
    trigger = clause.items[at + 2].trigger if clause.word(at + 1) == "," and at + 2 < len(clause.items) else None
    alike = trigger is not None and trigger.kind == "verb" and bool(trigger.forms & {"participle"})
    return alike and not (clause.starting.get(at + 3) and clause.word(at + 3) not in ("", "in", "at", "by"))


def behind_of(clause: Clause, at: int, of: int, harm: str, rule: str) -> list[Finding]:
    """Read the victims behind ``of``."""
    group = objects(clause, of + 1)
    return kept(make(clause, harm, p, at, rule) for p in group if plausible(clause, p))
