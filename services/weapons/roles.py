"""What a sentence does with a weapon: the role rules, each with a name."""

from __future__ import annotations

from typing import NamedTuple

from contracts.weapons import WeaponCategory, WeaponRole
from services.weapons.scan import Phrase
from services.weapons.scene import Found, Scene

R = WeaponRole
C = WeaponCategory

_REACH = 30  # tokens that a verb's power extends over
_LIMIT = 14  # cost beyond which a verb has nothing to say of a weapon
_NEAR_LIMIT = 8  # the same where the weapon qualifies another noun
_WISH = 8  # cost up to which a plea or a promise reaches the delivery that it is about
_DENIAL = 3  # the same of a refusal
_ITEM = 8  # tokens between two items of a list
_ACROSS = 4  # cost of a verb behind, in another clause
_NEAR = 2  # cost up to which words bind a weapon at close quarters
MISSILES = frozenset({C.MISSILE_BALLISTIC, C.MISSILE_CRUISE, C.MISSILE_HYPERSONIC, C.MISSILE_OTHER})
AIRBORNE = MISSILES | {C.DRONE, C.BOMB}
HANDY = frozenset({C.SMALL_ARMS, C.EXPLOSIVE, C.IED, C.CHEMICAL, C.GRENADE, C.MINE})
PLATFORMS = frozenset(
    {C.AIRCRAFT, C.HELICOPTER, C.SHIP, C.TANK, C.ARTILLERY, C.ARMOURED_VEHICLE, C.MORTAR, C.MLRS, C.DRONE}
)
CARRIERS = PLATFORMS - {C.MLRS, C.DRONE, C.MORTAR}
ACTS = frozenset({R.LAUNCHED, R.HIT, R.INTERCEPTED, R.DESTROYED, R.ATTACK_MEANS})
_SENT = AIRBORNE | HANDY | {C.AMMUNITION, C.WEAPON_GENERIC}
_LOSSES = frozenset({R.INTERCEPTED, R.DESTROYED})
_MEANS = frozenset({"with", "using"})
_BY = frozenset({"by"})


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
    if phrase.first - before.last > _ITEM or before.last in scene.noun_at:
        return False
    if scene.cues_between(before.last, phrase.first):
        return False
    between = range(before.last, phrase.first)
    if any(scene.said(at, "function") and not scene.is_light(at) for at in between):
        return False
    return any(scene.is_light(at) for at in between) or "," in scene.tokens.gap(before.last - 1, before.last)


def _bound(scene: Scene, phrase: Phrase) -> Verdict | None:
    """Read the words that bind a weapon at close quarters: "debris of the missile", "missiles capable of"."""
    for found in scene.cues_between(phrase.first - _ITEM, phrase.last + 1):
        governs, in_front = found.cue.governs, found.last <= phrase.first
        if governs == "before" and in_front and scene.cost(found.last, phrase.first) <= _NEAR:
            return Verdict(found.cue.role, "words_before", found)
        touches = found.first == phrase.last and scene.tokens.gap(phrase.last - 1, phrase.last).isspace()
        if governs == "after" and touches:
            return Verdict(found.cue.role, "words_behind", found)
    return None


def _governed(scene: Scene, phrase: Phrase, listed: Verdict | None) -> Verdict:
    """Find the verb that governs a phrase, the nearest one; an item of a list shares the verb of the item before."""
    if scene.qualifies(phrase, "wanted_noun") and (wished := _wished(scene, phrase.first)):
        return Verdict(wished, "wished_for")
    limit = _NEAR_LIMIT if phrase.last in scene.noun_at else _LIMIT
    price, best = limit + 1, None
    for found in scene.cues_between(phrase.first - _REACH, phrase.last + _REACH):
        cost = _price(scene, phrase, found)
        if cost is not None and cost < price:
            price, best = cost, found
    if listed and listed.role != R.GENERIC and (best is None or best.last <= phrase.first or price > _NEAR):
        return listed._replace(rule="list")
    return _fitted(scene, phrase, best) if best else _unsaid(scene, phrase)


