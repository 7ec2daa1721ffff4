"""The grammar: from a trigger to the victims that it speaks of. Each rule has a name, and its examples in the tests.

A rule gets the sentence (``Clause``) and the index of a trigger and returns findings. Rules look at the items and noun
phrases beside the trigger only, so that a sentence costs a fixed number of steps for each trigger.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from contracts.casualties import ClaimStatus
from contracts.spans import Count, Qualifier
from services.casualties.lexicon import Trigger, word_set
from services.casualties.phrases import Clause, Phrase

_REACH = 40  # items that a subject or an object may lie away from its verb
_LOOSE = ("early", "late", "s", "ranging", "aged", "ages")  # inside "three people ranging from ... to early 20s"
_VAGUE = (Qualifier.UNSPECIFIED, Qualifier.SOME, Qualifier.SEVERAL)  # "several were killed and wounded" says both
_THEN = ("then", "and", "before", "also", "finally")
_NOT_SHOT = ("down", "at", "off", "up", "back")  # "shot down": a missile
_OPENERS = word_set("than after before as since until because like")  # they open clauses, too
_PARTICIPLES = ("ed", "en", "wn")


@dataclass(slots=True)
class Finding:
    """A casualty statement in one sentence, over ``items[first:last]``."""

    harm: str
    count: Count
    phrase: Phrase | None
    first: int
    last: int
    rule: str
    status: ClaimStatus = ClaimStatus.REPORTED
    joint: bool = False
    total: Finding | None = None
    habitual: bool = False
    at: int = -1  # the trigger


@dataclass(slots=True)
class VerbGroup:
    """What stands before a participle: ``items[first:trigger]``."""

    first: int
    be: str | None = None
    have: bool = False
    modal: bool = False
    negated: bool = False
    infinitive: bool = False
    reported: bool = False
    feared: bool = False
    joint: bool = False
    chained: bool = False

    @property
    def plural(self) -> bool | None:
        """What the finite verb says of its subject."""
        return {"singular": False, "plural": True}.get(self.be or "")

    @property
    def status(self) -> ClaimStatus:
        """What the verb group says of the harm."""
        if self.negated:
            return ClaimStatus.DENIED
        if self.feared:
            return ClaimStatus.FEARED
        if self.modal and self.have:
            return ClaimStatus.FEARED
        if self.modal or (self.infinitive and not self.reported and not self.have):
            return ClaimStatus.HYPOTHETICAL
        return ClaimStatus.REPORTED


def find_claims(clause: Clause) -> list[Finding]:
    """Apply the grammar to a sentence: findings in order, each words once."""
    found: list[Finding] = []
    taken: set[tuple[str, int]] = set()
    for at, item in enumerate(clause.items):
        trigger = item.trigger
        if trigger is None and not _mentions(clause, at):
            continue
        if trigger is not None and trigger.harm == "shot" and clause.word(at + 1) in _NOT_SHOT:
            continue
        for rule in RULES:
            results = rule(clause, at, trigger)
            for number, finding in enumerate(results):
                finding.at = at
                if number and finding.phrase and finding.phrase.first > at:
                    finding.first = finding.phrase.first  # "killed two soldiers and a nurse": the nurse alone
                key = (finding.harm, finding.phrase.first if finding.phrase else -finding.first - 1)
                if key not in taken:
                    taken.add(key)
                    found.append(finding)
            if results:
                break
    for finding in tuple(found):
        for part in _parts(clause, finding):
            key = (part.harm, part.phrase.first if part.phrase else -part.first - 1)
            if key not in taken:
                taken.add(key)
                found.append(part)
            else:
                _relate(found, part, finding)
    found.sort(key=lambda f: (f.first, f.last))
    return found


def _relate(found: list[Finding], part: Finding, total: Finding) -> None:
    """Mark a finding that another rule made as part of a total."""
    for other in found:
        if other.harm == part.harm and other.phrase is part.phrase and other is not total and other.total is None:
            other.total = total


def _mentions(clause: Clause, at: int) -> bool:
    return (
        any(clause.says(kind, at) for kind in ("toll", "lives", "suffer", "moved", "struck"))
        or clause.word(at) in _FATAL
    )


_FATAL = frozenset(("fatally", "mortally", "critically", "seriously"))


def verb_group(clause: Clause, at: int) -> VerbGroup:
    """Walk left from a participle over auxiliaries, adverbs, reporting words and coordinated participles."""
    group = VerbGroup(at)
    cursor = at - 1
    while cursor >= 0 and at - cursor < _REACH:
        word = clause.word(cursor)
        if clause.says("neg", cursor):
            group.negated = True
        if word in ("possibly", "nearly", "almost", "narrowly") and not group.be:
            group.modal = True
        if clause.says("be", cursor):
            group.be = group.be if group.be in ("singular", "plural") else clause.lexicon.said("be")[word]
        elif clause.says("have", cursor):
            group.have = True
            if group.be == "any" and word in ("has", "have"):
                group.be = "singular" if word == "has" else "plural"
        elif clause.says("modal", cursor):
            group.modal = True
            group.be = "any" if group.have and group.be else group.be
        elif word == "to":
            before = clause.word(cursor - 1)
            if before == "up" or (cursor and clause.items[cursor - 1].number):
                break
            group.infinitive = True
        elif clause.says("said", cursor):
            if word == "found" and clause.word(cursor - 1) in ("the", "a"):
                break
            group.reported = True
            group.feared = group.feared or clause.says("feared", cursor)
        elif word in ("and", "or", ",", "then", "nor") and cursor and _participle(clause, cursor - 1):
            trigger = clause.items[cursor - 1].trigger
            if trigger and trigger.kind in ("verb", "state") and trigger.harm != "shot":
                group.joint = True
            group.chained = True
            cursor -= 1
        elif not (
            (word in ("all", "both") and clause.says("be", cursor - 1))
            or clause.says("adverb", cursor)
            or clause.says("neg", cursor)
            or (word.endswith("ly") and not clause.items[cursor].noun)
            or word in ("continue", "continues", "continued")
        ):
            break
        if word in ("continue", "continues", "continued"):
            group.reported = True
        group.first = cursor
        cursor -= 1
    return group


def _participle(clause: Clause, at: int) -> bool:
    trigger = clause.items[at].trigger
    if trigger is not None:
        return bool(trigger.forms & {"past", "participle"}) or trigger.kind == "state"
    word = clause.word(at)
    return (
        word.endswith(_PARTICIPLES)
        and len(word) > 4
        and not clause.items[at].noun
        and (clause.says("be", at - 1) or clause.word(at - 1) in (",", "and") or clause.word(at - 1).endswith("ly"))
    )


def subjects(clause: Clause, at: int, *, plural: bool | None = None) -> list[Phrase]:
    """Return the noun phrases that are the subject of what begins at ``at``, leftmost first.

    ``plural`` is what the verb says: a phrase that plainly names several is no subject of ``was``.
    """
    head = _subject_head(clause, at, plural=plural)
    return coordinated(clause, head) if head else []


def coordinated(clause: Clause, head: Phrase) -> list[Phrase]:
    """Return a noun phrase with those that are joined to it on its left, leftmost first."""
    group = [head]
    edge = head.first
    while True:
        link = edge - 1
        word = clause.word(link)
        if word == "and" and clause.word(link - 1) == ",":
            link -= 1
        if word in ("or", "nor") and (nobody := clause.ending.get(link)) and nobody.determiner == "none":
            return [nobody]
        if word not in ("and", ",", "&", "–", "—", "-", "--", ":") or link < 1:
            break
        before = clause.ending.get(link)
        if before is None:
            skipped = _before_age(clause, link)
            before = clause.ending.get(skipped) if skipped else None
        if before is not None and clause.word(before.first - 1) in ("of", "from"):
            before = clause.ending.get(before.first - 1)  # "Ana Ruiz of Lima and Luis Soto of Cusco"
        if before is None or before.thing or not _plausible(clause, before) or _after_preposition(clause, before):
            break
        if before.number and not before.noun and before.last - before.first > 1 and group[0].noun and not before.more:
            break  # "53 clashes, 37 rebels"
        if word != "and" and _sums_up(before, group):
            return [before]
        if word == "," and before.determiner == "indefinite" and before.noun and not before.name and group[0].name:
            edge = before.first  # "a deputy, Ana Ruiz,": one person
            continue
        if word not in ("and", "&", ",") or (word == "," and not _lists(clause, before, group)):
            break
        if word == "," and before.plural and before.determiner and all(p.name for p in group):
            break  # "her parents, Ana and Luis Ruiz,": the same people again
        group.insert(0, before)
        edge = before.first
    return group


def _sums_up(total: Phrase, parts: list[Phrase]) -> bool:
    """Tell whether a phrase gives the sum of those behind it: ``six people, three men and three women,``."""
    if not total.number or len(parts) < 2:
        return False
    return total.number.count.best == sum((p.number.count.best or 0) if p.number else 1 for p in parts)


def _lists(clause: Clause, before: Phrase, group: list[Phrase]) -> bool:
    """Tell whether a comma joins: in a list that ends with "and", and in headlines."""
    if any(clause.word(p.first - 1) == "and" for p in group):
        return True
    if before.number and before.noun and group[0].number and group[0].noun:
        return True
    heading = clause.title or before.determiner is None
    return (
        heading
        and clause.word(group[0].last) != ","
        and (before.first == 0 or clause.word(before.first - 1) == ":")
        and (before.noun is not None) == (group[0].noun is not None)
    )


def _before_age(clause: Clause, at: int) -> int:
    """Return the index of the comma before ``, 30 ,``: the age of the name that stands there."""
    for cursor in range(at - 1, max(at - 4, 0), -1):
        if clause.word(cursor) == ",":
            return cursor
        if not (clause.word(cursor).isdigit() or clause.items[cursor].age):
            return 0
    return 0


def _plausible(clause: Clause, phrase: Phrase) -> bool:
    several_words = phrase.last - phrase.first > 1 and not clause.word(phrase.first).endswith(("ing", "ed"))
    unnamed = clause.capitals and not phrase.determiner and several_words
    return bool(phrase.person or phrase.name or phrase.number or unnamed) and not phrase.thing


def _after_preposition(clause: Clause, phrase: Phrase) -> bool:
    return clause.says("preposition", phrase.first - 1) and clause.word(phrase.first - 1) not in _OPENERS


def _before_relative(clause: Clause, at: int) -> Phrase | None:
    """Return the noun before a relative clause between commas: ``Ana Ruiz, who had come from Lima, was killed``."""
    if clause.word(at - 1) != ",":
        return None
    for cursor in range(at - 2, max(at - _REACH, 0), -1):
        if clause.word(cursor) in ("who", "which", "whose"):
            phrase = clause.ending.get(cursor) or clause.ending.get(cursor - 1)
            return phrase if phrase and _plausible(clause, phrase) else None
    return None


def _after_including(clause: Clause, phrase: Phrase) -> Phrase | None:
    """Return the first of the parts that a phrase belongs to: ``nine people, including two women and a boy, were``."""
    while clause.word(phrase.first - 1) in ("and", ",") and (before := clause.ending.get(phrase.first - 1)):
        phrase = before
    return phrase if clause.word(phrase.first - 1) == "including" else None


def _several(phrase: Phrase) -> bool:
    """Tell whether a phrase plainly names several; a group or a number of them may be one."""
    if phrase.inside or phrase.name:
        return False
    return bool(phrase.plural or (phrase.number and (phrase.number.count.best or 2) > 1))


def _subject_head(clause: Clause, at: int, *, plural: bool | None = None) -> Phrase | None:
    if (antecedent := _before_relative(clause, at)) is not None:
        return antecedent
    cursor = at
    fallback: Phrase | None = None
    commas = 0
    while cursor > 0 and at - cursor < _REACH:
        word = clause.word(cursor - 1)
        phrase = clause.ending.get(cursor)
        if phrase is not None:
            if commas and phrase.aged and phrase.last - phrase.first == 1:
                cursor = phrase.first
                continue
            if (member := _after_including(clause, phrase)) is not None:
                cursor = member.first - 1
                continue
            if plural is False and _several(phrase):
                cursor = phrase.first
                continue
            if _after_preposition(clause, phrase):
                if not phrase.thing and (phrase.person or phrase.number) and clause.word(phrase.first - 1) != "by":
                    fallback = fallback or phrase
                cursor = phrase.first - 1
                continue
            if commas and not (phrase.name or phrase.person or phrase.number):
                return fallback
            apposed = (phrase.determiner == "indefinite" and phrase.aged) or (phrase.determiner and not phrase.name)
            if commas == 1 and apposed and clause.word(phrase.first - 1) == ",":
                fallback = fallback or phrase
                cursor = phrase.first - 1
                continue
            if fallback is not None and not (phrase.person or phrase.number or phrase.name):
                return fallback
            return phrase
        if clause.says("relative", cursor - 1):
            cursor -= 1
            if clause.word(cursor - 1) == ",":
                cursor -= 1
            continue
        if word in (",", ")", "(", "-", "–", "—", "--"):
            commas += 1
            cursor -= 1
            continue
        if (
            clause.items[cursor - 1].age
            or word[0].isdigit()
            or word in _LOOSE
            or (commas and word == "and" and clause.word(cursor).isdigit())
            or (commas and _subordinate(clause, cursor - 1))
        ):
            cursor -= 1
            continue
        if (
            word.endswith(("ing", "ed"))
            and clause.items[cursor - 1].trigger is None
            and not clause.says("breaker", cursor - 1)
        ):
            cursor -= 1
            continue
        return fallback
    return fallback


def _subordinate(clause: Clause, at: int) -> bool:
    """Tell whether a word may stand inside the commas behind a name: ``who was``, ``identified as``, ``of``."""
    return any(clause.says(kind, at) for kind in ("preposition", "relative", "be", "adverb")) or clause.word(at) in (
        "identified",
        "ages",
        "aged",
        "both",
        "all",
    )


def objects(clause: Clause, at: int) -> list[Phrase]:
    """Return the noun phrases that are the object of what ends before ``at``, in order."""
    cursor = at
    while cursor < len(clause.items) and (
        clause.says("adverb", cursor)
        or clause.word(cursor).endswith("ly")
        or clause.word(cursor) in ('"', "“", "'", ":")
    ):
        cursor += 1
    phrase = clause.starting.get(cursor)
    group: list[Phrase] = []
    while phrase is not None and len(group) < _REACH:
        if group and (
            not _plausible(clause, phrase) or _finite(clause, phrase.last) or clause.says("claimant", phrase.last)
        ):
            break
        group.append(phrase)
        cursor = phrase.last
        if clause.word(cursor) == "," and clause.word(cursor + 1).isdigit() and clause.word(cursor + 2) in (",", "and"):
            cursor += 2
        link = clause.word(cursor)
        if link == "," and clause.word(cursor + 1) == "and":
            cursor, link = cursor + 1, "and"
        if link not in ("and", ","):
            break
        phrase = clause.starting.get(cursor + 1)
        if link == "," and phrase is not None and not clause.title and not _list_goes_on(clause, phrase.last):
            break
    if len(group) > 2 and _sums_up(group[0], group[1:]):
        return group[:1]
    return group


def _list_goes_on(clause: Clause, at: int) -> bool:
    """Tell whether a list is closed by "and" after the next member or two: else a comma ends it."""
    for _ in range(4):
        if clause.word(at) == "and" or (clause.word(at) == "," and clause.word(at + 1) == "and"):
            return True
        phrase = clause.starting.get(at + 1)
        if clause.word(at) != "," or phrase is None:
            return False
        at = phrase.last
    return False


def _finite(clause: Clause, at: int) -> bool:
    """Tell whether a verb follows that makes the phrase before it a subject of its own."""
    trigger = clause.items[at].trigger if at < len(clause.items) else None
    return (
        clause.says("be", at)
        or clause.says("have", at)
        or clause.says("modal", at)
        or clause.says("moved", at)
        or clause.says("suffer", at)
        or (trigger is not None and trigger.kind in ("verb", "state") and "ing" not in trigger.forms)
    )


def _make(
    clause: Clause,
    harm: str,
    phrase: Phrase,
    at: int,
    rule: str,
    group: VerbGroup | None = None,
    *,
    joint: bool = False,
) -> Finding | None:
    """Turn victims and a trigger into a finding; None where the words name no victims."""
    if phrase.thing or clause.word(phrase.head) in ("it", "itself"):
        return None
    count = phrase.count(plural=group.plural if group else None)
    if count is None:
        return None
    status = group.status if group else ClaimStatus.REPORTED
    if count.best == 0:
        status = ClaimStatus.DENIED
    elif status is ClaimStatus.DENIED:
        return (
            None
            if count.max == 1
            else Finding(harm, count, phrase, min(phrase.first, at), max(phrase.last, at + 1), rule, status)
        )
    first, last = min(phrase.first, at), max(phrase.last, at + 1)
    joint = (joint or bool(group and group.joint)) and count.qualifier not in _VAGUE
    return Finding(harm, count, phrase, first, last, rule, status, joint=joint)


def _all(made: Iterable[Finding | None]) -> list[Finding]:
    return [finding for finding in made if finding is not None]


def _strict(trigger: Trigger) -> bool:
    """Tell whether the verb is said of things as well as of people."""
    return trigger.weak or trigger.harm in ("captured", "displaced")


def _fits(trigger: Trigger, phrase: Phrase) -> bool:
    if phrase.thing:
        return False
    if _strict(trigger):
        return phrase.person or (
            phrase.number is not None and phrase.head == phrase.last - 1 and phrase.last - phrase.first == 1
        )
    return True


def toll(clause: Clause, at: int, _trigger: Trigger | None) -> list[Finding]:
    """``the death toll rose from 17 to 41``, ``number of injured: 30``, ``a toll of six``."""
    if not clause.says("toll", at):
        return []
    harm = clause.lexicon.said("toll")[clause.word(at)]
    cursor = at + 1
    best: Phrase | None = None
    while cursor < min(at + 16, len(clause.items)):
        phrase = clause.starting.get(cursor)
        if phrase is not None and phrase.number:
            if phrase.thing:
                break
            best = phrase
            cursor = phrase.last
            if clause.word(cursor) not in ("to", "from"):
                break
        elif (phrase is None and not clause.says("breaker", cursor)) or clause.says("rise", cursor):
            cursor += 1
        elif (
            phrase is not None
            and clause.says("preposition", cursor - 1)
            and clause.word(cursor - 1) not in ("to", "at")
        ):
            cursor = phrase.last
        else:
            break
    if best is None:
        return []
    made = _make(clause, harm, best, at, "toll")
    return [made] if made else []


def lives(clause: Clause, at: int, _trigger: Trigger | None) -> list[Finding]:
    """``claimed the lives of nine people``, ``cost 12 lives``."""
    if not clause.says("lives", at):
        return []
    for cursor in range(at + 1, min(at + 6, len(clause.items))):
        if clause.word(cursor) in ("lives", "life"):
            phrase = clause.starting.get(cursor + 2) if clause.word(cursor + 1) == "of" else None
            if phrase is None and clause.word(cursor) == "lives":
                phrase = next(
                    (p for p in clause.phrases if p.first <= cursor < p.last and (p.number or p.inside)), None
                )
                if phrase and phrase.inside and not phrase.number:
                    phrase = phrase.inside
            if phrase is None:
                return []
            if phrase.first <= cursor:
                count = phrase.count()
                return [Finding("killed", count, phrase, at, phrase.last, "lives")] if count else []
            return _all(_make(clause, "killed", p, at, "lives") for p in objects(clause, phrase.first))
    return []


def active(clause: Clause, at: int, trigger: Trigger | None) -> list[Finding]:
    """``killed 17``, ``wounding dozens``, ``shoots his wife``, ``has killed two soldiers``."""
    if trigger is None or trigger.kind != "verb" or not trigger.transitive:
        return []
    group = verb_group(clause, at)
    participle = bool(trigger.forms & {"past", "participle"})
    if participle and group.be:
        return []
    start, joint = _chain_end(clause, at)
    other = clause.items[at - 2].trigger if at > 1 and clause.word(at - 1) in ("and", "or") else None
    joint = joint or (other is not None and other.kind == "verb" and bool(other.forms & trigger.forms))
    if clause.word(start) in ("himself", "herself", "themselves"):
        own, *others = objects(clause, start)
        return _all(
            [
                _make(clause, trigger.harm, own, at, "reflexive", group),
                *(_make(clause, trigger.harm, p, at, "active", group) for p in others),
            ]
        )
    if "ing" in trigger.forms and clause.word(start) == "of":
        fatal = trigger.harm == "shot" and clause.word(at - 1) in ("fatal", "deadly")
        return _behind_of(clause, at, start, "killed" if fatal else trigger.harm, "killing_of")
    if (clause.says("determiner", at - 1) and clause.word(at - 1) != "that") or (
        participle and clause.says("preposition", at - 1) and clause.word(at - 1) != "than"
    ):
        return []
    found = [p for p in objects(clause, start) if _named_object(clause, p)]
    if not found or (clause.word(start) in ("down", "up", "at", "off") and trigger.harm == "shot"):
        return []
    if participle and _finite(clause, found[0].last) and clause.ending.get(group.first) and not group.have:
        return []
    if participle and not group.have and clause.word(start) in (",", "and", "in", "by"):
        return []
    status_group = (
        group if not (participle and not (group.modal or group.infinitive or group.have or group.negated)) else None
    )
    found = [p for p in found if _fits(trigger, p)]
    made = _all(_make(clause, trigger.harm, p, at, "active", status_group, joint=joint or group.joint) for p in found)
    made += _himself(clause, at, trigger.harm)
    for finding in made:
        bare = finding.phrase is not None and not finding.phrase.determiner and not finding.phrase.inside
        vague = bare and finding.count.best is None and finding.count.qualifier is Qualifier.UNSPECIFIED
        if any(clause.word(k) in ("continue", "continues", "keep", "keeps") for k in range(group.first, at)):
            finding.habitual = True
        if "base" in trigger.forms and not group.infinitive and not group.modal and finding.count.best is None:
            finding.habitual = True
        if vague and (
            trigger.forms & {"third"} or group.have or ("ing" in trigger.forms and clause.word(at - 1) != ",")
        ):
            finding.habitual = True
        if clause.word(group.first - 1) in ("without", "before", "avoid"):
            finding.status = ClaimStatus.DENIED
    return made


def _himself(clause: Clause, at: int, harm: str) -> list[Finding]:
    """Read ``..., then himself`` behind a killing."""
    for cursor in range(at + 2, min(at + 12, len(clause.items))):
        if clause.word(cursor) in ("himself", "herself") and clause.word(cursor - 1) in _THEN:
            return _all([_make(clause, harm, clause.starting[cursor], cursor - 1, "reflexive")])
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


def _chain_end(clause: Clause, at: int) -> tuple[int, bool]:
    """Skip ``and wounded`` behind a verb: the next verb shares the object."""
    cursor, joint = at + 1, False
    while clause.word(cursor) in ("and", "or", "/") and cursor + 1 < len(clause.items):
        look = cursor + 1
        while clause.says("adverb", look) or clause.word(look).endswith("ly"):
            look += 1
        trigger = clause.items[look].trigger if look < len(clause.items) else None
        if trigger is None or trigger.kind != "verb":
            break
        own = clause.items[at].trigger
        if own and not own.forms & trigger.forms:
            break
        cursor, joint = look + 1, True
    return cursor, joint


def _behind_of(clause: Clause, at: int, of: int, harm: str, rule: str) -> list[Finding]:
    group: list[Phrase] = objects(clause, of + 1)
    return _all(_make(clause, harm, p, at, rule) for p in group if _plausible(clause, p))


def passive(clause: Clause, at: int, trigger: Trigger | None) -> list[Finding]:
    """``17 people were killed``, ``were pronounced dead``, ``a man was shot``, ``three are missing``."""
    if trigger is None or not _said_of_subject(trigger):
        return []
    group = verb_group(clause, at)
    if not group.be and not (group.reported and group.have):
        return _expletive(clause, at, trigger, group) if group.first == 0 and "ing" not in trigger.forms else []
    joint = group.joint or _chain_end(clause, at)[1]
    found = [p for p in subjects(clause, group.first, plural=group.plural) if _fits(trigger, p)]
    if not found:
        return _expletive(clause, at, trigger, group)
    made = _all(_make(clause, trigger.harm, p, at, "passive", group, joint=joint) for p in found)
    present = group.have or any(clause.word(k) in ("are", "is") for k in range(group.first, at))
    for finding in made:
        vague = finding.count.best is None and finding.count.qualifier is Qualifier.UNSPECIFIED
        finding.habitual = present and vague and trigger.kind == "verb"  # "people are killed there"
    return made


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
    return _all(
        _make(clause, trigger.harm, p, at, "inverted", group)
        for p in objects(clause, cursor + 1)
        if _plausible(clause, p)
    )


def reduced(clause: Clause, at: int, trigger: Trigger | None) -> list[Finding]:
    """``two killed``, ``leaving 1 dead and 19 wounded``, ``500,000 men killed or wounded``, ``31 more wounded``."""
    if trigger is None or not _said_of_subject(trigger):
        return []
    group = verb_group(clause, at)
    if group.be or group.negated:
        return []
    phrase = clause.ending.get(group.first)
    if phrase is not None and trigger.kind == "verb" and clause.word(phrase.first - 1) in ("who", "whom", "that"):
        phrase = clause.ending.get(phrase.first - 1)  # "the man who police shot"
    if phrase is None and clause.word(group.first - 1) in (",", ":", "-", "–", "—", "as") and group.chained:
        phrase = clause.ending.get(group.first - 1)
    if phrase is None or not _fits(trigger, phrase):
        return _state_before_verb(clause, at, trigger)
    heard = clause.word(phrase.first - 1) in ("fired", "fires", "fire", "firing", "heard")
    if trigger.harm == "shot" and (heard or clause.says("be", at + 1)):
        return []  # "one shot was fired"
    if trigger.kind == "state" and "condition" in clause.word(at) and not phrase.person:
        return []
    if not (
        phrase.person
        or phrase.number
        or phrase.determiner == "none"
        or (phrase.name and trigger.kind == "state")
        or phrase.more
    ):
        return []
    if trigger.kind == "verb" and clause.starting.get(at + 1) and not phrase.number and _object_follows(clause, at + 1):
        return []
    if phrase.pronoun and trigger.kind == "verb" and phrase.pronoun != "none":
        return []
    joint = group.joint or _chain_end(clause, at)[1]
    if phrase.number and phrase.number.count.best == 1 and phrase.inside and phrase.inside.number:
        phrase = phrase.inside  # "one of the three men killed"
        return _all([_make(clause, trigger.harm, phrase, at, "reduced", joint=joint)])
    made = _make(clause, trigger.harm, phrase, at, "reduced", group if group.feared else None, joint=joint)
    others = coordinated(clause, phrase)
    if len(others) == 1 and others[0] is not phrase:
        return _all(
            [_make(clause, trigger.harm, others[0], at, "reduced", group if group.feared else None, joint=joint)]
        )
    others = [p for p in others[:-1] if _fits(trigger, p)]
    return _all([*(_make(clause, trigger.harm, p, at, "reduced") for p in others), made])


def _object_follows(clause: Clause, at: int) -> bool:
    phrase = clause.starting[at]
    return bool(phrase.person or phrase.number or phrase.name or phrase.determiner) and not _finite(clause, phrase.last)


def _state_before_verb(clause: Clause, at: int, trigger: Trigger) -> list[Finding]:
    """``left dead two soldiers``; and ``the dead: four``."""
    if trigger.kind == "state" and clause.word(at - 1) in ("left", "leaving", "leaves"):
        return _all(
            _make(clause, trigger.harm, p, at, "left_dead") for p in objects(clause, at + 1) if _plausible(clause, p)
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
    found = [p for p in subjects(clause, group.first, plural=group.plural) if _fits(trigger, p)]
    if "base" in trigger.forms and any(clause.word(p.head) in ("us", "me", "him", "her", "them") for p in found):
        return []  # "do not let us die"
    rule = "suicide" if suicide else "intransitive"
    made = _all(_make(clause, trigger.harm, p, at, rule, group) for p in found)
    for finding in made:
        finding.habitual = bool(trigger.forms & {"base", "third"}) and not group.modal and finding.count.best is None
    return made


def nominal(clause: Clause, at: int, trigger: Trigger | None) -> list[Finding]:
    """``the death of a child``, ``the murder of Ana Ruiz``, ``Smith's death``, ``the bodies of six men``."""
    if trigger is None or not (clause.says("nominal", at) or trigger.kind == "counted"):
        return []
    harm = clause.lexicon.said("nominal").get(clause.word(at), trigger.harm)
    of = at + 1
    if clause.says("nominal", at) and clause.word(of) == "in" and (place := clause.starting.get(of + 1)):
        of = place.last
    if (clause.word(of) == "of" and harm != "both") or (clause.word(of) == "to" and harm == "injured"):
        own = clause.ending.get(at)
        found = _behind_of(clause, at, of, harm, "nominal")
        if own is not None and own.number and (not found or found[0].phrase is None or found[0].phrase.number is None):
            return []
        return found
    before = clause.ending.get(at) or (clause.ending.get(at - 1) if clause.word(at - 1) in ("'", "’") else None)
    if (
        clause.says("nominal", at)
        and before is not None
        and before.name
        and clause.word(at) != "homicide"
        and clause.word(at - 1).endswith(("'s", "s'", "'"))
        and not clause.word(at).endswith("s")
    ):
        return [Finding(harm, Count.exact(1), before, before.first, at + 1, "possessive")]
    return []


