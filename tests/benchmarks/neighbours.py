"""Kafka, Postgres and processes for a benchmark, gone when it ends, however it ends."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import psycopg
from aiokafka import TopicPartition

from contracts.topics import Topic
from services.cli.embedded import EmbeddedPostgres
from services.runtime.kafka import lone_consumer, partitions, producer
from services.runtime.settings import Settings
from tests.support.apache_kafka import ApacheKafka
from tests.support.stream import STREAM_SERVICES, Stream

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 90.0  # seconds without any progress


@contextmanager
def folder() -> Iterator[Path]:
    """Make a folder and remove it; after a failure it stays, for its logs."""
    made = Path(tempfile.mkdtemp(prefix="tocsin-bench-"))
    try:
        yield made
    except BaseException:
        print(f"logs: {made}", file=sys.stderr)
        raise
    shutil.rmtree(made, ignore_errors=True)


@contextmanager
def kafka() -> Iterator[str]:
    """Run Apache Kafka; yield its address."""
    broker = ApacheKafka(quick=False)
    try:
        broker.start()
        yield broker.bootstrap
    finally:
        broker.stop()


@contextmanager
def postgres(where: Path) -> Iterator[str]:
    """Run Postgres; yield its connection string."""
    server = EmbeddedPostgres(where / "postgres")
    try:
        server.start()
        yield server.dsn
    finally:
        server.stop()


@contextmanager
def neighbours(services: tuple[str, ...] = STREAM_SERVICES, **more: str) -> Iterator[Stream]:
    """Run Kafka and Postgres, with topics and tables; yield the stream, which is not started yet."""
    with folder() as where, kafka() as bootstrap, postgres(where) as dsn:
        stream = Stream(bootstrap, dsn, where, services, **more)
        stream.prepare()
        yield stream


@contextmanager
def running(stream: Stream, warm_up: Sequence[bytes]) -> Iterator[Stream]:
    """Start all services, wait until they have worked off some articles, stop them at the end."""
    try:
        stream.start()
        stored(stream, warm_up)
        yield stream
    finally:
        stream.stop()


def stored(stream: Stream, articles: Sequence[bytes]) -> float:
    """Feed articles that are new and wait until nothing lags; return the seconds until the last one's row was there."""
    with psycopg.connect(stream.settings.postgres_dsn.get_secret_value(), autocommit=True) as connection:

        def rows() -> int:
            found = connection.execute("SELECT count(*) FROM tocsin.articles").fetchone()
            return int(found[0]) if found else 0

        before = last = rows()
        began = moved = time.monotonic()
        asyncio.run(stream.send([(None, value) for value in articles]))
        while (now := rows()) < before + len(articles):
            last, moved = (now, time.monotonic()) if now != last else (last, moved)
            if time.monotonic() - moved > PATIENCE or any(
                p.popen and p.popen.poll() is not None for p in stream.processes.values()
            ):
                raise TimeoutError(f"{now - before} of {len(articles)} articles are in Postgres, and nothing moves")
            time.sleep(0.05)
        seconds = time.monotonic() - began
    asyncio.run(stream.drained(before + len(articles), PATIENCE))
    return seconds


@contextmanager
def process(module: str, log: Path, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a module as a process; stop it at the end."""
    with log.open("ab") as output:
        started = subprocess.Popen(
            [sys.executable, "-m", module], cwd=ROOT, env=os.environ | environment, stdout=output, stderr=output, stdin=subprocess.DEVNULL
        )  # fmt: skip
    try:
        yield started
    finally:
        started.terminate()
        try:
            started.wait(20)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


async def fill(settings: Settings, topic: str, values: Sequence[bytes]) -> None:
    """Put values on a topic."""
    kafka = producer(settings, "feeder")
    await kafka.start()
    try:
        await asyncio.gather(*[await kafka.send(topic, value) for value in values])
    finally:
        await kafka.stop()


class Meter:
    """Counts what arrives on a topic, by its end offsets."""

    def __init__(self, settings: Settings, topic: Topic) -> None:
        self._settings, self._topic, self._consumer = settings, topic.full_name, lone_consumer(settings)

    async def __aenter__(self) -> Self:
        await self._consumer.start()
        while not (counts := await partitions(self._settings, [self._topic])):  # made just now
            await asyncio.sleep(0.1)
        self._partitions = [TopicPartition(self._topic, n) for n in range(counts[self._topic])]
        self._before = 0
        self._before = await self._look()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._consumer.stop()

    async def _look(self) -> int:
        return sum((await self._consumer.end_offsets(self._partitions)).values()) - self._before

    async def rate(self, count: int) -> float:
        """Wait for ``count`` records; return records a second between the first that was seen and the last."""
        moved, first, last = time.monotonic(), 0, 0
        since = moved
        while (seen := await self._look()) < count:
            if seen and not first:
                first, since = seen, time.monotonic()
            last, moved = (seen, time.monotonic()) if seen != last else (last, moved)
            if time.monotonic() - moved > PATIENCE:
                raise TimeoutError(f"{seen} of {count} records on {self._topic}, and nothing moves")
            await asyncio.sleep(0.01)
        return (count - first) / (time.monotonic() - since)
