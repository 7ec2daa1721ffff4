"""Places on the map."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from contracts.model import Model, Probability
from contracts.spans import Span


class PlacePrecision(StrEnum):
    """What kind of thing the coordinates stand for."""

    SITE = "site"
    DISTRICT = "district"
    SETTLEMENT = "settlement"
    ADMIN2 = "admin2"
    ADMIN1 = "admin1"
    COUNTRY = "country"
    REGION = "region"


class Place(Model):
    """A place that an article names, once for all its mentions."""

    place_id: str = Field(
        description="`geonames:ID` where GeoNames has it, else `tocsin:slug`", examples=["geonames:703448"]
    )
    name: str = Field(description="the gazetteer's name", examples=["Kyiv"])
    kind: str = Field(description="city, town, oblast, raion, district, country, sea, plant, ...", examples=["city"])
    country: str | None = Field(default=None, pattern="^[A-Z]{2}$", description="ISO 3166-1 alpha-2", examples=["UA"])
    admin1: str | None = Field(default=None, description="name of the first-level unit", examples=["Kyiv City"])
    city: str | None = Field(
        default=None, description="the city that a district, a suburb or a site belongs to", examples=["Kyiv"]
    )
    lat: float | None = Field(default=None, ge=-90, le=90, description="degrees north, WGS 84", examples=[50.4547])
    lon: float | None = Field(default=None, ge=-180, le=180, description="degrees east, WGS 84", examples=[30.5238])
    precision: PlacePrecision = Field(description="what the coordinates stand for", examples=["settlement"])
    spans: tuple[Span, ...] = Field(default=(), description="every mention in the article")
    confidence: Probability = Field(default=1.0, description="that these words name this place", examples=[0.95])
    rule: str | None = Field(
        default=None, description="name of the rule that chose it of the places of its name", examples=["contained"]
    )