def counted(clause: Clause, at: int, trigger: Trigger | None) -> list[Finding]:
    """``six deaths``, ``no casualties``, ``17 fatalities``, ``several injuries``, ``two bodies``."""
    if trigger is None or trigger.kind not in ("counted", "nominal"):
        return []
    phrase = clause.ending.get(at) or next((p for p in (clause.ending.get(at + 1),) if p and p.head == at), None)
    if phrase is None or phrase.thing or not (phrase.number or phrase.determiner == "none"):
        return []
    if trigger.kind == "nominal" and not (trigger.plural and trigger.harm in ("killed", "injured")):
        return []
    if phrase.last == at and (phrase.noun or phrase.last - phrase.first > 3):
        return []
    count = phrase.count()
    if count is None:
        return []
    if trigger.harm == "both" and count.best != 0:
        return []  # "38 casualties": nobody says how many of them are dead
    harms = ("killed", "injured") if trigger.harm == "both" else (trigger.harm,)
    status = ClaimStatus.DENIED if count.best == 0 else ClaimStatus.REPORTED
    return [
        Finding(
            harm, count, phrase, phrase.first, max(phrase.last, at + 1), "counted", status, joint=trigger.harm == "both"
        )
        for harm in harms
    ]


_OF_THE = {
    "dead": "killed",
    "killed": "killed",
    "deceased": "killed",
    "slain": "killed",
    "injured": "injured",
    "wounded": "injured",
    "missing": "missing",
}


