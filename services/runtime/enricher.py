"""The shell of an enricher: raw records in, annotations out, to the partition of the raw record."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from contracts.topics import ANNOTATIONS
from services.runtime import trace
from services.runtime.kafka import publish
from services.runtime.pool import Pool, Result, Task, give_up
from services.runtime.service import Outcome, Output

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence

    from aiokafka import AIOKafkaProducer

    from services.runtime.batches import RecordHandler
    from services.runtime.service import Enricher


def annotating(name: str, pool: Pool, kafka: AIOKafkaProducer) -> RecordHandler:
    """Handle raw records by the pool; what one worker has done is sent while the others work.

    A record that is no article is left to the assembler, which sees every raw record and makes its one dead letter;
    an article that can't be read gets a ``failed`` annotation and a dead letter of this service.
    """

    @asynccontextmanager
    async def handle(records: Sequence[Any]) -> AsyncIterator[Outcome]:
        tasks = [_task(r) for r in records]
        sending: list[asyncio.Task[None]] = []

        def send(done: Mapping[int, Result]) -> None:
            outputs = [output for i, result in done.items() for output in _outputs(name, records[i], result)]
            sending.append(asyncio.create_task(publish(kafka, outputs)))

        results = await pool.annotate(tasks, send)
        for end in await asyncio.gather(*sending, return_exceptions=True):
            if end is not None:
                raise end
        rejects = {i: r.error for i, r in results.items() if r.error is not None}
        labels = {i: "failed" if r.error else "unreadable" for i, r in results.items() if r.error or not r.annotation}
        yield Outcome(rejects=rejects, labels=labels, sent=len(results) - len(labels) + len(rejects))

    return handle


def failing(enricher: Enricher) -> Callable[[Any, BaseException], Sequence[Output]]:
    """Make the failed annotation of a record given up, so that the join does not wait for it."""

    def give(record: Any, error: BaseException) -> Sequence[Output]:  # noqa: ANN401 - aiokafka's record is untyped
        return _outputs(enricher.name, record, give_up(enricher, _task(record), error))

    return give


def _task(record: Any) -> Task:  # noqa: ANN401 - aiokafka's record is untyped
    return Task(record.value or b"", record.timestamp, record.partition, record.offset)


def _outputs(name: str, record: Any, result: Result) -> list[Output]:  # noqa: ANN401 - aiokafka's record is untyped
    if result.key is None or result.annotation is None:
        return []
    header = trace.onward(trace.of(record.headers, record.topic, record.partition, record.offset), name)
    return [Output(ANNOTATIONS, result.key, result.annotation, partition=record.partition, headers=(header,))]
