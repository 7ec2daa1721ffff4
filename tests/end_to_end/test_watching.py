"""A real Prometheus scrapes the whole stream at work: every rule is evaluated, every panel has something to show."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.cli.embedded import free_port
from services.registry import SERVICES
from tests.support.grafana import asked, promql
from tests.support.stream import Stream
from tests.support.watch import Watch

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
    watch = Watch(tmp_path, {"tocsin": [f"127.0.0.1:{port}" for port in ports.values()]})
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
