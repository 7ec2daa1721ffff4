"""Kinds: what an attack is called, by the words for it and by its weapons."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from contracts.incidents import IncidentType
from contracts.spans import Section
from contracts.weapons import WeaponCategory, WeaponMention
from services.incidents.days import days_apart
from services.incidents.frames import Frame
from services.incidents.story import TELLING, Story

T = IncidentType
# The deadlier means first: what an attack with several is called.
DEADLINESS = (
    T.CHEMICAL_ATTACK, T.MASSACRE, T.SUICIDE_BOMBING, T.MISSILE_STRIKE, T.AIR_STRIKE, T.DRONE_ATTACK, T.IED_BOMBING,
    T.MINE_EXPLOSION, T.SHELLING, T.NAVAL_ATTACK, T.SABOTAGE, T.SHOOTING, T.GROUND_ASSAULT, T.OTHER,
)  # fmt: skip
GUIDED = frozenset({"m142-himars", "m270-mlrs"})
FROM_AFAR = frozenset({T.MISSILE_STRIKE, T.AIR_STRIKE, T.DRONE_ATTACK, T.SHELLING})
W = WeaponCategory
BY_WEAPON = {
    W.MISSILE_BALLISTIC: T.MISSILE_STRIKE, W.MISSILE_CRUISE: T.MISSILE_STRIKE, W.MISSILE_HYPERSONIC: T.MISSILE_STRIKE,
    W.MISSILE_OTHER: T.MISSILE_STRIKE, W.DRONE: T.DRONE_ATTACK, W.AIRCRAFT: T.AIR_STRIKE, W.HELICOPTER: T.AIR_STRIKE,
    W.BOMB: T.AIR_STRIKE, W.ARTILLERY: T.SHELLING, W.MLRS: T.SHELLING, W.MORTAR: T.SHELLING,
    W.CLUSTER_MUNITION: T.SHELLING,
    W.MINE: T.MINE_EXPLOSION, W.IED: T.IED_BOMBING, W.EXPLOSIVE: T.IED_BOMBING, W.CHEMICAL: T.CHEMICAL_ATTACK,
    W.SMALL_ARMS: T.SHOOTING, W.TANK: T.GROUND_ASSAULT, W.ARMOURED_VEHICLE: T.GROUND_ASSAULT, W.SHIP: T.NAVAL_ATTACK,
}  # fmt: skip
_SEA = re.compile(r"\b(?:sea|naval|maritime|surface|boats?|vessels?|magura|baby)\b", re.IGNORECASE)
# Whose "strikes" are from the air where nothing else is said.
_AIR_POWER = re.compile(
    r"\b(?:Israeli|U\.?S\.?|American|coalition|Saudi|Saudi-led|Turkish|NATO)(?: [a-z]+){0,2} strikes?\b"
)
_BOMBARDED = re.compile(r"\bbombard", re.IGNORECASE)


def kind_of(story: Story) -> IncidentType:
    """Name a story by the deadlier of the means that it speaks of often enough.

    What counts stands where the story is told first or its victims are counted; in the rest, what else was fired on
    those that were bombed.
    """
    votes: Counter[IncidentType] = Counter()
    foremost = _foremost(story.frames)
    first = {id(f) for f in foremost}
    bombed = any(FROM_AFAR & _kinds(f) for f in foremost)
    for frame in story.frames:
        kinds = (
            _kinds(frame)
            if id(frame) in first
            else {k for w in frame.weapons if (k := _by(w)) in FROM_AFAR}
            if bombed
            else set()
        )
        worth = (
            3
            if frame.sentence.section in (Section.HEADLINE, Section.LEAD)
            else 2
            if frame.sentence.section in TELLING
            else 1
        )
        for kind in kinds:
            votes[kind] += worth
    if not votes:
        told = [f.sentence.text for f in story.frames]
        if any(_AIR_POWER.search(text) for text in told):
            return T.AIR_STRIKE
        return T.SHELLING if any(_BOMBARDED.search(text) for text in told) else T.OTHER
    if _is_from_aircraft(story):
        del votes[T.MISSILE_STRIKE]
    weapons = [w for frame in story.frames for w in frame.weapons]
    if votes[T.MINE_EXPLOSION] and not any(w.category == W.IED for w in weapons):
        del votes[T.IED_BOMBING]  # "an explosion caused by a mine"
    if votes[T.NAVAL_ATTACK] and any(w.category == W.DRONE and _SEA.search(w.span.quote) for w in weapons):
        del votes[T.DRONE_ATTACK]  # "sea drones sank a ship"
    planted = votes[T.IED_BOMBING] or votes[T.SUICIDE_BOMBING]
    if planted and not any(T.AIR_STRIKE in f.types for f in story.frames) and all(_is_bare_bomb(w) for w in weapons):
        del votes[T.AIR_STRIKE]  # "three bombs went off"
    if FROM_AFAR & votes.keys():  # "bombing", "blast" and "massacre" are then words for what it did
        del votes[T.IED_BOMBING], votes[T.MASSACRE]
    most = max(votes.values())
    return next(kind for kind in DEADLINESS if votes[kind] >= max(1, 0.4 * most))


def kind_of_parts(main: Story, stories: Sequence[Story]) -> IncidentType:
    """Name what is only called an attack, as in "Russian attacks kill 5", by what most of that army's others were."""
    votes: Counter[IncidentType] = Counter()
    for story in stories:
        of_it = main.actor is not None and story is not main and story.actor in (None, main.actor)
        if not of_it or any(f.known or f.other for f in story.frames) or _is_later(story, main):
            continue
        kind = kind_of(story)
        if kind in FROM_AFAR:
            votes[kind] += 1 + sum(len(f.claims) for f in story.frames)
    return min(votes, key=lambda k: (-votes[k], DEADLINESS.index(k)), default=T.OTHER)


def _is_later(story: Story, main: Story) -> bool:
    return story.when is not None and main.when is not None and days_apart(story.when, main.when) > 0


def _foremost(told: Sequence[Frame]) -> list[Frame]:
    """Return the frames of headline and lead, and those that count victims, where they say how; else all."""
    foremost = [
        f
        for f in told
        if f.sentence.section in (Section.HEADLINE, Section.LEAD) or (f.claims and f.sentence.section in TELLING)
    ]
    return foremost if any(_kinds(f) for f in foremost) else list(told)


def _kinds(frame: Frame) -> set[IncidentType]:
    return set(frame.types) | {kind for w in frame.weapons if (kind := _by(w))}


def _is_bare_bomb(weapon: WeaponMention) -> bool:
    """Tell a bomb of no kind from what could drop it."""
    return (weapon.category == W.BOMB and weapon.weapon_id is None) or _by(weapon) != T.AIR_STRIKE


def _by(weapon: WeaponMention) -> IncidentType | None:
    """Name an attack by a weapon; guided rockets make it one of missiles."""
    return T.MISSILE_STRIKE if weapon.weapon_id in GUIDED else BY_WEAPON.get(weapon.category)


def _is_from_aircraft(story: Story) -> bool:
    """Tell whether an air strike is told of first and missiles only later, of no kind: aircraft fire them, too."""
    missiles = [w for f in story.frames for w in f.weapons if _by(w) == T.MISSILE_STRIKE]
    if any(w.category != W.MISSILE_OTHER for w in missiles) or any(T.MISSILE_STRIKE in f.types for f in story.frames):
        return False
    first = next((f for f in story.frames if T.AIR_STRIKE in f.types or any(w in missiles for w in f.weapons)), None)
    return first is not None and T.AIR_STRIKE in first.types
