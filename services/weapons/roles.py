"""What a sentence does with a weapon: role, attributive use, operator and quantity."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from contracts.spans import Count
from contracts.weapons import WeaponCategory, WeaponRole
from services.text.numbers import Number, find_numbers
from services.weapons.lexicon import Cue, Lexicon
from services.weapons.scan import Phrase, Tokens

R = WeaponRole
C = WeaponCategory

_REACH = 30  # tokens that a verb's power extends over
_LIMIT = 14  # cost beyond which a verb has nothing to say of a weapon
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
_HANDY = frozenset({C.SMALL_ARMS, C.EXPLOSIVE, C.IED, C.CHEMICAL, C.GRENADE, C.MINE})
_LIGHT = frozenset("and or including the a an of more new as well also other another additional some".split())
_PAST = re.compile(r"(?:ed|en|wn|nt|ot|ught|ung|old|ut|et|eld|ost|elt|own|un)$")
_LIST = re.compile(r"\s*(?:[•*‣▪·●◦►]|[-–—]\s|\d{1,2}[.)]\s)")
_JOINS = frozenset({"and", "or"})


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
        self.cues = find_cues(tokens, lexicon, inside)
        self.firsts = [found.first for found in self.cues]
        light = (not (i or w in _LIGHT or w[0].isdigit()) for i, w in zip(inside, tokens.words, strict=True))
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


def uses(scene: Scene) -> list[Use]:
    """Say of each phrase of a sentence what is done with it, in order."""
    phrases = scene.tokens.phrases
    found: list[Use] = []
    following: Use | None = None
    for at in range(len(phrases) - 1, -1, -1):
        use = _use(scene, phrases[at], phrases[at + 1] if at + 1 < len(phrases) else None, following)
        found.append(use)
        following = use
    return found[::-1]


def _use(scene: Scene, phrase: Phrase, after: Phrase | None, following: Use | None) -> Use:
    tokens, words = scene.tokens, scene.lexicon.words
    if after and following and following.attributive and not phrase.plural and _joined(tokens, phrase, after):
        return Use(following.role, True, _operator(scene, phrase, None) or following.operator)
    near = _neighbour(scene, phrase)
    attack = _stands_before(tokens, phrase, words["attack_noun"], words["determiner"])
    attributive = attack or _stands_before(tokens, phrase, words["other_noun"], words["determiner"])
    if near:
        role, cue = near, None
    elif attack:
        role, cue = R.ATTACK_MEANS, None
    else:
        role, cue = _governed(scene, phrase)
    quantity = None if attributive else _quantity(scene, phrase, role)
    return Use(role, attributive, _operator(scene, phrase, cue), quantity)


def _joined(tokens: Tokens, phrase: Phrase, after: Phrase) -> bool:
    between = tokens.words[phrase.last : after.first]
    return len(between) <= 1 and all(w in _JOINS for w in between)


def _stands_before(tokens: Tokens, phrase: Phrase, nouns: frozenset[str], determiners: frozenset[str]) -> bool:
    """Tell whether a phrase qualifies the noun behind it ("missile strike on"), which is no verb ("missile strikes a")."""
    at = phrase.last
    if at >= len(tokens.words) or tokens.words[at] not in nouns or not tokens.gap(at - 1, at).isspace():
        return False
    if phrase.plural and phrase.head.context != "armed" and phrase.category != C.WEAPON_GENERIC:
        return False
    following = tokens.word(at + 1)
    verb = tokens.words[at].endswith(("s", "hit", "fire"))
    spaced = at + 1 < len(tokens.words) and tokens.gap(at, at + 1).isspace()
    return not (verb and spaced and (following in determiners or following[0].isdigit()))


def _neighbour(scene: Scene, phrase: Phrase) -> WeaponRole | None:
    """Read the words that bind a weapon at close quarters: "debris of the missile", "missiles capable of"."""
    start = bisect_left(scene.firsts, phrase.first - 8)
    for found in scene.cues[start:]:
        if found.first > phrase.last + 1:
            break
        governs = found.cue.governs
        if governs == "before" and found.last <= phrase.first and scene.cost(found.last, phrase.first) <= 2:
            return found.cue.role
        if governs == "after" and 0 <= found.first - phrase.last <= 0 and _open(scene.tokens, phrase.last):
            return found.cue.role
    return None


def _open(tokens: Tokens, at: int) -> bool:
    return at < len(tokens.words) and tokens.gap(at - 1, at).isspace()


def _governed(scene: Scene, phrase: Phrase) -> tuple[WeaponRole, Found | None]:
    best: tuple[int, Found] | None = None
    start = bisect_left(scene.firsts, phrase.first - _REACH)
    for found in scene.cues[start:]:
        if found.first > phrase.last + _REACH:
            break
        cost = _price(scene, phrase, found)
        if cost is not None and cost <= _LIMIT and (best is None or cost < best[0]):
            best = cost, found
    if best is None:
        return _unsaid(scene, phrase), None
    return _fitted(scene, phrase, best[1]), best[1]


def _price(scene: Scene, phrase: Phrase, found: Found) -> int | None:
    """Tell how far a cue is from governing a phrase; None where it cannot."""
    governs = found.cue.governs
    if governs not in ("object", "subject"):
        return None
    passive = any(w in scene.lexicon.words["be"] for w in scene.tokens.words[max(0, found.first - 2) : found.first])
    if found.last <= phrase.first:
        cost = scene.cost(found.last, phrase.first)
        if governs == "subject":
            return cost + 4
        return cost + (6 if passive and scene.tokens.words[found.last - 1] not in ("by", "with", "of") else 0)
    if found.first < phrase.last:
        return None
    cost = scene.cost(phrase.last, found.first)
    if governs == "subject":
        return cost + (3 if passive else 0)
    participle = passive or (cost == 0 and _PAST.search(scene.tokens.words[found.first]))
    return cost if participle else cost + 6


def _fitted(scene: Scene, phrase: Phrase, found: Found) -> WeaponRole:
    """Bend the verb's role by what surrounds it: a delivery asked for or promised, a missile destroyed in the air."""
    role = found.cue.role
    if role in (R.SUPPLIED, R.POSSESSED):
        start = bisect_left(scene.firsts, found.first - 16)
        modal = [
            f.cue
            for f in scene.cues[start:]
            if f.last <= found.first and f.cue.governs in ("asks", "promises") and scene.cost(f.last, found.first) <= 12
        ]
        if modal and not (role == R.POSSESSED and modal[-1].governs == "promises"):
            return modal[-1].role
    if role == R.DESTROYED and phrase.category in _FLYING:
        return R.INTERCEPTED
    if role == R.LAUNCHED and phrase.category in _HANDY:
        return R.ATTACK_MEANS
    return role


