"""Who is whom among single victims: the same person again, one of a group told before, or another."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.spans import Section
from services.casualties.rules.syntax import subjects, verb_group
from services.casualties.statement import OWN_HAND, Statement

KEPT = 150  # statements from the beginning, and as many from before, that a new one is compared with
NEAR = 3  # sentences back that "another" and "he" may reach


def place_single(statement: Statement, seen: list[Statement]) -> None:
    """Find the person that a statement of one speaks of among those before."""
    phrase = statement.finding.phrase
    singles = [
        s
        for s in seen
        if s.single
        and s.same_as is None
        and s.rule != "roster"
        and (s.number != statement.number or statement.anaphoric)
    ]
    taken = {id(s.same_as) for s in statement.siblings} | {id(s) for s in statement.siblings}
    if seen and _is_also(statement):
        taken |= {id(seen[-1]), id(seen[-1].same_as)}
    if statement.adds_to is not None:  # "shot a robber and also killed his brother": not the robber again
        taken |= {id(statement.adds_to), id(statement.adds_to.same_as)}
    singles = [s for s in singles if id(s) not in taken]
    antecedent: Statement | None = None
    other = phrase is not None and (phrase.more or _next_in_line(statement, seen))
    if other and any(s.number == statement.number and s.harm != statement.harm for s in seen):
        other = False  # "one was killed and another hurt": another than the dead
    if other and any(
        s.finding.phrase and s.finding.phrase.more and s.sentence.section is not Section.BODY for s in singles
    ):
        other = statement.sentence.section is not Section.BODY  # the lead's "another", told again
    if statement.rule in OWN_HAND and statement.harm == "killed":
        singles = [s for s in singles if s.rule in OWN_HAND or s.attacker or surely(s, statement)]
        singles += [s for s in seen if s.part_of is not None and s.attacker and s.same_as is None]
        singles += [s for s in seen if s.siblings and s.harm == "killed" and _with_the_killer(s) and s not in singles]
    else:
        himself = statement.attacker or (statement.anaphoric and not (statement.names or statement.kin))
        singles = [
            s for s in singles if s.rule not in OWN_HAND or surely(s, statement) or (himself and s.harm != "killed")
        ]
    near = seen[-1] if seen and seen[-1].number == statement.number and statement.rule not in OWN_HAND else None
    takes_up = near is not None and near.single and near.harm in ("shot", statement.harm)
    died = near is not None and near.single and near.harm == "killed" and near.rule == "intransitive"
    takes_up = takes_up or (died and statement.harm == "shot")  # "a judge died after he was shot"
    if near is not None and takes_up and phrase is not None and phrase.pronoun and compatible(near, statement):
        antecedent = near.same_as or near  # "Ana Ruiz was taken to a clinic, where she died"
    elif not other or (statement.rule == "active" and phrase is not None and phrase.number is None):
        whole = any(not s.single and s.harm in ("shot", "injured") for s in statement.siblings)
        for harms in _SEARCH.get(statement.harm, ((statement.harm,),)):
            fresh = statement.also and phrase is not None and not phrase.pronoun
            if statement.harm == "shot" and harms == ("killed",) and (whole or statement.alive or fresh):
                continue  # "two men and a woman were taken to hospital, in stable condition"
            antecedent = antecedent or _latest([s for s in singles if s.harm in harms], statement)
    antecedent = antecedent or (None if other else _of_the_same_list(statement, seen, taken))
    if antecedent is None:
        _add(statement, seen)
        return
    if antecedent.harm == "shot" and statement.harm != "shot":
        antecedent.harm = statement.harm
    elif statement.harm == "shot":
        statement.harm = antecedent.harm
    statement.same_as = antecedent
    statement.part_of = None
    antecedent.age = antecedent.age or statement.age
    if len(statement.names) > len(antecedent.names):
        antecedent.names = statement.names
    statement.silent = statement.anaphoric and antecedent.harm == statement.harm and not statement.siblings


def _of_the_same_list(statement: Statement, seen: Sequence[Statement], taken: set[int]) -> Statement | None:
    """Return the one left over where a list names as many as are told of: ``both Ruiz and his daughter died``."""
    phrase = statement.finding.phrase
    if not statement.siblings or statement.harm != "killed" or phrase is None or phrase.determiner == "indefinite":
        return None
    known = [s for s in seen if s.single and s.harm == "killed" and s.same_as is None and s.number != statement.number]
    left = [s for s in known if id(s) not in taken]
    return left[-1] if len(known) == 1 + len(statement.siblings) and len(left) == 1 else None


def _whole_of_list(statement: Statement, seen: Sequence[Statement]) -> Statement | None:
    """Return the total told before that a list of single victims spells out."""
    length = 1 + len(statement.siblings)
    if not all(s.single for s in statement.siblings):
        return None
    alike = (s for s in reversed(seen) if s.harm == statement.harm and s.number != statement.number and not s.single)
    return next((s for s in alike if (s.finding.count.best or 0) >= length and s.part_of is None), None)


def _is_also(statement: Statement) -> bool:
    """Tell of one more by the verb: ``the officer also shot a clerk, Ana Ruiz``."""
    phrase, clause = statement.finding.phrase, statement.clause
    if phrase is None or statement.anaphoric or not (phrase.determiner == "indefinite" or phrase.name):
        return False
    group = verb_group(clause, statement.finding.at)
    return any(clause.word(k) == "also" for k in range(group.first, statement.finding.at))


def _next_in_line(statement: Statement, seen: list[Statement]) -> bool:
    """Tell whether "a third victim" is one more of this harm: two are told of. Else he is the third of all victims."""
    phrase, harm = statement.finding.phrase, statement.harm
    ordinal = phrase.ordinal if phrase else 0
    if phrase is None or ordinal < 2:
        return False
    harms = (harm,) if harm == "killed" else ("killed", "injured", "shot")
    roots = [s for s in seen if s.part_of is None and s.same_as is None and s.finding.count.best]
    if phrase.determiner == "definite" and sum(s.finding.count.best or 0 for s in roots) >= ordinal:
        return False  # "one dead, one hurt ... the second victim died"
    roots = [s for s in roots if s.harm in harms]
    singles = sum(1 for s in roots if s.single)
    return ordinal - 1 in {singles, *(s.finding.count.best for s in roots)}


_OF_OTHERS = ("active", "killing_of", "nominal", "suffered")  # "he shot six": himself is not among them
# Whom a new statement of one may mean, by what is known of the earlier ones.
_SEARCH = {
    "killed": (("killed",), ("shot",)),
    "injured": (("injured",), ("shot",)),
    "shot": (("shot", "injured"), ("killed",)),
}


def _add(statement: Statement, seen: list[Statement]) -> None:
    """Count one more person, unless the sentence makes him a part of a total."""
    repeated = any(s.same_as is not None for s in statement.siblings)
    if repeated and statement.adds_to is not None and (whole := _whole_of_list(statement, seen)) is not None:
        statement.adds_to, statement.part_of = None, whole
    if statement.part_of is not None or statement.adds_to is not None:
        return
    phrase = statement.finding.phrase
    described = phrase is not None and (phrase.age or phrase.more) and statement.harm in ("injured", "shot")
    harms = ("injured", "shot") if described else (statement.harm,)
    roots = [s for s in seen if s.harm in harms and s.part_of is None and s.same_as is None and s.rule != "roster"]
    if not roots:
        return
    more = phrase is not None and (phrase.more or phrase.ordinal > 1)
    if any(s.number == statement.number and s.harm != statement.harm for s in seen):
        more = False  # "one was killed and another injured": another than the dead
    more = more and not (statement.rule == "active" and phrase is not None and phrase.number is None)
    single = next((s for s in roots if s.single and all(t.single for t in s.siblings)), None)
    if statement.rule in OWN_HAND or statement.attacker:
        near = [s for s in roots if statement.number - s.number <= (s.sentence.section is not Section.HEADLINE)]
        others = [s for s in near if s.rule in _OF_OTHERS or s.number == statement.number]
        others = others or [s for s in roots if s.rule == "active" and _by_somebody(s)]
        statement.adds_to = others[-1] if others else single
    elif next((s for s in roots if s.finding.count.best is not None), None) is single:
        statement.adds_to = single
    elif more:
        near = [s for s in roots if statement.number - s.number <= NEAR and s.sentence.section is not Section.HEADLINE]
        near = [s for s in near if s.single] or near
        statement.adds_to = near[-1] if near else None


def _latest(candidates: Sequence[Statement], statement: Statement) -> Statement | None:
    """Return the candidate that a statement may mean: of the same name, of the same noun, else the latest that fits."""
    phrase = statement.finding.phrase
    fitting = [s for s in candidates if compatible(s, statement)]
    named = [s for s in fitting if statement.names and s.names] or [s for s in fitting if surely(s, statement)]
    if named:
        return named[-1]
    noun = phrase.noun if phrase else None
    alike = [s for s in fitting if noun is not None and s.finding.phrase and s.finding.phrase.noun == noun]
    return next(reversed(alike or fitting), None)


def _by_somebody(statement: Statement) -> bool:
    """Tell whether a person did it, who is no victim: ``the tenant killed six``, not ``a shooting killed six``."""
    group = verb_group(statement.clause, statement.finding.at)
    return any((p.person or p.name) and not p.thing for p in subjects(statement.clause, group.first))


def compatible(one: Statement, other: Statement) -> bool:
    """Tell whether two statements of one may speak of the same person: name, age, sex and role."""
    if one.names and other.names and not _same_name(one.names, other.names):
        return False
    if one.age and other.age and one.age != other.age:
        return False
    if other.kin and other.harm == "shot" and one.harm == "killed" and other.number - one.number == 1 and not one.kin:
        return False  # "A farmer died. His son was taken to hospital"
    a, b = one.sex, other.sex
    if a and b and a != b:
        return False
    if one.grown is not None and other.grown is not None and one.grown != other.grown:
        return False
    if (one.on_duty and other.of_family) or (other.on_duty and one.of_family):
        return False  # "he shot his mother; a bullet grazed an officer"
    return not (one.attacker is not None and other.attacker is not None and one.attacker != other.attacker)


def surely(one: Statement, other: Statement) -> bool:
    """Tell whether name or age show that two statements speak of the same person."""
    return bool(
        (one.names and other.names and _same_name(one.names, other.names)) or (one.age and one.age == other.age)
    )


def _same_name(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Compare names: a lone one meets any part; of two full ones first and last must agree."""
    if len(one) == 1 or len(other) == 1:
        return bool(set(one) & set(other))
    return (
        (one[-1] == other[-1] and one[0] == other[0])
        or (len(set(one) & set(other)) > 1 and one[0] in other)
        or (other[0] in one and one[-1] in other)
    )


def _with_the_killer(statement: Statement) -> bool:
    """Tell whether a list of the dead has who killed them: ``Man, child dead in murder-suicide``."""
    return statement.single and statement.grown is not False and "murder-suicide" in statement.clause.lowered