def among(clause: Clause, at: int, trigger: Trigger | None) -> list[Finding]:
    """``among the dead was Ana Ruiz``, ``two children were among the injured``, ``five of the dead``."""
    harm = _OF_THE.get(clause.word(at))
    if trigger is None or harm is None or clause.word(at - 1) not in ("the", "those"):
        return []
    before = clause.word(at - 2)
    if before in ("among", "amongst"):
        group = verb_group(clause, at - 2)
        if group.be and (found := subjects(clause, group.first)):
            return _all(_make(clause, harm, p, at, "among", group) for p in found)
        cursor = at + 1
        while cursor < min(at + 10, len(clause.items)) and not clause.says("be", cursor):
            cursor += 1
        while clause.says("be", cursor) or clause.says("adverb", cursor):
            cursor += 1
        return _all(_make(clause, harm, p, at, "among") for p in objects(clause, cursor) if _plausible(clause, p))
    if before == "of":
        phrase = clause.ending.get(at - 2) or clause.ending.get(at)
        if phrase is not None and (phrase.number or phrase.pronoun == "one"):
            made = _make(clause, harm, phrase, at, "of_the_dead")
            return [made] if made else []
    if clause.says("breaker", at + 1) and clause.word(at + 1).startswith("includ"):
        return _all(
            _make(clause, harm, p, at, "dead_include") for p in objects(clause, at + 2) if _plausible(clause, p)
        )
    return []


