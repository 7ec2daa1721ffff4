"""What tests run on: which Kafka, which Postgres, and that nothing that matters is skipped where it must run.

Kafka: TOCSIN_TEST_KAFKA if set; testcontainers where Docker answers; Apache Kafka from its jars where Java 17 and Maven
are; else the embedded broker, with the tests that need the real one skipped by name. Postgres: TOCSIN_TEST_POSTGRES if
set; testcontainers; else embedded. With CI=true real Kafka is required, and a skip of a test that is marked is a failure.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import uuid
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
import structlog

from services.cli.embedded import EmbeddedKafka, EmbeddedPostgres
from tests.support import apache_kafka

# Read when numpy is imported; more threads only stand in each other's way.
os.environ.setdefault("OMP_NUM_THREADS", "1")
CI = os.environ.get("CI", "").lower() in ("1", "true")


@dataclass(frozen=True)
class Kafka:
    bootstrap: str
    real: bool


def _docker_answers() -> bool:
    if shutil.which("docker") is None:
        return False
    try:
        import docker

        docker.from_env().ping()
    except Exception:  # noqa: BLE001 - whatever is wrong with it, it does not answer
        return False
    return True


@pytest.fixture(scope="session")
def kafka():
    """A broker for the session."""
    if given := os.environ.get("TOCSIN_TEST_KAFKA"):
        yield Kafka(given, real=True)
    elif _docker_answers():
        from testcontainers.community.kafka import KafkaContainer

        with KafkaContainer("apache/kafka:4.1.1") as container:
            yield Kafka(container.get_bootstrap_server(), real=True)
    elif apache_kafka.available():
        broker = apache_kafka.ApacheKafka()
        broker.start()
        yield Kafka(broker.bootstrap, real=True)
        broker.stop()
    else:
        if CI:
            pytest.fail("CI needs real Kafka: Docker, or Java 17 and Maven, or TOCSIN_TEST_KAFKA")
        folder = Path(tempfile.mkdtemp(prefix="tocsin-test-kafka-"))
        embedded = EmbeddedKafka(folder)
        embedded.start()
        yield Kafka(embedded.bootstrap, real=False)
        embedded.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server():
    """A Postgres for the session: the connection string of a database that may be used to make others."""
    if given := os.environ.get("TOCSIN_TEST_POSTGRES"):
        yield given
        return
    if _docker_answers():
        from testcontainers.community.postgres import PostgresContainer

        with PostgresContainer("postgres:18", driver=None) as container:
            yield container.get_connection_url()
        return
    folder = Path(tempfile.mkdtemp(prefix="tocsin-test-postgres-"))
    embedded = EmbeddedPostgres(folder)
    embedded.start()
    yield embedded.dsn
    embedded.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_dsn(postgres_server):
    """A database of the test's own, empty."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield psycopg.conninfo.make_conninfo(postgres_server, dbname=name)
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(autouse=True)
def _fresh_logs():
    """Forget where a test let logs go: a captured stream is closed with its test."""
    yield
    structlog.reset_defaults()
    logging.getLogger().handlers.clear()


@pytest.fixture(autouse=True)
def _real_kafka_only(request):
    if request.node.get_closest_marker("real_kafka") and not request.getfixturevalue("kafka").real:
        pytest.skip("needs real Apache Kafka: Java 17 and Maven, Docker, or TOCSIN_TEST_KAFKA")


@pytest.fixture(scope="session")
def shared_data():
    """The folder of evaluation data that is not part of the repository; skips where it is absent."""
    given = os.environ.get("TOCSIN_EVALUATION_DATA")
    folder = Path(given) if given else Path(__file__).resolve().parents[2] / "shared" / "data"
    if not (folder / "seeds").is_dir():
        pytest.skip(f"no evaluation data at {folder}; set TOCSIN_EVALUATION_DATA")
    return folder


def pytest_collection_modifyitems(items):
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        if "kafka" in names:
            item.add_marker(pytest.mark.kafka)
        if names & {"postgres_dsn", "postgres_server"}:
            item.add_marker(pytest.mark.postgres)
        if "shared_data" in names:
            item.add_marker(pytest.mark.shared_data)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """In CI a test that needs a broker, a database or Prometheus may not be skipped."""
    outcome = yield
    report = outcome.get_result()
    needs = any(item.get_closest_marker(m) for m in ("kafka", "real_kafka", "postgres", "prometheus"))
    if CI and report.skipped and needs and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI, where it must run: {report.longrepr}"