def _price(scene: Scene, phrase: Phrase, found: Found) -> int | None:
    """Tell how far a cue is from governing a phrase; None where it cannot."""
    governs, behind = found.cue.governs, found.first >= phrase.last
    cost = scene.cost(phrase.last, found.first) if behind else scene.cost(found.last, phrase.first)
    if behind and scene.clauses[found.first] > scene.clauses[phrase.last]:
        cost += _ACROSS
    passive = scene.is_passive(found)
    if scene.said(found.first, "have"):  # "the missile had hit" has nothing
        return None if behind or scene.is_past(found.last) else cost
    purpose = 4 if scene.tokens.word(found.first - 1) == "to" else 0
    if governs == "subject":
        return cost + (3 if passive else purpose) if behind else cost + 4
    if governs == "platform":
        return cost + purpose if behind and not passive and phrase.category in PLATFORMS else None
    if governs != "object":
        return None
    if behind:
        return cost if passive else cost + (4 if cost == 0 and scene.is_past(found.first) else 6)
    return cost + (6 if passive and scene.words[found.last - 1] not in ("by", "with", "of") else 0)


def _fitted(scene: Scene, phrase: Phrase, found: Found) -> Verdict:
    """Bend the verb's role by what surrounds it."""
    role, behind, rule = found.cue.role, found.first >= phrase.last, "verb"
    if role == R.SUPPLIED and scene.said(phrase.last, "towards") and phrase.category in _SENT:
        role, rule = R.LAUNCHED, "sent_at"
    elif role in (R.SUPPLIED, R.POSSESSED) and (wished := _wished(scene, found.first)):
        if (role, wished) != (R.POSSESSED, R.PLEDGED):
            role, rule = wished, "wished_for"
    elif _is_possible(scene, found, role, behind=behind):
        role, rule = R.CAPABILITY, "able_to"
    elif role in _LOSSES and (not _is_suffered(scene, found) if behind else scene.is_led_by(phrase, _BY)):
        role, rule = _done_by(phrase, role), "agent"
    elif role == R.ATTACK_MEANS and behind and phrase.category == C.AIR_DEFENCE and not phrase.named:
        role, rule = R.CAPABILITY, "agent"
    elif role in ACTS and not behind and scene.is_led_by(phrase, _MEANS):
        role, rule = (R.ATTACK_MEANS if phrase.category in CARRIERS else R.LAUNCHED), "means"
    elif role == R.DESTROYED and phrase.category in AIRBORNE:
        role = R.INTERCEPTED
    return Verdict(R.ATTACK_MEANS if role == R.LAUNCHED and phrase.category in HANDY else role, rule, found)


def _is_possible(scene: Scene, found: Found, role: WeaponRole, *, behind: bool) -> bool:
    """Tell whether something can be done rather than is: "could use", "to intercept", not "managed to down"."""
    at = found.first - 1
    if role == R.LAUNCHED:
        return not behind and scene.said(at, "may")
    return role in _LOSSES and scene.said(at, "ability") and scene.tokens.word(at - 1) != "managed"


def _done_by(phrase: Phrase, role: WeaponRole) -> WeaponRole:
    """Name the role of a weapon that itself downs or destroys something."""
    if phrase.category == C.AIR_DEFENCE:
        return R.CAPABILITY
    if phrase.category in AIRBORNE:
        return R.LAUNCHED if role == R.INTERCEPTED else R.HIT
    return R.GENERIC if role == R.INTERCEPTED else R.ATTACK_MEANS


def _is_suffered(scene: Scene, found: Found) -> bool:
    """Tell whether what stands before a verb suffers it: "were shot down", "drones downed by"."""
    following = found.last
    intransitive = scene.said(following, "function") and not scene.said(following, "determiner")
    return scene.is_passive(found) or (scene.is_past(found.first) and intransitive)


def _wished(scene: Scene, before: int) -> WeaponRole | None:
    """Tell whether words in front of a delivery ask for it, promise it or refuse it."""
    for found in reversed(scene.cues_between(before - _REACH, before)):
        cue, cost = found.cue, scene.cost(min(found.last, before), before)
        own_object = cue.role not in (R.REQUESTED, R.PLEDGED) or scene.has_phrase(found.last, before)
        wish = cue.governs in ("asks", "promises") or (cue.governs == "object" and not own_object)
        if (wish and cost <= _WISH) or (cue.governs == "denies" and cost <= _DENIAL):
            return cue.role
    return None


def _unsaid(scene: Scene, phrase: Phrase) -> Verdict:
    if scene.carried:
        return Verdict(scene.carried, "list_heading")
    if scene.qualifies(phrase, "sent_noun"):
        return Verdict(R.SUPPLIED, "delivery_noun")
    if phrase.category not in CARRIERS and scene.is_led_by(phrase, _MEANS | _BY):
        return Verdict(R.ATTACK_MEANS, "means")
    return Verdict(R.GENERIC, "unsaid")
