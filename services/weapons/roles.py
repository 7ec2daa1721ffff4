"""What a sentence does with a weapon: the words and verbs that govern it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from contracts.weapons import WeaponCategory, WeaponRole
from services.weapons.nuance import AIRBORNE, BY, CARRIERS, DID, MEANS, PLATFORMS, Link, bend, wished
from services.weapons.scan import Phrase
from services.weapons.scene import Found, Scene

R = WeaponRole
C = WeaponCategory

_REACH = 30  # tokens that a verb's power extends over
_LIMIT = 14  # cost beyond which a verb has nothing to say of a weapon
_NEAR_LIMIT = 8  # the same where the weapon qualifies another noun
_ITEM = 8  # tokens between two items of a list
_ASIDE = 6  # tokens of an aside on the first of them
_ACROSS = 4  # cost of a verb behind, in another clause
_NEAR = 3  # cost up to which words bind a weapon at close quarters
_HANDLING = frozenset({R.SUPPLIED, R.PLEDGED, R.POSSESSED, R.CAPTURED})
_FOR = frozenset({"for"})
_FLIERS = AIRBORNE | {C.AIRCRAFT, C.HELICOPTER}
_ALSO_MADE = frozenset({"air", "airstrike", "airstrikes", "aerial", "ground", "suicide", "bombing"})
_IS = frozenset({"is", "are"})
_A = frozenset({"a", "an", "the"})
_LONG = frozenset("long already also repeatedly never not so often since now previously recently reportedly".split())
_REACHES = frozenset({"range", "ranges"})  # "missiles, which have a range of 500 km": nobody owns them for that
_BOLSTERED = frozenset(
    f"{verb}{end}"
    for verb in ("bolster", "strengthen", "reinforc", "fortif", "boost")
    for end in ("ed", "ing", "e", "ied", "")
)
_ALL = frozenset({"all", "of", "long", "first"} | {str(n) for n in range(100)})
_PROMISED = frozenset({"promised", "pledged", "requested", "approved"})
_COULD = frozenset({"can", "could"})
_PART_OF = ["part", "of"]
_ADJECTIVES = 5  # tokens between a weapon and what it is said to be
_APART = frozenset({"into", "above", "over", "near", "at", "onto"})  # between debris and what it is none of
_KIT = frozenset({"weaponry", "weapons", "armament", "armaments", "equipment", "hardware"})
_ON = frozenset({"on", "against"})
_REACH_OF_STRIKE = 10  # tokens between "strikes on" and what is struck
_TO = 4  # cost of "to" in front of a verb
_GERUND = 3  # cost of "targeting" behind a weapon: "shot down a drone targeting the port"
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
        if verdict is None and _is_defined(scene, phrases[max(0, at - 1) : at + 2], phrase):
            verdict = Verdict(R.GENERIC, "defined")
        verdicts.append(verdict or _governed(scene, phrase, listed))
    return verdicts


def _attacks(scene: Scene) -> frozenset[int]:
    """Find the phrases that say what an attack was made with: "drone, rocket and artillery attacks"."""
    phrases = scene.tokens.phrases
    attacks: set[int] = set()
    for at in range(len(phrases) - 1, -1, -1):
        joined = at + 1 in attacks and not phrases[at].plural and _is_joined(scene, phrases[at], phrases[at + 1])
        joined = joined or _is_joined_to_air(scene, phrases[at])
        if joined or scene.qualifies(phrases[at], "attack_noun"):
            attacks.add(at)
    return frozenset(attacks)


def _is_defined(scene: Scene, around: Sequence[Phrase], phrase: Phrase) -> bool:
    """Tell whether a sentence says what a weapon is: "barrel bombs are crude weapons", "the Burkan is a rocket"."""
    for subject, predicate in pairwise((*around, None)):
        at = subject.last if subject else 0
        if subject is None or scene.tokens.word(at) not in _IS or phrase not in (subject, predicate):
            continue
        said = scene.words[at + 1 : predicate.first] if predicate else scene.words[at + 1 : at + 2]
        told = predicate is not None and len(said) < _ADJECTIVES and not scene.cues_between(at, predicate.first)
        if told and all(w in _A or not scene.said(at + 1 + n, "function") for n, w in enumerate(said)):
            return True
        if phrase is subject and (said[:1] == ["a"] or said[:1] == ["an"] or scene.words[at + 1 : at + 3] == _PART_OF):
            return True
    return False


def _is_joined_to_air(scene: Scene, phrase: Phrase) -> bool:
    """Read "artillery and air strikes", "rocket and suicide attacks"."""
    at = phrase.last
    if phrase.plural or scene.tokens.word(at) not in ("and", "or"):
        return False
    return scene.tokens.word(at + 1) in _ALSO_MADE and (
        scene.tokens.word(at + 1).startswith("airs") or scene.said(at + 2, "attack_noun")
    )


def _is_joined(scene: Scene, phrase: Phrase, after: Phrase) -> bool:
    between = after.first - phrase.last
    return between == 0 or (between == 1 and scene.words[phrase.last] in ("and", "or"))


def _continues(scene: Scene, before: Phrase, phrase: Phrase) -> bool:
    """Tell whether a phrase goes on with a list: "12 drones, including four Shaheds and two missiles"."""
    if phrase.first - before.last > _ITEM + _ASIDE or before.last in scene.noun_at:
        return False
    if scene.cues_between(before.last, phrase.first) or _opens_sentence(scene, before, phrase):
        return False
    start = before.last + _aside(scene, before.last)
    if start > phrase.first:
        start = before.last  # "grenades from UAVs": no aside, but the weapon itself
    between = range(start, phrase.first)
    if len(between) > _ITEM or any(scene.said(at, "function") and not scene.is_light(at) for at in between):
        return False
    return any(scene.is_light(at) for at in between) or "," in scene.tokens.gap(start - 1, start)


def _opens_sentence(scene: Scene, before: Phrase, phrase: Phrase) -> bool:
    """Read "they fired missiles, and air defences downed most" as two sentences."""
    at = next((k for k in range(before.last, phrase.first) if scene.words[k] == "and"), 0)
    if not at or scene.tokens.gap(at - 1, at)[:1] != ",":
        return False
    return any(not scene.is_passive(f) for f in scene.cues_between(phrase.last, phrase.last + 1))


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
    bound: Verdict | None = None
    for found in scene.cues_between(phrase.first - _ITEM, phrase.last + 1):
        governs, in_front = found.cue.governs, found.last <= phrase.first
        near = in_front and scene.cost(found.last, phrase.first) <= _NEAR
        if governs == "before" and near and not _is_unbound(scene, found, phrase):
            bound = Verdict(found.cue.role, "words_before", found)
        touches = found.first == phrase.last and scene.tokens.gap(phrase.last - 1, phrase.last).isspace()
        if governs == "after" and touches and not bound and _is_to_come(scene, found):
            return Verdict(R.PLEDGED, "wished_for", found)
        if governs == "after" and touches and not _is_absolute(scene, phrase, found):
            return bound or Verdict(found.cue.role, "words_behind", found)
    if bound is None and _attacks_by(scene, phrase):
        return Verdict(R.ATTACK_MEANS, "attack_by")
    return bound


def _attacks_by(scene: Scene, phrase: Phrase) -> bool:
    """Read "a strike by Russian warplanes": what acts in a noun for an attack."""
    for at in range(phrase.first - 1, max(0, phrase.first - _ADJECTIVES), -1):
        if scene.words[at] == "by":
            return scene.words[at - 1] != "hit" and scene.said(at - 1, "attack_noun") and scene.is_led_by(phrase, BY)
        if scene.said(at, "function"):
            return False
    return False


def _is_to_come(scene: Scene, found: Found) -> bool:
    """Read "the first tanks could arrive in March", "jets can be delivered soon"."""
    if scene.words[found.last - 1] not in _COULD:
        return False
    return any(
        f.cue.role == R.SUPPLIED and f.first < found.last + 2 for f in scene.cues_between(found.last, found.last + 2)
    )


def _is_unbound(scene: Scene, found: Found, phrase: Phrase) -> bool:
    """Tell whether something was done indeed ("were able to shoot down a missile"), or no debris is told of."""
    if found.cue.role == R.DEBRIS:
        kit = not _KIT.isdisjoint(scene.words[phrase.first : phrase.last])  # "a key piece of weaponry"
        return kit or _is_no_debris(scene, found) or not _APART.isdisjoint(scene.words[found.last : phrase.first])
    did = scene.words[max(0, found.first - 1) : found.last] in DID
    return did and any(f.cue.governs == "object" for f in scene.cues_between(found.last, phrase.first))


def _is_no_debris(scene: Scene, found: Found) -> bool:
    """Tell whether a word for debris is another here: "the town remains a target of", "3,000 pieces of hardware"."""
    of_it = scene.words[found.last - 1] == "of"
    if (scene.said(found.last, "determiner") and not of_it) or scene.tokens.word(found.last) in ("under", "in"):
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
    defends = role in (R.LAUNCHED, R.ATTACK_MEANS) or best.cue.role is R.INTERCEPTED
    if defends and phrase.category is C.AIR_DEFENCE and phrase.last in scene.noun_at:
        return Verdict(R.CAPABILITY, "defends", best)  # "anti-aircraft missile units repelled it"
    return Verdict(role, rule, best)


def _lost(phrase: Phrase) -> WeaponRole:
    """Return what a list of losses says of a weapon: ``Enemy losses: nine tanks, 96 drones``."""
    return R.INTERCEPTED if phrase.category in AIRBORNE else R.DESTROYED


def _shared(phrase: Phrase, listed: Verdict) -> WeaponRole:
    """Return the role of an item of a list: of drones and ships that are lost, the ships were not shot down."""
    if listed.found is None and listed.role in (R.INTERCEPTED, R.DESTROYED):
        return _lost(phrase)
    if listed.rule == "means" and listed.role == R.ATTACK_MEANS and phrase.category in AIRBORNE:
        return R.LAUNCHED  # "shelled the town with artillery and drones"
    if listed.rule == "means" and listed.role == R.LAUNCHED and phrase.category in CARRIERS:
        return R.ATTACK_MEANS  # "shelled the town with rockets and tanks"
    downed = listed.role == R.INTERCEPTED and listed.found is not None and listed.found.cue.role == R.DESTROYED
    return R.DESTROYED if downed and phrase.category not in AIRBORNE else listed.role


def _price(scene: Scene, phrase: Phrase, found: Found) -> int | None:
    """Tell how far a cue is from governing a phrase; None where it cannot."""
    governs, behind = found.cue.governs, found.first >= phrase.last
    cost = scene.cost(phrase.last, found.first) if behind else scene.cost(found.last, phrase.first)
    if behind and scene.clauses[found.first] > scene.clauses[phrase.last]:
        cost += _ACROSS
    passive = scene.is_passive(found)
    if behind and not passive and scene.words[found.first].endswith("ing"):
        cost += _GERUND
    if scene.said(found.first, "have"):  # "the missile had hit" has nothing
        helps = scene.is_past(found.last + (scene.tokens.word(found.last) in _LONG))
        return None if behind or helps or _REACHES.intersection(scene.words[found.last : found.last + 3]) else cost
    if behind and _is_absolute(scene, phrase, found):
        return 0 if found.cue.governs in ("object", "subject", "platform") else None
    if behind and scene.is_led_by(phrase, _LEADS):
        cost += _ACROSS  # what stands behind a preposition is no subject
        cost += _ACROSS if scene.is_led_by(phrase, MEANS) else 0
    if governs == "subject":
        return _price_of_subject(scene, phrase, found, cost, passive=passive)
    if governs == "platform":
        alone = behind and not passive and phrase.category in PLATFORMS
        return cost + _purpose(scene, found) if alone else None
    if governs != "object" or _describes(scene, phrase, found):
        return None
    return _price_of_object(scene, phrase, found, cost, passive=passive)


def _is_absolute(scene: Scene, phrase: Phrase, found: Found) -> bool:
    """Read ", with air defences downing 28 of them": "with" leads to what acts, and not to a means."""
    if found.first != phrase.last or not scene.words[found.first].endswith("ing"):
        return False
    at = next(
        (k for k in range(phrase.first - 1, max(0, phrase.first - _ADJECTIVES), -1) if scene.words[k] == "with"), 0
    )
    return at > 0 and scene.tokens.gap(at - 1, at)[:1] == "," and scene.is_led_by(phrase, MEANS)


def _purpose(scene: Scene, found: Found) -> int:
    return _TO if scene.tokens.word(found.first - 1) == "to" else 0


def _price_of_subject(scene: Scene, phrase: Phrase, found: Found, cost: int, *, passive: bool) -> int | None:
    behind, purpose = found.first >= phrase.last, _purpose(scene, found)
    if found.cue.role == R.LAUNCHED and phrase.category not in _FLIERS:
        return None  # "tanks entered the town"
    if found.cue.role == R.ATTACK_MEANS and purpose and behind:
        return None  # "the purchase of arms to kill"
    return cost + (3 if passive else purpose) if behind else cost + 4


def _price_of_object(scene: Scene, phrase: Phrase, found: Found, cost: int, *, passive: bool) -> int | None:
    if found.first < phrase.last:
        if _ends_aside(scene, found):
            cost += _ACROSS  # "of the drones fired, 40 missiles"
        return cost + (6 if passive and scene.words[found.last - 1] not in ("by", "with", "of") else 0)
    if found.cue.role in _HANDLING and scene.words[found.first].endswith("ing"):
        return None  # "the boat sank, sending smoke up"
    if found.cue.role != R.LAUNCHED and scene.words[found.last - 1] == "with":
        return None  # "rockets loaded with napalm"
    if passive:
        return max(0, cost - 2)
    if cost == 0 and _ends_aside(scene, found):
        return cost + 1  # "of the drones fired, 40 were"
    return cost + (5 if cost == 0 and scene.is_past(found.first) else 6)


def _describes(scene: Scene, phrase: Phrase, found: Found) -> bool:
    """Tell whether a participle between a verb and a weapon only describes: "delivered promised tanks"."""
    if scene.words[found.first] not in _PROMISED or found.last != phrase.first:
        return False
    at = found.first
    while scene.said(at - 1, "determiner") or scene.said(at - 1, "number") or scene.tokens.word(at - 1) in _ALL:
        at -= 1
    return any(f.cue.governs == "object" and f.last == at for f in scene.cues_between(at - 3, at))


def _ends_aside(scene: Scene, found: Found) -> bool:
    """Tell whether a participle closes what is said of the weapon in front of it: "of the drones fired, 40 were"."""
    at = found.last
    if at >= len(scene.words) or scene.tokens.gap(at - 1, at)[:1] != "," or not scene.is_past(found.first):
        return False
    return scene.has_phrase(found.first - 1, found.first)


def _pleads(scene: Scene, phrase: Phrase) -> bool:
    """Tell whether somebody is asked: "asked allies for Patriots", "pressed Berlin for tanks"."""
    for at in range(phrase.first - 1, max(-1, phrase.first - 1 - _ITEM), -1):
        if scene.said(at, "plead"):
            return scene.clauses[at] == scene.clauses[phrase.first] and not scene.has_phrase(at, phrase.first)
    return False


def _is_struck(scene: Scene, phrase: Phrase) -> bool:
    """Tell whether a strike on it is told of: "strikes on positions, including artillery and depots"."""
    for at in range(phrase.first - 1, max(0, phrase.first - _REACH_OF_STRIKE), -1):
        if scene.words[at] in _ON and scene.said(at - 1, "attack_noun"):
            return scene.clauses[at] == scene.clauses[phrase.first]
    return False


def _unsaid(scene: Scene, phrase: Phrase) -> Verdict:
    if scene.is_led_by(phrase, _FOR) and _pleads(scene, phrase):
        return Verdict(R.REQUESTED, "asked_for")
    if scene.carried and not scene.is_led_by(phrase, _FOR):
        return Verdict(scene.carried, "list_heading")
    if scene.losses_from is not None and phrase.first >= scene.losses_from:
        return Verdict(_lost(phrase), "losses_listed")
    if scene.qualifies(phrase, "sent_noun"):
        return Verdict(R.SUPPLIED, "delivery_noun")
    return _struck_or_means(scene, phrase)


def _strengthens(scene: Scene, phrase: Phrase) -> bool:
    """Tell whether something is made stronger with a weapon: "bolstered its defences with tanks"."""
    before = scene.words[max(0, phrase.first - _ITEM) : phrase.first]
    return not _BOLSTERED.isdisjoint(before) and scene.is_led_by(phrase, MEANS)


def _struck_or_means(scene: Scene, phrase: Phrase) -> Verdict:
    if _strengthens(scene, phrase):
        return Verdict(R.POSSESSED, "strengthened")
    if phrase.category not in AIRBORNE and _is_struck(scene, phrase):
        return Verdict(R.HIT, "strike_on")
    if phrase.category in AIRBORNE and scene.is_led_by(phrase, MEANS):
        return Verdict(R.LAUNCHED, "means")
    leads = MEANS if phrase.category is C.ARTILLERY else MEANS | BY
    if phrase.category not in CARRIERS - {C.ARTILLERY} and scene.is_led_by(phrase, leads):
        return Verdict(R.ATTACK_MEANS, "means")
    if scene.is_led_by(phrase, BY) and any(
        scene.said(at, "attack_noun") for at in range(max(0, phrase.first - _ITEM), phrase.first)
    ):
        return Verdict(R.ATTACK_MEANS, "attack_by")
    return Verdict(R.GENERIC, "unsaid")
