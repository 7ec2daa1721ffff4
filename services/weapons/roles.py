"""What a sentence does with a weapon: role, attributive use, operator and quantity."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import NamedTuple

from contracts.spans import Count
from contracts.weapons import WeaponCategory, WeaponRole
from services.text.numbers import find_numbers
from services.weapons.lexicon import Cue, Lexicon
from services.weapons.scan import Phrase, Tokens

R = WeaponRole
C = WeaponCategory

_REACH = 30  # tokens that a verb's power extends over
_LIMIT = 14  # cost beyond which a verb has nothing to say of a weapon
_WISH = 8  # cost up to which a plea or promise, or a refusal, reaches the delivery that it is about
_DENIAL = 3
_ITEM = 8  # tokens between two items of a list
_CLAUSE = 5  # cost of a clause boundary
_FLYING = frozenset(
    {
        C.MISSILE_BALLISTIC,
        C.MISSILE_CRUISE,
        C.MISSILE_HYPERSONIC,
        C.MISSILE_OTHER,
        C.DRONE,
        C.BOMB,
        C.MLRS,
        C.AMMUNITION,
    }
)
_AIRBORNE = _FLYING - {C.AMMUNITION, C.MLRS}
_HANDY = frozenset({C.SMALL_ARMS, C.EXPLOSIVE, C.IED, C.CHEMICAL, C.GRENADE, C.MINE})
_PLATFORMS = frozenset(
    {C.AIRCRAFT, C.HELICOPTER, C.SHIP, C.TANK, C.ARTILLERY, C.MLRS, C.ARMOURED_VEHICLE, C.DRONE, C.MORTAR}
)
_PAST = re.compile(r"(?:ed|een|en|wn|nt|ot|ught|ung|old|ut|et|eld|ost|elt|own|un)$")
_LIST = re.compile(r"\s*(?:[•*‣▪·●◦►]|[-–—]\s|\d{1,2}[.)]\s)")
_OF = re.compile(r"\s{1,3}(?:out\s)?of\s(?:the\s|all\s|some\s|its\s|their\s)?\s{0,2}")
_JOINS = frozenset({"and", "or"})
_MEANS = frozenset({"with", "using"})
_SINGLE = _FLYING | _HANDY | {C.AIR_DEFENCE, C.AIRCRAFT, C.HELICOPTER, C.TANK, C.ARMOURED_VEHICLE, C.SHIP, C.MORTAR}
_ACTS = frozenset({R.LAUNCHED, R.HIT, R.INTERCEPTED, R.DESTROYED, R.ATTACK_MEANS})
_ONE = frozenset("a an one another the".split())
_MASS = frozenset({C.AMMUNITION, C.EXPLOSIVE, C.CHEMICAL})


class Found(NamedTuple):
    """A cue over ``tokens[first:last]``."""

    first: int
    last: int
    cue: Cue


@dataclass(frozen=True, slots=True)
class Use:
    """What is said of one phrase."""

    role: WeaponRole
    attributive: bool = False
    operator: str | None = None
    quantity: Count | None = None


class Scene:
    """A sentence with what its rules need: cues, distances that pass over lists, clause boundaries, numbers."""

    def __init__(self, tokens: Tokens, lexicon: Lexicon, carried: WeaponRole | None) -> None:
        self.tokens = tokens
        self.lexicon = lexicon
        self.carried = carried if _LIST.match(tokens.sentence.text) else None
        inside = [False] * len(tokens.words)
        for phrase in tokens.phrases:
            inside[phrase.first : phrase.last] = [True] * (phrase.last - phrase.first)
        self.noun_at = frozenset(p.last for p in tokens.phrases if _stands_before(tokens, p, lexicon))
        self.cues = [
            f for f in find_cues(tokens, lexicon, inside) if f.first not in self.noun_at or f.cue.governs == "after"
        ]
        self.firsts = [found.first for found in self.cues]
        light = (
            not (i or w in lexicon.words["list"] or w[0].isdigit()) for i, w in zip(inside, tokens.words, strict=True)
        )
        self.weight = [0, *accumulate(light)]
        clause = lexicon.words["clause"]
        breaks = (w in clause or _breaks(tokens, at) for at, w in enumerate(tokens.words))
        self.clauses = [0, *accumulate(breaks)]
        self.numbers = find_numbers(tokens.sentence.text) if tokens.phrases else []
        self.number_ends = [number.end for number in self.numbers]

    def cost(self, left: int, right: int) -> int:
        """Measure how far two places are apart: list items count nothing, clause boundaries much."""
        return self.weight[right] - self.weight[left] + _CLAUSE * (self.clauses[right] - self.clauses[left])


def find_cues(tokens: Tokens, lexicon: Lexicon, inside: Sequence[bool] = ()) -> list[Found]:
    """Find the words that say what is done with weapons."""
    cues: list[Found] = []
    at, count = 0, len(tokens.words)
    while at < count:
        node = lexicon.cues.get(tokens.words[at]) if not (inside and inside[at]) else None
        last, leaf = at + 1, None
        step = at
        while node is not None:
            step += 1
            if "" in node:
                last, leaf = step, node[""]
            node = node.get(tokens.words[step]) if step < count and tokens.gap(step - 1, step).isspace() else None
        cues.extend(Found(at, last, cue) for cue in leaf or ())
        at = last
    return cues


def _breaks(tokens: Tokens, at: int) -> bool:
    if not at:
        return False
    gap = tokens.gap(at - 1, at)
    return len(gap) > 1 and any(c in gap for c in ";:—–") or " - " in gap


def uses(scene: Scene) -> list[tuple[Phrase, Use]]:
    """Say of each phrase of a sentence what is done with it, in order; "10 of 13 drones" is two things said of one phrase."""
    tokens, words = scene.tokens, scene.lexicon.words
    attacks = [
        phrase.last in scene.noun_at and tokens.words[phrase.last] in words["attack_noun"] for phrase in tokens.phrases
    ]
    for at in range(len(attacks) - 2, -1, -1):
        phrase, after = tokens.phrases[at : at + 2]
        if attacks[at + 1] and not phrase.plural and _joined(tokens, phrase, after):
            attacks[at] = True
    found: list[tuple[Phrase, Use]] = []
    governed: tuple[WeaponRole, Found | None] | None = None
    for at, (phrase, attack) in enumerate(zip(tokens.phrases, attacks, strict=True)):
        near = _neighbour(scene, phrase)
        if near or attack:
            governed = near or R.ATTACK_MEANS, None
        else:
            governed = _governed(
                scene, phrase, governed if at and _continues(scene, tokens.phrases[at - 1], phrase) else None
            )
        role, cue = governed
        attributive = attack or phrase.last in scene.noun_at
        part, whole = (None, None) if attributive else _quantities(scene, phrase, role)
        use = Use(role, attributive, _operator(scene, phrase, cue), part or whole)
        if part and whole:
            all_of_them = R.LAUNCHED if phrase.category in _FLYING and role in (R.INTERCEPTED, R.HIT) else R.GENERIC
            found.append((phrase, replace(use, role=all_of_them, quantity=whole)))
        found.append((phrase, use))
    return found


def _joined(tokens: Tokens, phrase: Phrase, after: Phrase) -> bool:
    between = tokens.words[phrase.last : after.first]
    return len(between) <= 1 and all(w in _JOINS for w in between)


def _continues(scene: Scene, before: Phrase, phrase: Phrase) -> bool:
    """Tell whether a phrase goes on with a list: "12 drones, including four Shaheds and two missiles"."""
    if phrase.first - before.last > _ITEM or before.last in scene.noun_at:
        return False
    words = scene.lexicon.words
    if bisect_left(scene.firsts, before.last) < bisect_left(scene.firsts, phrase.first):
        return False
    between = scene.tokens.words[before.last : phrase.first]
    return all(w in words["list"] or w not in words["function"] for w in between) and (
        not words["list"].isdisjoint(between) or "," in scene.tokens.gap(before.last - 1, before.last)
    )


def _stands_before(tokens: Tokens, phrase: Phrase, lexicon: Lexicon) -> bool:
    """Tell whether a phrase qualifies the noun behind it ("missile strike on"), which is no verb ("missile strikes a")."""
    at, words = phrase.last, lexicon.words
    if at >= len(tokens.words) or not tokens.gap(at - 1, at).isspace():
        return False
    if tokens.words[at] not in words["attack_noun"] and tokens.words[at] not in words["other_noun"]:
        return False
    if phrase.plural and phrase.category not in (C.WEAPON_GENERIC, C.EXPLOSIVE):
        return False
    following = tokens.word(at + 1)
    verb = tokens.words[at].endswith(("s", "hit", "fire"))
    spaced = at + 1 < len(tokens.words) and tokens.gap(at, at + 1).isspace()
    return not (verb and spaced and (following in words["determiner"] or following[0].isdigit()))


def _neighbour(scene: Scene, phrase: Phrase) -> WeaponRole | None:
    """Read the words that bind a weapon at close quarters: "debris of the missile", "missiles capable of"."""
    start = bisect_left(scene.firsts, phrase.first - 8)
    for found in scene.cues[start:]:
        if found.first > phrase.last + 1:
            break
        governs = found.cue.governs
        if governs == "before" and found.last <= phrase.first and scene.cost(found.last, phrase.first) <= 2:
            return found.cue.role
        if (
            governs == "after"
            and found.first == phrase.last
            and scene.tokens.gap(phrase.last - 1, phrase.last).isspace()
        ):
            return found.cue.role
    return None


def _governed(
    scene: Scene, phrase: Phrase, listed: tuple[WeaponRole, Found | None] | None
) -> tuple[WeaponRole, Found | None]:
    """Find the verb that governs a phrase, the nearest one; an item of a list shares the verb of the item before."""
    best: tuple[int, Found] | None = None
    start = bisect_left(scene.firsts, phrase.first - _REACH)
    for found in scene.cues[start:]:
        if found.first > phrase.last + _REACH:
            break
        cost = _price(scene, phrase, found)
        if cost is not None and cost <= _LIMIT and (best is None or cost < best[0]):
            best = cost, found
    if _before_noun(scene, phrase, "wanted_noun") and (wished := _wished(scene, phrase.first, R.GENERIC)) != R.GENERIC:
        return wished, None
    if listed and listed[0] != R.GENERIC and (best is None or best[1].last <= phrase.first or best[0] > 2):
        return listed
    if best is None:
        return _unsaid(scene, phrase), None
    return _fitted(scene, phrase, best[1]), best[1]


def _price(scene: Scene, phrase: Phrase, found: Found) -> int | None:
    """Tell how far a cue is from governing a phrase; None where it cannot."""
    words, governs, behind = scene.tokens.words, found.cue.governs, found.first >= phrase.last
    if governs not in ("object", "subject", "platform") or (
        governs == "platform" and phrase.category not in _PLATFORMS
    ):
        return None
    cost = scene.cost(phrase.last, found.first) if behind else scene.cost(found.last, phrase.first)
    passive = any(w in scene.lexicon.words["be"] for w in words[max(0, found.first - 2) : found.first])
    if words[found.first] in scene.lexicon.words["have"]:
        # "the missile had hit" has nothing
        return None if behind or _PAST.search(scene.tokens.word(found.last)) else cost
    if governs == "platform":
        return cost if behind and not passive else None
    if governs == "subject":
        return cost + (3 if passive else 0) if behind else cost + 4
    if not behind:
        return cost + (6 if passive and words[found.last - 1] not in ("by", "with", "of") else 0)
    if passive:
        return cost
    return cost + (4 if cost == 0 and _PAST.search(words[found.first]) else 6)


def _fitted(scene: Scene, phrase: Phrase, found: Found) -> WeaponRole:
    """Bend the verb's role by what surrounds it: a delivery asked for or promised, a missile destroyed in the air."""
    role, behind = found.cue.role, found.first >= phrase.last
    if role in (R.SUPPLIED, R.POSSESSED):
        sent = role == R.SUPPLIED and scene.tokens.word(phrase.last) in scene.lexicon.words["towards"]
        role = R.LAUNCHED if sent and phrase.category in _SINGLE else _wished(scene, found.first, role)
    elif role in (R.INTERCEPTED, R.DESTROYED) and scene.tokens.word(found.first - 1) in scene.lexicon.words["ability"]:
        role = role if scene.tokens.word(found.first - 2) == "managed" else R.CAPABILITY
    elif role in (R.INTERCEPTED, R.DESTROYED) and (
        not _is_passive(scene, found) if behind else _led_by(scene, phrase, {"by"})
    ):
        role = _done(phrase, role)
    elif role in _ACTS and not behind and _led_by(scene, phrase, _MEANS):
        role = R.ATTACK_MEANS if phrase.category in _PLATFORMS - _FLYING else R.LAUNCHED
    elif role == R.DESTROYED and phrase.category in _AIRBORNE:
        role = R.INTERCEPTED
    return R.ATTACK_MEANS if role == R.LAUNCHED and phrase.category in _HANDY else role


