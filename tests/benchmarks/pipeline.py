"""The whole pipeline against the bare model on every core, and against the service as one would write it first."""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from itertools import count
from typing import Any, Self

from contracts.article import RawArticle
from contracts.topics import Topic
from services.entities.extract import UNUSED, load_language
from services.runtime.kafka import create_topics
from services.runtime.pool import die_with_parent
from tests.benchmarks.measure import BATCH, Row, Size, interleaved, ratio, speeds
from tests.benchmarks.neighbours import Meter, fill, neighbours, process, running, stored
from tests.benchmarks.prose import articles, texts
from tests.support.stream import Stream

IN, OUT = (Topic(f"bench.{way}", RawArticle, "none", way) for way in ("in", "out"))
WARM_UP = 16
_loaded: dict[str, Any] = {}


def _load() -> None:
    die_with_parent()
    _loaded["nlp"] = load_language()


def _read(some: list[str]) -> int:
    return sum(len(doc.ents) for doc in _loaded["nlp"].pipe(some, batch_size=BATCH))


class Bare:
    """The model alone: ``nlp.pipe`` in one process a core."""

    def __init__(self, cores: int) -> None:
        self._cores = cores
        self._pool = ProcessPoolExecutor(cores, multiprocessing.get_context("spawn"), _load)
        list(self._pool.map(_read, [texts(0, 4)] * cores * 2))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def articles_a_second(self, some: list[str]) -> float:
        began = time.monotonic()
        list(self._pool.map(_read, [some[n :: self._cores] for n in range(self._cores)]))
        return len(some) / (time.monotonic() - began)


def whole(stream: Stream, numbers: Iterator[int], size: Size) -> float:
    """Return articles a second of the whole pipeline, from the first send to the last row."""
    first = next(numbers) * (WARM_UP + size.articles)
    with running(stream, list(articles(first, WARM_UP))):
        return size.articles / stored(stream, list(articles(first + WARM_UP, size.articles)))


def naive(stream: Stream, numbers: Iterator[int], size: Size, exclude: str) -> float:
    """Return articles a second of the naive service."""

    async def measure() -> float:
        async with Meter(stream.settings, OUT) as meter:
            some = list(articles(next(numbers) * size.articles, max(8, size.articles // 4)))
            await fill(stream.settings, IN.full_name, some)
            with process(
                "tests.benchmarks.naive", stream.folder / "naive.log", NAIVE_EXCLUDE=exclude, **stream.environment
            ):
                return await meter.rate(len(some))

    return asyncio.run(measure())


def bench(size: Size) -> Iterator[Row]:
    with ExitStack() as stack:
        stream = stack.enter_context(neighbours(TOCSIN_WORKERS=str(size.cores)))
        asyncio.run(create_topics(stream.settings, (IN, OUT)))
        bare = stack.enter_context(Bare(size.cores))
        numbers = count()
        ours, model, simple, names_only = interleaved(
            size.rounds,
            lambda: whole(stream, numbers, size),
            lambda: bare.articles_a_second(texts(next(numbers) * size.articles, size.articles)),
            lambda: naive(stream, numbers, size, exclude=""),
            lambda: naive(stream, numbers, size, exclude=" ".join(UNUSED)),
        )
    unit = f"articles/s, {size.cores} cores"
    yield Row("pipeline / bare NER", ratio(ours, model), at_least=0.8, detail=speeds(unit, pipeline=ours, bare=model))
    yield Row(
        "pipeline / naive service", ratio(ours, simple), at_least=4, detail=speeds(unit, pipeline=ours, naive=simple) + "; the model as it comes"
    )  # fmt: skip
    yield Row(
        "pipeline / naive, NER only", ratio(ours, names_only), detail=speeds(unit, pipeline=ours, naive=names_only)
    )