def suffered(clause: Clause, at: int, _trigger: Trigger | None) -> list[Finding]:
    """``two men suffered gunshot wounds``, ``a girl sustained injuries``."""
    if not clause.says("suffer", at):
        return []
    window = range(at + 1, min(at + 9, len(clause.items)))
    wound = next((k for k in window if clause.says("wounds", k)), None)
    if wound is None or any(clause.word(k) in (".", ";", "and", ",") and k < wound - 3 for k in window if k < wound):
        return []
    group = verb_group(clause, at)
    if group.negated or group.be or group.joint:
        return []
    found = [p for p in subjects(clause, group.first) if p.person or p.name or p.number]
    mild = any(clause.word(k).startswith(("non-", "nonlife", "minor", "slight")) for k in range(at, wound))
    gunshot = clause.word(wound).startswith("gunshot") or clause.word(wound - 1) in ("gunshot", "bullet")
    harm = "shot" if gunshot and not mild else "injured"
    return _all(_make(clause, harm, p, wound, "suffered", group) for p in found)


def hospital(clause: Clause, at: int, _trigger: Trigger | None) -> list[Finding]:
    """``three were taken to hospital``, ``a man was rushed to the trauma center``."""
    if not clause.says("moved", at):
        return []
    window = range(at + 1, min(at + 10, len(clause.items)))
    if not any(clause.says("hospital", k) for k in window):
        return []
    group = verb_group(clause, at)
    if group.negated or group.modal or group.joint:
        return []
    found = [p for p in subjects(clause, group.first) if p.person or p.name or p.number] if group.be else []
    return _all(_make(clause, "shot", p, at, "hospital", group) for p in found)


