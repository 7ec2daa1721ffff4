"""From the statements of single sentences to an article's account: who is whom, what adds up, what repeats."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.spans import Section
from services.casualties.elsewhere import Settings
from services.casualties.rules.syntax import verb_group
from services.casualties.singles import KEPT, NEAR, place_single, surely
from services.casualties.statement import OWN_HAND, Statement


def relate(statements: Sequence[Statement]) -> None:
    """Set ``part_of``, ``same_as``, ``adds_to`` and ``silent`` of an article's statements, in their order."""
    by_finding = {id(s.finding): s for s in statements}
    before: Statement | None = None
    for statement in statements:
        total = statement.finding.total
        if total is not None:
            statement.part_of = by_finding.get(id(total))
        if (
            before is not None
            and before.number == statement.number
            and before.harm == statement.harm
            and before.finding.at == statement.finding.at
            and statement.finding.count.best != 0
            and total is None
            and before.part_of is None
        ) or (before is not None and total is None and _goes_on(before, statement)):
            statement.adds_to = before
        if statement.adds_to is not None and before is not None and before.finding.at == statement.finding.at:
            for sibling in (*before.siblings, before):
                sibling.siblings += (statement,)
                statement.siblings += (sibling,)
        before = statement
    told: list[Statement] = []
    settings = Settings(statements)
    part: Statement | None = None
    for statement in statements:
        seen = settings.of_one_event(statement, told)
        phrase = statement.finding.phrase
        if (
            statement.harm == "shot"
            and phrase is not None
            and phrase.more
            and phrase.number
            and phrase.determiner != "definite"
        ):
            statement.harm = "injured"  # "one died; three others were shot"
        if (
            statement.silent
            and phrase is not None
            and not phrase.pronoun
            and not any(s.harm == statement.harm or (statement.hurt and s.harm == "injured") for s in seen)
        ):
            statement.silent = False  # "the murder of the monks": nothing before that it takes up
        if statement.rule in _OF_THE_DEAD and statement.part_of is None and (whole := _whole(statement, seen)):
            statement.part_of, statement.adds_to, statement.silent = whole, None, False
            part = statement
        elif part is not None and _is_beside(statement, part):
            statement.part_of, statement.adds_to = part.part_of, None
        elif statement.told and statement.silent:
            _bury(statement, seen)
        elif statement.told:
            _place(statement, seen)
            told.append(statement)
            if len(told) > 2 * KEPT:
                del told[KEPT]


def _is_beside(statement: Statement, part: Statement) -> bool:
    """Tell other members of a total: ``two of the wounded are in hospital, while six others were treated at home``."""
    phrase = statement.finding.phrase
    told = (statement.number, statement.harm) == (part.number, part.harm) and statement.part_of is None
    return told and phrase is not None and phrase.more and part.rule == "of_the_dead"


def _goes_on(before: Statement, statement: Statement) -> bool:
    """Tell whether one who killed some goes on to kill others: ``shot his wife dead and then killed two clerks``."""
    one, other = before.finding, statement.finding
    if before.number != statement.number or (one.rule, other.rule) != ("active", "active") or one.at >= other.at:
        return False
    if before.harm != statement.harm or before.part_of is not None or one.phrase is None or other.phrase is None:
        return False
    return (
        statement.clause.word(verb_group(statement.clause, other.at).first - 1) == "and"
        and not (other.phrase.pronoun or one.phrase.pronoun)
        and other.count.best is not None
    )


_OF_THE_DEAD = ("of_the_dead", "dead_include", "among", "in_care", "described")


def _whole(statement: Statement, seen: Sequence[Statement]) -> Statement | None:
    """Return the total told before that ``six of the wounded`` or ``among the dead was`` is a part of."""
    if statement.names and any(s.single and surely(s, statement) for s in seen):
        return None
    size = statement.finding.count.best or statement.finding.count.min or 0
    harms = ("killed",) if statement.harm == "killed" else ("injured", "shot")
    for total in reversed(seen):
        whole = total.finding.count.best or total.finding.count.min or 0
        if total.harm in harms and not total.single and not total.part_of and whole > size:
            return total
    return None


