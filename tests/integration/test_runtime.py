"""What every service does on a real broker: waits, reports, stops at its limit, leaves and comes back without loss."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
import uuid
from contextlib import contextmanager, suppress

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.errors import KafkaError

from contracts.annotation import Annotation
from contracts.dead_letter import DeadLetter
from contracts.topics import ANNOTATIONS, RAW
from services.cli.demo import read_all
from services.cli.embedded import free_port
from services.runtime.group import group_id
from services.runtime.kafka import create_topics, producer
from services.runtime.settings import Settings

pytestmark = [pytest.mark.timeout(180), pytest.mark.real_kafka]


class Echo:
    """The echo enricher as a process, with its log and its pages."""

    def __init__(self, bootstrap, folder, instance="one", **more):
        self.port = free_port()
        self.log = folder / f"echo-{instance}-{uuid.uuid4().hex[:6]}.log"
        environment = os.environ | {
            "TOCSIN_KAFKA_BOOTSTRAP_SERVERS": bootstrap,
            "TOCSIN_METRICS_PORT": str(self.port),
            "TOCSIN_INSTANCE": instance,
            "TOCSIN_KAFKA_SESSION_TIMEOUT_MS": "6000",
            "TOCSIN_LOG_FORMAT": "json",
            **more,
        }
        with self.log.open("wb") as output:
            self.popen = subprocess.Popen(
                [sys.executable, "-m", "tests.support.run_echo"], env=environment, stdout=output, stderr=output
            )

    def page(self, name):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/{name}", timeout=2) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    async def until(self, condition, seconds=60.0):
        async with asyncio.timeout(seconds):
            while not condition():
                await asyncio.sleep(0.1)

    def partitions(self):
        """Count the partitions that it was given last."""
        lines = [line for line in self.log.read_text(errors="replace").splitlines() if '"partitions assigned"' in line]
        return len(json.loads(lines[-1])["partitions"]) if lines else 0

    def said(self, words):
        return words in self.log.read_text(errors="replace")


@contextmanager
def echo(*args, **kwargs):
    process = Echo(*args, **kwargs)
    try:
        yield process
    finally:
        if process.popen.poll() is None:
            process.popen.kill()
        process.popen.wait()


@pytest.fixture
async def settings(kafka):
    found = Settings(kafka_bootstrap_servers=kafka.bootstrap, kafka_partitions=4, _env_file=None)
    await create_topics(found)
    return found


async def send(settings, titles):
    kafka = producer(settings, "test")
    await kafka.start()
    run = uuid.uuid4().hex
    for n, title in enumerate(titles):
        await kafka.send(RAW.full_name, json.dumps({"title": title, "text": f"{run} {n}"}).encode(), partition=n % 4)
    await kafka.stop()
    return run


async def annotated(settings, kind="casualties"):
    return [Annotation.from_json(r.value) for r in await read_all(settings, ANNOTATIONS.full_name)]


async def test_a_start_while_kafka_is_away_waits_and_says_so(tmp_path):
    with echo(f"127.0.0.1:{free_port()}", tmp_path) as process:
        await process.until(lambda: process.said("waiting for Kafka"))
        assert process.page("healthz")[0] == 200
        assert process.page("readyz")[0] == 503
        process.popen.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(process.popen.wait, 20) == 0


async def test_each_message_is_counted_once_and_sigterm_loses_none(settings, kafka, tmp_path):
    before = len(await annotated(settings))
    earlier = {(a.raw.partition, a.raw.offset) for a in await annotated(settings)}
    with echo(kafka.bootstrap, tmp_path) as process:
        await process.until(lambda: process.page("readyz")[0] == 200)
        await send(settings, ["fine"] * 40 + ["reject"] * 3 + ["bug"])
        process.popen.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(process.popen.wait, 20) == 0
    with echo(kafka.bootstrap, tmp_path) as process:
        wanted = before + 44
        await process.until(lambda: process.page("readyz")[0] == 200)
        async with asyncio.timeout(60):
            while len(await annotated(settings)) < wanted:
                await asyncio.sleep(0.2)
        process.popen.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(process.popen.wait, 20) == 0
    positions = [(a.raw.partition, a.raw.offset) for a in await annotated(settings)]
    positions = [p for p in positions if p not in earlier]
    assert len(positions) == len(set(positions))


async def test_too_many_dead_letters_stop_the_service_and_turn_it_red(settings, kafka, tmp_path):
    with echo(kafka.bootstrap, tmp_path, TOCSIN_DEAD_LETTER_CONSECUTIVE="20", TOCSIN_BATCH_SIZE="10") as process:
        await process.until(lambda: process.page("readyz")[0] == 200)
        await send(settings, ["bug"] * 60)
        await process.until(lambda: process.said("too many dead letters"))
        status, body = process.page("readyz")
        assert status == 503
        assert "in a row" in body
        assert process.page("healthz")[0] == 200
        assert 'tocsin_stopped_by_dead_letters{service="casualties"} 1.0' in process.page("metrics")[1]
        letters = await read_all(settings, "tocsin.dead-letters.casualties.v1")
        assert 0 < len([r for r in letters if DeadLetter.from_headers(r.headers).reason == "bug"]) <= 30
        process.popen.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(process.popen.wait, 20) == 3
    with echo(kafka.bootstrap, tmp_path, TOCSIN_DEAD_LETTER_CONSECUTIVE="1000") as process:  # nothing was passed over
        await process.until(lambda: process.page("readyz")[0] == 200)
        async with asyncio.timeout(60):
            while len([a for a in await annotated(settings) if a.error == "bug"]) < 60:
                await asyncio.sleep(0.2)


async def test_two_processes_with_one_instance_name_are_told(settings, kafka, tmp_path):
    with echo(kafka.bootstrap, tmp_path, "twin") as one, echo(kafka.bootstrap, tmp_path, "twin") as two:
        await one.until(
            lambda: (
                one.said("does another process run with the same TOCSIN_INSTANCE")
                or two.said("does another process run with the same TOCSIN_INSTANCE")
            ),
            60,
        )


async def test_a_member_thrown_out_by_others_of_its_name_comes_back_once_they_are_gone(settings, kafka, tmp_path):
    def twin():
        return AIOKafkaConsumer(
            RAW.full_name,
            bootstrap_servers=kafka.bootstrap,
            group_id=group_id("casualties"),
            group_instance_id="casualties-contested",
            session_timeout_ms=6000,
            heartbeat_interval_ms=200,
            enable_auto_commit=False,
            partition_assignment_strategy=(RangePartitionAssignor,),
        )

    async def join_and_die():
        consumer = twin()
        with suppress(KafkaError):
            await consumer.start()
            await consumer.getmany(timeout_ms=1000)
        await consumer.stop()

    with echo(kafka.bootstrap, tmp_path, "contested") as process:
        await process.until(lambda: process.partitions() == 4)
        for _ in range(3):
            await asyncio.gather(*(join_and_die() for _ in range(4)))
        run = await send(settings, ["fine"] * 8)
        sent = {
            (r.partition, r.offset) for r in await read_all(settings, RAW.full_name) if run.encode() in (r.value or b"")
        }
        assert len(sent) == 8
        async with asyncio.timeout(60):
            while not sent <= {(a.raw.partition, a.raw.offset) for a in await annotated(settings)}:
                await asyncio.sleep(0.2)


async def test_a_wanted_scale_in_hands_its_partitions_over_at_once(settings, kafka, tmp_path):
    slow = {"TOCSIN_KAFKA_SESSION_TIMEOUT_MS": "45000", "TOCSIN_LEAVE_GROUP_ON_EXIT": "true"}
    with echo(kafka.bootstrap, tmp_path, "stays", **slow) as stays:
        await stays.until(lambda: stays.partitions() == 4)
        with echo(kafka.bootstrap, tmp_path, "leaves", **slow) as leaves:
            await leaves.until(lambda: leaves.partitions() == stays.partitions() == 2)
            leaves.popen.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(leaves.popen.wait, 20) == 0
            await stays.until(lambda: stays.partitions() == 4, 20)  # long before the session of 45 s is over
        stays.popen.send_signal(signal.SIGTERM)  # killed, it would stay in the group for the next test
        assert await asyncio.to_thread(stays.popen.wait, 20) == 0
