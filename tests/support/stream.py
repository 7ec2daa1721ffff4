"""A whole stream as processes of its own, against given brokers: started, killed and looked at from outside."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx

from services.cli.demo import read_all
from services.cli.embedded import free_port
from services.lag.service import reads
from services.registry import SERVICES
from services.runtime.kafka import create_topics, producer
from services.runtime.lag import LagMeter
from services.runtime.migrate import migrate
from services.runtime.service import Unavailable
from services.runtime.settings import Settings

STREAM_SERVICES = tuple(s for s in SERVICES if s not in ("ingest", "lag"))


class Process:
    """One replica of a service."""

    def __init__(self, name: str, environment: dict[str, str], log: Path) -> None:
        self.name, self._environment, self._log = name, environment, log
        self.popen: subprocess.Popen[bytes] | None = None
        self._starts = 0

    def start(self) -> None:
        with self._log.open("ab") as output:
            self.popen = subprocess.Popen(
                [sys.executable, "-m", "services", "run", self.name],
                env=os.environ | self._environment,
                stdout=output,
                stderr=output,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._starts += 1

    def is_up(self, wait: float = 60.0) -> None:
        """Wait until it answers signals: Python itself dies of one that comes before. Raises ``TimeoutError``."""
        until = time.monotonic() + wait
        while self._log.read_text(errors="replace").count('"health pages"') < self._starts:
            if time.monotonic() > until:
                raise TimeoutError(f"{self.name} did not start")
            time.sleep(0.05)

    def kill(self) -> None:
        assert self.popen is not None
        self.popen.send_signal(signal.SIGKILL)
        self.popen.wait()

    def stop(self, wait: float = 20.0) -> int:
        """SIGTERM; return the exit code. Raises ``TimeoutExpired`` where it does not end in time."""
        assert self.popen is not None
        if self.popen.poll() is None:
            self.popen.send_signal(signal.SIGTERM)
        try:
            return self.popen.wait(wait)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()
            raise


class Stream:
    """Every service against one Kafka and one database."""

    def __init__(
        self, bootstrap: str, dsn: str, folder: Path, services: tuple[str, ...] = STREAM_SERVICES, **more: str
    ) -> None:
        self.http_port = free_port()
        self.environment = {
            "TOCSIN_HTTP_PORT": str(self.http_port),
            "TOCSIN_KAFKA_BOOTSTRAP_SERVERS": bootstrap,
            "TOCSIN_POSTGRES_DSN": dsn,
            "TOCSIN_METRICS_PORT": "0",
            "TOCSIN_INSTANCE": "one",
            "TOCSIN_KAFKA_SESSION_TIMEOUT_MS": "6000",
            "TOCSIN_LOG_FORMAT": "json",
            "OMP_NUM_THREADS": "1",
            **more,
        }
        self.settings = Settings(
            kafka_bootstrap_servers=bootstrap, postgres_dsn=dsn, kafka_session_timeout_ms=6000, _env_file=None
        )
        self.folder, self.services = folder, services
        self.processes: dict[str, Process] = {}

    def prepare(self) -> None:
        """Make topics and tables."""
        dsn = self.settings.postgres_dsn.get_secret_value()
        asyncio.run(create_topics(self.settings))
        migrate(dsn, "services.sink.migrations", "tocsin")
        migrate(dsn, "services.incidents.migrations", "tocsin_linker")

    def process(self, name: str, instance: str = "one", **more: str) -> Process:
        return Process(
            name, self.environment | {"TOCSIN_INSTANCE": instance} | more, self.folder / f"{name}-{instance}.log"
        )

    def start(self) -> None:
        for name in self.services:
            self.processes[name] = self.process(name)
            self.processes[name].start()

    def stop(self) -> dict[str, int]:
        """Ask all to end; return their exit codes."""
        for process in self.processes.values():
            process.is_up()
            if process.popen is not None and process.popen.poll() is None:
                process.popen.send_signal(signal.SIGTERM)
        return {name: process.stop() for name, process in self.processes.items()}

    async def send(self, records: list[tuple[bytes | None, bytes]], per_second: float = 0.0) -> None:
        """Put records on ``articles.raw`` at a pace, or as fast as they go."""
        kafka = producer(self.settings, "feeder")
        await kafka.start()
        try:
            began, sent = time.monotonic(), []
            for n, (key, value) in enumerate(records):
                sent.append(await kafka.send("tocsin.articles.raw.v1", value, key=key))
                if per_second and (ahead := began + n / per_second - time.monotonic()) > 0:
                    await asyncio.sleep(ahead)
            await asyncio.gather(*sent)
        finally:
            await kafka.stop()

    async def post(self, records: list[tuple[bytes | None, bytes]], per_second: float) -> None:
        """Put articles in over HTTP at a pace, as a producer that tries again until it is told that they are safe."""
        began = time.monotonic()
        async with httpx.AsyncClient(timeout=15) as client:
            for n, (_, value) in enumerate(records):
                while True:
                    try:
                        answer = await client.post(f"http://127.0.0.1:{self.http_port}/articles", content=value)
                        if answer.status_code == httpx.codes.ACCEPTED:
                            break
                    except httpx.HTTPError:
                        pass
                    await asyncio.sleep(0.1)
                if (ahead := began + n / per_second - time.monotonic()) > 0:
                    await asyncio.sleep(ahead)

    async def drained(self, records: int, wait: float = 180.0) -> float:
        """Wait until ``records`` are in and nothing lags; return the seconds. Raises ``TimeoutError`` with what waits."""
        began, quiet, lags = time.monotonic(), 0, []
        while time.monotonic() - began < wait:
            try:
                async with LagMeter(self.settings, reads()) as meter:
                    while time.monotonic() - began < wait:
                        lags = await meter.look()
                        raw = sum(
                            g.end for g in lags if g.topic == "tocsin.articles.raw.v1" and g.service == "assembler"
                        )
                        quiet = quiet + 1 if raw >= records and not any(g.messages for g in lags) else 0
                        if quiet == 2:
                            return time.monotonic() - began
                        await asyncio.sleep(0.25)
            except Exception:  # noqa: BLE001 - the broker may be the one that is away
                await asyncio.sleep(0.5)
        raise TimeoutError(", ".join(f"{g.service} {g.topic}/{g.partition}: {g.messages}" for g in lags if g.messages))

    async def reached(self, service: str, position: int, wait: float = 120.0) -> None:
        """Wait until a service has committed so many records: it is in the middle of the work. Raises ``TimeoutError``."""
        async with LagMeter(self.settings, reads()) as meter, asyncio.timeout(wait):
            while True:
                try:
                    if sum(g.position for g in await meter.look() if g.service == service) >= position:
                        return
                except Unavailable:  # a fresh broker has no coordinator yet
                    pass
                await asyncio.sleep(0.1)

    async def dead_letters(self, service: str) -> list[Any]:
        return await read_all(self.settings, f"tocsin.dead-letters.{service}.v1")