def _place(statement: Statement, seen: list[Statement]) -> None:
    """Relate one statement to those before it."""
    if statement.rule == "roster":
        before = next((s for s in reversed(seen) if s.rule == "roster" and s.harm == statement.harm), None)
        statement.adds_to = before
        return
    if statement.rule in ("passive", "reduced") and statement.condition and _place_condition(statement, seen):
        return
    if (twin := _twin(statement, seen)) is not None:
        statement.same_as, statement.adds_to = twin, None
        if twin.harm == "shot":
            twin.harm = statement.harm
        return
    if statement.single:
        place_single(statement, seen)
        return
    phrase = statement.finding.phrase
    if statement.harm == "killed" and phrase is not None and _of_the_victims(statement, seen):
        own = next(s for s in seen if s.rule in OWN_HAND and s.harm == "killed")
        statement.adds_to = statement.adds_to or own
        return
    if statement.harm == "killed" and phrase is not None:
        _bury(statement, seen)
    earlier = _repeated(statement, seen)
    if earlier is not None and all(_repeated(s, seen) is not None for s in statement.siblings if not s.single):
        statement.same_as = earlier
        return
    if (others := _also(statement, seen)) is not None:
        statement.adds_to = others
        return
    if phrase is not None and phrase.more and statement.adds_to is None and statement.part_of is None:
        if any(s.number == statement.number and (s.harm == "killed") != (statement.harm == "killed") for s in seen):
            return  # "one was killed and five others hurt": others than the dead
        if (total := _rest_of(statement, seen)) is not None:
            statement.part_of = total
            return
        near_by = seen[-1] if seen else None
        beside = near_by is not None and near_by.single and near_by.harm == "killed" and statement.harm != "killed"
        if beside and near_by is not None and statement.number - near_by.number == 1:
            return  # "Ana Ruiz was killed. Four others were hurt": others than her
        near = [
            s for s in seen if s.harm == statement.harm and statement.number - s.number <= NEAR and s.same_as is None
        ]
        if statement.sentence.section is not Section.HEADLINE:
            near = [s for s in near if s.sentence.section is not Section.HEADLINE]  # a headline counts them all
        if near:
            statement.adds_to, statement.part_of = near[-1], near[-1].part_of


_ARMED = {"soldiers", "fighters"}


def _also(statement: Statement, seen: Sequence[Statement]) -> Statement | None:
    """Return those beside whom others were harmed: ``wounded five soldiers. Two civilians were also wounded``."""
    phrase, before = statement.finding.phrase, next((s for s in reversed(seen) if s.harm == statement.harm), None)
    if before is None or phrase is None or phrase.noun is None or not (phrase.number and statement.also):
        return None
    other = before.finding.phrase
    group = other.noun.group if other is not None and other.noun is not None else "people"
    near = statement.number - before.number == 1 and before.finding.count.best is not None
    kinds = {group, phrase.noun.group}
    apart = len(kinds) > 1 and (phrase.noun.group == "civilians" or len(kinds & _ARMED) == 1)
    near = near and before.part_of is None and (group != "people" or (other is not None and other.more))
    told = before.sentence.section is not Section.HEADLINE and statement.adds_to is None and statement.part_of is None
    return before if near and apart and told and not phrase.more else None


def _twin(statement: Statement, seen: Sequence[Statement]) -> Statement | None:
    """Return the statement just before of the same people: ``two men who were shot are expected to survive``."""
    before, phrase = seen[-1] if seen else None, statement.finding.phrase
    if before is None or phrase is None or before.number != statement.number or before.finding.phrase is None:
        return None
    hurt = before.harm in ("shot", "injured") and statement.harm in ("shot", "injured")
    same = before.finding.phrase.first == phrase.first and before.finding.count == statement.finding.count
    return (before.same_as or before) if hurt and same and not statement.single else None


