"""The one way in which a service takes batches from Kafka: nothing is committed before its outputs are acknowledged.

A batch goes: read → handle → outputs out → dead letters out → commit. Whatever fails before the commit is read again.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import random
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRebalanceListener, TopicPartition
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.errors import KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.annotations import KafkaMessage
from faststream.security import BaseSecurity, SASLPlaintext, SASLScram256, SASLScram512
from pydantic import ValidationError

from services.runtime import metrics, trace
from services.runtime.dead_letters import Limit, LimitReached, dead_letter, reason_of, said
from services.runtime.kafka import permanent, publish, ssl_context
from services.runtime.service import Message, Outcome, Output, Unavailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from contracts.topics import Topic
    from services.runtime.service import Handler
    from services.runtime.settings import Settings

log = structlog.get_logger()
Records = Sequence[Any]
RecordHandler = Callable[[Records], AbstractAsyncContextManager[Outcome]]
FETCH_MS = 200
CLIENT_STOP_SECONDS = 3.0
SLICE_BYTES = 2_000_000
REJOINS_SUSPECT = 6
REJOINS_SECONDS = 60.0


class Gate(ConsumerRebalanceListener):  # type: ignore[misc]
    """Make a revocation wait for the batch in hand, and tell batches fetched before it from those after it."""

    def __init__(
        self,
        service: str,
        settings: Settings,
        *,
        stop: asyncio.Event,
        stopped: Callable[[str], Awaitable[None]],
        assigned: Callable[[], None] | None = None,
    ) -> None:
        """``stop`` is the sign to end, ``stopped`` is told of the dead-letter limit, ``assigned`` of each rebalance."""
        self.epoch = 0
        self._lock = asyncio.Lock()
        self._service, self._assigned = service, assigned
        self.instance = f"{service}-{settings.instance_name()}" if settings.static_membership else None
        self._stop, self._stopped = stop, stopped
        self._failures, self._halted = 0, False
        self._joins: deque[float] = deque(maxlen=REJOINS_SUSPECT)

    async def on_partitions_revoked(self, revoked: Sequence[TopicPartition]) -> None:
        """Wait until the batch in hand is committed; what was fetched before is stale from here on."""
        async with self._lock:
            self.epoch += 1
        log.info("partitions revoked", partitions=len(revoked))

    async def on_partitions_assigned(self, assigned: Sequence[TopicPartition]) -> None:
        """Count the rebalance, and say so when two processes fight over one instance name."""
        async with self._lock:
            self.epoch += 1
            if self._assigned is not None:
                self._assigned()
        metrics.REBALANCES.labels(self._service).inc()
        log.info("partitions assigned", partitions=sorted(f"{p.topic}/{p.partition}" for p in assigned))
        self._joined()

    async def lost(self, error: KafkaError) -> None:
        """Note that the consumer failed for good and that another takes its place, after a pause."""
        self.epoch += 1
        metrics.BATCH_RETRIES.labels(self._service, type(error).__name__).inc()
        log.warning("the consumer failed and is started anew", error=type(error).__name__, said=said(error)[:300])
        self._joined()
        await pause(self._stop, backoff(1))

    def _joined(self) -> None:
        now = time.monotonic()
        self._joins.append(now)
        if self.instance and len(self._joins) == REJOINS_SUSPECT and now - self._joins[0] < REJOINS_SECONDS:
            log.error(
                "thrown out of the group again and again: does another process run with the same TOCSIN_INSTANCE?",
                instance=self.instance,
                rejoins=len(self._joins),
                seconds=round(now - self._joins[0], 1),
            )

    async def take(
        self, consumer: AIOKafkaConsumer, epoch: int, work: Callable[[], Awaitable[None]], again: Callable[[], None]
    ) -> None:
        """Work on a batch that was fetched in some epoch, and commit it, unless a rebalance came between.

        Whatever fails is read again, after a pause: ``again`` seeks back to what is not committed. At the limit of dead
        letters the consumer stands still there.
        """
        async with self._lock:
            if epoch != self.epoch or self._halted:
                return
            try:
                await work()
            except LimitReached as limit:
                self._halted = True
                again()
                consumer.pause(*consumer.assignment())
                await self._stopped(str(limit))
                return
            except Exception as error:  # noqa: BLE001 - the batch is read again, whatever it was
                self._failures += 1
                metrics.BATCH_RETRIES.labels(self._service, type(error).__name__).inc()
                log.warning(
                    "batch is read again", error=type(error).__name__, said=said(error)[:300], failures=self._failures
                )
                again()
            else:
                self._failures = 0
                return
        await pause(self._stop, backoff(self._failures))


def batch_lines(records: Records) -> dict[str, str]:
    """Say which offsets a batch spans, by topic and partition."""
    spans: dict[str, tuple[int, int]] = {}
    for r in records:
        low, high = spans.get(f"{r.topic}/{r.partition}", (r.offset, r.offset))
        spans[f"{r.topic}/{r.partition}"] = (min(low, r.offset), max(high, r.offset))
    return {name: f"{low}-{high}" for name, (low, high) in spans.items()}


class Batches:
    """Handle batches of one service: outputs, dead letters, metrics, the limit; commits are the caller's."""

    def __init__(
        self,
        service: str,
        handler: RecordHandler,
        kafka: AIOKafkaProducer,
        limit: Limit,
        give_up: Callable[[Any, BaseException], Sequence[Output]] = lambda _record, _error: (),
    ) -> None:
        """``give_up`` makes the outputs of a record whose handling or publishing failed for good."""
        self.service, self._handler, self._kafka, self._limit, self._give_up = service, handler, kafka, limit, give_up

    async def __call__(self, records: Records) -> None:
        """Handle a batch; when this returns, all of it is safe in Kafka (or Postgres).

        Raises ``Unavailable`` or ``KafkaError`` where a neighbour is away, ``LimitReached`` at the dead-letter limit.
        """
        began = time.perf_counter()
        outcomes, failures, outputs = await self._handle(records)
        self._limit.check([i in failures for i in range(len(records))])
        await publish(self._kafka, [dead_letter(self.service, records[i], e, n) for i, (e, n) in failures.items()])
        self._limit.count([i in failures for i in range(len(records))])
        seconds = time.perf_counter() - began
        for outcome, count in Counter(outcomes).items():
            metrics.MESSAGES.labels(self.service, outcome).inc(count)
        for error, _ in failures.values():
            metrics.DEAD_LETTERS.labels(self.service, reason_of(error)).inc()
        metrics.PROCESSING_SECONDS.labels(self.service).observe(seconds)
        metrics.BATCH_MESSAGES.labels(self.service).observe(len(records))
        log.info(
            "batch",
            messages=len(records),
            outputs=outputs,
            seconds=round(seconds, 4),
            offsets=batch_lines(records),
            **trace.named(records),
            **Counter(outcomes),
        )

    async def _handle(self, records: Records) -> tuple[list[str], dict[int, tuple[BaseException, int]], int]:
        try:
            outcome = await self._once(records)
        except (Unavailable, LimitReached):
            raise
        except Exception as error:
            if isinstance(error, KafkaError) and not permanent(error):
                raise
            if len(records) == 1:
                log.exception("a record that can't be handled", offsets=batch_lines(records), **trace.named(records))
                last = self._give_up(records[0], error)
                await publish(self._kafka, last)
                return ["failed" if last else "dead_letter"], {0: (error, 2)}, len(last)
            log.warning("batch failed: trying each record alone", error=type(error).__name__, said=said(error)[:300])
            return await self._each(records)
        failures: dict[int, tuple[BaseException, int]] = {i: (e, 1) for i, e in outcome.rejects.items()}
        labels = [outcome.labels.get(i, "dead_letter" if i in failures else "ok") for i in range(len(records))]
        return labels, failures, len(outcome.outputs) + outcome.sent

    async def _each(self, records: Records) -> tuple[list[str], dict[int, tuple[BaseException, int]], int]:
        labels: list[str] = []
        failures: dict[int, tuple[BaseException, int]] = {}
        outputs = 0
        for i, record in enumerate(records):
            label, failure, out = await self._handle([record])
            labels += label
            if 0 in failure:
                failures[i] = failure[0]
            outputs += out
        return labels, failures, outputs

    async def _once(self, records: Records) -> Outcome:
        async with self._handler(records) as outcome:
            await publish(self._kafka, outcome.outputs)
        return outcome


