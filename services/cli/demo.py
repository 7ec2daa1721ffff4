"""``tocsin demo``: the whole stream on one machine, embedded broker and Postgres, articles in, incidents out."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from aiokafka import TopicPartition
from rich.console import Console

from contracts.article import EnrichedArticle
from contracts.incidents import Incident
from contracts.topics import ENRICHED, INCIDENTS, RAW, READER_SERVICES
from contracts.topics import dead_letters as dead_letter_topic
from services.cli.embedded import Embedded
from services.cli.errors import CommandError
from services.cli.report import sentence_of, show_incidents
from services.cli.run_service import Supervisor
from services.cli.settings import load_settings
from services.registry import SERVICES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from services.runtime.lag import Lag
    from services.runtime.settings import Settings

SAMPLE = "sample"
IDLE_SECONDS = 120.0


@dataclass
class Fed:
    """What went in: records for the stream, what was no article, and what each article is called."""

    records: list[tuple[bytes, bytes]]
    rejected: list[str]
    names: dict[str, str]


def gather(patterns: list[str]) -> Fed:
    """Read the articles to be fed: files, directories, globs; without any, the sample corpus and its bad records."""
    from services.ingest.prepare import Rejection, prepare
    from services.ingest.readers import expand, read_file

    fed = Fed([], [], {})
    sample = not patterns
    for name in expand(patterns or [str(p) for p in _sample()]):
        for candidate in read_file(name):
            data = candidate.data
            article = data if isinstance(data, Rejection) else prepare(data, arrived=datetime.now(UTC))
            if isinstance(article, Rejection):
                fed.rejected.append(f"{candidate.origin}: {article}")
                continue
            fed.records.append((str(article.article_id).encode(), article.to_json()))
            fed.names[str(article.article_id)] = article.attributes.get("file") or article.title or candidate.origin
    if sample:
        bad = (Path(str(files("services.cli"))) / SAMPLE / "bad_records.jsonl").read_bytes().splitlines()
        fed.records += [(b"bad", line) for line in bad if line.strip()]
    return fed


def _sample() -> Iterator[Path]:
    yield Path(str(files("services.cli"))) / SAMPLE / "articles.jsonl"


async def feed(settings: Settings, fed: Fed) -> None:
    """Put all records on ``articles.raw`` and return when all are acknowledged."""
    from services.runtime.kafka import producer

    kafka = producer(settings, "demo")
    await kafka.start()
    try:
        await asyncio.gather(*[await kafka.send(RAW.full_name, value, key=key) for key, value in fed.records])
    finally:
        await kafka.stop()


async def read_all(settings: Settings, topic: str) -> list[Any]:
    """Read a topic from its beginning to its end as it is now."""
    from services.runtime.kafka import lone_consumer, partitions

    consumer = lone_consumer(settings)
    records: list[Any] = []
    await consumer.start()
    try:
        every = [TopicPartition(topic, p) for p in range((await partitions(settings, [topic])).get(topic, 0))]
        if not every:
            return records
        consumer.assign(every)
        ends = await consumer.end_offsets(every)
        while any([await consumer.position(p) < ends[p] for p in every]):
            for found in (await consumer.getmany(timeout_ms=500)).values():
                records += found
    finally:
        await consumer.stop()
    return records


async def drained(
    settings: Settings, supervisor: Supervisor, expected: int, stopping: list[int], tell: Callable[[str], None]
) -> bool:
    """Wait until the stream has run dry; False when told to stop. Raises ``CommandError`` where nothing moves.

    ``tell`` is given how far each service is, whenever one has moved.
    """
    from services.lag.service import reads
    from services.runtime.lag import LagMeter

    last, moved, quiet = None, time.monotonic(), 0
    async with LagMeter(settings, reads()) as meter:
        while not stopping:
            supervisor.tend()
            lags = await meter.look()
            raw = sum(g.end for g in lags if g.topic == RAW.full_name and g.service == "assembler")
            quiet = quiet + 1 if raw >= expected and not any(g.messages for g in lags) else 0
            if quiet == 2:
                return True
            now = [(g.position, g.end) for g in lags]
            if now != last:
                last, moved = now, time.monotonic()
                tell(_waiting(lags))
            if time.monotonic() - moved > IDLE_SECONDS:
                raise CommandError(f"nothing has moved for {IDLE_SECONDS:.0f} s; {_waiting(lags)}; look at the logs")
            await asyncio.sleep(0.2)
    return False


def _waiting(lags: Iterable[Lag]) -> str:
    behind: dict[str, int] = {}
    for lag in lags:
        behind[lag.service] = behind.get(lag.service, 0) + lag.messages
    waits = ", ".join(f"{messages} for {service}" for service, messages in behind.items() if messages)
    return f"messages that wait: {waits or 'none'}"


def resolved(incident_id: str, incidents: dict[str, Incident]) -> str:
    """Return the incident that an ID stands for now, after merges."""
    found = incidents.get(incident_id)
    return found.merged_into if found is not None and found.merged_into else incident_id


async def results(settings: Settings, fed: Fed, seconds: float) -> dict[str, Any]:
    """Read what came out: the newest record of each article and incident."""
    enriched: dict[str, EnrichedArticle] = {}
    for record in await read_all(settings, ENRICHED.full_name):
        one = EnrichedArticle.from_json(record.value)
        enriched[str(one.article.article_id)] = one
    incidents: dict[str, Incident] = {}
    for record in await read_all(settings, INCIDENTS.full_name):
        if record.value:
            incident = Incident.from_json(record.value)
            known = incidents.get(incident.incident_id)
            if known is None or incident.revision >= known.revision:
                incidents[incident.incident_id] = incident
    dead = [r for s in READER_SERVICES for r in await read_all(settings, dead_letter_topic(s).full_name)]
    ledger = [i for i in incidents.values() if i.merged_into is None and i.article_count]
    ledger.sort(key=lambda i: (str(i.when.start or ""), i.incident_id))
    return {
        "articles": len(fed.records),
        "rejected": fed.rejected,
        "enriched": len(enriched),
        "incidents": ledger,
        "links": {
            fed.names.get(key, one.article.title): [
                {"incident_id": resolved(link.incident_id, incidents), "role": link.role.value}
                for link in one.incidents
            ]
            for key, one in enriched.items()
        },
        "dead_letters": len(dead),
        "seconds": round(seconds, 1),
        "by_id": enriched,
    }


def print_results(found: dict[str, Any], out: Console) -> None:
    """Print the ledger and the counts."""
    sentences: dict[str, str] = {}
    titles: dict[str, list[str]] = {}
    for one in found["by_id"].values():
        sentences |= {c.claim_id: sentence_of(one, c.span) for c in one.casualties}
        for link in one.incidents:
            outlet = one.article.source or one.article.attributes.get("file", "")
            titles.setdefault(link.incident_id, []).append(f"{outlet}: {one.article.title} ({link.role.value})")
    show_incidents(found["incidents"], sentences, titles, out)
    out.print(
        f"\n{found['articles']} records in, {found['enriched']} articles enriched, "
        f"{len(found['incidents'])} incidents, {found['dead_letters']} dead letters, in {found['seconds']} s"
    )
    for line in found["rejected"]:
        out.print(f"rejected: {line}", markup=False)


def as_json(found: dict[str, Any]) -> str:
    """Write the results as one JSON object."""
    plain = {k: v for k, v in found.items() if k != "by_id"}
    plain["incidents"] = [i.model_dump(mode="json") for i in found["incidents"]]
    return json.dumps(plain, ensure_ascii=True)


def demo(
    articles: list[str] = typer.Option(
        [], "--articles", metavar="GLOB...", help="Articles instead of the sample corpus: files, directories, globs."
    ),
    more: list[str] = typer.Argument(None, metavar="[GLOB]...", help="More of them."),
    once: bool = typer.Option(False, "--once", help="Stop when the incidents are printed."),
    json_out: bool = typer.Option(False, "--json", help="Print one JSON object instead of a report."),
    data: Path = typer.Option(None, "--data", help="Keep broker and database in this folder."),
) -> int:
    """Show the whole stream at work: embedded broker and Postgres, every service a process, articles in, incidents out.

    Needs nothing installed beside Tocsin itself. Without --articles it feeds its own sample corpus: some 50 articles
    by several outlets, with two records that are no articles. Stays up until Ctrl-C, so that you can look around with
    psql and the health pages.

      tocsin demo
      tocsin demo --once --articles news/*.txt
    """
    fed = gather([*articles, *(more or [])])
    log = Console(stderr=True, highlight=False)
    stopping: list[int] = []
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda number, _frame: stopping.append(number))
    with log.status("starting the embedded broker and Postgres") as note, Embedded(data) as embedded:
        environment = embedded.environment() | {"TOCSIN_HTTP_PORT": str(_free()), "TOCSIN_INSTANCE": "demo"}
        environment.setdefault("TOCSIN_LOG_LEVEL", os.environ.get("TOCSIN_LOG_LEVEL", "ERROR"))
        os.environ.update(environment)
        settings = load_settings()
        note.update("creating topics and tables")
        _prepare(settings)
        supervisor = Supervisor(list(SERVICES), 0, environment)
        try:
            supervisor.tend()
            note.update(f"feeding {len(fed.records)} records; reading them takes a while")
            began = time.monotonic()
            asyncio.run(feed(settings, fed))
            if not asyncio.run(drained(settings, supervisor, len(fed.records), stopping, note.update)):
                return 130
            found = asyncio.run(results(settings, fed, time.monotonic() - began))
            note.stop()
            if json_out:
                typer.echo(as_json(found))
            else:
                print_results(found, Console(highlight=False))
            if not once:
                log.print("\nStill running. Look around:")
                log.print(f"  psql '{embedded.postgres.dsn}' -c 'table tocsin.incident_summary'", soft_wrap=True)
                log.print(f"  export TOCSIN_KAFKA_BOOTSTRAP_SERVERS={embedded.kafka.bootstrap}", soft_wrap=True)
                log.print(
                    f"  ingest API on http://127.0.0.1:{environment['TOCSIN_HTTP_PORT']}/docs\nCtrl-C stops everything."
                )
                while not stopping:
                    supervisor.tend()
                    time.sleep(0.3)
        finally:
            supervisor.stop()
    sys.stdout.flush()
    return 0


def _free() -> int:
    from services.cli.embedded import free_port

    return free_port()


def _prepare(settings: Settings) -> None:
    from services.cli.migrate import migrate_all
    from services.runtime.kafka import create_topics

    asyncio.run(create_topics(settings))
    migrate_all(settings)
