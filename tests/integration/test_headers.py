"""A header that aiokafka can't decode: the record is passed over, alone, and nothing beside it is lost."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys

import pytest
from aiokafka import TopicPartition
from aiokafka.admin import RecordsToDelete

from contracts.topics import RAW
from services.runtime.kafka import admin, lone_consumer
from tests.integration.test_runtime import annotated, echo, send, settings  # noqa: F401 - a fixture

pytestmark = [pytest.mark.timeout(120), pytest.mark.real_kafka]


async def test_records_beside_an_undecodable_header_are_read(settings, kafka, tmp_path):  # noqa: F811
    before = len(await annotated(settings))
    await send(settings, ["beside"] * 40)
    command = [sys.executable, "-m", "tests.support.odd_header", kafka.bootstrap, RAW.full_name]
    without = os.environ | {"AIOKAFKA_NO_EXTENSIONS": "1"}  # the C code would not take such a key
    await asyncio.to_thread(subprocess.run, command, check=True, env=without)
    await send(settings, ["behind"] * 8)
    with echo(kafka.bootstrap, tmp_path) as process:
        async with asyncio.timeout(60):
            while len(await annotated(settings)) < before + 48:
                await asyncio.sleep(0.2)
        assert process.said("passed over")
    await forget(settings)


async def forget(settings):  # noqa: F811
    """Drop what is on the topic: other tests read it with clients that the header would stop."""
    topic = TopicPartition(RAW.full_name, 1)
    consumer = lone_consumer(settings)
    await consumer.start()
    end = (await consumer.end_offsets([topic]))[topic]
    await consumer.stop()
    async with admin(settings) as client:
        await client.delete_records({topic: RecordsToDelete(before_offset=end)})
