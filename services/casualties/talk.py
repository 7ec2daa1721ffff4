"""Talk of harm that tells of none: kinds of it, threats, reports that are denied."""

from __future__ import annotations

from contracts.spans import Qualifier
from services.casualties.lexicon import word_set
from services.casualties.phrases import Clause, Phrase
from services.casualties.rules.finding import Finding
from services.casualties.rules.syntax import verb_group

_VAGUE = (Qualifier.UNSPECIFIED, Qualifier.SOME, Qualifier.SEVERAL, Qualifier.DOZENS, Qualifier.HUNDREDS)
_OF_ALL = ("the", "this", "my", "our", "its", "his", "their", "a", "an")
_BLOWS = word_set("attacks bombings explosions blasts raids strikes threats shootings assaults blows ambushes")
_BRING = word_set(
    "cause bring provoke produce mean imply entail cost risk lead result end involve step pay create trigger see"
)
_CLAUSE = 30  # items between a report and what is said of it
_REACH = 12  # items between a verb and what it brings
_WORD_OF_IT = word_set(
    "report reports rumor rumors rumour rumours claim claims allegation allegations version news story"
)
_UNTRUE = word_set("unfounded untrue false baseless groundless")
_OF = ("of", "for")
_EACH = ("each", "every")
_WHOEVER = word_set("anyone anybody whoever those he person one")
_PRICE = word_set("penalty punishment reward bounty price sentence penalties")
_NOW = ("is", "are", "am", "'s", "remains")
_BEHIND = 10  # items between what is told of people and that they live
_NO = word_set("not no never without nor neither don't doesn't didn't")


def is_kind(clause: Clause, finding: Finding) -> bool:
    """Tell talk of a kind of harm from the account of one: ``the murder of activists``, ``they have killed many``."""
    phrase, count = finding.phrase, finding.count
    if phrase is None:
        return False
    if clause.word(phrase.first) == "enough" or clause.word(phrase.first - 1) == "enough":
        return True  # "enough people have been killed"
    if count.best is not None or count.qualifier not in _VAGUE:
        return False
    if finding.rule == "nominal" and phrase.more and count.qualifier is not Qualifier.UNSPECIFIED:
        return False  # "the death of a guard and the injury of several others"
    if finding.rule == "nominal" or (finding.rule == "attributive" and finding.harm == "killed"):
        return phrase.determiner != "definite" and not phrase.pronoun and not phrase.pair
    if finding.rule in ("passive", "intransitive") and count.qualifier is Qualifier.SEVERAL:
        return False  # "several people have been hurt" is news
    bare = not (phrase.determiner or phrase.pronoun or phrase.number)
    if (
        bare
        and finding.rule in ("reduced", "attributive")
        and clause.word(phrase.first - 1 - (finding.at < phrase.first)) in _OF
    ):
        return count.qualifier is Qualifier.UNSPECIFIED  # "the widows of men murdered", "evacuation of wounded people"
    if finding.rule == "intransitive" and clause.word(finding.at + 1) == "for":
        return True  # "those who died for freedom"
    group = verb_group(clause, finding.at)
    if finding.rule == "active" and clause.word(group.first - 1) == "by" and clause.word(finding.at).endswith("ing"):
        return count.qualifier is Qualifier.UNSPECIFIED  # "he rules by murdering his opponents"
    return finding.rule in ("active", "passive", "intransitive") and group.have


def is_nation(clause: Clause, finding: Finding) -> bool:
    """Tell a people that is harmed as a whole: ``the murder of our people``, ``they massacre the people``."""
    phrase = finding.phrase
    if phrase is None or finding.rule not in ("nominal", "killing_of", "active"):
        return False
    if _is_people(clause, phrase):
        return True
    whole = phrase.last - phrase.first == 2 and clause.word(phrase.first) == "the"
    trigger = clause.items[finding.at].trigger
    if finding.rule != "active" or not whole or clause.word(phrase.head) not in ("people", "population") or not trigger:
        return False
    now = "ing" in trigger.forms and any(
        clause.word(k) in ("is", "are", "been") for k in range(finding.at - 3, finding.at)
    )
    return now or bool(trigger.forms & {"base", "third"})


