"""A batch of records on its way: read → handle → outputs out → dead letters out; the commit is the caller's."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING, Any

import structlog
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError
from pydantic import ValidationError

from services.runtime import metrics, trace
from services.runtime.dead_letters import Limit, LimitReached, dead_letter, reason_of, said
from services.runtime.kafka import permanent, publish
from services.runtime.service import Message, Outcome, Output, Unavailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from contracts.topics import Topic
    from services.runtime.service import Handler

log = structlog.get_logger()
Records = Sequence[Any]
RecordHandler = Callable[[Records], AbstractAsyncContextManager[Outcome]]
SLICE_BYTES = 2_000_000


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


def batch_lines(records: Records) -> dict[str, str]:
    """Say which offsets a batch spans, by topic and partition."""
    spans: dict[str, tuple[int, int]] = {}
    for r in records:
        low, high = spans.get(f"{r.topic}/{r.partition}", (r.offset, r.offset))
        spans[f"{r.topic}/{r.partition}"] = (min(low, r.offset), max(high, r.offset))
    return {name: f"{low}-{high}" for name, (low, high) in spans.items()}


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
