"""The assembler: bare aiokafka, since it commits chosen offsets of two topics and pauses one of them."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.errors import KafkaError
from pydantic import ValidationError

from contracts.annotation import Annotation, RawPosition
from contracts.article import RawArticle
from contracts.topics import ANNOTATIONS, ASSEMBLED, RAW
from services.assembler.join import Finished, Join
from services.runtime import metrics, trace
from services.runtime.batches import batch_lines
from services.runtime.consume import fetch, rewind
from services.runtime.dead_letters import Limit, dead_letter, reason_of
from services.runtime.group import CLIENT_STOP_SECONDS, Gate, group_id, leave_for_good, started, stop_in_time
from services.runtime.kafka import client_options, permanent, publish
from services.runtime.service import Loop, Output, Reject

if TYPE_CHECKING:
    from services.runtime.service import Context
    from services.runtime.settings import Settings

log = structlog.get_logger()
NAME = "assembler"
PENDING_BYTES = 256_000_000  # of what waits: the limit of articles allows for more where they are long


@dataclass(frozen=True)
class _Step:
    """What a batch comes to: records out, dead letters with their labels, and how many messages were what."""

    outputs: list[Output]
    finished: list[Finished[Any, bytes]]
    dead: list[tuple[Any, BaseException]]
    counts: dict[str, int]
    readable: list[bool]


class Assembler:
    """Joins for the partitions that this replica has, rebuilt from the log whenever those change."""

    def __init__(self, kinds: Collection[str], settings: Settings, context: Context) -> None:
        self._kinds, self._settings, self._context = kinds, settings, context
        self._gate = Gate(NAME, settings, stop=context.stop, stopped=context.stopped, assigned=self._forget)
        context.pings["group"] = lambda: self._gate.joined
        self._consumer: AIOKafkaConsumer
        self._joins: dict[int, Join[Any, bytes]] = {}
        self._base: dict[TopicPartition, int] = {}
        self._limit = Limit.of(settings)

    async def run(self) -> None:
        """Join until told to stop; then finish the batch in hand and leave."""
        stop = self._context.stop
        while not stop.is_set():
            consumer = await started(self._connect, stop)
            if consumer is None:
                return
            self._consumer = consumer
            try:
                await self._read(consumer)
            except KafkaError as error:
                await self._gate.lost(error)

    async def _read(self, consumer: AIOKafkaConsumer) -> None:
        stop = self._context.stop
        try:
            while not stop.is_set():
                fetched = await fetch(consumer, NAME, timeout_ms=200, max_records=self._settings.batch_size * 4)
                epoch = self._gate.epoch
                records = [r for batch in fetched.values() for r in batch]
                if records:
                    await self._gate.take(
                        consumer, epoch, partial(self._batch, records), partial(self._rewind, records)
                    )
        finally:
            if stop.is_set() and self._settings.leave_group_on_exit:
                leave_for_good(consumer)
            await stop_in_time(consumer, CLIENT_STOP_SECONDS)

    def _connect(self) -> AIOKafkaConsumer:
        settings = self._settings
        consumer = AIOKafkaConsumer(
            **client_options(settings),
            client_id=f"tocsin-{NAME}",
            group_id=group_id(NAME),
            group_instance_id=self._gate.instance,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            session_timeout_ms=settings.kafka_session_timeout_ms,
            heartbeat_interval_ms=min(3000, settings.kafka_session_timeout_ms // 3),
            max_poll_interval_ms=settings.kafka_max_poll_interval_ms,
            max_partition_fetch_bytes=4_194_304,
            fetch_max_wait_ms=250,
            partition_assignment_strategy=(RangePartitionAssignor,),
        )
        consumer.subscribe([RAW.full_name, ANNOTATIONS.full_name], listener=self._gate)
        return consumer

    def _forget(self) -> None:
        self._joins, self._base = {}, {}

    def _rewind(self, records: list[Any]) -> None:
        """Read again from where the joins began, or the batch where a partition has none yet.

        ``seek_to_committed`` would skip partitions without a commit.
        """
        rewind(self._consumer, records)
        for partition, offset in self._base.items():
            if partition in self._consumer.assignment():
                self._consumer.seek(partition, offset)
        self._consumer.resume(*self._consumer.paused())
        self._joins = {}

    async def _join(self, record: Any) -> Join[Any, bytes]:  # noqa: ANN401 - aiokafka's record is untyped
        join = self._joins.get(record.partition)
        if join is None:
            partition = record.partition
            raw, annotations = (TopicPartition(t.full_name, partition) for t in (RAW, ANNOTATIONS))
            for each in (raw, annotations):
                if each not in self._base:
                    committed = await self._consumer.committed(each)
                    start = (await self._consumer.beginning_offsets([each]))[each]
                    self._base[each] = start if committed is None else max(committed, start)
            own = TopicPartition(record.topic, partition)
            self._base[own] = min(self._base[own], record.offset)  # a topic made anew begins below an old commit
            join = self._joins[partition] = Join(self._kinds, self._base[raw], self._base[annotations])
        return join

    async def _batch(self, records: list[Any]) -> None:
        began = time.perf_counter()
        step = await self._step(records)
        unreadable = [not one for one in step.readable]
        self._limit.check(unreadable)
        dead = [*step.dead, *await self._publish(step.outputs, step.finished)]
        await publish(self._context.producer, [dead_letter(NAME, r, e) for r, e in dead])
        self._limit.count(unreadable)
        await self._commit()
        seconds = time.perf_counter() - began
        for outcome, count in step.counts.items():
            metrics.MESSAGES.labels(NAME, outcome).inc(count)
        for _, error in dead:
            metrics.DEAD_LETTERS.labels(NAME, reason_of(error)).inc()
        metrics.PROCESSING_SECONDS.labels(NAME).observe(seconds)
        metrics.BATCH_MESSAGES.labels(NAME).observe(len(records))
        log.info(
            "batch",
            messages=len(records),
            outputs=len(step.outputs),
            seconds=round(seconds, 4),
            offsets=batch_lines(records),
            **trace.named(records),
            waiting=self._measure(),
            **step.counts,
        )
        self._pace()

    async def _step(self, records: list[Any]) -> _Step:
        step = _Step([], [], [], {}, [])

        def count(outcome: str) -> None:
            step.counts[outcome] = step.counts.get(outcome, 0) + 1

        for record in records:
            join = await self._join(record)
            finished = None
            if record.topic == RAW.full_name:
                try:
                    RawArticle.read(record.value or b"", record.timestamp)
                except ValidationError as error:
                    join.skip_raw(record.offset)
                    step.dead.append((record, error))
                    count("dead_letter")
                    step.readable.append(False)
                    continue
                step.readable.append(True)
                finished = join.add_raw(record.offset, record, len(record.value))
            else:
                try:
                    annotation = _annotation(record)
                except (ValidationError, Reject) as error:
                    join.skip_annotation(record.offset)
                    step.dead.append((record, error))
                    count("dead_letter")
                    continue
                value = annotation.to_json()
                finished = join.add_annotation(record.offset, annotation.raw.offset, annotation.kind, value, len(value))
            count("ok")
            if finished is not None:
                step.finished.append(finished)
                step.outputs.append(assembled(finished))
        return step

    async def _publish(
        self, outputs: list[Output], finished: list[Finished[Any, bytes]]
    ) -> list[tuple[Any, BaseException]]:
        """Send all; where one is too large to be sent, send each alone and return those that can't be."""
        try:
            await publish(self._context.producer, outputs)
        except KafkaError as error:
            if not permanent(error):
                raise
        else:
            return []
        dead: list[tuple[Any, BaseException]] = []
        for output, one in zip(outputs, finished, strict=True):
            try:
                await publish(self._context.producer, [output])
            except KafkaError as error:
                if not permanent(error):
                    raise
                dead.append((one.raw, error))
        return dead

    async def _commit(self) -> None:
        offsets: dict[TopicPartition, int] = {}
        for partition, join in self._joins.items():
            safe = join.safe()
            for topic, offset in ((RAW, safe.raw), (ANNOTATIONS, safe.annotations)):
                each = TopicPartition(topic.full_name, partition)
                if offset > self._base[each]:
                    offsets[each] = offset
        if offsets:
            await self._consumer.commit(offsets)
            self._base.update(offsets)

    def _pace(self) -> None:
        """Pause raw while too many articles wait; pause annotations that run ahead, but never both."""
        limit, joins = self._settings.pending_limit, self._joins.values()
        waiting = max(sum(j.waiting for j in joins) / limit, sum(j.waiting_bytes for j in joins) / PENDING_BYTES)
        early = max(sum(j.early for j in joins) / limit, sum(j.early_bytes for j in joins) / PENDING_BYTES)
        of = {t: [p for p in self._consumer.assignment() if p.topic == t.full_name] for t in (RAW, ANNOTATIONS)}
        paused = self._consumer.paused()
        full = waiting >= 1 or (waiting > 1 / 2 and any(p.topic == RAW.full_name for p in paused))
        pause = {RAW: full, ANNOTATIONS: early >= 1 and not full}
        for topic, partitions in of.items():
            if pause[topic]:
                self._consumer.pause(*partitions)
            else:
                self._consumer.resume(*(p for p in partitions if p in paused))
        metrics.PENDING_PAUSED.set(any(p.topic == RAW.full_name for p in self._consumer.paused()))

    def _measure(self) -> int:
        waiting = sum(j.waiting for j in self._joins.values())
        oldest = [r.timestamp for j in self._joins.values() if (r := j.oldest()) is not None]
        metrics.PENDING_ARTICLES.set(waiting)
        metrics.PENDING_OLDEST_SECONDS.set(max(0.0, time.time() - min(oldest) / 1000) if oldest else 0.0)
        return waiting


