"""What becomes of single victims by the end of an article: who died later, who lives, whom a later sentence adds."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from services.casualties.singles import KEPT, compatible, surely
from services.casualties.statement import OWN_HAND, TOLD, Statement
from services.text.reading import Sentence

_LONG = 1000  # characters of a sentence that are looked at
_AIMED = "turn"  # a gun on himself
_TRIED = ("attempted murder-suicide", "attempted murder suicide", "attempted suicide", "suicide attempt")


def settle(statements: Sequence[Statement], sentences: Sequence[Sentence]) -> None:
    """Say of each single victim what the whole article says of him; the statements are related already."""
    told = [s for s in statements if s.told and not s.silent]
    told = told if len(told) <= 2 * KEPT else told[:KEPT] + told[-KEPT:]
    _join_twins(told)
    _die_later([s for s in told if s.single])
    _set_apart(statements)
    _outlive(told, sentences)


def _join_twins(told: Sequence[Statement]) -> None:
    """Take for one whom a sentence tells to be hit and to have died: ``a man shot on Sunday dies``."""
    for before, statement in pairwise(told):
        one, other = before.finding.phrase, statement.finding.phrase
        if before.number != statement.number or one is None or other is None or before.sentence != statement.sentence:
            continue
        alike = (before.single and statement.single) or statement.rule == "died_too"
        if one.first != other.first or not alike or before.same_as is statement or statement.same_as is before:
            continue
        if statement.harm == "killed" and before.harm in ("shot", "injured", "killed"):
            dead = statement.same_as or statement
            for again in told:
                if again.same_as is before and again is not dead:
                    again.same_as = dead
            before.same_as, before.adds_to = dead, None


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


def _is_none_of(statement: Statement, dead: Sequence[Statement]) -> bool:
    """Tell whether one who was shot is surely none of the dead: ``officer shot, suspect killed``."""
    if statement.anaphoric or not all(s.single for s in dead):
        return False
    return not any(compatible(s, statement) and compatible(statement, s) for s in dead)


def _set_apart(statements: Sequence[Statement]) -> None:
    """Count among the hurt alone those who were shot beside the dead: ``another was shot``, ``she was also shot``."""
    dead = 0
    gone = [s for s in statements if s.told and s.harm == "killed" and s.same_as is None and s.part_of is None]
    for statement in statements:
        if statement.told and statement.harm == "killed" and statement.same_as is None:
            dead += 1
        if statement.harm != "shot" or statement.same_as is not None or not statement.told:
            continue
        phrase = statement.finding.phrase
        another = phrase is not None and (phrase.more or phrase.ordinal > 1) and phrase.determiner != "definite"
        apart = statement.survives or (dead and statement.limb) or (dead and (another or statement.also))
        if statement.single and (apart or (gone and _is_none_of(statement, gone))):
            statement.harm = "injured"
        elif dead and statement.also and not statement.anaphoric:
            statement.harm = "injured"  # "two others were also shot"
        elif gone and statement.attacker is False and all(s.attacker for s in gone):
            statement.harm = "injured"  # "two officers shot, gunman killed"
