"""Rules of verbs: ``killed 17``, ``17 were killed``, ``two killed``, ``died``."""

from __future__ import annotations

from dataclasses import replace

from contracts.casualties import ClaimStatus
from contracts.spans import Count, Qualifier
from services.casualties.lexicon import Trigger, word_set
from services.casualties.phrases import Clause, Phrase
from services.casualties.rules.asides import (
    before_aside,
    behind_aside,
    behind_scene,
    closes_quote,
    governed,
    some_of,
)
from services.casualties.rules.finding import Finding, behind_of, chain_end, fits, kept, make, said_again
from services.casualties.rules.named import one_of_them
from services.casualties.rules.syntax import (
    SELF,
    VerbGroup,
    coordinated,
    finite,
    objects,
    plausible,
    subjects,
    verb_group,
)

_NOMINATIVE = word_set("he she they we i who")
_THEN = ("then", "and", "before", "also", "finally")
_BREAKS = (":", "|")  # behind a heading's noun


def active(clause: Clause, at: int, trigger: Trigger | None) -> list[Finding]:
    """``killed 17``, ``wounding dozens``, ``shoots his wife``, ``has killed two soldiers``."""
    if trigger is None or trigger.kind != "verb" or not trigger.transitive:
        return []
    group = verb_group(clause, at)
    participle = bool(trigger.forms & {"past", "participle"})
    if (participle and group.be and not _said_to_have(clause, at)) or closes_quote(clause, at + 1):
        return []
    if "ing" in trigger.forms and clause.word(at + 1) in _BREAKS:
        return []  # "Mall shooting: Officer tells what he saw", "shooting :: a paper's name"
    start, joint = chain_end(clause, at)
    if (joint and trigger.harm == "shot") or clause.word(start) in _NOMINATIVE:
        return []  # "shot and wounded": the other verb says it; "the wounds he had"
    other = clause.items[at - 2].trigger if at > 1 and clause.word(at - 1) in ("and", "or") else None
    joint = joint or (
        other is not None
        and other.kind == "verb"
        and other.harm not in ("shot", trigger.harm)
        and bool(other.forms & trigger.forms)
    )
    if clause.word(start) in (*SELF, "themselves"):
        own, *others = objects(clause, start) or [clause.starting[start]]
        if not others and (kin := _with_himself(clause, group.first, start)):
            others = [kin]
        return kept(
            [
                make(clause, trigger.harm, own, at, "reflexive", group),
                *(make(clause, trigger.harm, p, at, "active", group) for p in others),
            ]
        )
    if "ing" in trigger.forms and clause.word(start) == "of":
        fatal = trigger.harm == "shot" and clause.word(at - 1) in ("fatal", "deadly")
        return behind_of(clause, at, start, "killed" if fatal else trigger.harm, "killing_of")
    led = at - 1 - clause.word(at - 1).endswith("ly")  # "the seriously wounded"
    figure = clause.ending.get(at)
    bare = figure is not None and figure.number and figure.head == figure.last - 1 and not figure.noun
    if participle and bare and figure is not None and clause.word(figure.first - 1) == "and":
        return []  # "9 dead and 12 wounded": nobody wounds
    if (clause.says("determiner", led) and clause.word(led) != "that") or (
        participle and clause.says("preposition", at - 1) and clause.word(at - 1) != "than"
    ):
        return []
    aside = start
    start = behind_aside(clause, start)
    chained = 2 * (clause.word(at - 1) == "and" and other is not None)
    if participle and start != aside and clause.word(at - 1 - chained) == "," and clause.word(aside) == ",":
        return []  # "lost 400 troops, killed and wounded, in Kursk, officials said"
    if participle and start != aside and figure is not None and figure.number:
        return []  # "ten others wounded, with guns shelling the governor's house"
    if participle and clause.word(start) == "in":
        start = behind_scene(clause, start)
    taken_up = _taken_up(clause, group.first, start)
    found = [taken_up] if taken_up else [_owner(clause, p) for p in objects(clause, start) if _named_object(clause, p)]
    if not found or (clause.word(start) in ("down", "up", "at", "off") and trigger.harm == "shot"):
        return []
    if participle and finite(clause, found[0].last) and clause.ending.get(group.first) and not group.have:
        return []
    if participle and not group.have and clause.word(start) in (",", "and", "in", "by"):
        return []
    status_group = (
        group if not (participle and not (group.modal or group.infinitive or group.have or group.negated)) else None
    )
    found = [p for p in found if fits(trigger, p) and not _stands_for_all(clause, at, p)]
    made = kept(
        make(clause, trigger.harm, p, at, _done_to(clause, p), status_group, joint=joint or group.joint) for p in found
    )
    made += _himself(clause, at, trigger.harm)
    harmed = trigger.harm in ("injured", "shot")
    for finding in made:
        behind = start + 1 if taken_up else finding.phrase.last if finding.phrase else at
        if clause.word(behind) == "to" and clause.word(behind + 1) == "death" and harmed:
            finding.harm = "killed"  # "stabbed two clerks to death"
        bare = finding.phrase is not None and not finding.phrase.determiner and not finding.phrase.inside
        vague = bare and finding.count.best is None and finding.count.qualifier is Qualifier.UNSPECIFIED
        if any(clause.word(k) in ("continue", "continues", "keep", "keeps") for k in range(group.first, at)):
            finding.habitual = True
        if "base" in trigger.forms and not group.infinitive and not group.modal and finding.count.best is None:
            finding.habitual = True
        to = at - 3 - (clause.word(at - 3) in ('"', "“"))
        second = clause.word(at - 1) in ("and", "or") and clause.word(to) == "to" and not clause.items[at - 2].trigger
        if "base" in trigger.forms and second:
            finding.status = ClaimStatus.HYPOTHETICAL  # "in order to intimidate and murder"
        if vague and (trigger.forms & {"third"} or group.have or ("ing" in trigger.forms and not _results(clause, at))):
            finding.habitual = True
        if clause.word(group.first - 1) in ("without", "before", "avoid"):
            finding.status = ClaimStatus.DENIED
    return made


