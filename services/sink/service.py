"""The sink: keeps the public schema of Postgres current."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import psycopg

from contracts.article import EnrichedArticle
from contracts.topics import ENRICHED, INCIDENTS
from services.runtime import trace
from services.runtime.metrics import END_TO_END_SECONDS
from services.runtime.postgres import Postgres
from services.runtime.service import Handler, Message, Outcome, Processor, Reject
from services.sink.rows import Entry, article_entry, incident_entry, newest, together
from services.sink.write import write

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from services.runtime.settings import Settings

# A batch takes some ten times its size in memory.
MOST_CHARACTERS = 8_000_000

# What the data can be blamed for: the message that does it is found by halving the batch.
_BAD_DATA = (psycopg.DataError, psycopg.IntegrityError, psycopg.errors.ProgramLimitExceeded)


@asynccontextmanager
async def open_sink(settings: Settings) -> AsyncIterator[Handler]:
    """Yield the handler of batches, which connects to Postgres when the first one comes."""
    postgres = Postgres(settings, "sink")

    @asynccontextmanager
    async def handle(messages: Sequence[Message[Any]]) -> AsyncIterator[Outcome]:
        yield await store(postgres, messages)

    try:
        yield handle
    finally:
        await postgres.close()


async def store(postgres: Postgres, messages: Sequence[Message[Any]]) -> Outcome:
    """Store a batch of enriched articles and incidents.

    Messages that Postgres can't hold are rejected; those that are older than what is stored are ``superseded``. Raises
    ``Unavailable`` where Postgres is away.
    """
    entries, rejects = await asyncio.to_thread(_prepare, messages)
    stored = await _store(postgres, entries, rejects)
    now = time.time()
    for index in stored:
        if isinstance(value := messages[index].value, EnrichedArticle):
            END_TO_END_SECONDS.observe(max(0.0, now - value.article.ingested_at.timestamp()))
    labels = dict.fromkeys(entries.keys() - stored - rejects.keys(), "superseded")
    return Outcome(rejects=rejects, labels=labels)


def _prepare(messages: Sequence[Message[Any]]) -> tuple[dict[int, Entry], dict[int, Reject]]:
    entries: dict[int, Entry] = {}
    rejects: dict[int, Reject] = {}
    for index, message in enumerate(messages):
        value = message.value
        try:
            entries[index] = (
                article_entry(value, trace.carried(message.headers))
                if isinstance(value, EnrichedArticle)
                else incident_entry(value)
            )
        except Reject as reject:
            rejects[index] = reject
    return entries, rejects


async def _store(postgres: Postgres, entries: Mapping[int, Entry], rejects: dict[int, Reject]) -> set[int]:
    """Store entries in one transaction, or, where they are too much or bad, half by half; return those now in force."""
    if not entries:
        return set()
    if len(entries) > 1 and sum(entry.size for entry in entries.values()) > MOST_CHARACTERS:
        return await _by_halves(postgres, entries, rejects)
    try:
        rows = await asyncio.to_thread(together, entries)
        async with postgres.transaction() as connection:
            current = await write(connection, rows)
    except _BAD_DATA as error:
        if len(entries) == 1:
            rejects |= dict.fromkeys(entries, Reject("unstorable", str(error)))
            return set()
        return await _by_halves(postgres, entries, rejects)
    return {i for i in newest(entries) if entries[i].key in current.get(entries[i].table, ())}


async def _by_halves(postgres: Postgres, entries: Mapping[int, Entry], rejects: dict[int, Reject]) -> set[int]:
    items, half = list(entries.items()), len(entries) // 2
    return await _store(postgres, dict(items[:half]), rejects) | await _store(postgres, dict(items[half:]), rejects)


SERVICE = Processor("sink", reads=(ENRICHED, INCIDENTS), open=open_sink, needs_postgres=True)
