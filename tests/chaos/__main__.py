"""Faults on real Kafka and real Postgres: `make chaos [ARTICLES=300] [FAULTS=kill-sink,kill-broker]`.

Each fault runs on a broker and a database of its own, with articles in flight; the rows are compared with those of an
undisturbed run. Exit code 1 unless nothing is lost, double or different.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg

from contracts.dead_letter import DeadLetter
from services.cli.embedded import EmbeddedPostgres
from services.runtime import logs
from tests.chaos.rows import compare, snapshot
from tests.support.apache_kafka import ApacheKafka, available
from tests.support.articles import articles
from tests.support.stream import STREAM_SERVICES, Stream

AWAY_SECONDS = 20.0
SERVICE_AWAY_SECONDS = 2.0
FEED_SECONDS = 12.0


@dataclass
class Ground:
    """What a fault may break."""

    stream: Stream
    kafka: ApacheKafka
    postgres: EmbeddedPostgres
    folder: Path


Fault = Callable[[Ground], Awaitable[None]]


def kill(service: str) -> Fault:
    async def fault(ground: Ground) -> None:
        ground.stream.processes[service].kill()
        await asyncio.sleep(SERVICE_AWAY_SECONDS)
        ground.stream.processes[service].start()

    return fault


def terminate(service: str) -> Fault:
    async def fault(ground: Ground) -> None:
        code = await asyncio.to_thread(ground.stream.processes[service].stop)
        if code != 0:
            raise RuntimeError(f"{service} ended with code {code} after SIGTERM")
        ground.stream.processes[service].start()

    return fault


def second_replica(service: str) -> Fault:
    async def fault(ground: Ground) -> None:
        second = ground.stream.process(service, "two", TOCSIN_LEAVE_GROUP_ON_EXIT="true")
        second.start()
        await asyncio.sleep(8)
        code = await asyncio.to_thread(second.stop)
        if code != 0:
            raise RuntimeError(f"the second {service} ended with code {code}")

    return fault


async def kill_broker(ground: Ground) -> None:
    ground.kafka.kill()
    await asyncio.sleep(AWAY_SECONDS)
    await asyncio.to_thread(ground.kafka.start)


async def kill_postgres(ground: Ground) -> None:
    server = ground.postgres._server
    postmaster = psutil.Process(server.get_pid())
    family = [postmaster, *postmaster.children(recursive=True)]
    for process in family:
        process.send_signal(signal.SIGKILL)
    psutil.wait_procs(family, timeout=10)
    await asyncio.sleep(AWAY_SECONDS)
    for _ in range(6):  # recovery may take longer than the package waits
        try:
            return await asyncio.to_thread(server.ensure_postgres_running)
        except (subprocess.SubprocessError, RuntimeError):
            await asyncio.sleep(2)
    raise RuntimeError("Postgres did not come back")


async def nothing(_ground: Ground) -> None:
    return


FAULTS: dict[str, Fault] = (
    {f"kill-{s}": kill(s) for s in ("ingest", *STREAM_SERVICES)}
    | {f"sigterm-{s}": terminate(s) for s in ("ingest", *STREAM_SERVICES)}
    | {f"replica-{s}": second_replica(s) for s in STREAM_SERVICES}
    | {"kill-broker": kill_broker, "kill-postgres": kill_postgres, "poison": nothing}
)

UNREADABLE = (
    b'{"title": "cut off", "text": "no end',
    b'{"title": ["wrong"], "text": 7}',
    b'{"title": "too long", "text": "' + b"x" * 10_000_000 + b'"}',
)
NUL = {"title": "NUL", "text": "Two people were killed in Lviv\0 on March 3, 2024.", "url": "https://odd.example/nul"}
SURROGATE = {
    "title": "half",
    "text": "Three were hurt in Rivne \ud83d on March 5, 2024.",
    "url": "https://odd.example/half",
}
DAY = {"published_at": "2024-03-06T12:00:00Z", "ingested_at": "2024-03-06T12:00:00Z"}
ODD = tuple(json.dumps(a | DAY).encode() for a in (NUL, SURROGATE))


def records(count: int, *, poison: bool) -> list[tuple[bytes | None, bytes]]:
    """Make the input: articles, and 1% of what is none in between."""
    made: list[tuple[bytes | None, bytes]] = [(None, a) for a in articles(count)]
    if poison:
        for n, bad in enumerate(UNREADABLE * max(1, round(count / 300))):
            made.insert((n + 1) * len(made) // (len(UNREADABLE) + 1), (b"poison", bad))
    return made


async def run(name: str, fault: Fault, count: int, folder: Path, postgres: EmbeddedPostgres):
    """Run one fault; return the rows, the seconds to recover and the dead letters' bytes."""
    database = "chaos_" + name.replace("-", "_")
    with psycopg.connect(postgres.dsn, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {database}")
    dsn = psycopg.conninfo.make_conninfo(postgres.dsn, dbname=database)
    kafka = ApacheKafka()
    kafka.start()
    logs = folder / name
    logs.mkdir(parents=True, exist_ok=True)
    http = name.endswith("ingest")
    stream = Stream(kafka.bootstrap, dsn, logs, ("ingest", *STREAM_SERVICES) if http else STREAM_SERVICES)
    try:
        await asyncio.to_thread(stream.prepare)
        stream.start()
        given = records(count, poison=name == "poison") + [(None, odd) for odd in ODD]
        feed = stream.post if http else stream.send
        feeding = asyncio.create_task(feed(given, per_second=count / FEED_SECONDS))
        await stream.reached("entities", count // 10)
        await fault(Ground(stream, kafka, postgres, logs))
        back = time.monotonic()
        await feeding
        await stream.drained(len(given))
        recovered = time.monotonic() - back
        dead = await stream.dead_letters("assembler")
        codes = await asyncio.to_thread(stream.stop)
        if any(codes.values()):
            raise RuntimeError(f"exit codes {codes}")
        return snapshot(dsn), recovered, dead
    finally:
        for process in stream.processes.values():
            if process.popen is not None and process.popen.poll() is None:
                process.kill()
        kafka.stop()


def poison_is_whole(dead: list, count: int) -> bool:
    """Tell whether exactly the unreadable records are in the dead letters, byte for byte, with their reasons."""
    wanted = sorted(bad for _, bad in records(count, poison=True) if bad in UNREADABLE)
    reasons = {DeadLetter.from_headers(r.headers).reason for r in dead}
    return sorted(r.value for r in dead) == wanted and reasons <= {"invalid-json", "invalid-schema"}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=300, help="articles in flight (300)")
    parser.add_argument("--faults", default="", help=f"comma separated, of: {', '.join(FAULTS)}")
    parser.add_argument("--keep", action="store_true", help="keep the logs")
    options = parser.parse_args()
    logs.quiet()
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    chosen = [f for f in options.faults.split(",") if f] or list(FAULTS)
    if unknown := set(chosen) - set(FAULTS):
        parser.error(f"no such fault: {', '.join(sorted(unknown))}")
    if not available():
        parser.error("real Kafka is needed: Java 17 and Maven (apt-get install openjdk-17-jre-headless maven)")
    folder = Path(tempfile.mkdtemp(prefix="tocsin-chaos-"))
    postgres = EmbeddedPostgres(folder / "postgres")
    postgres.start()
    failed = 0
    try:
        print(f"{'fault':22} {'lost':>6} {'double':>7} {'different':>10} {'recovered in':>13}", flush=True)
        undisturbed, _, _ = asyncio.run(run("undisturbed", nothing, options.articles, folder, postgres))
        over_http = None
        rows = sum(sum(t.values()) for t in undisturbed.values())
        print(f"{'(none)':22} {0:6} {0:7} {0:10}   {rows} rows of {options.articles} articles", flush=True)
        for name in chosen:
            try:
                if name.endswith("ingest") and over_http is None:
                    quiet = run("undisturbed-ingest", nothing, options.articles, folder, postgres)
                    over_http, _, _ = asyncio.run(quiet)
                found, seconds, dead = asyncio.run(run(name, FAULTS[name], options.articles, folder, postgres))
            except Exception as error:  # noqa: BLE001 - the next fault is tried all the same
                failed += 1
                print(f"{name:22} failed: {error!r}", flush=True)
                continue
            d = compare(over_http if over_http and name.endswith("ingest") else undisturbed, found)
            note = ""
            if name == "poison":
                whole = poison_is_whole(dead, options.articles)
                note = f"  dead letters {'whole' if whole else 'NOT WHOLE'}: {len(dead)}"
                failed += not whole
            elif dead:
                note, failed = f"  {len(dead)} dead letters", failed + 1
            failed += bool(d.lost or d.double or d.different)
            print(f"{name:22} {d.lost:6} {d.double:7} {d.different:10} {seconds:11.1f} s{note}", flush=True)
    finally:
        postgres.stop()
        if options.keep or failed:
            print(f"logs: {folder}", file=sys.stderr)
            shutil.rmtree(folder / "postgres", ignore_errors=True)
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
