"""Who and what is named."""

from __future__ import annotations

from pydantic import Field

from contracts.model import Model, Probability
from contracts.spans import Span


class Entity(Model):
    """A named person, organisation, place, ..., once for all its mentions in an article."""

    label: str = Field(description="OntoNotes label: PERSON, ORG, GPE, LOC, FAC, NORP, EVENT, ...", examples=["PERSON"])
    name: str = Field(description="canonical in this article: the fullest form", examples=["Volodymyr Zelensky"])
    spans: tuple[Span, ...] = Field(
        min_length=1, description="every mention: names, and the offices and pronouns that stand for one"
    )
    place_id: str | None = Field(
        default=None, description="the place in `places`, for GPE, LOC and FAC", examples=[None]
    )
    confidence: Probability = Field(default=1.0, description="that span and label are right", examples=[0.9])
