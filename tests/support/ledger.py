"""Messages for the sink, made up: articles with every part, incidents with histories."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

from contracts.annotation import Provenance
from contracts.article import EnrichedArticle, RawArticle
from contracts.casualties import CasualtyClaim, Victims
from contracts.entities import Entity
from contracts.incidents import Evidence, Incident, IncidentLink, Toll, TollReport
from contracts.model import Model
from contracts.places import Place
from contracts.spans import Count, Qualifier, Span, When
from contracts.topics import ENRICHED, INCIDENTS
from contracts.weapons import WeaponMention
from services.runtime.service import Message

START = datetime(2024, 3, 21, 8, tzinfo=UTC)
NAMESPACE = uuid.UUID(int=0xC0FFEE)


def named(*parts: object) -> str:
    """Return the UUID of a name."""
    return str(uuid.uuid5(NAMESPACE, "/".join(map(str, parts))))


def span(article: RawArticle, words: str) -> Span:
    """Return the first span of some words in the text."""
    start = article.text.index(words)
    return Span(field="text", start=start, end=start + len(words), quote=words)


def enriched(number: int, *, edit: int = 0, incident: int | None = None, **changes: Any) -> EnrichedArticle:
    """Make an article with every part; ``edit`` counts its later versions, which lose one claim and gain a word each."""
    text = (
        f"Rockets hit Ardburg on Tuesday. Seven people died and {number} were hurt, the mayor said." + " Again." * edit
    )
    article = RawArticle(
        url=f"https://example.org/{number}",
        source=f"Outlet {number % 3}",
        title=f"Strike {number}",
        text=text,
        language="en",
        published_at=START,
        ingested_at=START + timedelta(hours=edit),
        attributes={"desk": "east"},
    )
    at = str(article.article_id)
    incident_id = named("incident", number if incident is None else incident)
    claims = [
        CasualtyClaim(
            claim_id=named(at, words),
            harm=harm,
            count=count,
            victims=Victims(quote="people", names=("A. Person",)),
            place_id="tocsin:ardburg",
            when=When(start=date(2024, 3, 19), end=date(2024, 3, 19), precision="day"),
            claimant="the mayor",
            span=span(article, words),
        )
        for harm, count, words in (
            ("killed", Count.exact(7), "Seven people died"),
            ("injured", Count(best=number, min=number, qualifier=Qualifier.AT_LEAST), f"{number} were hurt"),
        )
    ][: 1 if edit else 2]
    made = {
        "article": article,
        "entities": (
            Entity(label="GPE", name="Ardburg", spans=(span(article, "Ardburg"),), place_id="tocsin:ardburg"),
        ),
        "places": (
            Place(
                place_id="tocsin:ardburg",
                name="Ardburg",
                kind="town",
                country="UA",
                lat=50.5,
                lon=30.25,
                precision="settlement",
                spans=(span(article, "Ardburg"),),
            ),
        ),
        "weapons": (WeaponMention(category="mlrs", span=span(article, "Rockets"), role="hit", quantity=Count(min=2)),),
        "casualties": tuple(claims),
        "incidents": (
            IncidentLink(
                incident_id=incident_id,
                mention_id=named(at, edit),
                role="main",
                type="shelling",
                place_id="tocsin:ardburg",
                when=claims[0].when,
                killed=Count.exact(7),
                weapon_ids=("bm-21-grad",),
                claim_ids=tuple(claim.claim_id for claim in claims),
                spans=(claims[0].span,),
                evidence=(Evidence(feature="same_place", weight=2.25),),
            ),
        ),
        "provenance": {"weapons": Provenance(service="weapons", version="1")},
        "enriched_at": START + timedelta(hours=edit, seconds=5),
    }
    return EnrichedArticle(**(made | changes))


def incident(number: int, *, revision: int = 1, **changes: Any) -> Incident:
    """Make an incident whose history has as many reports as its revision."""
    history = tuple(
        TollReport(
            count=Count.exact(7 + at),
            claimant="the mayor",
            source="Outlet 0",
            article_id=named("article", number, at),
            claim_id=named("claim", number, at),
            reported_at=START + timedelta(hours=at),
        )
        for at in range(revision)
    )
    made = {
        "incident_id": named("incident", number),
        "type": "shelling",
        "place": Place(place_id="tocsin:ardburg", name="Ardburg", kind="town", country="UA", precision="settlement"),
        "when": When(start=date(2024, 3, 19), end=date(2024, 3, 19), precision="day"),
        "killed": Toll(current=history[-1].count, history=history),
        "weapons": ("bm-21-grad",),
        "article_count": revision,
        "sources": ("Outlet 0",),
        "first_reported_at": START,
        "updated_at": START,
        "revision": revision,
    }
    return Incident(**(made | changes))


def message(value: Model, offset: int = 0) -> Message[Any]:
    """Wrap a value as it comes off its topic."""
    topic = ENRICHED if isinstance(value, EnrichedArticle) else INCIDENTS
    return Message(value=value, topic=topic.full_name, partition=0, offset=offset, timestamp_ms=0)