def struck(clause: Clause, at: int, _trigger: Trigger | None) -> list[Finding]:
    """``a woman was struck in the thigh``, ``two boys were hit by gunfire``."""
    if not clause.says("struck", at):
        return []
    if (found := objects(clause, at + 1)) and not verb_group(clause, at).be:
        last = max(p.last for p in found)
        aimed = (clause.word(at).endswith("ing") and any(p.noun and p.number for p in found)) or (
            clause.word(last) == "in"
            and any(clause.says("body", k) for k in range(last + 1, min(last + 4, len(clause.items))))
        )
        return _all(_make(clause, "shot", p, at, "struck") for p in found if p.person or p.name) if aimed else []
    if clause.word(at + 1) not in ("in", "by", "multiple", "several", "once", "twice"):
        return []
    if not any(clause.says("body", k) for k in range(at + 1, min(at + 6, len(clause.items)))):
        return []
    if clause.word(at).endswith("ing"):
        return []
    group = verb_group(clause, at)
    if not group.be or group.joint:
        return []
    found = [p for p in subjects(clause, group.first) if p.person or p.name or p.number]
    return _all(_make(clause, "shot", p, at, "struck", group) for p in found)


def fatally(clause: Clause, at: int, _trigger: Trigger | None) -> list[Finding]:
    """``three people were shot, one fatally``: a part of those who were shot."""
    if clause.word(at) not in ("fatally", "mortally") or (at + 1 < len(clause.items) and clause.items[at + 1].trigger):
        return []
    phrase = clause.ending.get(at) or (clause.ending.get(at - 2) if clause.word(at - 2) == "of" else None)
    if phrase is None or not (phrase.number or phrase.person):
        return []
    made = _make(clause, "killed", phrase, at, "fatally")
    return [made] if made else []


