"""The grammar: from a trigger to the victims that it speaks of. Each rule has a name, and its examples in the tests.

A rule gets the sentence (``Clause``) and the index of a trigger and returns findings. Rules look at the items and noun
phrases beside the trigger only, so that a sentence costs a fixed number of steps for each trigger.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from services.casualties.lexicon import Trigger, word_set
from services.casualties.phrases import Clause, Phrase
from services.casualties.rules.ends import ENDS, died_too, examined, outlived, unsaved
from services.casualties.rules.fatal import VICTIMS, slain
from services.casualties.rules.fates import FATES, fate_unknown, sought_help
from services.casualties.rules.finding import Finding
from services.casualties.rules.held import HELD, held
from services.casualties.rules.losses import LOSSES, casualties, losses, lost, spared
from services.casualties.rules.named import KILLERS, among_those, identified, killers_of, the_slain
from services.casualties.rules.nouns import among, charges, counted, folded, lives, nominal, roster, toll
from services.casualties.rules.parts import parts_of
from services.casualties.rules.reckoned import reckoned
from services.casualties.rules.verbs import active, attributive, driven_out, intransitive, passive, reduced
from services.casualties.rules.wounds import (
    FATAL,
    fatally,
    had_wounds,
    hospital,
    in_care,
    maimed,
    missed,
    struck,
    suffered,
    with_wounds,
)

_NOT_SHOT = ("down", "off", "up", "back")  # "shot down": a missile
_HEAPS = word_set(
    "rubble debris ruins wreckage mud snow earth sand rocks concrete landslide mudslide avalanche collapse collapsed "
    "alive under beneath underneath"
)  # what buries the living
_REACH = 12
_MERELY_HURT = ("with_wounds", "hospital")
_COUNTED = word_set("counted recorded registered confirmed verified documented tallied listed")
_BESIDE = 3  # items between the dead of a toll and its hurt
Rule = Callable[[Clause, int, Trigger | None], list[Finding]]
_OPENERS = FATAL | KILLERS | VICTIMS | LOSSES | ENDS | HELD | FATES  # words that a rule begins from, and no triggers
# The first rule that finds something at a trigger has it.
RULES: tuple[Rule, ...] = (
    roster, reckoned, toll, lives, charges, folded, killers_of, among, among_those, identified, spared, counted,
    casualties, losses, nominal, the_slain, attributive, passive, active, reduced, intransitive, suffered, maimed,
    lost, driven_out, in_care, hospital, struck, fatally, with_wounds, had_wounds, slain, outlived, examined, unsaved,
    held, fate_unknown, sought_help,
)  # fmt: skip


def find_claims(clause: Clause) -> list[Finding]:
    """Apply the grammar to a sentence: findings in order, each words once."""
    found: list[Finding] = []
    taken: set[tuple[str, int]] = set()
    mentioning = clause.lexicon.mentioning
    for at, item in enumerate(clause.items):
        trigger = item.trigger
        if trigger is None and item.word not in _OPENERS and item.word not in mentioning:
            continue
        if trigger is not None and trigger.harm == "shot" and (clause.word(at + 1) in _NOT_SHOT or missed(clause, at)):
            continue
        if trigger is not None and trigger.harm == "trapped" and _is_funeral(clause, at):
            continue
        for rule in RULES:
            results = rule(clause, at, trigger)
            for number, finding in enumerate(results):
                finding.at = at
                if number and finding.phrase and finding.phrase.first > at:
                    finding.first = finding.phrase.first  # "killed two soldiers and a nurse": the nurse alone
                key = (finding.harm, finding.phrase.first if finding.phrase else -finding.first - 1)
                if key not in taken and not (finding.rule in _MERELY_HURT and _told(found, finding)):
                    taken.add(key)
                    found.append(finding)
            if results:
                break
        else:
            found += died_too(clause, at, trigger, found)
    if not found:
        return found
    if "self-inflicted" in clause.lowered:
        for finding in found:
            near = clause.items[finding.at : finding.at + _REACH]
            if finding.harm == "killed" and any(i.word == "self-inflicted" for i in near):
                finding.rule = "suicide"
    if any(f.harm == "displaced" for f in found):
        found = _of_the_displaced(clause, found)
    _count_tolls(clause, found)
    for finding in tuple(found):
        for part in parts_of(clause, finding):
            key = (part.harm, part.phrase.first if part.phrase else -part.first - 1)
            died = any(f.phrase is part.phrase and f.harm != part.harm and f.rule == "intransitive" for f in found)
            if died and (
                part.rule != "including" or (finding.harm == "shot" and not (finding.phrase and finding.phrase.more))
            ):
                continue  # "treated 50 people, and two of them died"
            if part.phrase and any(
                f.harm == "killed" and f.phrase and _is_named(clause, f, part.phrase) for f in found
            ):
                continue  # "one of them, Ana Ruiz, did not survive"
            if part.phrase and (taken_there := next((f for f in found if _is_taken_there(f, part)), None)):
                taken_there.total = taken_there.total or part.total
                continue  # "eight hurt, four of whom were hospitalised"
            if key not in taken:
                taken.add(key)
                found.append(part)
            elif part.total is not None:
                _relate(found, part, finding)
    found.sort(key=lambda f: (f.first, f.last))
    return found


def _is_named(clause: Clause, finding: Finding, part: Phrase) -> bool:
    """Tell whether a part is named behind a comma, and the name has a statement of its own."""
    name = finding.phrase
    return name is not None and bool(name.name) and name.first == part.last + 1 and clause.word(part.last) == ","


def _count_tolls(clause: Clause, found: list[Finding]) -> None:
    """Take for tolls what somebody counted, and the hurt beside a toll: ``put the toll at 20 dead and 35 wounded``."""
    for finding in found:
        if finding.rule == "reduced" and clause.word(finding.first - 1) in _COUNTED:
            finding.rule = "toll"
    for before, finding in pairwise(found):
        near = 0 <= finding.first - before.last <= _BESIDE and finding.harm != before.harm
        if near and before.rule == "toll" and finding.rule == "reduced":
            finding.rule = "toll"


def _of_the_displaced(clause: Clause, found: list[Finding]) -> list[Finding]:
    """Take those who were driven out before for people: ``killed 12 displaced people``."""
    kept = []
    for finding in found:
        hurt = next((f for f in found if _befell(clause, f, finding)), None)
        before = clause.items[finding.phrase.first - 1].trigger if finding.phrase and finding.phrase.first else None
        if hurt is None and finding.rule == "attributive" and before and before.transitive and "past" in before.forms:
            finding.harm, finding.rule, finding.at = before.harm, "active", finding.first - 1
        if hurt is None:
            kept.append(finding)
            continue
        hurt.count, hurt.phrase = finding.count, finding.phrase
        hurt.first, hurt.last = min(hurt.first, finding.first), max(hurt.last, finding.last)
    return kept


def _befell(clause: Clause, finding: Finding, displaced: Finding) -> bool:
    """Tell whether a finding is of the displaced whose figure or noun it has."""
    if (displaced.harm, displaced.rule) != ("displaced", "attributive") or finding.harm == "displaced":
        return False
    if finding.phrase is None or displaced.phrase is None:
        return False
    behind = clause.starting.get(displaced.at + 1)
    return finding.phrase.first == displaced.phrase.first or finding.phrase is behind


def _is_taken_there(finding: Finding, part: Finding) -> bool:
    """Tell whether a part is of those that a rule of wounds has already."""
    same = finding.phrase is not None and part.phrase is not None and finding.phrase.first == part.phrase.first
    return same and {finding.harm, part.harm} == {"shot", "injured"}


def _is_funeral(clause: Clause, at: int) -> bool:
    """Tell whether the dead are buried: nothing lies on them that fell."""
    near = range(max(0, at - _REACH), at + _REACH)
    return clause.word(at).startswith("bur") and not any(clause.word(k) in _HEAPS for k in near)


def _told(found: list[Finding], wounded: Finding) -> bool:
    """Tell whether another rule has the same people: ``was taken to hospital with a gunshot wound``."""
    phrase = wounded.phrase
    same = [f for f in found if f.phrase is phrase or (phrase and f.phrase and f.phrase.first == phrase.first)]
    return any(wounded.rule == "with_wounds" or f.harm == "injured" for f in same)


def _relate(found: list[Finding], part: Finding, total: Finding) -> None:
    """Mark a finding that another rule made as part of a total."""
    for other in found:
        if other.harm == part.harm and other.phrase is part.phrase and other is not total and other.total is None:
            other.total = total
