"""What a game day is played on: a stream at work with articles coming in, real neighbours, a Prometheus that watches."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx

from services.cli.embedded import EmbeddedPostgres, free_port
from services.registry import SERVICES
from tests.support.apache_kafka import ApacheKafka
from tests.support.articles import article
from tests.support.stream import Process, Stream
from tests.support.watch import Watch

WAIT = 300.0
# Times of the rules as they are, and in the copy for the day. Thresholds stay, but for those of LagGrows (300 s) and of the
# number of articles that a drift is looked for in.
TIMES = {"7d": "2m", "1d": "75s", "6h": "60s", "30m": "20s", "15m": "45s", "10m": "20s", "5m": "15s"}
FOR = "15s"
SMALL_DISK_MB = 300
BROKER = "log.segment.bytes=16777216\nlog.retention.check.interval.ms=3000\nlog.segment.delete.delay.ms=1000\n"


def hurried(rules: str) -> str:
    """Return the text of rules with shorter times."""
    rules = re.sub(r"^( +for:).*$", rf"\1 {FOR}", rules, flags=re.MULTILINE)
    rules = re.sub(rf"\b({'|'.join(TIMES)})\b", lambda found: TIMES[found[1]], rules)
    return rules.replace(":max > 300", ":max > 15").replace(">= 200", ">= 30")


class Feeder(threading.Thread):
    """A producer that posts articles, several a second, until it is ended; what is refused is lost."""

    def __init__(self, address: str) -> None:
        super().__init__(daemon=True)
        self.make: Callable[[int], dict[str, Any]] = news
        self.per_second = 3.0
        self._address, self._over = address, threading.Event()

    def run(self) -> None:
        with httpx.Client(trust_env=False, timeout=15) as client:
            number = 0
            while not self._over.wait(1 / self.per_second):
                with suppress(httpx.HTTPError):
                    client.post(self._address, json=self.make(number))
                number += 1

    def end(self) -> None:
        self._over.set()
        self.join(30)


def news(number: int) -> dict[str, Any]:
    """Make an article with places and claims."""
    made = article(number)
    return {name: made[name] for name in ("title", "text", "source")} | {"url": f"https://news.example/{number}"}


def football(number: int) -> dict[str, Any]:
    """Make an article without either."""
    text = f"The home side won by {number % 4 + 1} goals to nil. The coach praised his team, and the crowd sang until late."
    return {
        "title": f"Match report {number}",
        "text": text,
        "source": "Football Daily",
        "url": f"https://f.example/{number}",
    }


class Ground:
    """The stream, its neighbours, and who looks at them."""

    def __init__(self, folder: Path, disk: Path | None) -> None:
        self.disk = disk
        self.kafka = ApacheKafka()
        self.kafka.properties += BROKER
        if disk is not None:
            self.kafka.properties = re.sub(r"log\.dirs=.*", f"log.dirs={disk / 'kafka'}", self.kafka.properties)
        self.postgres = EmbeddedPostgres(folder / "postgres")
        self.kafka.start()
        self.postgres.start()
        self.stream = Stream(self.kafka.bootstrap, self.postgres.dsn, folder, tuple(SERVICES), TOCSIN_WORKERS="1")
        self.stream.prepare()
        self.ports = {name: free_port() for name in SERVICES}
        for name in SERVICES:
            self.start(name)
        targets = {"tocsin": [f"127.0.0.1:{port}" for port in self.ports.values()]}
        self.exporter: subprocess.Popen[bytes] | None = None
        if disk is not None:
            node = free_port()
            words = ["prometheus-node-exporter", "--collector.disable-defaults", "--collector.filesystem"]
            with (folder / "node.log").open("wb") as log:
                self.exporter = subprocess.Popen(
                    [*words, f"--web.listen-address=127.0.0.1:{node}"], stdout=log, stderr=log
                )
            targets["node"] = [f"127.0.0.1:{node}"]
        self.watch = Watch(folder, targets, hurried)
        self.watch.until(f"count(group by (service) (tocsin_ready == 1)) == {len(SERVICES)}", WAIT)
        self.feeder = Feeder(f"http://127.0.0.1:{self.stream.http_port}/articles")
        self.feeder.start()

    def start(self, name: str, **more: str) -> None:
        """Start the replica of a service (again), with further settings."""
        process = self.stream.process(name, TOCSIN_METRICS_PORT=str(self.ports[name]), **more)
        self.stream.processes[name] = process
        process.start()

    def second(self, name: str) -> Process:
        """Start a second replica."""
        process = self.stream.process(name, "two", TOCSIN_LEAVE_GROUP_ON_EXIT="true")
        process.start()
        return process

    def readyz(self, name: str) -> dict[str, Any]:
        """Ask a service for its page; {} where none answers."""
        try:
            return dict(httpx.get(f"http://127.0.0.1:{self.ports[name]}/readyz", trust_env=False, timeout=10).json())
        except (httpx.HTTPError, json.JSONDecodeError):
            return {}

    def tocsin(self, *words: str) -> str:
        """Run a command as an operator does; return what it prints."""
        said = subprocess.run([sys.executable, "-m", "services", *words], env=os.environ | self.stream.environment,
                              capture_output=True, text=True, check=False)  # fmt: skip
        return (said.stdout + said.stderr).strip()

    def status(self) -> dict[str, dict[str, Any]]:
        """Return what ``tocsin status`` says of each service."""
        return {one["service"]: one for one in json.loads(self.tocsin("status", "--json"))["services"]}

    def send(self, values: list[bytes]) -> None:
        """Put records on ``articles.raw``, past the API."""
        asyncio.run(self.stream.send([(None, value) for value in values]))

    def end(self) -> None:
        self.feeder.end()
        self.watch.stop()
        if self.exporter is not None:
            self.exporter.terminate()
            self.exporter.wait(20)
        self.stream.stop()
        self.postgres.stop()
        self.kafka.stop()


@contextmanager
def ground() -> Iterator[Ground]:
    """Yield a stream at work; with root and node_exporter its Kafka has a small disk of its own."""
    folder = Path(tempfile.mkdtemp(prefix="tocsin-game-day-"))
    folder.chmod(0o755)
    disk: Path | None = folder / "disk"
    made: Ground | None = None
    try:
        if not _small_disk(folder):
            disk = None
        made = Ground(folder, disk)
        yield made
    finally:
        if made is not None:
            made.end()
        if disk is not None:
            subprocess.run(["umount", str(disk)], check=False)
        shutil.rmtree(folder, ignore_errors=True)


def _small_disk(folder: Path) -> bool:
    """Mount a small file system; False where that can't be done."""
    image = folder / "disk.img"
    (folder / "disk").mkdir()
    if shutil.which("prometheus-node-exporter") is None or shutil.which("mkfs.ext4") is None:
        return False
    with image.open("wb") as file:
        file.truncate(SMALL_DISK_MB * 1024 * 1024)
    subprocess.run(["mkfs.ext4", "-q", "-m", "0", str(image)], check=True)
    done = subprocess.run(["mount", "-o", "loop", str(image), str(folder / "disk")], capture_output=True, check=False)
    return done.returncode == 0


def until(what: str, ready: Callable[[], bool], wait: float = WAIT) -> float:
    """Wait until ``ready()``; return the seconds. Raises ``TimeoutError``."""
    began = time.monotonic()
    while not ready():
        if time.monotonic() - began > wait:
            raise TimeoutError(what)
        time.sleep(0.3)
    return time.monotonic() - began
