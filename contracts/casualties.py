"""Casualty claims: who was harmed, how many, according to whom."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from contracts.model import Model, Probability
from contracts.spans import Count, Section, Span, When


class Harm(StrEnum):
    """What happened to people."""

    KILLED = "killed"
    INJURED = "injured"
    MISSING = "missing"
    TRAPPED = "trapped"
    CAPTURED = "captured"
    ABDUCTED = "abducted"
    DISPLACED = "displaced"


class Scope(StrEnum):
    """What a figure sums up."""

    INCIDENT = "incident"
    CUMULATIVE = "cumulative"
    HISTORIC = "historic"


class ClaimStatus(StrEnum):
    """Whether the harm is said to have happened."""

    REPORTED = "reported"
    DENIED = "denied"
    HYPOTHETICAL = "hypothetical"
    FEARED = "feared"


class Victims(Model):
    """Whom the claim is about."""

    quote: str | None = Field(default=None, description="the words of the article", examples=["four children"])
    group: str = Field(
        default="people",
        description="civilians, children, women, soldiers, police, medics, journalists, fighters, ..., people",
        examples=["children"],
    )
    side: str | None = Field(default=None, description="whose people they are, where it is said", examples=["Ukraine"])
    names: tuple[str, ...] = Field(
        default=(), description="victims named in the span", examples=[["Svitlana Lukianchyk"]]
    )


class CasualtyClaim(Model):
    """One casualty statement, tied to its words."""

    claim_id: str = Field(
        description="UUID, the same for the same words of the same article", examples=["6ff3c1b2-..."]
    )
    harm: Harm = Field(description="what happened", examples=["killed"])
    count: Count = Field(description="how many")
    victims: Victims = Field(default=Victims(), description="who")
    place_id: str | None = Field(
        default=None, description="the place in `places` where it happened", examples=["geonames:703448"]
    )
    when: When | None = Field(default=None, description="when it happened")
    claimant: str | None = Field(
        default=None, description="who says so, in the article's words", examples=["local officials"]
    )
    scope: Scope = Field(
        default=Scope.INCIDENT, description="this incident, a running total, or the past", examples=["incident"]
    )
    status: ClaimStatus = Field(
        default=ClaimStatus.REPORTED, description="said to have happened, or not", examples=["reported"]
    )
    part_of: str | None = Field(
        default=None, description="claim_id of the total that includes this one", examples=[None]
    )
    span: Span = Field(description="the words that state it")
    confidence: Probability = Field(default=1.0, description="that harm and count are read rightly", examples=[0.9])
    section: Section = Field(default=Section.BODY, description="part of the article", examples=["body"])
    same_as: str | None = Field(
        default=None, description="claim_id of the earlier claim that this one repeats", examples=[None]
    )
    adds_to: str | None = Field(
        default=None,
        description="claim_id of the earlier claim whose victims are others: the figures add up",
        examples=[None],
    )
    rule: str | None = Field(default=None, description="name of the rule that made it", examples=["passive"])
