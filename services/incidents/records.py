"""What the linker keeps: an article's mentions, and an incident with all of them."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta

from pydantic import AwareDatetime, Field

from contracts.article import RawArticle
from contracts.incidents import IncidentLink, IncidentType, LinkRole, TollReport
from contracts.model import Model
from contracts.places import Place, PlacePrecision
from contracts.spans import Count, Span, When

VAGUE_DAYS = 21


class Traces(Model):
    """What tells one event from another beside place and day: all normalised, sorted, without doubles."""

    persons: tuple[str, ...] = Field(default=(), description="victims and suspects: `first last`")
    streets: tuple[str, ...] = Field(
        default=(), description="streets, with the block where it is said: `2400 benning road`"
    )
    venues: tuple[str, ...] = Field(default=(), description="named sites")
    names: tuple[str, ...] = Field(default=(), description="what else bears a name")
    headline: tuple[str, ...] = Field(default=(), description="words of the headline")
    ages: tuple[int, ...] = Field(default=(), description="ages of people in the story")
    clock: tuple[int, ...] = Field(default=(), description="times of day, minutes after midnight")
    copies: tuple[str, ...] = Field(default=(), description="fingerprints of paragraphs, for syndicated copy")
    circumstances: tuple[str, ...] = Field(default=(), description="slugs of what marks the event")


class Mention(Model):
    """One article's account of one incident, with all that linking and folding need."""

    mention_id: str
    article_id: str
    role: LinkRole
    type: IncidentType
    place: Place | None = None
    nearby: tuple[Place, ...] = Field(
        default=(), description="other places of the story, any of which may be the true one"
    )
    event: str | None = Field(default=None, description="name of an event that everybody knows")
    whole: str | None = Field(default=None, description="mention of the attack on several places that it is a part of")
    part_of: str | None = Field(default=None, description="incident of that mention, once it is linked")
    coordinated: bool = Field(default=False, description="tells of an attack on several places as a whole")
    when: When = When()
    also: tuple[date, ...] = Field(default=(), description="other days that the story names")
    killed: Count | None = None
    injured: Count | None = None
    killed_reports: tuple[TollReport, ...] = ()
    injured_reports: tuple[TollReport, ...] = ()
    weapon_ids: tuple[str, ...] = ()
    claim_ids: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()
    traces: Traces = Traces()
    source: str | None = None
    reported_at: AwareDatetime

    def days(self) -> tuple[date, date] | None:
        """Return the first and last day on which it can have happened, None where nothing says so.

        Where the text gives none, what it is about lies within the ``VAGUE_DAYS`` before publication.
        """
        start, end = self.when.start, self.when.end
        if start is None:
            return None
        last = max(start, end or start)
        if self.when.basis == "text":
            return start, last
        return min(start, last - timedelta(days=VAGUE_DAYS)) if self.role == LinkRole.MAIN else start, last

    def spots(self) -> tuple[Place | None, ...]:
        """Return the places under which the index files it."""
        return (self.place, *self.nearby)

    def exact(self) -> bool:
        """Return whether the text itself names the day."""
        days = self.days()
        return self.when.basis == "text" and days is not None and (days[1] - days[0]).days <= 1


class Version(Model):
    """Which version of an article the index holds, how it was linked, and which incidents that changed."""

    article_id: str
    content_hash: str
    ingested_at: AwareDatetime
    reported_at: AwareDatetime
    fingerprint: str
    links: tuple[IncidentLink, ...] = ()
    touched: tuple[str, ...] = ()


CELL_DEGREES = 0.5
WIDE = frozenset({PlacePrecision.COUNTRY, PlacePrecision.REGION})


def blocks_of(place: Place | None) -> tuple[str, ...]:
    """Return the blocks of the map under which an account of an event at a place is filed.

    A point is filed under its cell and under ``in:`` its first-level unit, a unit or a country under its own name.
    """
    if place is None:
        return ("nowhere",)
    unit = f"{place.country}:{place.admin1 or place.name}"
    if place.precision in WIDE or place.lat is None or place.lon is None:
        return (f"wide:{place.country or place.place_id}",)
    if place.precision == PlacePrecision.ADMIN1:
        return (f"unit:{unit}",)
    row, column = cell_of(place.lat, place.lon)
    return f"cell:{row}:{column}", f"in:{unit}"


def blocks_near(place: Place | None) -> tuple[str, ...]:
    """Return the blocks in which other accounts of the same event may be filed."""
    filed = blocks_of(place)
    if place is None or place.precision in WIDE or place.lat is None or place.lon is None:
        return filed
    unit = f"{place.country}:{place.admin1 or place.name}"
    wider = (f"unit:{unit}", f"wide:{place.country}")
    if place.precision == PlacePrecision.ADMIN1:
        return (f"in:{unit}", *wider)
    row, column = cell_of(place.lat, place.lon)
    columns = int(360 / CELL_DEGREES)
    half = columns // 2
    near = {f"cell:{row + i}:{(column + j + half) % columns - half}" for i in (-1, 0, 1) for j in (-1, 0, 1)}
    return (*sorted(near), *wider)


def cell_of(lat: float, lon: float) -> tuple[int, int]:
    """Return the cell of the map that a point lies in."""
    return int(lat // CELL_DEGREES), int(lon // CELL_DEGREES)


def reported_at(article: RawArticle) -> datetime:
    """Return when an article reported: its publication, else its arrival."""
    return article.published_at or article.ingested_at


def fingerprint(mentions: tuple[Mention, ...]) -> str:
    """Hash an article's mentions, so that the same reading of the same article is known again."""
    digest = hashlib.sha256()
    for mention in mentions:
        digest.update(mention.to_json())
    return digest.hexdigest()
