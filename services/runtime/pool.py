"""CPU work in processes of their own: off the event loop, on every core given, gone with their parent."""

from __future__ import annotations

import asyncio
import importlib
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import structlog
from pydantic import ValidationError

from contracts.annotation import Annotation, ProducedBy, RawPosition
from contracts.article import RawArticle
from services import VERSION
from services.runtime.dead_letters import reason_of
from services.runtime.service import Reject

if TYPE_CHECKING:
    from contracts.model import Model
    from services.runtime.service import Enricher
    from services.runtime.settings import Settings

log = structlog.get_logger()
SHARES = 5  # chunks that each worker gets of a batch: enough to balance, few enough to be cheap


@dataclass(frozen=True)
class Task:
    """A raw record to be read: value, timestamp in milliseconds, position."""

    value: bytes
    timestamp_ms: int
    partition: int
    offset: int


@dataclass(frozen=True)
class Result:
    """What became of a task: ``key`` (article id) and ``annotation`` (JSON), or neither where the record is unreadable.

    ``error`` is what failed.
    """

    key: str | None = None
    annotation: bytes | None = None
    error: BaseException | None = None


_model: Any = None
_enricher: Enricher | None = None


def die_with_parent() -> None:
    """End this worker process when its parent has gone, however that went; leave Ctrl-C to the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_outlive, args=(parent,), daemon=True).start()


def _outlive(parent: Any) -> None:  # noqa: ANN401 - the type is private
    parent.join()
    os._exit(1)


def _start_worker(module: str, settings: Settings) -> None:
    """Load the enricher's model."""
    global _model, _enricher
    die_with_parent()
    enricher: Enricher = importlib.import_module(module).SERVICE
    _model, _enricher = enricher.load(settings), enricher


def annotate(enricher: Enricher, model: object, task: Task) -> Result:
    """Read one raw record and say what the enricher has to say: pure, whatever the record holds."""
    return annotate_many(enricher, model, [task])[0]


def annotate_many(enricher: Enricher, model: object, tasks: Sequence[Task]) -> list[Result]:
    """Read raw records, all at once where the enricher can; where that fails, each alone."""
    began = time.perf_counter()
    articles = {n: article for n, task in enumerate(tasks) if (article := _article(task)) is not None}
    payloads: Mapping[int, Model] = {}
    if enricher.extract_many and len(articles) > 1:
        with suppress(Exception):  # whatever it is, the one to blame is found alone
            payloads = dict(zip(articles, enricher.extract_many(list(articles.values()), model), strict=True))
    share = (time.perf_counter() - began) / max(1, len(tasks))
    results = [Result()] * len(tasks)
    for n, article in articles.items():
        began = time.perf_counter() - share
        try:
            payload = payloads[n] if payloads else enricher.extract(article, model)
            results[n] = _result(enricher, article, tasks[n], began, payload=payload.model_dump(mode="python"))
        except Exception as error:  # noqa: BLE001 - whatever it is, the join must not wait for this article
            results[n] = _result(enricher, article, tasks[n], began, error=error)
    return results


def _article(task: Task) -> RawArticle | None:
    """Parse a raw record; None where it is no article."""
    try:
        return RawArticle.read(task.value, task.timestamp_ms)
    except ValidationError:
        return None


def give_up(enricher: Enricher, task: Task, error: BaseException) -> Result:
    """Build the failed annotation of a record that could not be read to the end."""
    article = _article(task)
    if article is None:
        return Result()
    return _result(enricher, article, task, time.perf_counter(), error=error)


def _result(
    enricher: Enricher,
    article: RawArticle,
    task: Task,
    began: float,
    *,
    payload: dict[str, Any] | None = None,
    error: BaseException | None = None,
) -> Result:
    annotation = Annotation(
        article_id=article.article_id,
        content_hash=article.content_hash,
        raw=RawPosition(partition=task.partition, offset=task.offset),
        kind=enricher.name,
        status="failed" if error else "ok",
        error=reason_of(error) if error else None,
        produced_by=ProducedBy(
            service=enricher.name,
            version=VERSION,
            model=enricher.model,
            milliseconds=round((time.perf_counter() - began) * 1000, 3),
        ),
        produced_at=datetime.now(UTC),
        payload=payload or {},
    )
    return Result(str(article.article_id), annotation.to_json(), _portable(error))


def _portable(error: BaseException | None) -> BaseException | None:
    """Turn an error into one that surely travels between processes."""
    if error is None or isinstance(error, Reject):
        return error
    return RuntimeError(f"{type(error).__name__}: {error}"[:2000])


def _work(tasks: Sequence[Task]) -> list[Result]:
    assert _enricher is not None
    return annotate_many(_enricher, _model, tasks)


def _join(processes: Sequence[Any]) -> None:
    for process in processes:
        process.join(5)


Ready = Callable[[Mapping[int, Result]], None]


class Pool:
    """Worker processes of one enricher; rebuilt when one dies."""

    def __init__(self, module: str, enricher: Enricher, settings: Settings) -> None:
        self._arguments = (module, settings)
        self._enricher = enricher
        self._size = max(1, enricher.processes(settings))
        self._executor: ProcessPoolExecutor | None = None

    async def start(self) -> None:
        """Start the workers and load their models."""
        self._executor = ProcessPoolExecutor(
            self._size,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_start_worker,
            initargs=self._arguments,
        )
        loop = asyncio.get_running_loop()
        await asyncio.gather(*(loop.run_in_executor(self._executor, _work, ()) for _ in range(self._size)))

    def running(self) -> bool:
        """Tell whether the workers are there."""
        return self._executor is not None

    async def annotate(self, tasks: Sequence[Task], ready: Ready = lambda _done: None) -> dict[int, Result]:
        """Read records on all workers, the longest first so that none is left with the last of them.

        Returns the results by place in ``tasks``; ``ready`` is given those of each share as soon as it is done. A
        record that kills its worker is found by trying each alone: its result has an error, reason ``bug``.
        """
        order = sorted(range(len(tasks)), key=lambda i: -len(tasks[i].value))
        share = max(1, -(-len(order) // (self._size * SHARES)))
        found: dict[int, Result] = {}

        async def work(chunk: Sequence[int]) -> None:
            results = await self._run([tasks[i] for i in chunk])
            done = dict(zip(chunk, results, strict=True))
            found.update(done)
            ready(done)

        chunks = [order[i : i + share] for i in range(0, len(order), share)]
        ends = await asyncio.gather(*map(work, chunks), return_exceptions=True)
        for end in ends:
            if end is not None and not isinstance(end, BrokenProcessPool):
                raise end
        if any(ends):
            log.error("a worker process died: trying each record alone")
            for i in sorted(set(order) - found.keys()):
                found[i] = await self._alone(tasks[i])
                ready({i: found[i]})
        return found

    async def _run(self, tasks: Sequence[Task]) -> list[Result]:
        if self._executor is None:
            await self.start()
        executor = self._executor
        try:
            return await asyncio.get_running_loop().run_in_executor(executor, _work, tasks)
        except BrokenProcessPool:
            if self._executor is executor:
                await self.stop()
            raise

    async def _alone(self, task: Task) -> Result:
        try:
            return (await self._run([task]))[0]
        except BrokenProcessPool as error:
            return give_up(self._enricher, task, error)

    async def stop(self) -> None:
        """End the workers, also those in the middle of something."""
        executor, self._executor = self._executor, None
        if executor is None:
            return
        processes = list((executor._processes or {}).values())  # noqa: SLF001 - the pool has no public way to end a busy worker
        executor.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.terminate()
        await asyncio.to_thread(_join, processes)
