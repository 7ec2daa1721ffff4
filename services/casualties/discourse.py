"""From the statements of single sentences to an article's account: who is whom, what adds up, what repeats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from contracts.casualties import ClaimStatus, Scope
from contracts.places import Place
from contracts.spans import Section, When
from services.casualties.elsewhere import Settings
from services.casualties.lexicon import word_set
from services.casualties.phrases import Clause, Phrase
from services.casualties.rules.finding import Finding
from services.casualties.rules.syntax import subjects, verb_group
from services.text.reading import Sentence

TOLD = frozenset((Section.HEADLINE, Section.LEAD, Section.BODY))
_MALE = word_set("boy male son man teen-boy grandson father dad brother husband boyfriend grandfather uncle nephew")
_FEMALE = word_set("girl female daughter woman granddaughter mother mom sister wife girlfriend grandmother aunt niece")
_GROWN = word_set(
    "mother mom father dad uncle aunt grandmother grandfather parent husband wife "
    "officer deputy trooper policeman soldier"
)
_LIMBS = word_set(
    "leg legs arm arms thigh thighs foot feet hand hands shoulder hip knee ankle buttocks calf wrist elbow"
)
_WOUND = 16  # words within which a wound is told
_ALIVE = (
    "stable",
    "non-life",
    "nonlife",
    "surviv",
    "recover",
    "expected to",
    "in stable",
    "in good",
    "in fair",
    "in serious",
)
_SURVIVES = word_set("survived survives surviving survivor survivors")
_SMALL = word_set("child boy girl toddler baby infant kid newborn")
_NO_LONGER = word_set("former ex retired ex-police")
_STORMED = 14  # words from police to what they do next
_LAWFUL = word_set("police officer officers deputy deputies trooper troopers swat")
KEPT = 150  # statements from the beginning, and as many from before, that a new one is compared with
_NEAR = 3  # sentences back that "another" and "he" may reach


@dataclass(slots=True, eq=False)
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
    age: int = 0
    siblings: tuple[Statement, ...] = ()  # those joined to it by "and"
    when: When | None = None
    place: Place | None = None
    placed: bool = False  # its own sentence or paragraph names the place
    dated: bool = False  # and so for the day

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
    def bounds(self) -> tuple[int, int]:
        """Return where it stands in its sentence, in characters."""
        items = self.clause.items
        return items[self.finding.first].start, items[self.finding.last - 1].end

    @property
    def single(self) -> bool:
        """Tell whether it speaks of one person."""
        return self.finding.count.best == 1 and self.finding.count.max == 1

    @property
    def condition(self) -> bool:
        """Tell whether it says in what condition somebody is."""
        return any("condition" in i.word for i in self.clause.items[self.finding.first : self.finding.last])

    @property
    def alive(self) -> bool:
        """Tell whether the sentence goes on to say that they live."""
        words = [i.word for i in self.clause.items[self.finding.first :]]
        return any(w.startswith(_ALIVE) for w in words) or any(w in _LIMBS for w in words[:_WOUND])

    @property
    def also(self) -> bool:
        """Tell whether the verb says ``also``: somebody else than before."""
        phrase, at = self.finding.phrase, self.finding.at
        return phrase is not None and any(self.clause.word(k) == "also" for k in range(phrase.last, at))

    @property
    def hurt(self) -> bool:
        """Tell ``the injured passengers``."""
        phrase = self.finding.phrase
        return phrase is not None and self.clause.word(phrase.first + 1) in ("injured", "wounded")

    @property
    def survives(self) -> bool:
        """Tell whether the sentence says that they live on."""
        words = [i.word for i in self.clause.items[self.finding.at :]]
        return any(w in _SURVIVES for w in words) or "expected to survive" in self.clause.text

    @property
    def sex(self) -> str:
        """Return m or f where the words say it."""
        phrase = self.finding.phrase
        if phrase is None:
            return ""
        if phrase.pronoun:
            return _PRONOUN_SEX.get(self.clause.word(phrase.head), "")
        words = {self.clause.word(k) for k in range(phrase.first, phrase.last)} | self._called
        if words & _MALE:
            return "m"
        if words & _FEMALE:
            return "f"
        return _SEX.get(phrase.noun.group if phrase.noun else "", "")

    @property
    def _called(self) -> set[str]:
        """Return the words of the noun that a name explains: ``Sam's mother, Ana Ruiz, was killed``."""
        phrase = self.finding.phrase
        if phrase is None or not phrase.name or phrase.noun or self.clause.word(phrase.first - 1) != ",":
            return set()
        before = self.clause.ending.get(phrase.first - 1)
        if before is None or before.noun is None or before.number or before.name or before.plural:
            return set()
        return {self.clause.word(k) for k in range(before.first, before.last)}

    @property
    def grown(self) -> bool | None:
        """Tell grown people from children by the noun; None where it leaves that open."""
        phrase = self.finding.phrase
        words = {self.clause.word(phrase.head)} | self._called if phrase else set()
        return True if words & _GROWN else False if words & _SMALL else None

    @property
    def kin(self) -> bool:
        """Tell whether it speaks of somebody's relative: ``his son``, ``their mother``."""
        phrase = self.finding.phrase
        if phrase is None or phrase.noun is None or self.clause.word(phrase.first) not in ("his", "her", "their"):
            return False
        return phrase.noun.group in ("children", "women", "men", "relatives")

    @property
    def attacker(self) -> bool | None:
        """Tell attackers from others; None where the words leave it open."""
        phrase = self.finding.phrase
        if self.clause.word(self.finding.last) == "by" and self.clause.word(self.finding.last + 1) in _LAWFUL:
            return True
        if self.rule == "active" and self._by_police:
            return True
        if phrase is None or phrase.noun is None or phrase.noun.group in ("people", "men", "women"):
            return None
        return phrase.noun.group == "fighters"

    @property
    def _by_police(self) -> bool:
        """Tell whether police did it: ``officers shot him``, ``a SWAT team stormed his home and killed him``."""
        first, phrase = verb_group(self.clause, self.finding.at).first, self.finding.phrase
        said = self.clause.lexicon.said("claimant")
        joined = phrase is not None and phrase.pronoun == "singular" and self.clause.word(first - 1) == "and"
        for k in range(first - 1, max(-1, first - (_STORMED if joined else 5)), -1):
            if self.clause.word(k) in _LAWFUL:
                return not any(self.clause.word(j) in _NO_LONGER for j in range(max(0, k - 3), k))
            if self.clause.word(k) in said:
                return False
        return False

    @property
    def anaphoric(self) -> bool:
        """Tell whether it points back: ``he``, ``the victim``, ``they``."""
        phrase = self.finding.phrase
        if phrase is None or phrase.number or phrase.name or phrase.more or phrase.ordinal > 1:
            return False
        return bool(phrase.pronoun or (phrase.determiner == "definite" and not phrase.aged))


