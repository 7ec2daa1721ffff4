"""What a sentence does with a weapon: the words and verbs that govern it."""

from __future__ import annotations

from typing import NamedTuple

from contracts.weapons import WeaponRole
from services.weapons.nuance import AIRBORNE, BY, CARRIERS, MEANS, PLATFORMS, Link, bend, wished
from services.weapons.scan import Phrase
from services.weapons.scene import Found, Scene

R = WeaponRole

_REACH = 30  # tokens that a verb's power extends over
_LIMIT = 14  # cost beyond which a verb has nothing to say of a weapon
_NEAR_LIMIT = 8  # the same where the weapon qualifies another noun
_ITEM = 8  # tokens between two items of a list
_ASIDE = 6  # tokens of an aside on the first of them
_ACROSS = 4  # cost of a verb behind, in another clause
_NEAR = 3  # cost up to which words bind a weapon at close quarters
_HANDLING = frozenset({R.SUPPLIED, R.PLEDGED, R.POSSESSED, R.CAPTURED})
_LEADS = frozenset({"from", "by", "with", "in", "on", "at", "to", "for", "using"})


class Verdict(NamedTuple):
    """A role, the rule that found it and the verb, if there is one."""

    role: WeaponRole
    rule: str
    found: Found | None = None


def judge(scene: Scene) -> list[Verdict]:
    """Find the role of every phrase of a sentence, in order."""
    phrases = scene.tokens.phrases
    attacks = _attacks(scene)
    verdicts: list[Verdict] = []
    for at, phrase in enumerate(phrases):
        listed = verdicts[-1] if at and _continues(scene, phrases[at - 1], phrase) else None
        verdict = _bound(scene, phrase) or (Verdict(R.ATTACK_MEANS, "attack_noun") if at in attacks else None)
        verdicts.append(verdict or _governed(scene, phrase, listed))
    return verdicts


def _attacks(scene: Scene) -> frozenset[int]:
    """Find the phrases that say what an attack was made with: "drone, rocket and artillery attacks"."""
    phrases = scene.tokens.phrases
    attacks: set[int] = set()
    for at in range(len(phrases) - 1, -1, -1):
        joined = at + 1 in attacks and not phrases[at].plural and _is_joined(scene, phrases[at], phrases[at + 1])
        if joined or scene.qualifies(phrases[at], "attack_noun"):
            attacks.add(at)
    return frozenset(attacks)


def _is_joined(scene: Scene, phrase: Phrase, after: Phrase) -> bool:
    between = after.first - phrase.last
    return between == 0 or (between == 1 and scene.words[phrase.last] in ("and", "or"))


def _continues(scene: Scene, before: Phrase, phrase: Phrase) -> bool:
    """Tell whether a phrase goes on with a list: "12 drones, including four Shaheds and two missiles"."""
    if phrase.first - before.last > _ITEM + _ASIDE or before.last in scene.noun_at:
        return False
    if scene.cues_between(before.last, phrase.first):
        return False
    start = before.last + _aside(scene, before.last)
    between = range(start, phrase.first)
    if len(between) > _ITEM or any(scene.said(at, "function") and not scene.is_light(at) for at in between):
        return False
    return any(scene.is_light(at) for at in between) or "," in scene.tokens.gap(start - 1, start)


def _aside(scene: Scene, at: int) -> int:
    """Measure an aside on where a weapon comes from: "17 tanks made by Germany, five", "guns from Poland and"."""
    first = at
    if scene.said(at, "made"):
        at += 1
        if scene.tokens.word(at) not in ("by", "in"):
            return 0
    elif scene.tokens.word(at) != "from":
        return 0
    at += 1
    while at - first < _ASIDE and at < len(scene.words) and scene.tokens.raw(at)[0].isupper():
        at += 1
        if scene.tokens.gap(at - 1, at).startswith(",") if at < len(scene.words) else True:
            break
    return at - first


def _bound(scene: Scene, phrase: Phrase) -> Verdict | None:
    """Read the words that bind a weapon at close quarters: "debris of the missile", "missiles capable of"."""
    for found in scene.cues_between(phrase.first - _ITEM, phrase.last + 1):
        governs, in_front = found.cue.governs, found.last <= phrase.first
        near = in_front and scene.cost(found.last, phrase.first) <= _NEAR
        if governs == "before" and near and not (found.cue.role == R.DEBRIS and _is_no_debris(scene, found)):
            return Verdict(found.cue.role, "words_before", found)
        touches = found.first == phrase.last and scene.tokens.gap(phrase.last - 1, phrase.last).isspace()
        if governs == "after" and touches:
            return Verdict(found.cue.role, "words_behind", found)
    return None