def _with_himself(clause: Clause, first: int, start: int) -> Phrase | None:
    """Return whom one who is told of by the way harms with himself: ``a father who shot himself and his sons will``."""
    phrase = clause.starting.get(start + 2) if clause.word(start + 1) == "and" else None
    told = any(clause.word(k) in ("who", "that") for k in range(max(0, first - _UP), first))
    return phrase if phrase is not None and told and phrase.noun and phrase.determiner == "definite" else None


def _owner(clause: Clause, phrase: Phrase) -> Phrase:
    """Return whose body is hit: ``grazed a woman's head``."""
    if not (phrase.thing and clause.says("body", phrase.last - 1)):
        return phrase
    for at in range(phrase.last - 2, phrase.first - 1, -1):
        word = clause.word(at)
        noun = clause.lexicon.persons.get(word[:-2]) if word.endswith("'s") else None
        if noun is not None:
            return replace(phrase, thing=False, noun=noun, head=at)
    return phrase


def _said_to_have(clause: Clause, at: int) -> bool:
    """Tell what somebody is said to have done: ``bandits are said to have abducted 50 people``."""
    return clause.word(at - 1) == "have" and clause.word(at - 2) == "to"


def _taken_up(clause: Clause, at: int, start: int) -> Phrase | None:
    """Return those whom "them" takes up: ``they dragged three men from their homes and killed them``."""
    if clause.word(start) != "them" or clause.word(start + 1) not in (
        ".",
        "",
        ",",
        ";",
        "with",
        "in",
        "on",
        "at",
        "to",
    ):
        return None
    for cursor in range(at, max(at - _UP, 0), -1):
        phrase = clause.ending.get(cursor)
        if phrase is not None and phrase.person and phrase.number and not phrase.thing:
            return replace(phrase) if not finite(clause, phrase.last) else None
    return None


_UP = 16