def roster(clause: Clause, at: int, trigger: Trigger | None) -> list[Finding]:
    """``The victims were named as: Ana Ruiz 34 years old female killed ...``: one for each entry of a list of names."""
    if not clause.roster or trigger is None or trigger.kind != "verb" or clause.says("be", at - 1):
        return []
    phrase = clause.ending.get(at)
    if phrase is None or not phrase.person:
        return []
    return [Finding(trigger.harm, Count.exact(1), phrase, phrase.first, at + 1, "roster")]


Rule = Callable[[Clause, int, Trigger | None], list[Finding]]
# The first rule that finds something at a trigger has it.
RULES: tuple[Rule, ...] = (
    roster, toll, lives, among, counted, nominal, passive, active, reduced, intransitive,
    suffered, hospital, struck, fatally,
)  # fmt: skip


def _parts(clause: Clause, total: Finding) -> Iterator[Finding]:
    """Yield the parts that the sentence gives of a total: ``including four children``, ``- 13 in Kyiv and four in``."""
    if total.count.best == 0 or total.phrase is None:
        return
    after = max(total.last, total.phrase.last)
    if total.phrase.last < total.at:
        yield from _including(clause, total, total.phrase.last)
    yield from _including(clause, total, after)
    yield from _along_with(clause, total)
    if clause.word(after) == ":" and (total.count.best or 2) > 1:
        for phrase in objects(clause, after + 1):
            if phrase.name and not phrase.number:
                yield _part(total, phrase, Count.exact(1), phrase.first, "named")
    yield from _partition(clause, total, after)


