"""``tocsin trace``: the way of one article through the topics into Postgres."""

from __future__ import annotations

import asyncio
import json
import sys
import time
import uuid
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import typer
from pydantic import ValidationError

from contracts.annotation import Annotation
from contracts.article import AssembledArticle, EnrichedArticle, RawArticle
from contracts.dead_letter import DeadLetter
from contracts.topics import ANNOTATIONS, ASSEMBLED, ENRICHED, RAW, READER_SERVICES, dead_letters
from services.cli.errors import CommandError, WrongCommandLine
from services.cli.settings import load_settings
from services.cli.times import moment
from services.runtime.service import Unavailable

if TYPE_CHECKING:
    from services.runtime.settings import Settings

BEFORE = timedelta(minutes=1)  # clocks of producers and brokers differ
DAY = timedelta(days=1)
KEPT = timedelta(days=7)  # an arrival that is said to be longer ago was not on these topics
PROGRESS_SECONDS = 5.0
PARTS = ("entities", "places", "weapon_mentions", "casualty_claims", "incident_mentions")


@dataclass(frozen=True)
class Step:
    """A record that the article left on its way."""

    topic: str
    partition: int
    offset: int
    time: str
    what: str
    trace_id: str | None = None


@dataclass
class Way:
    """All that is known of an article: its steps in order of time, what was put aside, and its rows."""

    article_id: str
    trace_id: str | None = None
    steps: list[Step] = field(default_factory=list)
    dead_letters: list[Step] = field(default_factory=list)
    row: dict[str, Any] | None = None
    incidents: list[dict[str, Any]] = field(default_factory=list)
    postgres: str = "not asked"
    since: str = ""
    until: str = ""


class Progress:
    """Say on standard error how far a long look is."""

    def __init__(self) -> None:
        self._said = time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        """Take note of how many records have been looked at, of how many."""
        if time.monotonic() - self._said >= PROGRESS_SECONDS:
            self._said = time.monotonic()
            typer.echo(f"tocsin: {done:,} of {total:,} records looked at", err=True)


def window(row: dict[str, Any] | None, now: datetime) -> tuple[datetime, datetime | None]:
    """Say from when until when an article's records are to be looked for: a day from its arrival, or until its row.

    Without a row, the last day. An arrival that a producer has set to long ago tells nothing: then the day before the
    row. Until None is until now.
    """
    if row is None:
        return now - DAY, None
    arrived, written = (datetime.fromisoformat(row[name]) for name in ("ingested_at", "enriched_at"))
    since = min(arrived, written) - BEFORE if written - arrived < KEPT else written - DAY
    until = max(since + DAY, written + BEFORE)
    return since, until if until < now else None


async def follow(
    settings: Settings, article_id: str, since: datetime | None = None, until: datetime | None = None
) -> Way:
    """Look an article up in Postgres, and on every topic in a stretch of time; without one, in that of ``window``.

    Raises ``Unavailable`` where Kafka is away.
    """
    way = Way(article_id)
    try:
        await asyncio.to_thread(_rows, settings, way)
    except Unavailable as error:
        way.postgres = str(error)
    now = datetime.now(UTC)
    likely = window(way.row, now)
    first, last = since or likely[0], until or (None if since else likely[1])
    await _scan(settings, way, first, last)
    if not any(step.topic == RAW.full_name for step in way.steps) and since is None and way.row:
        # The clock of its producer is ahead.
        first = datetime.fromisoformat(way.row["enriched_at"]) - DAY
        way.steps, way.dead_letters = [], []
        await _scan(settings, way, first, last)
    way.since, way.until = (each.astimezone(UTC).isoformat(timespec="seconds") for each in (first, last or now))
    stored = way.row["trace_id"] if way.row else None
    way.trace_id = next((s.trace_id for s in way.steps if s.trace_id), stored)
    return way


async def _scan(settings: Settings, way: Way, since: datetime, until: datetime | None) -> None:
    from services.runtime.stretch import stretch

    progress = Progress()
    needle = way.article_id.encode()
    topics = [t.full_name for t in (RAW, ANNOTATIONS, ASSEMBLED, ENRICHED)]
    async for record in stretch(settings, topics, since, until, progress):
        found = _is_raw(record, way.article_id) if record.topic == RAW.full_name else record.key == needle
        if found:
            way.steps.append(_step(record))
    way.steps.sort(key=lambda s: (s.time, topics.index(s.topic)))
    positions = {(s.topic, s.partition, s.offset) for s in way.steps}
    letters = [dead_letters(s).full_name for s in READER_SERVICES]
    async for record in stretch(settings, letters, since, until, progress):
        try:
            letter = DeadLetter.from_headers(record.headers)
        except ValidationError:
            continue
        if (letter.topic, letter.partition, letter.offset) in positions or needle in (record.value or b""):
            way.dead_letters.append(_step(record, f"{letter.service}: {letter.reason}: {letter.message}"))


def _is_raw(record: Any, article_id: str) -> bool:  # noqa: ANN401 - aiokafka's record is untyped
    value = record.value or b""
    if b'"article_id"' in value and article_id.encode() not in value:
        return False
    try:
        return str(RawArticle.read(value, record.timestamp).article_id) == article_id
    except ValidationError:
        return False


