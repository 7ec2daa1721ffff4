"""How the surroundings bend what a verb says of a weapon: one small rule after another, the first that fits decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from contracts.weapons import WeaponCategory, WeaponRole
from services.weapons.scan import Phrase
from services.weapons.scene import Found, Scene

R = WeaponRole
C = WeaponCategory

_REACH = 30  # tokens that a plea or a promise may stand in front of its delivery
_WISH = 10  # cost up to which it reaches the delivery
_DENIAL = 3  # the same of a refusal
AIRBORNE = frozenset({C.MISSILE_BALLISTIC, C.MISSILE_CRUISE, C.MISSILE_HYPERSONIC, C.MISSILE_OTHER, C.DRONE, C.BOMB})
HANDY = frozenset({C.SMALL_ARMS, C.EXPLOSIVE, C.IED, C.CHEMICAL, C.GRENADE, C.MINE})
CARRIERS = frozenset({C.AIRCRAFT, C.HELICOPTER, C.SHIP, C.TANK, C.ARTILLERY, C.ARMOURED_VEHICLE})
PLATFORMS = CARRIERS | {C.MORTAR, C.MLRS, C.DRONE, C.IED}
_SHOOTERS = CARRIERS | {C.SMALL_ARMS}  # "hit by artillery fire", but not by a shell
_SHELLS = frozenset({"shell", "shells", "round", "rounds"})
ACTS = frozenset({R.LAUNCHED, R.HIT, R.INTERCEPTED, R.DESTROYED, R.ATTACK_MEANS})
MEANS = frozenset({"with", "using", "via"})
DID = (["was", "able", "to"], ["were", "able", "to"])  # it was done indeed
BY = frozenset({"by"})
_IN = frozenset({"in"})
_AT = frozenset({"at", "towards", "toward", "against"})
# What holds weapons, by what becomes of them there, and how far in front of "includes" it may stand.
_HOLDERS = {
    R.PLEDGED: frozenset({"package", "packages", "tranche", "consignment", "drawdown", "aid", "assistance", "deal"}),
    R.SUPPLIED: frozenset({"shipment", "shipments", "delivery", "deliveries", "batch"}),
    R.LAUNCHED: frozenset(
        "attack attacks strike strikes barrage salvo volley assault raid onslaught bombardment wave".split()
    ),
    R.CAPTURED: frozenset({"seized", "captured", "confiscated", "cache", "haul", "trophies", "spoils"}),
    R.POSSESSED: frozenset({"arsenal", "stockpile", "stockpiles", "inventory", "armoury", "armory", "fleet"}),
}
_TIMES = frozenset("week month year summer spring autumn winter morning night evening afternoon day time".split())
_HOLDER = 8
_INCLUDES = frozenset({"includes", "include", "included", "contains", "contain", "comprises"})
_FEATURES = frozenset({"featuring", "featured", "involving", "comprising", "consisted"})
_AWAITED = frozenset({"scheduled", "expected", "due", "planned", "pending"})
_TALKED_OF = frozenset({"discussed", "debated", "considered", "weighed", "negotiated"})
_LATER = 8  # tokens behind a delivery that may say that it is still to come
_OPENING = 5  # tokens that a headline's verb stands within
_SENDS = frozenset({"sent", "send", "sends", "sending"})
_AT_ONCE = frozenset({"once", "all", "last", "least", "present", "first", "any"})
_USED = frozenset({"used", "using"})
_AT_SEA = frozenset({"boat", "boats", "naval", "sea", "surface", "maritime", "marine", "vessel", "vessels"})
_STRUCK = frozenset({"airstrike", "airstrikes", "strike", "strikes"})
_USE = frozenset({"use", "using", "employ", "employing", "fire", "firing", "launch", "launching", "deploy"})
_PERMITS = frozenset(
    "allow allows allowed allowing permit permits permitted permitting permission let lets letting "
    "authorize authorizes authorized authorizing authorization authorise authorises authorised authorising "
    "authorisation approval restriction restrictions ban bans prohibits prohibited prohibiting forbids forbidden "
    "banning preventing bars barred".split()
)
_SEEKS = frozenset("seek seeks sought seeking want wants wanted wanting".split())
_HANDED = frozenset({R.CAPTURED, R.SUPPLIED, R.REQUESTED, R.POSSESSED})
_WARHEADS = frozenset({"warhead", "warheads"})
_WHEN = frozenset({"overnight", "today", "yesterday", "tonight", "early", "late"})
_FAILS = frozenset({"failed", "fail", "failing", "unable"})
_CAN = frozenset({"can", "could"})
_MODALS = frozenset({"can", "cannot", "could", "may", "might", "would", "should", "must"})
_MAY = frozenset({"may", "might"})
_COMES_DOWN = frozenset({"landed", "land", "lands", "landing", "reached"})
_TRODDEN = frozenset({"over", "on", "onto"})
_SENT = HANDY | {C.AMMUNITION, C.WEAPON_GENERIC}
_ADJECTIVES = 5  # tokens between "none" and the weapon
_NOT = frozenset({"not", "never", "t"})
_LAID = frozenset({C.MINE, C.IED, C.EXPLOSIVE, C.GRENADE, C.AMMUNITION})
_LOSSES = frozenset({R.INTERCEPTED, R.DESTROYED})
_USES = frozenset({R.LAUNCHED, R.ATTACK_MEANS})


@dataclass(frozen=True, slots=True)
class Link:
    """A verb and the weapon that it governs."""

    scene: Scene
    phrase: Phrase
    found: Found

    @property
    def role(self) -> WeaponRole:
        """Return what the verb says by itself."""
        return self.found.cue.role

    @property
    def behind(self) -> bool:
        """Tell whether the verb stands behind the weapon."""
        return self.found.first >= self.phrase.last

    @property
    def flies(self) -> bool:
        """Tell whether the weapon flies: a missile or a drone, and "Buk missiles" too."""
        last = self.phrase.terms[-1].entry
        if last.kind == "class" and last.category in CARRIERS:
            return False  # "a Kalibr missile carrier"
        return self.phrase.category in AIRBORNE or (last.kind == "class" and last.category in AIRBORNE)

    @property
    def suffered(self) -> bool:
        """Tell whether what stands before the verb suffers it: "were shot down", "drones downed by"."""
        following = self.found.last
        if self.scene.tokens.word(following) in ("and", "or") and self.scene.is_past(following + 1):
            following += 2  # "missiles destroyed and damaged houses"
        alone = self.scene.said(following, "function") and not self.scene.said(following, "determiner")
        alone = alone or self.scene.tokens.word(following) in _WHEN or following >= len(self.scene.words)
        return self.scene.is_passive(self.found) or (self.scene.is_past(self.found.first) and alone)

    @property
    def takes_object(self) -> bool:
        """Tell whether the verb has its object right behind it: "sank a boat"."""
        at, scene = self.found.last, self.scene
        if at >= len(scene.words) or not scene.tokens.gap(at - 1, at).isspace():
            return False
        if scene.tokens.word(at + 1) in _TIMES:
            return False  # "arrive this summer"
        return scene.said(at, "determiner") or scene.said(at, "number") or scene.tokens.word(at)[:1].isdigit()


def bend(link: Link) -> tuple[WeaponRole, str]:
    """Return the role of a governed weapon and the name of the rule that gave it."""
    role, rule = next(((role, name) for name, apply in _RULES if (role := apply(link))), (link.role, "verb"))
    return (R.ATTACK_MEANS if role == R.LAUNCHED and link.phrase.category in HANDY else role), rule


def wished(scene: Scene, before: int) -> WeaponRole | None:
    """Tell whether words in front of a delivery ask for it, promise it or refuse it."""
    for found in reversed(scene.cues_between(before - _REACH, before)):
        cue, cost = found.cue, scene.cost(min(found.last, before), before)
        wish = cue.governs in ("asks", "promises")
        if cue.governs == "object" and cue.role in (R.REQUESTED, R.PLEDGED):
            wish = not scene.has_phrase(found.last, before)  # else it has its object: "needs tanks, and jets were sent"
        if (wish and cost <= _WISH) or (cue.governs == "denies" and cost <= _DENIAL):
            return cue.role
    return None


def _sent_at(link: Link) -> WeaponRole | None:
    """Read "sent 20 drones against the port" as a launch."""
    scene, last = link.scene, link.phrase.last
    aimed = scene.words[link.found.first] in _SENDS and scene.said(last, "towards")
    aimed = aimed and scene.tokens.word(last + 1) not in _AT_ONCE
    if link.flies and not link.behind and scene.words[link.found.first] in _SENDS:
        aimed = aimed or (scene.tokens.word(last) == "to" and _is_target(scene, last + 1))
    return R.LAUNCHED if aimed and (link.flies or link.phrase.category in _SENT) else None


def _is_target(scene: Scene, at: int) -> bool:
    """Tell a town or a district from a country, to which weapons are given: "sent drones to the Nikopol district"."""
    at += scene.said(at, "determiner")
    named = at < len(scene.words) and scene.tokens.raw(at)[0].isupper() and not scene.tokens.shouted
    return named and scene.words[at] not in scene.lexicon.operators


def _wished_for(link: Link) -> WeaponRole | None:
    """Read "asked allies to send tanks", "will send tanks", "refused to send tanks"."""
    first, words = link.found.first, link.scene.words
    if link.role not in (R.SUPPLIED, R.POSSESSED) or words[first] in _INCLUDES:
        return None
    before = words[max(0, first - 2) : first]
    if not _MAY.isdisjoint(before) and (link.role == R.POSSESSED or before[-1] == "have"):
        return None  # "might have supplied", "may have missiles"
    wish = wished(link.scene, first)
    if wish is None and link.role == R.SUPPLIED and _is_headline_of_plan(link.scene, first):
        return R.PLEDGED
    done = link.role == R.POSSESSED or link.scene.said(first - 1, "have")  # "the initiative has supplied"
    return None if done and wish == R.PLEDGED else wish


def _is_headline_of_plan(scene: Scene, at: int) -> bool:
    """Read "Germany to send tanks" as a plan."""
    if not 1 < at <= _OPENING or scene.words[at - 1] != "to":
        return False
    named = scene.tokens.raw(at - 2)[0].isupper() and not scene.tokens.shouted
    return named or scene.words[at - 2] in scene.lexicon.operators


def _awaited(link: Link) -> WeaponRole | None:
    """Read "the arrival of the tanks is scheduled for May", "the delivery of jets is being discussed"."""
    if link.role != R.SUPPLIED or link.behind:
        return None
    last, words = link.phrase.last, link.scene.words
    for at in range(last, min(last + _LATER, len(words))):
        if link.scene.said(at, "be") and not link.scene.said(at - 1, "clause"):
            told = words[at + 1 : at + 4]
            talked_of = None if _TALKED_OF.isdisjoint(told) else R.GENERIC
            return talked_of if _AWAITED.isdisjoint(told) else R.PLEDGED
    return None


def _missed(link: Link) -> WeaponRole | None:
    """Read "missiles that were not shot down", "none of the four missiles was intercepted", "failed to down two"."""
    if link.role not in _LOSSES or not link.flies:
        return None
    words, first = link.scene.words, link.found.first
    before = words[max(0, first - 3) : first]
    none = words[max(0, link.phrase.first - _ADJECTIVES) : link.phrase.first]
    denied = not _NOT.isdisjoint(before[-2:]) or not _FAILS.isdisjoint(before[-2:])
    denied = denied or ("able" in before and not _NOT.isdisjoint(before))
    return R.LAUNCHED if denied or (link.behind and "none" in none) else None


def _able_to(link: Link) -> WeaponRole | None:
    """Read "could use missiles", "can carry missiles", "to intercept missiles", but not "managed to intercept"."""
    scene, at = link.scene, link.found.first - 1
    if link.role == R.POSSESSED:
        return R.CAPABILITY if not link.behind and scene.tokens.word(at) in _CAN else None
    if link.role == R.LAUNCHED:
        return R.CAPABILITY if not link.behind and scene.said(at, "may") else None
    if link.role in _LOSSES and link.behind and _might_be(link):
        return R.GENERIC
    used = not _USED.isdisjoint(scene.words[max(0, at - _HOLDER) : max(0, at)])  # "used drones to sink the ship"
    did = used or scene.tokens.word(at - 1) == "managed" or [*scene.words[max(0, at - 2) : at], "to"] in DID
    possible = scene.said(at, "ability") and not did
    return R.CAPABILITY if link.role in _LOSSES and possible else None


def _might_be(link: Link) -> bool:
    """Read "missiles that cannot be shot down", "drones can be downed": nothing of the kind was done."""
    words, at = link.scene.words, link.found.first - 1
    return at > 1 and words[at] == "be" and (words[at - 1] in _MODALS or words[at - 2] in _MODALS)


def _agent(link: Link) -> WeaponRole | None:
    """Read "missiles destroyed a bridge", "air defences downed drones", "shot down by a Patriot"."""
    category = link.phrase.category
    by_it = not link.suffered if link.behind else link.scene.is_led_by(link.phrase, BY)
    if link.role in _LOSSES and by_it:
        if link.flies:
            return R.LAUNCHED if link.role == R.INTERCEPTED else R.HIT
        if category == C.AIR_DEFENCE:
            return R.CAPABILITY
        return R.GENERIC if link.role == R.INTERCEPTED else R.ATTACK_MEANS
    defends = category == C.AIR_DEFENCE and not link.phrase.named
    strikes = link.role == R.ATTACK_MEANS and (link.behind or by_it)  # "were destroyed by air defences"
    if defends and (strikes or (link.behind and link.role == R.HIT and by_it)):
        return R.CAPABILITY
    if link.role == R.HIT and not link.behind and by_it and category in _SHOOTERS:
        return None if link.scene.words[link.phrase.last - 1] in _SHELLS else R.ATTACK_MEANS
    striker = link.found.cue.governs == "object" or category in (C.AIRCRAFT, C.HELICOPTER)
    attacks = link.behind and by_it and link.role == R.HIT and striker
    return R.ATTACK_MEANS if attacks and not link.flies else None


def _sinks(link: Link) -> WeaponRole | None:
    """Read "the frigate sank", but not "the frigate sank a boat"."""
    alone = link.found.cue.governs == "platform" and not link.takes_object
    return R.DESTROYED if alone and link.role == R.DESTROYED else None


def _ruins(link: Link) -> WeaponRole | None:
    """Read "drones damaged and destroyed houses" as hits."""
    acts = link.behind and link.flies and link.role == R.ATTACK_MEANS and not link.suffered
    said = link.scene.words[link.found.first : link.found.last]
    return R.HIT if acts and not link.scene.lexicon.words["ruin"].isdisjoint(said) else None


def _target(link: Link) -> WeaponRole | None:
    """Read "fired at the tank": the tank is hit, not fired."""
    aimed = not link.behind and link.role in _USES and link.scene.is_led_by(link.phrase, _AT)
    first = link.phrase.first  # "fired rockets at Sderot and mortars at Netivot" aims at no mortars
    listed = not {"and", "or"}.isdisjoint(link.scene.words[max(0, first - _ADJECTIVES) : first])
    return R.HIT if aimed and not (listed and link.flies) else None


def _permitted(link: Link) -> WeaponRole | None:
    """Read "allowed Kyiv to use missiles", "lifted the ban on using missiles": a policy, and nothing was fired yet."""
    first, words = link.found.first, link.scene.words
    if link.role != R.LAUNCHED or link.behind or words[first] not in _USE:
        return None
    at = next((k for k in range(first - 1, max(-1, first - 1 - _HOLDER), -1) if words[k] in _PERMITS), None)
    if at is None or link.scene.clauses[at] != link.scene.clauses[first] or link.scene.has_phrase(at, first):
        return None
    pleads = any(link.scene.said(k, "plead") or words[k] in _SEEKS for k in range(max(0, at - _HOLDER), at))
    return R.REQUESTED if pleads else R.GENERIC


def _means(link: Link) -> WeaponRole | None:
    """Read "struck the port with missiles", "repelled the attack using anti-aircraft missiles"."""
    if link.phrase.category == C.AIR_DEFENCE and link.role == R.LAUNCHED and not link.behind:
        first = link.found.first
        repels = any(
            link.scene.words[f.first].startswith("repel") for f in link.scene.cues_between(first - _REACH, first)
        )
        return R.CAPABILITY if repels and link.scene.words[first] in MEANS else None
    if link.behind or link.role not in ACTS or not link.scene.is_led_by(link.phrase, MEANS):
        return None
    if not _WARHEADS.isdisjoint(link.scene.words[link.phrase.first : link.phrase.last]):
        return R.POSSESSED  # "missiles with heavy warheads"
    return R.ATTACK_MEANS if link.phrase.category in CARRIERS else R.LAUNCHED


def _downed(link: Link) -> WeaponRole | None:
    """Read "destroyed 20 drones" as downed, "neutralised 14 mines" and "a strike destroyed 20 drones" as destroyed."""
    if link.role == R.INTERCEPTED and link.phrase.category in _LAID:
        return R.DESTROYED if link.scene.words[link.found.first].startswith("neutrali") else None
    if link.role != R.DESTROYED or not link.flies:
        return None
    phrase, first = link.phrase, link.found.first
    at_sea = not _AT_SEA.isdisjoint(link.scene.words[phrase.first : phrase.last])
    grounded = not _STRUCK.isdisjoint(link.scene.words[max(0, first - _HOLDER) : first])
    return None if at_sea or grounded else R.INTERCEPTED


def _trodden(link: Link) -> WeaponRole | None:
    """Read "ran over a mine", "hit a mine": the mine is the means, and whatever drove over it none."""
    last = link.found.last - 1
    over = link.role == R.ATTACK_MEANS and last > link.found.first and link.scene.words[last] in _TRODDEN
    if link.phrase.category == C.MINE:
        return R.ATTACK_MEANS if not link.behind and (over or link.role == R.HIT) else None
    return R.GENERIC if over and link.behind else None


def _contents(link: Link) -> WeaponRole | None:
    """Read "the package also includes shells" as what is promised, "the attack included drones" as launched."""
    first, words = link.found.first, link.scene.words
    features = link.role == R.LAUNCHED and words[first] in _FEATURES
    if link.role != R.POSSESSED and not features:
        return None
    before = words[max(0, first - _HOLDER) : first]
    holder = next((role for role, nouns in _HOLDERS.items() if not nouns.isdisjoint(before)), None)
    if features:
        return holder
    if words[first] not in _INCLUDES:
        return R.PLEDGED if holder == R.PLEDGED and not link.behind else None
    return holder or R.GENERIC


def _handles(link: Link) -> WeaponRole | None:
    """Read "a drone captured a video": what it captured is not the drone."""
    first = link.found.first
    active = link.behind and link.takes_object and not link.scene.is_passive(link.found)
    active = active and link.scene.tokens.word(first - 1) not in ("and", "or")
    return R.GENERIC if active and link.role in _HANDED else None


def _comes_down(link: Link) -> WeaponRole | None:
    """Read "the helicopter landed" as no hit."""
    craft = link.behind and link.role == R.HIT and link.phrase.category in CARRIERS
    return R.GENERIC if craft and link.scene.words[link.found.first] in _COMES_DOWN else None


def _made_for(link: Link) -> WeaponRole | None:
    """Read "chips used in missiles": nobody launched them."""
    part = not link.behind and link.role == R.LAUNCHED and link.scene.words[link.found.last - 1] == "used"
    return R.GENERIC if part and link.scene.is_led_by(link.phrase, _IN) else None


_RULES: tuple[tuple[str, Callable[[Link], WeaponRole | None]], ...] = (
    ("trodden", _trodden),
    ("contents", _contents),
    ("handles", _handles),
    ("comes_down", _comes_down),
    ("made_for", _made_for),
    ("permitted", _permitted),
    ("awaited", _awaited),
    ("sent_at", _sent_at),
    ("wished_for", _wished_for),
    ("missed", _missed),
    ("able_to", _able_to),
    ("sinks", _sinks),
    ("ruins", _ruins),
    ("agent", _agent),
    ("target", _target),
    ("means", _means),
    ("downed", _downed),
)
