"""The linker as a service: assembled articles in, enriched articles and incidents out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from time import perf_counter

from pydantic import ValidationError

from contracts.article import AssembledArticle
from contracts.topics import ASSEMBLED, ENRICHED, INCIDENTS
from services.incidents.enrich import enriched
from services.incidents.mentions import Parts, find_mentions
from services.incidents.postgres import Decided, PostgresIndex, collect_rarely
from services.incidents.records import Mention
from services.runtime import trace
from services.runtime.dead_letters import said
from services.runtime.metrics import ARTICLES_LINKED, ARTICLES_WITHOUT, CANDIDATES_PASSED_OVER, INCIDENT_EVENTS
from services.runtime.postgres import conninfo, unavailable
from services.runtime.service import Handler, Message, Outcome, Output, Processor, Reject
from services.runtime.settings import Settings

Told = dict[int, tuple[Parts, tuple[Mention, ...], float]]


@asynccontextmanager
async def open_linker(settings: Settings) -> AsyncIterator[Handler]:
    """Yield the handler of batches, which connects to Postgres when the first one comes."""
    for what in ("place", "claim", "incident"):  # a share needs its zero
        ARTICLES_WITHOUT.labels(what=what)
    collect_rarely()
    index = PostgresIndex(conninfo(settings.postgres_dsn.get_secret_value(), "incidents"))

    @asynccontextmanager
    async def handle(messages: Sequence[Message[AssembledArticle]]) -> AsyncIterator[Outcome]:
        told, rejects = await asyncio.to_thread(_read, messages)
        try:
            with unavailable():
                items = [(parts.article, mentions) for parts, mentions, _ in told.values()]
                decided = await asyncio.to_thread(index.link, items)
            _count(told, decided)
            yield _outcome(messages, told, decided, rejects)
        finally:
            await asyncio.to_thread(index.release)

    try:
        yield handle
    finally:
        await asyncio.to_thread(index.close)


def _read(messages: Sequence[Message[AssembledArticle]]) -> tuple[Told, dict[int, Reject]]:
    told: Told = {}
    rejects: dict[int, Reject] = {}
    for number, message in enumerate(messages):
        started = perf_counter()
        try:
            parts = Parts.of(message.value)
        except ValidationError as error:
            rejects[number] = Reject("invalid-payload", said(error))
            continue
        mentions = find_mentions(parts)
        told[number] = (parts, mentions, 1000 * (perf_counter() - started))
    return told, rejects


def _outcome(
    messages: Sequence[Message[AssembledArticle]], told: Told, decided: Decided, rejects: dict[int, Reject]
) -> Outcome:
    now = datetime.now(UTC)
    made: list[tuple[tuple[datetime, str], Output]] = []
    labels: dict[int, str] = {}
    for (number, (parts, _, milliseconds)), linked in zip(told.items(), decided.linked, strict=True):
        if linked.superseded:
            labels[number] = "superseded"
            continue
        article = enriched(messages[number].value, parts, linked, now, milliseconds)
        output = Output(ENRICHED, linked.article_id, article.to_json(), headers=(_header(messages[number]),))
        made.append(((parts.article.ingested_at, parts.article.content_hash), output))
    outputs = [output for _, output in sorted(made, key=lambda pair: pair[0])]  # of an article the newest version last
    outputs += [Output(INCIDENTS, i, incident.to_json()) for i, incident in sorted(decided.incidents.items())]
    return Outcome(outputs, rejects, labels)


def _header(message: Message[AssembledArticle]) -> tuple[str, bytes]:
    where = message.topic, message.partition, message.offset
    return trace.onward(trace.of(message.headers, *where), "incidents")


def _count(told: Told, decided: Decided) -> None:
    for (parts, mentions, _), linked in zip(told.values(), decided.linked, strict=True):
        ARTICLES_LINKED.inc()
        if not parts.places:
            ARTICLES_WITHOUT.labels(what="place").inc()
        if not parts.casualties:
            ARTICLES_WITHOUT.labels(what="claim").inc()
        if not mentions:
            ARTICLES_WITHOUT.labels(what="incident").inc()
        CANDIDATES_PASSED_OVER.inc(linked.passed_over)
        for event, number in linked.events.items():
            INCIDENT_EVENTS.labels(event=event).inc(number)


SERVICE = Processor("incidents", reads=(ASSEMBLED,), open=open_linker, needs_postgres=True)
