"""How a weapon is used in a sentence, whole: role, attributive use, operator and quantity."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace

from contracts.spans import Count
from contracts.weapons import WeaponCategory, WeaponRole
from services.text.numbers import Number, may_count
from services.weapons.lexicon import Owner
from services.weapons.nuance import ACTS, AIRBORNE, HANDY, PLATFORMS
from services.weapons.roles import Verdict, judge
from services.weapons.scan import Phrase
from services.weapons.scene import Scene

R = WeaponRole
C = WeaponCategory

_ADJECTIVES = 4  # tokens that may stand between a number and its weapon
_COUNT = _ADJECTIVES + 4  # tokens in front of a weapon of which one is a number's: behind it "or more" may stand
_NAMES = 5  # tokens between an owner and the weapon
_SUBJECT = 12  # tokens between who acts and the verb
_OF = re.compile(r"\s{1,3}(?:out\s)?of\s(?:the\s|all\s|some\s|its\s|their\s)?\s{0,2}")
_OF_THOSE = re.compile(r"(?:^|[\s\"“])of (?:the |some |all |a total of )?$", re.IGNORECASE)
_OF_WHICH = re.compile(r"\b(?:of|from) (?:which|them|these|those),? (?:\w+ ){0,3}$", re.IGNORECASE)
_SHARE = re.compile(
    r"\b(?:half|most|many|some|several|majority|third|quarter|bulk|per ?cent|%) of (?:the |all |its |their )*$",
    re.IGNORECASE,
)
_ALL_BUT = re.compile(r"\ball (?:but|except) (?:for )?$", re.IGNORECASE)
_LEAD = 60  # characters in which these words stand
_VERB = 3  # tokens between a figure and "were shot down"
_ONE = frozenset({"a", "an", "one", "another", "the"})
_COUNTABLE = (AIRBORNE | HANDY | PLATFORMS | {C.AIR_DEFENCE}) - {C.EXPLOSIVE, C.CHEMICAL, C.ARTILLERY}
_ACTOR_ROLES = frozenset({R.LAUNCHED, R.HIT, R.ATTACK_MEANS, R.SUPPLIED, R.PLEDGED, R.POSSESSED, R.DEBRIS})
_GIFTS = frozenset({R.SUPPLIED, R.PLEDGED})


@dataclass(frozen=True, slots=True)
class Use:
    """What is said of one phrase."""

    role: WeaponRole
    rule: str
    attributive: bool
    operator: str | None
    quantity: Count | None


def uses(scene: Scene) -> Iterator[tuple[Phrase, Use]]:
    """Say of each phrase of a sentence what is done with it; "10 of 13 drones" is two things said of one phrase."""
    free = 0
    for phrase, judged in zip(scene.tokens.phrases, judge(scene), strict=True):
        verdict = judged
        if _is_planted(scene, phrase, verdict):
            phrase.category = C.IED
        attributive = phrase.last in scene.noun_at or verdict.rule == "attack_noun"
        part, whole = (None, None) if attributive else _quantities(scene, phrase, free)
        if whole is None and not attributive and _is_one(scene, phrase, verdict.role):
            whole = Count.exact(1)
        shot = None if attributive or part or phrase.category not in AIRBORNE else _shot_of(scene, phrase, whole)
        if shot:
            part, verdict = shot, verdict._replace(role=R.INTERCEPTED, rule="part_of_them")
        use = Use(verdict.role, verdict.rule, attributive, _operator(scene, phrase, verdict), part or whole)
        if part and whole:
            was_launched = phrase.category in AIRBORNE and verdict.role in (R.INTERCEPTED, R.HIT)
            yield phrase, replace(use, role=R.LAUNCHED if was_launched else R.GENERIC, quantity=whole)
        yield phrase, use
        free = scene.tokens.ends[phrase.last - 1]


def _quantities(scene: Scene, phrase: Phrase, free: int) -> tuple[Count | None, Count | None]:
    """Take the number in front of a phrase, behind ``free``, with nothing but adjectives in between.

    Returns part and whole: "10 of 13 drones" gives both, "13 drones" only the whole.
    """
    tokens = scene.tokens
    if not may_count(scene.words[max(0, phrase.first - _COUNT) : phrase.first]):
        return None, None  # before all numbers of the sentence are read
    start = tokens.starts[phrase.first]
    at = bisect_left(scene.number_ends, start + 1) - 1
    if at < 0 or scene.numbers[at].start < free:
        return None, None
    number = scene.numbers[at]
    first = bisect_left(tokens.starts, number.end)
    if phrase.first - first > _ADJECTIVES or not _are_adjectives(scene, first, phrase.first):
        return None, None
    if any(c in ",;:()" for c in tokens.sentence.text[number.end : start]):
        return None, None
    of_all = _SHARE.search(tokens.sentence.text[max(0, number.start - _LEAD) : number.start])
    if of_all:
        return None, None  # "half of the 84 missiles": how many is not said
    part = scene.numbers[at - 1] if at else None
    of = part and number.start - part.end < 20 and _OF.fullmatch(tokens.sentence.text[part.end : number.start])
    return (_part(scene, part, number) if part and of else None), number.count


def _part(scene: Scene, part: Number, whole: Number) -> Count | None:
    """Take "two of the 36" for two of them, and "all but two of the 36" for 34."""
    if not _ALL_BUT.search(scene.tokens.sentence.text[max(0, part.start - _LEAD) : part.start]):
        return part.count
    if whole.count.best is None or part.count.best is None or part.count.best >= whole.count.best:
        return None
    return Count.exact(whole.count.best - part.count.best)


def _shot_of(scene: Scene, phrase: Phrase, whole: Count | None) -> Count | None:
    """Read how many of those told of were shot down, where the figure stands alone behind them.

    "of 48 drones launched, 41 were shot down"; "48 drones, of which 41 were intercepted".
    """
    tokens, text = scene.tokens, scene.tokens.sentence.text
    at = bisect_left(scene.number_ends, tokens.ends[phrase.last - 1] + 1)
    if whole is None or whole.best is None or at >= len(scene.numbers):
        return None
    number = scene.numbers[at]
    first, last = bisect_left(tokens.starts, number.start), bisect_left(tokens.starts, number.end)
    own = scene.numbers[at - 1] if at else number
    led = _OF_THOSE.search(text[max(0, own.start - _LEAD) : own.start])
    led = led or _OF_WHICH.search(text[max(0, number.start - _LEAD) : number.start])
    if not led or first - phrase.last > _SUBJECT or (number.count.best or whole.best + 1) > whole.best:
        return None
    if scene.has_phrase(last, min(last + 2, len(tokens.words))):
        return None  # "41 drones"
    for found in scene.cues_between(first - 2, last + _VERB):
        alone = found.first >= last and scene.is_passive(found)
        if found.cue.role in (R.INTERCEPTED, R.DESTROYED) and (alone or found.last == first):
            return number.count
    return None


def _are_adjectives(scene: Scene, first: int, last: int) -> bool:
    """Tell whether only adjectives stand in a place, or a measure: "500 rounds of"."""
    words, sets = scene.words[first:last], scene.lexicon.words
    if words and words[0] in sets["measure"]:
        words = words[1:]
    if words and words[0] == "of":
        words = words[2:] if len(words) > 1 and words[1] in sets["determiner"] else words[1:]
    return sets["function"].isdisjoint(words)


def _is_planted(scene: Scene, phrase: Phrase, verdict: Verdict) -> bool:
    """Tell whether a bare "bomb" was laid: it "exploded", or "kills ten", and nothing in the sentence dropped it."""
    bare = phrase.category is C.BOMB and phrase.named is None and len(phrase.terms) == 1
    if not bare or verdict.found is None or phrase.last in scene.noun_at:
        return False
    said = scene.words[verdict.found.first : verdict.found.last]
    owned = any(name in scene.lexicon.operators for name in scene.words[max(0, phrase.first - 1) : phrase.first])
    laid = not scene.lexicon.words["laid"].isdisjoint(said) or (not owned and said in (["kill"], ["kills"]))
    return laid and scene.lexicon.words["dropped"].isdisjoint(scene.words)


def _is_one(scene: Scene, phrase: Phrase, role: WeaponRole) -> bool:
    countable = phrase.category in _COUNTABLE or (phrase.category is C.ARTILLERY and phrase.named is not None)
    if phrase.plural or scene.words[phrase.last - 1] == "s" or role not in ACTS or not countable:
        return False
    return not _ONE.isdisjoint(scene.words[max(0, phrase.first - 2) : phrase.first])


def _operator(scene: Scene, phrase: Phrase, verdict: Verdict) -> str | None:
    """Name whose weapon it is: the adjective in front ("Russian missiles"), else who stands before the verb."""
    found = verdict.found
    actor = _actor(scene, max(0, phrase.first - _NAMES), phrase.first)
    if actor:
        owner, first, last = actor
        receives = found and found.cue.role in _GIFTS and found.last <= first and not owner.adjective
        apart = found and last <= found.first < phrase.first
        if not receives and not apart and scene.lexicon.words["function"].isdisjoint(scene.words[last : phrase.first]):
            return owner.name
    if found is None or verdict.role not in _ACTOR_ROLES or scene.is_led_by(phrase, {"by"}):
        return None
    if found.last <= phrase.first:
        actor = _actor(scene, max(0, found.first - _SUBJECT), found.first, acting=True)
    else:
        by = scene.tokens.word(found.last) == "by"
        actor = _actor(scene, found.last, min(len(scene.words), found.last + _NAMES)) if by else None
    return actor[0].name if actor else None


def _actor(scene: Scene, first: int, last: int, *, acting: bool = False) -> tuple[Owner, int, int] | None:
    """Find the last one named who may have weapons, and where the name stands.

    A place is no owner ("in Ukraine", "on northern Israel"); who is ``acting`` is none of whom an adjective only says
    whose it is ("the Ukrainian capital"), save its forces.
    """
    actor = None
    for at in range(first, last):
        node, step = scene.lexicon.operators.get(scene.words[at]), at
        while node is not None:
            step += 1
            if "" in node and scene.tokens.raw(at)[0].isupper():
                owner = node[""]
                forces = any(scene.said(after, name) for after in (step, step + 1) for name in ("military", "war"))
                if (forces or not acting) if owner.adjective else not _is_around(scene, at):
                    actor = owner, at, step
            node = node.get(scene.words[step]) if step < last else None
    return actor


def _is_around(scene: Scene, at: int) -> bool:
    """Tell whether a name says where: a preposition leads it in, with one word at most between them."""
    between = at - 1 if not scene.said(at - 1, "function") or scene.said(at - 1, "determiner") else at
    return any(scene.said(before, name) for before in (at - 1, between - 1) for name in ("around", "towards"))
