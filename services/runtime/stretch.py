"""Read a stretch of topics as it is now, without a group: nothing is committed, nobody is disturbed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from services.runtime.consume import fetch
from services.runtime.kafka import lone_consumer, partitions
from services.runtime.service import Unavailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence

    from aiokafka import AIOKafkaConsumer

    from services.runtime.settings import Settings

Bounds = dict[TopicPartition, tuple[int, int]]


async def stretch(
    settings: Settings,
    topics: Sequence[str],
    since: datetime | int | None = None,
    until: datetime | None = None,
    progress: Callable[[int, int], None] = lambda _read, _all: None,
) -> AsyncIterator[Any]:
    """Yield the records of topics, in order within each partition, up to the end as it is now.

    ``since`` is a time, or an offset in every partition; ``until`` a time. ``progress`` is told how many offsets have
    been read, and of how many. Topics that do not exist have no records. Raises ``Unavailable`` where Kafka is away.
    """
    counts = await partitions(settings, topics)
    every = [TopicPartition(name, number) for name, count in counts.items() for number in range(count)]
    consumer = lone_consumer(settings)
    try:
        await consumer.start()
        consumer.assign(every)
        left: dict[TopicPartition, int] = {}
        ends = await bounds(consumer, every, since, until)
        for partition, (first, end) in ends.items():
            consumer.seek(partition, first)
            left[partition] = end
        total = sum(end - first for first, end in ends.values())
        while await _unfinished(consumer, left):
            progress(total - sum([end - await consumer.position(p) for p, end in left.items()]), total)
            for partition, records in (await fetch(consumer, "stretch", timeout_ms=500, max_records=500)).items():
                for record in records:
                    if record.offset < left.get(partition, 0):
                        yield record
    except (KafkaError, OSError) as error:
        raise Unavailable(f"Kafka: {error!r}") from error
    finally:
        await consumer.stop()


async def _unfinished(consumer: AIOKafkaConsumer, left: dict[TopicPartition, int]) -> bool:
    """Leave alone the partitions that have been read to their end; tell whether there are others."""
    for partition in list(left):
        if await consumer.position(partition) >= left[partition]:
            consumer.pause(partition)
            del left[partition]
    return bool(left)


async def bounds(
    consumer: AIOKafkaConsumer,
    every: Sequence[TopicPartition],
    since: datetime | int | None = None,
    until: datetime | None = None,
) -> Bounds:
    """Return the first offset of a stretch and the one after its last, by partition."""
    starts, ends = await consumer.beginning_offsets(every), await consumer.end_offsets(every)
    if isinstance(since, datetime):
        starts |= await _at(consumer, since, ends)
    elif since is not None:
        starts = {partition: min(max(since, starts[partition]), ends[partition]) for partition in every}
    if until is not None:
        ends = await _at(consumer, until, ends)
    return {partition: (starts[partition], max(starts[partition], ends[partition])) for partition in every}


async def _at(
    consumer: AIOKafkaConsumer, time: datetime, ends: Mapping[TopicPartition, int]
) -> dict[TopicPartition, int]:
    """Return the first offset not before a time, the end where there is none."""
    if not ends:
        return {}
    found = await consumer.offsets_for_times(dict.fromkeys(ends, int(time.timestamp() * 1000)))
    return {partition: found[partition].offset if found.get(partition) else end for partition, end in ends.items()}