def parsing(handler: Handler, topics: Sequence[Topic]) -> RecordHandler:
    """Wrap a handler of messages into one of records: what does not parse is rejected, the rest handed on."""
    models = {t.full_name: t.model for t in topics}

    @asynccontextmanager
    async def handle(records: Records) -> AsyncIterator[Outcome]:
        messages: list[Message[Any]] = []
        places: list[int] = []
        rejects: dict[int, Any] = {}
        labels: dict[int, str] = {}
        for i, record in enumerate(records):
            if record.value is None:
                labels[i] = "tombstone"
                continue
            try:
                value = models[record.topic].from_json(record.value)
            except ValidationError as error:
                rejects[i] = error
                continue
            messages.append(
                Message(
                    value, record.topic, record.partition, record.offset, record.timestamp, record.key, record.headers
                )
            )
            places.append(i)
        async with handler(messages) as outcome:
            rejects |= {places[i]: reject for i, reject in outcome.rejects.items()}
            labels |= {places[i]: label for i, label in outcome.labels.items()}
            yield Outcome(outcome.outputs, rejects, labels)

    return handle


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


def group_id(service: str) -> str:
    """Name the consumer group of a service."""
    return f"tocsin.{service}"


def backoff(failures: int) -> float:
    """Return seconds to wait: doubling from a half to ten, with jitter."""
    return min(10.0, 0.25 * 2.0 ** min(failures, 10)) * random.uniform(0.7, 1.3)  # noqa: S311 - no secret


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


