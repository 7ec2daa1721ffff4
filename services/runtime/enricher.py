"""The shell of an enricher: raw records in, annotations out, to the partition of the raw record."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from contracts.topics import ANNOTATIONS
from services.runtime.pool import Pool, Result, Task, give_up
from services.runtime.service import Outcome, Output

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from services.runtime.consume import RecordHandler
    from services.runtime.service import Enricher


def annotating(pool: Pool) -> RecordHandler:
    """Handle raw records by the pool.

    A record that is no article is left to the assembler, which sees every raw record and makes its one dead letter;
    an article that can't be read gets a ``failed`` annotation and a dead letter of this service.
    """

    @asynccontextmanager
    async def handle(records: Sequence[Any]) -> AsyncIterator[Outcome]:
        tasks = [_task(r) for r in records]
        outputs: list[Output] = []
        rejects: dict[int, Any] = {}
        labels: dict[int, str] = {}
        for i, (task, result) in enumerate(zip(tasks, await pool.annotate(tasks), strict=True)):
            outputs += _outputs(task, result)
            if result.error is not None:
                rejects[i], labels[i] = result.error, "failed"
            elif result.annotation is None:
                labels[i] = "unreadable"
        yield Outcome(outputs, rejects, labels)

    return handle


def failing(enricher: Enricher) -> Callable[[Any, BaseException], Sequence[Output]]:
    """Make the failed annotation of a record given up, so that the join does not wait for it."""

    def give(record: Any, error: BaseException) -> Sequence[Output]:  # noqa: ANN401 - aiokafka's record is untyped
        return _outputs(_task(record), give_up(enricher, _task(record), error))

    return give


def _task(record: Any) -> Task:  # noqa: ANN401 - aiokafka's record is untyped
    return Task(record.value or b"", record.timestamp, record.partition, record.offset)


def _outputs(task: Task, result: Result) -> list[Output]:
    if result.key is None or result.annotation is None:
        return []
    return [Output(ANNOTATIONS, result.key, result.annotation, partition=task.partition)]
