"""From the statements of single sentences to an article's account: who is whom, what adds up, what repeats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from contracts.casualties import ClaimStatus, Scope
from contracts.spans import Section
from services.casualties.phrases import Clause, Phrase
from services.casualties.rules import Finding
from services.text.reading import Sentence

TOLD = frozenset((Section.HEADLINE, Section.LEAD, Section.BODY))
_NEAR = 3  # sentences back that "another" and "he" may reach


@dataclass(slots=True)
class Statement:
    """A finding in its sentence, with its relations to the others of the article."""

    finding: Finding
    clause: Clause
    sentence: Sentence
    number: int
    scope: Scope = Scope.INCIDENT
    harm: str = ""
    names: tuple[str, ...] = ()
    part_of: Statement | None = None
    same_as: Statement | None = None
    adds_to: Statement | None = None
    silent: bool = False
    rule: str = ""
    parts: list[Statement] = field(default_factory=list)

    @property
    def told(self) -> bool:
        """Tell whether it may count for this incident's toll."""
        return (
            self.finding.status is ClaimStatus.REPORTED
            and self.scope is Scope.INCIDENT
            and self.sentence.section in TOLD
            and not self.finding.joint
        )

    @property
    def single(self) -> bool:
        """Tell whether it speaks of one person."""
        return self.finding.count.best == 1 and self.finding.count.max == 1

    @property
    def anaphoric(self) -> bool:
        """Tell whether it points back: ``he``, ``the victim``, ``they``."""
        phrase = self.finding.phrase
        if phrase is None or phrase.number or phrase.name or phrase.more or phrase.ordinal > 1:
            return False
        return bool(phrase.pronoun or (phrase.determiner == "definite" and not phrase.aged))


def names_of(clause: Clause, phrase: Phrase | None) -> tuple[str, ...]:
    """Return the words of a name in a noun phrase, folded."""
    if phrase is None or not phrase.name:
        return ()
    start = phrase.head + 1 if phrase.noun else phrase.first
    words = [clause.items[k] for k in range(start, phrase.last)]
    return tuple(
        w.word.removesuffix("'s")
        for w in words
        if (w.capital or clause.capitals) and w.noun is None and len(w.word) > 2
    )


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
            and before.finding.rule == statement.finding.rule
            and before.finding.last == statement.finding.last
            and total is None
            and before.part_of is None
        ):
            statement.adds_to = before
        before = statement
    seen: list[Statement] = []
    for statement in statements:
        if statement.told:
            _place(statement, seen)
            seen.append(statement)


def _place(statement: Statement, seen: list[Statement]) -> None:
    """Relate one statement to those before it."""
    phrase = statement.finding.phrase
    if statement.single:
        _place_single(statement, seen)
        return
    earlier = next((s for s in seen if s.harm == statement.harm and _same_figure(s, statement)), None)
    more = phrase is not None and (phrase.more or phrase.ordinal > 1)
    if earlier is not None and earlier.number != statement.number:
        statement.same_as = earlier
        return
    if more and statement.adds_to is None and statement.part_of is None:
        near = [
            s for s in seen if s.harm == statement.harm and statement.number - s.number <= _NEAR and s.same_as is None
        ]
        if near:
            statement.adds_to = near[-1].part_of and near[-1] or near[-1]
            statement.part_of = near[-1].part_of


def _same_figure(one: Statement, other: Statement) -> bool:
    a, b = one.finding.count, other.finding.count
    if a.best is not None or b.best is not None:
        return a.best == b.best
    return (a.min, a.max, a.qualifier) == (b.min, b.max, b.qualifier)


def _place_single(statement: Statement, seen: list[Statement]) -> None:
    """Find the person that a statement of one speaks of among those before."""
    phrase = statement.finding.phrase
    singles = [s for s in seen if s.single and s.same_as is None and s.number != statement.number]
    own = [s for s in singles if s.harm == statement.harm]
    shot = [s for s in singles if s.harm == "shot"]
    antecedent: Statement | None = None
    if statement.names:
        named = [s for s in seen if s.single and set(s.names) & set(statement.names)]
        antecedent = next((s for s in named if s.harm == statement.harm), None) or next(
            (s for s in named if s.harm == "shot" or statement.harm == "shot"), None
        )
        if antecedent is None:
            antecedent = next(
                (s for s in (own or shot) if not s.names and not (s.finding.phrase and s.finding.phrase.more)), None
            )
    elif phrase is None or not (phrase.more or phrase.ordinal > 1):
        antecedent = _latest(own, statement) or _latest(shot, statement)
        if statement.harm == "shot" and antecedent is None:
            antecedent = _latest([s for s in singles if s.harm == "killed"], statement)
    if antecedent is None:
        first = next((s for s in seen if s.harm == statement.harm and s.part_of is None and s.same_as is None), None)
        if first is not None and statement.part_of is None and statement.adds_to is None and first is not statement:
            statement.adds_to = first if first.single else None
        return
    while antecedent.same_as is not None:
        antecedent = antecedent.same_as
    if antecedent.harm == "shot" and statement.harm == "killed":
        antecedent.harm = "killed"
    elif antecedent.harm == "killed" and statement.harm == "shot":
        statement.harm = "killed"
    elif antecedent.harm == "shot" and statement.harm == "injured":
        antecedent.harm = "injured"
    statement.same_as = antecedent
    statement.names = statement.names or antecedent.names
    if statement.names and not antecedent.names:
        antecedent.names = statement.names
    statement.silent = statement.anaphoric and antecedent.harm == statement.harm


def _latest(candidates: Sequence[Statement], statement: Statement) -> Statement | None:
    """Return the candidate that a phrase without a name may mean: the same noun first, then the latest."""
    phrase = statement.finding.phrase
    noun = phrase.noun if phrase else None
    fitting = [s for s in candidates if _compatible(s.finding.phrase, phrase)]
    if noun is not None:
        alike = [s for s in fitting if s.finding.phrase and s.finding.phrase.noun == noun]
        if alike:
            return alike[-1]
    return fitting[-1] if fitting else None


_SEX = {"men": "m", "women": "f", "he": "m", "him": "m", "himself": "m", "she": "f", "her": "f", "herself": "f"}


def _compatible(one: Phrase | None, other: Phrase | None) -> bool:
    if one is None or other is None:
        return True
    a, b = (_SEX.get(p.noun.group if p.noun else "") for p in (one, other))
    return not (a and b and a != b)