def _stands_for_all(clause: Clause, at: int, phrase: Phrase) -> bool:
    """Tell what is harmed in a manner of speaking: ``this hurts the economy``, ``drugs are killing the youth``."""
    word = clause.word(phrase.head)
    if clause.word(at).startswith("hurt") and phrase.determiner and not (phrase.person or phrase.number or phrase.name):
        return True
    if clause.word(at).startswith("hurt") and phrase.determiner == "definite" and not phrase.number:
        present = clause.word(at) == "hurts" or any(clause.word(k) in ("is", "are") for k in range(at - 2, at))
        if present or clause.word(phrase.last - 1) in _ALL:
            return True
    sole = phrase.determiner == "definite" and not (phrase.number or phrase.name) and phrase.head == phrase.last - 1
    return sole and (word in _ALL or (word == "youth" and clause.word(phrase.first) == "the"))


_ALL = word_set(
    "population homeland country nation army society party government movement front organization institution regime "
    "economy process image peace cause"
)


def _results(clause: Clause, at: int) -> bool:
    """Tell what a blow did: ``, wounding civilians``, ``, killing one and reportedly injuring others``."""
    before = at - 1
    while clause.says("adverb", before) or clause.word(before).endswith("ly"):
        before -= 1
    if clause.word(before) != "and":
        return clause.word(before) == ","
    own = clause.items[before - 1].trigger
    return clause.word(before - 1) == "," or own is None


def attributive(clause: Clause, at: int, trigger: Trigger | None) -> list[Finding]:
    """``nine wounded soldiers``, ``the two murdered women``, ``for wounded soldiers``."""
    if trigger is None or trigger.kind != "verb" or not trigger.forms & {"past", "participle"}:
        return []
    phrase, before = clause.starting.get(at + 1), clause.ending.get(at)
    if phrase is None or phrase.noun is None or phrase.number or phrase.determiner or phrase.pronoun:
        return []
    figure = (
        before if before is not None and before.number and before.head == before.last - 1 and not before.noun else None
    )
    if figure is not None and not figure.more and figure.last - figure.first <= 2:
        whole = replace(phrase, first=figure.first, number=figure.number, determiner=figure.determiner)
        return kept([make(clause, trigger.harm, whole, at, "attributive")])
    if before is not None:
        return []
    listed = (
        clause.word(at - 1) in ("and", ",", "or")
        and at > 1
        and _is_state(clause, at - 2 - (clause.word(at - 2) == ","))
    )
    if at and not listed and not clause.says("preposition", at - 1):
        return []
    if trigger.harm == "displaced":
        return []  # "camps for displaced people"
    return kept([make(clause, trigger.harm, phrase, at, "attributive")])


def _is_state(clause: Clause, at: int) -> bool:
    trigger = clause.items[at].trigger if at >= 0 else None
    return trigger is not None and (trigger.kind in ("state", "counted") or bool(trigger.forms & {"participle"}))


def _done_to(clause: Clause, phrase: Phrase) -> str:
    return "reflexive" if clause.word(phrase.head) in SELF else "active"


def _himself(clause: Clause, at: int, harm: str) -> list[Finding]:
    """Read ``..., then himself`` behind a killing."""
    for cursor in range(at + 2, min(at + 12, len(clause.items))):
        if clause.word(cursor) in ("himself", "herself") and clause.word(cursor - 1) in _THEN:
            return kept([make(clause, harm, clause.starting[cursor], cursor - 1, "reflexive")])
        trigger = clause.items[cursor].trigger
        if clause.word(cursor) in (".", ";") or (trigger is not None and trigger.kind == "verb"):
            return []
    return []


def _named_object(clause: Clause, phrase: Phrase) -> bool:
    """Tell whether an object may be people: it says so, or it has a number, an article or a name."""
    compound = clause.says("nominal", phrase.first - 1) or clause.word(phrase.first - 1) == "shooting"
    if compound and not (phrase.number or phrase.determiner or phrase.name or phrase.pronoun):
        return False  # "murder victims"
    return bool(phrase.person or phrase.number or phrase.determiner or phrase.name or clause.capitals)


