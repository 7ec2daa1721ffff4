"""A real Prometheus scrapes the whole stream at work: every rule is evaluated, every panel has something to show."""

from __future__ import annotations

import asyncio
import json
import math
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import srsly

from services.cli.embedded import free_port
from services.registry import SERVICES
from tests.support.grafana import asked, promql
from tests.support.promql import PROMETHEUS
from tests.support.stream import Stream

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.real_kafka,
    pytest.mark.prometheus,
    pytest.mark.skipif(shutil.which("prometheus") is None, reason="Prometheus is not installed (Debian: prometheus)"),
]
SAMPLE = Path(__file__).resolve().parents[2] / "services" / "cli" / "sample"
# What a short and healthy run has none of: retries, 200 articles, an exporter of disks.
MAY_BE_EMPTY = {
    "stream: Batches read again (batches/min) A",
    "stream: Articles with no place, claim or incident (share of 6 hours) A",
    "stream: Articles with no place, claim or incident (share of 6 hours) B",
    "stream: Space left on disks (share) A",
}


class Watch:
    """A Prometheus with the rules of the repository, asked over its API."""

    def __init__(self, folder: Path, targets: list[str]) -> None:
        self._url = f"http://127.0.0.1:{free_port()}"
        config = srsly.read_yaml(PROMETHEUS / "prometheus.yml")
        config["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
        config["scrape_configs"] = [{"job_name": "tocsin", "static_configs": [{"targets": targets}]}]
        for name in config["rule_files"]:
            rules = srsly.read_yaml(PROMETHEUS / name)
            for group in rules["groups"]:
                group.pop("interval", None)
            srsly.write_json(folder / name, rules)
        srsly.write_json(folder / "prometheus.yml", config)
        self._began = time.time()
        with (folder / "prometheus.log").open("wb") as log:
            self._process = subprocess.Popen(
                [
                    "prometheus",
                    f"--config.file={folder / 'prometheus.yml'}",
                    f"--storage.tsdb.path={folder / 'data'}",
                    f"--web.listen-address={self._url.removeprefix('http://')}",
                ],
                stdout=log,
                stderr=log,
            )

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(20)

    def ask(self, path: str, **parameters: str) -> Any:
        answer = httpx.get(f"{self._url}/api/v1/{path}", params=parameters, timeout=30).json()
        assert answer["status"] == "success", (parameters, answer)
        return answer["data"]

    def until(self, expression: str, wait: float = 60.0) -> None:
        """Wait until an expression has a result. Raises ``TimeoutError``."""
        end = time.monotonic() + wait
        while time.monotonic() < end:
            try:
                if self.ask("query", query=expression)["result"]:
                    return
            except (httpx.HTTPError, json.JSONDecodeError):  # it is still starting
                pass
            time.sleep(0.2)
        raise TimeoutError(expression)

    def values(self, expression: str) -> list[float]:
        """Return every figure that an expression had since the start."""
        found = self.ask("query_range", query=expression, start=str(self._began), end=str(time.time()), step="1s")
        return [v for one in found["result"] for _, text in one["values"] if not math.isnan(v := float(text))]


@pytest.fixture
def watch(broker: Any, postgres_dsn: str, tmp_path: Path) -> Iterator[Watch]:
    """The whole stream, watched, after it has read the sample corpus."""
    stream = Stream(
        broker.bootstrap,
        postgres_dsn,
        tmp_path,
        tuple(SERVICES),
        TOCSIN_WORKERS="1",
        TOCSIN_FEEDS="http://127.0.0.1:9/none.rss",
        TOCSIN_FEEDS_ALLOW_PRIVATE="true",
    )
    stream.prepare()
    ports = {name: str(free_port()) for name in SERVICES}
    for name, port in ports.items():
        stream.processes[name] = stream.process(name, TOCSIN_METRICS_PORT=port)
        stream.processes[name].start()
    watch = Watch(tmp_path, [f"127.0.0.1:{port}" for port in ports.values()])
    try:
        watch.until(f"count(group by (service) (tocsin_ready == 1)) == {len(SERVICES)}", 120)
        good = [(None, line) for line in (SAMPLE / "articles.jsonl").read_bytes().splitlines()]
        bad = [(None, line) for line in (SAMPLE / "bad_records.jsonl").read_bytes().splitlines()]
        asyncio.run(stream.post(good, per_second=8))
        asyncio.run(stream.send([*bad, *good]))  # and once more, past the API
        asyncio.run(stream.drained(2 * len(good) + len(bad)))
        watch.until('sum(tocsin_dead_letters_total{service="assembler"}) >= 2')
        watch.until('rate(tocsin_dead_letters_total{service="assembler"}[20s])')  # it takes two looks
        watch.until("service:tocsin_consumer_lag_messages:sum == 0")
        yield watch
    finally:
        watch.stop()
        stream.stop()


def test_every_rule_and_every_panel_works_on_a_stream_at_work(watch: Watch) -> None:
    rules = [rule for group in watch.ask("rules")["groups"] for rule in group["rules"]]
    assert {rule["name"]: (rule["health"], rule.get("lastError")) for rule in rules} == {
        rule["name"]: ("ok", None) for rule in rules
    }
    assert [alert["labels"] for alert in watch.ask("alerts")["alerts"] if alert["state"] == "firing"] == []

    shown = {name: watch.values(promql(target["expr"], "20s")) for name, _, target in asked("expr")}
    assert {name for name, values in shown.items() if not values} - MAY_BE_EMPTY == set()
    rising = {
        "stream: Articles that reach Postgres (articles/s) A",
        "stream: Records by service and outcome (records/s) A",
        "stream: Rows written to Postgres by table (rows/s) A",
        "stream: Memory (bytes) A",
        "stream: Connections to Postgres in use (share of those allowed) A",
    }
    assert {name for name in rising if not max(shown[name]) > 0} == set()