def _unsaid(scene: Scene, phrase: Phrase) -> WeaponRole:
    if scene.carried:
        return scene.carried
    before = scene.tokens.word(phrase.first - 1), scene.tokens.word(phrase.first - 2)
    return R.ATTACK_MEANS if {"with", "by"} & set(before) else R.GENERIC


def _operator(scene: Scene, phrase: Phrase, found: Found | None) -> str | None:
    """Name whose weapon it is: the adjective in front ("Russian missiles"), else who stands before the verb."""
    tokens = scene.tokens
    near = _actor(scene, max(0, phrase.first - 5), phrase.first)
    if near and scene.cost(near[1], phrase.first) <= 2:
        return near[0]
    if (
        found is None
        or found.last > phrase.first
        or found.cue.role in (R.INTERCEPTED, R.DESTROYED, R.CAPTURED, R.REQUESTED)
    ):
        return None
    subject = _actor(scene, max(0, found.first - 12), found.first)
    return subject[0] if subject and tokens.words else None


def _actor(scene: Scene, first: int, last: int) -> tuple[str, int] | None:
    found = None
    at = first
    while at < last:
        node, step = scene.lexicon.operators.get(scene.tokens.words[at]), at
        while node is not None:
            step += 1
            if "" in node and (scene.tokens.is_capital(at)):
                found = node[""], step
            node = node.get(scene.tokens.words[step]) if step < last else None
        at += 1
    return found


def _quantity(scene: Scene, phrase: Phrase, role: WeaponRole) -> Count | None:
    """Take the number that stands before a phrase with nothing but adjectives in between, else a singular's one."""
    tokens = scene.tokens
    start = tokens.starts[phrase.first]
    number = _number_before(scene, start)
    if number:
        between = tokens.sentence.text[number.end : start]
        first = bisect_left(tokens.starts, number.end)
        if (
            phrase.first - first <= 4
            and not any(c in between for c in ",;:()")
            and _adjectives(scene, first, phrase.first)
        ):
            return number.count
    if not phrase.plural and role in (R.LAUNCHED, R.HIT, R.INTERCEPTED, R.DESTROYED, R.ATTACK_MEANS):
        if phrase.category not in (C.AMMUNITION, C.EXPLOSIVE, C.CHEMICAL, C.AIR_DEFENCE, C.ARTILLERY, C.WEAPON_GENERIC):
            if any(
                w in ("a", "an", "one", "another", "the") for w in tokens.words[max(0, phrase.first - 2) : phrase.first]
            ):
                return Count.exact(1)
    return None


def _number_before(scene: Scene, start: int) -> Number | None:
    at = bisect_left(scene.number_ends, start + 1) - 1
    return scene.numbers[at] if at >= 0 else None


def _adjectives(scene: Scene, first: int, last: int) -> bool:
    function = scene.lexicon.words["function"]
    words = scene.tokens.words[first:last]
    return all(
        w not in function or (w == "of" and n == 0) or (w in ("its", "their", "the") and n == 1)
        for n, w in enumerate(words)
    )
