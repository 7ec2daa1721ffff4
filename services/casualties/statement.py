"""One statement about casualties: what a rule found, and who the victims are."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.casualties import ClaimStatus, Scope
from contracts.places import Place
from contracts.spans import Section, When
from services.casualties.lexicon import word_set
from services.casualties.phrases import Clause, Phrase
from services.casualties.rules.finding import Finding
from services.casualties.rules.syntax import subjects, verb_group
from services.text.reading import Sentence

OWN_HAND = ("reflexive", "suicide")
SEX = {"men": "m", "women": "f"}
PRONOUN_SEX = {"he": "m", "him": "m", "himself": "m", "she": "f", "her": "f", "herself": "f"}
TOLD = frozenset((Section.HEADLINE, Section.LEAD, Section.BODY))
_MALE = word_set("boy male son man teen-boy grandson father dad brother husband boyfriend grandfather uncle nephew")
_FEMALE = word_set("girl female daughter woman granddaughter mother mom sister wife girlfriend grandmother aunt niece")
_GROWN = word_set(
    "mother mom father dad uncle aunt grandmother grandfather parent husband wife girlfriend boyfriend ex-wife "
    "ex-husband ex-girlfriend ex-boyfriend fiancee fiance "
    "officer deputy trooper policeman soldier"
)
_LIMBS = word_set(
    "leg legs arm arms thigh thighs foot feet hand hands shoulder hip knee ankle buttocks calf wrist elbow"
)
_VITAL = word_set("head neck chest back face stomach abdomen torso groin")
_NEAR = 9  # words behind a shot that say where it hit
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
_FAMILY = _SMALL | _MALE - {"man", "male"} | _FEMALE - {"woman", "female"}
_NO_LONGER = word_set("former ex retired ex-police")
_STORMED = 14  # words from police to what they do next
_LAWFUL = word_set("police officer officers deputy deputies trooper troopers swat")


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
    def limb(self) -> bool:
        """Tell a shot in an arm or a leg, of which few die."""
        near = range(self.finding.at + 1, min(self.finding.at + _NEAR, len(self.clause.items)))
        parts = [self.clause.word(k) for k in near]
        return any(w in _LIMBS for w in parts) and not any(w in _VITAL for w in parts)

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
            return PRONOUN_SEX.get(self.clause.word(phrase.head), "")
        words = {self.clause.word(k) for k in range(phrase.first, phrase.last)} | self._called
        if words & _MALE:
            return "m"
        if words & _FEMALE:
            return "f"
        return SEX.get(phrase.noun.group if phrase.noun else "", "")

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
    def on_duty(self) -> bool:
        """Tell police by the noun."""
        phrase = self.finding.phrase
        return phrase is not None and self.clause.word(phrase.head) in _LAWFUL

    @property
    def of_family(self) -> bool:
        """Tell children and those whom a word for kin names."""
        phrase = self.finding.phrase
        return phrase is not None and self.clause.word(phrase.head) in _FAMILY

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
