"""Run one service: wait for its neighbours, serve its health, do its work, stop cleanly."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from contextlib import AsyncExitStack
from functools import partial
from typing import TYPE_CHECKING

import structlog

from contracts.topics import ANNOTATIONS, RAW, Topic, dead_letters
from services.runtime import health as pages
from services.runtime import logs, metrics
from services.runtime.batches import Batches, parsing
from services.runtime.consume import Consumer
from services.runtime.dead_letters import Limit
from services.runtime.enricher import annotating, failing
from services.runtime.group import CLIENT_STOP_SECONDS, Gate, started, stop_in_time
from services.runtime.kafka import producer, wait_for_topics
from services.runtime.pool import Pool
from services.runtime.postgres import ping, wait_for_postgres
from services.runtime.service import Context, Enricher, Loop, Processor

if TYPE_CHECKING:
    from collections.abc import Awaitable, Coroutine, Sequence

    from aiokafka import AIOKafkaProducer

    from services.runtime.settings import Settings

log = structlog.get_logger()
EXIT_STOPPED = 3


class _Run:
    def __init__(
        self, service: Enricher | Processor | Loop, module: str, kinds: Sequence[str], settings: Settings
    ) -> None:
        self.service, self.module, self.kinds, self.settings = service, module, tuple(kinds), settings
        self.stop = asyncio.Event()
        self.kafka: AIOKafkaProducer
        self.health = pages.Health(service.name, {"kafka": self._kafka_answers})
        self._kafka_started = False

    async def _kafka_answers(self) -> bool:
        return self._kafka_started and bool(await self.kafka.client.force_metadata_update())

    async def stopped(self, why: str) -> None:
        """Stay up, red, with the offsets where they were, until a person has looked."""
        self.health.stopped = why
        metrics.STOPPED.labels(self.service.name).set(1)
        log.error("stopped: too many dead letters; mend the cause and start the service again", why=why)

    async def unless_stopped(self, work: Coroutine[object, object, bool]) -> bool:
        """Do the work, but drop it when told to stop."""
        task = asyncio.ensure_future(work)
        stop = asyncio.ensure_future(self.stop.wait())
        await asyncio.wait({task, stop}, return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        if task.done():
            return task.result()
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        return False

    async def finish(self, work: Awaitable[None]) -> None:
        """Let a loop end by itself when told to stop, but no longer than ``shutdown_seconds``."""
        task = asyncio.ensure_future(work)
        stop = asyncio.ensure_future(self.stop.wait())
        await asyncio.wait({task, stop}, return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        await asyncio.wait({task}, timeout=self.settings.shutdown_seconds)
        if task.done():
            task.result()
        else:
            log.warning("the work in hand is dropped; it will be read again")
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def start_kafka(self, stack: AsyncExitStack) -> bool:
        found = await started(lambda: producer(self.settings, self.service.name), self.stop)
        if found is None:
            return False
        stack.push_async_callback(stop_in_time, found, CLIENT_STOP_SECONDS)
        self.kafka, self._kafka_started = found, True
        return True

    def topics(self) -> list[Topic]:
        service = self.service
        if isinstance(service, Enricher):
            return [RAW, ANNOTATIONS, dead_letters(service.name)]
        if isinstance(service, Processor):
            return [*service.reads, dead_letters(service.name)]
        return [*service.reads, *service.writes, *([dead_letters(service.name)] if service.reads else [])]

    async def neighbours(self, stack: AsyncExitStack) -> bool:
        if not await wait_for_topics(self.settings, self.topics(), self.stop):
            return False
        needs = not isinstance(self.service, Enricher) and self.service.needs_postgres
        if needs and not await wait_for_postgres(self.settings, self.stop):
            return False
        if needs:
            self.health.pings["postgres"] = partial(ping, self.settings, "health")
        return await self.start_kafka(stack)

    async def work(self, stack: AsyncExitStack) -> None:
        service, settings = self.service, self.settings
        if isinstance(service, Loop):
            context = Context(self.stop, self.kafka, self.kinds, self.stopped, self.health.pings)
            await self.finish(service.run(settings, context))
            return
        limit = Limit.of(settings)
        max_records = settings.batch_size
        if isinstance(service, Enricher):
            pool = Pool(self.module, service, settings)
            stack.push_async_callback(pool.stop)
            self.health.pings["model"] = pool.running
            if not await self.unless_stopped(_done(pool.start())):
                return
            handler = annotating(service.name, pool, self.kafka)
            batches = Batches(service.name, handler, self.kafka, limit, failing(service))
            topics: Sequence[Topic] = (RAW,)
            max_records = min(max_records, service.batch * service.processes(settings))
        else:
            handler = await stack.enter_async_context(service.open(settings))
            self.health.pings |= service.pings
            batches = Batches(service.name, parsing(handler, service.reads), self.kafka, limit)
            topics = service.reads
        gate = Gate(service.name, settings, stop=self.stop, stopped=self.stopped)
        self.health.pings["group"] = lambda: gate.joined
        told = asyncio.ensure_future(self.stop.wait())
        while not self.stop.is_set():
            consumer = await started(
                lambda: Consumer(service.name, topics, batches, settings, gate=gate, max_records=max_records), self.stop
            )
            if consumer is None:
                break
            log.info("running")
            await asyncio.wait({told, consumer.failed}, return_when=asyncio.FIRST_COMPLETED)
            await consumer.stop(for_good=self.stop.is_set())
            if consumer.failed.done():
                await gate.lost(consumer.failed.result())

    async def run(self) -> int:
        loop = asyncio.get_running_loop()
        for sign in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(sign, self.stop.set)
        server = pages.serve(self.health, self.settings)
        watch = asyncio.create_task(self.health.watch())
        try:
            async with AsyncExitStack() as stack:
                eager = isinstance(self.service, Loop) and not self.service.waits_for_kafka
                if eager:
                    self.kafka = producer(self.settings, self.service.name)
                    stack.push_async_callback(stop_in_time, self.kafka, CLIENT_STOP_SECONDS)
                if eager or await self.unless_stopped(self.neighbours(stack)):
                    await self.work(stack)
        finally:
            watch.cancel()
            for sign in (signal.SIGTERM, signal.SIGINT):  # a second one must not end us by itself on the way out
                loop.remove_signal_handler(sign)
                signal.signal(sign, signal.SIG_IGN)
            server.shutdown()
            server.server_close()
        log.info("stopped", code=EXIT_STOPPED if self.health.stopped else 0)
        return EXIT_STOPPED if self.health.stopped else 0


async def _done(work: Coroutine[object, object, None]) -> bool:
    await work
    return True


def run(service: Enricher | Processor | Loop, module: str, kinds: Sequence[str], settings: Settings) -> int:
    """Run a service until SIGTERM or Ctrl-C; return its exit code: 0, or 3 after its dead-letter limit stopped it.

    ``module`` is where worker processes find the service; ``kinds`` are the annotations that an article needs.
    """
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    logs.configure(settings, service.name)

    async def main() -> int:
        return await _Run(service, module, kinds, settings).run()

    return asyncio.run(main())
