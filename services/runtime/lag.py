"""How far every consumer group is behind: measured from outside, so that the figure outlives the service."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from services.runtime.group import group_id
from services.runtime.kafka import client_options, lone_consumer, no_answer
from services.runtime.service import Unavailable

if TYPE_CHECKING:
    from services.runtime.settings import Settings

LOOK_SECONDS = 2.0


@dataclass(frozen=True)
class Lag:
    """One partition of one group: ``messages`` that wait, ``seconds`` since the oldest of them was written."""

    service: str
    topic: str
    partition: int
    position: int
    end: int
    messages: int
    seconds: float


class LagMeter:
    """Clients for measuring, kept open between two looks."""

    def __init__(self, settings: Settings, reads: Mapping[str, Sequence[str]]) -> None:
        """``reads`` names the topics (full names) that each service reads."""
        self._settings, self._reads = settings, reads
        self._admin = AIOKafkaAdminClient(**client_options(settings), request_timeout_ms=10_000)
        self._consumer: AIOKafkaConsumer = lone_consumer(settings)

    async def __aenter__(self) -> Self:
        try:
            await self._admin.start()
            await self._consumer.start()
        except (KafkaError, OSError) as error:
            await self.__aexit__()
            raise no_answer(self._settings) from error
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._admin.close()
        await self._consumer.stop()

    async def look(self) -> list[Lag]:
        """Measure all groups now. Raises ``Unavailable``."""
        try:
            return await self._look()
        except (KafkaError, OSError) as error:
            raise Unavailable(f"Kafka: {error!r}") from error

    async def _look(self) -> list[Lag]:
        topics = sorted({t for reads in self._reads.values() for t in reads})
        described = await self._admin.describe_topics(topics)
        every = [
            TopicPartition(t["topic"], p["partition"])
            for t in described
            if not t["error_code"]
            for p in t["partitions"]
        ]
        starts, ends = await self._consumer.beginning_offsets(every), await self._consumer.end_offsets(every)
        behind: list[tuple[str, TopicPartition, int]] = []
        for service, reads in self._reads.items():
            committed = await self._admin.list_consumer_group_offsets(group_id(service))
            for tp in every:
                if tp.topic in reads:
                    known = committed.get(tp)
                    at = known.offset if known is not None else -1
                    behind.append((service, tp, max(at, starts[tp])))
        written = await self._written({(tp, at) for _, tp, at in behind if at < ends[tp]})
        now = time.time()
        return [
            Lag(
                service,
                tp.topic,
                tp.partition,
                at,
                ends[tp],
                max(0, ends[tp] - at),
                max(0.0, now - written[tp, at]) if (tp, at) in written else 0.0,
            )
            for service, tp, at in behind
        ]

    async def _written(self, wanted: set[tuple[TopicPartition, int]]) -> dict[tuple[TopicPartition, int], float]:
        """Look up when records were written; at most one position of a partition at a time."""
        found: dict[tuple[TopicPartition, int], float] = {}
        left = set(wanted)
        until = time.monotonic() + LOOK_SECONDS
        while left and time.monotonic() < until:
            now: dict[TopicPartition, int] = {}
            for tp, at in sorted(left):
                now.setdefault(tp, at)
            self._consumer.assign(list(now))
            for tp, at in now.items():
                self._consumer.seek(tp, at)
            missing = set(now)
            while missing and time.monotonic() < until:
                for tp, records in (
                    await self._consumer.getmany(*missing, timeout_ms=300, max_records=len(now))
                ).items():
                    if records:
                        found[tp, now[tp]] = records[0].timestamp / 1000
                        missing.discard(tp)
                        self._consumer.pause(tp)
            left -= set(now.items())
        return found


async def until_drained(meter: LagMeter, *, stop: asyncio.Event, pause: float = 0.3) -> bool:
    """Wait until no group is behind, seen twice in a row; False when told to stop before."""
    quiet = 0
    while not stop.is_set():
        quiet = quiet + 1 if not any(lag.messages for lag in await meter.look()) else 0
        if quiet == 2:
            return True
        await asyncio.sleep(pause)
    return False
