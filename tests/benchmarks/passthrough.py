"""The machinery alone: an enricher that does nothing against raw aiokafka on the same records."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from contracts.article import RawArticle
from contracts.topics import ANNOTATIONS, RAW, Topic
from services.runtime.kafka import create_topics
from tests.benchmarks.measure import Row, Size, interleaved, ratio, speeds
from tests.benchmarks.neighbours import Meter, fill, neighbours, process
from tests.benchmarks.prose import articles
from tests.support.stream import Stream

IN, OUT = (Topic(f"bench.{way}", RawArticle, "none", way) for way in ("in", "out"))
RECORDS_AN_ARTICLE = 50


def _rate(stream: Stream, values: list[bytes], module: str, read: Topic, written: Topic) -> float:
    async def measure() -> float:
        async with Meter(stream.settings, written) as meter:
            await fill(stream.settings, read.full_name, values)
            with process(module, stream.folder / f"{module}.log", **stream.environment):
                return await meter.rate(len(values))

    return asyncio.run(measure())


def bench(size: Size) -> Iterator[Row]:
    values = list(articles(0, size.articles)) * RECORDS_AN_ARTICLE
    with neighbours(TOCSIN_STATIC_MEMBERSHIP="false") as stream:
        asyncio.run(create_topics(stream.settings, (IN, OUT)))
        ours, raw = interleaved(
            size.rounds,
            lambda: _rate(stream, values, "tests.benchmarks.echo_service", RAW, ANNOTATIONS),
            lambda: _rate(stream, values, "tests.benchmarks.forward", IN, OUT),
        )
    yield Row(
        "pass-through / raw aiokafka",
        ratio(ours, raw),
        at_least=0.4,
        detail=speeds("messages/s", enricher=ours, raw=raw),
    )
