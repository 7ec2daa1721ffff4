"""The topics: their names, keys, messages and settings."""

from __future__ import annotations

from dataclasses import dataclass, field

from contracts.annotation import Annotation
from contracts.article import AssembledArticle, EnrichedArticle, RawArticle
from contracts.dead_letter import DeadLetter
from contracts.incidents import Incident
from contracts.model import Model

PREFIX = "tocsin"
VERSION = "v1"
MAX_MESSAGE_BYTES = 16 * 1024 * 1024
MAX_DEAD_LETTER_BYTES = MAX_MESSAGE_BYTES + 256 * 1024  # the largest message, and why it is dead
WEEK_MS = 7 * 24 * 3600 * 1000

READER_SERVICES = ("entities", "weapons", "casualties", "assembler", "incidents", "sink")


@dataclass(frozen=True)
class Topic:
    """One topic: ``tocsin.<name>.v1``."""

    name: str
    model: type[Model]
    key: str
    title: str
    partitioning: str = "by key"
    compacted: bool = False
    partitions: int | None = None
    retention_ms: int = WEEK_MS
    max_message_bytes: int = MAX_MESSAGE_BYTES
    readers: tuple[str, ...] = field(default=())
    writers: tuple[str, ...] = field(default=())

    @property
    def full_name(self) -> str:
        """Return the name in Kafka."""
        return f"{PREFIX}.{self.name}.{VERSION}"

    def settings(self) -> dict[str, str]:
        """Return the topic's Kafka settings."""
        size = {"max.message.bytes": str(self.max_message_bytes)}
        if self.compacted:
            return {"cleanup.policy": "compact", "min.compaction.lag.ms": "60000"} | size
        return {"cleanup.policy": "delete", "retention.ms": str(self.retention_ms)} | size


def dead_letters(service: str) -> Topic:
    """Return the topic of a service's dead letters."""
    return Topic(
        name=f"dead-letters.{service}",
        model=DeadLetter,
        key="topic/partition/offset of the original",
        title=f"records that {service} could not handle, byte-identical, with the reason in their headers",
        partitions=1,
        retention_ms=4 * WEEK_MS,
        max_message_bytes=MAX_DEAD_LETTER_BYTES,
        readers=("operators",),
        writers=(service,),
    )


RAW = Topic(
    "articles.raw",
    RawArticle,
    "article_id",
    "articles as published; any producer may write",
    partitioning="the producer's own affair",
    readers=("entities", "weapons", "casualties", "assembler"),
    writers=("ingest", "any producer"),
)
ANNOTATIONS = Topic(
    "articles.annotations",
    Annotation,
    "article_id",
    "what each enricher says of an article",
    partitioning="the partition of the raw record",
    readers=("assembler",),
    writers=("entities", "weapons", "casualties"),
)
ASSEMBLED = Topic(
    "articles.assembled",
    AssembledArticle,
    "article_id",
    "articles with all their annotations",
    partitioning="by key",
    readers=("incidents",),
    writers=("assembler",),
)
ENRICHED = Topic(
    "articles.enriched",
    EnrichedArticle,
    "article_id",
    "articles with entities, places, weapons, casualties and incidents",
    partitioning="by key",
    readers=("sink", "any consumer"),
    writers=("incidents",),
)
INCIDENTS = Topic(
    "incidents",
    Incident,
    "incident_id",
    "the ledger: the latest record of each incident",
    compacted=True,
    readers=("sink", "any consumer"),
    writers=("incidents",),
)
STREAM: tuple[Topic, ...] = (RAW, ANNOTATIONS, ASSEMBLED, ENRICHED, INCIDENTS)


def all_topics() -> tuple[Topic, ...]:
    """Return every topic, dead letters last."""
    return STREAM + tuple(dead_letters(service) for service in READER_SERVICES)