def _done(phrase: Phrase, role: WeaponRole) -> WeaponRole:
    """Name the role of a weapon that itself downs or destroys something."""
    if phrase.category == C.AIR_DEFENCE:
        return R.CAPABILITY
    if phrase.category in _AIRBORNE:
        return R.LAUNCHED if role == R.INTERCEPTED else R.HIT
    return R.GENERIC if role == R.INTERCEPTED else R.ATTACK_MEANS


def _is_passive(scene: Scene, found: Found) -> bool:
    """Tell whether a verb is suffered: "were shot down", or "drones downed by"."""
    words = scene.tokens.words
    if any(w in scene.lexicon.words["be"] for w in words[max(0, found.first - 2) : found.first]):
        return True
    following = scene.tokens.word(found.last)
    return (
        bool(_PAST.search(words[found.first]))
        and following in scene.lexicon.words["function"] - scene.lexicon.words["determiner"]
    )


def _before_noun(scene: Scene, phrase: Phrase, name: str) -> bool:
    return phrase.last in scene.noun_at and scene.tokens.words[phrase.last] in scene.lexicon.words[name]


def _wished(scene: Scene, before: int, role: WeaponRole) -> WeaponRole:
    """Tell whether a delivery is asked for or promised by words in front of it, or done."""
    for found in reversed(scene.cues[bisect_left(scene.firsts, before - 16) : bisect_left(scene.firsts, before)]):
        cue, cost = found.cue, scene.cost(min(found.last, before), before)
        wish = cue.governs in ("asks", "promises") or cue.role in (R.REQUESTED, R.PLEDGED)
        if (wish and cost <= _WISH and (role, cue.role) != (R.POSSESSED, R.PLEDGED)) or (
            cue.governs == "denies" and cost <= _DENIAL
        ):
            return cue.role
    return role