def _of_the_victims(statement: Statement, seen: Sequence[Statement]) -> bool:
    """Tell that others died than who killed himself: ``shot three, then himself. Two of the victims died``."""
    dead = [s for s in seen if s.harm == "killed" and s.same_as is None]
    phrase = statement.finding.phrase
    victims = phrase is not None and any(
        statement.clause.word(k).startswith("victim") for k in range(phrase.first, phrase.last)
    )
    return victims and bool(dead) and all(s.rule in OWN_HAND for s in dead)


def _rest_of(statement: Statement, seen: Sequence[Statement]) -> Statement | None:
    """Return the total whose rest ``the other two`` or ``five others`` are: with those told before they make it up."""
    count, phrase = statement.finding.count.best, statement.finding.phrase
    harms = ("shot", "injured")
    if count is None or phrase is None or statement.harm not in harms:
        return None
    dead = max((s.finding.count.best or 0 for s in seen if s.harm == "killed" and s.part_of is None), default=0)
    for position in range(len(seen) - 1, -1, -1):
        total = seen[position]
        figure = total.finding.count.best
        if total.harm not in harms or figure is None or figure < count or total.part_of or total.same_as:
            continue
        since = sum(s.finding.count.best or 0 for s in seen[position + 1 :] if s.harm in harms and s.same_as is None)
        if figure > count and (phrase.determiner == "definite" or figure in (count + since, count + since + dead)):
            return total
        if figure == count + dead and total.harm == "shot":
            return total
    return None


def _repeated(statement: Statement, seen: list[Statement]) -> Statement | None:
    """Return the first statement of an earlier sentence that gives the same figure."""
    alike = (s for s in seen if s.harm == statement.harm and s.rule != "roster" and s.number != statement.number)
    return next((s for s in alike if _same_figure(s, statement)), None)


def _place_condition(statement: Statement, seen: list[Statement]) -> bool:
    """Say of whom "in critical condition" speaks: of some who are counted already."""
    hurt = [s for s in seen if s.harm in ("injured", "shot") and s.same_as is None and s.rule != "roster"]
    if not hurt:
        return False
    number = statement.finding.count.best
    if number is not None and number > max(s.finding.count.best or number for s in hurt):
        return False
    if statement.single and any(s.single for s in hurt):
        return False
    same = next((s for s in reversed(hurt) if s.finding.count.best == number), None)
    statement.same_as = same
    statement.part_of = None if same else max(hurt, key=lambda s: s.finding.count.best or 0)
    statement.silent = same is not None and statement.anaphoric
    return True


def _bury(statement: Statement, seen: list[Statement]) -> None:
    """Count those who were shot among the dead where "both" or "the two men" died."""
    phrase = statement.finding.phrase
    if statement.silent and phrase is not None and phrase.pronoun == "plural":
        for dead in [s for s in seen if s.harm == "shot" and s.number == statement.number]:
            dead.harm = statement.harm  # "shot both men, killing them"
        return
    if (
        phrase is None
        or statement.silent
        or not (phrase.determiner in ("both", "definite") or phrase.pronoun == "plural")
    ):
        return
    number = statement.finding.count.best
    open_ = [s for s in seen if s.harm == "shot" and s.same_as is None and statement.number - s.number <= NEAR]
    whole = [s for s in open_ if s.finding.count.best == number]
    singles = [s for s in open_ if s.single]
    for dead in whole[-1:] or (singles[-(number or 0) :] if len(singles) >= (number or 99) else []):
        dead.harm = "killed"
        dead.same_as = None
        statement.same_as = dead if len(whole) == 1 else statement.same_as


def _same_figure(one: Statement, other: Statement) -> bool:
    a, b = one.finding.count, other.finding.count
    if a.best is not None or b.best is not None:
        return a.best == b.best
    return (a.min, a.max, a.qualifier) == (b.min, b.max, b.qualifier)