def names_of(clause: Clause, phrase: Phrase | None) -> tuple[str, ...]:
    """Return the words of a name in a noun phrase, folded."""
    return tuple(clause.items[k].word.removesuffix("'s") for k in _name_words(clause, phrase))


def own_name(clause: Clause, finding: Finding) -> tuple[str, ...]:
    """Return the name of who harms himself, folded; empty where nobody does, or the subject has none."""
    if finding.rule not in OWN_HAND:
        return ()
    found = subjects(clause, verb_group(clause, finding.at).first)
    return names_of(clause, found[0]) if len(found) == 1 else ()


def name_as_written(clause: Clause, phrase: Phrase | None) -> str:
    """Return the name in a noun phrase as the article spells it, empty if there is none."""
    words = _name_words(clause, phrase)
    if not words:
        return ""
    written = clause.text[clause.items[words[0]].start : clause.items[words[-1]].end]
    return " ".join(written.removesuffix("'s").removesuffix("’s").split())


def _name_words(clause: Clause, phrase: Phrase | None) -> list[int]:
    if phrase is None or not phrase.name:
        return []
    start = phrase.head + 1 if phrase.noun else phrase.first
    first, called = phrase.first - 4, [clause.word(phrase.first - 3), clause.word(phrase.first - 1)]
    nicknamed = first >= 0 and called in (['"', '"'], ["“", "”"]) and clause.items[first].capital
    nicknamed = nicknamed and clause.items[phrase.first - 2].trigger is None
    return [first] * nicknamed + [
        k
        for k in range(start, phrase.last)
        if (w := clause.items[k]) and (w.capital or clause.capitals) and w.noun is None and len(w.word) > 2
    ]


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
    if statement.single:
        _place_single(statement, seen)
        return
    phrase = statement.finding.phrase
    if statement.harm == "killed" and phrase is not None:
        _bury(statement, seen)
    earlier = _repeated(statement, seen)
    if earlier is not None and all(_repeated(s, seen) is not None for s in statement.siblings if not s.single):
        statement.same_as = earlier
        return
    if phrase is not None and phrase.more and statement.adds_to is None and statement.part_of is None:
        if any(s.number == statement.number and (s.harm == "killed") != (statement.harm == "killed") for s in seen):
            return  # "one was killed and five others hurt": others than the dead
        if (total := _rest_of(statement, seen)) is not None:
            statement.part_of = total
            return
        near = [
            s for s in seen if s.harm == statement.harm and statement.number - s.number <= _NEAR and s.same_as is None
        ]
        if statement.sentence.section is not Section.HEADLINE:
            near = [s for s in near if s.sentence.section is not Section.HEADLINE]  # a headline counts them all
        if near:
            statement.adds_to, statement.part_of = near[-1], near[-1].part_of


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
    open_ = [s for s in seen if s.harm == "shot" and s.same_as is None and statement.number - s.number <= _NEAR]
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


def _place_single(statement: Statement, seen: list[Statement]) -> None:
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


def _with_the_killer(statement: Statement) -> bool:
    """Tell whether a list of the dead has who killed them: ``Man, child dead in murder-suicide``."""
    return statement.single and statement.grown is not False and "murder-suicide" in statement.clause.lowered


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
OWN_HAND = ("reflexive", "suicide")
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
        more = more and statement.rule != "reduced"  # "one was killed and another injured": another than the dead
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
        near = [s for s in roots if statement.number - s.number <= _NEAR and s.sentence.section is not Section.HEADLINE]
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


_SEX = {"men": "m", "women": "f"}
_PRONOUN_SEX = {"he": "m", "him": "m", "himself": "m", "she": "f", "her": "f", "herself": "f"}


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
