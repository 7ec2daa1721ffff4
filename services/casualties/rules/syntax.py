"""Where a verb finds its people: verb groups, subjects, objects and lists of them."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.casualties import ClaimStatus
from services.casualties.lexicon import word_set
from services.casualties.phrases import MONTHS, Clause, Phrase
from services.casualties.rules.asides import all_of, before_bracket

_CLAUSE = 16  # items of a relative clause
REACH = 40  # items that a subject or an object may lie away from its verb
_LOOSE = (
    "early",
    "late",
    "s",
    "ranging",
    "aged",
    "ages",
    "between",
)  # inside "three people ranging from ... to early 20s"
_TIMES = word_set("morning afternoon evening night last week weekend month ago days weeks months")
_WEEKDAYS = word_set("monday tuesday wednesday thursday friday saturday sunday")
_EVENTS = word_set("shooting stabbing")
_OPENS_EVENT = word_set("a an the this that")
_LEADS = (":", "leaves", "leaving", "left", "leave", "after")  # "shooting leaves man, two boys wounded"
_ACCUSED = ("accused", "suspected", "charged", "convicted")
_AT = ("at", "near", "on", "in")
_OPENERS = word_set("than after before as since until because like")  # they open clauses, too
_NOMINATIVE = ("he", "she", "they", "we", "i")
_LOSSES = word_set("losses damage damages property material cash aid")
SELF = ("himself", "herself", "self")
_DONE = ("proceeded", "managed")
_PARTICIPLES = ("ed", "en", "wn")
_RELATIVE = word_set("who whom which whose one")  # what a clause behind a noun begins with, and "one of"


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


def verb_group(clause: Clause, at: int) -> VerbGroup:
    """Walk left from a participle over auxiliaries, adverbs, reporting words and coordinated participles."""
    group = VerbGroup(at)
    cursor = at - 1
    while cursor >= 0 and at - cursor < REACH:
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
            group.modal, group.have = True, group.have or word.endswith("'ve")
            group.be = "any" if group.have and group.be else group.be
        elif word == "to":
            before = clause.word(cursor - 1)
            if cursor == at - 1 and clause.word(at).endswith("ing"):
                group.modal = group.modal or before == "close"
                break  # "pleaded guilty to killing two"
            if before == "up" or (cursor and clause.items[cursor - 1].number):
                break
            group.infinitive = True
            done = before in _DONE or (before == "on" and clause.word(cursor - 2) in ("went", "going", "goes"))
            group.reported = group.reported or done  # "went on to kill two drivers"
        elif clause.says("said", cursor):
            if word == "found" and clause.word(cursor - 1) in ("the", "a"):
                break
            group.reported = True
            group.feared = group.feared or clause.says("feared", cursor)
        elif word in ("and", "or", ",", "then", "nor") and cursor and _participle(clause, cursor - 1):
            trigger = clause.items[cursor - 1].trigger
            own = clause.items[at].trigger if at < len(clause.items) else None
            if trigger and trigger.kind in ("verb", "state") and trigger.harm not in ("shot", own and own.harm):
                group.joint = True
            group.chained = True
            cursor -= 1
        elif not (
            (word in ("all", "both", "each") and (clause.says("be", cursor - 1) or clause.ending.get(cursor)))
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
        if word == "and" and clause.word(link - 1) in (",", ";"):
            link -= 1
        if word in ("or", "nor") and (nobody := clause.ending.get(link)) and nobody.determiner == "none":
            return [nobody]
        if word not in ("and", ",", ";", "&", "–", "—", "-", "--", ":") or link < 1:
            break
        before = clause.ending.get(_before_ages(clause, link) or link)
        if before is None and clause.word(link - 1) == ")":
            before = clause.ending.get(before_bracket(clause, link))  # "six cooks (all women) and two clerks"
        if before is None:
            skipped = _before_age(clause, link)
            before = clause.ending.get(skipped) if skipped else None
        if before is not None and clause.word(before.first - 1) in ("of", "from"):
            before = clause.ending.get(before.first - 1)  # "Ana Ruiz of Lima and Luis Soto of Cusco"
        if before is None or before.thing or not plausible(clause, before) or _after_preposition(clause, before):
            break
        if clause.word(before.first - 1) in ("them", "whom", "included", "according to"):
            break  # "39 bodies, among them a nurse, and 100 wounded"
        if before.number and not before.noun and before.last - before.first > 1 and group[0].noun and not before.more:
            break  # "53 clashes, 37 rebels"
        if word != "and" and _sums_up(before, group):
            return [before]
        if word == "," and before.number and group[0].more and group[0].number and clause.word(link + 1) != "and":
            break  # "14 women and 27 children, 338 others injured"
        if word == "," and before.determiner == "indefinite" and before.noun and not before.name and group[0].name:
            edge = before.first  # "a deputy, Ana Ruiz,": one person
            continue
        if word not in ("and", "&", ",", ";") or (word in (",", ";") and not _lists(clause, before, group)):
            break
        if word == "and" and group[0].number and _is_apposition(clause, before):
            break  # "one of them Ana Ruiz, a nurse, and 300 people were hurt"
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
        and (before.first == 0 or clause.word(before.first - 1) in _LEADS)
        and (before.noun is not None or before.aged) == (group[0].noun is not None or group[0].aged)
    )


def _before_ages(clause: Clause, at: int) -> int:
    """Return the index of the comma before ``, ages 3 and 5 ,``, 0 if there is none."""
    for cursor in range(at - 1, max(at - 8, 0), -1):
        if clause.word(cursor) in ("ages", "aged"):
            return cursor - 1 if clause.word(cursor - 1) == "," else 0
        if not (clause.word(cursor).isdigit() or clause.word(cursor) in (",", "and") or clause.items[cursor].number):
            return 0
    return 0


def _before_age(clause: Clause, at: int) -> int:
    """Return the index of the comma before ``, 30 ,``: the age of the name that stands there."""
    for cursor in range(at - 1, max(at - 4, 0), -1):
        if clause.word(cursor) == ",":
            return cursor
        if not (clause.word(cursor).isdigit() or clause.items[cursor].age):
            return 0
    return 0


def _is_apposition(clause: Clause, phrase: Phrase) -> bool:
    """Tell what a name before a comma is: ``Ana Ruiz, a nurse, and``."""
    named = clause.ending.get(phrase.first - 1) if clause.word(phrase.first - 1) == "," else None
    closed = clause.word(phrase.last) == ","
    return named is not None and named.name and phrase.determiner == "indefinite" and not phrase.name and closed


def plausible(clause: Clause, phrase: Phrase) -> bool:
    """Tell whether a phrase may name people."""
    several_words = phrase.last - phrase.first > 1 and not clause.word(phrase.first).endswith(("ing", "ed"))
    unnamed = clause.capitals and not phrase.determiner and several_words
    return bool(phrase.person or phrase.name or phrase.number or unnamed) and not phrase.thing


def _after_preposition(clause: Clause, phrase: Phrase) -> bool:
    return clause.says("preposition", phrase.first - 1) and clause.word(phrase.first - 1) not in _OPENERS


def _before_relative(clause: Clause, at: int) -> Phrase | None:
    """Return the noun before a clause between commas: ``Ana Ruiz, who had come from Lima, was killed``.

    Or before what it is one of: ``a clerk, one of two victims of a shooting in Lima, has died``.
    """
    if clause.word(at - 1) != "," or _RELATIVE.isdisjoint(clause.vocabulary):
        return None
    for cursor in range(at - 2, max(at - REACH, 0), -1):
        if clause.word(cursor) == ";":
            return None  # "two who had been trapped were freed; a third, a nurse, did not survive"
        if clause.word(cursor) == "whom" and clause.word(cursor - 1) == "of" and clause.word(cursor - 3) == ",":
            phrase = clause.ending.get(cursor - 3)
            return (
                phrase if phrase and phrase.number and phrase.person else None
            )  # "nine people, four of whom ..., died"
        if clause.word(cursor) in ("who", "which", "whose"):
            phrase = clause.ending.get(cursor) or _chain_head(clause, cursor - 1)
            return phrase if phrase and plausible(clause, phrase) else None
        if clause.word(cursor) == "one" and clause.word(cursor + 1) == "of" and clause.word(cursor - 1) == ",":
            phrase = clause.ending.get(cursor - 1)
            return phrase if phrase and phrase.person and plausible(clause, phrase) else None
    return None


def _chain_head(clause: Clause, end: int) -> Phrase | None:
    """Return the noun that ``of`` and ``at`` hang on: ``a clerk at the Ministry of Science and Technology,``."""
    phrase = clause.ending.get(end)
    while phrase is not None and not phrase.person:
        link = phrase.first - 1
        before = clause.ending.get(link)
        if clause.word(link) == "and" and before is not None and clause.says("preposition", before.first - 1):
            link = before.first - 1
            before = clause.ending.get(link)
        if before is None or not clause.says("preposition", link):
            return phrase
        phrase = before
    return phrase


def _after_including(clause: Clause, phrase: Phrase) -> Phrase | None:
    """Return the first of the parts that a phrase belongs to: ``nine people, including two women and a boy, were``."""
    if clause.word(phrase.first - 1) == ",":
        return None  # "nine people, including two boys, the mayor said"
    while clause.word(phrase.first - 1) in ("and", ",") and (before := clause.ending.get(phrase.first - 1)):
        phrase = before
    if clause.word(phrase.first - 1) == "of" and (inner := clause.ending.get(phrase.first - 1)):
        phrase = inner  # "three people, among them a boy of 11, were"
    if clause.word(phrase.first - 1) in ("them", "whom") and clause.word(phrase.first - 2) in ("among", "amongst"):
        return clause.starting.get(phrase.first - 1) or phrase
    return phrase if clause.word(phrase.first - 1) == "including" else None


def _with_members(clause: Clause, at: int) -> Phrase | None:
    """Return the total whose members are told at length: ``30 people, including six who had come by bus, were``.

    Between commas a relative clause may stand; a list that no comma closes is one of names: ``six soldiers including
    Ana Ruiz, 30, and Luis Soto were``.
    """
    if "including" not in clause.vocabulary:
        return None
    closed = clause.word(at - 1) == ","
    for cursor in range(at - 2, max(at - _ROLL, 0), -1):
        word, trigger = clause.word(cursor), clause.items[cursor].trigger
        if word in (".", ";", ":") or (trigger is not None and trigger.kind == "verb"):
            return None
        if word != "including":
            continue
        whole = clause.ending.get(cursor - (clause.word(cursor - 1) == ","))
        if whole is None or not whole.number or whole.thing or not (whole.person or whole.noun is None):
            return None
        within = [p for p in clause.phrases if cursor < p.first < at]
        if closed:
            related = any(clause.says("relative", k) for k in range(cursor, at))
            acts = any(clause.says("be", k) or clause.says("have", k) for k in range(cursor, at))
            return whole if related or not acts else None
        return whole if len(within) > 1 and all((p.name or p.aged) and not p.number for p in within) else None
    return None


_ROLL = 70  # items that a list of names may have


def _several(phrase: Phrase) -> bool:
    """Tell whether a phrase plainly names several; a group or a number of them may be one."""
    if phrase.inside or phrase.name:
        return False
    return bool(phrase.plural or (phrase.number and (phrase.number.count.best or 2) > 1))


def _subject_head(clause: Clause, at: int, *, plural: bool | None = None) -> Phrase | None:
    if (whole := all_of(clause, at)) is not None:
        return whole
    at = before_bracket(clause, at)
    if (whole := _with_members(clause, at)) is not None:
        return whole
    if (antecedent := _before_relative(clause, at)) is not None:
        return antecedent
    if (
        clause.word(at - 1) in ("who", "whom")
        and (near := clause.ending.get(at - 1))
        and (near.person or near.number)
        and not near.thing
    ):
        aside = _partitive(clause, near)
        whole = clause.ending.get(aside) if aside else None
        return whole if whole and whole.number and whole.person else near  # "six monks, five of them Spaniards, who"
    return _leftward(clause, at, plural=plural) or _restricted(clause, at)


def _restricted(clause: Clause, at: int) -> Phrase | None:
    """Return the noun whose relative clause ends at the verb: ``two boys who kept bees were killed``.

    It may say that they were hit: ``a clerk who was shot on Sunday died``, ``Clerk Shot In Office Dies``.
    """
    parted, near = False, clause.ending.get(at)
    end = (_crossing(clause, near, at) if near else 0) or at
    for cursor in range(end - 1, max(end - _CLAUSE, -1), -1):
        word, trigger = clause.word(cursor), clause.items[cursor].trigger
        parted = parted or word in (",", "whom")
        if word in (".", ";", ":", "–", "—", "--", "and", "but") or (
            trigger is not None and trigger.harm not in ("shot", "injured")
        ):
            return None
        if trigger is not None and "participle" in trigger.forms and not parted:
            group = verb_group(clause, cursor)
            hit = clause.ending.get(group.first)
            if not group.be and not group.have and hit is not None and hit.person:
                return hit
        if word in ("who", "that"):
            phrase = _chain_head(clause, cursor)  # "three passengers of a bus that was driving past were"
            return phrase if phrase is not None and phrase.person and plausible(clause, phrase) else None
    return None


def _leftward(clause: Clause, at: int, *, plural: bool | None = None) -> Phrase | None:
    cursor = at
    fallback: Phrase | None = None
    commas = 0
    while cursor > 0 and at - cursor < REACH:
        word = clause.word(cursor - 1)
        phrase = clause.ending.get(cursor)
        if word in _TIMES or word in _WEEKDAYS or word in MONTHS:
            cursor -= 1
            continue  # "a clerk shot on Sunday morning has died"
        if event := _named_event(clause, cursor):
            cursor = event
            continue
        if word == "at least" and phrase is None:
            cursor -= 1
            continue  # "11 people at least including five children were"
        if phrase is not None:
            if commas and phrase.aged and phrase.last - phrase.first == 1:
                cursor = phrase.first
                continue
            if clause.word(phrase.first - 1) == "who" and phrase.person is False:
                cursor = phrase.first
                continue  # "two boys who kept bees were"
            if (member := _after_including(clause, phrase)) is not None:
                cursor = member.first - 1
                continue
            if plural is False and _several(phrase):
                cursor = phrase.first - (clause.word(phrase.first - 1) == "of")  # "a mother of three was"
                continue
            if plural and _beside(clause, phrase):
                cursor = phrase.first - 1
                continue  # "two guards watching the gate were"
            if commas and clause.word(phrase.first - 1) == "," and clause.word(phrase.first + 2) in ("them", "whom"):
                cursor = phrase.first - 1
                continue  # "six monks, five of them of Spanish origin, were"
            if doer := _who_did_it(clause, phrase, at):
                return doer
            if crossing := _crossing(clause, phrase, at):
                cursor = crossing
                continue
            if _after_preposition(clause, phrase):
                if clause.says("relative", cursor) and phrase.person and not phrase.pronoun:
                    return phrase  # "articles on the six monks who were killed"
                wound = clause.says("wounds", phrase.head)
                if (
                    not (phrase.thing or wound)
                    and (phrase.person or phrase.number)
                    and clause.word(phrase.first - 1) != "by"
                ):
                    fallback = fallback or phrase
                cursor = phrase.first - 1
                continue
            if commas == 1 and (whole := _called(clause, phrase)) is not None:
                return whole
            if (commas or clause.word(phrase.last) == ",") and (aside := _partitive(clause, phrase)):
                cursor = aside
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
            or (word in ("from", "to", "and", "under", "over") and _of_age(clause, cursor))
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


def _who_did_it(clause: Clause, phrase: Phrase, at: int) -> Phrase | None:
    """Return the subject before a clause on what he did: ``a man who shot a police officer was killed``."""
    did = clause.items[phrase.first - 1].trigger if phrase.first > 1 else None
    if did is None or did.kind != "verb" or not (clause.says("be", at) or clause.says("have", at)):
        return None
    if "ing" in did.forms and clause.word(phrase.first - 2) in ("of", "with") and phrase.first > 3:
        accused = clause.ending.get(phrase.first - 3) if clause.word(phrase.first - 3) in _ACCUSED else None
        return accused if accused is not None and accused.person else None
    if "past" not in did.forms:
        return None
    group = verb_group(clause, phrase.first - 1)
    if group.be or clause.word(group.first - 1) not in ("who", "that"):
        return None
    doer = clause.ending.get(group.first - 1)
    return doer if doer is not None and doer.person and clause.word(doer.first - 1) != "by" else None


def _crossing(clause: Clause, phrase: Phrase, at: int) -> int:
    """Return where ``at 22nd and Bragg`` begins before a verb that says it of one; 0 where a phrase is no street."""
    if clause.word(at) not in ("has", "was", "is") or clause.word(phrase.first - 1) != "and" or not phrase.name:
        return 0
    before = clause.ending.get(phrase.first - 1)
    place = before is not None and not (before.person or before.number) and clause.word(before.first - 1) in _AT
    return before.first - 1 if before is not None and place else 0


def _named_event(clause: Clause, end: int) -> int:
    """Return where ``in a drive-by shooting`` begins that ends at an index: four people in it have died; else 0."""
    if clause.word(end - 1) not in _EVENTS:
        return 0
    start = end - 1
    while start > end - 5 and not clause.says("preposition", start):
        start -= 1
    opens = any(clause.word(k) in _OPENS_EVENT for k in range(start + 1, end - 1))
    return start if start > 0 and opens and clause.says("preposition", start) else 0


def _beside(clause: Clause, phrase: Phrase) -> bool:
    """Tell what people were at: ``two guards watching the gate were``."""
    doing = clause.word(phrase.first - 1).endswith("ing") and clause.items[phrase.first - 1].trigger is None
    one = phrase.determiner and not (phrase.number or phrase.plural or phrase.person)
    before = clause.ending.get(phrase.first - 1) if doing and one else None
    return before is not None and _several(before) and before.person


def _called(clause: Clause, phrase: Phrase) -> Phrase | None:
    """Return those whom a bare plural calls something: ``nine men, presumably rebels,``, ``two aides, members of``."""
    first = phrase.first - clause.word(phrase.first - 1).endswith("ly")
    bare = phrase.plural and clause.items[phrase.head].noun and not (phrase.number or phrase.determiner or phrase.name)
    if not bare or clause.word(first - 1) != ",":
        return None
    whole = _chain_head(clause, first - 1)
    counted = whole is not None and whole.number is not None and whole.person and not whole.thing
    return whole if counted and whole is not None and clause.word(whole.first - 1) not in (",", "and") else None


def _partitive(clause: Clause, phrase: Phrase) -> int:
    """Return the comma that opens ``, most of them schoolgirls,`` or ``, mostly women,``; 0 if there is none."""
    first = phrase.first
    if clause.word(first - 1) == "and" and (joined := clause.ending.get(first - 1)) and not joined.number:
        most = clause.word(joined.first - 1) in ("them", "whom")  # "most of them women and children"
        first = joined.first if most else first
    if clause.word(first - 1) in ("them", "whom") and clause.word(first - 2) == "of":
        first -= 3
    elif clause.word(first - 1) in ("mostly", "mainly", "largely", "all"):
        first -= 1
    return first - 1 if first < phrase.first and clause.word(first - 1) == "," else 0


def _of_age(clause: Clause, at: int) -> bool:
    """Tell whether an age stands at an index: ``from 17 to 49 years old``."""
    return clause.word(at).isdigit() or (at < len(clause.items) and clause.items[at].age)


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
    while phrase is not None and len(group) < REACH:
        if group and (clause.word(phrase.head) in _NOMINATIVE or is_money(clause, phrase)):
            break  # "glass injured him and he pulled over"
        if group and (
            not (plausible(clause, phrase) or clause.word(phrase.head) in SELF)
            or finite(clause, phrase.last)
            or clause.says("claimant", phrase.last)
        ):
            break
        group.append(phrase)
        cursor = _behind_place(clause, phrase, _behind_age(clause, phrase.last))
        apposed = (
            clause.starting.get(cursor + 1)
            if clause.word(cursor) == "," and phrase.determiner and not (phrase.name or phrase.plural)
            else None
        )
        cursor = _behind_calling(clause, phrase, cursor)
        if apposed is not None and apposed.name and not apposed.determiner and not apposed.number:
            behind = _behind_age(clause, apposed.last)  # "his wife, Ana Ruiz, 34, and their son"
            closed = clause.word(behind) == "," or (apposed.aged and clause.word(behind) == "and")
            cursor = behind if closed else cursor
        link = clause.word(cursor)
        if link in (",", ";") and clause.word(cursor + 1) == "and":
            cursor, link = cursor + 1, "and"
        following = clause.starting.get(cursor + 1)
        if link not in ("and", ",", ";") or (link == ";" and following and following.name and not phrase.name):
            break  # "the murder of six monks; General Soto, General Ruiz, and"
        phrase = following
        own = clause.word(cursor + 1) in SELF
        if (
            link != "and"
            and phrase is not None
            and not clause.title
            and not own
            and not _list_goes_on(clause, phrase.last)
        ):
            break
    if len(group) > 2 and _sums_up(group[0], group[1:]):
        return group[:1]
    return group


def _behind_calling(clause: Clause, phrase: Phrase, at: int) -> int:
    """Skip what somebody by name was, between commas: ``Omar Said, 41, a teacher, and his daughter``."""
    aged = _behind_age(clause, phrase.last) > phrase.last  # "Omar Said, a teacher, and a nurse" may be three
    calling = clause.starting.get(at + 1) if clause.word(at) == "," and phrase.name and aged else None
    if calling is None or calling.name or calling.number or calling.plural or not calling.person:
        return at
    closed = calling.determiner == "indefinite" and clause.word(calling.last) == ","
    return calling.last if closed else at


def _list_goes_on(clause: Clause, at: int) -> bool:
    """Tell whether a list is closed by "and" after the next member or two: else a comma ends it."""
    for _ in range(8):
        at = _behind_age(clause, at)
        if clause.word(at) == "and" or (clause.word(at) in (",", ";") and clause.word(at + 1) == "and"):
            return True
        phrase = clause.starting.get(at + 1)
        if clause.word(at) not in (",", ";") or phrase is None:
            return False
        at = phrase.last
        if clause.word(at - 1) in SELF:
            return True  # "kills wife, son, himself"
    return False


def _behind_place(clause: Clause, phrase: Phrase, at: int) -> int:
    """Skip ``of Lima`` behind people where a list goes on: ``the mayor of Lima, his wife, and three guards``."""
    if not phrase.person or clause.word(at) not in ("of", "from"):
        return at
    inner = clause.starting.get(at + 1)
    if inner is None or inner.person or inner.number or clause.word(inner.last) not in (",", "and"):
        return at
    behind = inner.last + 1 + (clause.word(inner.last) == "," and clause.word(inner.last + 1) == "and")
    following = clause.starting.get(behind)
    goes_on = following is not None and following.person and (following.number or following.determiner)
    return inner.last if goes_on else at


def _behind_age(clause: Clause, at: int) -> int:
    """Skip ``, 34`` behind a name, if a comma, a stop or "and" follows."""
    aged = clause.word(at) == "," and (clause.word(at + 1).isdigit() and clause.word(at + 2) in (",", ";", "and"))
    return at + 2 if aged else at


def is_money(clause: Clause, phrase: Phrase) -> bool:
    """Tell ``millions in losses`` from people."""
    bare = phrase.number is not None and phrase.noun is None
    return bare and clause.word(phrase.last) == "in" and clause.word(phrase.last + 1) in _LOSSES


def finite(clause: Clause, at: int) -> bool:
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
