"""Incidents in the world, and how articles tell of them."""

from __future__ import annotations

from enum import StrEnum

from pydantic import AwareDatetime, Field

from contracts.casualties import ClaimStatus
from contracts.model import Model, Probability
from contracts.places import Place
from contracts.spans import Count, Span, When


class IncidentType(StrEnum):
    """The deadliest means of an incident."""

    MISSILE_STRIKE = "missile_strike"
    AIR_STRIKE = "air_strike"
    DRONE_ATTACK = "drone_attack"
    SHELLING = "shelling"
    IED_BOMBING = "ied_bombing"
    SUICIDE_BOMBING = "suicide_bombing"
    GROUND_ASSAULT = "ground_assault"
    SHOOTING = "shooting"
    CHEMICAL_ATTACK = "chemical_attack"
    MASSACRE = "massacre"
    NAVAL_ATTACK = "naval_attack"
    MINE_EXPLOSION = "mine_explosion"
    SABOTAGE = "sabotage"
    OTHER = "other"


class LinkRole(StrEnum):
    """What an incident is to an article."""

    MAIN = "main"
    BACKGROUND = "background"


class Evidence(Model):
    """One reason for a link."""

    feature: str = Field(description="what was compared", examples=["same_place"])
    weight: float = Field(description="what it added to the decision, in nats", examples=[2.3])


class IncidentLink(Model):
    """An article's account (mention) of an incident."""

    incident_id: str = Field(description="UUID of the incident", examples=["0b0b9a6e-..."])
    mention_id: str = Field(description="UUID of this account, stable for the article's version", examples=["f3a4..."])
    role: LinkRole = Field(description="main or background", examples=["main"])
    type: IncidentType = Field(description="as this article tells it", examples=["missile_strike"])
    place_id: str | None = Field(default=None, description="the place in `places`", examples=["geonames:703448"])
    when: When | None = Field(default=None, description="as this article tells it")
    killed: Count | None = Field(default=None, description="this article's toll of dead")
    injured: Count | None = Field(default=None, description="this article's toll of injured")
    weapon_ids: tuple[str, ...] = Field(
        default=(), description="catalogue slugs of the weapons", examples=[["kh-47m2-kinzhal"]]
    )
    claim_ids: tuple[str, ...] = Field(
        default=(), description="the claims that speak of it", examples=[["6ff3c1b2-..."]]
    )
    part_of: str | None = Field(
        default=None,
        description="UUID of the attack on several places that it is a part of, as this article tells it",
        examples=[None],
    )
    spans: tuple[Span, ...] = Field(default=(), description="where the article tells it")
    confidence: Probability = Field(
        default=1.0, description="that the mention belongs to this incident", examples=[0.9]
    )
    evidence: tuple[Evidence, ...] = Field(default=(), description="why it was joined to this incident")


class TollReport(Model):
    """Who said what when."""

    count: Count = Field(description="the figure")
    status: ClaimStatus = Field(default=ClaimStatus.REPORTED, description="reported or denied", examples=["reported"])
    claimant: str | None = Field(default=None, description="who says so", examples=["local officials"])
    source: str | None = Field(default=None, description="outlet", examples=["Wire A"])
    article_id: str = Field(description="UUID of the article", examples=["9a1f..."])
    claim_id: str | None = Field(default=None, description="the claim", examples=["6ff3c1b2-..."])
    reported_at: AwareDatetime = Field(
        description="publication of the article, else its arrival", examples=["2024-03-21T08:00:00Z"]
    )


class Toll(Model):
    """A figure that rises: the current best, and its history."""

    current: Count | None = Field(default=None, description="best figure now")
    history: tuple[TollReport, ...] = Field(default=(), description="every report, oldest first")


class Incident(Model):
    """An event in the world, folded from all its mentions."""

    incident_id: str = Field(description="UUID, never reused", examples=["0b0b9a6e-..."])
    type: IncidentType = Field(description="deadliest means", examples=["missile_strike"])
    place: Place | None = Field(default=None, description="where; without spans")
    when: When = Field(default=When(), description="when")
    killed: Toll = Field(default=Toll(), description="dead")
    injured: Toll = Field(default=Toll(), description="injured")
    weapons: tuple[str, ...] = Field(default=(), description="catalogue slugs", examples=[["kh-47m2-kinzhal"]])
    article_count: int = Field(default=0, ge=0, description="articles that tell of it", examples=[3])
    sources: tuple[str, ...] = Field(default=(), description="their outlets", examples=[["Wire A", "Gazette B"]])
    first_reported_at: AwareDatetime | None = Field(
        default=None, description="earliest article", examples=["2024-03-21T08:00:00Z"]
    )
    updated_at: AwareDatetime | None = Field(
        default=None, description="latest article", examples=["2024-03-21T11:00:00Z"]
    )
    merged_into: str | None = Field(
        default=None, description="the incident that this one became part of", examples=[None]
    )
    part_of: str | None = Field(
        default=None, description="the coordinated attack that this is a part of", examples=[None]
    )
    revision: int = Field(default=1, ge=1, description="rises with every change", examples=[4])