def _led_by(scene: Scene, phrase: Phrase, prepositions: Set[str]) -> bool:
    """Tell whether a preposition leads to the phrase over nothing but adjectives and numbers."""
    words, function = scene.tokens.words, scene.lexicon.words["function"]
    for at in range(phrase.first - 1, max(-1, phrase.first - 6), -1):
        if words[at] in prepositions:
            return True
        if words[at] in function and words[at] not in ("a", "an", "the"):
            return False
    return False


def _unsaid(scene: Scene, phrase: Phrase) -> WeaponRole:
    if scene.carried:
        return scene.carried
    if _before_noun(scene, phrase, "sent_noun"):
        return R.SUPPLIED
    return R.ATTACK_MEANS if _led_by(scene, phrase, _MEANS | {"by"}) else R.GENERIC


def _operator(scene: Scene, phrase: Phrase, found: Found | None) -> str | None:
    """Name whose weapon it is: the adjective in front ("Russian missiles"), else who stands before the verb."""
    tokens = scene.tokens
    near = _actor(scene, max(0, phrase.first - 5), phrase.first)
    if near and scene.lexicon.words["function"].isdisjoint(tokens.words[near[1] : phrase.first]):
        receives = found and found.cue.role in (R.SUPPLIED, R.PLEDGED) and found.last <= near[1] - 1
        if not receives or tokens.words[near[1] - 1] != near[0].lower():
            return near[0]
    if (
        found is None
        or found.last > phrase.first
        or _led_by(scene, phrase, {"by"})
        or found.cue.role in (R.INTERCEPTED, R.DESTROYED, R.CAPTURED, R.REQUESTED)
    ):
        return None
    subject = _actor(scene, max(0, found.first - 12), found.first)
    return subject[0] if subject else None