def passive(clause: Clause, at: int, trigger: Trigger | None) -> list[Finding]:
    """``17 people were killed``, ``were pronounced dead``, ``a man was shot``, ``three are missing``."""
    if trigger is None or not _said_of_subject(trigger) or _said_to_have(clause, at):
        return []
    group = verb_group(clause, at)
    if not group.be and not (group.reported and group.have):
        opens = (
            group.first == 0 or not clause.word(group.first - 1)[0].isalnum() or clause.word(group.first - 1) == "text"
        )
        return _expletive(clause, at, trigger, group) if opens and "ing" not in trigger.forms else []
    joint = group.joint or chain_end(clause, at)[1]
    if joint and trigger.harm == "shot":
        return []  # "was shot and wounded": the other verb says it
    found = [p for p in subjects(clause, group.first, plural=group.plural) if fits(trigger, p)]
    if trigger.harm == "trapped" and any(clause.word(p.head) in _BODIES or _of_body(clause, p) for p in found):
        return []
    if clause.word(at).startswith("fighting for") and any(_nurses(p) for p in found):
        return []  # "doctors are fighting for his life"
    if not found:
        return _expletive(clause, at, trigger, group)
    found = _all_who(_some(clause, found), clause, group)
    made = kept(
        make(
            clause, trigger.harm, p, at, "passive", group if len(found) == 1 else replace(group, be="any"), joint=joint
        )
        for p in found
    )
    present = group.have or any(clause.word(k) in ("are", "is") for k in range(group.first, at))
    for finding in made:
        vague = finding.count.best is None and finding.count.qualifier is Qualifier.UNSPECIFIED
        finding.habitual = present and vague and trigger.kind == "verb"  # "people are killed there"
    return made


_BODIES = word_set("body bodies corpse corpses remains")


def _nurses(phrase: Phrase) -> bool:
    return phrase.plural and not phrase.number and phrase.noun is not None and phrase.noun.group == "medics"


def _of_body(clause: Clause, phrase: Phrase) -> bool:
    return clause.word(phrase.first - 1) == "of" and clause.word(phrase.first - 2) in _BODIES


def _some(clause: Clause, found: list[Phrase]) -> list[Phrase]:
    """Read ``two of the wounded rebels`` as two."""
    if len(found) == 1 and (some := some_of(clause, found[0])):
        return [replace(found[0], first=some.first, number=some.number)]
    return found


def _all_who(found: list[Phrase], clause: Clause, group: VerbGroup) -> list[Phrase]:
    """Read ``two of the five who were shot have died`` as five who were shot."""
    inside = found[0].inside if len(found) == 1 and found[0].number else None
    if inside is None or not (inside.number and inside.person and group.plural):
        return found
    return [inside] if clause.word(group.first - 1) == "who" else found


def _said_of_subject(trigger: Trigger) -> bool:
    return trigger.kind == "state" or (
        trigger.kind == "verb" and bool(trigger.forms & {"past", "participle"}) and trigger.transitive
    )


def _expletive(clause: Clause, at: int, trigger: Trigger, group: VerbGroup) -> list[Finding]:
    """``also killed in the raid were two boys``: the subject behind the verb."""
    cursor = at + 1
    while cursor < min(at + 10, len(clause.items)) and not clause.says("be", cursor):
        cursor += 1
    if not clause.says("be", cursor) or (cursor > at + 1 and not clause.says("preposition", at + 1)):
        return []
    return kept(
        make(clause, trigger.harm, p, at, "inverted", group)
        for p in objects(clause, cursor + 1)
        if plausible(clause, p)
    )


