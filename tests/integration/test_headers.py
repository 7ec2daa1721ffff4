"""A header that aiokafka can't decode: the record is passed over, alone, and nothing beside it is lost."""

from __future__ import annotations

import asyncio
import json

import pytest

from contracts.topics import RAW
from tests.integration.test_runtime import annotated, echo, settings  # noqa: F401 - a fixture

pytestmark = [pytest.mark.timeout(120), pytest.mark.real_kafka]


async def test_records_beside_an_undecodable_header_are_read(settings, kafka, tmp_path):  # noqa: F811
    confluent = pytest.importorskip("confluent_kafka")
    before = len(await annotated(settings))
    producer = confluent.Producer({"bootstrap.servers": kafka.bootstrap})
    for n in range(40):
        value = json.dumps({"title": f"t{n}", "text": "beside"}).encode()
        producer.produce(RAW.full_name, value, partition=n % 4)
    producer.flush(20)
    raw = await bad_record(kafka.bootstrap)
    assert raw is not None
    for n in range(8):
        value = json.dumps({"title": f"u{n}", "text": "behind"}).encode()
        producer.produce(RAW.full_name, value, partition=n % 4)
    producer.flush(20)
    with echo(kafka.bootstrap, tmp_path) as process:
        async with asyncio.timeout(60):
            while len(await annotated(settings)) < before + 48:
                await asyncio.sleep(0.2)
        assert process.said("passed over")


async def bad_record(bootstrap):
    """Send a record whose header key is not UTF-8, by aiokafka's own record builder."""
    from aiokafka import AIOKafkaProducer

    class Key(str):
        def encode(self, *_):
            return b"\xff\xfe"

    producer = AIOKafkaProducer(bootstrap_servers=bootstrap)
    await producer.start()
    sent = await producer.send_and_wait(RAW.full_name, b'{"title": "odd"}', partition=1, headers=[(Key("k"), b"v")])
    await producer.stop()
    return sent
