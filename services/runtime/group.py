"""Membership of a consumer group: its rebalances, its failures, and clients that start, stop and start anew."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError

from services.runtime import metrics
from services.runtime.dead_letters import LimitReached, said

if TYPE_CHECKING:
    from services.runtime.settings import Settings

log = structlog.get_logger()
CLIENT_STOP_SECONDS = 3.0
REJOINS_SUSPECT = 6
REJOINS_SECONDS = 60.0


def group_id(service: str) -> str:
    """Name the consumer group of a service."""
    return f"tocsin.{service}"


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
        self.joined = False
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
        self.joined = True
        async with self._lock:
            self.epoch += 1
            if self._assigned is not None:
                self._assigned()
        metrics.REBALANCES.labels(self._service).inc()
        log.info("partitions assigned", partitions=sorted(f"{p.topic}/{p.partition}" for p in assigned))
        self._suspect()

    async def lost(self, error: KafkaError) -> None:
        """Note that the consumer failed for good and that another takes its place, after a pause."""
        self.epoch += 1
        self.joined = False
        metrics.BATCH_RETRIES.labels(self._service, type(error).__name__).inc()
        log.warning("the consumer failed and is started anew", error=type(error).__name__, said=said(error)[:300])
        self._suspect()
        await pause(self._stop, backoff(1))

    def _suspect(self) -> None:
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


def leave_for_good(consumer: AIOKafkaConsumer) -> None:
    """Let a static member say goodbye when it stops, so that its partitions move at once."""
    consumer._coordinator._group_instance_id = None  # noqa: SLF001 - aiokafka has no public way; tried on 0.14


def backoff(failures: int) -> float:
    """Return seconds to wait: doubling from a half to ten, with jitter."""
    return min(10.0, 0.25 * 2.0 ** min(failures, 10)) * random.uniform(0.7, 1.3)  # noqa: S311 - no secret


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Sleep, but wake up when told to stop."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
