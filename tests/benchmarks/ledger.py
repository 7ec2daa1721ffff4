"""The sink's write path against bare ``executemany`` of the same rows."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb
from pydantic_core import to_jsonable_python

from contracts.article import EnrichedArticle
from services.cli.enrich import Line, annotate_line, linker, load_models
from services.runtime.migrate import migrate
from services.runtime.postgres import Postgres
from services.runtime.service import Message
from services.runtime.settings import Settings
from services.sink.rows import article_entry, together
from services.sink.service import store
from services.sink.write import PARENTS
from tests.benchmarks.measure import Row, Size, interleaved, ratio, speeds
from tests.benchmarks.neighbours import folder, postgres
from tests.benchmarks.prose import articles
from tests.support.ledger import message

BATCH = 200
EMPTY = "TRUNCATE tocsin.articles, tocsin.incidents CASCADE"
TABLES = [name for parent in PARENTS for name in (parent.table, *(part for part, _ in parent.parts))]


def enriched(count: int) -> list[EnrichedArticle]:
    """Run the enrichers and the linker over generated articles."""
    load_models(Settings(_env_file=None))
    link = linker(linking=True)
    return [link(annotate_line(Line(n, value), 0)) for n, value in enumerate(articles(0, count))]


def ours(settings: Settings, batches: list[list[Message[Any]]]) -> float:
    """Return seconds of the sink's path, from messages to the last commit."""

    async def measure() -> float:
        sink = Postgres(settings, "bench")
        async with sink.transaction() as connection:
            await connection.execute(EMPTY)
        began = time.perf_counter()
        for batch in batches:
            outcome = await store(sink, batch)
            assert not outcome.rejects
        seconds = time.perf_counter() - began
        await sink.close()
        return seconds

    return asyncio.run(measure())


def bare(settings: Settings, statements: list[list[tuple[str, list[tuple[Any, ...]]]]]) -> float:
    """Return seconds of ``executemany`` over rows that are ready, one transaction a batch."""
    with psycopg.connect(settings.postgres_dsn.get_secret_value()) as connection:
        connection.execute(EMPTY)
        connection.commit()
        began = time.perf_counter()
        for batch in statements:
            with connection.transaction(), connection.cursor() as cursor:
                for statement, rows in batch:
                    cursor.executemany(statement, rows)
        return time.perf_counter() - began


def statements(connection: psycopg.Connection, batch: list[Message[Any]]) -> list[tuple[str, list[tuple[Any, ...]]]]:
    """Return the inserts of a batch and their rows, ready to be sent."""
    rows = together({n: article_entry(m.value) for n, m in enumerate(batch)})
    made = []
    for table in TABLES:
        if some := rows.get(table):
            kinds = dict(
                connection.execute(
                    "SELECT column_name, udt_name FROM information_schema.columns WHERE table_schema = 'tocsin' AND table_name = %s",
                    (table,),
                ).fetchall()
            )
            names = [name for name in kinds if any(name in row for row in some)]
            ready = [tuple(_ready(kinds[name], row.get(name)) for name in names) for row in some]
            holes = ", ".join(["%s"] * len(names))
            conflict = " ON CONFLICT DO NOTHING" if table == "incidents" else ""
            made.append((f"INSERT INTO tocsin.{table} ({', '.join(names)}) VALUES ({holes}){conflict}", ready))
    return made


def _ready(kind: str, value: Any) -> Any:
    if kind == "_uuid":
        return [UUID(each) for each in value]
    if kind == "jsonb":
        return Jsonb(to_jsonable_python(value))
    return list(value) if kind.startswith("_") else value


def bench(size: Size) -> Iterator[Row]:
    messages = [message(one, n) for n, one in enumerate(enriched(size.articles))]
    batches = [messages[n : n + BATCH] for n in range(0, len(messages), BATCH)]
    with folder() as where, postgres(where) as dsn:
        migrate(dsn, "services.sink.migrations", "tocsin")
        settings = Settings(postgres_dsn=dsn, _env_file=None)
        with psycopg.connect(dsn) as connection:
            ready = [statements(connection, batch) for batch in batches]
        rows = sum(len(some) for batch in ready for _, some in batch)
        sink, plain = interleaved(
            size.rounds * 3, lambda: rows / ours(settings, batches), lambda: rows / bare(settings, ready)
        )
    yield Row(
        "sink / bare executemany",
        ratio(sink, plain),
        at_least=0.6,
        detail=speeds(f"rows/s ({rows} rows)", sink=sink, bare=plain),
    )
