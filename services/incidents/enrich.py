"""Put an article and what was found in it together as an enriched article."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from time import perf_counter

from contracts.annotation import Annotation, Provenance, RawPosition
from contracts.article import AssembledArticle, EnrichedArticle, RawArticle
from services import VERSION
from services.incidents.index import Linked, MemoryIndex, link
from services.incidents.mentions import Parts, find_mentions

SERVICE_NAME = "incidents"
MODEL = "evidence-1"


def enriched(
    assembled: AssembledArticle, parts: Parts, linked: Linked, now: datetime, milliseconds: float
) -> EnrichedArticle:
    """Build the message for ``articles.enriched``."""
    provenance = {
        a.kind: Provenance(**a.produced_by.model_dump(), status=a.status, error=a.error) for a in assembled.annotations
    }
    provenance[SERVICE_NAME] = Provenance(
        service=SERVICE_NAME, version=VERSION, model=MODEL, milliseconds=round(milliseconds, 3)
    )
    return EnrichedArticle(
        article=assembled.article,
        entities=parts.entities,
        places=parts.places,
        weapons=parts.weapons,
        casualties=parts.casualties,
        incidents=linked.links,
        annotations={
            a.kind: a.payload for a in assembled.annotations if a.payload and a.kind not in EnrichedArticle.model_fields
        },
        provenance=provenance,
        enriched_at=now,
    )


def enrich_in_memory(
    article: RawArticle, annotations: Iterable[Annotation], index: MemoryIndex, now: datetime, *, linking: bool = True
) -> EnrichedArticle:
    """Link one article on an index in memory, with what the enrichers said of it.

    Without ``linking`` the article is only put together, without incidents.
    """
    started = perf_counter()
    assembled = AssembledArticle(
        article=article, raw=RawPosition(partition=0, offset=0), annotations=tuple(annotations)
    )
    parts = Parts.of(assembled)
    linked = link(index, article, find_mentions(parts)) if linking else Linked(str(article.article_id))
    return enriched(assembled, parts, linked, now, 1000 * (perf_counter() - started))