class Stoppable(Protocol):
    """A client of Kafka, or a broker of FastStream."""

    async def stop(self) -> None:
        """Disconnect."""


class Startable(Protocol):
    """A client of Kafka that is built anew for each try."""

    async def start(self) -> None:
        """Connect. Raises ``KafkaError`` where no broker answers."""

    async def stop(self) -> None:
        """Disconnect, also after a start that failed."""


S = TypeVar("S", bound=Startable)


async def started(make: Callable[[], S], stop: asyncio.Event) -> S | None:
    """Build and start a client, again and again until a broker answers; None when told to stop before."""
    while not stop.is_set():
        client = make()
        try:
            await client.start()
        except (KafkaError, OSError) as error:
            log.warning("waiting for Kafka", reason=repr(error))
            with contextlib.suppress(KafkaError, OSError):
                await client.stop()
            await pause(stop, 1.0)
        else:
            return client
    return None


async def stop_in_time(client: Stoppable, seconds: float) -> None:
    """Stop a client, but wait no longer: a producer's flush and a pending join of a group may take for ever."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(client.stop(), seconds)


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Sleep, but wake up when told to stop."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


def slices(records: Records) -> Iterator[Records]:
    """Cut a batch where its values come to ``SLICE_BYTES``: large articles must not make one take minutes."""
    start = size = 0
    for n, record in enumerate(records):
        size += len(record.value or b"")
        if size >= SLICE_BYTES:
            yield records[start : n + 1]
            start, size = n + 1, 0
    if start < len(records):
        yield records[start:]


def next_offsets(records: Records) -> dict[TopicPartition, int]:
    """Return the offsets after the last record of each partition."""
    offsets: dict[TopicPartition, int] = {}
    for r in records:
        partition = TopicPartition(r.topic, r.partition)
        offsets[partition] = max(offsets.get(partition, 0), r.offset + 1)
    return offsets


def rewind(consumer: AIOKafkaConsumer, records: Records) -> None:
    """Seek back to the first record of each partition that is still ours."""
    first: dict[TopicPartition, int] = {}
    for r in records:
        partition = TopicPartition(r.topic, r.partition)
        first[partition] = min(first.get(partition, r.offset), r.offset)
    for partition, offset in first.items():
        if partition in consumer.assignment():
            consumer.seek(partition, offset)


def leave_for_good(consumer: AIOKafkaConsumer) -> None:
    """Let a static member say goodbye when it stops, so that its partitions move at once."""
    consumer._coordinator._group_instance_id = None  # noqa: SLF001 - aiokafka has no public way; tried on 0.14


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