def _step(record: Any, what: str | None = None) -> Step:  # noqa: ANN401 - aiokafka's record is untyped
    from services.runtime.trace import carried

    time = datetime.fromtimestamp(record.timestamp / 1000, UTC).isoformat(timespec="milliseconds")
    said = _said(record) if what is None else what
    return Step(record.topic, record.partition, record.offset, time, said, carried(record.headers))


def _said(record: Any) -> str:  # noqa: ANN401 - aiokafka's record is untyped
    try:
        if record.topic == ANNOTATIONS.full_name:
            one = Annotation.from_json(record.value)
            by = one.produced_by
            return f"{one.kind} {one.error or one.status}, {by.version}, {by.milliseconds:.0f} ms"
        if record.topic == ASSEMBLED.full_name:
            return f"{len(AssembledArticle.from_json(record.value).annotations)} annotations"
        if record.topic == ENRICHED.full_name:
            made = EnrichedArticle.from_json(record.value)
            return f"{len(made.casualties)} claims, {len(made.weapons)} weapons, {len(made.incidents)} incidents"
        return RawArticle.read(record.value, record.timestamp).title
    except ValidationError as error:
        return f"unreadable: {error.error_count()} errors"


def _rows(settings: Settings, way: Way) -> None:
    import psycopg
    from psycopg.rows import dict_row

    from services.runtime.postgres import conninfo, unavailable

    dsn = conninfo(settings.postgres_dsn.get_secret_value(), "trace")
    with unavailable(), psycopg.connect(dsn, row_factory=dict_row) as connection:
        row = connection.execute(
            "SELECT title, source, content_hash, ingested_at, enriched_at, trace_id FROM tocsin.articles"
            " WHERE article_id = %s",
            (way.article_id,),
        ).fetchone()
        way.postgres = "asked"
        if row is None:
            return
        way.row = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}
        for table in PARTS:
            query = f"SELECT count(*) AS number FROM tocsin.{table} WHERE article_id = %s"  # noqa: S608 - a name of our own
            counted = connection.execute(query, (way.article_id,)).fetchone()
            way.row[table] = counted["number"] if counted else 0
        way.incidents = connection.execute(
            "SELECT r.resolved_id::text AS incident_id, m.role, i.type, i.place_name, i.when_start::text AS day"
            " FROM tocsin.incident_mentions m JOIN tocsin.incident_resolved r USING (incident_id)"
            " JOIN tocsin.incidents i ON i.incident_id = r.resolved_id WHERE m.article_id = %s ORDER BY m.role DESC",
            (way.article_id,),
        ).fetchall()


def trace(
    article_id: str = typer.Argument(help="The article's UUID."),
    since: str = typer.Option(None, "--since", metavar="TIME", help="Look at the topics from this time on."),
    until: str = typer.Option(None, "--until", metavar="TIME", help="Look at the topics up to this time."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object."),
) -> int:
    """Show the way of one article: its records on every topic, what was put aside, and its rows in Postgres.

    Reads the topics without a group, so nothing is disturbed. Without --since it looks through a day from the article's
    arrival on where Postgres has its row, else through the last day; a long look says how far it is. Exit code 1 if
    nothing is found.
    """
    try:
        name = str(uuid.UUID(article_id))
    except ValueError:
        raise WrongCommandLine(f"{article_id!r} is no UUID; tocsin.articles in Postgres has them by title") from None
    way = asyncio.run(follow(load_settings(), name, *(moment(words) if words else None for words in (since, until))))
    if as_json:
        typer.echo(json.dumps(asdict(way), ensure_ascii=False))
    else:
        _show(way)
    if not way.steps and way.row is None:
        where = f"no record on the topics from {way.since} to {way.until} (--since and --until look elsewhere)"
        row = "no row in Postgres" if way.postgres == "asked" else f"Postgres was not asked ({way.postgres})"
        raise CommandError(f"article {name} was not found: {where}, {row}")
    return 0


def _line(step: Step, began: str) -> tuple[str, str, str, str, str]:
    after = (datetime.fromisoformat(step.time) - datetime.fromisoformat(began)).total_seconds()
    topic = step.topic.removeprefix("tocsin.").removesuffix(".v1")
    return topic, f"{step.partition}@{step.offset}", step.time, f"+{after:.3f} s", step.what


def _show(way: Way) -> None:
    began = way.steps[0].time if way.steps else None
    lines = [_line(step, began or step.time) for step in (*way.steps, *way.dead_letters)]
    if way.row:
        counts = ", ".join(f"{way.row[table]} {table.replace('_', ' ')}" for table in PARTS)
        lines.append(("Postgres", "articles", way.row["enriched_at"], "", counts))
    for one in way.incidents:
        said = " ".join(filter(None, (one["role"], one["type"], one["place_name"], one["incident_id"])))
        lines.append(("Postgres", "incidents", one["day"] or "", "", said))
    if not lines:
        return
    if not sys.stdout.isatty():
        typer.echo(f"trace\t{way.trace_id or '-'}")
        for line in lines:
            typer.echo("\t".join(" ".join(cell.split()) for cell in line))
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table("step", "where", "time", "after", "what", title=f"trace {way.trace_id or '–'}", title_justify="left")
    for line in lines:
        table.add_row(*map(escape, line))
    Console().print(table)
    if way.postgres != "asked":
        typer.echo(f"Postgres was not asked: {way.postgres}", err=True)
