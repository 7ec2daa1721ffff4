"""What an enricher says of an article."""

from __future__ import annotations

import uuid
from typing import Any, Literal

from pydantic import AwareDatetime, Field

from contracts.casualties import CasualtyClaim
from contracts.entities import Entity
from contracts.model import Model
from contracts.places import Place
from contracts.weapons import WeaponMention


class RawPosition(Model):
    """Where an article's record stands in ``articles.raw``: what the join goes by."""

    partition: int = Field(ge=0, description="partition of the record", examples=[2])
    offset: int = Field(ge=0, description="offset of the record", examples=[1041])


class ProducedBy(Model):
    """Which program, version and model made something."""

    service: str = Field(description="name of the service", examples=["weapons"])
    version: str = Field(description="version of the service", examples=["0.1.0"])
    model: str | None = Field(default=None, description="model or data file and its version", examples=["catalogue-1"])
    milliseconds: float = Field(default=0.0, ge=0, description="processing time", examples=[3.1])


class Provenance(ProducedBy):
    """A ``ProducedBy`` with the outcome."""

    status: Literal["ok", "failed"] = Field(default="ok", description="outcome", examples=["ok"])
    error: str | None = Field(default=None, description="slug of the reason, if it failed", examples=[None])


class EntitiesPayload(Model):
    """Payload of the kind ``entities``."""

    entities: tuple[Entity, ...] = Field(default=(), description="who and what is named")
    places: tuple[Place, ...] = Field(default=(), description="places on the map")


class WeaponsPayload(Model):
    """Payload of the kind ``weapons``."""

    weapons: tuple[WeaponMention, ...] = Field(default=(), description="weapon mentions")


class CasualtiesPayload(Model):
    """Payload of the kind ``casualties``."""

    casualties: tuple[CasualtyClaim, ...] = Field(default=(), description="casualty claims")


PAYLOADS: dict[str, type[Model]] = {
    "entities": EntitiesPayload,
    "weapons": WeaponsPayload,
    "casualties": CasualtiesPayload,
}


class Annotation(Model):
    """One enricher's word on one article; ``failed`` ones too, so that the join never waits in vain."""

    article_id: uuid.UUID = Field(description="the article", examples=["9d3c6a0f-53a2-5c0b-8a53-6f0f4b1c2d3e"])
    content_hash: str = Field(
        description="the version of the article that was read",
        examples=["5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"],
    )
    raw: RawPosition = Field(description="where the article's record stands in `articles.raw`")
    kind: str = Field(description="what is said: entities, weapons, casualties, ...", examples=["weapons"])
    status: Literal["ok", "failed"] = Field(default="ok", description="outcome", examples=["ok"])
    error: str | None = Field(default=None, description="slug of the reason, if it failed", examples=[None])
    produced_by: ProducedBy = Field(description="who made it")
    produced_at: AwareDatetime = Field(description="when", examples=["2024-03-21T08:00:06Z"])
    payload: dict[str, Any] = Field(
        default_factory=dict, description="typed per kind; empty if it failed", examples=[{"weapons": []}]
    )
