"""Mentions and articles for the tests of the linker, made up."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

from contracts.article import RawArticle
from contracts.incidents import IncidentType, LinkRole, TollReport
from contracts.places import Place, PlacePrecision
from contracts.spans import Count, Precision, When
from services.incidents.records import Mention, Traces

START = datetime(2024, 3, 21, 8, tzinfo=UTC)
NAMESPACE = uuid.UUID(int=0xBEEF)


def place(name: str, lat: float, lon: float, precision: str = "settlement", admin1: str = "North") -> Place:
    """Return a place in the country of the tests."""
    return Place(
        place_id=f"tocsin:{name.lower()}", name=name, kind="city", country="UA", admin1=admin1, lat=lat, lon=lon,
        precision=PlacePrecision(precision),
    )  # fmt: skip


ARDBURG = place("Ardburg", 50.0, 30.0)
MILL_QUARTER = place("Mill Quarter", 50.05, 30.05, "district")
NEXT_TOWN = place("Lowford", 50.2, 30.1)
FAR_TOWN = place("Farwick", 47.0, 35.0, admin1="South")
COUNTRY = place("Ukraine", 49.0, 32.0, "country")


def on(day: date) -> When:
    """Return a day that a text names."""
    return When(start=day, end=day, precision=Precision.DAY)


def article(number: int = 0, *, hours: float = 0, edit: int = 0, **changes: Any) -> RawArticle:
    """Return an article of the day of the tests; ``edit`` counts its later versions."""
    return RawArticle(
        url=f"https://example.org/{number}",
        source=f"Outlet {number % 3}",
        title=f"Report {number}",
        text=f"Version {edit}.",
        published_at=START + timedelta(hours=hours),
        ingested_at=START + timedelta(hours=hours + edit),
        **changes,
    )


def mention(of: RawArticle, **changes: Any) -> Mention:
    """Return the main mention of an article: a missile strike on Ardburg on the day of publication."""
    told: dict[str, Any] = {
        "role": LinkRole.MAIN,
        "type": IncidentType.MISSILE_STRIKE,
        "place": ARDBURG,
        "when": on(START.date()),
        "traces": Traces(),
    } | changes
    key = (
        f"{of.article_id}|{told['type']}|{told['place'] and told['place'].place_id}|{told['when'].start}|{told['role']}"
    )
    return Mention(
        mention_id=str(uuid.uuid5(NAMESPACE, key)),
        article_id=str(of.article_id),
        source=of.source,
        reported_at=of.published_at or of.ingested_at,
        **told,
    )


def report(of: RawArticle, killed: int, claimant: str | None = None) -> dict[str, Any]:
    """Return the fields of a mention that tells of so many dead."""
    count = Count.exact(killed)
    moment = of.published_at or of.ingested_at
    told = TollReport(
        count=count, claimant=claimant, source=of.source, article_id=str(of.article_id), reported_at=moment
    )
    return {"killed": count, "killed_reports": (told,)}
