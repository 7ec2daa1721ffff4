"""``tocsin replay``: a stretch of articles read again with this version."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Iterable, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import typer
from pydantic import ValidationError

from contracts.annotation import Annotation, RawPosition
from contracts.article import AssembledArticle, EnrichedArticle, RawArticle
from contracts.topics import ASSEMBLED, RAW
from services.cli.enrich import load_models, loaded
from services.cli.errors import CommandError, WrongCommandLine
from services.cli.settings import load_settings
from services.cli.shadow import LINKS, TABLES, Difference, Shadow
from services.cli.times import moment
from services.registry import ENRICHERS
from services.runtime.pool import Task, annotate_many, die_with_parent

if TYPE_CHECKING:
    from services.runtime.settings import Settings

CHUNK = 64
TOLD = {
    "entities": ("label", "name", "place_id"),
    "places": ("name", "kind", "country", "place_id"),
    "weapon_mentions": ("name", "category", "role", "quantity_best", "operator", "span_quote"),
    "casualty_claims": (
        "harm",
        "count_best",
        "count_qualifier",
        "victims_quote",
        "claimant",
        "scope",
        "status",
        "rule",
    ),
    "incident_mentions": ("role", "type", "place_id", "when_start", "killed_best", "injured_best", "incident_id"),
}
KINDS = ("same", "changed", "gone", "new", "reweighed")
Sources = AsyncIterator[tuple[AssembledArticle, bytes]]


def annotate_again(tasks: Sequence[Task], kinds: Sequence[str]) -> list[list[Annotation]]:
    """Run the enrichers of some kinds over raw records; nothing is said of one that is no article."""
    found: list[list[Annotation]] = [[] for _ in tasks]
    for enricher, model in loaded():
        if enricher.name in kinds:
            for at, result in enumerate(annotate_many(enricher, model, tasks)):
                if result.annotation is not None:
                    found[at].append(Annotation.from_json(result.annotation))
    return found


def _start_worker(settings: Settings) -> None:
    die_with_parent()
    load_models(settings)


async def read_again(
    settings: Settings, pool: Executor, since: datetime | int, until: datetime | None, kinds: Sequence[str]
) -> AsyncIterator[list[tuple[AssembledArticle, bytes]]]:
    """Yield a stretch of ``articles.raw``, joined with new annotations of some kinds and the old ones of the others.

    Each comes with its ``traceparent``. Where old annotations are needed the records come from ``articles.assembled``.
    """
    from services.runtime.stretch import stretch

    chunk: list[Any] = []
    every = set(kinds) == set(ENRICHERS)
    wanted = None if every else await _positions(settings, since, until)
    topic = RAW if every else ASSEMBLED
    from_ = since if every or isinstance(since, datetime) else None
    async for record in stretch(settings, [topic.full_name], from_, until if every else None):
        old = _assembled(record, every=every)
        if old is None or (wanted and not _within(old.raw, wanted)):
            continue
        chunk.append((record, old))
        if len(chunk) == CHUNK:
            yield await _annotated(pool, chunk, kinds)
            chunk = []
    if chunk:
        yield await _annotated(pool, chunk, kinds)


def _assembled(record: Any, *, every: bool) -> AssembledArticle | None:  # noqa: ANN401 - aiokafka's record is untyped
    try:
        if not every:
            return AssembledArticle.from_json(record.value or b"")
        position = RawPosition(partition=record.partition, offset=record.offset)
        article = RawArticle.read(record.value or b"", record.timestamp)
        return AssembledArticle(article=article, raw=position, annotations=())
    except ValidationError:
        return None


async def _positions(settings: Settings, since: datetime | int, until: datetime | None) -> dict[int, tuple[int, int]]:
    from aiokafka import TopicPartition

    from services.runtime.kafka import lone_consumer, partitions
    from services.runtime.stretch import bounds

    count = (await partitions(settings, [RAW.full_name])).get(RAW.full_name, 0)
    consumer = lone_consumer(settings)
    await consumer.start()
    try:
        every = [TopicPartition(RAW.full_name, n) for n in range(count)]
        return {p.partition: bound for p, bound in (await bounds(consumer, every, since, until)).items()}
    finally:
        await consumer.stop()


def _within(raw: RawPosition, wanted: dict[int, tuple[int, int]]) -> bool:
    first, end = wanted.get(raw.partition, (0, 0))
    return first <= raw.offset < end


async def _annotated(
    pool: Executor, chunk: Sequence[tuple[Any, AssembledArticle]], kinds: Sequence[str]
) -> list[tuple[AssembledArticle, bytes]]:
    from services.runtime import trace

    now = [Task(old.article.to_json(), record.timestamp, old.raw.partition, old.raw.offset) for record, old in chunk]
    made = await asyncio.get_running_loop().run_in_executor(pool, annotate_again, now, kinds)
    again = []
    for (record, old), new in zip(chunk, made, strict=True):
        kept = [a for a in old.annotations if a.kind not in kinds]
        joined = tuple(sorted((*kept, *new), key=lambda a: a.kind))
        header = trace.of(record.headers, record.topic, record.partition, record.offset)
        again.append((old.model_copy(update={"annotations": joined}), header))
    return again


async def publish_again(settings: Settings, chunks: AsyncIterator[list[tuple[AssembledArticle, bytes]]]) -> int:
    """Put articles on ``articles.assembled``, where the running services take them; return how many."""
    from services.runtime import kafka, trace
    from services.runtime.service import Output

    producer, count = kafka.producer(settings, "replay"), 0
    await producer.start()
    try:
        async for chunk in chunks:
            outputs = [
                Output(ASSEMBLED, str(a.article.article_id), a.to_json(), headers=(trace.onward(header, "replay"),))
                for a, header in chunk
            ]
            await kafka.publish(producer, outputs)
            count += len(outputs)
    finally:
        await producer.stop()
    return count


class Preview:
    """Compares what a stretch would become with what is stored, reading alone."""

    def __init__(self, settings: Settings, kinds: Sequence[str]) -> None:
        import psycopg

        from services.incidents.postgres import PostgresIndex
        from services.runtime.postgres import conninfo

        dsn = conninfo(settings.postgres_dsn.get_secret_value(), "replay")
        self.shadow = Shadow([*(t for kind in kinds for t in TABLES[kind]), LINKS])
        self._index = PostgresIndex(dsn)
        self._connection = psycopg.connect(dsn, autocommit=True, options="-c default_transaction_read_only=on")
        self._seen: set[UUID] = set()

    def compare(self, articles: Iterable[AssembledArticle]) -> list[Difference]:
        """Compare some articles. Raises ``psycopg.Error``."""
        from services.incidents.enrich import enriched
        from services.incidents.mentions import Parts, find_mentions

        newest: dict[str, AssembledArticle] = {}
        for one in sorted(articles, key=lambda a: (a.article.ingested_at, a.article.content_hash)):
            if one.article.article_id not in self._seen:
                newest[str(one.article.article_id)] = one
        told = [(a, parts, find_mentions(parts)) for a in newest.values() for parts in (Parts.of(a),)]
        decided = self._index.preview([(parts.article, mentions) for _, parts, mentions in told])
        now = datetime.now(UTC)
        made: list[EnrichedArticle] = [
            enriched(a, parts, linked, now, 0.0)
            for (a, parts, _), linked in zip(told, decided.linked, strict=True)
            if not linked.superseded
        ]
        self.shadow.articles["superseded"] += len(told) - len(made)
        self._seen |= {one.article.article_id for one in made}
        return self.shadow.compare(self._connection, made)

    def close(self) -> None:
        """Close the connections."""
        self._index.close()
        self._connection.close()


def replay(  # noqa: PLR0917 - they are options
    since: str = typer.Option(..., "--from", metavar="TIME|OFFSET", help="Where the stretch of articles.raw begins."),
    until: str = typer.Option(None, "--until", metavar="TIME", help="Where it ends; without it, where the topic does."),
    kinds: str = typer.Option(",".join(ENRICHERS), "--kinds", help="Which enrichers read again, comma separated."),
    shadow: bool = typer.Option(False, "--shadow", help="Change nothing; say what would change."),
    show: int = typer.Option(
        20,
        "--show",
        metavar="N",
        min=0,
        help="With --shadow: print the first N differences, save those of confidence alone.",
    ),
    workers: int = typer.Option(0, "--workers", min=0, help="Processes; 0 is one for each core."),
    as_json: bool = typer.Option(False, "--json", help="With --shadow: one JSON object."),
) -> int:
    """Read a stretch of articles again with this version.

    The articles go to articles.assembled, where the running linker and sink take them: rows are updated, IDs keep. With
    --kinds the other annotations stay as they are. No consumer group is touched. With --shadow nothing is written: what
    is stored in Postgres is compared with what this version would store.

      tocsin replay --from 2024-03-21 --shadow
      tocsin replay --from 2024-03-21T06:00Z --until 2024-03-21T12:00Z --kinds weapons
    """
    chosen = [kind.strip() for kind in kinds.split(",") if kind.strip()]
    if unknown := sorted(set(chosen) - set(ENRICHERS)):
        raise WrongCommandLine(f"no enricher is called {', '.join(unknown)}; there are: {', '.join(ENRICHERS)}")
    begin = int(since) if since.isdecimal() else moment(since)
    settings = load_settings()
    count = workers or settings.worker_count()
    with _pool(settings, count) as pool:
        chunks = read_again(settings, pool, begin, moment(until) if until else None, chosen)
        if not shadow:
            number = asyncio.run(publish_again(settings, chunks))
            typer.echo(f"{number} articles are on their way again; `tocsin status` shows when they have been taken")
            return 0
        return asyncio.run(_shadow(settings, chunks, chosen, show, as_json=as_json))


def _pool(settings: Settings, workers: int) -> Executor:
    if workers == 1:
        load_models(settings)
        return ThreadPoolExecutor(1)
    import multiprocessing

    spawn = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, mp_context=spawn, initializer=_start_worker, initargs=(settings,))


async def _shadow(
    settings: Settings,
    chunks: AsyncIterator[list[tuple[AssembledArticle, bytes]]],
    kinds: Sequence[str],
    show: int,
    *,
    as_json: bool,
) -> int:
    import psycopg

    from services.runtime.postgres import unavailable

    first: list[Difference] = []
    with unavailable():
        try:
            preview = Preview(settings, kinds)
        except psycopg.ProgrammingError as error:
            raise CommandError(str(error)) from error
        with closing(preview):
            async for chunk in chunks:
                found = await asyncio.to_thread(preview.compare, [a for a, _ in chunk])
                first += [d for d in found if d.kind != "reweighed"][: show - len(first)]
            _say(preview.shadow, first, as_json=as_json)
    return 0


def _say(shadow: Shadow, first: Sequence[Difference], *, as_json: bool) -> None:
    from services.cli.report import sentence_of

    told = []
    for one in first:
        span = one.span()
        told.append(
            {
                "table": one.table,
                "difference": one.kind,
                "article_id": str(one.article.article.article_id),
                "title": one.article.article.title,
                "fields": {name: list(pair) for name, pair in one.fields.items()},
                "row": one.new or one.old,
                "sentence": sentence_of(one.article, span) if span else None,
            }
        )
    if as_json:
        rows = {table: dict(counts) for table, counts in shadow.rows.items()}
        typer.echo(json.dumps({"articles": shadow.articles, "rows": rows, "differences": told}, ensure_ascii=False))
        return
    counts = (f"{shadow.articles[what]:,} {what}" for what in ("compared", "changed", "superseded", "not stored yet"))
    typer.echo(f"articles: {', '.join(counts)}")
    typer.echo(f"{'table':20}" + "".join(f"{kind:>11}" for kind in KINDS))
    for table in shadow.tables:
        typer.echo(f"{table:20}" + "".join(f"{shadow.rows[table][kind]:>11}" for kind in KINDS))
    for one, words in zip(first, told, strict=True):
        typer.echo(f"\n{one.table} {one.kind} · {words['title']} · {words['article_id']}")
        if one.old and one.new:
            for name, (was, now) in one.fields.items():
                typer.echo(f"  {name}: {was} → {now}")
        else:
            row = one.new or one.old or {}
            said = [f"{name} {row[name]}" for name in TOLD[one.table] if row.get(name) is not None]
            typer.echo("  " + ", ".join(said))
        if words["sentence"]:
            typer.echo(f"  “{words['sentence']}”")
    sys.stdout.flush()