def _including(clause: Clause, total: Finding, after: int) -> Iterator[Finding]:
    """Read ``, including four children``, ``, among them a nurse`` and ``, two of them children``."""
    for cursor in range(after, min(after + 14, len(clause.items))):
        trigger = clause.items[cursor].trigger
        if cursor > after and trigger is not None and trigger.kind == "verb":
            return
        phrase = clause.starting.get(cursor)
        if phrase is not None and phrase.number and phrase is not total.phrase:
            if _of_them(clause, phrase):
                yield _part(total, phrase, phrase.number.count, phrase.first, "of_them")
            if cursor > after + 1 or _of_them(clause, phrase):
                return
        word, following = clause.word(cursor), clause.word(cursor + 1)
        among = word == "among" or (word in ("of", "with") and cursor > after)
        if word in ("including", "included") or (among and following in ("them", "whom", "these")):
            yield from _members(clause, total, cursor)
            return


def _of_them(clause: Clause, phrase: Phrase) -> bool:
    last = phrase.last
    return clause.word(last - 1) in ("them", "whom") or (
        clause.word(last) == "of" and clause.word(last + 1) in ("them", "whom")
    )


def _part(total: Finding, phrase: Phrase, count: Count, first: int, rule: str) -> Finding:
    return Finding(
        total.harm, count, phrase, first, phrase.last, rule, total.status, joint=total.joint, total=total, at=total.at
    )


