"""The whole stream on a Kafka with TLS and passwords, each service as a user with no more rights than are written down."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator

import psycopg
import pytest

from contracts.topics import ENRICHED, RAW
from services.cli.demo import gather
from services.lag.service import reads
from services.registry import SERVICES
from services.runtime.kafka import lone_consumer, partitions
from services.runtime.lag import LagMeter
from services.runtime.service import Unavailable
from services.runtime.settings import Settings
from tests.support import apache_kafka
from tests.support.secure_kafka import SecureKafka
from tests.support.stream import Stream

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.real_kafka,
    pytest.mark.skipif(not apache_kafka.available(), reason="needs Apache Kafka from its jars: Java 17 and Maven"),
    pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed"),
]


@pytest.fixture(scope="module")
def kafka_with_users() -> Iterator[SecureKafka]:
    broker = SecureKafka()
    try:
        broker.start()
        broker.give_rights()
        yield broker
    finally:
        broker.stop()


async def read_one(settings: Settings, topic: str) -> None:
    consumer = lone_consumer(settings)
    await consumer.start()
    try:
        consumer.subscribe([topic])
        await consumer.getone()
    finally:
        await consumer.stop()


def test_the_stream_runs_with_the_rights_that_are_written_down(kafka_with_users, postgres_dsn, tmp_path) -> None:
    broker = kafka_with_users
    records = [(key, value) for key, value in gather([]).records if key != b"bad"][:10]
    stream = Stream(broker.bootstrap, postgres_dsn, tmp_path, tuple(SERVICES), TOCSIN_WORKERS="1")
    stream.settings = broker.settings("tocsin-admin", TOCSIN_POSTGRES_DSN=postgres_dsn)
    stream.prepare()
    for name in SERVICES:
        stream.processes[name] = stream.process(name, **broker.environment(f"tocsin-{name}"))
        stream.processes[name].start()
    try:
        for process in stream.processes.values():
            process.is_up()
        asyncio.run(stream.post(records[:5], per_second=20))  # through ingest, as its user
        stream.settings = broker.settings("my-producer")
        asyncio.run(stream.send(records[5:]))
        stream.settings = broker.settings("tocsin-operator")
        asyncio.run(stream.drained(len(records)))
        with psycopg.connect(postgres_dsn) as connection:
            stored = connection.execute("SELECT count(*) FROM tocsin.articles").fetchone()
        assert stored == (len({key for key, _ in records}),)

        async def lag() -> set[int]:
            async with LagMeter(broker.settings("tocsin-lag"), reads()) as meter:
                return {g.messages for g in await meter.look()}

        assert asyncio.run(lag()) == {0}
        asyncio.run(asyncio.wait_for(read_one(broker.settings("my-consumer"), ENRICHED.full_name), 60))
        seen = asyncio.run(partitions(broker.settings("my-consumer"), [RAW.full_name, ENRICHED.full_name]))
        assert seen.keys() == {ENRICHED.full_name}  # rights are asked for here
    finally:
        codes = stream.stop()
    assert set(codes.values()) == {0}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"TOCSIN_KAFKA_SASL_PASSWORD": "another"}, "refuses this user or certificate"),
        ({"TOCSIN_KAFKA_SSL_CAFILE": ""}, "refuses this user or certificate"),
        ({"TOCSIN_KAFKA_SECURITY_PROTOCOL": "PLAINTEXT"}, "no Kafka broker answers"),
    ],
    ids=["wrong password", "authority not known", "neither"],
)
def test_who_comes_otherwise_is_told_what_can_be_wrong(kafka_with_users, change, said) -> None:
    with pytest.raises(Unavailable, match=said):
        asyncio.run(partitions(kafka_with_users.settings("tocsin-lag", **change), [RAW.full_name]))