def _annotation(record: Any) -> Annotation:  # noqa: ANN401 - aiokafka's record is untyped
    annotation = Annotation.from_json(record.value or b"")
    if annotation.raw.partition != record.partition:
        raise Reject("wrong-partition", f"it belongs to partition {annotation.raw.partition}")
    return annotation


def assembled(finished: Finished[Any, bytes]) -> Output:
    """Build the message for ``articles.assembled``: an ``AssembledArticle``, its annotations in the order of kinds."""
    record = finished.raw
    article = RawArticle.read(record.value, record.timestamp)
    raw = RawPosition(partition=record.partition, offset=record.offset)
    annotations = b",".join(finished.annotations[kind] for kind in sorted(finished.annotations))
    # As JSON, since an annotation that waits takes seven times as much memory when parsed.
    value = b'{"article":%b,"raw":%b,"annotations":[%b]}' % (article.to_json(), raw.to_json(), annotations)
    header = trace.onward(trace.of(record.headers, record.topic, record.partition, record.offset), NAME)
    return Output(ASSEMBLED, str(article.article_id), value, headers=(header,))


async def run(settings: Settings, context: Context) -> None:
    """Run the assembler until ``context.stop`` is set."""
    await Assembler(context.kinds, settings, context).run()


SERVICE = Loop(NAME, reads=(RAW, ANNOTATIONS), writes=(ASSEMBLED,), run=run)