def _members(clause: Clause, total: Finding, at: int) -> Iterator[Finding]:
    """Yield the parts that ``including`` or ``among them`` names."""
    start = at + (1 if clause.word(at).startswith("includ") else 2)
    while clause.says("adverb", start) or clause.says("be", start):
        start += 1
    for phrase in objects(clause, start):
        attacker = phrase.noun is not None and phrase.noun.group == "fighters" and not phrase.plural
        single = phrase.determiner == "indefinite" or (phrase.name and not phrase.plural) or attacker
        count = phrase.count() if phrase.number or single else None
        if count is not None and not phrase.thing and _within(count, total.count):
            yield _part(total, phrase, count, start - 1 if phrase.first == start else phrase.first, "including")


def _along_with(clause: Clause, first: Finding) -> Iterator[Finding]:
    """Read ``was killed along with his wife and two sons``: more victims of the same harm."""
    if first.rule not in ("passive", "intransitive", "reduced") or first.total is not None:
        return
    for cursor in range(first.last, min(first.last + 6, len(clause.items))):
        if clause.word(cursor) in ("along", "together", "alongside"):
            start = cursor + 1 + (clause.word(cursor + 1) == "with")
            for phrase in objects(clause, start):
                made = _make(clause, first.harm, phrase, cursor, "along_with") if phrase.person or phrase.name else None
                if made:
                    made.at = first.at
                    yield made
            return


def _within(part: Count, whole: Count) -> bool:
    top = whole.max if whole.max is not None else (whole.best or whole.min)
    if whole.qualifier in (Qualifier.AT_LEAST, Qualifier.MORE_THAN) or whole.best is None:
        return True
    return (part.best or part.min or 0) <= (top or 0)


def _partition(clause: Clause, total: Finding, after: int) -> Iterator[Finding]:
    """Read parts behind a dash, colon, comma or bracket, if they add up to no more than the total."""
    if total.count.best is None or clause.word(after) not in ("-", "--", "–", "—", ":", ",", "("):
        return
    cursor = after
    while clause.word(cursor) in ("-", "--", "–", "—", ":", ",", "("):
        cursor += 1
    parts: list[Phrase] = []
    while (phrase := clause.starting.get(cursor)) is not None and len(parts) < _REACH:
        if not phrase.number or phrase.thing or _finite(clause, phrase.last):
            return
        parts.append(phrase)
        cursor = phrase.last
        while cursor < len(clause.items) and (clause.says("preposition", cursor) or clause.word(cursor) == "the"):
            cursor += 1
            inner = clause.starting.get(cursor)
            cursor = inner.last if inner else cursor
        if clause.word(cursor) == "," and clause.word(cursor + 1) == "and":
            cursor += 1
        if clause.word(cursor) not in ("and", ","):
            break
        cursor += 1
    figures = [p.number.count.best for p in parts if p.number]
    if len(parts) < 2 or None in figures or sum(f or 0 for f in figures) > total.count.best:
        return
    for phrase in parts:
        assert phrase.number is not None
        last = phrase.last
        if clause.says("preposition", last) and (inner := clause.starting.get(last + 1)):
            last = inner.last
        part = _part(total, phrase, phrase.number.count, phrase.first, "partition")
        part.last = last
        yield part
