"""What becomes of single victims by the end of an article: who died later, who lives, whom a later sentence adds."""

from __future__ import annotations

from collections.abc import Sequence

from services.casualties.discourse import KEPT, OWN_HAND, TOLD, Statement, compatible, surely
from services.casualties.elsewhere import Settings
from services.text.reading import Sentence

_LONG = 1000  # characters of a sentence that are looked at
_AIMED = "turn"  # a gun on himself
_TRIED = ("attempted murder-suicide", "attempted murder suicide", "attempted suicide", "suicide attempt")


def settle(statements: Sequence[Statement], settings: Settings, sentences: Sequence[Sentence]) -> None:
    """Say of each single victim what the whole article says of him; the statements are related already."""
    told = [s for s in statements if s.told and not s.silent]
    told = told if len(told) <= 2 * KEPT else told[:KEPT] + told[-KEPT:]
    _die_later([s for s in told if s.single])
    _set_apart(statements)
    _outlive(told, sentences)
    _count_the_changed(told, settings)


def _die_later(singles: Sequence[Statement]) -> None:
    """Take those for one who are told to be hurt and, by name or age, to have died."""
    dead = [s for s in singles if s.harm == "killed" and s.same_as is None]
    for hurt in singles:
        if hurt.harm != "injured" or hurt.same_as is not None or hurt.part_of is not None:
            continue
        own = hurt.rule in OWN_HAND
        same = [s for s in dead if surely(hurt, s) and compatible(hurt, s) and (own or hurt.number <= s.number)]
        if same:
            hurt.same_as, hurt.adds_to = same[0], None


def _outlive(told: Sequence[Statement], sentences: Sequence[Sentence]) -> None:
    """Take those who turned a gun on themselves for hurt where that was an attempt: ``an attempted murder-suicide``."""
    own = [s for s in told if s.harm == "killed" and s.rule in OWN_HAND and s.clause.word(s.finding.at)[:4] == _AIMED]
    if own and any(tried in s.text[:_LONG].lower() for s in sentences if s.section in TOLD for tried in _TRIED):
        for statement in own:
            statement.harm = "injured"


def _set_apart(statements: Sequence[Statement]) -> None:
    """Count among the hurt alone those who were shot beside the dead: ``another was shot``, ``she was also shot``."""
    dead = 0
    for statement in statements:
        if statement.told and statement.harm == "killed" and statement.same_as is None:
            dead += 1
        if statement.harm != "shot" or statement.same_as is not None or not statement.told:
            continue
        phrase = statement.finding.phrase
        another = phrase is not None and (phrase.more or phrase.ordinal > 1) and phrase.determiner != "definite"
        if statement.single and (statement.survives or (dead and (another or statement.also))):
            statement.harm = "injured"


def _count_the_changed(told: Sequence[Statement], settings: Settings) -> None:
    """Count those beside the others of a harm whom only a later sentence told to have died, or to be hurt alone."""
    for harm in ("killed", "injured"):
        roots = [s for s in told if s.harm == harm and s.same_as is None and s.part_of is None and s.rule != "roster"]
        first = next((s for s in roots if s.finding.count.best is not None), None)
        if first is None or not first.single:
            continue
        for statement in roots:
            onward = statement.adds_to
            known = statement.finding.harm == first.finding.harm == harm  # they were compared in their order
            if statement is first or not statement.single or known:
                continue
            others = [s for s in roots if s is not statement and s.single]
            if any(compatible(*sorted((statement, s), key=lambda x: x.number)) for s in others):
                continue  # a headline's "man killed", told at length
            if (onward is None or onward.harm != harm) and settings.of_one_event(statement, [first]):
                statement.adds_to = first
