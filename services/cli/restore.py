"""``tocsin restore``: Postgres from nothing but the topics."""

from __future__ import annotations

import asyncio
from contextlib import closing
from typing import TYPE_CHECKING, Any

import typer
from pydantic import ValidationError

from contracts.article import AssembledArticle, EnrichedArticle
from contracts.incidents import Incident
from contracts.topics import ASSEMBLED, ENRICHED, INCIDENTS
from services.cli.errors import CommandError
from services.cli.settings import load_settings
from services.runtime.service import Message

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from contracts.topics import Topic
    from services.runtime.settings import Settings

CHUNK = 500


async def read(settings: Settings, topic: Topic) -> AsyncIterator[list[Message[Any]]]:
    """Yield all messages of a topic that can be read, some hundred at a time."""
    from services.runtime.stretch import stretch

    chunk: list[Message[Any]] = []
    async for r in stretch(settings, [topic.full_name]):
        try:
            value = topic.model.from_json(r.value or b"")
        except ValidationError:  # a tombstone, or none of ours
            continue
        chunk.append(Message(value, r.topic, r.partition, r.offset, r.timestamp, r.key, r.headers))
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


async def restored(settings: Settings) -> dict[str, int]:
    """Write the public rows and the linker's index again; return how many messages of each kind were taken.

    Raises ``Unavailable``, and ``CommandError`` where the index is not empty.
    """
    from services.incidents.restore import Restorer
    from services.runtime.postgres import Postgres, conninfo, unavailable
    from services.sink.service import store

    counts = dict.fromkeys(("incidents", "articles", "mentions"), 0)
    public = Postgres(settings, "restore")
    try:
        with unavailable(), closing(Restorer(conninfo(settings.postgres_dsn.get_secret_value(), "restore"))) as index:
            if not await asyncio.to_thread(index.empty):
                raise CommandError("the linker's index holds incidents: this is for a database that was made anew")
            async for chunk in read(settings, INCIDENTS):
                await store(public, chunk)
                some: list[Incident] = [message.value for message in chunk]
                await asyncio.to_thread(index.incidents, some)
                counts["incidents"] += len(chunk)
            async for chunk in read(settings, ENRICHED):
                await store(public, chunk)
                enriched: list[EnrichedArticle] = [message.value for message in chunk]
                await asyncio.to_thread(index.links, enriched)
                counts["articles"] += len(chunk)
            async for chunk in read(settings, ASSEMBLED):
                assembled: list[AssembledArticle] = [message.value for message in chunk]
                counts["mentions"] += await asyncio.to_thread(index.mentions, assembled)
    finally:
        await public.close()
    return counts


def restore() -> int:
    """Fill a new, migrated Postgres with what the topics hold: the public tables and the linker's index.

    Stop `incidents` and `sink` before, start them afterwards: they go on where they were. Incidents are kept on their
    topic for ever, articles for its retention. What was decided is taken over: IDs, links and revisions are the same.
    """
    counts = asyncio.run(restored(load_settings()))
    typer.echo(", ".join(f"{number} {what}" for what, number in counts.items()) + " restored")
    return 0