def _is_no_debris(scene: Scene, found: Found) -> bool:
    """Tell whether a word for debris is another here: "the town remains a target of", "3,000 pieces of hardware"."""
    if scene.said(found.last, "determiner") or scene.tokens.word(found.last) in ("under", "in"):
        return True
    before = scene.tokens.word(found.first - 1)
    return scene.said(found.first, "measure") and (before[:1].isdigit() or scene.said(found.first - 1, "number"))


def _governed(scene: Scene, phrase: Phrase, listed: Verdict | None) -> Verdict:
    """Find the verb that governs a phrase, the nearest one; an item of a list shares the verb of the item before."""
    if scene.qualifies(phrase, "wanted_noun") and (wish := wished(scene, phrase.first)):
        return Verdict(wish, "wished_for")
    limit = _NEAR_LIMIT if phrase.last in scene.noun_at else _LIMIT
    price, best = limit + 1, None
    for found in scene.cues_between(phrase.first - _REACH, phrase.last + _REACH):
        cost = _price(scene, phrase, found)
        if cost is not None and cost < price:
            price, best = cost, found
    if listed and listed.role != R.GENERIC and (best is None or best.last <= phrase.first or price >= _NEAR):
        return listed._replace(role=_shared(phrase, listed), rule="list")
    if best is None:
        return _unsaid(scene, phrase)
    role, rule = bend(Link(scene, phrase, best))
    return Verdict(role, rule, best)


def _lost(phrase: Phrase) -> WeaponRole:
    """Return what a list of losses says of a weapon: ``Enemy losses: nine tanks, 96 drones``."""
    return R.INTERCEPTED if phrase.category in AIRBORNE else R.DESTROYED


def _shared(phrase: Phrase, listed: Verdict) -> WeaponRole:
    """Return the role of an item of a list: of drones and ships that are lost, the ships were not shot down."""
    if listed.found is None and listed.role in (R.INTERCEPTED, R.DESTROYED):
        return _lost(phrase)
    downed = listed.role == R.INTERCEPTED and listed.found is not None and listed.found.cue.role == R.DESTROYED
    return R.DESTROYED if downed and phrase.category not in AIRBORNE else listed.role


def _price(scene: Scene, phrase: Phrase, found: Found) -> int | None:
    """Tell how far a cue is from governing a phrase; None where it cannot."""
    governs, behind = found.cue.governs, found.first >= phrase.last
    cost = scene.cost(phrase.last, found.first) if behind else scene.cost(found.last, phrase.first)
    if behind and scene.clauses[found.first] > scene.clauses[phrase.last]:
        cost += _ACROSS
    passive = scene.is_passive(found)
    if scene.said(found.first, "have"):  # "the missile had hit" has nothing
        return None if behind or scene.is_past(found.last) else cost
    if behind and scene.is_led_by(phrase, _LEADS):
        cost += _ACROSS  # what stands behind a preposition is no subject
    purpose = 4 if scene.tokens.word(found.first - 1) == "to" else 0
    if governs == "subject":
        return cost + (3 if passive else purpose) if behind else cost + 4
    if governs == "platform":
        return cost + purpose if behind and not passive and phrase.category in PLATFORMS else None
    handles = behind and found.cue.role in _HANDLING and scene.words[found.first].endswith("ing")
    if governs != "object" or handles:  # "the boat sank, sending smoke up"
        return None
    if behind:
        return max(0, cost - 2) if passive else cost + (5 if cost == 0 and scene.is_past(found.first) else 6)
    return cost + (6 if passive and scene.words[found.last - 1] not in ("by", "with", "of") else 0)


def _pleads(scene: Scene, phrase: Phrase) -> bool:
    """Tell whether somebody is asked: "asked allies for Patriots", "pressed Berlin for tanks"."""
    for at in range(phrase.first - 1, max(-1, phrase.first - 1 - _ITEM), -1):
        if scene.said(at, "plead"):
            return scene.clauses[at] == scene.clauses[phrase.first] and not scene.has_phrase(at, phrase.first)
    return False


def _unsaid(scene: Scene, phrase: Phrase) -> Verdict:
    if scene.is_led_by(phrase, {"for"}) and _pleads(scene, phrase):
        return Verdict(R.REQUESTED, "asked_for")
    if scene.carried:
        return Verdict(scene.carried, "list_heading")
    if scene.losses_from is not None and phrase.first >= scene.losses_from:
        return Verdict(_lost(phrase), "losses_listed")
    if scene.qualifies(phrase, "sent_noun"):
        return Verdict(R.SUPPLIED, "delivery_noun")
    if phrase.category not in CARRIERS and scene.is_led_by(phrase, MEANS | BY):
        return Verdict(R.ATTACK_MEANS, "means")
    return Verdict(R.GENERIC, "unsaid")