def reduced(clause: Clause, at: int, trigger: Trigger | None) -> list[Finding]:
    """``two killed``, ``leaving 1 dead and 19 wounded``, ``500,000 men killed or wounded``, ``31 more wounded``."""
    if trigger is None or not _said_of_subject(trigger):
        return []
    if trigger.harm == "shot" and said_again(clause, at):
        return []
    group = verb_group(clause, at)
    if group.be or group.negated:
        return []
    if (be := governed(clause, group.first)) and trigger.kind == "verb":
        carried = verb_group(clause, be)
        found = [p for p in subjects(clause, carried.first, plural=carried.plural) if fits(trigger, p)]
        return kept(make(clause, trigger.harm, p, at, "passive", carried) for p in found)
    phrase = clause.ending.get(group.first)
    if phrase is not None and trigger.kind == "verb" and clause.word(phrase.first - 1) in ("who", "whom", "that"):
        phrase = clause.ending.get(phrase.first - 1)  # "the man who police shot"
    if phrase is None and clause.word(group.first - 1) in (",", ":", "-", "–", "—", "as") and group.chained:
        phrase = clause.ending.get(group.first - 1)
    if phrase is None and clause.word(group.first - 1) == "," and trigger.harm == "killed":
        phrase = _shot_before(clause, group.first - 1)
    if phrase is None and (aside := before_aside(clause, group.first)) != group.first:
        phrase = clause.ending.get(aside)
    if phrase is not None and clause.word(phrase.first - 1) == "including" and not phrase.number:
        whole = clause.ending.get(phrase.first - 1)  # "a dozen more including children injured"
        phrase = whole if whole is not None and whole.number and not whole.thing else phrase
    if phrase is None or not fits(trigger, phrase):
        return _state_before_verb(clause, at, trigger)
    if trigger.harm == "trapped" and (clause.word(phrase.head) in _BODIES or _of_body(clause, phrase)):
        return []  # "found 43 bodies in the rubble"
    if trigger.harm == "shot" and (_fired(clause, phrase) or clause.says("be", at + 1)):
        return []  # "one shot was fired"
    if trigger.kind == "state" and "condition" in clause.word(at) and not phrase.person:
        return []
    if not (
        phrase.person
        or phrase.number
        or phrase.determiner == "none"
        or (phrase.name and trigger.kind == "state")
        or phrase.more
        or (phrase.ordinal > 1 and phrase.last - phrase.first <= 1 + (phrase.determiner == "indefinite"))
    ):
        return []
    if trigger.kind == "verb" and clause.starting.get(at + 1) and not phrase.number and _object_follows(clause, at + 1):
        return []
    if phrase.pronoun and trigger.kind == "verb" and phrase.pronoun != "none":
        return []
    joint = group.joint or chain_end(clause, at)[1]
    if phrase.number and phrase.number.count.best == 1 and phrase.inside and phrase.inside.number:
        own = one_of_them(clause, phrase)
        phrase = phrase.inside  # "one of the three men killed"
        named = [make(clause, trigger.harm, own, at, "one_of_them")] if own else []
        return kept([*named, make(clause, trigger.harm, phrase, at, "reduced", joint=joint)])
    made = make(clause, trigger.harm, phrase, at, "reduced", group if group.feared else None, joint=joint)
    others = coordinated(clause, phrase)
    if len(others) == 1 and others[0] is not phrase:
        return kept(
            [make(clause, trigger.harm, others[0], at, "reduced", group if group.feared else None, joint=joint)]
        )
    others = [
        p for p in others[:-1] if fits(trigger, p) and not (clause.word(p.head) in _BODIES or _of_body(clause, p))
    ]
    return kept([*(make(clause, trigger.harm, p, at, "reduced") for p in others), made])


def _fired(clause: Clause, phrase: Phrase) -> bool:
    """Tell shots from those who were shot: ``heard one shot``, ``the guard returned two shot``."""
    before = clause.word(phrase.first - 1)
    if before in ("fired", "fires", "fire", "firing", "heard", "took", "takes", "take"):
        return True
    trigger = clause.items[phrase.first - 1].trigger if phrase.first else None
    return not phrase.person and before.endswith("ed") and trigger is None


def _shot_before(clause: Clause, comma: int) -> Phrase | None:
    """Return those whom a headline tells to be shot and then killed: ``two men shot in the head, killed``."""
    if clause.items[-1].word == "." and clause.items[-1].end == len(clause.text.rstrip()) and not clause.title:
        return None
    for at in range(comma - 1, max(comma - _SHOT, 0), -1):
        trigger = clause.items[at].trigger
        if trigger is not None:
            behind = clause.says("preposition", at + 1)
            hit = trigger.harm == "shot" and "participle" in trigger.forms and behind
            return clause.ending.get(verb_group(clause, at).first) if hit else None
    return None


_SHOT = 7  # words that "in the head" may take


def _object_follows(clause: Clause, at: int) -> bool:
    phrase = clause.starting[at]
    return bool(phrase.person or phrase.number or phrase.name or phrase.determiner) and not finite(clause, phrase.last)


