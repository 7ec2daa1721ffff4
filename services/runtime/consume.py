"""The one way in which a service takes batches from Kafka: nothing is committed before its outputs are acknowledged.

A batch goes: read → handle → outputs out → dead letters out → commit. Whatever fails before the commit is read again.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, cast

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.errors import KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.annotations import KafkaMessage
from faststream.security import BaseSecurity, SASLPlaintext, SASLScram256, SASLScram512

from services.runtime import metrics
from services.runtime.batches import Batches, Records, next_offsets, slices
from services.runtime.group import Gate, group_id, leave_for_good, stop_in_time
from services.runtime.kafka import ssl_context

if TYPE_CHECKING:
    from contracts.topics import Topic
    from services.runtime.settings import Settings

log = structlog.get_logger()
FETCH_MS = 200


class Consumer:
    """A FastStream subscriber that hands batches to ``Batches`` and commits what they finished."""

    def __init__(
        self,
        service: str,
        topics: Sequence[Topic],
        batches: Batches,
        settings: Settings,
        *,
        gate: Gate,
        max_records: int,
    ) -> None:
        """``gate`` outlives the consumer: another takes its place when this one has failed."""
        self._batches, self._settings = batches, settings
        self._gate = gate
        self._service, self._max_records = service, max_records
        self.failed: asyncio.Future[KafkaError] = asyncio.get_running_loop().create_future()
        self._broker = KafkaBroker(
            settings.kafka_bootstrap_servers.split(","),
            client_id=f"tocsin-{service}",
            security=security(settings),
            allow_auto_create_topics=False,
            consumer_only=True,
            graceful_timeout=settings.shutdown_seconds,
            logger=None,
        )
        self._subscriber = self._broker.subscriber(
            *[t.full_name for t in topics],
            group_id=group_id(service),
            group_instance_id=gate.instance,
            batch=True,
            ack_policy=AckPolicy.MANUAL,
            parser=self._parse,
            decoder=_undecoded,
            listener=self._gate,
            auto_offset_reset="earliest",
            fetch_max_wait_ms=250,
            max_partition_fetch_bytes=4_194_304,
            session_timeout_ms=settings.kafka_session_timeout_ms,
            heartbeat_interval_ms=min(3000, settings.kafka_session_timeout_ms // 3),
            max_poll_interval_ms=settings.kafka_max_poll_interval_ms,
            partition_assignment_strategy=(RangePartitionAssignor,),
        )
        self._subscriber.get_msg = self._fetch  # type: ignore[method-assign]
        self._subscriber(self._handle)

    async def start(self) -> None:
        """Join the group and begin."""
        await self._broker.start()

    async def stop(self, *, for_good: bool = True) -> None:
        """Finish the batch in hand, commit it and leave; ``for_good`` if no other takes its place in this process."""
        consumer = self._subscriber.consumer
        if consumer is not None and for_good and self._settings.leave_group_on_exit:
            leave_for_good(consumer)
        await stop_in_time(self._broker, self._settings.shutdown_seconds)

    async def _fetch(self, consumer: AIOKafkaConsumer) -> tuple[Any, ...]:
        """Fetch in FastStream's place, which loses records beside one that can't be decoded, and sleeps when idle."""
        try:
            found = await fetch(consumer, self._service, timeout_ms=FETCH_MS, max_records=self._max_records)
        except KafkaError as error:
            if not self.failed.done():
                self.failed.set_result(error)
            raise
        return tuple(record for records in found.values() for record in records)

    async def _parse(self, records: Any, original: Callable[[Any], Awaitable[Any]]) -> Any:  # noqa: ANN401 - FastStream's types
        """Keep the records as they came, and show FastStream one: it dies of headers that are null or not UTF-8.

        Runs in the same step of the loop as the fetch: the one safe place to read the epoch.
        """
        message = await original((dataclasses.replace(records[0], headers=()),))
        message.raw_message = records
        message.headers["tocsin-epoch"] = self._gate.epoch
        return message

    async def _handle(self, message: KafkaMessage) -> None:
        consumer: AIOKafkaConsumer = message.consumer
        left = list(slices(message.raw_message))

        async def work() -> None:
            while left:
                await self._batches(left[0])
                await consumer.commit(next_offsets(left[0]))
                del left[0]

        def again() -> None:
            rewind(consumer, [record for part in left for record in part])

        await self._gate.take(consumer, message.headers["tocsin-epoch"], work, again)


async def _undecoded(message: Any) -> Any:  # noqa: ANN401 - FastStream's types
    return message.body


async def fetch(consumer: AIOKafkaConsumer, service: str, *, timeout_ms: int, max_records: int) -> dict[Any, list[Any]]:
    """Fetch like ``getmany``, but pass over a record that aiokafka can't decode (a header key that is not UTF-8).

    ``getmany`` would raise, and what it had drained of other partitions by then would be lost. Raises ``KafkaError``
    where the consumer can't go on, also without partitions: a member that was fenced off would wait for them for ever.
    """
    consumer._coordinator.check_errors()  # noqa: SLF001 - only ``getmany`` calls it, and not without partitions
    assigned = consumer._subscription.subscription.assignment  # noqa: SLF001 - ``position()`` waits where there is none yet
    states = {tp: assigned.state_value(tp) for tp in assigned.tps} if assigned is not None else {}
    before = {tp: state.position for tp, state in states.items() if state.has_valid_position}
    if not before:  # without names getmany would take all
        await asyncio.sleep(timeout_ms / 1000)
        return {}
    try:
        return cast(
            "dict[Any, list[Any]]", await consumer.getmany(*before, timeout_ms=timeout_ms, max_records=max_records)
        )
    except UnicodeDecodeError:
        for partition, position in before.items():
            if partition in consumer.assignment():
                consumer.seek(partition, position)
    found: dict[Any, list[Any]] = {}
    for partition in before:
        try:
            while one := (await consumer.getmany(partition, timeout_ms=1000, max_records=1)).get(partition):
                found.setdefault(partition, []).extend(one)
                if len(found[partition]) >= max_records:
                    break
        except UnicodeDecodeError:
            bad = await consumer.position(partition)
            log.exception("passed over a record whose headers can't be decoded", topic=partition.topic,
                          partition=partition.partition, offset=bad)  # fmt: skip
            metrics.MESSAGES.labels(service, "undecodable").inc()
            consumer.seek(partition, bad + 1)
            break
    return found


def rewind(consumer: AIOKafkaConsumer, records: Records) -> None:
    """Seek back to the first record of each partition that is still ours."""
    first: dict[TopicPartition, int] = {}
    for r in records:
        partition = TopicPartition(r.topic, r.partition)
        first[partition] = min(first.get(partition, r.offset), r.offset)
    for partition, offset in first.items():
        if partition in consumer.assignment():
            consumer.seek(partition, offset)


def security(settings: Settings) -> BaseSecurity | None:
    """Translate the settings into FastStream's security object."""
    protocol = settings.kafka_security_protocol
    if protocol == "PLAINTEXT":
        return None
    context = ssl_context(settings) if protocol.endswith("SSL") else None
    if not protocol.startswith("SASL"):
        return BaseSecurity(ssl_context=context, use_ssl=True)
    kind = {"PLAIN": SASLPlaintext, "SCRAM-SHA-256": SASLScram256, "SCRAM-SHA-512": SASLScram512}[
        settings.kafka_sasl_mechanism
    ]
    password = settings.kafka_sasl_password
    return kind(
        username=settings.kafka_sasl_username or "",
        password=password.get_secret_value() if password else "",
        ssl_context=context,
        use_ssl=context is not None,
    )