def _is_people(clause: Clause, phrase: Phrase) -> bool:
    """Tell a people from some of it: ``our people``, ``the Peruvian people``; "the people" may be those told of."""
    if clause.word(phrase.head) not in ("people", "peoples") or phrase.number or phrase.inside:
        return False
    whose = clause.word(phrase.first)
    if whose not in _OF_ALL or phrase.head != phrase.last - 1:
        return False
    return phrase.side is not None or (phrase.last - phrase.first == 2 and whose not in ("the", "this", "a", "an"))


def names_blow(clause: Clause, at: int) -> bool:
    """Tell whether the word at an index names one blow, not one of many: ``a bomb``, not ``bomb attacks``."""
    return clause.says("blow", at) and clause.word(at + 1) not in _BLOWS


def would_bring(clause: Clause, finding: Finding) -> bool:
    """Tell what has not been done: ``it would cause the death of hundreds``, ``there might be two wounded``."""
    if clause.word(finding.at).startswith("bod") and "over" in (
        clause.word(finding.at - 1),
        clause.word(finding.at - 2),
    ):
        return True  # "over our dead bodies"
    for at in range(finding.first - 1, max(finding.first - _REACH, 0), -1):
        word = clause.word(at)
        if word in (",", ";", ":", "that", "who", "which", "because", "after"):
            return False
        if word in _BRING or (word == "be" and at == finding.first - 1):
            group = verb_group(clause, at)
            return group.modal and not group.have
    return False


def is_rumor(clause: Clause, finding: Finding) -> bool:
    """Tell a report that the sentence calls untrue: ``the report that two girls were hurt is unfounded``."""
    before = range(max(0, finding.first - _CLAUSE), finding.first)
    told = next((k for k in before if clause.word(k) in _WORD_OF_IT), None)
    if told is None or not any(clause.word(k) in ("that", "of") for k in range(told + 1, finding.first + 1)):
        return False
    behind = range(finding.last, min(finding.last + _CLAUSE, len(clause.items)))
    called = next((k for k in behind if clause.word(k) in _UNTRUE), None)
    return called is not None and any(clause.says("be", k) for k in range(called - 3, called))


def is_any(clause: Clause, finding: Finding) -> bool:
    """Tell a case that may come: ``anyone who murders a guard``, ``the penalty for killing a guard``, ``for every``."""
    phrase, at = finding.phrase, finding.at
    if phrase is None:
        return False
    if clause.word(phrase.first) in _EACH and clause.word(phrase.first - 1) == "for":
        return True
    trigger = clause.items[at].trigger
    if finding.rule == "active" and trigger and trigger.forms & {"base", "third"} and clause.word(at - 1) == "who":
        return clause.word(at - 2) in _WHOEVER
    if finding.rule not in ("active", "nominal", "killing_of"):
        return False
    led = finding.first - 1 - clause.says("determiner", finding.first - 1)
    return (clause.word(led) == "for" and clause.word(led - 1) in _PRICE) or clause.word(led - 1) == "aimed"


def is_alive(clause: Clause, finding: Finding) -> bool:
    """Tell those who were wrongly said to be dead: ``the pilot who was said to have been killed is alive and well``."""
    if finding.harm != "killed" or finding.rule not in ("passive", "intransitive"):
        return False
    for at in range(finding.last, min(finding.last + _BEHIND, len(clause.items))):
        if clause.word(at) in (",", ";", ".", "and", "but", "while", "who", "when"):
            return False
        if clause.word(at) in _NOW:
            behind = at + 1 + clause.says("adverb", at + 1)
            return clause.word(behind) == "alive" and any(
                clause.word(k) in ("who", "that") for k in range(finding.first, finding.at)
            )
    return False


def is_of_none(clause: Clause, finding: Finding) -> bool:
    """Tell "any" behind a negation: ``we know of no raid in which any guards were hurt``, ``not aware of any dead``."""
    phrase = finding.phrase
    if phrase is None or clause.word(phrase.first) != "any" or phrase.number:
        return False
    return any(clause.word(k) in _NO for k in range(max(0, phrase.first - _REACH), phrase.first))