def _state_before_verb(clause: Clause, at: int, trigger: Trigger) -> list[Finding]:
    """``left dead two soldiers``; and ``the dead: four``."""
    if trigger.kind == "state" and clause.word(at - 1) in ("left", "leaving", "leaves"):
        return kept(
            make(clause, trigger.harm, p, at, "left_dead") for p in objects(clause, at + 1) if plausible(clause, p)
        )
    return []


def intransitive(clause: Clause, at: int, trigger: Trigger | None) -> list[Finding]:
    """``21 people died``, ``who later died``, ``lost their lives``, ``two soldiers have disappeared``."""
    if trigger is None or trigger.kind != "verb" or trigger.transitive:
        return []
    group = verb_group(clause, at)
    suicide = any(words in clause.word(at) for words in ("suicide", "own life", "himself", "herself"))
    if "ing" in trigger.forms and not group.be:
        alone = Finding(trigger.harm, Count.exact(1), None, at, at + 1, "suicide")
        return [alone] if suicide and not group.modal else []
    found = [p for p in subjects(clause, group.first, plural=group.plural) if fits(trigger, p)]
    if clause.word(at).startswith("drown") and clause.word(at + 1) == "out":
        return []  # "drowned out by cheers"
    if "base" in trigger.forms and any(clause.word(p.head) in ("us", "me", "him", "her", "them") for p in found):
        return []  # "do not let us die"
    if _of_itself(clause, at):
        return []
    if "base" in trigger.forms and any(clause.word(p.first - 1).startswith("let") and not p.person for p in found):
        return []  # "they are letting the project die"
    found = _some(clause, found)
    rule = "suicide" if suicide else "intransitive"
    if suicide and not group.modal:
        group.feared = False  # "is thought to have taken his own life": he is dead
    made = kept(make(clause, trigger.harm, p, at, rule, group) for p in found)
    for finding in made:
        open_ended = bool(trigger.forms & {"base", "third", "ing"})  # "people are dying of hunger"
        finding.habitual = open_ended and not group.modal and finding.count.best is None
    return made


def driven_out(clause: Clause, at: int, _trigger: Trigger | None) -> list[Finding]:
    """``forced 5,800 people from their homes``, ``more than 6,000 villagers fled``: many, who hurt nobody."""
    word, home = clause.word(at), at
    if word == "fled":
        group = verb_group(clause, at)
        found = [] if group.negated else subjects(clause, group.first)
    elif clause.says("driven", at):
        group = verb_group(clause, at)
        found = subjects(clause, group.first) if group.be else objects(clause, at + 1)
        behind = range(at + 1 if group.be or not found else found[-1].last, min(at + 14, len(clause.items)))
        home = next((k for k in behind if clause.word(k) in _HOME), 0)
        if not home:
            return []
    else:
        return []
    many = [p for p in found if p.number and (p.number.count.best or p.number.count.min or 0) >= _MANY]
    peaceful = [p for p in many if p.noun is None or p.noun.group not in _ARMED]
    made = kept(make(clause, "displaced", p, at, "driven_out", group if group.be else None) for p in peaceful)
    for finding in made[-1:]:
        finding.last = max(finding.last, home + 1)
    return made


def _of_itself(clause: Clause, at: int) -> bool:
    """Tell a death that nobody brought about: ``died of cancer``, ``died in his sleep``."""
    if clause.word(at + 1) not in ("of", "from", "in"):
        return False
    near = range(at + 2, min(at + 8, len(clause.items)))
    if clause.word(at + 1) == "in":
        return clause.word(at + 3) == "sleep"
    for cursor in near:
        word = clause.word(cursor)
        if word in _ILLS or (word == "heart" and clause.word(cursor + 1) in ("attack", "failure", "disease")):
            return True
        if word in ("natural", "old") and clause.word(cursor + 1) in ("causes", "age"):
            return True
        if not word[0].isalpha() or word in ("and", "when", "while", "after"):
            return False
    return False


_ILLS = word_set(
    "cancer stroke pneumonia illness disease aids leukemia leukaemia infarction covid covid-19 coronavirus malaria "
    "influenza flu tuberculosis diabetes"
)
_HOME = word_set("home homes house houses village villages flee camps")
_ARMED = ("fighters", "soldiers", "police", "family")  # of families nobody knows how many fled
_MANY = 20  # fewer run from a scene
