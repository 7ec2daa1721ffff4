"""Weapons and what was done with them."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from contracts.model import Model, Probability
from contracts.spans import Count, Section, Span


class WeaponCategory(StrEnum):
    """What kind of weapon it is."""

    MISSILE_BALLISTIC = "missile_ballistic"
    MISSILE_CRUISE = "missile_cruise"
    MISSILE_HYPERSONIC = "missile_hypersonic"
    MISSILE_OTHER = "missile_other"
    AIR_DEFENCE = "air_defence"
    DRONE = "drone"
    AIRCRAFT = "aircraft"
    HELICOPTER = "helicopter"
    ARTILLERY = "artillery"
    MLRS = "mlrs"
    MORTAR = "mortar"
    BOMB = "bomb"
    CLUSTER_MUNITION = "cluster_munition"
    MINE = "mine"
    IED = "ied"
    CHEMICAL = "chemical"
    SMALL_ARMS = "small_arms"
    TANK = "tank"
    ARMOURED_VEHICLE = "armoured_vehicle"
    SHIP = "ship"
    GRENADE = "grenade"
    EXPLOSIVE = "explosive"
    AMMUNITION = "ammunition"
    WEAPON_GENERIC = "weapon_generic"


class WeaponRole(StrEnum):
    """What the sentence does with the weapon."""

    LAUNCHED = "launched"
    INTERCEPTED = "intercepted"
    HIT = "hit"
    DEBRIS = "debris"
    DESTROYED = "destroyed"
    SUPPLIED = "supplied"
    REQUESTED = "requested"
    PLEDGED = "pledged"
    POSSESSED = "possessed"
    CAPTURED = "captured"
    CAPABILITY = "capability"
    ATTACK_MEANS = "attack_means"
    GENERIC = "generic"


class WeaponMention(Model):
    """One mention of a weapon or a class of weapons."""

    weapon_id: str | None = Field(
        default=None, description="slug in the catalogue; null for a mere class", examples=["kh-47m2-kinzhal"]
    )
    name: str | None = Field(
        default=None, description="canonical name; null for a mere class", examples=["Kh-47M2 Kinzhal"]
    )
    category: WeaponCategory = Field(description="kind of weapon", examples=["missile_hypersonic"])
    span: Span = Field(description="the mention")
    role: WeaponRole = Field(
        default=WeaponRole.GENERIC, description="what the sentence does with it", examples=["launched"]
    )
    quantity: Count | None = Field(default=None, description="how many, where the sentence says it of this weapon")
    operator: str | None = Field(
        default=None, description="who has or uses it, as the article names them", examples=["Russia"]
    )
    attributive: bool = Field(
        default=False, description='stands before another noun ("missile strike")', examples=[False]
    )
    confidence: Probability = Field(default=1.0, description="that this is a weapon and this one", examples=[0.95])
    section: Section = Field(default=Section.BODY, description="part of the article", examples=["body"])
    rule: str | None = Field(default=None, description="name of the rule that made it", examples=["alias"])