def _actor(scene: Scene, first: int, last: int) -> tuple[str, int] | None:
    """Find the last one named who may have weapons, and where the name ends."""
    found = None
    at = first
    while at < last:
        node, step = scene.lexicon.operators.get(scene.tokens.words[at]), at
        while node is not None:
            step += 1
            if "" in node and scene.tokens.raw(at)[0].isupper():
                found = node[""], step
            node = node.get(scene.tokens.words[step]) if step < last else None
        at += 1
    return found


def _quantities(scene: Scene, phrase: Phrase, role: WeaponRole) -> tuple[Count | None, Count | None]:
    """Take the number that stands before a phrase with nothing but adjectives in between, else a singular's one.

    Returns part and whole: "10 of 13 drones" gives both, "13 drones" only the whole.
    """
    tokens = scene.tokens
    start = tokens.starts[phrase.first]
    at = bisect_left(scene.number_ends, start + 1) - 1
    number = scene.numbers[at] if at >= 0 else None
    if number:
        between = tokens.sentence.text[number.end : start]
        first = bisect_left(tokens.starts, number.end)
        if (
            phrase.first - first <= 4
            and not any(c in between for c in ",;:()")
            and _adjectives(scene, first, phrase.first)
        ):
            part = scene.numbers[at - 1] if at else None
            of = part and _OF.fullmatch(tokens.sentence.text[part.end : number.start])
            return (part.count if part and of else None), number.count
    before = tokens.words[max(0, phrase.first - 2) : phrase.first]
    countable = phrase.category in _SINGLE and phrase.category not in _MASS and not phrase.plural
    if countable and role in _ACTS and any(w in _ONE for w in before):
        return None, Count.exact(1)
    return None, None


def _adjectives(scene: Scene, first: int, last: int) -> bool:
    """Tell whether only adjectives stand in a place, or a measure: "500 rounds of"."""
    words, sets = scene.tokens.words[first:last], scene.lexicon.words
    if words and words[0] in sets["measure"]:
        words = words[1:]
    if words and words[0] == "of":
        words = words[2:] if len(words) > 1 and words[1] in sets["determiner"] else words[1:]
    return sets["function"].isdisjoint(words)
